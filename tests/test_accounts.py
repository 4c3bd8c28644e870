"""Logging in, with one answer for every fault; and what administrators do to accounts."""

import re

from flask import Flask
from justhtml import JustHTML

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.database import db
from tests.make import PASSWORD, log_in, make_user
from tests.page import PageClient


def test_unknown_address_and_wrong_password_answer_alike(client: PageClient) -> None:
    make_user(Role.STAFF, "bo@vink.example")
    wrong = client.post("/da/login", data={"email": "bo@vink.example", "password": "wrong wrong wrong"})
    unknown = client.post("/da/login", data={"email": "nobody@vink.example", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 422
    # The forms' tokens carry the second they were made in.
    pages = [re.sub(r'name="csrf_token"[^>]*', "", answer.get_data(as_text=True)) for answer in (wrong, unknown)]
    assert pages[0].replace("bo@", "nobody@") == pages[1]


def role_of(user: User) -> Role:
    """The account's role as it is stored."""
    db.session.expire_all()
    return user.role


def test_the_page_names_what_it_does(client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    make_user(Role.STAFF)
    page = JustHTML(client.get("/en/staff/users").text, sanitize=False).query("main")[0]
    text = page.to_text()
    assert "Active" in text
    assert "Close the account" in text
    assert "optional" not in page.query("#role legend")[0].to_text()


def test_an_administrator_changes_a_role(client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    user = make_user(Role.FACILITATOR)
    assert client.post(f"/da/staff/users/{user.id}/role", data={"role": "staff"}).status_code == 303
    assert role_of(user) is Role.STAFF
    for sent in ({"role": "emperor"}, {}):
        page = client.post(f"/en/staff/users/{user.id}/role", data=sent, follow_redirects=True).text
        assert "Choose one of the roles." in page
    assert role_of(user) is Role.STAFF
    nobody = client.post(f"/en/staff/users/{10**6}/role", data={"role": "staff"}, follow_redirects=True)
    assert "There is no such account." in nobody.text


def test_the_last_administrator_stays_one(client: PageClient) -> None:
    me = log_in(client, Role.ADMINISTRATOR)
    other = make_user(Role.ADMINISTRATOR, "other@vink.example")
    client.post(f"/en/staff/users/{other.id}/active", data={"active": "0"})
    page = client.post(f"/en/staff/users/{me.id}/role", data={"role": "staff"}, follow_redirects=True).text
    assert "This is the last administrator." in page
    assert role_of(me) is Role.ADMINISTRATOR
    client.post(f"/en/staff/users/{other.id}/active", data={"active": "1"})
    client.post(f"/en/staff/users/{me.id}/role", data={"role": "staff"})
    assert role_of(me) is Role.STAFF
    assert client.get("/en/staff/users").status_code == 403


def test_a_new_password_is_shown_once_and_ends_the_sessions(client: PageClient, app: Flask) -> None:
    user = make_user(Role.STAFF)
    theirs = app.test_client()
    theirs.post("/da/login", data={"email": user.email, "password": PASSWORD})
    assert theirs.get("/da/staff/").status_code == 200
    log_in(client, Role.ADMINISTRATOR)
    answer = client.post(f"/en/staff/users/{user.id}/password")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    made = JustHTML(answer.text, sanitize=False).query("code")[0].to_text()
    assert made not in client.get("/en/staff/users").text
    assert client.get(f"/en/staff/users/{user.id}/password").status_code == 302
    assert theirs.get("/da/staff/").status_code == 302
    assert theirs.post("/da/login", data={"email": user.email, "password": PASSWORD}).status_code == 422
    assert theirs.post("/da/login", data={"email": user.email, "password": made}).status_code == 302


def test_a_new_password_of_ones_own_keeps_this_session_only(client: PageClient, app: Flask) -> None:
    me = log_in(client, Role.ADMINISTRATOR)
    elsewhere = app.test_client()
    elsewhere.post("/da/login", data={"email": me.email, "password": PASSWORD})
    assert client.post(f"/en/staff/users/{me.id}/password").status_code == 200
    assert client.get("/en/staff/users").status_code == 200
    assert elsewhere.get("/en/staff/users").status_code == 302
