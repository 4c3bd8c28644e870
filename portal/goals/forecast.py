"""What planned activities are expected to bring. Pure, as the rules are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.goals.rules import HEAD_UNITS, SMALL, CountingRule, Held, Unit, institution_of


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
    """A planned activity. `audiences` are ids with whether each is a professional group; `registered` is heads.

    `institution_id` and `agreed_on` are as in `Held`.
    """

    activity_id: int
    starts_at: datetime
    type_id: int
    group_id: int | None
    institution_id: int | None
    agreed_on: date | None
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
    rule: CountingRule, held: Iterable[Held], coming: Iterable[Coming], usual: Mapping[tuple[int, int], float],
    last_day: date,
) -> Forecast:  # fmt: skip
    """What planned activities are expected to bring on top of what was held, in a period that ends on `last_day`.

    `usual` is the average heads of an audience at a type, never more than there are places. Where there is none yet,
    80 % of the places are reckoned with, and where there is no limit, the heads signed up.
    """
    past = [row for row in held if rule.takes_type(row.type_id)]
    institutions = {n for row in past for n in institution_of(row.institution_id, row.agreed_on, last_day)}
    professions = {row.audience_id for row in past if row.heads}
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
            more = institution_of(plan.institution_id, plan.agreed_on, last_day) - institutions
            institutions |= more
            brings += len(more)
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
        return min(sum(known), plan.capacity or sum(known)), Reckoning.USUAL
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
