"""The back office's pages about activities."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import EVERY_ROLE, STAFF
from portal.activities import queries, service
from portal.activities.faults import fault_text, put_beside_field
from portal.activities.filters import asked_of_staff_list
from portal.activities.forms import ActivityForm, SeriesForm, activity_form, copied, typed_for, typed_like
from portal.activities.links import activity_url
from portal.activities.models import Activity
from portal.activities.routes import activity_page
from portal.activities.rules import SIGN_UP_MODES, State, Visibility
from portal.activities.service import draft_of
from portal.activities.words import MODES, PROVISIONS, STATE_BADGES, STATES, VISIBILITIES, language_names
from portal.attendance.models import Closing
from portal.attendance.queries import newest_closing, room_of
from portal.errors import RuleError
from portal.paging import page_number
from portal.registrations import course
from portal.registrations.letter_parts import place_text
from portal.registrations.planning import change_activity
from portal.registrations.queries import heads_of, places_of
from portal.web.access import keeps_input, roles

activities_staff = Blueprint("activities_staff", __name__, url_prefix="/<any(da, en):lang>")
WORDS = {
    "modes": MODES,
    "visibilities": VISIBILITIES,
    "states": STATES,
    "state_badges": STATE_BADGES,
    "provisions": PROVISIONS,
}


def _found(id: int) -> Activity:
    activity = queries.activity_by_id(id)
    if activity is None:
        abort(404)
    return activity


@activities_staff.get("/staff/activities")
@roles(STAFF)
def index() -> str:
    """Every activity, with filters; by default those to come."""
    asked = asked_of_staff_list(request.args, select(Closing.activity_id).where(Closing.newest))
    page_args: dict[str, Any] = dict(asked.args)
    page = queries.staff_activities(asked.wanted, clock.now(), page_number(request.args.get("page")))
    return render_template(
        "activities/staff/index.html",
        asked=asked,
        page=page,
        places=places_of([activity.id for activity in page.items]),
        page_url=lambda number: url_for("activities_staff.index", page=number, **page_args),
        **WORDS,
    )


@activities_staff.get("/staff/activities/<int:id>")
@roles(EVERY_ROLE)
def show(id: int) -> str:
    """Everything about one activity, and what can be done with it; a facilitator gets the practical part to read."""
    activity = _found(id)
    if current_user.role not in STAFF:
        return _practical(activity)
    places = places_of([activity.id])[activity.id]
    return render_template(
        "activities/staff/show.html",
        activity=activity,
        places=places,
        # What is arranged has parties too, once staff have put one down.
        sign_up=activity.mode in SIGN_UP_MODES or places.taken > 0,
        members=queries.series_members(activity, shown_only=False),
        spoken=language_names(activity.languages),
        closing=newest_closing(activity.id),
        over=clock.now() >= activity.ends_at,
        **WORDS,
    )


def _practical(activity: Activity) -> str:
    """What a facilitator needs on the day; 403 where the activity is not given to them."""
    if current_user not in activity.facilitators:
        abort(403)
    expects = activity.mode in SIGN_UP_MODES or places_of([activity.id])[activity.id].taken > 0
    return render_template(
        "activities/staff/practical.html",
        activity=activity,
        expected=room_of(activity, with_names=False).room.expected if expects else None,
        spoken=language_names(activity.languages),
        contact=activity.contact if activity.contact and activity.contact.active else None,
        **WORDS,
    )


@activities_staff.get("/staff/activities/<int:id>/preview")
@roles(STAFF)
def preview(id: int) -> str | Response:
    """The public page as it will look, for staff only; what the public sees already is shown as they see it."""
    activity = _found(id)
    if activity.state is not State.DRAFT and activity.visibility is not Visibility.CLOSED:
        return redirect(activity_url(activity), 303)
    return activity_page(activity, preview=True)


def _form_page(form: ActivityForm, heading: str, activity: Activity | None, back: str, **more: Any) -> tuple[str, int]:
    page = render_template(
        "activities/staff/form.html",
        form=form,
        heading=heading,
        activity=activity,
        back=back,
        association_names=queries.association_names(),
        **more,
    )
    return page, 422 if form.errors else 200


def _created(form: ActivityForm) -> Response | None:
    """Where to go once the form's activity is made; None where the form has to be shown again."""
    if not form.validate_on_submit():
        return None
    try:
        made = service.create_activity(form.draft(), now=clock.now())
    except RuleError as fault:
        put_beside_field(form, fault)
        return None
    flash(_("The activity is saved as a draft. Only staff can see it until you publish it."), "success")
    return redirect(url_for("activities_staff.show", id=made.id), 303)


