"""Signing up, and the party's own pages behind its link."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.activities.models import Activity
from portal.activities.queries import activity_by_id
from portal.activities.rules import Closed, State, Visibility
from portal.config import Settings
from portal.database import db
from portal.errors import RuleError
from portal.registrations import queries, service
from portal.registrations.calendar_parts import party_file
from portal.registrations.forms import AGE_BANDS, HeadsForm, SignUpForm
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.words import CLOSED_TEXTS, refusal, too_many
from portal.web.access import keeps_input, public
from portal.web.limits import hashed, limiter
from portal.web.links import sign, unsign
from portal.web.locale import language, shown_on

registrations = Blueprint("registrations", __name__, url_prefix="/<any(da, en):lang>")


def _sign_up_limit() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.sign_up_limit


def _signed_up(response: Response) -> bool:
    """Only what was registered counts: a class behind one address may mistype as it likes."""
    return response.status_code == 303


def _this_party() -> str:
    """Each change is a mail to the party's mailbox, which may be a stranger's: whoever signed it up has the link."""
    token = str((request.view_args or {}).get("token", ""))
    return hashed(f"party:{unsign(token) or token}")


def _visible(id: int) -> Activity:
    """The activity, if this visitor may see it: an unlisted one needs its key in the address."""
    activity = activity_by_id(id)
    if activity is None or not activity.may_be_seen(request.args.get("key", "")):
        abort(404)
    return activity


@registrations.route("/activities/<int:id>/sign-up", methods=["GET", "POST"])
@public
@keeps_input
@limiter.limit(_sign_up_limit, methods=["POST"], deduct_when=_signed_up)
def sign_up(id: int) -> str | Response | tuple[str, int]:
    """The sign-up form; a later meeting of the same group leads to its first one's."""
    activity = _visible(id)
    if activity.registers_at_id is not None:
        desk = activity_by_id(activity.registers_at_id)
        key = desk.link_key if desk is not None and desk.visibility is Visibility.UNLISTED else None
        return redirect(url_for("registrations.sign_up", id=activity.registers_at_id, key=key))
    form = SignUpForm.for_activity(activity)
    places = queries.places_of([activity.id])[activity.id]
    closed = places.closed
    if form.validate_on_submit():
        try:
            made = service.sign_up(activity.id, form.party(), now=clock.now())
        except RuleError as fault:
            if fault.key == "closed":
                closed = Closed(str(fault.facts["reason"]))
                form.form_errors.append(str(CLOSED_TEXTS[closed]))
            elif fault.key == "sent_before":
                form.submission.data = str(uuid.uuid4())
                form.form_errors.append(
                    _(
                        "This form was sent before, with something else in it. Is this one more registration, "
                        "then send it again. To change the first one, use the link in its mail."
                    )
                )
            elif fault.key == "too_many_heads" and form.heads is not None:
                form.heads.errors = [too_many(int(str(fault.facts["most"])))]
            else:
                form.form_errors.append(_("Something in the form was not right. Please send it again."))
        else:
            if made.reference is None:
                abort(404)
            return redirect(url_for("registrations.manage", token=sign(made.reference)), 303)
    elif closed is not None and form.is_submitted():
        form.form_errors.append(str(CLOSED_TEXTS[closed]))
    status = 422 if form.is_submitted() else 200
    return render_template(
        "registrations/sign_up.html",
        activity=activity,
        form=form,
        places=places,
        closed=closed,
        closed_text=CLOSED_TEXTS[closed] if closed else None,
        meetings=queries.meetings_told_of(activity),
    ), status


def _registration(token: str) -> Registration:
    reference = unsign(token)
    found = queries.registration_by_reference(reference) if reference else None
    if found is None:
        abort(404)
    return found


