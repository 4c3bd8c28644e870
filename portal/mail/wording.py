"""The words of each kind of message: the portal's own, or as staff changed them, with {placeholders}."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import current_app, g
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from portal.config import Settings
from portal.database import db
from portal.mail.letter import Letter
from portal.mail.models import MailText

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PARTS = ("subject", "heading", "body", "closing")
READ_AGAIN_AFTER = 10.0  # seconds; a request is over by then, and a worker that runs for weeks hears of a change


class Group(StrEnum):
    """What a kind of message is about, in the order of the list."""

    REGISTRATION = "registration"
    FORUM = "forum"
    ASSOCIATION = "association"
    ENQUIRY = "enquiry"


GROUPS: dict[Group, Any] = {
    Group.REGISTRATION: _l("Registrations"),
    Group.FORUM: _l("Citizens’ forum"),
    Group.ASSOCIATION: _l("The associations’ own pages"),
    Group.ENQUIRY: _l("Enquiries"),
}


@dataclass(frozen=True)
class Words:
    """A message's words. `body` stands before the facts and the button, `closing` after; paragraphs are divided by an
    empty line.
    """

    subject: Any
    heading: Any
    body: Any
    closing: Any = ""


@dataclass(frozen=True)
class MailKind:
    """A kind of message: its name for staff, its own words, and the placeholders that its words may use.

    `neutral_subject` is the subject where the activity's type keeps titles out of subjects; with `of_type` the words
    may differ from one activity type to another. `news` is not about the reader's own registration or request, so
    it can be unsubscribed from. `needed` are the placeholders that are the point of the message. `rows` are the lines
    of the table that follows the body, and `button` the button's text: what the letter has besides its words, for
    whoever looks at an example of it.
    """

    key: str
    name: Any
    words: Words
    placeholders: tuple[str, ...] = ()
    neutral_subject: Any = ""
    of_type: bool = False
    news: bool = False
    group: Group = Group.REGISTRATION
    needed: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    button: Any = ""


KINDS: dict[str, MailKind] = {}
# Messages without words of their own here: staff write them, or they are of a former version.
OTHER_NAMES: dict[str, Any] = {"mailing": _l("Mail to many"), "topic_answered": _l("Answer to a topic")}


def declare(*kinds: MailKind) -> None:
    """Makes kinds of message known, so that staff can read and change their words."""
    for kind in kinds:
        KINDS[kind.key] = kind


def name_of(key: str) -> str:
    """The name of a kind of message, for staff; its key where nobody knows it any more."""
    return str(KINDS[key].name if key in KINDS else OTHER_NAMES.get(key, key))


def unknown_placeholders(text: str, kind: MailKind) -> list[str]:
    """What stands in braces in the text and is no placeholder of the kind, in order, and a brace that is alone."""
    known = {"unit", *kind.placeholders}
    unknown = [name for name in PLACEHOLDER.findall(text) if name not in known]
    rest = PLACEHOLDER.sub("", text)
    return list(dict.fromkeys(f"{{{name}}}" for name in unknown)) + [c for c in "{}" if c in rest]


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text on one line with its placeholders filled in; an unknown one stays as it stands."""
    return " ".join(PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text).split())


def paragraphs_of(text: str, facts: Mapping[str, str]) -> list[str]:
    """The text's paragraphs, filled in; one whose placeholder is empty this time is left out. Where a placeholder is
    all of a paragraph, each line that it stands for becomes one.
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        if any(facts.get(name) == "" for name in PLACEHOLDER.findall(paragraph)):
            continue
        alone = PLACEHOLDER.fullmatch(paragraph.strip())
        if alone and alone[1] in facts:  # somebody's own lines, each as it was written
            found += [" ".join(line.split()) for line in facts[alone[1]].splitlines() if line.strip()]
        elif filled := fill(paragraph, facts):
            found.append(filled)
    return found


def own_words(kind: MailKind, lang: str) -> Words:
    """The portal's own words in that language."""
    with force_locale(lang):
        return Words(*(str(getattr(kind.words, part)) for part in PARTS))


def changed_text(kind: str, type_id: int | None) -> MailText | None:
    """The words as staff changed them, for the activity type if there are any, else for all; read once a request."""
    if g.get("mail_texts_until", 0.0) < time.monotonic():
        forget_changed_texts()
        g.mail_texts_until = time.monotonic() + READ_AGAIN_AFTER
    known: dict[tuple[str, int | None], MailText | None] = g.setdefault("mail_texts", {})
    if (kind, type_id) not in known:
        rows = db.session.scalars(
            select(MailText)
            .where(MailText.kind == kind, or_(MailText.type_id == type_id, MailText.type_id.is_(None)))
            .order_by(MailText.type_id.is_(None))
        ).all()
        known[kind, type_id] = rows[0] if rows else None
        if rows:
            db.session.expunge(rows[0])  # it is read after the transaction that it came in
    return known[kind, type_id]


def forget_changed_texts() -> None:
    """Reads them anew, once one was changed."""
    g.pop("mail_texts", None)


def words_of(kind: MailKind, lang: str, type_id: int | None = None) -> Words:
    """The words that hold: staff's, or the portal's own."""
    changed = changed_text(kind.key, type_id if kind.of_type else None)
    if changed is None:
        return own_words(kind, lang)
    return Words(*(getattr(changed, f"{part}_{lang}") for part in PARTS))


def letter_of(
    key: str,
    lang: str,
    facts: Mapping[str, str],
    *,
    type_id: int | None = None,
    neutral: bool = False,
    words: Words | None = None,
    notes: Sequence[str] = (),
    parts: Mapping[str, Any] | None = None,
) -> Letter:
    """The letter of that kind in that language. `facts` fill the placeholders; `notes` are paragraphs that follow the
    body; `parts` are the letter's other parts, such as its button.

    `neutral` is whether the activity's type keeps titles out of subjects. `words` are others than those that hold,
    for a preview.
    """
    kind = KINDS[key]
    settings: Settings = current_app.extensions["settings"]
    facts = {"unit": settings.wordmark, **facts}
    words = words or words_of(kind, lang, type_id)
    with force_locale(lang):
        subject = str(kind.neutral_subject) if neutral and kind.neutral_subject else words.subject
    letter = Letter(
        kind.key,
        fill(subject, facts),
        fill(words.heading, facts),
        [*paragraphs_of(words.body, facts), *notes],
        after=paragraphs_of(words.closing, facts),
    )
    return replace(letter, **(parts or {}))
