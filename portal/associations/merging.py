"""Merging two associations into one: everything of the other one moves, nothing is counted twice or lost.

What points to an association is read from the tables themselves, so that a new table is never forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.accounts.models import User
from portal.associations.merge_clashes import CLASHES, Clash, order_charter_answers
from portal.associations.models import Association, OtherName
from portal.associations.rules import search_name
from portal.database import Base, db, writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note

# Fields of which one side's is chosen; the membership of the forum follows from both.
CHOSEN = ("name", "kind_id", "district_id", "cvr", "web_page", "language", "can_host", "active")
INSTITUTIONS = frozenset({"activity", "engagement", "registration"})  # tables that distinct institutions come from


@dataclass(frozen=True)
class Side:
    """One of the two, and how many rows of each table point to it, by table and column."""

    association: Association
    rows: dict[str, int]


@dataclass(frozen=True)
class Comparison:
    """Two associations side by side, before they are merged."""

    kept: Side
    other: Side
    differing: tuple[str, ...]
    clashes: dict[str, int]
    counts: int  # counts that come along with the other one's registrations
    meetings: int  # distinct activities that it is registered for
    twice: int  # activities that both are registered for; both parties stay
    since: date | None
    until: date | None

    @property
    def fewer_institutions(self) -> bool:
        """Whether figures of distinct institutions may fall by one, since both were counted."""
        named = {key.split(".")[0] for key, rows in self.kept.rows.items() if rows and self.other.rows.get(key)}
        return bool(named & INSTITUTIONS)


def references() -> list[Column[Any]]:
    """Every column of any table that points to an association."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "association"
    ]


def unique_beside(column: Column[Any]) -> list[tuple[Column[Any], ...]]:
    """The columns that may not be equal in two rows of one association; empty where there is no such rule."""
    table: Table = column.table
    rules: list[Any] = [c for c in table.constraints if isinstance(c, UniqueConstraint | PrimaryKeyConstraint)]
    rules += [index for index in table.indexes if isinstance(index, Index) and index.unique]
    return [tuple(c for c in rule.columns if c is not column) for rule in rules if column.name in rule.columns]


def clashing(session: Session, column: Column[Any], kept_id: int, other_id: int) -> list[Clash]:
    """Pairs of rows that may not both belong to one association: the kept one's, the other one's."""
    found: list[Clash] = []
    table = column.table
    for rest in unique_beside(column):
        ours, theirs = table.alias(), table.alias()
        same = [func.lower(ours.c[c.name]) == func.lower(theirs.c[c.name]) if c.name == "email"
                else ours.c[c.name] == theirs.c[c.name] for c in rest]  # fmt: skip
        pairs = ours.join(theirs, and_(true(), *same))  # with nothing beside it, any two rows clash
        query = select(ours, theirs).select_from(pairs)
        query = query.where(ours.c[column.name] == kept_id, theirs.c[column.name] == other_id)
        width = len(table.columns)
        names = [c.name for c in table.columns]
        for row in session.execute(query.order_by(*(ours.c[c.name] for c in rest))):
            values = tuple(row)
            pair = dict(zip(names, values[:width], strict=True)), dict(zip(names, values[width:], strict=True))
            found.append(Clash(*pair))
    return found


def compare(kept_id: int, other_id: int) -> Comparison:
    """What a merge would do. RuleError: `same_association`, `unknown_association`."""
    if kept_id == other_id:
        raise RuleError("same_association", "other")
    session = db.session()
    found = {
        each.id: each
        for each in session.scalars(
            select(Association)
            .where(Association.id.in_((kept_id, other_id)))
            .options(joinedload(Association.kind), joinedload(Association.district), selectinload(Association.contacts),
                     selectinload(Association.tags), selectinload(Association.other_names))
        ).unique()
    }  # fmt: skip
    if len(found) < 2:
        raise RuleError("unknown_association")
    kept, other = (Side(found[id_], _rows(session, id_)) for id_ in (kept_id, other_id))
    clashes = {c.table.name: len(clashing(session, c, kept_id, other_id)) for c in references() if unique_beside(c)}
    registration, count = Base.metadata.tables["registration"], Base.metadata.tables["count"]
    moved = registration.c.association_id == other_id
    differing = tuple(f for f in CHOSEN if _differ(getattr(kept.association, f), getattr(other.association, f)))
    joined = count.join(registration, count.c.registration_id == registration.c.id)
    counts = session.scalar(select(func.count()).select_from(joined).where(moved))
    meetings = session.scalar(select(func.count(registration.c.activity_id.distinct())).where(moved))
    twice = _registered_twice(session, kept_id, other_id)
    since, until = membership(kept.association, other.association)
    return Comparison(kept, other, differing, clashes, int(counts or 0), int(meetings or 0), twice, since, until)


def _registered_twice(session: Session, kept_id: int, other_id: int) -> int:
    registration = Base.metadata.tables["registration"]
    ours, theirs = registration.alias(), registration.alias()
    left = ("cancelled", "lapsed")
    found = session.scalar(
        select(func.count(ours.c.activity_id.distinct())).where(
            ours.c.association_id == kept_id,
            theirs.c.association_id == other_id,
            ours.c.activity_id == theirs.c.activity_id,
            ours.c.standing.not_in(left),
            theirs.c.standing.not_in(left),
        )
    )
    return int(found or 0)


