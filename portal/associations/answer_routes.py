"""What an association answers: the charter, in its room or by a link, and the yearly question by a link."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers.response import Response

from portal import clock
from portal.associations import charter_queries, charter_service, confirmation_service
from portal.associations.access_links import LinkState, link_of, state_of
from portal.associations.charter_models import CharterVersion
from portal.associations.charter_service import Said
from portal.associations.forms import contact_form
from portal.associations.login_routes import dead_link
from portal.associations.models import AccessLink
from portal.associations.my_forms import CharterForm
from portal.associations.my_room import my_association
from portal.associations.rules import CharterAnswerKind, CharterStatus, LinkPurpose
from portal.associations.sessions import current_contact
from portal.associations.words import CHARTER, put_beside_field
from portal.errors import RuleError
from portal.web.access import contacts, keeps_input, public
from portal.web.locale import shown_on

REFUSALS = {
    "nothing_to_withdraw": _l("There is no acceptance to withdraw."),
    "newer_version": _l("A newer version was published meanwhile. Read it below, and answer again."),
    "unknown_version": _l("A newer version was published meanwhile. Read it below, and answer again."),
    "unknown_association": _l("It is not there any more."),
}
ANSWERS = {answer: CHARTER[CharterStatus(answer.value)] for answer in CharterAnswerKind}
BY_LINK = (CharterAnswerKind.ACCEPTED, CharterAnswerKind.DECLINED)


def _said(form: CharterForm) -> Said | None:
    """What was answered with which button; None where a box is to be ticked first, or no button was pressed."""
    answer = request.form.get("answer")
    if not form.validate_on_submit():
        return None
    if answer not in set(CharterAnswerKind):
        form.form_errors.append(_("Choose one of the answers."))
        return None
    if answer == CharterAnswerKind.ACCEPTED and not form.agreed.data:
        form.agreed.errors = [_("Tick the box to accept, or press the button for no.")]
        return None
    return Said(CharterAnswerKind(answer), form.role.data, clock.local(clock.now()).date(), form.read_version)


def _refuse(form: CharterForm, fault: RuleError, version: CharterVersion | None) -> None:
    form.form_errors.append(str(REFUSALS[fault.key]))
    form.version.data = str(version.id) if version else ""


@my_association.route("/charter", methods=["GET", "POST"])
@contacts
@keeps_input
def charter() -> Response | tuple[str, int]:
    """The charter: its text, where the association stands, its answer, and what it answered before."""
    version = charter_queries.newest_version()
    association_id = current_contact.association_id
    form = CharterForm.about(version, current_contact.role) if version else None
    said = _said(form) if form else None
    if form and said:
        try:
            charter_service.answer_charter(association_id, said, actor=None, now=clock.now())
        except RuleError as fault:
            _refuse(form, fault, version)
            association_id = current_contact.association_id  # anew: it may have been merged this very moment
        else:
            flash(_("Thank you. The answer is put down, and you can change it at any time."), "success")
            return redirect(url_for("my_association.charter"), 303)
    page = render_template(
        "my/charter.html",
        version=version,
        form=form,
        status=charter_queries.charter_statuses([association_id])[association_id],
        answers=charter_queries.answers_of(association_id),
        status_words=CHARTER,
        answer_words=ANSWERS,
    )
    return page, 422 if form and form.is_submitted() else 200


def _open_link(token: str, purpose: LinkPurpose) -> AccessLink | tuple[str, int]:
    """The link where it can still be used, else the page that says why not."""
    link = link_of(token, purpose)
    state = state_of(link, clock.now())
    return link if link is not None and state is LinkState.OPEN else dead_link(state, purpose)


@my_association.route("/charter/<token>", methods=["GET", "POST"])
@public
@keeps_input
def answer_charter(token: str) -> Response | tuple[str, int]:
    """The charter by the reminder's link: yes and no are buttons, and nobody need log in."""
    link = _open_link(token, LinkPurpose.CHARTER)
    version = charter_queries.newest_version()
    if not isinstance(link, AccessLink):
        return link
    if version is None:
        return dead_link(LinkState.UNKNOWN, LinkPurpose.CHARTER)
    form = CharterForm.about(version, link.contact.role)
    said = _said(form)
    if said and said.answer in BY_LINK:
        try:
            charter_service.answer_by_link(token, said, now=clock.now())
        except RuleError as fault:
            if fault.key in set(LinkState):
                return dead_link(fault.key, LinkPurpose.CHARTER)
            _refuse(form, fault, version)
        else:
            return redirect(url_for("my_association.thank_you"), 303)
    shown = link_of(token, LinkPurpose.CHARTER)
    name = shown.contact.association.name if shown else ""
    page = render_template("my/charter_answer.html", version=version, form=form, name=name)
    return page, 422 if form.is_submitted() else 200


@my_association.route("/confirm/<token>", methods=["GET", "POST"])
@public
@keeps_input
def confirm(token: str) -> Response | tuple[str, int]:
    """The yearly question: what we have, and a form to correct the contact right there."""
    link = _open_link(token, LinkPurpose.CONFIRM)
    if not isinstance(link, AccessLink):
        return link
    form = contact_form(link.contact)
    meanwhile: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            confirmation_service.confirm_by_link(token, form.draft(), now=clock.now(), began=form.began_draft())
        except RuleError as fault:
            if fault.key in set(LinkState):
                return dead_link(fault.key, LinkPurpose.CONFIRM)
            put_beside_field(form, fault)
            if fault.key == "changed_meanwhile":
                meanwhile = form.told_of(fault)
        else:
            return redirect(url_for("my_association.thank_you"), 303)
    shown = _open_link(token, LinkPurpose.CONFIRM)  # anew: a refused answer lets go of what was read
    if not isinstance(shown, AccessLink):
        return shown
    page = render_template("my/confirm.html", contact=shown.contact, form=form, token=token, **meanwhile)
    return page, 422 if form.is_submitted() else 200


@my_association.post("/confirm/<token>/yes")
@public
@shown_on("my_association.confirm")
def confirm_yes(token: str) -> Response | tuple[str, int]:
    """Yes, it is right."""
    try:
        confirmation_service.confirm_by_link(token, None, now=clock.now())
    except RuleError as fault:
        return dead_link(fault.key, LinkPurpose.CONFIRM)
    return redirect(url_for("my_association.thank_you"), 303)


@my_association.get("/thank-you")
@public
def thank_you() -> str:
    """The answer by a link has arrived."""
    return render_template("my/thank_you.html")
