"""Addresses: the other language's page is always there, search engines see one address a page, no host but ours."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from justhtml import JustHTML
from sqlalchemy import select

from portal import clock, create_app
from portal.database import db
from portal.registrations.models import Registration
from portal.registrations.service import SignUp, sign_up
from portal.web.links import sign
from tests.conftest import settings_for
from tests.make import log_in, make_activity
from tests.page import PageClient


def language_link(page: str) -> str:
    """Where the link to the other language leads."""
    return str(JustHTML(page, sanitize=False).query("a.language")[0].attrs["href"])


@pytest.fixture
def token(app: Flask) -> str:
    """A registration's token."""
    activity = make_activity("youth_workshop", capacity=28)
    party = SignUp(heads=2, language="da", submission="1" * 32, name="Leyla Eksempelsen", email="l@skole.example")
    sign_up(activity.id, party, now=clock.now())
    return sign(db.session.scalars(select(Registration.reference)).one() or "")


@pytest.mark.parametrize("name", ["endpoint", "_scheme", "_method", "_anchor", "_external", "values", "lang", "id"])
def test_a_query_means_nothing_but_itself(client: PageClient, name: str) -> None:
    page = client.get(f"/da/activities?{name}=x&q=%C3%A6&q=%26b")
    assert page.status_code == 200
    link = urlsplit(language_link(page.text))
    assert (link.netloc, link.path, link.fragment) == ("", "/en/activities", "")
    assert parse_qs(link.query) == {name: ["x"], "q": ["æ", "&b"]}


def test_search_engines_see_one_address_for_a_page(client: PageClient) -> None:
    head = JustHTML(client.get("/da/activities?q=x&page=1&key=secret").text, sanitize=False)
    found = {(n.attrs["rel"], n.attrs.get("hreflang")): n.attrs["href"] for n in head.query("link[rel][href]")}
    assert found[("canonical", None)] == "https://portal.example/da/activities"
    assert found[("alternate", "da")] == "https://portal.example/da/activities"
    assert found[("alternate", "en")] == "https://portal.example/en/activities"


def test_a_form_with_faults_is_shown_in_the_other_language_with_what_was_typed(client: PageClient, token: str) -> None:
    answer = client.post(f"/da/registrations/{token}/heads", data={"heads": "many"})
    assert answer.status_code == 422
    [form] = JustHTML(answer.text, sanitize=False).query("form.language")
    sent = {str(i.attrs["name"]): str(i.attrs["value"]) for i in form.query("input")}
    there = client.post(str(form.attrs["action"]), data=sent)
    assert there.status_code == 422
    assert '<html lang="en">' in there.text
    assert 'value="many"' in there.text


def test_the_language_link_of_an_empty_form_leads_to_its_page(client: PageClient, token: str) -> None:
    answer = client.post(f"/da/registrations/{token}/heads")
    assert answer.status_code == 422
    assert language_link(answer.text) == f"/en/registrations/{token}"
    assert client.get(language_link(answer.text)).status_code == 200


def test_the_language_link_of_every_refused_post_leads_somewhere(client: PageClient, token: str) -> None:
    log_in(client)
    for path in (f"/da/registrations/{token}/cancel", f"/da/offers/{token}/take", "/da/logout"):
        answer = client.post(path, csrf=False)
        assert answer.status_code == 400
        assert client.get(language_link(answer.text)).status_code == 200, path


@pytest.fixture
def own_host(app: Flask, database_url: str) -> Iterator[PageClient]:
    """A visitor of a portal that answers under one name."""
    portal = create_app(settings_for(database_url, trusted_hosts="portal.example, .city.example"), TESTING=True)
    portal.config["PROPAGATE_EXCEPTIONS"] = False
    portal.test_client_class = PageClient
    visitor = portal.test_client()
    assert isinstance(visitor, PageClient)
    yield visitor
    with portal.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/da/", "/healthz", "/readyz", "/nothing", "/da/login"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_host_is_answered_in_plain_words(own_host: PageClient, path: str, method: str) -> None:
    for host in ("evil.example", "portal.example.evil.example", "a b"):
        answer = own_host.open(path, method=method, headers={"Host": host}, csrf=False)
        assert (answer.status_code, answer.mimetype) == (400, "text/plain"), (host, answer.status_code)
        assert host not in answer.text


def test_our_own_hosts_are_answered(own_host: PageClient) -> None:
    for host in ("portal.example", "portal.example:8001", "www.city.example"):
        assert own_host.get("/healthz", headers={"Host": host}).status_code == 200, host