@activities_staff.route("/staff/activities/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new() -> Response | tuple[str, int]:
    """A new activity; ?type= fills in what the type usually is."""
    types = queries.activity_types()
    kind = next((t for t in types if t.key == request.args.get("type")), None)
    form = activity_form(typed_for(kind, current_user.id) if kind else None)
    back = url_for("activities_staff.index")
    return _created(form) or _form_page(form, _("New activity"), None, back, types=types, kind=kind)


@activities_staff.route("/staff/activities/<int:id>/copy", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def copy(id: int) -> Response | tuple[str, int]:
    """A new activity that starts from this one."""
    activity = _found(id)
    form = activity_form(copied(activity), activity)
    back = url_for("activities_staff.show", id=id)
    return _created(form) or _form_page(form, _("Copy of an activity"), None, back)


@activities_staff.route("/staff/activities/<int:id>/edit", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """Changes the activity; freed places go to the waiting list, and parties hear of a new time or place."""
    activity = _found(id)
    form = activity_form(typed_like(draft_of(activity)), activity)
    back = url_for("activities_staff.show", id=id)
    if form.validate_on_submit():
        now, before = clock.now(), (activity.starts_at, activity.ends_at, place_text(activity))
        try:
            changed = change_activity(id, form.draft(), now=now)
        except RuleError as fault:
            put_beside_field(form, fault)
            activity = _found(id)
        else:
            flash(_("The activity is saved."), "success")
            moved = before != (changed.starts_at, changed.ends_at, place_text(changed))
            if moved and changed.state is State.PUBLISHED and now < changed.starts_at and heads_of([changed.desk_id]):
                flash(_("Everybody who has signed up gets a mail with the new time or place."), "info")
            return redirect(back, 303)
    return _form_page(form, _("Edit the activity"), activity, back)


@activities_staff.route("/staff/activities/<int:id>/series", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def series(id: int) -> Response | tuple[str, int]:
    """Plans further meetings of the same activity."""
    activity = _found(id)
    form = SeriesForm()
    if form.validate_on_submit():
        days = form.days(clock.local(activity.starts_at).date())
        try:
            made = course.plan_series(id, days, bool(form.same_group.data), now=clock.now())
        except RuleError as fault:
            if fault.field and form.how.data == "weeks":
                fault = RuleError(fault.key, "times", **fault.facts)
            put_beside_field(form, fault)
            activity = _found(id)
        else:
            text = ngettext("%(num)s further meeting is planned.", "%(num)s further meetings are planned.", len(made))
            flash(text, "success")
            return redirect(url_for("activities_staff.show", id=id), 303)
    page = render_template(
        "activities/staff/series.html",
        form=form,
        activity=activity,
        members=queries.series_members(activity, shown_only=False),
    )
    return page, 422 if form.errors else 200


@activities_staff.post("/staff/activities/<int:id>/publish")
@roles(STAFF)
def publish(id: int) -> Response:
    """Publishes it; with `whole_series` the series' other drafts too."""
    _found(id)
    try:
        done = course.publish(id, now=clock.now(), whole_series=request.form.get("whole_series") == "1")
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(ngettext("The activity is published.", "%(num)s activities are published.", len(done)), "success")
    return redirect(url_for("activities_staff.show", id=id), 303)


@activities_staff.post("/staff/activities/<int:id>/unpublish")
@roles(STAFF)
def unpublish(id: int) -> Response:
    """Makes it a draft again, while nobody has signed up."""
    _found(id)
    try:
        service.unpublish(
            id, now=clock.now(), registered=lambda session, found: bool(heads_of([found.desk_id], session))
        )
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("The activity is a draft again. Only staff can see it."), "success")
    return redirect(url_for("activities_staff.show", id=id), 303)
