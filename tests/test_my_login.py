"""Logging in for an association: a link by mail, once, for twenty minutes, and the same answer for every address."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.associations import record_service
from portal.associations.access_links import forget_expired, hash_of
from portal.associations.drafts import ContactDraft
from portal.associations.login_service import MOST_OPEN_LINKS
from portal.associations.models import AccessLink, Association, Contact
from portal.database import db, writing
from portal.log.models import Event, LogEntry
from portal.mail.models import Message, MessageState
from portal.web.sessions import LIFETIME
from tests.associations import enter_as, make_association
from tests.at_once import at_once
from tests.mail_read import as_read
from tests.make import log_in
from tests.page import PageClient
from tests.parties import sent

ADDRESS = "kontakt@kanelblomst.example"


def ask(client: PageClient, email: str = ADDRESS, lang: str = "da") -> str:
    """Asks for a link; the page that answers."""
    return client.post(f"/{lang}/my-association/login", data={"email": email}, follow_redirects=True).text


def tokens(message: Message) -> list[str]:
    """The tokens in a mail."""
    return re.findall(r"/enter/([\w-]+)", message.body_text or "")


def link(client: PageClient) -> str:
    """A fresh link's path, as it was mailed."""
    ask(client)
    return f"/da/my-association/enter/{tokens(sent('log_in')[-1])[0]}"


def plain(page: str) -> str:
    """The page without the forms' tokens."""
    return re.sub(r'name="csrf_token"[^>]*', "", page)


def test_a_link_lets_in_once_by_post_only(client: PageClient, noon: datetime) -> None:
    association = make_association()
    path = link(client)
    token = path.rsplit("/", 1)[1]
    stored = db.session.scalars(select(AccessLink)).one()
    assert stored.token_hash == hash_of(token)
    assert token not in repr(vars(stored))
    for _ in range(2):  # a mail scanner may look as often as it likes
        page = client.get(path)
        assert page.status_code == 200
        assert association.name in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert f'rel="canonical" href="https://portal.example{path}' not in page.text
    assert "/login" in client.get("/da/my-association/").headers["Location"]
    answer = client.post(path)
    assert answer.headers["Location"] == "/da/my-association/"
    assert association.name in client.get("/da/my-association/").text
    assert db.session.scalars(select(LogEntry.event)).all() == [Event.LOGGED_IN]
    assert client.get("/da/my-association/login").headers["Location"] == "/da/my-association/"
    other = client.application.test_client()
    for again in (other.get(path), other.post(path)):
        assert again.status_code == 410
        assert 'action="/da/my-association/login"' in again.text
    client.post("/da/my-association/log-out")
    assert client.get("/da/my-association/").status_code == 302


def test_a_link_expires_after_twenty_minutes(
    client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_association()
    path = link(client)
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(minutes=20))
    assert client.get(path).status_code == client.post(path).status_code == 410
    assert forget_expired(now=noon + timedelta(minutes=20)) == 1
    assert client.get(path).status_code == client.post(path).status_code == 404
    assert "Linket" not in client.get(path.replace("/da/", "/en/")).text
    message = sent("log_in")[0]
    assert (message.state, message.body_text, message.body_html, message.recipient) == (
        MessageState.ERASED, None, None, None,
    )  # fmt: skip


def test_the_answer_is_the_same_whatever_the_address(client: PageClient) -> None:
    make_association()
    known, unknown = ask(client, " Kontakt@Kanelblomst.example "), ask(client, "nobody@kanelblomst.example")
    assert plain(known).replace("Kontakt@", "nobody@").replace("kontakt@", "nobody@").lower() == plain(unknown).lower()
    assert len(sent()) == 1
    assert client.post("/da/my-association/login", data={"email": "no address"}).status_code == 422
    make_association("Foreningen der lukkede", active=False, email="gammel@lukkede.example")
    ask(client, "gammel@lukkede.example")
    assert len(sent()) == 1


