"""Duplicates in the back office: those that are probably the same, and merging any two."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.associations.duplicates import Sameness, probable_duplicates
from portal.associations.merge_forms import LABELS, ChooseForm, MergeForm, value_text
from portal.associations.merging import CHOSEN, Comparison, compare, merge
from portal.associations.models import Association
from portal.associations.service import find_association
from portal.database import db
from portal.errors import RuleError
from portal.paging import page_number
from portal.web.access import keeps_input, roles
from portal.web.locale import text_of
from portal.web.reading import read_number

merges = Blueprint("merges", __name__, url_prefix="/<any(da, en):lang>/staff/duplicates")
WHY: dict[Sameness, Any] = {
    Sameness.WORDS: _l("the same words"),
    Sameness.MAILBOX: _l("the same mailbox"),
    Sameness.NEARLY: _l("names one letter apart"),
    Sameness.INSIDE: _l("one name inside the other"),
}
SAME = _l("An association cannot be merged with itself. Choose another one.")
GONE = _l("One of the two is not there any more: it was removed or merged meanwhile.")
CHANGED = _l("Somebody changed one of the two meanwhile. Look through it again, and merge.")


@merges.get("")
@roles(STAFF)
def index() -> Response | tuple[str, int]:
    """Probable duplicates, and a form for any two; with both names in the address, on to the two."""
    form = ChooseForm(request.args if "other" in request.args else None, meta={"csrf": False})
    if "other" in request.args and (found := _two(form)):
        return redirect(url_for("merges.show", id=found[0], other_id=found[1]), 303)
    if not form.kept.data and (kept := _asked_for()):
        form.kept.data = kept.name
    return _index(form)


def _asked_for() -> Association | None:
    """The association that another page leads here with."""
    number = read_number(request.args.get("id"))
    return db.session.get(Association, number) if number is not None else None


def _index(form: ChooseForm) -> tuple[str, int]:
    page = probable_duplicates(page_number(request.args.get("page")))
    shown = render_template("merges/index.html", form=form, page=page, why=WHY)
    return shown, 422 if form.errors else 200


def _two(form: ChooseForm) -> tuple[int, int] | None:
    """The two that are named, None where a name is unknown or both are the same; the fields say so."""
    if not form.validate():
        return None
    found = [find_association(db.session(), field.data) for field in (form.kept, form.other)]
    for field, association in zip((form.kept, form.other), found, strict=True):
        if association is None:
            field.errors = [_("We do not find it. Write the whole name, as in the address book.")]
    first, second = found
    if first is None or second is None:
        return None
    if first.id == second.id:
        form.other.errors = [str(SAME)]
        return None
    return first.id, second.id


@merges.route("/<int:id>/<int:other_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def show(id: int, other_id: int) -> Response | tuple[str, int]:
    """Two side by side, what merging them would do, and the button that does it."""
    try:
        comparison = compare(id, other_id)
    except RuleError as fault:
        return _not_two(fault, id)
    form = MergeForm()
    form.only_differing(comparison)
    if form.validate_on_submit():
        try:
            merge(id, other_id, form.takes, revisions=form.revisions, actor=current_user, now=clock.now())
        except RuleError as fault:
            if fault.key != "changed_meanwhile":
                return _not_two(fault, id)
            form.form_errors.append(str(CHANGED))
            comparison = compare(id, other_id)
            form.show_revisions(comparison)
        else:
            flash(_("The two are one association now. Both names find it."), "success")
            return redirect(url_for("associations_staff.show", id=id), 303)
    elif not form.is_submitted():
        form.show_revisions(comparison)
    return _comparison(form, comparison)


def _not_two(fault: RuleError, kept_id: int) -> tuple[str, int]:
    """The choice again, with what is wrong beside its field; 404 where there is nothing to merge with."""
    kept = db.session.get(Association, kept_id)
    if kept is None:
        abort(404)
    form = ChooseForm(None, meta={"csrf": False})
    form.kept.data = kept.name
    if fault.key == "same_association":
        form.other.data = kept.name
        form.other.errors = [str(SAME)]
        return _index(form)
    form.other.errors = [str(GONE)]
    return _index(form)[0], 404


def _comparison(form: MergeForm, comparison: Comparison) -> tuple[str, int]:
    kept, other = comparison.kept.association, comparison.other.association

    def words(association: Association) -> dict[str, str]:
        return {field: value_text(association, field, _name_of) for field in CHOSEN}

    shown = render_template(
        "merges/show.html", form=form, comparison=comparison, kept=kept, goes=other, labels=LABELS,
        sides=(words(kept), words(other)), moves=_moves(comparison),
    )  # fmt: skip
    return shown, 422 if form.errors else 200


def _name_of(thing: Any) -> str:
    return text_of(thing, "name").text if hasattr(thing, "name_da") else str(thing.name)


def _moves(comparison: Comparison) -> list[str]:
    """How much of each sort comes along, in words; what is nothing is left out."""
    rows, clashes = comparison.other.rows, comparison.clashes

    def of(key: str) -> int:
        return rows.get(key, 0) - clashes.get(key.split(".")[0], 0)

    registered, partner = rows["registration.association_id"], rows["activity.partner_id"]
    contacts, invited = of("contact.association_id"), of("invitation.association_id")
    courses, asked = rows["engagement.association_id"], rows["enquiry.association_id"]
    topics, tasks = rows["topic.association_id"], rows["decision.association_id"]
    answers, mails = rows["charter_answer.association_id"], rows["message.association_id"]
    lines = rows["log_entry.association_id"]
    counted = [
        (registered, ngettext("%(num)s registration", "%(num)s registrations", registered)),
        (comparison.meetings, ngettext("%(num)s meeting", "%(num)s meetings", comparison.meetings)),
        (comparison.counts, ngettext("%(num)s count", "%(num)s counts", comparison.counts)),
        (contacts, ngettext("%(num)s contact", "%(num)s contacts", contacts)),
        (invited, ngettext("%(num)s invitation", "%(num)s invitations", invited)),
        (partner, ngettext("%(num)s activity held with it", "%(num)s activities held with it", partner)),
        (courses, ngettext("%(num)s course of capacity building", "%(num)s courses of capacity building", courses)),
        (asked, ngettext("%(num)s enquiry", "%(num)s enquiries", asked)),
        (topics, ngettext("%(num)s proposed topic", "%(num)s proposed topics", topics)),
        (tasks, ngettext("%(num)s task from the forum", "%(num)s tasks from the forum", tasks)),
        (answers, ngettext("%(num)s answer about the charter", "%(num)s answers about the charter", answers)),
        (mails, ngettext("%(num)s mail", "%(num)s mails", mails)),
        (lines, ngettext("%(num)s line of the log", "%(num)s lines of the log", lines)),
    ]
    return [str(text) for number, text in counted if number > 0]
