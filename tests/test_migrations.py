"""The migrations make exactly the models' tables, and run up and down with rows in every table."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    func,
    inspect,
    select,
    text,
)

from portal import create_app
from portal.activities.models import Activity
from portal.attendance.thanks import thank_parties
from portal.config import PROJECT
from portal.database import Base, db
from portal.mail.delivery import claim_message
from portal.mail.models import Message
from portal.registrations.reminders import remind_parties
from tests.conftest import settings_for

SCRIPTS = ScriptDirectory(str(PROJECT / "migrations"))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
# What a check or the meaning asks for, where the first thing of its type would not do.
FITTING: dict[tuple[str, str], Any] = {
    ("activity", "ends_at"): NOW.replace(hour=13),
    ("count", "registration_id"): 1,
    ("activity", "capacity"): 28,
    ("charter_version", "number"): 99,
    ("calendar_feed", "association_id"): 1,
}


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database with no table in it."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if not database_url.startswith("sqlite"):
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS migrations")
            connection.execute("CREATE DATABASE migrations")
        before, question, after = database_url.partition("?")
        url = before.rpartition("/")[0] + "/migrations" + question + after
    made = create_app(settings_for(url))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def test_the_revisions_are_numbered_in_one_line() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert len(SCRIPTS.get_heads()) == 1
    for script in SCRIPTS.walk_revisions():
        assert script.doc.strip(), f"{script.revision} does not say what it does"


def test_the_models_equal_the_head(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        inspector = inspect(connection)
        for table in Base.metadata.sorted_tables:
            there = {check["name"] for check in inspector.get_check_constraints(table.name)}
            meant = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
            assert there == meant, table.name


def row_for(table: Any) -> dict[str, Any]:
    """A row with the first fitting value in every column that needs one; keys point to each table's first row."""
    values: dict[str, Any] = {}
    model = Base.metadata.tables.get(table.name)
    for column in table.columns:
        key = (table.name, column.name)
        if key in FITTING:
            values[column.name] = FITTING[key]
        elif column.nullable or (column.name == "id" and isinstance(column.type, Integer)):
            continue
        elif column.foreign_keys:
            values[column.name] = 1
        elif model is not None and column.name in model.c and isinstance(model.c[column.name].type, Enum):
            values[column.name] = model.c[column.name].type.enums[0]  # type: ignore[attr-defined]
        elif isinstance(column.type, Boolean):
            values[column.name] = True
        elif isinstance(column.type, Integer):
            values[column.name] = 1
        elif isinstance(column.type, DateTime):
            values[column.name] = NOW
        elif isinstance(column.type, Date):
            values[column.name] = date(2026, 11, 18)
        else:
            values[column.name] = b"x" if isinstance(column.type, LargeBinary) else "x"
    return values


def put_a_row_in_every_table() -> None:
    """A row in each table that has none."""
    meta = MetaData()
    meta.reflect(db.engine)
    with db.engine.begin() as connection:
        for table in meta.sorted_tables:
            if table.name != "alembic_version" and not connection.scalar(select(func.count()).select_from(table)):
                connection.execute(table.insert().values(**row_for(table)))


def test_up_and_down_with_rows_in_every_table(empty_app: Flask) -> None:
    for revision in REVISIONS:
        upgrade(revision=revision)
        put_a_row_in_every_table()
    for revision in [*reversed(REVISIONS[:-1]), "base"]:
        downgrade(revision=revision)
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) >= set(Base.metadata.tables)


def put(name: str, **values: Any) -> Any:
    """A row as the tables are at this revision, whatever the models say; its key."""
    table = MetaData()
    table.reflect(db.engine, only=[name])
    rows = table.tables[name]
    with db.engine.begin() as connection:
        made = connection.execute(rows.insert().values(**{**row_for(rows), **values}))
        return made.inserted_primary_key[0] if made.inserted_primary_key else None


def put_meeting(starts_at: datetime, *, closed: bool = False, **values: Any) -> int:
    """A meeting of two hours as it was before 0005, perhaps with 12 heads counted and its count closed."""
    ends_at = starts_at + timedelta(hours=2)
    number = put("activity", **{"starts_at": starts_at, "ends_at": ends_at, "state": "published", **values})
    if closed:
        close(number, ends_at)
    return int(number)


def close(activity_id: int, at: datetime) -> None:
    closing = put("closing", activity_id=activity_id, newest=True, closed_at=at, method="list")
    put("count", id=str(uuid.uuid4()), activity_id=activity_id, kind="final", method="list", heads=12,
        closing_id=closing, registration_id=None, number=activity_id, audience_id=1)  # fmt: skip


def put_party(activity_id: int) -> tuple[int, int]:
    """A confirmed party that signed up ten days ago, and its mail; their numbers."""
    email, reference = f"p{activity_id}@skole.example", f"reference-{activity_id}"
    party = put("registration", activity_id=activity_id, standing="confirmed", email=email, reference=reference,
                language="da", submission=reference, created_at=NOW - timedelta(days=10))  # fmt: skip
    return party, put("message", message_id=f"<{reference}@vink.example>", registration_id=party, recipient=email,
                      kind="confirmed", language="da", subject="Plads", body_text="Hej", body_html="Hej",
                      state="queued")  # fmt: skip


def test_who_came_before_0005_hears_nothing_late_and_old_mail_still_goes(empty_app: Flask) -> None:
    upgrade(revision="0004")
    over = put_meeting(NOW - timedelta(days=3), closed=True)
    missed = put_meeting(NOW - timedelta(days=1))
    coming = put_meeting(NOW + timedelta(days=1))
    off = put_meeting(NOW + timedelta(days=2), state="called_off", changed_at=NOW - timedelta(days=40))
    first = put_meeting(NOW - timedelta(days=7), closed=True)
    last = put_meeting(NOW - timedelta(hours=3), registers_at_id=first)
    parties = {number: put_party(number) for number in (over, missed, coming, off, first)}
    loose = put("message", message_id="<loose@vink.example>", state="sent", registration_id=None)

    upgrade()
    called_off = {number: db.session.get_one(Activity, number).called_off_at for number in (coming, off)}
    assert called_off == {coming: None, off: NOW - timedelta(days=40)}
    about = {party: db.session.get_one(Message, mail).activity_id for party, mail in parties.values()}
    assert about == {party: number for number, (party, _mail) in parties.items()}
    assert db.session.get_one(Message, loose).activity_id is None
    assert claim_message(now=NOW) is not None
    assert remind_parties(now=NOW) == (1, 1)  # the one to come, and none of those that were
    assert thank_parties(now=NOW) == (0, 0)
    close(last, NOW)
    assert thank_parties(now=NOW + timedelta(hours=2)) == (1, 1)  # the course, once
    told = select(Message.kind, Message.activity_id).where(Message.kind.in_(["reminder", "thanks"]))
    assert sorted(tuple(row) for row in db.session.execute(told)) == [("reminder", coming), ("thanks", last)]

    db.session.remove()
    downgrade(revision="0004")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM message")) == len(parties) + 1 + 2


def test_a_second_upgrade_changes_nothing(empty_app: Flask) -> None:
    upgrade()
    put_a_row_in_every_table()
    upgrade()
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Base.metadata.tables["registration"])) == 1
