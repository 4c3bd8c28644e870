"""Which enquiries there are, and which of them wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.activities.models import Activity
from portal.associations.models import Association, Contact
from portal.database import db
from portal.enquiries.models import Enquiry, EnquiryNote
from portal.enquiries.rules import ERASED_AFTER, OPEN, SILENT_AFTER, EnquiryState, Tab, Wish
from portal.enquiries.waiting import late_before
from portal.paging import Page, page_of
from portal.registrations.models import Registration

IN_LISTS = (joinedload(Enquiry.association).lazyload("*"), joinedload(Enquiry.owner))
IN_FULL = (
    joinedload(Enquiry.association).joinedload(Association.kind),
    joinedload(Enquiry.district),
    joinedload(Enquiry.owner),
    joinedload(Enquiry.activity).joinedload(Activity.type),
    joinedload(Enquiry.registration).lazyload(Registration.activity),
    joinedload(Enquiry.engagement),
    selectinload(Enquiry.notes).joinedload(EnquiryNote.user),
)


@dataclass(frozen=True)
class Waiting:
    """How many enquiries wait for an answer, and how many of them for more than five working days."""

    total: int
    late: int


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Enquiry.state == EnquiryState.NEW, Enquiry.last_words_at < late_before(now))


def waiting(now: datetime) -> Waiting:
    """What waits for an answer. One query."""
    total, late = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((_is_late(now), 1), else_=0)), 0)).where(
            Enquiry.state == EnquiryState.NEW
        )
    ).one()
    return Waiting(int(total), int(late))


def _tabs(user_id: int, now: datetime) -> dict[Tab, ColumnElement[bool]]:
    is_open = Enquiry.state.in_(OPEN)
    return {
        Tab.OPEN: is_open,
        Tab.MINE: and_(is_open, Enquiry.owner_id == user_id),
        Tab.LATE: _is_late(now),
        Tab.CLOSED: ~is_open,
    }


def inbox(tab: Tab, wish: Wish | None, user_id: int, now: datetime, page: int) -> Page[Enquiry]:
    """A tab of the inbox, 20 a page: what waits longest first, then what is answered; the closed ones newest first."""
    query: Select[Any] = select(Enquiry).where(_tabs(user_id, now)[tab])
    if wish:
        query = query.where(Enquiry.wish == wish)
    if tab is Tab.CLOSED:
        query = query.order_by(Enquiry.closed_at.desc(), Enquiry.id.desc())
    else:
        answered = case((Enquiry.state == EnquiryState.NEW, 0), else_=1)
        query = query.order_by(answered, Enquiry.last_words_at, Enquiry.id)
    return page_of(query, page, options=IN_LISTS)


def tab_sizes(user_id: int, now: datetime) -> Mapping[Tab, int]:
    """How many enquiries each tab has, in one query."""
    tabs = _tabs(user_id, now)
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in tabs.values()]
    row = db.session.execute(select(*sums)).one()
    return dict(zip(tabs, map(int, row), strict=True))


def enquiry_by_id(number: int) -> Enquiry | None:
    """The enquiry with everything its page shows; None where there is none."""
    return db.session.scalars(select(Enquiry).where(Enquiry.id == number).options(*IN_FULL)).unique().one_or_none()


def enquiry_by_reference(reference: str) -> Enquiry | None:
    """The enquiry behind a follow-up link; None where there is none or it is erased."""
    found = db.session.scalars(select(Enquiry).where(Enquiry.reference == reference).options(*IN_FULL))
    return found.unique().one_or_none()


def open_enquiries_of(association_id: int) -> Sequence[Enquiry]:
    """An association's enquiries that are not closed, the newest first; `reference` signed leads to their page.

    Only those asked from one of its mailboxes: what somebody else asked for in its name is their own to follow.
    """
    mailboxes = select(Contact.email).where(Contact.association_id == association_id)
    return db.session.scalars(
        select(Enquiry)
        .where(
            Enquiry.association_id == association_id,
            Enquiry.state.in_(OPEN),
            func.lower(Enquiry.email).in_(mailboxes),
        )
        .order_by(Enquiry.created_at.desc(), Enquiry.id.desc())
    ).all()


def due_to_be_erased(now: datetime) -> ColumnElement[bool]:
    """Closed more than 90 days ago and not erased yet. One that is open is late, and never erased."""
    return and_(Enquiry.closed_at < now - ERASED_AFTER, Enquiry.erased_at.is_(None), Enquiry.state.not_in(OPEN))


def gone_silent(now: datetime) -> ColumnElement[bool]:
    """Answered, and nobody has written for 60 days since."""
    last = select(func.max(EnquiryNote.at)).where(EnquiryNote.enquiry_id == Enquiry.id).scalar_subquery()
    return and_(Enquiry.state == EnquiryState.ANSWERED, func.coalesce(last, Enquiry.created_at) < now - SILENT_AFTER)
