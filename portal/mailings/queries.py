"""Reading mails to many: the list, one of them, and how far each is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from limits import parse_many
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import defer, joinedload, load_only

from portal.activities.models import Activity
from portal.associations.models import Segment
from portal.database import db
from portal.mail.models import Mailing, Message, MessageState
from portal.mailings.rules import MailingState, Progress, state_of
from portal.paging import Page, page_of


@dataclass(frozen=True)
class Row:
    """A mail in the list: what it is about, how far it is."""

    mailing: Mailing
    activity: Activity | None
    segment: Segment | None
    progress: Progress

    @property
    def state(self) -> MailingState:
        """How far it is."""
        mailing = self.mailing
        return state_of(mailing.sent_at is not None, mailing.stopped_at is not None, self.progress.waiting)


def mailing_by_id(mailing_id: int) -> Mailing | None:
    """The mail and who wrote it, None where there is none."""
    query = select(Mailing).where(Mailing.id == mailing_id).options(joinedload(Mailing.created_by))
    return db.session.scalar(query)


def row_of(mailing: Mailing) -> Row:
    """One mail with what it is about and how far it is."""
    return _rows([mailing])[0]


def mailings(page: int) -> tuple[Page[Mailing], list[Row]]:
    """Every mail to many, newest first, without the texts' bodies."""
    query: Select[Mailing] = select(Mailing).order_by(Mailing.created_at.desc(), Mailing.id.desc())
    found = page_of(
        query, page, options=[joinedload(Mailing.created_by), defer(Mailing.body_da), defer(Mailing.body_en)]
    )
    return found, _rows(found.items)


def _rows(mailings: Iterable[Mailing]) -> list[Row]:
    shown = list(mailings)
    about = {mailing.activity_id for mailing in shown if mailing.activity_id}
    activities = {
        activity.id: activity
        for activity in db.session.scalars(
            select(Activity)
            .where(Activity.id.in_(about))
            .options(load_only(Activity.title_da, Activity.title_en, Activity.starts_at, Activity.ends_at))
        )
    }
    asked = {mailing.segment_id for mailing in shown if mailing.segment_id}
    segments = {s.id: s for s in db.session.scalars(select(Segment).where(Segment.id.in_(asked)))}
    far = _progress(shown)
    return [Row(m, activities.get(m.activity_id or 0), segments.get(m.segment_id or 0), far[m.id]) for m in shown]


def _progress(mailings: Iterable[Mailing]) -> dict[int, Progress]:
    """How far each is, in one query.

    An erased message counts as sent where it was; whether it waits is asked first, since staff may send one again.
    """
    sizes = {mailing.id: mailing.receivers for mailing in mailings}

    def number(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    waits = Message.state == MessageState.QUEUED
    sent = ~waits & Message.sent_at.is_not(None)
    rows = db.session.execute(
        select(Message.mailing_id, number(sent), number(waits), number(~waits & ~sent))
        .where(Message.mailing_id.in_(sizes))
        .group_by(Message.mailing_id)
    )
    found = {each: (int(sent), int(waiting), int(failed)) for each, sent, waiting, failed in rows}
    return {each: Progress(size, *found.get(each, (0, 0, 0))) for each, size in sizes.items()}


def pace_of(limit: str) -> list[tuple[int, float]]:
    """The outbox's limits, such as `300 per minute`, as so many mails in so many seconds."""
    return [(each.amount, float(each.get_expiry())) for each in parse_many(limit)]
