"""Counting: what kinds of count there are, and what a closing says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MAX_COUNT = 5000


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


def room_so_far(
    expected: int, arrived: int, main_audience_id: int, walk_ins: Iterable[tuple[int, int]]
) -> Room:
    """Sums up the room. Parties count as the activity's main audience; walk-ins never sink below 0."""
    by_audience = {main_audience_id: arrived}
    total = 0
    for audience_id, heads in walk_ins:
        present = max(0, heads)
        total += present
        by_audience[audience_id] = by_audience.get(audience_id, 0) + present
    return Room(expected, arrived, total, by_audience)
