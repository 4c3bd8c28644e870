"""Every route, with every role: what it declares is what it does. No number, text or missing token breaks a page."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.database import Base, db
from portal.registrations.models import Registration
from portal.web.access import CONTACTS, PUBLIC
from portal.web.links import sign
from tests.walk import Walk

HUGE = (2**31, 10**25)  # PostgreSQL faults at the first, SQLite at 2**63
NASTY = "endpoint=x&_scheme=x&_method=x&_anchor=x&_external=1&values=x&lang=x&id=x&token=x&page=-1&page=x&type=%00&district=9999999999999&audience=%F0%9F%98%80&q=%00%25_'\"&from=2026-02-30&to=99999-1-1&year=-5&activity=x&next=//evil.example"  # noqa: E501


@pytest.fixture
def walk(app: Flask) -> Walk:
    """The routes, with something behind each."""
    return Walk(app)


def methods(rule: Rule) -> list[str]:
    """What the route takes, but HEAD and OPTIONS."""
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def test_every_route_declares_its_access(app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not (
            (access := getattr(app.view_functions[rule.endpoint], "access", None)) in {PUBLIC, CONTACTS}
            or (isinstance(access, frozenset) and access and access <= set(Role))
        )
    ]
    assert undeclared == []


def test_addresses_are_kebab_case_and_views_tell_what_they_do(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        plain = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", plain), f"{rule.rule} is not kebab-case"
        assert app.view_functions[rule.endpoint].__doc__, f"{rule.endpoint} has no docstring"
        assert set(methods(rule)) <= {"GET", "POST"}, f"{rule.rule} takes {methods(rule)}"
        for name in rule.arguments:
            if name == "id" or name.endswith("_id"):
                assert f"<int:{name}>" in rule.rule, f"{rule.rule}: {name} is no int"


def test_addresses_have_a_language(app: Flask) -> None:
    without = {rule.rule for rule in app.url_map.iter_rules() if "lang" not in rule.arguments}
    assert without <= {"/", "/was", "/healthz", "/readyz", "/robots.txt", "/sitemap.xml"}


@pytest.mark.parametrize("role", [None, *Role, CONTACTS])
def test_every_route_lets_in_whom_it_declares(walk: Walk, role: Role | str | None) -> None:
    faults = []
    for rule in walk.rules():
        access = walk.access(rule)
        for method in methods(rule):
            # A visitor of its own for each: logging out is a route, too.
            answer = walk.visitor(role).open(walk.path(rule), method=method)
            to_login = answer.status_code in {302, 303} and "/login" in answer.headers["Location"]
            what = f"{method} {rule.rule} as {role}: {answer.status_code} {answer.headers.get('Location', '')}"
            if answer.status_code >= 500:
                faults.append(what)
            elif access == PUBLIC:
                if to_login or answer.status_code == 403:
                    faults.append(what)
            elif access == CONTACTS:
                if to_login == (role == CONTACTS):
                    faults.append(what)
            elif role in {None, CONTACTS}:
                if not to_login:
                    faults.append(what)
            elif role not in access:
                if answer.status_code != 403:
                    faults.append(what)
            elif to_login or (answer.status_code == 403 and role is not Role.FACILITATOR):
                faults.append(what)  # a facilitator may be refused another one's activity
    assert faults == []


def everything() -> dict[str, list[Any]]:
    """All rows of all tables but the rate limits', to see whether anything was written."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name != "rate_limit"
    }


def test_every_post_without_a_token_is_refused(walk: Walk) -> None:
    before = everything()
    faults = []
    for rule in walk.rules():
        if "POST" not in methods(rule):
            continue
        view = walk.app.view_functions[rule.endpoint]
        if getattr(view, "without_token", False):
            continue  # tests/test_unsubscribe.py says which one it is, and what it can do
        allowed = (422, 400) if getattr(view, "keeps_input", False) else (400,)
        answer = walk.entitled(rule).open(
            walk.path(rule), method="POST", data={"heads": "3", "name": "Asta Prøvesen"}, csrf=False
        )
        logged_in_already = rule.endpoint == "accounts.login" and answer.status_code == 302
        if answer.status_code not in allowed and not logged_in_already:
            faults.append(f"{rule.rule}: {answer.status_code}")
    assert faults == []
    assert everything() == before


def test_nested_json_instead_of_a_form_is_refused(walk: Walk) -> None:
    nested = "[" * 5000 + "]" * 5000
    for rule in walk.rules():
        if "POST" in methods(rule):
            answer = walk.entitled(rule).post(walk.path(rule), data=nested, content_type="application/json")
            assert answer.status_code < 500, f"{rule.rule}: {answer.status_code}"


@pytest.mark.parametrize("number", HUGE)
def test_no_number_in_an_address_breaks_a_page(walk: Walk, number: int) -> None:
    faults = []
    for rule in walk.rules():
        for name in [name for name in rule.arguments if f"<int:{name}>" in rule.rule]:
            for method in methods(rule):
                answer = walk.entitled(rule).open(walk.path(rule, **{name: number}), method=method)
                if answer.status_code != 404:
                    faults.append(f"{method} {rule.rule} with {name}={number}: {answer.status_code}")
    assert faults == []


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, CONTACTS])
def test_no_query_breaks_a_page(walk: Walk, role: Role | str | None) -> None:
    visitor = walk.visitor(role)
    faults = []
    for rule in walk.rules():
        if "GET" in methods(rule):
            answer = visitor.get(f"{walk.path(rule)}?{NASTY}")
            if answer.status_code >= 500:
                faults.append(f"{rule.rule}: {answer.status_code}")
    assert faults == []


@pytest.mark.parametrize("text", ["%00", "x" * 3000, "%F0%9F%98%80", "..%2f..%2fetc", "eyJ4IjoxfQ.x"])
def test_no_text_in_an_address_breaks_a_page(walk: Walk, text: str) -> None:
    for rule in walk.rules():
        for name in [n for n in rule.arguments if f"<{n}>" in rule.rule]:
            for method in methods(rule):
                answer = walk.visitor(None).open(walk.path(rule, **{name: text}), method=method)
                assert answer.status_code < 500, f"{method} {rule.rule}: {answer.status_code}"


def test_a_closed_account_is_out_at_once(walk: Walk) -> None:
    visitor = walk.visitor(Role.STAFF)
    assert visitor.get("/da/staff/").status_code == 200
    db.session.execute(User.__table__.update().values(active=False))
    db.session.commit()
    assert visitor.get("/da/staff/").status_code == 302


def test_a_made_up_token_opens_nothing(walk: Walk) -> None:
    reference = db.session.scalars(select(Registration.reference)).first() or ""
    for token in (reference, sign(reference) + "x", sign("another"), "x"):
        for page in ("registrations", "offers"):
            answer = walk.visitor(None).get(f"/da/{page}/{token}")
            assert answer.status_code == 404, (page, token)
