"""Alembic's environment: the application's database, one transaction for all migrations."""

from typing import Any

from alembic import context

from portal.database import Base, UTCDateTime, db


def _render(kind: str, thing: Any, _autogen: Any) -> str | bool:
    """Migrations stand on SQLAlchemy alone, so that old ones run whatever the code becomes."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Runs the migrations that are missing."""
    with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=_render,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
