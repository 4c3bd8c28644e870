"""Asking, answering and closing: each in one transaction that holds the enquiry's row."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.activities.rules import AgeBand, State
from portal.associations.models import Association
from portal.database import writing
from portal.enquiries.letters import tell
from portal.enquiries.models import Enquiry, EnquiryNote
from portal.enquiries.queries import gone_silent
from portal.enquiries.rules import OPEN, EnquiryState, Wish
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note as log


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. `submission` is the form's own number; `spoken` are languages' codes with commas
    between; `association_id` is the association that the asker is logged in for.
    """

    wish: Wish
    language: str
    submission: str
    email: str
    organisation: str | None = None
    group_name: str | None = None
    name: str | None = None
    phone: str | None = None
    heads: int | None = None
    age_band: AgeBand | None = None
    district_id: int | None = None
    when_text: str | None = None
    needs: str | None = None
    spoken: str = "da"
    message: str | None = None
    association_id: int | None = None


LETTERS_A_DAY = 5  # first letters to one mailbox, so that nobody's can be flooded by typing it; the enquiries are kept
COLUMNS = (
    "wish", "language", "submission", "email", "organisation", "group_name", "name", "phone", "heads", "age_band",
    "district_id", "when_text", "needs", "spoken", "association_id",
)  # fmt: skip


def ask(asked: Asked, *, now: datetime) -> Enquiry:
    """Puts an enquiry in the inbox and tells the asker.

    The same submission again returns what it made the first time; with something else in it, it is refused.
    RuleError `sent_before`.
    """
    try:
        return _ask(asked, now)
    except IntegrityError:  # the same form came twice at the same moment, and the other one was first
        return _ask(asked, now)


def _ask(asked: Asked, now: datetime) -> Enquiry:
    with writing() as session:
        repeated = session.scalar(select(Enquiry).where(Enquiry.submission == asked.submission))
        if repeated is not None:
            if any(getattr(repeated, name) != getattr(asked, name) for name in COLUMNS if name != "language"):
                raise RuleError("sent_before")
            return repeated
        if asked.association_id is not None and session.get(Association, asked.association_id) is None:
            asked = replace(asked, association_id=None)  # merged into another one this very moment; its name is there
        enquiry = Enquiry(
            reference=secrets.token_urlsafe(15),
            state=EnquiryState.NEW,
            created_at=now,
            last_words_at=now,
            **{name: getattr(asked, name) for name in COLUMNS},
        )
        if asked.message:
            enquiry.notes.append(EnquiryNote(text=asked.message, at=now))
        session.add(enquiry)
        session.flush()
        if asked.association_id is not None:
            log(session, Event.WROTE, now=now, actor=None, association_id=asked.association_id, subject="enquiry")
        if _asked_lately(session, asked.email, now) <= LETTERS_A_DAY:
            tell(session, enquiry, "received", now=now)
    return enquiry


def _asked_lately(session: Session, email: str, now: datetime) -> int:
    """How many enquiries the address has made within a day, with this one."""
    lately = select(func.count(Enquiry.id)).where(
        func.lower(Enquiry.email) == email.lower(), Enquiry.created_at > now - timedelta(days=1)
    )
    return session.scalar(lately) or 0


