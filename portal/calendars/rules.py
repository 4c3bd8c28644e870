"""What a private feed shows."""

from enum import StrEnum


class Scope(StrEnum):
    """Which activities: one's own, or for staff all that are planned."""

    MINE = "mine"
    ALL = "all"
