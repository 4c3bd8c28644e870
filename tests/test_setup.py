"""Setting up: locked, hashed, nothing done twice; every setting and command told; no pass without a browser."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from portal.config import PROJECT, Settings

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
DOCS = "\n".join(path.read_text() for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))])
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


@pytest.mark.parametrize("there", [True, False])
def test_without_a_browser_nothing_passes(tmp_path: Path, there: bool) -> None:
    """`.ci/run` on a machine of its own: a few commands, nobody's root, with and without a Chromium."""
    said = {"id": "echo 1000", "make": f"echo make $1 >> {tmp_path}/ran", "dirname": "echo .ci"}
    if there:
        said["chromium"] = "true"
    for name, does in said.items():
        (tmp_path / name).write_text(f"#!{shutil.which('bash')}\n{does}\n")
        (tmp_path / name).chmod(0o755)
    bash = str(shutil.which("bash"))
    answer = subprocess.run(
        [bash, ".ci/run"], cwd=PROJECT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    if there:
        assert answer.returncode == 0, answer.stderr
        assert (tmp_path / "ran").read_text() == "make lint\nmake test\n"
    else:
        assert answer.returncode == 1
        assert "No Chromium" in answer.stderr
        assert not (tmp_path / "ran").exists()


def test_node_is_as_new_as_the_front_end_asks_for() -> None:
    least = json.loads((PROJECT / "frontend" / "package.json").read_text())["engines"]["node"].removeprefix(">=")
    assert f"parseInt(process.versions.node) < {least} ?" in (PROJECT / "Makefile").read_text()
    assert f"Node.js {least} or newer" in (PROJECT / "README.md").read_text()


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
