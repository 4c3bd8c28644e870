"""Counting: what kinds of count there are, and what a closing says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_COUNT = 5000
MAX_PARTY = 500
MAX_STEP = 50
DEVICE_CLOCK = timedelta(days=3)


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