def _page(token: str, form: HeadsForm | None = None, template: str = "manage") -> tuple[str, int]:
    registration = _registration(token)
    if form is None:
        form = HeadsForm(formdata=None, heads=registration.heads)
    waiting = registration.standing is Standing.WAITING
    activity = registration.activity
    now = clock.now()
    line = queries.line_of(activity) if waiting else None
    meetings = queries.meetings_told_of(activity)
    return render_template(
        f"registrations/{template}.html",
        registration=registration,
        activity=activity,
        token=token,
        form=form,
        queue=line,
        part=line.part_of(registration.id, now) if line else 0,
        passings=queries.passings_of([registration.id]).get(registration.id, []) if waiting else [],
        line_over=now >= activity.starts_at,
        begun=now >= queries.last_start(meetings),
        meetings=meetings,
        places=queries.places_of([activity.id])[activity.id],
        age_name=dict(AGE_BANDS).get(registration.age_band or ""),
    ), 422 if form.errors else 200


@registrations.get("/registrations/<token>")
@public
def manage(token: str) -> tuple[str, int]:
    """The registration: how it stands, what is stored, and the buttons."""
    return _page(token)


@registrations.get("/registrations/<token>/calendar.ics")
@public
def calendar(token: str) -> Response:
    """Every meeting that the registration holds for, for the party's own calendar."""
    file = party_file(db.session(), _registration(token), language())
    answer = current_app.response_class(file, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="activity.ics"'
    return answer


@registrations.post("/registrations/<token>/heads")
@public
@keeps_input
@shown_on("registrations.manage")
@limiter.limit("20 per hour", key_func=_this_party, deduct_when=_signed_up)
def change_heads(token: str) -> Response | tuple[str, int]:
    """Changes how many come."""
    registration = _registration(token)
    form = HeadsForm()
    if form.validate_on_submit():
        try:
            changed = service.change_heads(registration.id, form.heads.data or 0, now=clock.now())
        except RuleError as fault:
            form.heads.errors = [refusal(fault)]
        else:
            flash(_("The change is saved."), "success")
            answering = changed.standing is Standing.OFFERED  # yes and no are what is left to press
            return redirect(url_for(f"registrations.{'offer' if answering else 'manage'}", token=token), 303)
    return _page(token, form)


@registrations.post("/registrations/<token>/part")
@public
@shown_on("registrations.manage")
def take_part(token: str) -> Response:
    """A waiting party takes some of the places that are free: as many as the page offered it."""
    heads = request.form.get("heads", 0, type=int)
    try:
        found = service.take_part(_registration(token).id, heads, now=clock.now())
    except RuleError as fault:
        flash(refusal(fault), "error")
    else:
        if found.standing is Standing.CONFIRMED:
            flash(_("The places are yours."), "success")
        elif found.standing is Standing.OFFERED:
            flash(_("There is room for all of you now."), "success")
    return redirect(url_for("registrations.manage", token=token), 303)


@registrations.post("/registrations/<token>/cancel")
@public
def cancel(token: str) -> Response:
    """Cancels the registration."""
    registration = _registration(token)
    try:
        service.cancel(registration.id, now=clock.now())
    except RuleError as fault:
        flash(refusal(fault), "error")
    return redirect(url_for("registrations.manage", token=token), 303)


@registrations.get("/offers/<token>")
@public
def offer(token: str) -> Response | tuple[str, int]:
    """Yes, no, or a part of an offer; where none is open, the registration's own page."""
    found = _registration(token)
    expires = found.offer_expires_at
    if found.activity.state is not State.PUBLISHED or expires is None or clock.now() >= expires:
        return redirect(url_for("registrations.manage", token=token))
    return _page(token, template="offer")


@registrations.post("/offers/<token>/<any(take, decline):answer>")
@public
def answer_offer(token: str, answer: str) -> Response:
    """Takes or declines the offer."""
    yes = answer == "take"
    try:
        found = service.answer_offer(_registration(token).id, yes, now=clock.now())
    except RuleError as fault:
        flash(refusal(fault), "error")
    else:
        if yes and found.standing is Standing.CONFIRMED:
            flash(_("The places are yours."), "success")
        elif yes:
            flash(_("The offer has expired, and the places have gone to the next in line."), "error")
    return redirect(url_for("registrations.manage", token=token), 303)
