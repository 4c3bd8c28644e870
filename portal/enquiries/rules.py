"""Enquiries: what can be asked for, where one stands, and when it is late."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

LATE_AFTER = 5  # working days without an answer
ERASED_AFTER = timedelta(days=90)  # from the day it is closed


class Wish(StrEnum):
    """What somebody asks for."""

    WORKSHOP = "workshop"
    DIALOGUE = "dialogue"
    NARRATIVE = "narrative"
    CAPACITY = "capacity"
    TALK = "talk"
    OTHER = "other"


class EnquiryState(StrEnum):
    """Where an enquiry stands; the last three are its ends."""

    NEW = "new"
    ANSWERED = "answered"
    SCHEDULED = "scheduled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({EnquiryState.NEW, EnquiryState.ANSWERED})


def working_days_between(first: date, last: date, is_day_off: Callable[[date], bool]) -> int:
    """Whole working days after `first` up to and including `last`; 0 where there is none.

    Saturdays, Sundays and what `is_day_off` says (public holidays) are none.
    """
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and not is_day_off(day))
