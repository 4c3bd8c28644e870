"""Reading uploads: the list, and one upload's rows by what they would do."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.imports.association_plan import OTHER, SAME
from portal.imports.models import RowOutcome, Upload, UploadRow
from portal.paging import Page, page_of

ROWS_PER_PAGE = 25
# The rows that ask for a decision come first.
IN_ORDER = (
    RowOutcome.PROBABLY_SAME, RowOutcome.FAULTY, RowOutcome.CHANGED, RowOutcome.NEW, RowOutcome.UNCHANGED,
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """How many rows an upload has of each outcome, and how many of the probable ones staff chose to write."""

    outcomes: Counter[RowOutcome]
    chosen: int

    @property
    def to_write(self) -> int:
        """Rows that write something."""
        return self.outcomes[RowOutcome.NEW] + self.outcomes[RowOutcome.CHANGED] + self.chosen

    @property
    def left_out(self) -> int:
        """Probable ones that nobody chose."""
        return self.outcomes[RowOutcome.PROBABLY_SAME] - self.chosen

    @property
    def first(self) -> RowOutcome:
        """The outcome to look at first."""
        return next((outcome for outcome in IN_ORDER if self.outcomes[outcome]), RowOutcome.NEW)


def uploads(page: int) -> Page[Upload]:
    """Every upload, newest first."""
    query = select(Upload).order_by(Upload.created_at.desc(), Upload.id.desc())
    return page_of(query, page, options=[joinedload(Upload.user)])


def upload_with_user(upload_id: int) -> Upload | None:
    """One upload and who sent it."""
    return db.session.scalar(select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.user)))


def counts_of(upload_id: int) -> Counts:
    """One upload's rows, counted."""
    found: Counter[RowOutcome] = Counter()
    chosen = 0
    counted = (
        select(UploadRow.outcome, UploadRow.take, func.count())
        .where(UploadRow.upload_id == upload_id)
        .group_by(UploadRow.outcome, UploadRow.take)
    )
    for outcome, take, number in db.session.execute(counted):
        found[outcome] += number
        if outcome is RowOutcome.PROBABLY_SAME and take in {SAME, OTHER}:
            chosen += number
    return Counts(found, chosen)


def rows_of(upload_id: int, outcome: RowOutcome, page: int) -> Page[UploadRow]:
    """An upload's rows of one outcome, in the file's order."""
    query = select(UploadRow).where(UploadRow.upload_id == upload_id, UploadRow.outcome == outcome)
    return page_of(query.order_by(UploadRow.number), page, size=ROWS_PER_PAGE)
