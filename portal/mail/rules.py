"""When a message is tried again, and when it is given up."""

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 ... minutes, an hour at most."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def given_up(created_at: datetime, now: datetime) -> bool:
    """Whether a message has been tried for a day in vain."""
    return now - created_at >= GIVE_UP_AFTER
