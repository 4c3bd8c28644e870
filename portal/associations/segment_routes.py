"""Saved searches of the address book, which meetings invite by."""

from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.associations import queries, segment_service
from portal.associations.kind_forms import SegmentForm
from portal.associations.words import fault_text, put_beside_field
from portal.database import db
from portal.errors import RuleError
from portal.forum.address_book import Wanted, associations_in, wanted_of
from portal.web.access import keeps_input, roles

segments = Blueprint("segments", __name__, url_prefix="/<any(da, en):lang>/staff/segments")


def _found_by(wanted: Wanted) -> int:
    """How many associations a search finds now."""
    found = associations_in(wanted, now=clock.now()).order_by(None).subquery()
    return int(db.session.scalar(select(func.count()).select_from(found)) or 0)


@segments.get("")
@roles(STAFF)
def index() -> str:
    """The saved searches."""
    return render_template("associations/staff/segments.html", segments=queries.segments())


@segments.route("/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new() -> Response | tuple[str, int]:
    """Keeps the list's filters under a name; they stand in the address, and in the form once it is sent."""
    form = SegmentForm()
    wanted = wanted_of(parse_qs(form.query.data or "") if form.is_submitted() else request.args)
    form.query.data = wanted.query
    if form.validate_on_submit():
        try:
            segment = segment_service.save_segment(form.name.data, wanted.query, actor=current_user, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The search is saved as “%(name)s”.", name=segment.name), "success")
            args: dict[str, Any] = dict(wanted.args)
            return redirect(url_for("associations_staff.index", **args), 303)
    page = render_template("associations/staff/segment_form.html", form=form, found=_found_by(wanted), wanted=wanted)
    return page, 422 if form.errors else 200


@segments.post("/<int:id>/delete")
@roles(STAFF)
def delete(id: int) -> Response:
    """Forgets a saved search."""
    try:
        segment_service.delete_segment(id)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("The saved search is deleted. The associations are still here."), "success")
    return redirect(url_for("segments.index"), 303)
