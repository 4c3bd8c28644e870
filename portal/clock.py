"""The one place that knows what time it is, where Copenhagen is, and when Denmark has a day off."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on Copenhagen's clock."""
    return moment.astimezone(COPENHAGEN)


def today() -> date:
    """The date in Copenhagen."""
    return local(now()).date()


def at_local(day: date, clock: time) -> datetime:
    """A day and a time on Copenhagen's clock, as UTC.

    A time that a clock change skips or repeats is read as the first of the two.
    """
    return datetime.combine(day, clock, tzinfo=COPENHAGEN).astimezone(UTC)


def day_span(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's midnight to the midnight after the last day, as UTC, end not included."""
    return at_local(first, time.min), at_local(last + timedelta(days=1), time.min)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Denmark's public holidays of a year."""
    return frozenset(country_holidays("DK", years=year))
