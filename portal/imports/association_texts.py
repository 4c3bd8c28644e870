"""What the import of an association list says about each row, in the language of whoever asked."""

# mypy: disable-error-code="no-any-return"
# flask_babel has no types; its gettext gives text.

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.imports.address_book import Likeness
from portal.imports.association_plan import Change, RowPlan
from portal.imports.association_rows import Names
from portal.imports.associations import AssociationOutcome
from portal.imports.models import RowOutcome
from portal.imports.rules import shown
from portal.imports.texts import reason
from portal.web.locale import date_short, language, number, phone


def field_name(what: str) -> str:
    """A field of the record in words."""
    match what:
        case "kind_id":
            return _("Kind")
        case "district_id":
            return _("District")
        case "cvr":
            return _("CVR number")
        case "web_page":
            return _("Web page")
        case "language":
            return _("Language of our letters to it")
        case "forum_since":
            return _("Member of the citizens’ forum since")
        case "forum_until":
            return _("Member until")
        case "tags":
            return _("Tags")
        case "role":
            return _("Contact’s role")
        case "name":
            return _("Contact’s name")
        case "email":
            return _("E-mail")
        case "phone":
            return _("Telephone")
        case "new_contact":
            return _("New contact")
        case "other_names":
            return _("Also known as")
        case _:
            return _("Charter")


def _value(what: str, value: Any, names: Names, faith: bool) -> str:
    if value in (None, ""):
        return _("nothing")
    if what in {"kind_id", "district_id"}:
        return names.shown.get((what.removesuffix("_id"), value), {}).get(language(), "?")
    if what == "tags":
        return ", ".join(names.shown["tag", tag][language()] for tag in value)
    if what == "new_contact":
        role, name, email, telephone = value
        return ", ".join(part for part in (role, "" if faith else name, email, phone(telephone)) if part)
    if isinstance(value, date):
        return date_short(value)
    if what == "phone":
        return phone(value)
    if what == "charter":
        return _("accepted")
    if what == "language":
        return _("Danish") if value == "da" else _("English")
    return str(value)


def change_text(change: Change, names: Names, faith: bool) -> str:
    """One change. The name of a faith-based body's contact stays unseen, since it would reveal belief."""
    label = field_name(change.what)
    if change.what == "name" and faith:
        return _("%(field)s is written (it is not shown in lists)", field=label)
    new = _value(change.what, change.new, names, faith)
    if change.old in (None, "") and change.what != "forum_until":
        return _("%(field)s: %(value)s", field=label, value=new)
    old = _value(change.what, change.old, names, faith)
    return _("%(field)s: %(old)s → %(new)s", field=label, old=old, new=new)


def likeness_text(plan: RowPlan) -> str:
    """Which association a row is probably the same as, and why."""
    if plan.target is None or not plan.why:
        return ""
    whys = {
        Likeness.SPELLING: _("the name is spelled otherwise"),
        Likeness.WORD_ORDER: _("the same words in another order"),
        Likeness.CVR: _("the same CVR number"),
        Likeness.MAILBOX: _("the same mailbox"),
    }
    why = ", ".join(whys[each] for each in plan.why)
    if plan.target.row is not None:
        row = plan.target.row
        return _("Probably the same as row %(row)s, «%(name)s»: %(why)s", row=row, name=plan.target.name, why=why)
    return _("Probably the same as «%(name)s»: %(why)s", name=plan.target.name, why=why)


def row_text(plan: RowPlan, names: Names) -> str:
    """What a row would do, or everything that is wrong with it, in sentences."""
    changes = "; ".join(change_text(change, names, plan.faith) for change in plan.changes)
    sentences = [
        *(_("%(column)s: %(reason)s", column=fault.column, reason=reason(fault)) for fault in plan.faults),
        likeness_text(plan),
    ]
    if plan.outcome is RowOutcome.PROBABLY_SAME:
        filled = _("As the same it would fill in: %(changes)s", changes=changes)
        sentences.append(filled if changes else _("As the same it would change nothing"))
    else:
        sentences.append(changes)
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def lines(outcome: AssociationOutcome) -> list[str]:
    """Faults and likenesses, a line each, as the command prints them."""
    printed = []
    for plan in outcome.plan.rows:
        for fault in plan.faults:
            printed.append(
                _("Row %(row)s, column %(column)s: %(reason)s.", row=fault.row, column=fault.column,
                  reason=reason(fault))
            )  # fmt: skip
        if plan.why:
            named = shown(plan.row.name) or "–"
            printed.append(
                _("Row %(row)s, «%(name)s»: %(text)s.", row=plan.row.number, name=named, text=likeness_text(plan))
            )
        fills = plan.outcome is RowOutcome.PROBABLY_SAME and not plan.left_out
        if plan.changes and (fills or plan.outcome is RowOutcome.CHANGED):
            text = "; ".join(change_text(change, outcome.names, plan.faith) for change in plan.changes)
            printed.append(_("Row %(row)s, «%(name)s»: %(text)s.", row=plan.row.number, name=plan.row.name, text=text))
    return printed


def summary(outcome: AssociationOutcome) -> str:
    """How many rows were read, and what they are."""
    counts = outcome.plan.counts
    parts = [
        ngettext("%(num)s row read", "%(num)s rows read", outcome.read),
        _("%(number)s new", number=number(counts[RowOutcome.NEW])),
        _("%(number)s changed", number=number(counts[RowOutcome.CHANGED])),
        _("%(number)s unchanged", number=number(counts[RowOutcome.UNCHANGED])),
        _("%(number)s probably the same as another", number=number(counts[RowOutcome.PROBABLY_SAME])),
        _("%(number)s faulty", number=number(counts[RowOutcome.FAULTY])),
    ]
    return ", ".join(parts) + "."


def ending(outcome: AssociationOutcome, commit: bool, same: bool) -> str:
    """Whether something was written, and what to do next."""
    left = outcome.plan.counts[RowOutcome.PROBABLY_SAME] if not same else 0
    probable = " " + _("Rows that are probably the same are left out; --same fills in what is empty.") if left else ""
    if outcome.written and not outcome.plan.writes:
        return _("Nothing was changed: all of it is there already.") + probable
    if outcome.written:
        writes = outcome.plan.writes
        return ngettext("%(num)s row was written.", "%(num)s rows were written.", writes) + probable
    if commit:
        return _("Nothing was written. Put the faulty rows right, or leave them out with --skip-faulty.") + probable
    return _("Nothing was written. Add --commit to write.") + probable
