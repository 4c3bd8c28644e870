"""The forum's attendance: which associations came to which meeting, with how many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.activities.models import Activity, ActivityType
from portal.activities.rules import State
from portal.associations.models import Association
from portal.associations.rules import search_name
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.clock import at_local, day_span, local
from portal.imports.columns import FORUM_COLUMNS, FORUM_NEEDS, match_columns
from portal.imports.reading import Sheet
from portal.imports.rules import Fault, ForumRow, forum_key, read_forum_row
from portal.imports.service import FORUM_TYPE, Outcome, associations_named, close_imported, new_activity, run
from portal.registrations.models import Registration
from portal.registrations.rules import Standing

# What a forum meeting is like until the log says otherwise (VINK's forum, 2016-17).
USUAL_START, USUAL_END, USUAL_VENUE = time(17), time(19), "Rådhuset"

Key = tuple[date, str]


@dataclass
class ForumPlan:
    """What the forum's attendance adds: rows by day, and the meetings that are there already."""

    rows: dict[date, list[ForumRow]] = field(default_factory=dict)
    meetings: dict[date, Activity] = field(default_factory=dict)
    registered: dict[Key, Registration] = field(default_factory=dict)


def import_forum(sheet: Sheet, *, commit: bool, skip_faulty: bool, now: datetime) -> Outcome:
    """Imports the forum's attendance. Without `commit` nothing is written; with faults only if `skip_faulty`.

    Finds each day's forum meeting, or makes it. An association's row becomes a registration without
    any personal data, and its arrived heads. The same rows again change nothing. HeaderError where
    the header lacks a column.
    """
    columns = match_columns(sheet.header, FORUM_COLUMNS, FORUM_NEEDS)

    def plan(session: Session) -> tuple[Outcome, ForumPlan]:
        outcome = Outcome(len(sheet.rows), columns.unread)
        good: dict[Key, ForumRow] = {}
        for row in sheet.rows:
            found = read_forum_row(row.number, row.cells, columns, local(now).date())
            if isinstance(found, list):
                outcome.faults += found
            elif found.key in good:
                twin = good[found.key].number
                outcome.faults.append(Fault(row.number, columns.name("association"), "duplicate", {"first": twin}))
            else:
                good[found.key] = found
        planned = ForumPlan()
        days = {row.day for row in good.values()}
        several: set[date] = set()
        for meeting in _meetings(session, days):
            day = local(meeting.starts_at).date()
            if day in planned.meetings:
                several.add(day)
            planned.meetings[day] = meeting
        planned.registered = _registered(session, planned.meetings)
        arrived = _arrived(session, planned.meetings.values())
        for key, found in good.items():
            known = planned.registered.get(key)
            if found.day in several:
                outcome.faults.append(Fault(found.number, columns.name("date"), "several_meetings"))
            elif known is not None and known.id in arrived:
                if arrived[known.id] == found.heads:
                    outcome.unchanged += 1
                else:
                    facts = {"heads": arrived[known.id]}
                    outcome.faults.append(Fault(found.number, columns.name("representatives"), "other_count", facts))
            else:
                outcome.new += 1
                planned.rows.setdefault(found.day, []).append(found)
        outcome.faults.sort(key=lambda fault: fault.row)
        return outcome, planned

    def write(session: Session, planned: ForumPlan) -> None:
        type_ = session.scalars(select(ActivityType).where(ActivityType.key == FORUM_TYPE)).one()
        named = (row.association for rows in planned.rows.values() for row in rows)
        associations = associations_named(session, named, None, now)  # the file does not say of which kind
        for day, rows in planned.rows.items():
            meeting = planned.meetings.get(day) or _new_meeting(session, type_, day, now)
            _count_rows(session, meeting, rows, planned.registered, associations, now)
            if meeting.import_key == forum_key(day) and _closed_by_import(session, meeting):  # the log has not come yet
                total = sum(_arrived(session, [meeting]).values())
                close_imported(session, meeting, total, now, again=True)

    return run(plan, write, commit, skip_faulty)


