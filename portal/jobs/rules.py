"""When each job is due, and whether a worker is alive.

Source: "Reminders and times" of issue 4. Plain data in, a decision out.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TRIED_AGAIN_AFTER = timedelta(minutes=3)
# A clock that was set right may show what was noted as far ahead as this, and a job must not wait that long.
AHEAD = timedelta(hours=1)
NOTED_EVERY = timedelta(minutes=1)
SILENT_AFTER = timedelta(minutes=5)
TELL_STAFF_AFTER = timedelta(minutes=10)


class Name(StrEnum):
    """What the worker does. `worker` is its sign of life."""

    WAITING_LISTS = "waiting-lists"
    REMINDERS = "reminders"
    THANKS = "thanks"
    CONFIRMATIONS = "confirmations"
    RETENTION = "retention"
    LINKS = "links"
    MAIL = "mail"
    UPLOADS = "uploads"
    WORKER = "worker"


@dataclass(frozen=True)
class Every:
    """Due again and again after so long."""

    pause: timedelta


@dataclass(frozen=True)
class Daily:
    """Due once a day at an hour of Copenhagen's clock."""

    hour: int


Schedule = Every | Daily


@dataclass(frozen=True)
class Plan:
    """When a job is due, and how long a worker keeps it for itself: longer than it ever takes."""

    schedule: Schedule
    lease: timedelta


SHORT, LONG = timedelta(minutes=5), timedelta(minutes=30)
# Mail and uploads have none: each row is claimed by itself, so every worker does them all the time.
PLANS: dict[Name, Plan] = {
    Name.WAITING_LISTS: Plan(Every(timedelta(seconds=30)), SHORT),
    Name.REMINDERS: Plan(Every(timedelta(minutes=5)), LONG),
    Name.THANKS: Plan(Every(timedelta(minutes=10)), LONG),
    Name.LINKS: Plan(Every(timedelta(minutes=5)), SHORT),
    Name.CONFIRMATIONS: Plan(Daily(9), LONG),
    Name.RETENTION: Plan(Daily(3), LONG),
}


def latest_due(schedule: Schedule, now: datetime) -> datetime:
    """The latest that a job can be due, seen from `now`; a later time was noted while the clock was wrong."""
    longest = max(schedule.pause, TRIED_AGAIN_AFTER) if isinstance(schedule, Every) else timedelta(hours=25)
    return now + longest + AHEAD


def longest_lease(lease: timedelta, now: datetime) -> datetime:
    """The same of when a job comes free again."""
    return now + lease + AHEAD


def first_due(schedule: Schedule, now: datetime) -> datetime:
    """When a job is due that nobody has heard of before: at once, or at its hour."""
    return now if isinstance(schedule, Every) else next_due(schedule, now, now)


def next_due(schedule: Schedule, due_at: datetime, now: datetime) -> datetime:
    """When a job is due next that was due at `due_at`: the first time of its schedule after `now`.

    What fell into a time without any worker is left out: one run makes up for it.
    """
    if isinstance(schedule, Daily):
        return _next_hour(schedule.hour, now)
    missed = max(0, (now - due_at) // schedule.pause)
    return due_at + (missed + 1) * schedule.pause


def _next_hour(hour: int, now: datetime) -> datetime:
    """The next time that Copenhagen's clock shows the hour: an hour that is skipped comes an hour later, one that is
    shown twice counts the first time.
    """
    day = now.astimezone(COPENHAGEN).date()
    while True:
        found = datetime.combine(day, time(hour), tzinfo=COPENHAGEN).astimezone(now.tzinfo)
        if found > now:
            return found
        day += timedelta(days=1)


def is_silent(last_sign: datetime | None, now: datetime, after: timedelta = SILENT_AFTER) -> bool:
    """Whether no worker has given a sign of life for so long, or ever."""
    return last_sign is None or now - last_sign >= after
