"""Writing to many: a draft, one sending, a stop."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.models import Segment
from portal.associations.unsubscribing import unsubscribe_token
from portal.config import Settings
from portal.database import writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note_each
from portal.mail.letter import new_message_id, queue_letter
from portal.mail.mailing_letter import KIND, mailing_letter
from portal.mail.models import Mailing, Message, MessageState, ReceiverGroup
from portal.mail.queries import in_no_hands
from portal.mailings.receivers import Reader, receivers_of
from portal.registrations.waiting_list import take_both_turns
from portal.web.links import link_to, links_to, sign
from portal.web.locale import LANGUAGES

AT_ONCE = 1000  # messages in one statement


@dataclass(frozen=True)
class MailingDraft:
    """What staff write. One language is complete, the other one complete or empty.

    `receiver_group` is for an activity's parties; None for what goes to associations.
    """

    subject_da: str
    body_da: str
    subject_en: str
    body_en: str
    receiver_group: ReceiverGroup | None = None


def write_to_parties(activity_id: int, draft: MailingDraft, *, submission: str, actor: User, now: datetime) -> Mailing:
    """A draft to an activity's parties; the same submission again gives the one it made.

    RuleError `unknown_activity`.
    """
    return _make(Mailing(activity_id=activity_id), draft, submission, actor, now)


def write_to_segment(segment_id: int, draft: MailingDraft, *, submission: str, actor: User, now: datetime) -> Mailing:
    """A draft to whom a saved search finds when it is sent; the same submission again gives the one it made.

    RuleError `unknown_segment`.
    """
    return _make(Mailing(segment_id=segment_id), draft, submission, actor, now)


def _make(mailing: Mailing, draft: MailingDraft, submission: str, actor: User, now: datetime) -> Mailing:
    known = select(Mailing).where(Mailing.submission == submission)
    try:
        with writing() as session:
            if (made := session.scalar(known)) is not None:
                return made
            if mailing.segment_id is not None:
                segment = session.get(Segment, mailing.segment_id)
                if segment is None:
                    raise RuleError("unknown_segment")
                mailing.query = segment.query
            elif session.get(Activity, mailing.activity_id) is None:
                raise RuleError("unknown_activity")
            _fill(mailing, draft)
            mailing.submission, mailing.created_by_id, mailing.created_at = submission, actor.id, now
            session.add(mailing)
            return mailing
    except IntegrityError:  # the same form was sent twice at the same moment
        with writing() as session:
            return session.scalars(known).one()


def _fill(mailing: Mailing, draft: MailingDraft) -> None:
    for name, value in asdict(draft).items():
        setattr(mailing, name, value or None)


def change_draft(mailing_id: int, draft: MailingDraft, *, revision: int) -> None:
    """Changes a draft. RuleError: `unknown_mailing`, `sent_already`, `erased`, `changed_meanwhile`."""
    with writing() as session:
        mailing = _take_draft(session, mailing_id, {"revision": Mailing.revision + 1}, revision)
        if mailing is None:
            raise RuleError("sent_already")
        _fill(mailing, draft)


def delete_draft(mailing_id: int) -> None:
    """Throws a draft away. RuleError: `unknown_mailing`, `sent_already`."""
    with writing() as session:
        gone = delete(Mailing).where(Mailing.id == mailing_id, Mailing.sent_at.is_(None)).returning(Mailing.id)
        if session.scalar(gone) is None:
            raise RuleError("unknown_mailing" if session.get(Mailing, mailing_id) is None else "sent_already")


def _take_draft(session: Session, mailing_id: int, values: dict[str, Any], revision: int) -> Mailing | None:
    """Writes the values into a draft of that revision: the first statement, so that two wait for each other.

    None where it is sent already. RuleError: `unknown_mailing`, `erased`, `changed_meanwhile`.
    """
    found = session.scalar(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.sent_at.is_(None), Mailing.revision == revision)
        .values(**values)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    mailing = session.get(Mailing, mailing_id, populate_existing=True)
    if mailing is None:
        raise RuleError("unknown_mailing")
    if found is None:
        if mailing.sent_at is not None:
            return None
        raise RuleError("changed_meanwhile")
    _check_text(mailing)
    return mailing


def _check_text(mailing: Mailing) -> None:
    if not (mailing.body_da or mailing.body_en):
        raise RuleError("erased")


def send(mailing_id: int, *, revision: int, actor: User, now: datetime) -> int | None:
    """Puts one message for each reader in the outbox, all of them in one commit; returns how many.

    Once: None where it was sent before, and nothing is changed. It goes to those who are there at the commit.
    RuleError: `unknown_mailing`, `erased`, `changed_meanwhile`, `nobody`.
    """
    with writing() as session:
        mailing = _take_draft(session, mailing_id, {"sent_at": now}, revision)
        if mailing is None:
            return None
        if mailing.activity_id is not None:
            take_both_turns(session, mailing.activity_id)  # so that nobody's name is erased between here and the commit
        readers = receivers_of(mailing, now=now).readers
        if not readers:
            raise RuleError("nobody")
        neutral = is_neutral(session, mailing)
        forms = {lang: _OneLanguage(mailing, lang, neutral, now) for lang in LANGUAGES}
        for begin in range(0, len(readers), AT_ONCE):
            rows = [forms[reader.language].to(reader) for reader in readers[begin : begin + AT_ONCE]]
            # The table's own insert: none of these rows is looked at again here.
            session.execute(insert(Message.__table__), rows)  # type: ignore[arg-type]
        mailing.receivers = len(readers)
        associations = dict.fromkeys(r.association_id for r in readers if r.association_id is not None)
        note_each(session, Event.WROTE, list(associations), now=now, actor=actor, subject=KIND)
        return len(readers)


def is_neutral(session: Session, mailing: Mailing) -> bool:
    """Whether the activity's type keeps what a mail is about out of its subject."""
    activity = session.get(Activity, mailing.activity_id) if mailing.activity_id is not None else None
    return activity is not None and activity.type.neutral_mail


