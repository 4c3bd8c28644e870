"""The house itself: what lies in it, what every page says to the browser, and what it weighs."""

import re
import subprocess
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Response
from flask.testing import FlaskClient
from justhtml import JustHTML
from sqlalchemy import Enum, String, Text

from portal.accounts.rules import Role
from portal.config import PROJECT
from portal.database import Base
from tests.make import PASSWORD, log_in, make_activity
from tests.page import PageClient

LANGS = ("da", "en")
BUILT = (PROJECT / "portal/static/build/manifest.json").exists()
THIRD_PARTY = re.compile(r"(^|/)(node_modules|\.venv|vendor|site-packages)/|\.(woff2?|ttf|eot|min\.js|min\.css|map)$")
REGISTRIES = ("pypi", "pythonhosted", "npmjs", "debian")


def tracked() -> list[str]:
    """Every file that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.decode().split("\0") if name and (PROJECT / name).exists()]


def text_of(name: str) -> str:
    """A file's text; a picture has none."""
    return (PROJECT / name).read_bytes().decode(errors="replace")


def test_no_file_is_too_long_to_be_one() -> None:
    hand_written = [n for n in tracked() if n.endswith((".py", ".html", ".js", ".mjs", ".scss"))]
    too_long = {name: lines for name in hand_written if (lines := text_of(name).count("\n")) > 300}
    # The first migration is one list of tables.
    assert {name for name in too_long if not name.startswith("migrations/")} == set()


def test_no_registry_and_no_machine_stands_in_a_file() -> None:
    hosts = re.compile(rf"\b({'|'.join(REGISTRIES)})\.(org|com|net)\b")
    paths = re.compile(r"(?<![\w.])/(?:work|root|farm|home)/\w")
    faults = [
        name for name in tracked() if name != "LICENSE" and (hosts.search(text := text_of(name)) or paths.search(text))
    ]
    assert faults == []


def test_nothing_of_others_is_committed() -> None:
    assert [name for name in tracked() if THIRD_PARTY.search(name)] == []
    assert [name for name in tracked() if name.startswith("var/") or name.endswith((".mo", ".db", ".pyc"))] == []
    assert [name for name in tracked() if (PROJECT / name).stat().st_size > 600_000] == []


def test_every_text_column_says_whether_it_is_about_somebody() -> None:
    for table in Base.metadata.sorted_tables:
        holds_personal = any(column.info.get("personal") for column in table.columns)
        for column in table.columns:
            is_text = isinstance(column.type, String | Text | Enum)
            if is_text or (holds_personal and column.name != "id"):
                assert "personal" in column.info, f"{table.name}.{column.name} has no mark"


def test_moments_are_stored_with_their_zone() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert getattr(column.type, "timezone", True) or "DateTime" not in type(column.type).__name__


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("code", "method", "path"),
    [(404, "GET", "/nothing-here"), (405, "POST", "/about"), (403, "GET", "/staff/users"), (413, "POST", "/login")],
)
def test_error_pages(client: PageClient, lang: str, code: int, method: str, path: str) -> None:
    if code == 403:
        log_in(client, Role.FACILITATOR)
    data = {"email": "x" * (3 * 1024 * 1024)} if code == 413 else None
    check_error_page(client.open(f"/{lang}{path}", method=method, data=data), code, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_for_a_missing_token(client: PageClient, lang: str) -> None:
    log_in(client)
    check_error_page(client.open(f"/{lang}/logout", method="POST", csrf=False), 400, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_for_too_many_tries(client: PageClient, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    settings = replace(client.application.extensions["settings"], login_limit="3 per hour")
    monkeypatch.setitem(client.application.extensions, "settings", settings)
    answers = [
        client.post(f"/{lang}/login", data={"email": "nobody@vink.example", "password": PASSWORD}) for _ in range(5)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]
    check_error_page(answers[-1], 429, lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_for_a_fault_of_ours(client: PageClient, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    def broken(**_values: Any) -> str:
        raise RuntimeError("secret detail of the database at 10.0.0.1")

    monkeypatch.setattr(broken, "access", "public", raising=False)
    monkeypatch.setitem(client.application.view_functions, "pages.about", broken)
    check_error_page(client.get(f"/{lang}/about"), 500, lang)


def check_error_page(answer: Any, code: int, lang: str) -> None:
    """The page says in its language what went wrong and where to go on, and nothing about the inside."""
    assert answer.status_code == code
    html = answer.get_data(as_text=True)
    assert f'<html lang="{lang}"' in html
    assert f'href="/{lang}/"' in html, "no way back to the front page"
    for inside in ("Traceback", "Werkzeug", "werkzeug", "sqlalchemy", "RuntimeError", "secret detail", str(PROJECT)):
        assert inside not in html
    assert "Content-Security-Policy" in answer.headers


def test_every_answer_is_strict_with_the_browser(client: PageClient) -> None:
    for path in ("/da/", "/en/login", "/da/nothing-here", "/healthz"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy, "another host"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_for_worries_leaves_no_trace(client: PageClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/en/concerned")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert caplog.records == []


@pytest.mark.skipif(not BUILT, reason="the front end is not built")
def test_the_first_visit_is_light(client: PageClient) -> None:
    """The front page with all it loads: under 100 kB over the wire, in 8 requests at most."""
    for _ in range(8):
        make_activity()
    fetched: dict[str, int] = {}
    visitor = FlaskClient(client.application, Response)

    def fetch(path: str, **headers: str) -> tuple[str, Any]:
        with visitor.get(path, headers=headers) as answer:
            assert answer.status_code == 200, path
            text = answer.get_data()
            fetched[path] = len(text)
            return text.decode(errors="replace"), answer.headers

    html, _headers = fetch("/da/")
    document = JustHTML(html, sanitize=False)
    _body, headers = fetch("/da/", **{"Accept-Encoding": "br, gzip"})
    assert headers.get("Content-Encoding") in {"br", "gzip"}
    wanted = {node.attrs["src"] for node in document.query("script[src], img[src]")}
    wanted |= {
        node.attrs["href"] for node in document.query("link[href]")
        if node.attrs.get("rel") in {"stylesheet", "preload", "icon", "modulepreload"}
    }  # fmt: skip
    wanted |= {node.attrs["href"].split("#")[0] for node in document.query("use[href]")}
    for path in sorted(wanted):
        assert path.startswith("/static/build/"), f"{path} comes from elsewhere"
        plain, _headers = fetch(path)
        _body, headers = fetch(path, **{"Accept-Encoding": "br, gzip"})
        assert "immutable" in headers["Cache-Control"], path
        if path.endswith(".css"):
            pictures = {urljoin(path, target) for target in re.findall(r"url\([\"']?([^)\"']+)", plain)} - wanted
            # Pictures of states that the front page does not show (a field's error, a sorted column) are not fetched.
            assert all(picture.startswith("/static/build/") for picture in pictures)
    assert len(fetched) <= 8, fetched
    assert sum(fetched.values()) < 100_000, fetched
