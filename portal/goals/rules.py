"""Goals: their units, how the year stands, and the key figures' definitions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.activities.rules import AudienceGroup


class Unit(StrEnum):
    """What a goal counts. `percent` is reported: entered by staff elsewhere, never counted here."""

    ACTIVITIES = "activities"
    ATTENDANCES = "attendances"
    PEOPLE = "people"
    INSTITUTIONS = "institutions"
    PROFESSIONAL_GROUPS = "professional_groups"
    PERCENT = "percent"


HEAD_UNITS = frozenset({Unit.ATTENDANCES, Unit.PEOPLE})
SMALL = 5


class GoalKind(StrEnum):
    """A goal the committee set, or a reach it expects."""

    GOAL = "goal"
    EXPECTATION = "expectation"


@dataclass(frozen=True)
class KeyFigure:
    """One reported key figure: what it counts, of which types (empty: all) and audience group (None: all)."""

    key: str
    unit: Unit | None
    types: tuple[str, ...] = ()
    group: AudienceGroup | None = None


# As VINK's action plan 2018-19 words them. The forum's associations are those that sent somebody.
KEY_FIGURES = (
    KeyFigure("forum_associations", None, ("forum_meeting",)),
    KeyFigure("forum_meetings", Unit.ACTIVITIES, ("forum_meeting",)),
    KeyFigure("dialogue_activities", Unit.ACTIVITIES, ("dialogue_area",)),
    KeyFigure("dialogue_participants", Unit.ATTENDANCES, ("dialogue_area",)),
    KeyFigure("frontline_staff", Unit.ATTENDANCES, ("staff_talk", "theme_day"), AudienceGroup.PROFESSIONALS),
    KeyFigure("parents", Unit.ATTENDANCES, (), AudienceGroup.PARENTS),
    KeyFigure("young_people", Unit.ATTENDANCES, (), AudienceGroup.YOUNG_PEOPLE),
)


class Pace(StrEnum):
    """How a goal stands against its year."""

    REACHED = "reached"
    PLANNED = "planned"
    SHORT = "short"
    MISSED = "missed"


def pace(value: int, planned: int, target: int, year_over: bool) -> Pace:
    """Whether the target is reached, will be with what is planned, or is short of it."""
    if value >= target:
        return Pace.REACHED
    if year_over:
        return Pace.MISSED
    return Pace.PLANNED if value + planned >= target else Pace.SHORT


def year_share(year: int, today: date) -> float:
    """How much of the year has gone by on `today`, 0.0 to 1.0."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = min(max((today - first).days, 0), (after - first).days)
    return days / (after - first).days
