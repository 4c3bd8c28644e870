"""Lists a page at a time, cut in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm.interfaces import ORMOption

from portal.database import db

PER_PAGE = 20
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `number` counts from 1, `total` is rows over all pages."""

    items: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number < self.pages


def page_number(text: str | None) -> int:
    """The page that an address asks for; 1 for anything that is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def page_of(query: Select[Row], number: int, *, options: Sequence[ORMOption] = (), size: int = PER_PAGE) -> Page[Row]:
    """Page `number` of what the query finds, or the last one; two queries, and what `options` load."""
    counted: Select[Any] = select(func.count()).select_from(query.order_by(None).subquery())
    total = int(db.session.scalar(counted) or 0)
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = db.session.scalars(query.options(*options).limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, number, size, total)
