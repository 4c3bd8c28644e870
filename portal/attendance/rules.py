"""Counting: what kinds of count there are, and what a closing says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_COUNT = 5000
MAX_PARTY = 500
MAX_STEP = 50
DEVICE_CLOCK = timedelta(days=3)
THANKS_WAIT = timedelta(hours=1)  # so that a quick correction of the count is in
THANKS_UNTIL = timedelta(days=14)
LEAST_TOLD = 5  # a smaller number says too much about those who came


class CountKind(StrEnum):
    """What was counted. `arrived` is a party's heads so far; `walk_in` is one tap, plus or minus."""

    ARRIVED = "arrived"
    WALK_IN = "walk_in"
    FINAL = "final"


class Method(StrEnum):
    """How it was counted."""

    LIST = "list"
    CLICKER = "clicker"
    SCAN = "scan"
    GROUP_LEADER = "group_leader"
    ESTIMATE = "estimate"
    IMPORT = "import"


@dataclass(frozen=True)
class Room:
    """The room so far, in heads: `by_audience` has what arrived and walked in, by audience id."""

    expected: int
    arrived: int
    walk_ins: int
    by_audience: Mapping[int, int]

    @property
    def total(self) -> int:
        """Everybody in the room."""
        return self.arrived + self.walk_ins


def room_so_far(expected: int, arrived: int, main_audience_id: int, walk_ins: Iterable[tuple[int, int]]) -> Room:
    """Sums up the room. Parties count as the activity's main audience; walk-ins never sink below 0."""
    by_audience = {main_audience_id: arrived}
    total = 0
    for audience_id, heads in walk_ins:
        present = max(0, heads)
        total += present
        by_audience[audience_id] = by_audience.get(audience_id, 0) + present
    return Room(expected, arrived, total, by_audience)


def moment_counted(device: datetime | None, now: datetime) -> datetime:
    """When a tap was made: the device's own time where it is within the last 3 days, else `now`.

    A phone that was offline sends late; a phone whose clock is wrong is not believed.
    """
    if device is None or device.tzinfo is None:
        return now
    return device if now - DEVICE_CLOCK <= device <= now else now


def thanks_are_due(ends_at: datetime, closed_at: datetime, heads: int, now: datetime) -> bool:
    """Whether those who came are to be thanked now: somebody came, the newest closing is an hour old, and the activity
    ended at most 14 days ago. What is counted long after, nobody expects thanks for any more.
    """
    return heads > 0 and closed_at + THANKS_WAIT <= now and ends_at <= now <= ends_at + THANKS_UNTIL


def told_number(heads: int) -> str:
    """How many came, for those who came; empty where they were fewer than five."""
    return str(heads) if heads >= LEAST_TOLD else ""


def was_absent(newest_counts: Iterable[int]) -> bool:
    """Whether a party was counted, and never with anybody there: its newest count at each meeting, in heads."""
    counts = list(newest_counts)
    return bool(counts) and not any(counts)
