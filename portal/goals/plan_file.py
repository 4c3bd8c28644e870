"""A plan's file: JSON in, plain data out, with a clear fault for anything else."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from portal.associations.rules import search_name
from portal.goals.rules import GoalKind, Unit

DEFAULT_PLAN = Path(__file__).resolve().parent.parent / "data" / "default-plan.json"
MOST_BYTES = 1_000_000
MOST_TARGET = 100_000
NAME, LONG_NAME = 200, 300

# How plans word their units. "Citizens reached" are attendances: nobody is recognised from one meeting to the next.
UNIT_WORDS = {
    "activities held": Unit.ACTIVITIES,
    "activities": Unit.ACTIVITIES,
    "attendances": Unit.ATTENDANCES,
    "citizens": Unit.ATTENDANCES,
    "people": Unit.PEOPLE,
    "young people": Unit.PEOPLE,
    "distinct institutions": Unit.INSTITUTIONS,
    "institutions": Unit.INSTITUTIONS,
    "distinct professional groups": Unit.PROFESSIONAL_GROUPS,
    "professional groups": Unit.PROFESSIONAL_GROUPS,
    "percent": Unit.PERCENT,
}


class PlanFileError(Exception):
    """The file is no plan. The text says where and why, in the language of whoever loads it."""


@dataclass(frozen=True)
class Counts:
    """Which activity types and audiences a goal counts, by key (none named: all)."""

    types: tuple[str, ...]
    audiences: tuple[str, ...]


@dataclass(frozen=True)
class GoalEntry:
    """One goal or expectation of a plan's file. `counts` is None where the file does not say."""

    key: str
    kind: GoalKind
    unit: Unit
    name_da: str
    name_en: str
    target: int
    counts: Counts | None


@dataclass(frozen=True)
class EffortEntry:
    """One effort of a plan's file."""

    key: str
    name_da: str
    name_en: str


@dataclass(frozen=True)
class AreaEntry:
    """One area of a plan's file."""

    number: int
    name_da: str
    name_en: str
    efforts: tuple[EffortEntry, ...]
    goals: tuple[GoalEntry, ...]


@dataclass(frozen=True)
class PlanEntry:
    """A plan's file, read."""

    name_da: str
    name_en: str
    source_da: str
    source_en: str
    starts: date
    ends: date
    areas: tuple[AreaEntry, ...]

    @property
    def key(self) -> str:
        """Recognises the plan when it is loaded again."""
        return plan_key(self.name_da, self.starts, self.ends)


def plan_key(name: str, starts: date, ends: date) -> str:
    """The folded name with the period, at most 80 characters."""
    return f"{search_name(name).replace(' ', '-')[:56]}-{starts:%Y%m%d}-{ends:%Y%m%d}"


def read_plan(data: bytes) -> PlanEntry:
    """The plan in a JSON file. PlanFileError says where something is missing or wrong."""
    if len(data) > MOST_BYTES:
        raise PlanFileError(_("the file is larger than a plan can be (1 MB)"))
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as fault:
        raise PlanFileError(_("this is not JSON; see line %(line)s", line=fault.lineno)) from None
    except (UnicodeDecodeError, RecursionError):
        raise PlanFileError(_("this is not JSON")) from None
    return _plan(_object(content, _("the file")))


def default_plan() -> PlanEntry:
    """The plan that comes with the portal."""
    return read_plan(DEFAULT_PLAN.read_bytes())


def _plan(content: Mapping[str, Any]) -> PlanEntry:
    name = _object(content.get("name"), "name")
    period = _object(content.get("period"), "period")
    starts, ends = (_date(period.get(key), f"period.{key}") for key in ("from", "to"))
    if ends < starts:
        raise PlanFileError("period: " + _("it ends before it begins"))
    areas = tuple(_area(area, f"areas[{i}]") for i, area in enumerate(_list(content.get("areas"), "areas")))
    if not areas:
        raise PlanFileError("areas: " + _("there are none"))
    _distinct([str(area.number) for area in areas], "areas: number")
    source = content.get("source", "")
    if not isinstance(source, dict):  # one text is in English, as in VINK's own file
        source = {"en": source}
    return PlanEntry(
        _text(name.get("da"), "name.da", 160),
        _text(name.get("en"), "name.en", 160),
        _text(source.get("da", ""), "source.da", LONG_NAME, required=False),
        _text(source.get("en", ""), "source.en", LONG_NAME, required=False),
        starts,
        ends,
        areas,
    )


