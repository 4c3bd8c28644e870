"""What an activity can be, and when signing up is possible."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LEAST_REMINDER_HOURS, MOST_REMINDER_HOURS = 3, 336  # before a meeting; two weeks at most


class RegistrationMode(StrEnum):
    """How people come to an activity. `arranged` is asked for, never booked outright."""

    OPEN = "open"
    PERSON = "person"
    GROUP = "group"
    ASSOCIATION = "association"
    ARRANGED = "arranged"


SIGN_UP_MODES = frozenset({RegistrationMode.PERSON, RegistrationMode.GROUP, RegistrationMode.ASSOCIATION})


class Visibility(StrEnum):
    """Who can find an activity. `closed` is counted but never shown."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    CLOSED = "closed"


class State(StrEnum):
    """Where an activity is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CALLED_OFF = "called_off"


class EntryStatus(StrEnum):
    """How an activity stands in somebody's calendar (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


# How long a feed shows what is over, or was called off: a calendar that asks seldom hears of it all the same.
KEPT_IN_FEEDS = timedelta(days=30)
REFRESH = timedelta(hours=1)  # how often a calendar should ask


class Provision(StrEnum):
    """Whether the place has something a participant may need."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


class AudienceGroup(StrEnum):
    """The few groups that goals and key figures speak of; every audience belongs to one."""

    YOUNG_PEOPLE = "young_people"
    PARENTS = "parents"
    RESIDENTS = "residents"
    ASSOCIATIONS = "associations"
    PROFESSIONALS = "professionals"


class AgeBand(StrEnum):
    """The ages a type may ask for; never a birth date."""

    UNDER_15 = "under_15"
    FROM_15 = "15_17"
    FROM_18 = "18_24"
    FROM_25 = "25_up"
    MIXED = "mixed"


class Closed(StrEnum):
    """Why nobody can sign up."""

    NO_SIGN_UP = "no_sign_up"
    ARRANGED = "arranged"
    NOT_PUBLISHED = "not_published"
    CALLED_OFF = "called_off"
    STARTED = "started"
    COURSE_STARTED = "course_started"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class SignUpTerms:
    """What decides whether signing up is open. `deadline` None means until the start."""

    mode: RegistrationMode
    state: State
    visibility: Visibility
    starts_at: datetime
    deadline: datetime | None


def sign_up_closed(terms: SignUpTerms, now: datetime) -> Closed | None:
    """Why signing up is not possible at `now`, or None where it is."""
    if terms.state is State.CALLED_OFF:
        return Closed.CALLED_OFF
    if terms.state is not State.PUBLISHED or terms.visibility is Visibility.CLOSED:
        return Closed.NOT_PUBLISHED
    if terms.mode is RegistrationMode.OPEN:
        return Closed.NO_SIGN_UP
    if terms.mode is RegistrationMode.ARRANGED:
        return Closed.ARRANGED
    if now >= terms.starts_at:
        return Closed.STARTED
    if terms.deadline is not None and now > terms.deadline:
        return Closed.DEADLINE
    return None


LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
SLUG_MAX = 60
SERIES_MAX = 30
SPOKEN = ("da", "en", "ar", "bs", "de", "es", "fa", "fr", "ku", "pl", "ps", "ro", "so", "tr", "uk", "ur")


def slug_of(title: str) -> str:
    """The title as it stands in an address: a-z, 0-9 and hyphens, at most 60 characters, cut at a word.

    >>> slug_of("Når dit barn er imod det hele: aften for forældre")
    'naar-dit-barn-er-imod-det-hele-aften-for-foraeldre'
    """
    folded = unicodedata.normalize("NFC", title).casefold().translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isascii())
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if len(slug) > SLUG_MAX:
        slug = slug[: SLUG_MAX + 1].rpartition("-")[0] or slug[:SLUG_MAX]
    return slug or "x"


def folded(text: str) -> str:
    """A text for searching: case and repeated spaces make no difference, in any alphabet.

    Kept in a column of its own, since SQLite's lower() knows ASCII only and PostgreSQL's depends on
    how the database was made.

    >>> folded("SÆT  Ord på ÅRET")
    'sæt ord på året'
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class TimeFault(StrEnum):
    """What is wrong with an activity's times."""

    ENDS_BEFORE_START = "ends_before_start"
    DEADLINE_AFTER_START = "deadline_after_start"


def time_fault(starts_at: datetime, ends_at: datetime, deadline: datetime | None) -> TimeFault | None:
    """An activity ends after its start, and signing up ends by then at the latest."""
    if ends_at <= starts_at:
        return TimeFault.ENDS_BEFORE_START
    if deadline is not None and deadline > starts_at:
        return TimeFault.DEADLINE_AFTER_START
    return None


class PublishFault(StrEnum):
    """Why an activity can't be published."""

    ALREADY = "already_published"
    CALLED_OFF = "called_off"
    NO_TITLE = "no_title"
    IN_THE_PAST = "in_the_past"


def publish_fault(
    state: State, visibility: Visibility, titles: Iterable[str], starts_at: datetime, now: datetime
) -> PublishFault | None:
    """Publishing asks for a title in one language and a start to come; what is closed may be entered afterwards."""
    if state is State.PUBLISHED:
        return PublishFault.ALREADY
    if state is State.CALLED_OFF:
        return PublishFault.CALLED_OFF
    if not any(title.strip() for title in titles):
        return PublishFault.NO_TITLE
    if starts_at <= now and visibility is not Visibility.CLOSED:
        return PublishFault.IN_THE_PAST
    return None


class SeriesFault(StrEnum):
    """What is wrong with the dates of a series."""

    NONE = "no_dates"
    TOO_MANY = "too_many_dates"
    NOT_AFTER_FIRST = "not_after_first"
    TWICE = "same_day_twice"


def series_fault(first: date, dates: Sequence[date]) -> SeriesFault | None:
    """Further meetings come after the first one, on different days, at most 30 of them."""
    if not dates:
        return SeriesFault.NONE
    if len(dates) > SERIES_MAX:
        return SeriesFault.TOO_MANY
    if min(dates) <= first:
        return SeriesFault.NOT_AFTER_FIRST
    if len(set(dates)) < len(dates):
        return SeriesFault.TWICE
    return None
