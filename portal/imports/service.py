"""Writing what spreadsheets say: all of a file in one transaction, or nothing."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.models import Activity, ActivityType, Audience
from portal.activities.rules import RegistrationMode, State, Visibility
from portal.associations.models import Association, AssociationKind, District
from portal.associations.rules import search_name
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.attendance.service import add_closing
from portal.clock import local
from portal.database import db, writing
from portal.imports.columns import LOG_COLUMNS, LOG_NEEDS, match_columns
from portal.imports.reading import Sheet
from portal.imports.rules import Fault, LogRow, Vocabulary, Word, forum_key, learn, read_log_row

BATCH = 500
FORUM_TYPE = "forum_meeting"
PARTNER_KIND = "partner"


@dataclass
class Outcome:
    """What an import did, or would do. `filled` are meetings that were there without their log row."""

    read: int
    unread_columns: tuple[str, ...]
    new: int = 0
    filled: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    written: bool = False

    @property
    def changes(self) -> int:
        """Rows that are new to the database."""
        return self.new + self.filled

    @property
    def faulty_rows(self) -> int:
        """Rows with at least one fault."""
        return len({fault.row for fault in self.faults})


Plan = TypeVar("Plan")


def run(
    plan: Callable[[Session], tuple[Outcome, Plan]],
    write: Callable[[Session, Plan], None],
    commit: bool,
    skip_faulty: bool,
) -> Outcome:
    """Plans an import and, with `commit`, writes it in the same transaction unless faults forbid it."""
    if not commit:
        return plan(db.session())[0]
    with writing() as session:
        outcome, planned = plan(session)
        if outcome.faults and not skip_faulty:
            return outcome
        write(session, planned)
        outcome.written = True
    return outcome


def import_activities(sheet: Sheet, *, commit: bool, skip_faulty: bool, now: datetime) -> Outcome:
    """Imports the activity log. Without `commit` nothing is written; with faults only if `skip_faulty`.

    Each good row becomes a published activity with a closed count. The same rows again change nothing.
    HeaderError where the header lacks a column.
    """
    columns = match_columns(sheet.header, LOG_COLUMNS, LOG_NEEDS)

    def plan(session: Session) -> tuple[Outcome, list[tuple[LogRow, Activity | None]]]:
        known = vocabulary(session)
        outcome = Outcome(len(sheet.rows), columns.unread)
        good: dict[str, LogRow] = {}
        for row in sheet.rows:
            found = read_log_row(row.number, row.cells, columns, known, local(now).date())
            if isinstance(found, list):
                outcome.faults += found
            elif found.import_key in good:
                twin = good[found.import_key].number
                outcome.faults.append(Fault(row.number, columns.name("title"), "duplicate", {"first": twin}))
            else:
                good[found.import_key] = found
        there = _counted_before(session, good)
        planned = _planned_before(session, good.values())
        waiting = _forum_meetings_without_log(session, good.values())
        todo: list[tuple[LogRow, Activity | None]] = []
        for key, found in good.items():
            if key in there:
                if found.heads in there[key]:
                    outcome.unchanged += 1
                else:
                    facts = {"heads": there[key][-1]}
                    outcome.faults.append(Fault(found.number, columns.name("count"), "other_count", facts))
            elif (found.type.id, found.starts_at, search_name(found.title)) in planned:
                outcome.faults.append(Fault(found.number, columns.name("title"), "in_portal"))
            else:
                fills = waiting.pop(found.day, None) if found.type.key == FORUM_TYPE else None
                outcome.filled += fills is not None
                outcome.new += fills is None
                todo.append((found, fills))
        outcome.faults.sort(key=lambda fault: fault.row)
        return outcome, todo

    def write(session: Session, todo: list[tuple[LogRow, Activity | None]]) -> None:
        types = {t.id: t for t in session.scalars(select(ActivityType))}
        kind = session.scalar(select(AssociationKind.id).where(AssociationKind.key == PARTNER_KIND))
        partners = associations_named(session, (row.partner for row, _fills in todo if row.partner), kind, now)
        written = []
        for row, fills in todo:
            activity = fills or new_activity(types[row.type.id], now)
            activity.title_da, activity.venue = row.title, row.venue
            if fills:
                activity.title_en = ""  # the type's name stood there until the meeting's own title came
            activity.starts_at, activity.ends_at = row.starts_at, row.ends_at
            activity.audience_id, activity.import_key = row.audience.id, row.import_key
            activity.district_id = row.district.id if row.district else None
            activity.partner = partners[search_name(row.partner)] if row.partner else None
            activity.changed_at = now
            written.append((activity, row.heads, fills is not None))
        session.add_all([activity for activity, _heads, _fills in written])
        session.flush()
        for activity, heads, again in written:
            close_imported(session, activity, heads, now, again=again)

    return run(plan, write, commit, skip_faulty)


def new_activity(type_: ActivityType, now: datetime) -> Activity:
    """A held activity from a spreadsheet: nobody signs up.

    It is closed, which is counted but never shown: partners never agreed to stand on a public page.
    """
    return Activity(
        type_id=type_.id, audience_id=type_.audience_id, mode=RegistrationMode.OPEN, visibility=Visibility.CLOSED,
        state=State.PUBLISHED, link_key=secrets.token_urlsafe(16), created_at=now, changed_at=now,
    )  # fmt: skip


def close_imported(session: Session, activity: Activity, heads: int, now: datetime, *, again: bool) -> None:
    """Closes an imported activity's count. With `again`, an older closing stays, no longer the newest."""
    newest = select(func.max(Closing.number)).where(Closing.activity_id == activity.id)
    after = (session.scalar(newest) or 0) if again else 0
    id_ = str(uuid5(NAMESPACE_URL, f"import:{activity.import_key}:{after + 1}"))
    add_closing(
        session, activity, {activity.audience_id: heads}, Method.IMPORT, after=after, ids={activity.audience_id: id_},
        actor=None, counted_at=activity.ends_at, now=now,
    )  # fmt: skip


