"""What may stand in braces in a message's words: its meaning for staff, and an example of it for the preview."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import lazy_gettext as _l

from portal.clock import local
from portal.config import Settings
from portal.mail.letter import Letter
from portal.mail.wording import MailKind, Words, fill, letter_of
from portal.web.links import link_to
from portal.web.locale import date_long, day_and_time, when

HEADS = 24
FREE = 20
IN_DAYS = 21  # the meeting in the examples
# Somebody's own words, or a figure that is left out at times: they belong in the text, not in a subject or a heading.
TEXT_ONLY = frozenset({"answer", "topic", "reason", "came"})


@dataclass(frozen=True)
class Placeholder:
    """What it stands for, and an example: a text, or one that is made for the meeting's start."""

    meaning: Any
    example: Any


def _places(_start: datetime) -> str:
    return str(ngettext("%(num)d place", "%(num)d places", HEADS))


def _free(_start: datetime) -> str:
    return str(ngettext("%(num)d place", "%(num)d places", FREE))


def _meetings(_start: datetime) -> str:
    return str(ngettext("one more meeting", "%(num)d more meetings", 1))


def _meeting(start: datetime) -> str:
    return when(start, start + timedelta(hours=2))


def _moment(before: timedelta) -> Callable[[datetime], str]:
    return lambda start: day_and_time(start - before)


def _unit(_start: datetime) -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.wordmark


PLACEHOLDERS: dict[str, Placeholder] = {
    "unit": Placeholder(_l("Our short name"), _unit),
    "title": Placeholder(_l("The activity’s title"), _l("Behind the screen: See through hate and propaganda online")),
    "places": Placeholder(_l("How many places, with the word for it"), _places),
    "heads": Placeholder(_l("How many places, the number alone"), str(HEADS)),
    "when": Placeholder(_l("The meeting’s day and times"), _meeting),
    "day": Placeholder(_l("The meeting’s day"), date_long),
    "where": Placeholder(_l("Venue and address"), _l("The library, Eksempelvej 1")),
    "number": Placeholder(_l("The place in line"), "3"),
    "free": Placeholder(_l("How many places are free, with the word for it"), _free),
    "until": Placeholder(_l("Until when the places are held"), _moment(timedelta(days=7, hours=3))),
    "meetings": Placeholder(_l("How many meetings, in words"), _meetings),
    "before": Placeholder(_l("How many places it was before"), "22"),
    "reason": Placeholder(
        _l("The reason, as it was written when the meeting was called off"), _l("The speaker is ill.")
    ),
    "came": Placeholder(_l("How many came; nothing where they were fewer than five"), "19"),
    "association": Placeholder(_l("The association’s name"), "Kvindenetværket Kanelblomst"),
    "topic": Placeholder(_l("The proposed topic"), _l("Safe on the way home")),
    "answer": Placeholder(
        _l("What we wrote to them"), _l("Thank you for a good idea. We look forward to talking about it with you.")
    ),
    "deadline": Placeholder(_l("The day by which we answer"), lambda start: date_long(start - timedelta(days=14))),
}

# The lines of the tables that follow the words: label and example.
ROWS: dict[str, tuple[Any, Any]] = {
    "when": (_l("When"), _meeting),
    "where": (_l("Where"), PLACEHOLDERS["where"].example),
    "places": (_l("Places"), str(HEADS)),
    "earlier": (_l("Before"), lambda start: _meeting(start - timedelta(days=7))),
    "now": (_l("Now"), _meeting),
    "agenda": (_l("Agenda"), _l("1. Welcome; 2. Theme: What matters to young people right now?")),
    "answer_by": (_l("Answer by"), _moment(timedelta(days=3))),
    "association": (_l("Association"), PLACEHOLDERS["association"].example),
    "role": (_l("Role"), _l("Chair")),
    "email": (_l("E-mail"), "kontakt@kanelblomst.example"),
}


def known_to(kind: MailKind) -> dict[str, Placeholder]:
    """The placeholders that the kind's words may use, in the order they are listed."""
    return {name: PLACEHOLDERS[name] for name in (*kind.placeholders, "unit") if name in PLACEHOLDERS}


def example_of(example: Any, start: datetime) -> str:
    """An example in the language in force, for a meeting that starts then."""
    return str(example(start)) if callable(example) else str(example)


def example_start(now: datetime) -> datetime:
    """When the meeting in the examples starts: three weeks from now, at five in Copenhagen."""
    return local(now + timedelta(days=IN_DAYS)).replace(hour=17, minute=0, second=0, microsecond=0)


def example_letter(kind: MailKind, lang: str, words: Words, *, now: datetime, neutral: bool = False) -> Letter:
    """The letter with those words and made-up facts, as somebody would get it; its button leads to the front page."""
    start = example_start(now)
    with force_locale(lang):
        facts = {name: example_of(each.example, start) for name, each in known_to(kind).items()}
        parts: dict[str, Any] = {
            "facts": [(str(label), example_of(value, start)) for label, value in map(ROWS.__getitem__, kind.rows)]
        }
        if kind.button:
            parts["button"] = (fill(str(kind.button), facts), link_to("pages.front", lang))
    return letter_of(kind.key, lang, facts, neutral=neutral, words=words, parts=parts)
