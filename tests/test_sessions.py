"""Staff's sessions: eight hours from log-in, a cookie no script reads, no way to anywhere else."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import clock, create_app
from portal.accounts.rules import Role
from portal.accounts.service import set_active
from portal.database import db
from portal.web.sessions import LIFETIME
from tests.conftest import settings_for
from tests.make import PASSWORD, log_in, make_user
from tests.page import PageClient


def cookie_of(answer: TestResponse) -> str:
    """The session cookie that an answer sets."""
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session=")]
    return cookie


def end_of(cookie: str) -> datetime:
    """When the browser drops the cookie."""
    [expires] = [part.removeprefix(" Expires=") for part in cookie.split(";") if part.startswith(" Expires=")]
    return parsedate_to_datetime(expires)


def test_a_session_ends_eight_hours_after_log_in_however_busy(
    client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(Role.ADMINISTRATOR)
    answer = client.post("/da/login", data={"email": user.email, "password": PASSWORD})
    assert end_of(cookie_of(answer)) == noon + LIFETIME
    for hours in range(1, 8):
        monkeypatch.setattr(clock, "now", lambda hours=hours: noon + timedelta(hours=hours))
        busy = client.post(f"/da/staff/users/{user.id}/active", data={"active": "0"})  # a message: the cookie is new
        assert end_of(cookie_of(busy)) == noon + LIFETIME
        assert client.get("/da/staff/users").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: noon + LIFETIME - timedelta(seconds=1))
    assert client.get("/da/staff/users").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: noon + LIFETIME)
    assert "/da/login" in client.get("/da/staff/users").headers["Location"]


def test_looking_at_a_page_does_not_renew_the_cookie(client: PageClient) -> None:
    log_in(client)
    client.get("/da/staff/")  # a form's token is put in once
    again = client.get("/da/staff/")
    assert [c for c in again.headers.getlist("Set-Cookie") if c.startswith("session=")] == []


def test_a_visitors_session_ends_with_the_browser(client: PageClient) -> None:
    assert "Expires" not in cookie_of(client.get("/da/login"))


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookies_flags(app: Flask, database_url: str, secure: bool) -> None:
    portal = create_app(settings_for(database_url, secure_cookies=secure))
    answer = portal.test_client().get("/en/login", headers={"Accept-Language": "da"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert {c.split("=")[0] for c in cookies} == {"session", "language"}
    for cookie in cookies:
        flags = {part.strip() for part in cookie.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags, cookie
        assert ("Secure" in flags) == secure, cookie
    with portal.app_context():
        db.engine.dispose()


ELSEWHERE = (
    "//evil.example", "///evil.example", "https://evil.example/da/", "http:evil.example", "\\\\evil.example",
    "/\\evil.example", "/\t/evil.example", "evil.example", "javascript:alert(1)",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_log_in_leads_to_no_other_site(client: PageClient, target: str) -> None:
    user = make_user(Role.STAFF)
    answer = client.post("/da/login", query_string={"next": target}, data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/da/staff/"


def test_log_in_leads_back_to_where_one_was(client: PageClient) -> None:
    user = make_user(Role.STAFF)
    there = client.get("/en/staff/activities?q=a%26b").headers["Location"]
    answer = client.post(there, data={"email": user.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/en/staff/activities?q=a%26b"


def test_closing_an_account_ends_its_session_at_once(client: PageClient) -> None:
    user, administrator = log_in(client), make_user(Role.ADMINISTRATOR)
    assert client.get("/da/staff/").status_code == 200
    set_active(user.id, False, actor=administrator)
    assert "/da/login" in client.get("/da/staff/").headers["Location"]
    set_active(user.id, True, actor=administrator)
    assert client.get("/da/staff/").status_code == 302, "the old cookie is good again"


def test_a_closed_account_does_not_log_in(client: PageClient) -> None:
    user, administrator = make_user(Role.STAFF), make_user(Role.ADMINISTRATOR)
    set_active(user.id, False, actor=administrator)
    assert client.post("/da/login", data={"email": user.email, "password": PASSWORD}).status_code == 422
