"""Rows of two associations that may not both belong to one: which of them stays, and what it takes over.

Tables of later capabilities are named here by their table's name, since their models know this room and not the
other way round; a test asks that every such table is named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.associations.charter_models import CharterAnswer
from portal.associations.models import Contact
from portal.database import Base

ANSWERS = ("version_id", "answer", "role", "answered_on", "case_reference", "own", "recorded_by_id", "created_at")


@dataclass(frozen=True)
class Clash:
    """Two rows of one table, by column: the kept association's and the other one's. Ours stays."""

    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]


def _same_contact(session: Session, clash: Clash) -> None:
    """One mailbox is one contact: what is empty is filled in, the newer confirmation holds, and so does "no more"."""
    values = {name: clash.ours[name] or clash.theirs[name] for name in ("name", "phone", "unsubscribed_at")}
    for name in ("confirmed_at", "asked_at"):
        values[name] = max((v for v in (clash.ours[name], clash.theirs[name]) if v is not None), default=None)
    session.execute(update(Contact).where(Contact.id == clash.ours["id"]).values(values))


def _same_invitation(session: Session, clash: Clash) -> None:
    """An answer beats silence, a yes with its registration beats a no, and of two alike the newer one holds.

    The answered one's link stays the one that works.
    """
    if _weight(clash.theirs) <= _weight(clash.ours):
        return
    invitation = Base.metadata.tables["invitation"]
    taken = {name: clash.theirs[name] for name in ("reference", "answer", "answered_at", "registration_id")}
    session.execute(update(invitation).where(invitation.c.id == clash.ours["id"]).values(taken))


def _weight(row: Mapping[str, Any]) -> tuple[Any, ...]:
    answered_at = row["answered_at"]
    return row["answer"] is not None, row["answer"] == "yes", answered_at.timestamp() if answered_at else 0


def _same_tag(_session: Session, _clash: Clash) -> None:
    """The tag is there already."""


def _same_calendar(_session: Session, _clash: Clash) -> None:
    """The kept one's address stays as it is, and the other one's ends: a calendar shows one association's meetings."""


CLASHES: Mapping[str, Callable[[Session, Clash], None]] = {
    "association_tag": _same_tag,
    "calendar_feed": _same_calendar,
    "contact": _same_contact,
    "invitation": _same_invitation,
}


def order_charter_answers(session: Session, association_id: int) -> None:
    """Of all its answers the newest must have the highest id, since that one holds: rows swap what they say."""
    query = select(CharterAnswer).where(CharterAnswer.association_id == association_id).order_by(CharterAnswer.id)
    rows = list(session.scalars(query))
    by_day = sorted(rows, key=lambda row: (row.answered_on, row.created_at, row.id))
    said = [{name: getattr(row, name) for name in ANSWERS} for row in by_day]
    for row, values in zip(rows, said, strict=True):
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()
