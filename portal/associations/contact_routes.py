"""An association's contacts, as staff keep them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.associations import queries, record_service
from portal.associations.forms import ContactForm, contact_form
from portal.associations.models import Association, Contact
from portal.associations.words import fault_text, put_beside_field
from portal.database import db
from portal.errors import RuleError
from portal.web.access import keeps_input, roles
from portal.web.forms import PortalForm

contacts_staff = Blueprint(
    "contacts_staff", __name__, url_prefix="/<any(da, en):lang>/staff/associations/<int:id>/contacts"
)


def _association(id: int) -> Association:
    association = db.session.get(Association, id)
    if association is None:
        abort(404)
    return association


def _contact(id: int, contact_id: int) -> Contact:
    contact = queries.contact_of(id, contact_id)
    if contact is None:
        abort(404)
    return contact


def _page(form: ContactForm, heading: str, id: int, **more: Any) -> tuple[str, int]:
    form.news.label.text = _("Gets invitations and news")
    page = render_template(
        "associations/staff/contact_form.html", form=form, heading=heading, association=_association(id), **more
    )
    return page, 422 if form.errors else 200


def _back(id: int) -> Response:
    return redirect(url_for("associations_staff.show", id=id, _anchor="contacts"), 303)


@contacts_staff.route("/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new(id: int) -> Response | tuple[str, int]:
    """A further contact."""
    _association(id)
    form = contact_form(None)
    if form.validate_on_submit():
        try:
            record_service.add_contact(id, form.draft(), actor=current_user, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The contact is added."), "success")
            return _back(id)
    return _page(form, _("New contact"), id)


@contacts_staff.route("/<int:contact_id>/edit", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(id: int, contact_id: int) -> Response | tuple[str, int]:
    """Changes a contact. A new mailbox logs the old one out."""
    form = contact_form(_contact(id, contact_id))
    meanwhile: dict[str, Any] = {}
    if form.validate_on_submit():
        began = form.began_draft()
        try:
            record_service.change_contact(contact_id, form.draft(), actor=current_user, now=clock.now(), began=began)
        except RuleError as fault:
            put_beside_field(form, fault)
            if fault.key == "changed_meanwhile":
                meanwhile = form.told_of(fault)
        else:
            flash(_("The contact is saved."), "success")
            return _back(id)
    return _page(form, _("Edit the contact"), id, **meanwhile)


@contacts_staff.post("/<int:contact_id>/confirm")
@roles(STAFF)
def confirm(id: int, contact_id: int) -> Response:
    """Somebody there said by telephone that it is right."""
    _contact(id, contact_id)
    try:
        record_service.confirm_contact(contact_id, actor=current_user, now=clock.now())
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("Noted: the contact is confirmed today."), "success")
    return _back(id)


@contacts_staff.route("/<int:contact_id>/remove", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def remove(id: int, contact_id: int) -> Response | tuple[str, int]:
    """Asks, then removes a contact; links that are out to it are dead at once."""
    contact = _contact(id, contact_id)
    form = PortalForm()
    if form.validate_on_submit():
        try:
            record_service.remove_contact(contact_id, actor=current_user, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The contact is removed. Links that were mailed to it no longer work."), "success")
            return _back(id)
    page = render_template("associations/staff/remove_contact.html", form=form, contact=contact)
    return page, 422 if form.errors else 200
