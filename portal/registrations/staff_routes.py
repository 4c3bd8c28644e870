"""The organiser's pages about parties: the list, a corrected mailbox, and calling off."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.models import Activity
from portal.activities.queries import activity_by_id
from portal.activities.rules import State
from portal.database import db
from portal.errors import RuleError
from portal.mail.queries import undelivered_of
from portal.registrations import planning, queries, service
from portal.registrations.address_service import correct_address
from portal.registrations.forms import AddressForm, CallOffForm
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE
from portal.web.access import keeps_input, roles

registrations_staff = Blueprint("registrations_staff", __name__, url_prefix="/<any(da, en):lang>/staff")

REFUSALS = {
    "not_published": _l("Only a published activity can be called off. A draft can simply be left."),
    "started": _l("The activity is over, so it cannot be called off."),
    "unknown_registration": _l("We cannot find the registration."),
    "called_off": _l("The activity is called off, so there is nothing to change."),
    "no_association": _l("The registration names no association."),
    "not_alive": _l("The registration is cancelled or erased, so there is nobody to write to."),
}


def _activity(id: int) -> Activity:
    activity = activity_by_id(id)
    if activity is None:
        abort(404)
    return activity


@registrations_staff.get("/activities/<int:id>/registrations")
@roles(STAFF)
def parties(id: int) -> str:
    """Who comes, who waits, and what they need. Names stand here only until they are erased."""
    activity = _activity(id)
    found = queries.parties_of(activity.desk_id)
    return render_template(
        "registrations/parties.html",
        activity=activity,
        parties=found,
        queue=queries.line_of(activity.registers_at or activity),
        passings=queries.passings_of([party.id for party in found]),
        places=queries.places_of([activity.id])[activity.id],
        undelivered=undelivered_of([party.id for party in found]),
    )


@registrations_staff.route("/activities/<int:id>/call-off", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def call_off(id: int) -> str | Response | tuple[str, int]:
    """Calls the activity off; everybody registered is told why."""
    activity = _activity(id)
    if activity.state is State.CALLED_OFF:
        return redirect(url_for("activities_staff.show", id=id))
    form = CallOffForm()
    others = [m for m in planning.meetings_to_come(activity, clock.now()) if m.id != id]
    if not others:
        del form.scope
    if form.validate_on_submit():
        whole = form.scope is not None and form.scope.data == "course"
        reasons = (form.reason_da.data or "", form.reason_en.data or "")
        try:
            planning.call_off(id, *reasons, now=clock.now(), whole_course=whole)
        except RuleError as fault:
            form.form_errors.append(str(REFUSALS[fault.key]))
        else:
            flash(_("The activity is called off, and everybody registered gets a mail."), "success")
            return redirect(url_for("activities_staff.show", id=id), 303)
    places = queries.places_of([id])[id]
    page = render_template("registrations/call_off.html", activity=activity, form=form, places=places, others=others)
    return page, 422 if form.errors or form.form_errors else 200


@registrations_staff.route("/registrations/<int:id>/address", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def address(id: int) -> str | Response | tuple[str, int]:
    """Corrects a mailbox that mail did not reach; the party is told there how it stands."""
    party = db.session.get(Registration, id)
    if party is None or party.erased_at is not None or party.standing not in ALIVE:
        abort(404)
    activity = party.activity
    form = AddressForm(data={"email": party.email})
    if form.validate_on_submit():
        try:
            correct_address(id, form.email.data, now=clock.now())
        except RuleError as fault:
            form.form_errors.append(str(REFUSALS[fault.key]))
        else:
            flash(_("The address is corrected, and a mail is on its way to it."), "success")
            return redirect(url_for("registrations_staff.parties", id=activity.id), 303)
    page = render_template("registrations/address.html", activity=activity, party=party, form=form)
    return page, 422 if form.errors or form.form_errors else 200


@registrations_staff.post("/registrations/<int:id>/cancel")
@roles(STAFF)
def cancel(id: int) -> Response:
    """Cancels a party for somebody who called."""
    try:
        activity_id = service.cancel(id, now=clock.now()).activity_id
    except RuleError as fault:
        if fault.key == "unknown_registration":
            abort(404)
        flash(str(REFUSALS[fault.key]), "error")
        return redirect(url_for("goals.dashboard"), 303)
    flash(_("The registration is cancelled."), "success")
    return redirect(url_for("registrations_staff.parties", id=activity_id), 303)


@registrations_staff.post("/registrations/<int:id>/association")
@roles(STAFF)
def adopt(id: int) -> Response:
    """Adds the association that a party named, so that it is counted."""
    try:
        activity_id, association = service.adopt_association(id, now=clock.now())
    except RuleError as fault:
        if fault.key == "unknown_registration":
            abort(404)
        flash(str(REFUSALS[fault.key]), "error")
        return redirect(url_for("goals.dashboard"), 303)
    flash(_("%(name)s is among the associations now.", name=association.name), "success")
    return redirect(url_for("registrations_staff.parties", id=activity_id), 303)
