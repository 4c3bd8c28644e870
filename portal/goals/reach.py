"""Whom the year reached: held activities and their heads by district and audience, and who could host where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, distinct, func, select

from portal.activities.models import Activity, Audience
from portal.activities.rules import AudienceGroup
from portal.associations.models import Association, District
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind
from portal.database import db
from portal.goals.figures import held
from portal.web.locale import danish_order


@dataclass(frozen=True)
class Sum:
    """Activities held, and the heads that their closed counts say."""

    activities: int = 0
    heads: int = 0


@dataclass(frozen=True)
class Name:
    """An association in a list: its name and nothing more."""

    id: int
    name: str


@dataclass(frozen=True)
class DistrictReach:
    """One district: what was held there, by audience group and in all, and which associations are there.

    `district` None stands for the activities without one.
    """

    district: District | None
    total: Sum
    groups: Mapping[AudienceGroup, Sum]
    hosts: Sequence[Name] = ()
    others: Sequence[Name] = ()

    @property
    def reached(self) -> bool:
        """Whether anything was held there."""
        return self.total.activities > 0


@dataclass(frozen=True)
class Reach:
    """A year's reach. `total` counts an activity once, however many audiences came."""

    districts: Sequence[DistrictReach]
    elsewhere: DistrictReach
    groups: Mapping[AudienceGroup, Sum]
    audiences: Sequence[tuple[Audience, Sum]]
    total: Sum

    @property
    def most(self) -> int:
        """The most heads that a district had; the bars are measured by it."""
        return max((row.total.heads for row in self.districts), default=0)

    @property
    def missed_districts(self) -> list[District]:
        """Where nothing was held."""
        return [row.district for row in self.districts if row.district is not None and not row.reached]

    @property
    def missed_audiences(self) -> list[Audience]:
        """Of those in use, whom nothing reached."""
        return [audience for audience, sum_ in self.audiences if audience.active and not sum_.heads]


def _final(query: Select[Any], *, outer: bool = False) -> Select[Any]:
    """Joins the counts of the newest closing, which `held` has joined."""
    on = (Count.closing_id == Closing.id) & (Count.kind == CountKind.FINAL)
    return query.join(Count, on, isouter=outer)


def _of_districts(first: date, last: date) -> dict[int | None, Sum]:
    """By district: every held activity once, also one to which nobody came."""
    sums = (Activity.district_id, func.count(distinct(Activity.id)), func.coalesce(func.sum(Count.heads), 0))
    query = _final(held(select(*sums).select_from(Activity), first, last), outer=True)
    rows = db.session.execute(query.group_by(Activity.district_id))
    return {district: Sum(int(activities), int(heads)) for district, activities, heads in rows}


def _of_audiences(first: date, last: date, *by: Any) -> dict[tuple[Any, ...], Sum]:
    """By the columns `by`: the activities to which somebody came, and their heads."""
    sums = (*by, func.count(distinct(Activity.id)), func.sum(Count.heads))
    query = _final(held(select(*sums).select_from(Activity), first, last))
    query = query.join(Audience, Audience.id == Count.audience_id)
    rows = db.session.execute(query.where(Count.heads > 0).group_by(*by))
    return {tuple(row[:-2]): Sum(int(row[-2]), int(row[-1])) for row in rows}


def _associations() -> dict[int | None, tuple[list[Name], list[Name]]]:
    """The active associations of each district: those that could host, and the others, by name."""
    query = select(Association.id, Association.name, Association.can_host, Association.district_id)
    rows = db.session.execute(query.where(Association.active)).all()
    found: dict[int | None, tuple[list[Name], list[Name]]] = {}
    for number, name, can_host, district_id in sorted(rows, key=lambda row: danish_order(row.name)):
        hosts, others = found.setdefault(district_id, ([], []))
        (hosts if can_host else others).append(Name(number, name))
    return found


def reach_of(year: int) -> Reach:
    """Which districts and audiences a year reached. Seven queries, whatever there is.

    The totals are the figures of goals that count every type: activities held, and attendances.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    totals = _of_districts(first, last)
    cells = _of_audiences(first, last, Activity.district_id, Audience.group)
    groups = _of_audiences(first, last, Audience.group)
    heads = _of_audiences(first, last, Audience.id)
    there = _associations()
    known = db.session.scalars(select(District).order_by(District.position)).all()
    everyone = db.session.scalars(select(Audience).order_by(Audience.position)).all()

    def row(district: District | None) -> DistrictReach:
        number = district.id if district else None
        hosts, others = there.get(number, ([], []))
        of_groups = {group: cells.get((number, group), Sum()) for group in AudienceGroup}
        return DistrictReach(district, totals.get(number, Sum()), of_groups, hosts, others)

    return Reach(
        districts=[row(district) for district in known],
        elsewhere=row(None),
        groups={group: groups.get((group,), Sum()) for group in AudienceGroup},
        audiences=[
            (audience, sum_)
            for audience in everyone
            if (sum_ := heads.get((audience.id,), Sum())).heads or audience.active
        ],
        total=Sum(sum(s.activities for s in totals.values()), sum(s.heads for s in totals.values())),
    )
