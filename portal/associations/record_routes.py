"""An association's own record: seen, corrected and confirmed by the association itself."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.activities.queries import districts
from portal.associations import queries, record_service
from portal.associations.drafts import draft_of
from portal.associations.forms import ContactForm, contact_form
from portal.associations.models import Association, Contact
from portal.associations.my_forms import my_association_form
from portal.associations.my_room import my_association
from portal.associations.sessions import current_contact
from portal.associations.words import fault_text, put_beside_field
from portal.errors import RuleError
from portal.web.access import contacts, keeps_input
from portal.web.forms import PortalForm


def _association() -> Association:
    association = queries.association_by_id(current_contact.association_id)
    if association is None:  # merged into another one this very moment
        abort(404)
    return association


def _contact(contact_id: int) -> Contact:
    """One of the association's own contacts; another one's is not there."""
    contact = queries.contact_of(current_contact.association_id, contact_id)
    if contact is None:
        abort(404)
    return contact


def _back() -> Response:
    return redirect(url_for("my_association.record"), 303)


@my_association.get("/record")
@contacts
def record() -> str:
    """The record and its contacts."""
    return render_template("my/record.html", association=_association())


@my_association.post("/record/confirm")
@contacts
def record_confirm() -> Response:
    """All is right."""
    try:
        record_service.confirm_contact(current_contact.id, now=clock.now())
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("Thank you. We have noted that it is right."), "success")
    return _back()


@my_association.route("/record/edit", methods=["GET", "POST"])
@contacts
@keeps_input
def record_edit() -> Response | tuple[str, int]:
    """Corrects the record; whoever saves second is told what the first changed."""
    association = _association()
    number = association.id
    form = my_association_form(association, districts())
    meanwhile: dict[str, Any] = {}
    if form.validate_on_submit():
        draft = form.draft_from(draft_of(association))
        try:
            record_service.save_association(number, draft, revision=form.read_revision, actor=None, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
            if fault.key == "changed_meanwhile":
                meanwhile = form.told_of(fault)
        else:
            flash(_("The record is saved."), "success")
            return _back()
    page = render_template("my/record_form.html", form=form, association=_association(), **meanwhile)
    return page, 422 if form.errors else 200


def _contact_page(form: ContactForm, heading: str, **more: Any) -> tuple[str, int]:
    page = render_template("my/contact_form.html", form=form, heading=heading, association=_association(), **more)
    return page, 422 if form.errors else 200


@my_association.route("/record/contacts/new", methods=["GET", "POST"])
@contacts
@keeps_input
def contact_new() -> Response | tuple[str, int]:
    """A further contact, who may log in from now on."""
    form = contact_form(None)
    if form.validate_on_submit():
        try:
            record_service.add_contact(current_contact.association_id, form.draft(), actor=None, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The contact is added."), "success")
            return _back()
    return _contact_page(form, _("New contact"))


@my_association.route("/record/contacts/<int:contact_id>", methods=["GET", "POST"])
@contacts
@keeps_input
def contact_edit(contact_id: int) -> Response | tuple[str, int]:
    """Corrects a contact. A new mailbox logs out whoever came in by the old one."""
    contact = _contact(contact_id)
    mine = contact.id == current_contact.id
    before = contact.email
    form = contact_form(contact)
    meanwhile: dict[str, Any] = {}
    if form.validate_on_submit():
        began = form.began_draft()
        try:
            changed = record_service.change_contact(contact_id, form.draft(), actor=None, now=clock.now(), began=began)
        except RuleError as fault:
            put_beside_field(form, fault)
            if fault.key == "changed_meanwhile":
                meanwhile = form.told_of(fault)
        else:
            if mine and changed.email != before:
                flash(_("The mailbox is changed. Ask for a link to the new one to go on."), "success")
                return redirect(url_for("my_association.login"), 303)
            flash(_("The contact is saved."), "success")
            return _back()
    return _contact_page(form, _("Correct the contact"), contact=_contact(contact_id), mine=mine, **meanwhile)


@my_association.route("/record/contacts/<int:contact_id>/remove", methods=["GET", "POST"])
@contacts
@keeps_input
def contact_remove(contact_id: int) -> Response | tuple[str, int]:
    """Asks, then removes a contact; one stays."""
    contact = _contact(contact_id)
    mine = contact.id == current_contact.id
    form = PortalForm()
    if form.validate_on_submit():
        try:
            record_service.remove_contact(contact_id, actor=None, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            if mine:
                flash(_("You are no longer a contact, and are logged out. Thank you for your time."), "success")
                return redirect(url_for("pages.front"), 303)
            flash(_("The contact is removed. Links that were mailed to it no longer work."), "success")
            return _back()
    page = render_template("my/contact_remove.html", form=form, contact=_contact(contact_id), mine=mine)
    return page, 422 if form.errors else 200
