"""The counting room: made for a phone, works without JavaScript, answers scripts in JSON."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import EVERY_ROLE, STAFF
from portal.activities.models import Activity, Audience
from portal.activities.rules import State
from portal.attendance import queries, service
from portal.attendance.faults import STATUS, fault_text, moment_text
from portal.attendance.forms import BY_HAND, METHOD_NAMES, FiguresForm, close_form, parse_whole_number
from portal.attendance.models import Closing
from portal.attendance.rules import MAX_PARTY, MAX_STEP, Method
from portal.errors import RuleError
from portal.web.access import keeps_input, roles

attendance = Blueprint("attendance", __name__, url_prefix="/<any(da, en):lang>")

Page = str | Response | tuple[str | Response, int]


@attendance.get("/staff/activities/<int:id>/count")
@roles(EVERY_ROLE)
def room(id: int) -> Page:
    """The list for the room."""
    activity = _activity(id)
    return _state(activity) if _wants_json() else _room_page(activity)


@attendance.route("/staff/activities/<int:id>/count/parties/<int:registration_id>", methods=["GET", "POST"])
@roles(EVERY_ROLE)
def count_party(id: int, registration_id: int) -> Page:
    """One tap: so many of a party are here."""
    activity = _activity(id)
    if request.method == "GET":  # the language link of an answer with a fault
        return redirect(url_for("attendance.room", id=id))
    typed = request.form.get("heads", "")
    heads = parse_whole_number(typed)
    try:
        if heads is None:
            raise RuleError("bad_heads", most=MAX_PARTY)
        service.count_party(
            id,
            registration_id,
            heads,
            count_id=request.form.get("count_id", ""),
            actor=current_user,
            counted_at=_device_time(),
            now=clock.now(),
        )
    except RuleError as fault:
        return _refused(activity, fault, f"party-{registration_id}", typed)
    return _state(activity) if _wants_json() else _back_to(id, f"party-{registration_id}")


@attendance.route("/staff/activities/<int:id>/count/walk-ins/<int:audience_id>", methods=["GET", "POST"])
@roles(EVERY_ROLE)
def count_walk_in(id: int, audience_id: int) -> Page:
    """One tap: somebody without registration came, or was counted too many."""
    activity = _activity(id)
    if request.method == "GET":
        return redirect(url_for("attendance.room", id=id))
    typed = request.form.get("step", "")
    step = parse_whole_number(typed)
    try:
        if step is None:
            raise RuleError("bad_step", most=MAX_STEP)
        service.count_walk_in(
            id,
            audience_id,
            step,
            count_id=request.form.get("count_id", ""),
            actor=current_user,
            counted_at=_device_time(),
            now=clock.now(),
        )
    except RuleError as fault:
        return _refused(activity, fault, f"audience-{audience_id}", typed)
    return _state(activity) if _wants_json() else _back_to(id, f"audience-{audience_id}")


@attendance.route("/staff/activities/<int:id>/count/close", methods=["GET", "POST"])
@roles(EVERY_ROLE)
@keeps_input
def close(id: int) -> Page:
    """The final figures, how they were counted, and for a correction why."""
    activity = _activity(id)
    if activity.state is not State.PUBLISHED:
        return redirect(url_for("attendance.room", id=id))  # which says why nothing can be counted
    closings = queries.closings_of(id)
    newest = closings[0] if closings else None
    audiences = queries.audiences_to_close(activity, newest)
    # A form that was fetched before the first closing has no reason; the service tells what came between.
    correcting = bool(newest) if request.method == "GET" else request.form.get("seen", "0") != "0"
    form = _closing_form(activity, newest, audiences, correcting=correcting)
    if form.validate_on_submit():
        try:
            closing = service.close_count(
                id,
                {audience.id: form[f"final_{audience.id}"].data or 0 for audience in audiences},
                Method(form["method"].data),
                reason=form["reason"].data if "reason" in form else "",
                actor=current_user,
                now=clock.now(),
                seen=parse_whole_number(form["seen"].data or ""),
                form_id=form["form_id"].data or None,
            )
        except RuleError as fault:
            if fault.key == "closed_meanwhile":
                form = _closing_form(activity, newest, audiences, correcting=True)
                form["seen"].data, form["form_id"].data = str(fault.facts["number"]), str(uuid4())
                closings = queries.closings_of(id)
            if fault.field and fault.field in form:
                form[fault.field].errors = [*form[fault.field].errors, fault_text(fault)]
            else:
                form.form_errors.append(fault_text(fault))
        else:
            flash(_("The count is closed: %(heads)s.", heads=closing.heads), "success")
            return redirect(url_for("attendance.history", id=id), 303)
    page = render_template(
        "attendance/close.html",
        activity=activity,
        form=form,
        audiences=audiences,
        closings=closings,
        methods=METHOD_NAMES,
        moment_text=moment_text,
        begun=clock.now() >= activity.starts_at,
    )
    return page, 422 if form.errors else 200


@attendance.get("/staff/activities/<int:id>/count/history")
@roles(EVERY_ROLE)
def history(id: int) -> Page:
    """The receipt: every closing with figures, method, who, when and why."""
    activity = _activity(id)
    return render_template(
        "attendance/history.html",
        activity=activity,
        closings=queries.closings_of(id),
        methods=METHOD_NAMES,
        moment_text=moment_text,
    )


def _activity(id: int) -> Activity:
    """The activity, 404 where there is none, 403 for a facilitator to whom it is not given."""
    activity = queries.activity_to_count(id)
    if activity is None:
        abort(404)
    if not queries.may_count(current_user, id):
        abort(403)
    return activity


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _device_time() -> datetime | None:
    try:
        return datetime.fromisoformat(request.form.get("counted_at", ""))
    except ValueError:
        return None


def _back_to(id: int, row: str) -> Response:
    return redirect(url_for("attendance.room", id=id, _anchor=row), 303)


def _state(activity: Activity) -> Response:
    """The room's figures for the script: what came, by party and by audience."""
    listed = queries.room_of(activity, with_names=False)
    return jsonify(
        csrf=generate_csrf(),
        parties={party.id: party.arrived for party in listed.parties},
        audiences={audience.id: heads for audience, heads in listed.walk_ins},
        expected=listed.room.expected,
        arrived=listed.room.arrived,
        total=listed.room.total,
        closed=queries.newest_closing(activity.id) is not None,
    )


