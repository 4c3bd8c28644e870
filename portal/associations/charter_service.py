"""The charter: its versions, what associations answer, and the reminder to those that have not."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.associations.access_links import new_link, use_link
from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.charter_queries import is_due
from portal.associations.models import Association, Contact
from portal.associations.my_letters import charter_letter
from portal.associations.rules import CharterAnswerKind, CharterStatus, LinkPurpose, charter_fault
from portal.associations.unsubscribing import unsubscribe_address
from portal.clock import local
from portal.database import writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note
from portal.mail.letter import queue_letter

MOST_REMINDERS = 500  # in one press, so that it stays one short transaction


@dataclass(frozen=True)
class Said:
    """What is answered, in which role, on which day in Copenhagen, about which version."""

    answer: CharterAnswerKind
    role: str
    answered_on: date
    version_id: int
    case_reference: str = ""


def answer_charter(association_id: int, said: Said, *, actor: User | None, now: datetime) -> CharterAnswer:
    """Puts an answer down; the same one again is one answer. `actor` None is the association itself.

    RuleError: `nothing_to_withdraw`, `in_the_future` beside `answered_on`, `unknown_version`, `unknown_association`,
    `newer_version` where the association has read one that no longer holds.
    """
    with writing() as session:
        return _put_down(session, association_id, said, actor, now)


def answer_by_link(token: str, said: Said, *, now: datetime) -> CharterAnswer:
    """An answer by the link in the reminder, which is used up by it. RuleError as `use_link` and `answer_charter`."""
    with writing() as session:
        contact = use_link(session, token, LinkPurpose.CHARTER, now=now)
        return _put_down(session, contact.association_id, said, None, now)


def _put_down(
    session: Session, association_id: int, said: Said, actor: User | None, now: datetime
) -> CharterAnswer:  # fmt: skip
    held = session.execute(
        update(Association).where(Association.id == association_id).values(revision=Association.revision)
    )
    if not getattr(held, "rowcount", 0):
        raise RuleError("unknown_association")
    holds = session.scalar(
        select(CharterAnswer)
        .where(CharterAnswer.association_id == association_id)
        .order_by(CharterAnswer.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    withdraws = said.answer is CharterAnswerKind.WITHDRAWN
    version_id = holds.version_id if withdraws and holds else said.version_id
    role = " ".join(said.role.split())
    put_down = (said.answer, version_id, role, said.answered_on, said.case_reference)
    if holds and put_down == (holds.answer, holds.version_id, holds.role, holds.answered_on, holds.case_reference):
        return holds
    fault = charter_fault(said.answer, holds.answer if holds else None, said.answered_on, local(now).date())
    if fault:
        raise RuleError(fault, "answered_on" if fault == "in_the_future" else None)
    published = CharterVersion.published_at.is_not(None)
    newest = session.scalar(select(func.max(CharterVersion.number)).where(published))
    number = session.scalar(select(CharterVersion.number).where(CharterVersion.id == version_id, published))
    if number is None:
        raise RuleError("unknown_version", "version")
    if actor is None and not withdraws and number != newest:
        raise RuleError("newer_version")
    answer = CharterAnswer(
        association_id=association_id, version_id=version_id, answer=said.answer, role=role,
        answered_on=said.answered_on, case_reference=said.case_reference,
        own=actor is None, recorded_by_id=actor.id if actor else None, created_at=now,
    )  # fmt: skip
    session.add(answer)
    note(
        session, Event.CHARTER_ANSWERED, now=now, actor=actor, association_id=association_id, subject=said.answer.value
    )
    return answer


def remind(status: CharterStatus, *, actor: User, now: datetime) -> int:
    """Writes to the first mailbox that wants it of each association that stands so, if not reminded these 14 days.

    Returns how many mails. Nothing where no version is published, and for any other status than the two unanswered
    ones.
    """
    if status not in {CharterStatus.UNANSWERED, CharterStatus.EARLIER_VERSION}:
        return 0
    with writing() as session:
        published = CharterVersion.published_at.is_not(None)
        newest = select(CharterVersion.id).where(published).order_by(CharterVersion.number.desc()).limit(1)
        # Two who press at once take turns: the second finds nobody left to remind.
        if session.scalar(newest.with_for_update()) is None:
            return 0
        due = select(Association.id).where(is_due(status, now)).order_by(Association.id).limit(MOST_REMINDERS)
        first: dict[int, Contact] = {}
        for contact in session.scalars(
            select(Contact)
            .where(Contact.association_id.in_(due), Contact.unsubscribed_at.is_(None))
            .options(joinedload(Contact.association))
            .order_by(Contact.position, Contact.id)
        ):
            first.setdefault(contact.association_id, contact)
        for contact in first.values():
            association = contact.association
            token = new_link(session, contact, LinkPurpose.CHARTER, now=now)
            lang = association.language
            letter = replace(charter_letter(contact, token, lang), unsubscribe=unsubscribe_address(contact, lang))
            queue_letter(session, letter, contact.email, lang, now=now, association_id=association.id)
            note(session, Event.WROTE, now=now, actor=actor, association_id=association.id, subject="charter")
        return len(first)


def mark_of(version: CharterVersion | None) -> str:
    """What a form about a draft began with, so that a second writer hears of the first."""
    return sha256(f"{version.text_da}\0{version.text_en}".encode()).hexdigest()[:16] if version else ""


def draft(session: Session) -> CharterVersion | None:
    """The version that is being written, None where there is none; held until the commit on PostgreSQL."""
    query = select(CharterVersion).where(CharterVersion.published_at.is_(None)).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def save_draft(text_da: str, text_en: str, *, began: str, now: datetime) -> CharterVersion:
    """Writes the draft of the next version, and makes it where there is none. `began` is `mark_of` as it was read.

    RuleError `changed_meanwhile` (facts: `text_da`, `text_en`, `mark` as they are now).
    """
    try:
        with writing() as session:
            version = draft(session)
            if mark_of(version) != began and (
                version is None or (version.text_da, version.text_en) != (text_da, text_en)
            ):
                raise RuleError(
                    "changed_meanwhile", text_da=version.text_da if version else "",
                    text_en=version.text_en if version else "", mark=mark_of(version),
                )  # fmt: skip
            if version is None:
                number = int(session.scalar(select(func.max(CharterVersion.number))) or 0) + 1
                version = CharterVersion(number=number, created_at=now)
                session.add(version)
            version.text_da, version.text_en = text_da, text_en
            return version
    except IntegrityError:  # somebody else began the same number at the same moment
        return save_draft(text_da, text_en, began=began, now=now)


def publish(*, began: str, now: datetime) -> CharterVersion:
    """Publishes the draft, for good: a published version is never edited.

    RuleError `no_draft`, `changed_meanwhile`, `text_missing` where a language has none.
    """
    with writing() as session:
        version = draft(session)
        if version is None:
            raise RuleError("no_draft")
        if mark_of(version) != began:
            raise RuleError("changed_meanwhile")
        if not (version.text_da and version.text_en):
            raise RuleError("text_missing")
        version.published_at = now
        return version


def drop_draft() -> None:
    """Throws the draft away, where there is one."""
    with writing() as session:
        version = draft(session)
        if version is not None:
            session.delete(version)