def _meetings(session: Session, days: Iterable[date]) -> list[Activity]:
    """The published forum meetings of those days, on Copenhagen's calendar."""
    wanted = set(days)
    if not wanted:
        return []
    start, end = day_span(min(wanted), max(wanted))
    found = session.scalars(
        select(Activity)
        .join(ActivityType)
        .where(
            ActivityType.key == FORUM_TYPE, Activity.state == State.PUBLISHED,
            Activity.starts_at >= start, Activity.starts_at < end,
        )
        .order_by(Activity.starts_at, Activity.id)
    )  # fmt: skip
    return [meeting for meeting in found if local(meeting.starts_at).date() in wanted]


def _registered(session: Session, meetings: dict[date, Activity]) -> dict[Key, Registration]:
    """Confirmed registrations of associations, by the meeting's day and the association's folded name."""
    days = {meeting.id: day for day, meeting in meetings.items()}
    rows = session.execute(
        select(Registration, Association.search_name)
        .join(Association, Association.id == Registration.association_id)
        .where(Registration.activity_id.in_(days), Registration.standing == Standing.CONFIRMED)
        .order_by(Registration.id)
    )
    return {(days[registration.activity_id], folded): registration for registration, folded in rows}


def _arrived(session: Session, meetings: Iterable[Activity]) -> dict[int, int]:
    """The arrived heads of each registration: the newest count holds."""
    numbers = [meeting.id for meeting in meetings]
    rows = session.execute(
        select(Count.registration_id, Count.heads)
        .where(Count.activity_id.in_(numbers), Count.kind == CountKind.ARRIVED)
        .order_by(Count.number)
    )
    return {registration: heads for registration, heads in rows if registration is not None}


def _new_meeting(session: Session, type_: ActivityType, day: date, now: datetime) -> Activity:
    meeting = new_activity(type_, now)
    meeting.title_da, meeting.title_en, meeting.venue = type_.name_da, type_.name_en, USUAL_VENUE
    meeting.starts_at, meeting.ends_at = at_local(day, USUAL_START), at_local(day, USUAL_END)
    meeting.import_key = forum_key(day)
    session.add(meeting)
    session.flush()
    return meeting


def _closed_by_import(session: Session, meeting: Activity) -> bool:
    """Whether nobody but an import closed the meeting's count so far."""
    session.flush()
    newest = select(Closing.method).where(Closing.activity_id == meeting.id, Closing.newest)
    return session.scalar(newest) in {None, Method.IMPORT}


def _count_rows(
    session: Session, meeting: Activity, rows: list[ForumRow], registered: dict[Key, Registration],
    associations: dict[str, Association], now: datetime,
) -> None:  # fmt: skip
    """Takes the activity's turn once for all its rows, then adds registrations and arrived heads."""
    raised = update(Activity).where(Activity.id == meeting.id).values(turn=Activity.turn + len(rows))
    turn = int(session.execute(raised.returning(Activity.turn)).scalar_one()) - len(rows)
    for number, row in enumerate(rows, turn + 1):
        registration = registered.get(row.key)
        if registration is None:
            registration = Registration(
                activity_id=meeting.id, standing=Standing.CONFIRMED, heads=row.heads, queue_number=number,
                association=associations[search_name(row.association)], language="da", created_at=now, erased_at=now,
            )  # fmt: skip
            session.add(registration)
            session.flush()
        session.add(
            Count(
                id=str(uuid5(NAMESPACE_URL, f"import:{registration.id}:{number}")), activity_id=meeting.id,
                kind=CountKind.ARRIVED, method=Method.IMPORT, heads=row.heads, registration_id=registration.id,
                number=number, counted_at=meeting.ends_at, recorded_at=now,
            )
        )  # fmt: skip
