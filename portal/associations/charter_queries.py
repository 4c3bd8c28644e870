"""Where associations stand on the charter, its versions, and what was answered. The newest answer is what holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, case, func, literal, select, type_coerce
from sqlalchemy.orm import joinedload, selectinload

from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.models import Association, Contact
from portal.associations.rules import CharterAnswerKind, CharterStatus
from portal.database import db
from portal.mail.models import Message
from portal.paging import Page, page_of

REMINDER = "charter_reminder"  # the mail's kind
REMIND_AGAIN_AFTER = timedelta(days=14)


def charter_status() -> ColumnElement[str]:
    """`rules.charter_status` in SQL, for a select from `Association`: a `CharterStatus` value as text."""
    newest = select(func.max(CharterVersion.number)).where(CharterVersion.published_at.is_not(None)).scalar_subquery()
    is_earlier = and_(CharterAnswer.answer == CharterAnswerKind.ACCEPTED, CharterVersion.number < newest)
    holds = (
        select(
            case(
                (is_earlier, literal(CharterStatus.EARLIER_VERSION.value)),
                else_=type_coerce(CharterAnswer.answer, String()),
            )
        )
        .join(CharterVersion, CharterVersion.id == CharterAnswer.version_id)
        .where(CharterAnswer.association_id == Association.id)
        .order_by(CharterAnswer.id.desc())
        .limit(1)
        .correlate(Association)
        .scalar_subquery()
    )
    return func.coalesce(holds, literal(CharterStatus.UNANSWERED.value))


def charter_statuses(association_ids: Collection[int]) -> Mapping[int, CharterStatus]:
    """Where each of these associations stands, in one query."""
    query = select(Association.id, charter_status()).where(Association.id.in_(list(association_ids)))
    return {number: CharterStatus(status) for number, status in db.session.execute(query)}


def status_counts() -> Mapping[CharterStatus, int]:
    """How many active associations stand where."""
    standing = select(charter_status().label("status")).where(Association.active).subquery()
    rows = db.session.execute(select(standing.c.status, func.count()).group_by(standing.c.status))
    found: dict[str, int] = {status: int(number) for status, number in rows}
    return {status: found.get(status.value, 0) for status in CharterStatus}


def newest_version() -> CharterVersion | None:
    """The version that holds now; None where none is published."""
    query = select(CharterVersion).where(CharterVersion.published_at.is_not(None))
    return db.session.scalars(query.order_by(CharterVersion.number.desc()).limit(1)).first()


def all_versions() -> Sequence[CharterVersion]:
    """Every version, the newest first; a draft has no `published_at`."""
    return db.session.scalars(select(CharterVersion).order_by(CharterVersion.number.desc())).all()


def published_versions() -> Sequence[CharterVersion]:
    """The versions that hold or held, the newest first."""
    return [version for version in all_versions() if version.published_at is not None]


def version_by_id(version_id: int) -> CharterVersion | None:
    """A version, None where there is none."""
    return db.session.get(CharterVersion, version_id)


def answers_of(association_id: int) -> Sequence[CharterAnswer]:
    """What an association answered, the newest first, with the version and who put it down."""
    return db.session.scalars(
        select(CharterAnswer)
        .where(CharterAnswer.association_id == association_id)
        .options(joinedload(CharterAnswer.version), joinedload(CharterAnswer.recorded_by))
        .order_by(CharterAnswer.id.desc())
    ).all()


@dataclass(frozen=True)
class Standing:
    """A row of the status list: the association, where it stands, and the answer that says so."""

    association: Association
    status: CharterStatus
    answer: CharterAnswer | None
    reminded_at: datetime | None


def standings(status: CharterStatus | None, page: int) -> tuple[Page[Association], Sequence[Standing]]:
    """The active associations that stand there, by name, a page at a time; five queries whatever the page."""
    query = select(Association).where(Association.active).order_by(Association.search_name)
    if status is not None:
        query = query.where(charter_status() == status.value)
    found = page_of(query, page, options=[joinedload(Association.district), selectinload(Association.contacts)])
    ids = [association.id for association in found.items]
    where = charter_statuses(ids)
    latest = select(func.max(CharterAnswer.id)).where(CharterAnswer.association_id.in_(ids))
    answers = {
        answer.association_id: answer
        for answer in db.session.scalars(
            select(CharterAnswer)
            .where(CharterAnswer.id.in_(latest.group_by(CharterAnswer.association_id)))
            .options(joinedload(CharterAnswer.version))
        )
    }
    sent = db.session.execute(
        select(Message.association_id, func.max(Message.created_at))
        .where(Message.association_id.in_(ids), Message.kind == REMINDER)
        .group_by(Message.association_id)
    )
    reminded = {number: at for number, at in sent if number is not None}
    return found, [Standing(one, where[one.id], answers.get(one.id), reminded.get(one.id)) for one in found.items]


def is_due(status: CharterStatus, now: datetime) -> ColumnElement[bool]:
    """Associations that stand there, have a mailbox that wants it, and were not reminded these 14 days."""
    reminded = select(Message.id).where(
        Message.association_id == Association.id,
        Message.kind == REMINDER,
        Message.created_at > now - REMIND_AGAIN_AFTER,
    )
    mailbox = select(Contact.id).where(Contact.association_id == Association.id, Contact.unsubscribed_at.is_(None))
    return and_(Association.active, charter_status() == status.value, mailbox.exists(), ~reminded.exists())


def due_for_reminder(status: CharterStatus, now: datetime) -> int:
    """How many mails a reminder would be."""
    return int(db.session.scalar(select(func.count(Association.id)).where(is_due(status, now))) or 0)
