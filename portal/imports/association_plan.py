"""What each row of an association list would do to the address book.

Rows are taken one after another, so that a row also meets what the rows before it add. The same spelling is the same
association; what merely resembles one is left out until somebody says that it is the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.associations.rules import search_name
from portal.imports.address_book import AddressBook, Known, KnownContact, Likeness
from portal.imports.association_rows import AssociationRow, ReadRow
from portal.imports.columns import Columns
from portal.imports.models import RowOutcome
from portal.imports.rules import Fault

SAME, OTHER = "same", "other"  # what staff chose to do with a row that is probably the same as something
DEFAULT_ROLE = "Kontakt"  # where a row names a mailbox and no role; Danish is the portal's first language
OWN_FIELDS = ("kind_id", "district_id", "cvr", "web_page", "language", "forum_since")
NO_VALUE = ("", None)


@dataclass(frozen=True)
class Change:
    """One field, from what to what. `contact` is whose it is, None for the association's own."""

    what: str
    old: Any
    new: Any
    contact: KnownContact | None = None


@dataclass(frozen=True)
class RowPlan:
    """What a row would do, and to which association; `why` it is probably the same. `left_out` rows are not written.

    `can_be_new` says that staff may take it for another association, `faith` that a contact's name stays unseen.
    """

    row: AssociationRow
    outcome: RowOutcome
    target: Known | None = None
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    why: tuple[Likeness, ...] = ()
    can_be_new: bool = False
    left_out: bool = False
    faith: bool = False


@dataclass
class Plan:
    """All rows' plans in the file's order, and the address book as it would be."""

    rows: list[RowPlan]
    book: AddressBook

    @property
    def counts(self) -> Counter[RowOutcome]:
        """How many rows there are of each outcome."""
        return Counter(plan.outcome for plan in self.rows)

    @property
    def writes(self) -> int:
        """How many rows write something."""
        return sum(1 for plan in self.rows if not plan.left_out and (plan.changes or plan.outcome is RowOutcome.NEW))


