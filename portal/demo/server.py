"""Starts the demo: gunicorn and the worker, one word when they answer, and an end to both."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from portal.config import DEMO_FOLDER, PROJECT
from portal.demo.content import ASSOCIATION_EMAIL, PASSWORD, PEOPLE

START_SECONDS = 60
STOP_SECONDS = 10


def is_free(port: int) -> bool:
    """Whether something can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def serve(port: int) -> int:
    """Runs until Ctrl-C or SIGTERM, or until a part stops by itself; returns the exit code."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    with _running(port) as parts:
        deadline = time.monotonic() + START_SECONDS
        told = False
        while not stopping:
            for name, part in parts.items():
                if part.poll() is not None:
                    return _broken(name)
            if not told and _answers(port):
                told = True
                click.echo(welcome(port))
            if not told and time.monotonic() > deadline:
                return _broken("web")
            time.sleep(0.2)
    click.echo("\nDemoen er stoppet; indholdet er gemt. / The demo has stopped; its content is kept.")
    return 0


def _log(name: str) -> Path:
    return DEMO_FOLDER / f"{name}.log"


@contextmanager
def _running(port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    environment = {**os.environ, "PORT": str(port), "PORTAL_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "2",
           "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]  # fmt: skip
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in (("web", web), ("worker", worker)):
            with _log(name).open("wb") as log:
                parts[name] = subprocess.Popen(  # noqa: S603 - our own commands
                    command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
        yield parts
    finally:
        for part in parts.values():
            part.terminate()
        for part in parts.values():
            try:
                part.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                part.kill()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _broken(name: str) -> int:
    lines = _log(name).read_text(errors="replace").splitlines()[-15:]
    click.echo("\n".join(lines), err=True)
    click.echo(f"The demo's part '{name}' stopped; its last lines are above, all of them in {_log(name)}", err=True)
    return 1


def welcome(port: int) -> str:
    """Where the demo is and how to enter as each of the groups, in Danish and in English."""
    base = f"http://localhost:{port}"
    shown = [(f"{person.role_da} / {person.role_en}", person.email) for person in PEOPLE if person.shown]
    wide, wider = (max(len(row[column]) for row in shown) + 3 for column in (0, 1))
    entries = "\n".join(f"    {role:<{wide}}{email:<{wider}}{PASSWORD}" for role, email in shown)
    return f"""
  Portalen kører på / The portal is running on

    {base}/da/
    {base}/en/

  Log ind på / Log in at {base}/da/login

{entries}

  Foreninger får et link med posten / Associations get a link by mail: {base}/da/my-association/login

    {ASSOCIATION_EMAIL}

  Unge og lærere tilmelder sig uden konto. / Young people and teachers need no account.
  Al post lander her / All mail lands here: {base}/da/demo/mailbox

  Ctrl-C stopper; indholdet bliver. / Ctrl-C stops it; the content stays.
  Begynd forfra / Start over: make demo-reset
"""
