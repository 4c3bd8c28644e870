"""What an address asks of a list: keys, days and words. What makes no sense is left out, and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from flask_babel import gettext as _

from portal.activities import queries
from portal.activities.models import ActivityType, Audience
from portal.activities.queries import PublicFilter, StaffFilter
from portal.activities.rules import State
from portal.associations.models import District
from portal.web.forms import parse_date


class Keyed(Protocol):
    """A row of reference data, known by its key in addresses."""

    key: Any


Kind = TypeVar("Kind", bound=Keyed)


@dataclass
class Asked:
    """The public list's address, understood. `args` are the parts that made sense, for links."""

    types: Sequence[ActivityType]
    districts: Sequence[District]
    audiences: Sequence[Audience]
    wanted: PublicFilter = field(default_factory=PublicFilter)
    args: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def _by_key(rows: Sequence[Kind], key: str) -> Kind | None:
    return next((row for row in rows if row.key == key), None)


def _typed_words(args: Mapping[str, str]) -> str:
    """Free text without what no keyboard types, at most 100 characters."""
    return "".join(c if c.isprintable() else " " for c in args.get("q", "")).strip()[: queries.Q_MAX]


def _short(text: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean if len(clean) <= 40 else clean[:39] + "…"


def asked_of_list(args: Mapping[str, str]) -> Asked:
    """Reads ?type= ?district= ?audience= ?q= ?from= ?to=; an unknown key or day is noted and left out."""
    asked = Asked(queries.activity_types(), queries.districts(), queries.audiences())

    def chosen(name: str, rows: Sequence[Kind]) -> Kind | None:
        key = args.get(name, "").strip()
        row = _by_key(rows, key)
        if row is not None:
            asked.args[name] = key
        elif key:
            asked.notes.append(_("We do not know “%(word)s”, so it is left out of the search.", word=_short(key)))
        return row

    def day(name: str) -> date | None:
        text = args.get(name, "").strip()
        found = parse_date(text) if text else None
        if found is not None and not 2000 <= found.year <= 2100:
            found = None
        if found is not None:
            asked.args[name] = found.isoformat()
        elif text:
            asked.notes.append(
                _("“%(word)s” is not a date that exists, so it is left out of the search.", word=_short(text))
            )
        return found

    kind = chosen("type", asked.types)
    district = chosen("district", asked.districts)
    audience = chosen("audience", asked.audiences)
    q = _typed_words(args)
    if q:
        asked.args["q"] = q
    first, last = day("from"), day("to")
    if first and last and last < first:
        asked.notes.append(_("The last day is before the first one, so it is left out of the search."))
        asked.args.pop("to")
        last = None
    asked.wanted = PublicFilter(kind, district, audience, q, first, last)
    return asked


@dataclass
class StaffAsked:
    """The staff list's address, understood."""

    types: Sequence[ActivityType]
    years: Sequence[int]
    wanted: StaffFilter = field(default_factory=StaffFilter)
    args: dict[str, str] = field(default_factory=dict)


def asked_of_staff_list(args: Mapping[str, str], counted: Any) -> StaffAsked:
    """Reads ?state= ?type= ?period= ?q= ?uncounted=1; what is unknown is left out."""
    asked = StaffAsked(queries.activity_types(active_only=False), queries.years_with_activities())
    kind = _by_key(asked.types, args.get("type", ""))
    state = State(args["state"]) if args.get("state") in set(State) else None
    period = args.get("period", "coming")
    if period not in {"coming", "past", "all", *map(str, asked.years)}:
        period = "coming"
    q = _typed_words(args)
    uncounted = args.get("uncounted") == "1"
    given = {
        "state": state.value if state else "",
        "type": kind.key if kind else "",
        "period": period if period != "coming" else "",
        "q": q,
        "uncounted": "1" if uncounted else "",
    }
    asked.args = {name: value for name, value in given.items() if value}
    asked.wanted = StaffFilter(state, kind, period, q, counted if uncounted else None)
    return asked