def associations_named(
    session: Session, names: Iterable[str], kind_id: int | None, now: datetime
) -> dict[str, Association]:
    """The associations of those names by folded name; those not there yet are made, of the kind given."""
    wanted = {search_name(name): name for name in names}
    found: dict[str, Association] = {}
    for part in batched_list(list(wanted)):
        known = session.scalars(select(Association).where(Association.search_name.in_(part)))
        found.update({association.search_name: association for association in known})
    for folded, name in wanted.items():
        if folded not in found:
            found[folded] = Association(name=name, search_name=folded, kind_id=kind_id, created_at=now)
            session.add(found[folded])
    return found


def vocabulary(session: Session) -> Vocabulary:
    """Types, audiences and districts by every folded name they go by: key, Danish, English and other names."""
    types: dict[str, Word] = {}
    audiences: dict[str, Word] = {}
    districts: dict[str, Word] = {}
    for type_ in session.scalars(select(ActivityType).order_by(ActivityType.active.desc(), ActivityType.position)):
        learn(types, Word(type_.id, type_.key, type_.minutes), type_.name_da, type_.name_en, type_.other_names)
    for audience in session.scalars(select(Audience).order_by(Audience.active.desc(), Audience.position)):
        learn(audiences, Word(audience.id, audience.key), audience.name_da, audience.name_en, audience.other_names)
    for district in session.scalars(select(District).order_by(District.position)):
        learn(districts, Word(district.id, district.key), district.name, district.other_names)
    return Vocabulary(types, audiences, districts)


Item = TypeVar("Item")


def batched_list(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """The items in parts that a statement's parameters can hold."""
    return (items[i : i + BATCH] for i in range(0, len(items), BATCH))


def _counted_before(session: Session, keys: Iterable[str]) -> dict[str, list[int]]:
    """The heads that rows imported before were closed with, the import's own first, the newest last."""
    found: dict[str, list[int]] = {}
    for part in batched_list(list(keys)):
        rows = session.execute(
            select(Activity.import_key, Closing.number, Closing.method, Closing.newest, Count.heads)
            .join(Closing, Closing.activity_id == Activity.id)
            .join(Count, (Count.closing_id == Closing.id) & (Count.kind == CountKind.FINAL))
            .where(Activity.import_key.in_(part))
            .order_by(Activity.id, Closing.number)
        ).all()
        totals: dict[tuple[str, int], tuple[bool, int]] = {}
        for key, number, method, newest, heads in rows:
            kept, before = totals.get((key or "", number), (False, 0))
            totals[key or "", number] = (kept or newest or method is Method.IMPORT, before + heads)
        for (key, _number), (kept, heads) in totals.items():
            if kept:
                found.setdefault(key, []).append(heads)
    return found


def _planned_before(session: Session, rows: Iterable[LogRow]) -> set[tuple[int, datetime, str]]:
    """Meetings that staff planned in the portal themselves: the log would count them a second time."""
    moments = sorted({row.starts_at for row in rows})
    found = set()
    for part in batched_list(moments):
        planned = session.execute(
            select(Activity.type_id, Activity.starts_at, Activity.title_da, Activity.title_en).where(
                Activity.import_key.is_(None), Activity.state == State.PUBLISHED, Activity.starts_at.in_(part)
            )
        )
        for type_id, starts_at, *titles in planned:
            found |= {(type_id, starts_at, search_name(title)) for title in titles if title}
    return found


def _forum_meetings_without_log(session: Session, rows: Iterable[LogRow]) -> dict[date, Activity]:
    """Meetings that the forum's attendance made, by day."""
    days = sorted({row.day for row in rows if row.type.key == FORUM_TYPE})
    found = {}
    for part in batched_list([forum_key(day) for day in days]):
        for activity in session.scalars(select(Activity).where(Activity.import_key.in_(part))):
            found[local(activity.starts_at).date()] = activity
    return found
