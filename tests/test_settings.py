"""Settings: a wrong one is named and never half taken, the demo keeps to its own, a fresh clone has a database."""

from pathlib import Path

import pytest
from sqlalchemy import text

from portal import create_app
from portal.config import SettingError, Settings, read_settings
from portal.database import db

SECRET = "x" * 32
WRONG = {
    "MAIL_PORT": ("smtp", "-1", "0", "65536", "²", "9" * 20),
    "MAIL_TLS": ("ssl", "STARTTLS", "yes"),
    "MAIL_FROM": ("vink", "VINK <vink@vink.example>", "vink@vink.example\nBcc: x@vink.example"),
    "SECURE_COOKIES": ("perhaps", "2"),
    "DEMO": ("perhaps",),
    "TRUSTED_PROXIES": ("²", "-1", "one"),
    "TRUSTED_HOSTS": ("https://portal.example", "portal.example,", "a b"),
    "SIGN_UP_LIMIT": ("ten per hour", "10", "0 per hour", "10 per fortnight", "10 per hour, please"),
    "LOGIN_LIMIT": ("ten per hour", "none"),
    "NUMBERS_CHECKED": ("8.11.2026", "2026-02-30", "20261108", "yesterday"),
    "BASE_URL": (
        "portal.example.dk",
        "ftp://portal.example.dk",
        "https://",
        "https://[",
        "https://portal.example.dk?x=1",
    ),
    "DATABASE_URL": ("portal.db", "mysql://u@h/d", "sqlite://", "postgresql://u@h", "postgresql+psycopg2://u@h/d"),
    "DEMO_DATABASE_URL": ("portal.db", "mysql://u@h/d"),
    "CONTACT_EMAIL": ("vink",),
    "CONTACT_PHONE": ("33663366", "+45 33 66 33 66"),
    "LOGO": ("../logo.svg", "https://elsewhere.example/logo.svg", "logo.exe"),
    "WORDMARK": ("VINK\r\nBcc: x@vink.example",),
    "TAGLINE_DA": ("a\nb",),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_wrong_setting_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingError, match=f"^PORTAL_{name} "):
        read_settings({"PORTAL_SECRET_KEY": SECRET, f"PORTAL_{name}": text})


@pytest.mark.parametrize("given", [{}, {"PORTAL_SECRET_KEY": "short"}])
def test_the_secret_is_asked_for(given: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="PORTAL_SECRET_KEY must be set"):
        read_settings(given)


def test_no_password_is_repeated() -> None:
    with pytest.raises(SettingError) as told:
        read_settings({"PORTAL_SECRET_KEY": SECRET, "PORTAL_DATABASE_URL": "mysql://u:a-password@h/d"})
    assert "a-password" not in str(told.value)


def test_right_settings_are_taken() -> None:
    right = {
        "BASE_URL": "https://portal.example.dk/", "DATABASE_URL": "postgres://u:p@h/d", "MAIL_PORT": "465",
        "MAIL_TLS": "tls", "SIGN_UP_LIMIT": "30 per hour", "LOGIN_LIMIT": "5/minute;20/hour", "LOGO": "city-logo.svg",
        "NUMBERS_CHECKED": "2026-11-08", "TRUSTED_HOSTS": "portal.example.dk, .city.example", "SECURE_COOKIES": "yes",
    }  # fmt: skip
    settings = read_settings({"PORTAL_SECRET_KEY": SECRET} | {f"PORTAL_{name}": text for name, text in right.items()})
    assert settings.base_url == "https://portal.example.dk"
    assert settings.mail_port == 465
    assert settings.database_uri == "postgresql+psycopg://u:p@h/d"


@pytest.mark.parametrize("where", ["absolute", "relative"])
def test_a_fresh_clone_has_a_database_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr("portal.config.PROJECT", tmp_path)
    file = tmp_path / "var" / "new" / "portal.db"
    url = f"sqlite:///{file}" if where == "absolute" else "sqlite:///var/new/portal.db"
    portal = create_app(read_settings({"PORTAL_SECRET_KEY": SECRET, "PORTAL_DATABASE_URL": url}))
    with portal.app_context():
        assert db.session.execute(text("SELECT 1")).scalar() == 1
        db.session.remove()
        db.engine.dispose()
    assert file.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    given = {"PORTAL_SECRET_KEY": SECRET, "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/file/portal.db"}
    with pytest.raises(SettingError, match="PORTAL_DATABASE_URL"):
        create_app(read_settings(given))


def test_defaults_are_safe_and_empty_means_default() -> None:
    settings = read_settings({"PORTAL_SECRET_KEY": SECRET, "PORTAL_MAIL_HOST": "", "PORTAL_WORDMARK": ""})
    assert settings.secure_cookies
    assert not settings.demo
    assert not settings.retention_reference
    assert settings.wordmark == Settings().wordmark
    assert read_settings({"PORTAL_DATABASE_URL": "postgresql://u@h/d"}, needs_secret=False).database_uri.startswith(
        "postgresql+psycopg://"
    )


def test_the_demo_keeps_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.config.DEMO_FOLDER", tmp_path / "demo")
    first, second = (read_settings({"PORTAL_DEMO": "1", "PORT": "8123"}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert first.base_url == "http://localhost:8123"
    assert str(tmp_path) in first.database_url


def test_the_demo_never_touches_a_citys_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.config.DEMO_FOLDER", tmp_path / "demo")
    city = {
        "PORTAL_DEMO": "1",
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_DATABASE_URL": "postgresql://city@localhost/portal",
        "PORTAL_RETENTION_REFERENCE": "schedule 7",
    }
    settings = read_settings(city)
    assert settings.database_url == f"sqlite:///{tmp_path}/demo/portal.db"
    assert settings.secret_key != SECRET
    assert settings.retention_reference == "demo"
    other = read_settings(city | {"PORTAL_DEMO_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"})
    assert other.database_url == f"sqlite:///{tmp_path}/other.db"
    with pytest.raises(SettingError, match="PORTAL_DEMO_DATABASE_URL"):
        read_settings(city | {"PORTAL_DEMO_DATABASE_URL": city["PORTAL_DATABASE_URL"]})
    without = read_settings(city | {"PORTAL_DEMO": "0", "PORTAL_DEMO_DATABASE_URL": "sqlite:///var/x.db"})
    assert without.database_url == city["PORTAL_DATABASE_URL"]