def take(session: Session, enquiry_id: int) -> Enquiry:
    """The enquiry as it is once whoever else writes about it is done. RuleError `unknown_enquiry`."""
    found = session.scalar(
        update(Enquiry)
        .where(Enquiry.id == enquiry_id)
        .values(state=Enquiry.state)
        .returning(Enquiry.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        raise RuleError("unknown_enquiry")
    enquiry = session.get_one(Enquiry, enquiry_id, populate_existing=True)
    session.expire(enquiry, ["notes", "activity", "owner"])
    return enquiry


def check_seen(enquiry: Enquiry, seen: str | None) -> None:
    """Whether the page that staff wrote on showed everything there is. RuleError `changed_meanwhile` where not."""
    if seen is not None and seen != enquiry.seen_mark:
        raise RuleError("changed_meanwhile")


def check_open(enquiry: Enquiry) -> None:
    """RuleError `not_open` with the state it has come to."""
    if enquiry.state not in OPEN:
        raise RuleError("not_open", state=enquiry.state)


def has_live_activity(enquiry: Enquiry) -> bool:
    """Whether an activity came of it that is not called off."""
    return enquiry.activity is not None and enquiry.activity.state is not State.CALLED_OFF


def write_more(enquiry_id: int, text: str, *, now: datetime) -> Enquiry:
    """The asker writes; a closed enquiry is open again, so that nobody's words are lost.

    The same words twice running are there once. RuleError `unknown_enquiry`.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        last = enquiry.notes[-1] if enquiry.notes else None
        if last is not None and last.user_id is None and last.text == text and enquiry.state is EnquiryState.NEW:
            return enquiry
        enquiry.notes.append(EnquiryNote(text=text, at=now))
        if enquiry.state is not EnquiryState.NEW:  # while they wait, the first words' age counts
            enquiry.last_words_at = now
        enquiry.state, enquiry.closed_at = EnquiryState.NEW, None
    return enquiry


def withdraw(enquiry_id: int, *, now: datetime) -> Enquiry:
    """The asker needs it no more. Withdrawing again changes nothing.

    RuleError: `unknown_enquiry`, `not_open`, `already_scheduled` where an activity came of it.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        if enquiry.state is EnquiryState.WITHDRAWN:
            return enquiry
        check_open(enquiry)
        if enquiry.registration_id is not None and has_live_activity(enquiry):
            raise RuleError("already_scheduled")
        enquiry.state, enquiry.closed_at = EnquiryState.WITHDRAWN, now
    return enquiry


def add_answer(session: Session, enquiry: Enquiry, text: str, *, actor: User, now: datetime) -> None:
    """Puts staff's words in the thread and makes them the owner where there is none; the caller tells the asker."""
    enquiry.notes.append(EnquiryNote(text=text, at=now, user_id=actor.id))
    if enquiry.owner_id is None:
        enquiry.owner_id = actor.id
    if enquiry.association_id is not None:
        log(session, Event.WROTE, now=now, actor=actor, association_id=enquiry.association_id, subject="enquiry")


def answer(enquiry_id: int, text: str, *, actor: User, now: datetime, seen: str | None = None) -> Enquiry:
    """Writes to the asker. `seen` is the mark of what the page showed; the same words twice running go out once.

    RuleError: `unknown_enquiry`, `not_open`, `changed_meanwhile`.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        last = enquiry.notes[-1] if enquiry.notes else None
        if last is not None and last.user_id == actor.id and last.text == text:
            return enquiry
        if enquiry.state is not EnquiryState.SCHEDULED:
            check_open(enquiry)
        check_seen(enquiry, seen)
        add_answer(session, enquiry, text, actor=actor, now=now)
        if enquiry.state in OPEN:
            enquiry.state = EnquiryState.ANSWERED
        tell(session, enquiry, "answered", now=now, text=text)
    return enquiry


def decline(enquiry_id: int, text: str, *, actor: User, now: datetime, seen: str | None = None) -> Enquiry:
    """Says no, kindly. RuleError: `unknown_enquiry`, `not_open`, `changed_meanwhile`, `already_scheduled`."""
    with writing() as session:
        enquiry = take(session, enquiry_id)
        check_open(enquiry)
        if enquiry.registration_id is not None and has_live_activity(enquiry):
            raise RuleError("already_scheduled")
        check_seen(enquiry, seen)
        add_answer(session, enquiry, text, actor=actor, now=now)
        enquiry.state, enquiry.closed_at = EnquiryState.DECLINED, now
        tell(session, enquiry, "declined", now=now, text=text)
    return enquiry


def give_to(enquiry_id: int, user_id: int, *, before: int | None) -> Enquiry:
    """Makes somebody the owner. `before` is the owner that the page showed.

    RuleError: `unknown_enquiry`, `unknown_user`, `owner_changed` (with `owner`, a name) where somebody else was faster.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        if enquiry.owner_id == user_id:
            return enquiry
        if enquiry.owner_id != before:
            raise RuleError("owner_changed", owner=enquiry.owner.name if enquiry.owner else "")
        user = session.get(User, user_id)
        if user is None or not user.active or user.role not in STAFF:
            raise RuleError("unknown_user")
        enquiry.owner_id = user_id
        session.flush()
        session.expire(enquiry, ["owner"])
    return enquiry


def close(enquiry_id: int, *, now: datetime) -> Enquiry:
    """There is nothing more to do: scheduled where an activity or an engagement came of it, else done.

    RuleError: `unknown_enquiry`, `not_open`, `not_answered` where nobody has written to the asker.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        check_open(enquiry)
        if enquiry.state is EnquiryState.NEW:
            raise RuleError("not_answered")
        came = enquiry.engagement_id is not None or (enquiry.registration_id is not None and has_live_activity(enquiry))
        enquiry.state, enquiry.closed_at = (EnquiryState.SCHEDULED if came else EnquiryState.DONE), now
    return enquiry


def reopen(enquiry_id: int, *, now: datetime) -> Enquiry:
    """Opens a closed one again; an open one stays as it is. RuleError: `unknown_enquiry`, `erased`."""
    with writing() as session:
        enquiry = take(session, enquiry_id)
        if enquiry.state in OPEN:
            return enquiry
        if enquiry.erased_at is not None:
            raise RuleError("erased")
        answered = bool(enquiry.notes) and enquiry.notes[-1].user_id is not None
        enquiry.state = EnquiryState.ANSWERED if answered else EnquiryState.NEW
        enquiry.last_words_at = enquiry.last_words_at if answered else now
        enquiry.closed_at = None
    return enquiry


def close_silent(*, now: datetime) -> int:
    """Closes what was answered and then nobody wrote in for 60 days, so that it is erased in its time; how many."""
    with writing() as session:
        ids = list(session.scalars(select(Enquiry.id).where(gone_silent(now))))
    for number in ids:
        with suppress(RuleError):  # somebody wrote at this very moment
            close(number, now=now)
    return len(ids)
