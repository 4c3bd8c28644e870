"""Enquiries: what can be asked for, where one stands, and when it is late."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

LATE_AFTER = 5  # working days without an answer
ERASED_AFTER = timedelta(days=90)  # from the day it is closed
SILENT_AFTER = timedelta(days=60)  # an answered one that nobody wrote in for so long is closed by itself


class Wish(StrEnum):
    """What somebody asks for."""

    WORKSHOP = "workshop"
    DIALOGUE = "dialogue"
    NARRATIVE = "narrative"
    CAPACITY = "capacity"
    TALK = "talk"
    OTHER = "other"


class EnquiryState(StrEnum):
    """Where an enquiry stands; the last four are its ends, `DONE` where an answer was all there was to it."""

    NEW = "new"
    ANSWERED = "answered"
    SCHEDULED = "scheduled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class Tab(StrEnum):
    """A part of the inbox."""

    OPEN = "open"
    MINE = "mine"
    LATE = "late"
    CLOSED = "closed"


OPEN = frozenset({EnquiryState.NEW, EnquiryState.ANSWERED})
TELLS_HEADS = frozenset({Wish.WORKSHOP, Wish.DIALOGUE, Wish.NARRATIVE, Wish.TALK})  # these are for a group
# The type, by its key, that an activity for the wish usually has.
SUGGESTED_TYPES = {
    Wish.WORKSHOP: "youth_workshop",
    Wish.DIALOGUE: "dialogue_area",
    Wish.NARRATIVE: "victim_narrative",
    Wish.CAPACITY: "capacity_session",
    Wish.TALK: "staff_talk",
}
# Types whose meetings are never confirmed before the narrator's yes and the group's preparation ("Narratives" among
# the product's rules): scheduling one only sets a possible day.
GATED_TYPES = frozenset({"victim_narrative"})


def working_days_between(first: date, last: date, is_day_off: Callable[[date], bool]) -> int:
    """Whole working days after `first` up to and including `last`; 0 where there is none.

    Saturdays, Sundays and what `is_day_off` says (public holidays) are none.
    """
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and not is_day_off(day))


def working_day_after(first: date, number: int, is_day_off: Callable[[date], bool]) -> date:
    """The `number`th working day after `first`."""
    day = first
    while number > 0:
        day += timedelta(days=1)
        number -= day.weekday() < 5 and not is_day_off(day)
    return day


def last_late_day(today: date, is_day_off: Callable[[date], bool]) -> date:
    """The last day whose words are late today: more than `LATE_AFTER` working days have passed since.

    What was written on that day or before is late, so that a list can be cut by one date.
    """
    day, passed = today, 0
    while passed <= LATE_AFTER:
        passed += day.weekday() < 5 and not is_day_off(day)
        day -= timedelta(days=1)
    return day
