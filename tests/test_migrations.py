"""The migrations make exactly the models' tables, and run up and down with rows in every table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
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
)

from portal import create_app
from portal.config import PROJECT
from portal.database import Base, db
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


def test_a_second_upgrade_changes_nothing(empty_app: Flask) -> None:
    upgrade()
    put_a_row_in_every_table()
    upgrade()
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Base.metadata.tables["registration"])) == 1
