"""What was done together with an association: one list over every capability, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Select, cast, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import defer, joinedload

from portal.activities.models import Activity
from portal.associations.charter_models import CharterAnswer
from portal.attendance.models import Count
from portal.attendance.rules import CountKind
from portal.database import db
from portal.engagements.models import Engagement
from portal.enquiries.models import Enquiry
from portal.mail.models import Message
from portal.paging import Page
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE

PER_PAGE = 20


class Together(StrEnum):
    """What a line of the timeline is."""

    ACTIVITY = "activity"
    REGISTRATION = "registration"
    ENGAGEMENT = "engagement"
    ENQUIRY = "enquiry"
    MAIL = "mail"
    CHARTER = "charter"


@dataclass(frozen=True)
class Entry:
    """One line: the row itself, and for a registration the heads that came, None where nobody counted them."""

    kind: Together
    row: Any
    arrived: int | None = None


def timeline_of(association_id: int, page: int = 1) -> Page[Entry]:
    """One page: two queries for the list, and one for each kind of line that stands on it."""
    lines = union_all(*_parts(association_id)).subquery()
    total = int(db.session.scalar(select(func.count()).select_from(lines)) or 0)
    number = min(max(1, page), max(1, -(-total // PER_PAGE)))
    found = db.session.execute(
        select(lines.c.kind, lines.c.id)
        .order_by(lines.c.at.desc(), lines.c.kind, lines.c.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    listed = [(Together(kind), row_id) for kind, row_id in found]
    rows, arrived = _rows(listed), _arrived(row_id for kind, row_id in listed if kind is Together.REGISTRATION)
    entries = [
        Entry(kind, rows[kind, row_id], arrived.get(row_id) if kind is Together.REGISTRATION else None)
        for kind, row_id in listed
    ]
    return Page(entries, number, PER_PAGE, total)


def _parts(association_id: int) -> Sequence[Select[Any]]:
    """What each kind adds: its name, the row's id, and when it was. A registration is when its activity is."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"

    def part(kind: Together, row_id: Any, at: Any) -> Select[Any]:
        # SQLite keeps days and moments as texts, which compare as they are; PostgreSQL wants one type.
        moment = type_coerce(at, DateTime()) if is_sqlite else cast(at, DateTime(timezone=True))
        return select(literal(kind.value).label("kind"), row_id.label("id"), moment.label("at"))

    return (
        part(Together.ACTIVITY, Activity.id, Activity.starts_at).where(Activity.partner_id == association_id),
        part(Together.REGISTRATION, Registration.id, Activity.starts_at)
        .join(Activity, Activity.id == Registration.activity_id)
        .where(Registration.association_id == association_id, Registration.standing.in_(ALIVE)),
        part(Together.ENGAGEMENT, Engagement.id, Engagement.started_on).where(
            Engagement.association_id == association_id
        ),
        part(Together.ENQUIRY, Enquiry.id, Enquiry.created_at).where(Enquiry.association_id == association_id),
        part(Together.MAIL, Message.id, Message.created_at).where(Message.association_id == association_id),
        part(Together.CHARTER, CharterAnswer.id, CharterAnswer.answered_on).where(
            CharterAnswer.association_id == association_id
        ),
    )


QUERIES: Mapping[Together, tuple[Any, Sequence[Any]]] = {
    Together.ACTIVITY: (Activity, [joinedload(Activity.type)]),
    Together.REGISTRATION: (Registration, [joinedload(Registration.activity).joinedload(Activity.type)]),
    Together.ENGAGEMENT: (Engagement, []),
    Together.ENQUIRY: (Enquiry, []),
    Together.MAIL: (Message, [defer(Message.body_text), defer(Message.body_html)]),
    Together.CHARTER: (CharterAnswer, [joinedload(CharterAnswer.version)]),
}


def _rows(listed: Sequence[tuple[Together, int]]) -> dict[tuple[Together, int], Any]:
    found = {}
    for kind, (model, options) in QUERIES.items():
        ids = [row_id for each, row_id in listed if each is kind]
        if ids:
            rows = db.session.scalars(select(model).where(model.id.in_(ids)).options(*options))
            found.update({(kind, row.id): row for row in rows})
    return found


def _arrived(registration_ids: Iterable[int]) -> dict[int, int]:
    """Each party's newest count at the activity that it signed up for, in heads."""
    ids = list(registration_ids)
    if not ids:
        return {}
    newest = (
        select(Count.registration_id, func.max(Count.number).label("number"))
        .join(Registration, Registration.id == Count.registration_id)
        .where(Registration.id.in_(ids), Count.activity_id == Registration.activity_id)
        .where(Count.kind == CountKind.ARRIVED)
        .group_by(Count.registration_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Count.registration_id, Count.heads)
        .join(Registration, Registration.id == Count.registration_id)
        .join(newest, (newest.c.registration_id == Count.registration_id) & (newest.c.number == Count.number))
        .where(Count.activity_id == Registration.activity_id, Count.kind == CountKind.ARRIVED)
    )
    return {registration_id: heads for registration_id, heads in rows if registration_id is not None}
