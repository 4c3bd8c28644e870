"""Goals: their units, how the year stands, and the key figures' definitions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.activities.rules import AudienceGroup
from portal.engagements.rules import counts_in


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


@dataclass(frozen=True)
class CountingRule:
    """What a goal counts: activity types and audiences by id (none named: all)."""

    unit: Unit
    types: frozenset[int] = frozenset()
    audiences: frozenset[int] = frozenset()

    def takes_type(self, type_id: int) -> bool:
        """Whether activities of this type count."""
        return not self.types or type_id in self.types

    def takes_audience(self, audience_id: int | None) -> bool:
        """Whether heads of this audience count."""
        return not self.audiences or audience_id in self.audiences


@dataclass(frozen=True)
class Held:
    """Heads of one audience at one held activity. `group_id` is the series where the same group meets.

    `institution_id` is whose engagement the activity is a session of, and `agreed_on` the day of that engagement's
    plan. An activity whose closing names no audience has one row with `audience_id` None and 0 heads.
    """

    activity_id: int
    starts_at: datetime
    type_id: int
    group_id: int | None
    institution_id: int | None
    agreed_on: date | None
    audience_id: int | None
    professional_group: bool
    heads: int


@dataclass(frozen=True)
class Line:
    """One activity behind a figure: its heads of the goal's audiences, and what it adds to the figure.

    `agreed_on` is the day of the plan that an institution counts by; a session before it counts from that day on.
    """

    activity_id: int
    starts_at: datetime
    heads: int
    adds: int
    audiences: tuple[int, ...] = ()
    agreed_on: date | None = None


def lines(rule: CountingRule, rows: Iterable[Held], last_day: date) -> list[Line]:
    """The activities behind a figure, oldest first; what they add sums up to it. The period ends on `last_day`.

    Distinct things (institutions, professional groups) are added where they first appear; people of
    the same group are added once, a later and larger meeting adds what it has more.
    """
    meetings: dict[int, list[Held]] = {}
    for row in sorted(rows, key=lambda r: (r.starts_at, r.activity_id)):
        if rule.takes_type(row.type_id):
            meetings.setdefault(row.activity_id, []).append(row)
    seen: set[int] = set()
    largest: dict[tuple[int, int | None], int] = {}
    found = []
    for number, meeting in meetings.items():
        counted = [row for row in meeting if rule.takes_audience(row.audience_id)]
        heads = sum(row.heads for row in counted)
        if rule.audiences and not heads:
            continue
        first = meeting[0]
        came = tuple(row.audience_id for row in counted if row.audience_id is not None and row.heads)
        adds = _adds(rule.unit, first, counted, last_day, seen, largest)
        agreed_on = first.agreed_on if rule.unit is Unit.INSTITUTIONS else None
        found.append(Line(number, first.starts_at, heads, adds, came, agreed_on))
    return found


def _adds(
    unit: Unit, first: Held, counted: Iterable[Held], last_day: date, seen: set[int],
    largest: dict[tuple[int, int | None], int],
) -> int:  # fmt: skip
    match unit:
        case Unit.ACTIVITIES:
            return 1
        case Unit.INSTITUTIONS:
            new = institution_of(first.institution_id, first.agreed_on, last_day) - seen
        case Unit.PROFESSIONAL_GROUPS:
            new = {r.audience_id for r in counted if r.professional_group and r.heads and r.audience_id} - seen
        case Unit.PEOPLE if first.group_id is not None:
            more = 0
            for row in counted:
                group = (first.group_id, row.audience_id)
                more += max(0, row.heads - largest.get(group, 0))
                largest[group] = max(row.heads, largest.get(group, 0))
            return more
        case Unit.PEOPLE | Unit.ATTENDANCES:
            return sum(row.heads for row in counted)
        case _:
            return 0
    seen |= new
    return len(new)


def institution_of(institution_id: int | None, agreed_on: date | None, last_day: date) -> set[int]:
    """The institution that a session lets count: its own engagement has an agreed plan by the period's end."""
    return {institution_id} if institution_id is not None and counts_in(agreed_on, 1, last_day) else set()


def reached_on(target: int, found: Iterable[Line], day_of: Callable[[datetime], date]) -> date | None:
    """The day on which what was held first added up to the target, or None; `day_of` tells a moment's day."""
    total = 0
    for day, adds in sorted((max(day_of(line.starts_at), line.agreed_on or date.min), line.adds) for line in found):
        total += adds
        if total >= target:
            return day
    return None


def span_of_year(year: int, starts: date, ends: date) -> tuple[date, date] | None:
    """The days of a plan's period that lie in a year, both ends included; None where there are none."""
    first, last = max(date(year, 1, 1), starts), min(date(year, 12, 31), ends)
    return (first, last) if first <= last else None
