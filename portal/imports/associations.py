"""An association list into the address book: new ones are added, known ones filled in and corrected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.clock import local
from portal.database import db, writing
from portal.imports.address_book import book_rows, lock_address_book
from portal.imports.association_plan import SAME, Plan, plan_rows
from portal.imports.association_rows import Names, known_names, read_rows
from portal.imports.association_writing import write_book
from portal.imports.columns import ASSOCIATION_COLUMNS, ASSOCIATION_NEEDS, Columns, match_columns
from portal.imports.models import RowOutcome
from portal.imports.reading import Sheet


@dataclass(frozen=True)
class AssociationOutcome:
    """What an import did, or would do. `names` are the words for kinds, districts and tags."""

    read: int
    columns: Columns
    names: Names
    plan: Plan
    written: bool

    @property
    def faulty(self) -> bool:
        """Whether a row is faulty."""
        return self.plan.counts[RowOutcome.FAULTY] > 0


def association_columns(sheet: Sheet) -> Columns:
    """Which column holds what. HeaderError where there is no header, or no column with names."""
    return match_columns(sheet.header, ASSOCIATION_COLUMNS, ASSOCIATION_NEEDS)


def import_associations(
    sheet: Sheet, *, commit: bool, skip_faulty: bool, same: bool, actor: User | None, now: datetime
) -> AssociationOutcome:
    """Imports an association list. Without `commit` nothing is written; with faulty rows only if `skip_faulty`.

    A row that is probably the same as an association of another spelling is left out, unless `same`: then it fills
    what is empty there. All of it is one transaction, and the same file again changes nothing. HeaderError where
    the header lacks the names.
    """
    columns = association_columns(sheet)
    today = local(now).date()
    names = known_names(db.session())
    rows = read_rows(sheet, columns, names, today)

    def plan(session: Session) -> AssociationOutcome:
        if commit:
            lock_address_book(session)
        book = book_rows(session).book()
        planned = plan_rows(rows, book, columns, names.faith_kinds, every=SAME if same else "")
        writes = commit and (skip_faulty or not planned.counts[RowOutcome.FAULTY])
        return AssociationOutcome(len(rows), columns, names, planned, writes)

    if not commit:
        return plan(db.session())
    with writing() as session:
        outcome = plan(session)
        if outcome.written:
            write_book(session, outcome.plan.book, actor=actor, now=now, today=today)
    return outcome
