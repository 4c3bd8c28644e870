"""Every route, with every role: what it declares is what it does. No number, text or missing token breaks a page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from portal import create_app
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.database import Base, db
from portal.goals.models import Area, Goal, Plan
from portal.registrations.models import Registration
from portal.registrations.service import SignUp, sign_up
from portal.web.access import PUBLIC
from portal.web.links import sign
from tests.conftest import settings_for
from tests.make import make_activity, make_user, type_of

HUGE = (2**31, 2**63, 10**25)
NASTY = "page=-1&page=x&type=%00&district=9999999999999&audience=%F0%9F%98%80&q=%00%25_'\"&from=2026-02-30&to=99999-1-1&year=-5&activity=x&next=//evil.example"  # noqa: E501


class Walk:
    """An application with something of each kind in it, and one visitor per role."""

    def __init__(self, app: Flask) -> None:
        from datetime import date

        from portal import clock
        from portal.database import writing

        self.app = app
        self.users = {role: make_user(role) for role in Role}
        activity = make_activity("youth_workshop", capacity=28)
        full = make_activity("ambassador_course", capacity=1, title_da="Fuldt")
        now = clock.now()
        party = SignUp(heads=20, language="da", submission="1" * 32, name="Leyla Eksempelsen", email="l@skole.example")
        registration = sign_up(activity.id, party, now=now)
        single = SignUp(heads=1, language="en", submission="2" * 32, name="Ivan Opdigtet", email="i@klub.example")
        sign_up(full.id, single, now=now)
        with writing() as session:
            plan = Plan(
                key="walk",
                name_da="Plan",
                name_en="Plan",
                starts=date(2026, 1, 1),
                ends=date(2026, 12, 31),
                created_at=now,
            )
            goal = Goal(key="g", kind="goal", unit="activities", name_da="Mål", name_en="Goal", target=10, position=1)
            area = Area(number=1, name_da="Område", name_en="Area", goals=[goal])
            plan.areas.append(area)
            session.add(plan)
        token = sign(registration.reference or "")
        self.values: dict[str, Any] = {
            "lang": "da",
            "token": token,
            "activity_id": activity.id,
            "registration_id": registration.id,
            "plan_id": plan.id,
            "area_id": area.id,
            "goal_id": goal.id,
            "type_id": type_of("youth_workshop").id,
            "user_id": 10**6,
            "year": 2026,
            "slug": "x",
            "key": activity.link_key,
            "link_key": activity.link_key,
        }

    def rules(self) -> list[Rule]:
        """Every route, in order."""
        return sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule)

    def path(self, rule: Rule, **changes: Any) -> str:
        """The route's address, with what is there for each of its parts."""
        values = {name: changes.get(name, self.values.get(name, 1)) for name in rule.arguments}
        return str(self.app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False))

    def visitor(self, role: Role | None) -> FlaskClient:
        """Somebody who is logged in with that role, or nobody."""
        client = self.app.test_client()
        if role is not None:
            with client.session_transaction() as session:
                session["_user_id"] = self.users[role].session_key
                session["_fresh"] = True
        return client

    def access(self, rule: Rule) -> Any:
        """What the route's view declares."""
        return getattr(self.app.view_functions[rule.endpoint], "access", None)


@pytest.fixture
def walk(app: Flask) -> Walk:
    """The routes with CSRF switched off, so that posts reach their views."""
    return Walk(app)


@pytest.fixture
def strict(app: Flask, database_url: str) -> Iterator[Walk]:
    """The same with CSRF as in real life."""
    made = create_app(settings_for(database_url), TESTING=True)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    with made.app_context():
        yield Walk(made)
        db.session.remove()
        db.engine.dispose()


def methods(rule: Rule) -> list[str]:
    """What the route takes, but HEAD and OPTIONS."""
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def test_every_route_declares_its_access(app: Flask) -> None:
    undeclared = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not (
            (access := getattr(app.view_functions[rule.endpoint], "access", None)) == PUBLIC
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
            if name.endswith("_id"):
                assert f"<int:{name}>" in rule.rule, f"{rule.rule}: {name} is no int"


def test_addresses_have_a_language(app: Flask) -> None:
    without = {rule.rule for rule in app.url_map.iter_rules() if "lang" not in rule.arguments}
    assert without <= {"/", "/was", "/healthz", "/readyz", "/robots.txt", "/sitemap.xml"}


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_lets_in_whom_it_declares(walk: Walk, role: Role | None) -> None:
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
            elif role is None:
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


def test_every_post_without_a_token_is_refused(strict: Walk) -> None:
    before = everything()
    faults = []
    for rule in strict.rules():
        if "POST" not in methods(rule):
            continue
        view = strict.app.view_functions[rule.endpoint]
        allowed = (422, 400) if getattr(view, "keeps_input", False) else (400,)
        answer = strict.visitor(Role.ADMINISTRATOR).post(
            strict.path(rule), data={"heads": "3", "name": "Asta Prøvesen"}
        )
        logged_in_already = rule.endpoint == "accounts.login" and answer.status_code == 302
        if answer.status_code not in allowed and not logged_in_already:
            faults.append(f"{rule.rule}: {answer.status_code}")
    assert faults == []
    assert everything() == before


def test_nested_json_instead_of_a_form_is_refused(strict: Walk) -> None:
    nested = "[" * 5000 + "]" * 5000
    for rule in strict.rules():
        if "POST" in methods(rule):
            answer = strict.visitor(Role.ADMINISTRATOR).post(
                strict.path(rule), data=nested, content_type="application/json"
            )
            assert answer.status_code < 500, f"{rule.rule}: {answer.status_code}"


@pytest.mark.parametrize("number", HUGE)
def test_no_number_in_an_address_breaks_a_page(walk: Walk, number: int) -> None:
    faults = []
    for rule in walk.rules():
        for name in [name for name in rule.arguments if f"<int:{name}>" in rule.rule]:
            for method in methods(rule):
                answer = walk.visitor(Role.ADMINISTRATOR).open(walk.path(rule, **{name: number}), method=method)
                if answer.status_code >= 500 or (
                    method == "GET" and name.endswith("_id") and answer.status_code == 200
                ):
                    faults.append(f"{method} {rule.rule} with {name}={number}: {answer.status_code}")
    assert faults == []


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_no_query_breaks_a_page(walk: Walk, role: Role | None) -> None:
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
    from urllib.parse import unquote

    for rule in walk.rules():
        for name in [n for n in rule.arguments if f"<{n}>" in rule.rule]:
            for method in methods(rule):
                answer = walk.visitor(None).open(walk.path(rule, **{name: unquote(text)}), method=method)
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
