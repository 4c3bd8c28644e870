"""Kinds of association and tags, for administrators."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal.accounts.rules import ADMINISTRATORS
from portal.associations import kind_service, queries
from portal.associations.kind_forms import KindForm, TagForm
from portal.associations.words import put_beside_field
from portal.errors import RuleError
from portal.web.access import keeps_input, roles

kinds = Blueprint("kinds", __name__, url_prefix="/<any(da, en):lang>")


def _save(form: KindForm | TagForm, row_id: int | None, heading: str) -> Response | tuple[str, int]:
    """The form's page, or on to the list once it is saved."""
    if form.validate_on_submit():
        try:
            if isinstance(form, KindForm):
                kind_service.save_kind(row_id, form.draft())
            else:
                kind_service.save_tag(row_id, form.draft())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("kinds.index"), 303)
    page = render_template("associations/staff/kind_form.html", form=form, heading=heading)
    return page, 422 if form.errors else 200


@kinds.get("/staff/kinds")
@roles(ADMINISTRATORS)
def index() -> str:
    """Every kind and every tag, in their order."""
    return render_template(
        "associations/staff/kinds.html", kinds=queries.association_kinds(), tags=queries.tags(active_only=False)
    )


@kinds.route("/staff/kinds/new", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def new_kind() -> Response | tuple[str, int]:
    """A new kind."""
    return _save(KindForm(), None, _("New kind"))


@kinds.route("/staff/kinds/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit_kind(id: int) -> Response | tuple[str, int]:
    """Changes a kind."""
    kind = next((each for each in queries.association_kinds() if each.id == id), None)
    if kind is None:
        abort(404)
    return _save(KindForm(obj=kind), id, _("Edit the kind"))


@kinds.route("/staff/tags/new", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def new_tag() -> Response | tuple[str, int]:
    """A new tag."""
    return _save(TagForm(), None, _("New tag"))


@kinds.route("/staff/tags/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit_tag(id: int) -> Response | tuple[str, int]:
    """Changes a tag."""
    tag = next((each for each in queries.tags(active_only=False) if each.id == id), None)
    if tag is None:
        abort(404)
    return _save(TagForm(obj=tag), id, _("Edit the tag"))