def _refused(activity: Activity, fault: RuleError, row: str, typed: str) -> Page:
    """Why a tap was not counted: beside its row, with what was typed."""
    status = STATUS.get(fault.key, 422)
    text = fault_text(fault)
    if _wants_json():
        return jsonify(key=fault.key, message=text), status
    if status in (403, 404):
        abort(status)
    return _room_page(activity, faults={row: (text, typed[:20])}, status=status)


def _room_page(activity: Activity, faults: dict[str, tuple[str, str]] | None = None, status: int = 200) -> Page:
    page = render_template(
        "attendance/room.html",
        activity=activity,
        listed=queries.room_of(activity, with_names=current_user.role in STAFF),
        closing=queries.newest_closing(activity.id),
        countable=activity.state is State.PUBLISHED,
        begun=clock.now() >= activity.starts_at,
        faults=faults or {},
        moment_text=moment_text,
        new_id=lambda: str(uuid4()),
    )
    return page, status


def _closing_form(
    activity: Activity, newest: Closing | None, audiences: Sequence[Audience], *, correcting: bool
) -> FiguresForm:
    """The form, filled with what was closed, else with what the room counted."""
    listed = queries.room_of(activity, with_names=False)
    figures = {c.audience_id: c.heads for c in newest.counts} if newest else dict(listed.room.by_audience)
    usual = Method.LIST if listed.parties else Method.CLICKER
    return close_form(
        audiences,
        correcting=correcting,
        method=newest.method.value if newest and newest.method in BY_HAND else usual.value,
        seen=str(newest.number if newest else 0),
        form_id=str(uuid4()),
        **{f"final_{audience.id}": figures.get(audience.id, 0) for audience in audiences},
    )