class _OneLanguage:
    """Makes the messages to the readers of one language; what is the same for all of them is put together once."""

    def __init__(self, mailing: Mailing, lang: str, neutral: bool, now: datetime) -> None:
        self._settings: Settings = current_app.extensions["settings"]
        self._manage = links_to("registrations.manage", lang)
        self._unsubscribe = links_to("unsubscribing.show", lang)
        # Without bodies of their own: those stand in the mailing, once.
        self._same = {
            "kind": KIND,
            "language": lang,
            "subject": " ".join(mailing_letter(mailing, lang, neutral=neutral).subject.split())[:200],
            "activity_id": mailing.activity_id,
            "mailing_id": mailing.id,
            "bulk": True,
            "state": MessageState.QUEUED,
            "attempts": 0,
            "created_at": now,
            "next_try_at": now,
        }

    def to(self, reader: Reader) -> dict[str, Any]:
        """The reader's row in the outbox."""
        return {
            **self._same,
            "message_id": new_message_id(self._settings),
            "recipient": reader.address,
            "link": self._manage(sign(reader.reference)) if reader.reference else None,
            "unsubscribe": self._unsubscribe(unsubscribe_token(reader.contact)) if reader.contact else None,
            "registration_id": reader.registration_id,
            "association_id": reader.association_id,
        }


def stop(mailing_id: int, *, actor: User, now: datetime) -> int:
    """Takes what is still waiting out of the outbox; returns how many messages that were.

    One that a worker has at this moment finishes. Once: stopping again, or when everything is sent, changes nothing.
    RuleError: `unknown_mailing`, `not_sent`.
    """
    with writing() as session:
        found = session.scalar(
            update(Mailing)
            .where(Mailing.id == mailing_id, Mailing.sent_at.is_not(None), Mailing.stopped_at.is_(None))
            .values(stopped_at=now)
            .returning(Mailing.id)
            .execution_options(synchronize_session=False)
        )
        mailing = session.get(Mailing, mailing_id, populate_existing=True)
        if mailing is None:
            raise RuleError("unknown_mailing")
        if mailing.sent_at is None:
            raise RuleError("not_sent")
        if found is None:
            return 0
        waits = (Message.mailing_id == mailing_id) & (Message.state == MessageState.QUEUED)
        gone = session.scalars(
            delete(Message).where(waits, in_no_hands(now)).returning(Message.association_id)
            .execution_options(synchronize_session=False)
        ).all()  # fmt: skip
        if not gone and session.scalar(select(Message.id).where(waits).limit(1)) is None:
            mailing.stopped_at = None  # there was nothing to stop
        _note_unsent(session, mailing_id, gone, actor, now)
        return len(gone)


def _note_unsent(session: Session, mailing_id: int, gone: Sequence[int | None], actor: User, now: datetime) -> None:
    """Tells in the log of each association that the mail noted there did not go out to it after all."""
    left = set(session.scalars(select(Message.association_id).where(Message.mailing_id == mailing_id).distinct()))
    unsent = [number for number in dict.fromkeys(gone) if number is not None and number not in left]
    note_each(session, Event.WROTE, unsent, now=now, actor=actor, subject="mailing_stopped")


def send_test(mailing_id: int, *, actor: User, now: datetime) -> int:
    """Sends what stands there to whoever asks, in each language that it is written in; returns how many mails.

    The button leads to the list of parties. RuleError: `unknown_mailing`, `erased`.
    """
    with writing() as session:
        mailing = session.get(Mailing, mailing_id)
        if mailing is None:
            raise RuleError("unknown_mailing")
        _check_text(mailing)
        written = [lang for lang in LANGUAGES if getattr(mailing, f"body_{lang}")]
        neutral, activity_id = is_neutral(session, mailing), mailing.activity_id
        for lang in written:
            link = link_to("registrations_staff.parties", lang, id=activity_id) if activity_id else ""
            letter = mailing_letter(mailing, lang, link=link, neutral=neutral)
            queue_letter(session, letter, actor.email, lang, now=now, activity_id=activity_id)
        return len(written)
