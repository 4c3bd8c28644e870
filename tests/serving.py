"""Starts the portal as a city runs it: gunicorn with several processes, on a database of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SECRET = "a secret for tests only, long enough to be one"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer here, not a way on."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def form_at(address: str) -> tuple[str, str]:
    """A visitor's cookies and token, once it has opened the page with the form."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        cookies = "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie"))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
    assert token
    return cookies, token[1]


def posted(address: str, cookies: str, data: dict[str, str]) -> int:
    """The status of the answer to a form. OSError or HTTPException where the connection breaks off."""
    request = urllib.request.Request(address, urllib.parse.urlencode(data).encode(), {"Cookie": cookies})
    try:
        with urllib.request.build_opener(NoRedirect()).open(request, timeout=120) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str | None, **changes: str) -> dict[str, str]:
    """The settings of a portal on that database; None for a demo, which names its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    return {
        **kept,
        "PORTAL_SECRET_KEY": SECRET,
        **({"PORTAL_DATABASE_URL": database_url} if database_url else {}),
        "PORTAL_SECURE_COOKIES": "0",
        "PORTAL_SIGN_UP_LIMIT": "100000 per hour",
        "PORTAL_LOGIN_LIMIT": "100000 per hour",
        **changes,
    }


def start_portal(
    database_url: str | None, port: int, workers: int, threads: int, **settings: str
) -> subprocess.Popen[bytes]:
    """The running portal's first process; its group is its own, so that all of it can be killed at once.

    RuntimeError where it does not start.
    """
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "gunicorn", "--workers", str(workers), "--worker-class", "gthread",
        "--threads", str(threads), "--bind", f"127.0.0.1:{port}", "--backlog", "512", "--log-level", "warning",
        "--preload", "wsgi:app",  # the modules are read once, not by each process
    ]  # fmt: skip
    env = environment(database_url, PORTAL_BASE_URL=address, **settings)
    server = subprocess.Popen(command, cwd=PROJECT, env=env, start_new_session=True)
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return server
        except OSError:
            if server.poll() is not None:
                raise RuntimeError("the portal did not start") from None
            time.sleep(0.1)
    end(server)
    raise RuntimeError("the portal does not answer")


def end(server: subprocess.Popen[bytes]) -> None:
    """Asks it to stop, and kills it where it does not."""
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        kill(server)


def kill(server: subprocess.Popen[bytes]) -> None:
    """kill -9 for it and all that it started."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


@contextmanager
def served(database_url: str | None, workers: int = 2, threads: int = 4, **settings: str) -> Iterator[str]:
    """The address of a running portal; it is stopped afterwards. RuntimeError where it does not start."""
    port = free_port()
    server = start_portal(database_url, port, workers, threads, **settings)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end(server)