def test_every_try_counts_known_or_not(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_association()
    settings = replace(client.application.extensions["settings"], login_limit="2 per hour")
    monkeypatch.setitem(client.application.extensions, "settings", settings)
    for email in (ADDRESS, "nobody@kanelblomst.example"):
        answers = [client.post("/en/my-association/login", data={"email": email}).status_code for _ in range(4)]
        assert answers == [303, 303, 429, 429]


def test_nobodys_mailbox_is_flooded(client: PageClient) -> None:
    make_association()
    for _ in range(MOST_OPEN_LINKS + 2):
        ask(client)
    assert len(sent("log_in")) == MOST_OPEN_LINKS
    assert client.post(f"/da/my-association/enter/{tokens(sent()[0])[0]}").status_code == 303
    ask(client)  # logged in: nothing is asked for


@pytest.mark.parametrize("lang", ["da", "en"])
def test_one_mail_lists_every_association_of_the_mailbox(
    client: PageClient, as_stored: Callable[[str, str], None], lang: str
) -> None:
    """A change of words is stored on purpose: pytest --store-letters, then read the diff."""
    make_association(email="faelles@hus.example")
    ask(client, "faelles@hus.example", lang)
    make_association("Lektiecaféen Blækhuset", "association", "valby", email="faelles@hus.example")
    ask(client, "faelles@hus.example", lang)
    one, both = sent("log_in")
    assert [len(tokens(message)) for message in (one, both)] == [1, 2]
    assert (one.association_id is not None, both.association_id) == (True, None)
    assert [(both.body_html or "").count(token) for token in tokens(both)] == [3, 3]  # also as text
    for name, message in (("log_in", one), ("log_in_several", both)):
        as_stored(f"{name}.{lang}", as_read(message))
    second = tokens(both)[1]
    client.post(f"/{lang}/my-association/enter/{second}")
    assert "Lektiecaféen Blækhuset" in client.get(f"/{lang}/my-association/").text


def test_of_two_at_once_one_gets_in(app: Flask, client: PageClient) -> None:
    make_association()
    path = link(client)
    answers = at_once(app, 4, lambda _mine: app.test_client().post(path).status_code)
    assert sorted(answers) == [303, 410, 410, 410]
    assert db.session.scalar(select(func.count(LogEntry.id))) == 1


def test_a_removed_contact_is_out_and_its_links_are_dead(client: PageClient) -> None:
    association = make_association()
    number = association.id
    path = link(client)
    contact = enter_as(client, association)
    assert client.get("/da/my-association/").status_code == 200
    record_service.add_contact(number, ContactDraft("Kasserer", "kasse@kanelblomst.example"), actor=None,
                               now=clock.now())  # fmt: skip
    record_service.remove_contact(contact.id, actor=None, now=clock.now())
    assert client.get("/da/my-association/").status_code == 302
    page = client.get(path)
    assert page.status_code == client.post(path).status_code == 404
    assert 'action="/da/my-association/login"' in page.text


def test_a_changed_mailbox_ends_the_session_and_the_links(client: PageClient) -> None:
    association = make_association()
    path = link(client)
    contact = enter_as(client, association)
    draft = ContactDraft("Forkvinde", "ny@kanelblomst.example")
    record_service.change_contact(contact.id, draft, actor=None, now=clock.now())
    assert client.get("/da/my-association/").status_code == 302
    assert client.get(path).status_code == 404


def test_an_association_that_closed_is_out(client: PageClient) -> None:
    association = make_association()
    path = link(client)
    enter_as(client, association)
    with writing() as session:
        session.get_one(Association, association.id).active = False
    assert client.get("/da/my-association/").status_code == 302
    assert client.get(path).status_code == 404


def test_the_session_ends_after_eight_hours(
    client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_association()
    client.post(link(client))
    monkeypatch.setattr(clock, "now", lambda: noon + LIFETIME - timedelta(seconds=1))
    assert client.get("/da/my-association/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: noon + LIFETIME)
    assert client.get("/da/my-association/").status_code == 302


def test_whoever_was_logged_in_before_is_out(client: PageClient) -> None:
    make_association()
    path = link(client)
    log_in(client)
    client.post(path)
    assert client.get("/da/my-association/").status_code == 200
    assert "/da/login" in client.get("/da/staff/").headers["Location"]


def test_the_ways_in_are_found(client: PageClient) -> None:
    assert "/en/my-association/login" in client.get("/en/login").text
    assert "/en/my-association/" in client.get("/en/").text
    found = client.get("/en/activities?audience=association_representatives").text
    assert found.count('href="/en/my-association/"') == 2


def test_contacts_are_found_by_the_mailbox_as_it_is_kept(client: PageClient) -> None:
    """Staff may type capitals; the mailbox is kept in small letters."""
    association = make_association(email=None)
    record_service.add_contact(
        association.id, ContactDraft("Forperson", "Post@Kanelblomst.Example"), actor=None, now=clock.now()
    )
    ask(client, "post@kanelblomst.example")
    assert [message.recipient for message in sent()] == ["post@kanelblomst.example"]
    assert db.session.scalars(select(Contact.email)).all() == ["post@kanelblomst.example"]
