"""Capacity building: an engagement's phases, what a move asks for, and when it counts."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SCALE = (1, 2, 3, 4, 5)  # of a statement in the self-assessment: 1 not at all, 5 fully
FOLLOW_UP_MONTHS = 6
SESSION_TYPE = "capacity_session"


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
OVER = (Phase.ENDED, Phase.STOPPED)


class Moment(StrEnum):
    """When a board assessed itself."""

    BEFORE = "before"
    AFTER = "after"


class MoveFault(StrEnum):
    """What a move to another phase lacks."""

    SAME = "same_phase"
    OVER = "is_over"
    NO_PLAN = "no_plan"
    NO_SESSION = "no_session"
    NO_FOLLOW_UP = "no_follow_up"


@dataclass(frozen=True)
class Facts:
    """What decides about a move. `sessions` are those that have taken place, counted or not."""

    phase: Phase
    talked: bool = False
    agreed: bool = False
    sessions: int = 0
    followed_up: bool = False


def move_fault(facts: Facts, to: Phase) -> MoveFault | None:
    """What stands in the way of moving to a phase, None where nothing does.

    Back is always possible, and so is stopping. Sessions ask for an agreed plan, the follow-up for a session that has
    taken place, the end for a follow-up that was made. What is over has to be opened again first.
    """
    if facts.phase is to:
        return MoveFault.SAME
    if facts.phase in OVER:
        return MoveFault.OVER
    if to is Phase.STOPPED or (to in ON_BOARD and ON_BOARD.index(to) < ON_BOARD.index(facts.phase)):
        return None
    return _lacking(facts, to)


def _lacking(facts: Facts, to: Phase) -> MoveFault | None:
    if to in (Phase.SESSIONS, Phase.FOLLOW_UP, Phase.ENDED) and not facts.agreed:
        return MoveFault.NO_PLAN
    if to in (Phase.FOLLOW_UP, Phase.ENDED) and not facts.sessions:
        return MoveFault.NO_SESSION
    if to is Phase.ENDED and not facts.followed_up:
        return MoveFault.NO_FOLLOW_UP
    return None


def next_phase(phase: Phase) -> Phase | None:
    """The phase that usually comes next, None after the end."""
    return None if phase in OVER else (*ON_BOARD, Phase.ENDED)[ON_BOARD.index(phase) + 1]


def reopened_in(facts: Facts) -> Phase:
    """The phase that something that was over goes on in: the last one that its facts allow."""
    if facts.agreed:
        return Phase.FOLLOW_UP if facts.sessions else Phase.SESSIONS
    return Phase.PLAN if facts.talked else Phase.CONTACT


def follow_up_due(last_session: date) -> date:
    """The day half a year after the last session held; the month's last day where that day does not exist.

    Source: issue 3, "follow-up after six months".
    """
    months = last_session.month - 1 + FOLLOW_UP_MONTHS
    year, month = last_session.year + months // 12, months % 12 + 1
    return date(year, month, min(last_session.day, monthrange(year, month)[1]))


def is_late(due: date | None, today: date) -> bool:
    """Whether the day of a next step has gone by."""
    return due is not None and due < today


def counts_in(agreed_on: date | None, sessions_held: int, last_day: date) -> bool:
    """Whether an engagement counts in a period that ends on `last_day`: an agreed plan by then, and a session held.

    Source: the goals' units, "distinct institutions". It counts once per institution and year.
    """
    return agreed_on is not None and agreed_on <= last_day and sessions_held > 0