class Planner:
    """Plans rows one after another. `takes` are staff's choices by row number, `every` the one for all others."""

    def __init__(
        self, book: AddressBook, columns: Columns, faith_kinds: frozenset[int], takes: Mapping[int, str], every: str
    ) -> None:
        self.book = book
        self.columns = columns
        self.faith_kinds = faith_kinds
        self.takes = takes
        self.every = every
        self.seen: dict[tuple[str, ...], int] = {}

    def plan(self, read: ReadRow) -> RowPlan:
        """The row's plan; what it adds is in the book afterwards."""
        row, faults = read.row, list(read.faults)
        first = self.seen.setdefault(row.cells, row.number)
        if first != row.number:
            faults.append(Fault(row.number, self.columns.name("name"), "duplicate", {"first": first}))
        target = self.book.exact.get(row.name) if row.name else None
        if target is not None:
            return self._plan_same(row, target, faults)
        return self._plan_unknown(row, faults)

    def _faith(self, row: AssociationRow, target: Known | None) -> bool:
        kind_id = target.kind_id if target else None
        return bool({kind_id, row.kind_id} & self.faith_kinds)

    def _plan_same(self, row: AssociationRow, target: Known, faults: list[Fault]) -> RowPlan:
        changes, found = self._changes(row, target, fill_only=False)
        faults += found
        faith = self._faith(row, target)
        if faults:
            return RowPlan(row, RowOutcome.FAULTY, target, (), tuple(faults), left_out=True, faith=faith)
        self._carry_out(row, target, changes)
        outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
        return RowPlan(row, outcome, target, tuple(changes), faith=faith)

    def _plan_unknown(self, row: AssociationRow, faults: list[Fault]) -> RowPlan:
        like, why = self.book.resembling(row)
        faith = self._faith(row, like)
        free = self.book.can_be_new(row)
        take = self.takes.get(row.number, self.every)
        new = Known(None, row.number, row.name, row.folded)
        if not faults and (like is None or (take == OTHER and free)):
            changes, faults = self._changes(row, new, fill_only=False)
            if not faults:
                self._carry_out(row, new, changes)
                self.book.add(new)
                outcome = RowOutcome.NEW if like is None else RowOutcome.PROBABLY_SAME
                return RowPlan(row, outcome, new, tuple(changes), (), why, free, faith=faith)
        if faults or like is None:
            return RowPlan(row, RowOutcome.FAULTY, like, (), tuple(faults), why, left_out=True, faith=faith)
        changes, _none = self._changes(row, like, fill_only=True)
        changes += self._spelling(row, like)
        if take == SAME:
            self._carry_out(row, like, changes)
        return RowPlan(row, RowOutcome.PROBABLY_SAME, like, tuple(changes), (), why, free, take != SAME, faith)

    def _spelling(self, row: AssociationRow, known: Known) -> list[Change]:
        """The spelling becomes one of its names, so that nobody is asked again next time; where nobody else has it."""
        folded = row.folded
        free = self.book.folded.get(folded, known) is known and folded not in self.book.other_folded
        return [Change("other_names", None, row.name)] if folded and free else []

    def _changes(self, row: AssociationRow, known: Known, *, fill_only: bool) -> tuple[list[Change], list[Fault]]:
        """What the row would change, and why it may not. Empty cells change nothing; `fill_only` overwrites nothing."""
        changes: list[Change] = []
        faults: list[Fault] = []
        for what in OWN_FIELDS:
            new, old = getattr(row, what), getattr(known, what)
            if new in NO_VALUE or new == old:
                continue
            taken = self.book.cvr.get(row.cvr) if what == "cvr" and row.cvr else None
            if fill_only and (old not in NO_VALUE or taken is not None):
                continue
            if taken is not None and taken is not known:
                faults.append(self._fault(row, "cvr", "cvr_taken", other=taken.name))
            elif what in known.said:
                faults.append(self._fault(row, what, "contradicts", first=known.said[what]))
            else:
                changes.append(Change(what, old, new))
        if known.forum_until and any(c.what == "forum_since" and c.new > known.forum_until for c in changes):
            changes.append(Change("forum_until", known.forum_until, None))
        tags = tuple(tag for tag in row.tag_ids if tag not in known.tag_ids)
        if tags:
            changes.append(Change("tags", None, tags))
        contacts, found = self._contact_changes(row, known, fill_only=fill_only)
        changes += contacts
        if row.accepts_charter and not known.answered and self.book.version_id is not None:
            changes.append(Change("charter", None, True))
        return changes, faults + found

    def _contact_changes(
        self, row: AssociationRow, known: Known, *, fill_only: bool
    ) -> tuple[list[Change], list[Fault]]:
        """The contact is known by its mailbox; without a mailbox, or with a new one, by its role."""
        if not (row.email or row.phone or row.contact):
            return [], []
        by_email = next((c for c in known.contacts if c.email == row.email), None)
        same_role = [c for c in known.contacts if row.role and search_name(c.role) == search_name(row.role)]
        by_role = same_role[0] if len(same_role) == 1 else None
        contact = by_email
        if contact is None and not row.email:
            contact = by_role or (known.contacts[0] if len(known.contacts) == 1 else None)
            if contact is None:
                return [], [] if fill_only else [self._fault(row, "email", "no_mailbox")]
        elif contact is None and by_role is not None and not fill_only and "email" not in by_role.said:
            contact = by_role  # the role has a new mailbox
        if contact is None:
            new = KnownContact(None, row.role or DEFAULT_ROLE, row.contact, row.email, row.phone)
            return [Change("new_contact", None, (new.role, new.name, new.email, new.phone), new)], []
        changes, faults = [], []
        for what, new_value in (("role", row.role), ("name", row.contact), ("email", row.email), ("phone", row.phone)):
            old = getattr(contact, what)
            if not new_value or new_value == old or (fill_only and old):
                continue
            if what in contact.said:
                faults.append(self._fault(row, "contact" if what == "name" else what, "contradicts",
                                          first=contact.said[what]))  # fmt: skip
            else:
                changes.append(Change(what, old, new_value, contact))
        return changes, faults

    def _fault(self, row: AssociationRow, what: str, key: str, **facts: object) -> Fault:
        column = {"kind_id": "kind", "district_id": "district"}.get(what, what)
        return Fault(row.number, self.columns.name(column), key, facts)

    def _carry_out(self, row: AssociationRow, known: Known, changes: Iterable[Change]) -> None:
        """Puts the changes into the book, and notes what the row spoke of."""
        for change in changes:
            known.written.add(change.what if change.contact is None else "contact")
            if change.what == "new_contact" and change.contact is not None:
                known.contacts.append(change.contact)
            elif change.contact is not None:
                setattr(change.contact, change.what, change.new)
                change.contact.changed = True
                change.contact.moved |= change.what == "email"
            elif change.what == "tags":
                known.new_tag_ids += change.new
                known.tag_ids.update(change.new)
            elif change.what == "other_names":
                folded = search_name(change.new)
                known.new_names.append(change.new)
                self.book.other_folded.add(folded)
                self.book.learn_name(known, change.new, folded)
            elif change.what == "charter":
                known.answered, known.new_answer_role = True, row.role or DEFAULT_ROLE
            else:
                setattr(known, change.what, change.new)
        self._note_said(row, known)
        if known.cvr:
            self.book.cvr.setdefault(known.cvr, known)
        if row.email:
            self.book.email.setdefault(row.email, known)

    @staticmethod
    def _note_said(row: AssociationRow, known: Known) -> None:
        for what in OWN_FIELDS:
            if getattr(row, what) not in NO_VALUE and getattr(known, what) == getattr(row, what):
                known.said.setdefault(what, row.number)
        for contact in known.contacts:
            if row.email and contact.email == row.email:
                given = {"role": row.role, "name": row.contact, "email": row.email, "phone": row.phone}
                for what, value in given.items():
                    if value and getattr(contact, what) == value:
                        contact.said.setdefault(what, row.number)


def plan_rows(
    rows: Iterable[ReadRow], book: AddressBook, columns: Columns, faith_kinds: frozenset[int],
    takes: Mapping[int, str] | None = None, *, every: str = "",
) -> Plan:  # fmt: skip
    """Plans all rows against the book, which is changed on the way."""
    planner = Planner(book, columns, faith_kinds, takes or {}, every)
    return Plan([planner.plan(read) for read in rows], book)


def chosen_rows(shown: Iterable[RowPlan], rows: Iterable[ReadRow], takes: Mapping[int, str]) -> list[ReadRow]:
    """The rows that may be written: good when they were shown, and chosen where they resemble something."""
    fit = {
        plan.row.number for plan in shown
        if plan.outcome not in {RowOutcome.FAULTY, RowOutcome.PROBABLY_SAME} or takes.get(plan.row.number)
    }  # fmt: skip
    faulty = {plan.row.number for plan in shown if plan.outcome is RowOutcome.FAULTY}
    return [read for read in rows if read.row.number in fit - faulty]
