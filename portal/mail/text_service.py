"""Staff change the words of a kind of message, for all activity types or for one, and take the change back."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.database import db, writing
from portal.errors import RuleError
from portal.mail.letter import queue_letter
from portal.mail.models import MailText
from portal.mail.placeholders import example_letter
from portal.mail.wording import PARTS, MailKind, Words, forget_changed_texts, own_words
from portal.web.locale import LANGUAGES

NOT_CHANGED = "own"  # the state of words that nobody has changed


@dataclass(frozen=True)
class TextDraft:
    """A message's words in both languages."""

    subject_da: str
    subject_en: str
    heading_da: str
    heading_en: str
    body_da: str
    body_en: str
    closing_da: str
    closing_en: str

    def words(self, lang: str) -> Words:
        """The words in that language."""
        return Words(*(getattr(self, f"{part}_{lang}") for part in PARTS))


def state_of(text: MailText | None) -> str:
    """What tells one state of the words from any other, for a form that two may have open at once."""
    return NOT_CHANGED if text is None else f"{text.revision}.{text.changed_at.timestamp():.6f}"


def texts_of(kind: MailKind) -> list[MailText]:
    """The kind's words as staff changed them, with who did; those for all types first."""
    query = select(MailText).where(MailText.kind == kind.key).options(joinedload(MailText.changed_by))
    return sorted(db.session.scalars(query), key=lambda text: text.type_id or 0)


def changed_texts() -> dict[str, list[MailText]]:
    """As `texts_of`, for every kind at once, by the kind's key."""
    found: dict[str, list[MailText]] = {}
    for text in db.session.scalars(select(MailText).options(joinedload(MailText.changed_by))):
        found.setdefault(text.kind, []).append(text)
    return {kind: sorted(texts, key=lambda text: text.type_id or 0) for kind, texts in found.items()}


def draft_of(text: MailText | None, kind: MailKind) -> TextDraft:
    """The words of a change; the portal's own where there is none."""
    if text is not None:
        return TextDraft(**{name: getattr(text, name) for name in TextDraft.__dataclass_fields__})
    return own_draft(kind)


def own_draft(kind: MailKind) -> TextDraft:
    """The portal's own words in both languages."""
    own = {lang: own_words(kind, lang) for lang in LANGUAGES}
    return TextDraft(**{f"{part}_{lang}": getattr(own[lang], part) for part in PARTS for lang in LANGUAGES})


def save_text(
    kind: MailKind, type_id: int | None, draft: TextDraft, *, seen: str, actor: User, now: datetime
) -> MailText | None:
    """Keeps the words, for one activity type or for all; None where they are those that would hold without a change,
    which then is not kept.

    `seen` is the state that the form was opened with. RuleError `changed_meanwhile`.
    """
    with writing() as session:
        values = {**asdict(draft), "changed_at": now, "changed_by_id": actor.id}
        row = _current(session, kind, type_id, seen)
        if draft == _without(session, kind, type_id):
            if row is not None:
                session.delete(row)
            row = None
        elif row is None:
            row = MailText(kind=kind.key, type_id=type_id, revision=0, **values)
            session.add(row)
            try:
                session.flush()
            except IntegrityError as fault:  # of two first changes at once, one is first
                raise RuleError("changed_meanwhile") from fault
        else:
            row.revision += 1
            for name, value in values.items():
                setattr(row, name, value)
    forget_changed_texts()
    return row


def take_back(kind: MailKind, type_id: int | None, *, seen: str) -> bool:
    """The words that held before anybody changed them hold again; False where nothing was changed.

    RuleError `changed_meanwhile`.
    """
    with writing() as session:
        row = _current(session, kind, type_id, seen)
        if row is not None:
            session.delete(row)
    forget_changed_texts()
    return row is not None


def _current(session: Session, kind: MailKind, type_id: int | None, seen: str) -> MailText | None:
    """The change as it is now, held until the transaction ends."""
    where = MailText.type_id.is_(None) if type_id is None else MailText.type_id == type_id
    row = session.scalars(select(MailText).where(MailText.kind == kind.key, where).with_for_update()).one_or_none()
    if state_of(row) != seen:
        raise RuleError("changed_meanwhile")
    return row


def _without(session: Session, kind: MailKind, type_id: int | None) -> TextDraft:
    """The words that would hold if these were not changed."""
    if type_id is None:
        return own_draft(kind)
    for_all = session.scalars(select(MailText).where(MailText.kind == kind.key, MailText.type_id.is_(None)))
    return draft_of(for_all.one_or_none(), kind)


def send_test(kind: MailKind, draft: TextDraft, lang: str, *, neutral: bool, actor: User, now: datetime) -> None:
    """Queues the letter with made-up facts to the member of staff who asks, and to nobody else."""
    letter = example_letter(kind, lang, draft.words(lang), now=now, neutral=neutral)
    with force_locale(lang):
        letter = replace(letter, subject=_("Test: %(subject)s", subject=letter.subject))
    with writing() as session:
        queue_letter(session, letter, actor.email, lang, now=now)
