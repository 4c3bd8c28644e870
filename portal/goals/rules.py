"""Goals: their units, how the year stands, and the key figures' definitions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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

    An activity whose closing names no audience has one row with `audience_id` None and 0 heads.
    """

    activity_id: int
    starts_at: datetime
    type_id: int
    group_id: int | None
    partner_id: int | None
    audience_id: int | None
    professional_group: bool
    heads: int


@dataclass(frozen=True)
class Line:
    """One activity behind a figure: its heads of the goal's audiences, and what it adds to the figure."""

    activity_id: int
    starts_at: datetime
    heads: int
    adds: int
    audiences: tuple[int, ...] = ()


def lines(rule: CountingRule, rows: Iterable[Held]) -> list[Line]:
    """The activities behind a figure, oldest first; what they add sums up to it.

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
        found.append(Line(number, first.starts_at, heads, _adds(rule.unit, first, counted, seen, largest), came))
    return found


def _adds(
    unit: Unit, first: Held, counted: Iterable[Held], seen: set[int], largest: dict[tuple[int, int | None], int]
) -> int:
    match unit:
        case Unit.ACTIVITIES:
            return 1
        case Unit.INSTITUTIONS:
            new = {first.partner_id} - seen if first.partner_id is not None else set()
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


def reached_at(target: int, found: Iterable[Line]) -> datetime | None:
    """When the activities so far first added up to the target, or None."""
    total = 0
    for line in found:
        total += line.adds
        if total >= target:
            return line.starts_at
    return None


class Reckoning(StrEnum):
    """What an expected attendance rests on."""

    USUAL = "usual"
    PLACES = "places"
    REGISTERED = "registered"
    NOTHING = "nothing"


USUAL_MONTHS = 24
FILLED_PERCENT = 80


@dataclass(frozen=True)
class Coming:
    """A planned activity. `audiences` are ids with whether each is a professional group; `registered` is heads."""

    activity_id: int
    starts_at: datetime
    type_id: int
    group_id: int | None
    partner_id: int | None
    audiences: Mapping[int, bool]
    capacity: int | None
    registered: int


@dataclass(frozen=True)
class Forecast:
    """What is planned: how many activities, what they bring in the goal's unit, and on what that rests."""

    activities: int = 0
    brings: int = 0
    basis: frozenset[Reckoning] = frozenset()


def forecast(
    rule: CountingRule, held: Iterable[Held], coming: Iterable[Coming], usual: Mapping[tuple[int, int], float]
) -> Forecast:
    """What planned activities are expected to bring on top of what was held.

    `usual` is the average heads of an audience at a type. Where there is none yet, 80 % of the
    places are reckoned with, and where there is no limit, the heads signed up.
    """
    past = list(held)
    partners = {row.partner_id for row in past if rule.takes_type(row.type_id)}
    professions = {row.audience_id for row in past if rule.takes_type(row.type_id) and row.heads}
    groups = {row.group_id for row in past if row.group_id is not None}
    activities, brings, basis = 0, 0.0, set()
    for plan in coming:
        if not matches(rule, plan):
            continue
        counted = [a for a in plan.audiences if rule.takes_audience(a)]
        activities += 1
        if rule.unit is Unit.ACTIVITIES:
            brings += 1
        elif rule.unit is Unit.INSTITUTIONS:
            if plan.partner_id is not None and plan.partner_id not in partners:
                partners.add(plan.partner_id)
                brings += 1
        elif rule.unit is Unit.PROFESSIONAL_GROUPS:
            new = {a for a in counted if plan.audiences[a]} - professions
            professions |= new
            brings += len(new)
        elif rule.unit in HEAD_UNITS:
            if rule.unit is Unit.PEOPLE and plan.group_id is not None:
                if plan.group_id in groups:
                    continue
                groups.add(plan.group_id)
            heads, why = _expected(plan, counted, usual)
            brings += heads
            basis.add(why)
    return Forecast(activities, int(brings + 0.5), frozenset(basis))


def _expected(plan: Coming, counted: Iterable[int], usual: Mapping[tuple[int, int], float]) -> tuple[float, Reckoning]:
    known = [usual[plan.type_id, a] for a in counted if (plan.type_id, a) in usual]
    if known:
        return sum(known), Reckoning.USUAL
    if plan.capacity is not None:
        return plan.capacity * FILLED_PERCENT / 100, Reckoning.PLACES
    return plan.registered, Reckoning.REGISTERED if plan.registered else Reckoning.NOTHING


def rests_on_few(rule: CountingRule, coming: Iterable[Coming], usual: Mapping[tuple[int, int], float]) -> bool:
    """Whether a forecast of heads rests on a figure under 5, which it would let one work out.

    That is an average of fewer than 5, or fewer than 5 signed up where there is no limit to reckon by.
    """
    for plan in coming:
        known = [usual.get((plan.type_id, a), 0) for a in plan.audiences if rule.takes_audience(a)]
        if any(0 < heads < SMALL for heads in known):
            return True
        if not any(known) and plan.capacity is None and 0 < plan.registered < SMALL:
            return True
    return False


def matches(rule: CountingRule, plan: Coming) -> bool:
    """Whether a planned activity is of the kind that the rule counts."""
    return rule.takes_type(plan.type_id) and any(rule.takes_audience(a) for a in plan.audiences)


def span_of_year(year: int, starts: date, ends: date) -> tuple[date, date] | None:
    """The days of a plan's period that lie in a year, both ends included; None where there are none."""
    first, last = max(date(year, 1, 1), starts), min(date(year, 12, 31), ends)
    return (first, last) if first <= last else None