def _rows(session: Session, association_id: int) -> dict[str, int]:
    columns = references()
    counted = [
        select(func.count()).select_from(c.table).where(c == association_id).scalar_subquery().label(f"n{number}")
        for number, c in enumerate(columns)
    ]
    return {
        f"{c.table.name}.{c.name}": int(n)
        for c, n in zip(columns, session.execute(select(*counted)).one(), strict=True)
    }


def _differ(ours: Any, theirs: Any) -> bool:
    """Whether somebody must choose; what is empty on one side is filled in from the other."""
    return ours != theirs and ours not in ("", None) and theirs not in ("", None)


def membership(kept: Association, other: Association) -> tuple[date | None, date | None]:
    """Member of the forum since the earlier day; until the later one, and still where one of them is."""
    sides = [each for each in (kept, other) if each.forum_since is not None]
    if not sides:
        return None, None
    until = (
        None if any(each.forum_until is None for each in sides) else max(s.forum_until for s in sides if s.forum_until)
    )
    return min(s.forum_since for s in sides if s.forum_since), until


def merge(
    kept_id: int, other_id: int, takes: frozenset[str], *, revisions: tuple[int, int], actor: User, now: datetime
) -> Association:
    """Merges the other one into the kept one, which takes the fields in `takes` from it.

    `revisions` are both records' as they were shown. RuleError: `same_association`, `unknown_association` (one was
    removed or merged meanwhile), `changed_meanwhile`.
    """
    if kept_id == other_id:
        raise RuleError("same_association", "other")
    with writing() as session:
        _hold_activities(session, (kept_id, other_id))
        pair = session.scalars(
            select(Association)
            .where(Association.id.in_((kept_id, other_id)))
            .order_by(Association.id)  # always in this order, so that two merges never wait for each other
            .with_for_update(of=Association)
            .execution_options(populate_existing=True)
        ).all()
        if len(pair) < 2:
            raise RuleError("unknown_association")
        kept, other = sorted(pair, key=lambda each: each.id != kept_id)
        if (kept.revision, other.revision) != revisions:
            raise RuleError("changed_meanwhile")
        values, names = _values(kept, other, takes), (kept.name, other.name)
        for column in references():
            _move(session, column, kept_id, other_id)
        session.expunge(other)
        session.execute(delete(Association).where(Association.id == other_id))
        session.expire_all()
        for field, value in values.items():
            setattr(kept, field, value)
        kept.revision, kept.changed_at = revisions[0] + 1, now
        session.flush()
        _keep_names(session, kept, names)
        order_charter_answers(session, kept_id)
        vanished = names[1] if kept.name == names[0] else names[0]
        note(session, Event.MERGED, now=now, actor=actor, association_id=kept_id, subject=vanished)
    return kept


def _hold_activities(session: Session, association_ids: tuple[int, int]) -> None:
    """Locks the activities that the two have to do with, before the two themselves.

    Whoever signs up or answers takes the activity's turn first and touches the association after; in the other order
    the two would wait for each other, and PostgreSQL would end one of them.
    """
    activity = Base.metadata.tables["activity"]
    theirs = [activity.c.partner_id.in_(association_ids)]
    for name in ("registration", "invitation"):
        table = Base.metadata.tables[name]
        rows = select(table.c.activity_id).where(table.c.association_id.in_(association_ids))
        theirs.append(activity.c.id.in_(rows))
    session.execute(select(activity.c.id).where(or_(*theirs)).order_by(activity.c.id).with_for_update()).all()


def _values(kept: Association, other: Association, takes: frozenset[str]) -> dict[str, Any]:
    values = {}
    for field in CHOSEN:
        ours, theirs = getattr(kept, field), getattr(other, field)
        values[field] = theirs if ours in ("", None) or (field in takes and theirs not in ("", None)) else ours
    values["search_name"] = search_name(values["name"])
    values["forum_since"], values["forum_until"] = membership(kept, other)
    return values


def _move(session: Session, column: Column[Any], kept_id: int, other_id: int) -> None:
    """Points the other one's rows of a table to the kept one; of two that may not both be, one stays."""
    table: Table = column.table
    for clash in clashing(session, column, kept_id, other_id):
        if "id" in clash.theirs:
            _point_on(session, table, clash)
        own = [c == clash.theirs[c.name] for c in table.primary_key.columns]
        session.execute(delete(table).where(*own))
        CLASHES[table.name](session, clash)
    session.execute(update(table).where(column == other_id).values({column.name: kept_id}))


def _point_on(session: Session, table: Table, clash: Clash) -> None:
    """What points to a row that goes points to the one that stays."""
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            if any(key.column is table.c.id for key in column.foreign_keys):
                moved = update(other).where(column == clash.theirs["id"]).values({column.name: clash.ours["id"]})
                session.execute(moved)


def _keep_names(session: Session, kept: Association, names: Sequence[str]) -> None:
    """Both names find it from now on; the one that it has is no other name."""
    session.execute(delete(OtherName).where(OtherName.association_id == kept.id, OtherName.name == kept.name))
    known = {kept.search_name, *session.scalars(select(OtherName.search_name))}
    for name in names:
        if search_name(name) not in known:
            known.add(search_name(name))
            session.add(OtherName(association_id=kept.id, name=name, search_name=search_name(name)))
    session.flush()
