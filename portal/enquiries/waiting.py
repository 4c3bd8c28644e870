"""How long an enquiry has waited, in working days on Copenhagen's calendar."""

from datetime import date, datetime, timedelta

from portal import clock
from portal.enquiries.rules import LATE_AFTER, last_late_day, working_day_after, working_days_between


def is_public_holiday(day: date) -> bool:
    """Whether it is a Danish public holiday."""
    return day in clock.public_holidays(day.year)


def working_days_waited(since: datetime, now: datetime) -> int:
    """Whole working days from the day of `since` to that of `now`."""
    return working_days_between(clock.local(since).date(), clock.local(now).date(), is_public_holiday)


def late_before(now: datetime) -> datetime:
    """The moment before which unanswered words are late."""
    last = last_late_day(clock.local(now).date(), is_public_holiday)
    return clock.day_span(last + timedelta(days=1), last)[0]


def answer_due(since: datetime) -> date:
    """The day by which what was written at `since` is answered."""
    return working_day_after(clock.local(since).date(), LATE_AFTER, is_public_holiday)
