"""Asking for an activity or an engagement, and the asker's own page behind the link."""

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers.response import Response

from portal import clock
from portal.activities.words import language_names
from portal.associations.sessions import logged_in_contact
from portal.config import Settings
from portal.enquiries import queries, service
from portal.enquiries.forms import EnquiryForm, WordsForm
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import ERASED_AFTER, OPEN, EnquiryState
from portal.enquiries.waiting import answer_due
from portal.enquiries.words import WISHES
from portal.errors import RuleError
from portal.registrations.forms import AGE_BANDS
from portal.web.access import keeps_input, public
from portal.web.limits import limiter
from portal.web.links import sign, unsign
from portal.web.locale import shown_on

enquiries = Blueprint("enquiries", __name__, url_prefix="/<any(da, en):lang>/enquiries")

REFUSALS = {
    "not_open": _l("The enquiry is closed already."),
    "already_scheduled": _l("A day is agreed already. Cancel on the registration’s page instead."),
}


def _limit() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.sign_up_limit


def _sent(response: Response) -> bool:
    """Only what was sent counts: everybody may mistype as they like."""
    return response.status_code == 303


@enquiries.route("/new", methods=["GET", "POST"])
@public
@keeps_input
@limiter.limit(_limit, methods=["POST"], deduct_when=_sent)
def new() -> Response | tuple[str, int]:
    """The form; ?wish= chooses what it is about. Who is logged in for an association is asked less."""
    form = EnquiryForm.for_asker(logged_in_contact(), request.args.get("wish", ""))
    if form.validate_on_submit():
        try:
            made = service.ask(form.asked(), now=clock.now())
        except RuleError:
            form.submission.data = str(uuid.uuid4())
            form.form_errors.append(
                _(
                    "This form was sent before, with something else in it. Is this one more enquiry, then send it "
                    "again. To add to the first one, use the link in its mail."
                )
            )
        else:
            if made.reference is not None:
                text = _("Thank you. A mail with the link to this page is on its way to %(email)s.", email=made.email)
                flash(text, "success")
                return redirect(url_for("enquiries.follow", token=sign(made.reference)), 303)
    return render_template("enquiries/new.html", form=form, days=ERASED_AFTER.days), 422 if form.is_submitted() else 200


def _found(token: str) -> Enquiry | None:
    reference = unsign(token)
    return queries.enquiry_by_reference(reference) if reference else None


def _gone() -> tuple[str, int]:
    return render_template("enquiries/gone.html", days=ERASED_AFTER.days), 404


def _page(token: str, enquiry: Enquiry, form: WordsForm | None = None) -> tuple[str, int]:
    form = form or WordsForm(formdata=None)
    registration = enquiry.registration
    page = render_template(
        "enquiries/follow.html",
        enquiry=enquiry,
        token=token,
        form=form,
        wish=WISHES[enquiry.wish],
        age_name=dict(AGE_BANDS).get(enquiry.age_band or ""),
        spoken=language_names(enquiry.spoken),
        due=answer_due(enquiry.last_words_at),
        may_withdraw=enquiry.state in OPEN and registration is None,
        manage=sign(registration.reference) if registration and registration.reference else None,
        erased_on=enquiry.closed_at + ERASED_AFTER if enquiry.closed_at else None,
        days=ERASED_AFTER.days,
    )
    return page, 422 if form.errors else 200


@enquiries.get("/<token>")
@public
def follow(token: str) -> tuple[str, int]:
    """How the enquiry stands, what was written, and all that is stored about it."""
    enquiry = _found(token)
    return _page(token, enquiry) if enquiry else _gone()


@enquiries.post("/<token>/words")
@public
@keeps_input
@shown_on("enquiries.follow")
@limiter.limit(_limit, methods=["POST"], deduct_when=_sent)
def write(token: str) -> Response | tuple[str, int]:
    """The asker writes more; a closed enquiry is open again."""
    enquiry = _found(token)
    if enquiry is None:
        return _gone()
    form = WordsForm()
    if form.validate_on_submit():
        service.write_more(enquiry.id, form.words.data, now=clock.now())
        flash(_("Thank you. We have your words, and answer here and by mail."), "success")
        return redirect(url_for("enquiries.follow", token=token), 303)
    return _page(token, enquiry, form)


@enquiries.post("/<token>/withdraw")
@public
def withdraw(token: str) -> Any:
    """The asker needs it no more."""
    enquiry = _found(token)
    if enquiry is None:
        return _gone()
    try:
        done = service.withdraw(enquiry.id, now=clock.now())
    except RuleError as fault:
        flash(str(REFUSALS[fault.key]), "error")
    else:
        if done.state is EnquiryState.WITHDRAWN:
            flash(_("The enquiry is withdrawn. Thank you for telling us."), "success")
    return redirect(url_for("enquiries.follow", token=token), 303)
