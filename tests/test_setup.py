"""Setting up: locked and hashed, nothing done twice, every setting and command told, wrong settings named."""

import os
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from portal.config import PROJECT, SettingError, Settings, read_settings

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
DOCS = "\n".join(path.read_text() for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))])
SECRET = "x" * 32
OF_LIBRARIES = {"db", "limiter", "routes", "run", "shell"}


def pins(name: str) -> dict[str, str]:
    """Each package of a lock with its version."""
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", (PROJECT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_its_hash(name: str) -> None:
    text = (PROJECT / name).read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [e.split()[0] for e in entries if "==" not in e.split()[0] or "--hash=sha256:" not in e] == []
    assert "://" not in text, "the lock names a host"


def test_the_tests_run_on_what_the_portal_runs_on() -> None:
    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_what_is_asked_for_is_locked() -> None:
    for lock in LOCKS:
        lines = (PROJECT / lock.replace(".txt", ".in")).read_text().splitlines()
        wanted = [line.lower() for line in lines if line and not line.startswith(("-r", "#"))]
        names = {re.split(r"[<>=,\s\[]", line)[0] for line in wanted}
        assert names - set(pins(lock)) == set(), lock


@pytest.mark.skipif("MAKELEVEL" not in os.environ, reason="the tests were not started with make test")
def test_nothing_is_fetched_again() -> None:
    """What make would install once everything is there: nothing."""
    for target in ("ready", ".venv/.dev-installed"):
        again = subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, text=True, check=True)
        assert " -m pip " not in again.stdout, again.stdout
        assert "npm ci" not in again.stdout, again.stdout


def test_the_scripts_are_sound() -> None:
    subprocess.run(["bash", "-n", ".ci/run"], cwd=PROJECT, check=True)
    text = (PROJECT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in text
    assert "make lint" in text
    assert "make test" in text


def test_every_setting_is_told() -> None:
    missing = [f"PORTAL_{f.name.upper()}" for f in fields(Settings) if f"`PORTAL_{f.name.upper()}`" not in DOCS]
    assert missing == []
    assert {f.name for f in fields(Settings) if not f.metadata.get("doc")} == set()


def test_no_setting_is_told_that_is_not_there() -> None:
    told = set(re.findall(r"`PORTAL_([A-Z_]+)`", DOCS))
    of_tests = {"TEST_DATABASES", "CHROMIUM"}
    assert told - of_tests == {f.name.upper() for f in fields(Settings)}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> set[str]:
    """Every command under `flask --app wsgi`, spelled out."""
    found: set[str] = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
        else:
            found.add(" ".join((*path, name)))
    return found


def test_every_command_is_told_and_helps(app: Flask) -> None:
    own = {name for name in commands(app.cli) if name.split()[0] not in OF_LIBRARIES}
    assert own, "no commands at all"
    assert sorted(name for name in own if f"flask --app wsgi {name}" not in DOCS) == []
    for name in own:
        answer = app.test_cli_runner().invoke(args=[*name.split(), "--help"])
        assert answer.exit_code == 0, name
        assert len(answer.output.split("\n\n")) > 2, f"{name} does not say what it does"


def test_no_command_is_told_that_is_not_there(app: Flask) -> None:
    told = {" ".join(found.split()) for found in re.findall(r"flask --app wsgi ([a-z]+(?: [a-z]+)?)", DOCS)}
    known = commands(app.cli)
    assert {name for name in told if name not in known and name.split()[0] not in known} == set()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "PORTAL_SECRET_KEY must be set"),
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY must be set"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_MAIL_PORT": "smtp"}, "PORTAL_MAIL_PORT"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_MAIL_PORT": "-1"}, "PORTAL_MAIL_PORT"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_SECURE_COOKIES": "perhaps"}, "PORTAL_SECURE_COOKIES"),
        ({"PORTAL_SECRET_KEY": SECRET, "PORTAL_TRUSTED_PROXIES": "²"}, "PORTAL_TRUSTED_PROXIES"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        read_settings(given)


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
