"""Activity types and audiences, for administrators."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers.response import Response

from portal.accounts.rules import ADMINISTRATORS
from portal.activities import queries, type_service
from portal.activities.type_forms import AudienceForm, TypeForm, audience_form, type_form
from portal.activities.words import GROUPS, MODES, VISIBILITIES
from portal.errors import RuleError
from portal.web.access import keeps_input, roles

activity_types = Blueprint("activity_types", __name__, url_prefix="/<any(da, en):lang>")
FAULTS: dict[str, Any] = {
    "word_taken": _l("There is one with this name already."),
    "unknown_type": _l("Choose one of those in the list."),
    "unknown_audience": _l("Choose one of those in the list."),
}


def _page(form: TypeForm | AudienceForm, template: str, heading: str) -> tuple[str, int]:
    page = render_template(f"activities/staff/{template}.html", form=form, heading=heading)
    return page, 422 if form.errors else 200


def _refused(form: TypeForm | AudienceForm, fault: RuleError) -> None:
    if fault.field:
        form[fault.field].errors = [*form[fault.field].errors, str(FAULTS[fault.key])]
    else:
        form.form_errors.append(str(FAULTS[fault.key]))


def _save_type(type_id: int | None, form: TypeForm) -> Response | None:
    if not form.validate_on_submit():
        return None
    try:
        type_service.save_type(type_id, form.draft())
    except RuleError as fault:
        _refused(form, fault)
        return None
    flash(_("The type is saved."), "success")
    return redirect(url_for("activity_types.index"), 303)


def _save_audience(audience_id: int | None, form: AudienceForm) -> Response | None:
    if not form.validate_on_submit():
        return None
    try:
        type_service.save_audience(audience_id, form.draft())
    except RuleError as fault:
        _refused(form, fault)
        return None
    flash(_("The audience is saved."), "success")
    return redirect(url_for("activity_types.audiences"), 303)


@activity_types.get("/staff/types")
@roles(ADMINISTRATORS)
def index() -> str:
    """Every type, in its order."""
    rows = queries.activity_types(active_only=False)
    return render_template("activities/staff/types.html", types=rows, modes=MODES, visibilities=VISIBILITIES)


@activity_types.route("/staff/types/new", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def new() -> Response | tuple[str, int]:
    """A new type."""
    form = type_form(None)
    return _save_type(None, form) or _page(form, "type_form", _("New type"))


@activity_types.route("/staff/types/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """Changes a type."""
    kind = next((t for t in queries.activity_types(active_only=False) if t.id == id), None)
    if kind is None:
        abort(404)
    form = type_form(kind)
    return _save_type(id, form) or _page(form, "type_form", _("Edit the type"))


@activity_types.get("/staff/audiences")
@roles(ADMINISTRATORS)
def audiences() -> str:
    """Every audience, in its order."""
    rows = queries.audiences(active_only=False)
    return render_template("activities/staff/audiences.html", audiences=rows, groups=GROUPS)


@activity_types.route("/staff/audiences/new", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def new_audience() -> Response | tuple[str, int]:
    """A new audience."""
    form = audience_form(None)
    return _save_audience(None, form) or _page(form, "audience_form", _("New audience"))


@activity_types.route("/staff/audiences/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit_audience(id: int) -> Response | tuple[str, int]:
    """Changes an audience."""
    audience = next((a for a in queries.audiences(active_only=False) if a.id == id), None)
    if audience is None:
        abort(404)
    form = audience_form(audience)
    return _save_audience(id, form) or _page(form, "audience_form", _("Edit the audience"))
