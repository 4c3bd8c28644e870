"""What an enquiry becomes: an activity with the group registered, or an engagement."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.faults import TEXTS, put_beside_field
from portal.activities.queries import association_names
from portal.associations.models import Association
from portal.enquiries import schedule_service
from portal.enquiries.forms import StartForm
from portal.enquiries.letters import suggested_start
from portal.enquiries.rules import GATED_TYPES, OPEN, EnquiryState
from portal.enquiries.schedule_forms import ScheduleForm
from portal.enquiries.staff_routes import enquiries_staff as enquiries_staff
from portal.enquiries.staff_routes import found, put_fault
from portal.errors import RuleError
from portal.registrations.words import too_many
from portal.web.access import keeps_input, roles


def _put_fault(form: Any, fault: RuleError) -> None:
    """A refusal of the activity's or the enquiry's rules, beside its field."""
    if fault.key == "too_many_heads":
        form.heads.errors = [too_many(int(str(fault.facts["most"])))]
    elif fault.key in TEXTS:
        put_beside_field(form, fault)
    else:
        put_fault(form, fault)


@enquiries_staff.route("/<int:id>/schedule", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def schedule(id: int) -> Response | tuple[str, int]:
    """Agrees on a day: the activity is made and the group registered, in one go."""
    enquiry = found(id)
    form = ScheduleForm.for_enquiry(enquiry)
    if form.validate_on_submit():
        try:
            made = schedule_service.schedule(
                id, form.draft(enquiry, current_user.id), form.heads.data or 0,
                actor=current_user, now=clock.now(), seen=form.seen.data,
            )  # fmt: skip
        except RuleError as fault:
            _put_fault(form, fault)
            enquiry = found(id)
        else:
            if made.state is EnquiryState.SCHEDULED:
                flash(_("The activity is made, the group is registered, and a confirmation is on its way."), "success")
            else:
                flash(
                    _("A possible day is set aside as a draft. The asker is told that it is not confirmed."), "success"
                )
            return redirect(url_for("enquiries_staff.show", id=id), 303)
    form.seen.data = enquiry.seen_mark
    page = render_template(
        "enquiries/staff/schedule.html",
        enquiry=enquiry,
        form=form,
        is_open=enquiry.state in OPEN,
        gated=[kind for kind in form.types.values() if kind.key in GATED_TYPES],
    )
    return page, 422 if form.errors or form.form_errors else 200


@enquiries_staff.route("/<int:id>/engagement", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def start_work(id: int) -> Response | tuple[str, int]:
    """Begins capacity building with the association, found or made by its name."""
    enquiry = found(id)
    association: Association | None = enquiry.association
    name = association.name if association else enquiry.organisation or ""
    form = StartForm(seen=enquiry.seen_mark, association=name, words=suggested_start(enquiry))
    if form.validate_on_submit():
        try:
            schedule_service.start_work(
                id, form.association.data, form.words.data,
                actor=current_user, now=clock.now(), seen=form.seen.data,
            )  # fmt: skip
        except RuleError as fault:
            put_fault(form, fault)
            enquiry = found(id)
        else:
            flash(_("Capacity building has begun, and the asker has it by mail."), "success")
            return redirect(url_for("enquiries_staff.show", id=id), 303)
    form.seen.data = enquiry.seen_mark
    page = render_template(
        "enquiries/staff/start_work.html",
        enquiry=enquiry,
        form=form,
        is_open=enquiry.state in OPEN,
        association_names=association_names(),
    )
    return page, 422 if form.errors or form.form_errors else 200
