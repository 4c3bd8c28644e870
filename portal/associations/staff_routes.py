"""The address book: every association, one association's page, and its record."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.queries import districts
from portal.associations import queries, record_service
from portal.associations.charter_queries import charter_statuses
from portal.associations.forms import AssociationForm, association_form
from portal.associations.models import Association
from portal.associations.rules import CharterStatus
from portal.associations.sheet import address_book_file
from portal.associations.words import ACTIVE_STATES, CHARTER, CHARTER_BADGES, MEMBERSHIPS, put_beside_field
from portal.database import db
from portal.errors import RuleError
from portal.forum import address_book
from portal.forum.address_book import Wanted, associations_in, wanted_of
from portal.log.queries import entries_about
from portal.log.service import note_export, note_look
from portal.log.words import EVENTS, what_about, who_did
from portal.paging import page_number, page_of
from portal.privacy.timeline import timeline_of
from portal.web.access import keeps_input, roles

associations_staff = Blueprint("associations_staff", __name__, url_prefix="/<any(da, en):lang>/staff/associations")
WORDS = {"charter_words": CHARTER, "charter_badges": CHARTER_BADGES}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YIELD = {"yield_per": 500}  # associations that a long export holds at a time
IN_SHEET = (
    joinedload(Association.kind),
    joinedload(Association.district),
    selectinload(Association.tags),
    selectinload(Association.contacts),
)


def _known(wanted: Wanted, **rows: Any) -> Wanted:
    """The filters without keys and meetings that do not exist, which the list ignores."""
    keys = {name: getattr(wanted, name) for name in ("kind", "district", "tag")}
    known = {name: key if key in {row.key for row in rows[name]} else "" for name, key in keys.items()}
    meetings = {address_book.NEXT, *(str(each.id) for each in rows["meetings"])}
    meeting = wanted.unanswered if wanted.unanswered in meetings else ""
    args: Mapping[str, Any] = {**wanted.args, **known, "unanswered": meeting}
    return wanted_of(args)


def _asked() -> tuple[Wanted, dict[str, Any]]:
    """What the address asks for, and what can be chosen."""
    asked = wanted_of(request.args)
    rows = {
        "kind": queries.association_kinds(),
        "district": districts(),
        "tag": queries.tags(active_only=False),
        "meetings": address_book.meetings_to_ask_about(asked.unanswered, now=clock.now()),
    }
    return _known(asked, **rows), rows


@associations_staff.get("")
@roles(STAFF)
def index() -> str:
    """The associations, with filters; by default those that are active."""
    wanted, rows = _asked()
    query = associations_in(wanted, now=clock.now())
    page = page_of(query, page_number(request.args.get("page")), options=address_book.IN_LIST)
    args: dict[str, Any] = dict(wanted.args)
    return render_template(
        "associations/staff/index.html",
        wanted=wanted,
        rows=rows,
        page=page,
        page_url=lambda number: url_for("associations_staff.index", page=number, **args),
        statuses=charter_statuses([association.id for association in page.items]),
        segments=[(each, wanted_of(parse_qs(each.query))) for each in queries.segments()],
        memberships=MEMBERSHIPS,
        active_states=ACTIVE_STATES,
        **WORDS,
    )


@associations_staff.get("/export")
@roles(STAFF)
def export() -> Response:
    """The associations that the filters find, as a spreadsheet."""
    wanted, _rows = _asked()
    now = clock.now()
    written = 0

    def rows() -> Iterator[tuple[Association, CharterStatus]]:
        nonlocal written
        # With yield_per the session keeps no more than a part of a long list.
        found = db.session.scalars(associations_in(wanted, now=now).options(*IN_SHEET), execution_options=YIELD)
        for part in found.partitions():
            statuses = charter_statuses([association.id for association in part])
            for association in part:
                written += 1
                yield association, statuses[association.id]
            db.session.expunge_all()

    file = address_book_file(rows())
    note_export(f"xlsx, {written}", actor=current_user, now=now)
    name = _("associations-%(day)s.xlsx", day=clock.local(now).date().isoformat())
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


@associations_staff.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> str:
    """Everything about one association; that somebody looked is noted, and the association can see it."""
    if db.session.get(Association, id) is None:
        abort(404)
    note_look(id, actor=current_user, now=clock.now())
    association = queries.association_by_id(id)
    if association is None:  # merged into another one this very moment
        abort(404)
    return render_template(
        "associations/staff/show.html",
        association=association,
        status=charter_statuses([id])[id],
        timeline=timeline_of(id, page_number(request.args.get("page"))),
        page_url=lambda number: url_for("associations_staff.show", id=id, page=number, _anchor="timeline"),
        entries=entries_about(id),
        events=EVENTS,
        who_did=who_did,
        what_about=what_about,
        **WORDS,
    )


def _form_page(form: AssociationForm, heading: str, association: Association | None, **more: Any) -> tuple[str, int]:
    page = render_template("associations/staff/form.html", form=form, heading=heading, association=association, **more)
    return page, 422 if form.errors else 200


@associations_staff.route("/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new() -> Response | tuple[str, int]:
    """A new association."""
    form = association_form(None, queries.association_kinds(), districts(), queries.tags())
    if form.validate_on_submit():
        try:
            made = record_service.save_association(None, form.draft(), revision=0, actor=current_user, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The association is in the address book. Add a contact, so that we can write to it."), "success")
            return redirect(url_for("associations_staff.show", id=made.id), 303)
    return _form_page(form, _("New association"), None)


@associations_staff.route("/<int:id>/edit", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """Changes the record. Whoever saves second is told what the first changed, and loses nothing."""
    association = queries.association_by_id(id)
    if association is None:
        abort(404)
    form = association_form(association, queries.association_kinds(), districts(), queries.tags(active_only=False))
    meanwhile: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            record_service.save_association(
                id, form.draft(), revision=form.read_revision, actor=current_user, now=clock.now()
            )
        except RuleError as fault:
            put_beside_field(form, fault)
            if fault.key == "changed_meanwhile":
                meanwhile = form.told_of(fault)
        else:
            flash(_("The record is saved."), "success")
            return redirect(url_for("associations_staff.show", id=id), 303)
    association = queries.association_by_id(id)  # anew: a refused save lets go of what was read
    return _form_page(form, _("Edit the record"), association, **meanwhile)


@associations_staff.post("/<int:id>/names/<int:name_id>/drop")
@roles(STAFF)
def drop_name(id: int, name_id: int) -> Response:
    """Forgets a name that it does not go by any more."""
    try:
        record_service.drop_other_name(id, name_id, actor=current_user, now=clock.now())
    except RuleError:
        abort(404)
    flash(_("The name is forgotten."), "success")
    return redirect(url_for("associations_staff.show", id=id), 303)
