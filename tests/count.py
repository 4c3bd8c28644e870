"""Makes parties and taps for the tests of the counting room."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, func, select

from portal import clock
from portal.activities.models import Activity
from portal.associations.models import Association, AssociationKind
from portal.associations.rules import search_name
from portal.attendance.models import Closing, Count
from portal.database import db, writing
from portal.registrations.models import Registration
from portal.registrations.rules import Standing


def make_party(activity: Activity, heads: int = 1, **values: Any) -> Registration:
    """A confirmed party; `values` are columns."""
    with writing() as session:
        number = session.scalar(select(func.count()).select_from(Registration)) or 0
        given: dict[str, Any] = {
            "activity_id": activity.id,
            "standing": Standing.CONFIRMED,
            "heads": heads,
            "queue_number": number + 1,
            "language": "da",
            "created_at": clock.now(),
            **values,
        }
        party = Registration(**given)
        session.add(party)
    return party


def make_faith_based(name: str) -> Association:
    """An association whose kind is faith-based."""
    with writing() as session:
        kind = session.scalars(select(AssociationKind).where(AssociationKind.faith_based)).first()
        assert kind is not None
        body = Association(name=name, search_name=search_name(name), kind_id=kind.id, created_at=clock.now())
        session.add(body)
    return body


def tap(**values: object) -> dict[str, str]:
    """What a button sends, with an id as the device makes it."""
    return {"count_id": str(uuid.uuid4()), **{name: str(value) for name, value in values.items()}}


def counts() -> int:
    """How many counts there are."""
    return db.session.scalar(select(func.count()).select_from(Count)) or 0


def closings() -> list[Closing]:
    """Every closing, the first one first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Closing).order_by(Closing.number)))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that ran meanwhile."""
    seen: list[str] = []

    def note(_conn: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
