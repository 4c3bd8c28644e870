"""What an activity can be, and when signing up is possible."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
