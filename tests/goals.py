"""Plans, held and planned activities for the tests of goals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from portal.activities.models import Activity
from portal.associations.models import Association
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.engagements.models import Engagement, EngagementSession
from portal.engagements.rules import Phase
from portal.goals import service
from portal.goals.models import Goal, Plan
from portal.goals.plan_file import default_plan
from portal.goals.plans import goal_by_id
from tests.make import audience_of, make_activity

PLAN = Path(__file__).parent / "data" / "vink-handleplan-2018-19.json"


YEAR = 2026


def plan_of_2026() -> Plan:
    """The default plan, copied to the tests' year."""
    plan, _new = service.load_plan(default_plan(), now=datetime(2026, 1, 1, tzinfo=UTC))
    return service.copy_plan(
        plan.id, "Mål 2026", "Goals 2026", date(2026, 1, 1), date(2026, 12, 31), now=plan.created_at
    )


def goal_of(plan: Plan, key: str) -> Goal:
    """The plan's goal with that key."""
    found = goal_by_id(next(g.id for area in plan.areas for g in area.goals if g.key == key))
    assert found is not None
    return found


def close(activity: Activity, heads: dict[str, int], *, number: int = 1) -> None:
    """Closes a count with heads by audience key; an older closing is no longer the newest."""
    with writing() as session:
        for older in session.scalars(select(Closing).where(Closing.activity_id == activity.id)):
            older.newest = False
        closing = Closing(activity_id=activity.id, number=number, method=Method.CLICKER, closed_at=activity.ends_at)
        session.add(closing)
        session.flush()
        for key, count in heads.items():
            session.add(
                Count(id=f"{activity.id}-{number}-{key}"[:36], activity_id=activity.id, kind=CountKind.FINAL,
                      method=Method.CLICKER, heads=count, audience_id=audience_of(key).id, closing_id=closing.id,
                      number=number, counted_at=activity.ends_at, recorded_at=activity.ends_at)
            )  # fmt: skip


def held(kind: str, month: int, day: int, heads: dict[str, int], **values: Any) -> Activity:
    """An activity held in the tests' year, with a closed count."""
    activity = make_activity(kind, datetime(YEAR, month, day, 15, tzinfo=UTC), **values)
    close(activity, heads)
    return activity


def planned(kind: str, month: int, day: int, **values: Any) -> Activity:
    """An activity to come in the tests' year."""
    return make_activity(kind, datetime(YEAR, month, day, 15, tzinfo=UTC), **values)


def association(name: str) -> int:
    """An association's id."""
    with writing() as session:
        made = Association(name=name, search_name=name.lower(), created_at=datetime(2026, 1, 1, tzinfo=UTC))
        session.add(made)
    return made.id


def engaged(institution: int, *sessions: Activity, agreed_on: date | None = date(YEAR, 1, 15)) -> Engagement:
    """An engagement with an institution, its plan's day, and the activities that are its sessions."""
    with writing() as session:
        made = Engagement(
            association_id=institution, phase=Phase.SESSIONS, started_on=date(YEAR - 1, 12, 1),
            plan_agreed_on=agreed_on, created_at=datetime(YEAR, 1, 1, tzinfo=UTC),
            changed_at=datetime(YEAR, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add_all(EngagementSession(activity_id=each.id, engagement_id=made.id) for each in sessions)
    return made


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# The plan's file
