"""Counts the statements that a block sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from portal.database import db


@dataclass
class Statements:
    """How many statements there were; BEGIN and COMMIT are not counted."""

    number: int = 0


@contextmanager
def count_queries() -> Iterator[Statements]:
    """Counts inside the block, from a fresh session."""
    db.session.rollback()
    counted = Statements()

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            counted.number += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
