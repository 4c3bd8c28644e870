"""Capacity building: an engagement's phases, and when it counts."""

from datetime import date
from enum import StrEnum

SCALE = (1, 2, 3, 4, 5)  # of a statement in the self-assessment: 1 not at all, 5 fully
FOLLOW_UP_MONTHS = 6


class Phase(StrEnum):
    """How far the work with an institution has come, in order; `STOPPED` is the end without a follow-up."""

    CONTACT = "contact"
    NEEDS_TALK = "needs_talk"
    PLAN = "plan"
    SESSIONS = "sessions"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"
    STOPPED = "stopped"


ON_BOARD = (Phase.CONTACT, Phase.NEEDS_TALK, Phase.PLAN, Phase.SESSIONS, Phase.FOLLOW_UP)


class Moment(StrEnum):
    """When a board assessed itself."""

    BEFORE = "before"
    AFTER = "after"


def counts_in(agreed_on: date | None, sessions_held: int, last_day: date) -> bool:
    """Whether an engagement counts in a period that ends on `last_day`: an agreed plan by then, and a session held.

    Source: the goals' units, "distinct institutions". It counts once per institution and year.
    """
    return agreed_on is not None and agreed_on <= last_day and sessions_held > 0