def _area(content: Any, where: str) -> AreaEntry:
    area = _object(content, where)
    name = _object(area.get("name"), f"{where}.name")
    efforts = tuple(_effort(e, f"{where}.efforts[{i}]") for i, e in enumerate(_list(area.get("efforts"), where)))
    goals = tuple(
        _goal(goal, f"{where}.{part}[{i}]", kind)
        for part, kind in (("goals", GoalKind.GOAL), ("expectations", GoalKind.EXPECTATION))
        for i, goal in enumerate(_list(area.get(part), f"{where}.{part}"))
    )
    _distinct([effort.key for effort in efforts], f"{where}.efforts: key")
    _distinct([goal.key for goal in goals], f"{where}.goals: key")
    return AreaEntry(
        _number(area.get("number"), f"{where}.number", 1000),
        _text(name.get("da"), f"{where}.name.da", NAME), _text(name.get("en"), f"{where}.name.en", NAME),
        efforts, goals,
    )  # fmt: skip


def _effort(content: Any, where: str) -> EffortEntry:
    effort = _object(content, where)
    return EffortEntry(_key(effort.get("key"), f"{where}.key"), _text(effort.get("da"), f"{where}.da", NAME),
                       _text(effort.get("en"), f"{where}.en", NAME))  # fmt: skip


def _goal(content: Any, where: str, kind: GoalKind) -> GoalEntry:
    goal = _object(content, where)
    per = goal.get("per", "year")
    if per != "year":
        raise PlanFileError(f"{where}.per: " + _("%(word)s is not known; a goal is per year", word=repr(per)))
    word = goal.get("unit")
    unit = UNIT_WORDS.get(word) if isinstance(word, str) else None
    if unit is None:
        raise PlanFileError(f"{where}.unit: " + _unknown(word, UNIT_WORDS))
    counted_by = goal.get("counted_by", "portal")
    if counted_by not in ("portal", "reported"):
        raise PlanFileError(f"{where}.counted_by: " + _unknown(counted_by, ("portal", "reported")))
    if (counted_by == "reported") != (unit is Unit.PERCENT):
        raise PlanFileError(f"{where}: " + _("a reported goal is in percent, and percent is always reported"))
    amount = "target" if kind is GoalKind.GOAL else "expected"
    counts = None
    if "counts" in goal:
        said = _object(goal["counts"], f"{where}.counts")
        counts = Counts(_keys(said.get("types"), f"{where}.counts.types"),
                        _keys(said.get("audiences"), f"{where}.counts.audiences"))  # fmt: skip
    return GoalEntry(
        _key(goal.get("key"), f"{where}.key"), kind, unit, _text(goal.get("da"), f"{where}.da", LONG_NAME),
        _text(goal.get("en"), f"{where}.en", LONG_NAME), _number(goal.get(amount), f"{where}.{amount}", MOST_TARGET),
        counts,
    )  # fmt: skip


def _unknown(word: Any, known: Iterable[str]) -> str:
    return str(_("%(word)s is not known; known are %(known)s", word=repr(word), known=", ".join(known)))


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PlanFileError(f"{where}: " + _("missing, or not an object {...}"))
    return value


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise PlanFileError(f"{where}: " + _("not a list [...]"))
    return value


def _text(value: Any, where: str, longest: int, *, required: bool = True) -> str:
    if not isinstance(value, str) or (required and not value.strip()):
        raise PlanFileError(f"{where}: " + _("missing, or not a text"))
    text = " ".join(value.split())
    if len(text) > longest:
        raise PlanFileError(f"{where}: " + _("is longer than %(most)s characters", most=longest))
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise PlanFileError(f"{where}: " + _("has a character that cannot be stored"))
    return text


def _key(value: Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_]{1,60}", value):
        raise PlanFileError(f"{where}: " + _("missing, or not small letters, digits and _ (at most 60)"))
    return value


def _keys(value: Any, where: str) -> tuple[str, ...]:
    return tuple(_key(item, f"{where}[{i}]") for i, item in enumerate(_list(value, where)))


def _number(value: Any, where: str, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise PlanFileError(f"{where}: " + _("must be a whole number from 1 to %(most)s", most=most))
    return value


def _date(value: Any, where: str) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PlanFileError(f"{where}: " + _("%(text)s is not a date such as 2018-01-01", text=repr(value))) from None
    if not 2000 <= day.year <= 2100:
        raise PlanFileError(f"{where}: " + _("the year must be from 2000 to 2100"))
    return day


def _distinct(values: list[str], where: str) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise PlanFileError(f"{where}: " + _("%(names)s stands there twice", names=", ".join(twice)))
