"""Plans and goals: loading, copying, editing."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.models import ActivityType, Audience
from portal.database import writing
from portal.errors import RuleError
from portal.goals.models import Area, Effort, Goal, Plan
from portal.goals.plan_file import Counts, GoalEntry, PlanEntry, PlanFileError, default_plan, plan_key
from portal.goals.rules import GoalKind, Unit

T = TypeVar("T", ActivityType, Audience)


@dataclass(frozen=True)
class GoalFacts:
    """What a goal is set to. `types` and `audiences` are ids; a reported goal counts none."""

    name_da: str
    name_en: str
    kind: GoalKind
    unit: Unit
    target: int
    types: tuple[int, ...] = ()
    audiences: tuple[int, ...] = ()


def load_plan(entry: PlanEntry, *, now: datetime) -> tuple[Plan, bool]:
    """Writes a plan read from a file; the plan and whether it is new. A plan loaded before is left as it is.

    Where the file does not say what a goal counts, the portal's default plan does, by the goal's key.
    PlanFileError where neither does or a key is unknown; RuleError `overlap` where another plan holds
    in the same days.
    """
    with writing() as session:
        known = session.scalar(select(Plan).where(Plan.key == entry.key))
        if known:
            return known, False
        _refuse_overlap(session, entry.starts, entry.ends)
        types = {t.key: t for t in session.scalars(select(ActivityType))}
        audiences = {a.key: a for a in session.scalars(select(Audience))}
        plan = Plan(key=entry.key, name_da=entry.name_da, name_en=entry.name_en, source_da=entry.source_da,
                    source_en=entry.source_en, starts=entry.starts, ends=entry.ends, created_at=now)  # fmt: skip
        for area in entry.areas:
            efforts = [Effort(key=e.key, name_da=e.name_da, name_en=e.name_en, position=i)
                       for i, e in enumerate(area.efforts, 1)]  # fmt: skip
            goals = []
            for position, goal in enumerate(area.goals, 1):
                counts = _counts(goal)
                goals.append(
                    Goal(key=goal.key, kind=goal.kind, unit=goal.unit, name_da=goal.name_da, name_en=goal.name_en,
                         target=goal.target, position=position,
                         types=_named(counts.types, types, goal.key),
                         audiences=_named(counts.audiences, audiences, goal.key))
                )  # fmt: skip
            plan.areas.append(
                Area(number=area.number, name_da=area.name_da, name_en=area.name_en, efforts=efforts, goals=goals)
            )
        session.add(plan)
    return plan, True


def _counts(goal: GoalEntry) -> Counts:
    if goal.unit is Unit.PERCENT:
        return Counts((), ())
    if goal.counts is not None:
        return goal.counts
    usual = {g.key: g for area in default_plan().areas for g in area.goals}
    known = usual.get(goal.key)
    if known is None or known.counts is None:
        raise PlanFileError(
            f"{goal.key}: "
            + _(
                "the file does not say which types it counts (%(example)s), and the default plan does not know it",
                example='"counts": {"types": [...], "audiences": [...]}',
            )
        )
    return known.counts


def _named(keys: Iterable[str], known: dict[str, T], goal: str) -> list[T]:
    missing = sorted(set(keys) - set(known))
    if missing:
        raise PlanFileError(f"{goal}: " + _("there is no type or audience %(names)s", names=", ".join(missing)))
    return [known[key] for key in dict.fromkeys(keys)]


def _refuse_overlap(session: Session, starts: date, ends: date, but: int | None = None) -> None:
    query = select(Plan).where(Plan.starts <= ends, Plan.ends >= starts).order_by(Plan.starts)
    if but is not None:
        query = query.where(Plan.id != but)
    other = session.scalars(query).first()
    if other:
        raise RuleError("overlap", "starts", plan=other)


def _check_period(starts: date, ends: date) -> None:
    if ends < starts:
        raise RuleError("ends_first", "ends")


def _plan(session: Session, plan_id: int) -> Plan:
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise RuleError("unknown")
    return plan


def copy_plan(plan_id: int, name_da: str, name_en: str, starts: date, ends: date, *, now: datetime) -> Plan:
    """The same areas, efforts and goals for another period. RuleError `overlap`, `ends_first` or `unknown`."""
    _check_period(starts, ends)
    with writing() as session:
        old = _plan(session, plan_id)
        _refuse_overlap(session, starts, ends)
        key = plan_key(name_da, starts, ends)
        if session.scalar(select(Plan.id).where(Plan.key == key)):
            key = f"{key[:66]}-{secrets.token_hex(6)}"
        # Where the old plan was written down says nothing about the new one.
        new = Plan(key=key, name_da=name_da, name_en=name_en, starts=starts, ends=ends, created_at=now)
        for area in old.areas:
            new.areas.append(
                Area(
                    number=area.number, name_da=area.name_da, name_en=area.name_en,
                    efforts=[Effort(key=e.key, name_da=e.name_da, name_en=e.name_en, position=e.position)
                             for e in area.efforts],
                    goals=[Goal(key=g.key, kind=g.kind, unit=g.unit, name_da=g.name_da, name_en=g.name_en,
                                target=g.target, position=g.position, types=list(g.types), audiences=list(g.audiences))
                           for g in area.goals],
                )
            )  # fmt: skip
        session.add(new)
    return new


def edit_plan(plan_id: int, name_da: str, name_en: str, starts: date, ends: date) -> Plan:
    """Other names or another period. RuleError `overlap`, `ends_first` or `unknown`."""
    _check_period(starts, ends)
    with writing() as session:
        plan = _plan(session, plan_id)
        _refuse_overlap(session, starts, ends, but=plan.id)
        plan.name_da, plan.name_en, plan.starts, plan.ends = name_da, name_en, starts, ends
    return plan


def add_goal(area_id: int, facts: GoalFacts) -> Goal:
    """A new goal at the end of an area. RuleError `unknown` or `counts_nothing`."""
    with writing() as session:
        area = session.get(Area, area_id)
        if area is None:
            raise RuleError("unknown")
        last = session.scalar(select(func.max(Goal.position)).where(Goal.area_id == area_id))
        goal = Goal(key=f"goal_{secrets.token_hex(6)}", position=(last or 0) + 1)
        _set(session, goal, facts)
        area.goals.append(goal)
    return goal


def edit_goal(goal_id: int, facts: GoalFacts) -> Goal:
    """Other settings for a goal. RuleError `unknown` or `counts_nothing`."""
    with writing() as session:
        goal = session.get(Goal, goal_id)
        if goal is None:
            raise RuleError("unknown")
        _set(session, goal, facts)
    return goal


def delete_goal(goal_id: int) -> None:
    """Deletes a goal; what was counted stays. RuleError `unknown`."""
    with writing() as session:
        goal = session.get(Goal, goal_id)
        if goal is None:
            raise RuleError("unknown")
        session.delete(goal)


def _set(session: Session, goal: Goal, facts: GoalFacts) -> None:
    goal.name_da, goal.name_en = facts.name_da, facts.name_en
    goal.kind, goal.unit, goal.target = facts.kind, facts.unit, facts.target
    reported = facts.unit is Unit.PERCENT
    goal.types = [] if reported else _rows(session, ActivityType, facts.types)
    goal.audiences = [] if reported else _rows(session, Audience, facts.audiences)
    if facts.unit is Unit.INSTITUTIONS and not goal.types:
        raise RuleError("counts_nothing", "types")


def _rows(session: Session, kind: type[T], numbers: Sequence[int]) -> list[T]:
    return list(session.scalars(select(kind).where(kind.id.in_(numbers))))
