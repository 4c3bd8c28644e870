"""The yearly "is this still right?": asked once, answered by a link without a password."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.associations import record_service
from portal.associations.access_links import forget_expired
from portal.associations.confirmation_service import ask_to_confirm
from portal.associations.drafts import ContactDraft
from portal.associations.models import AccessLink, Association, Contact
from portal.associations.my_letters import CONFIRM_MAIL
from portal.associations.rules import ASK_AGAIN_AFTER, CONFIRM_EVERY, LINK_LIVES, LinkPurpose
from portal.config import Settings
from portal.database import db, writing
from portal.log.models import Event, LogEntry
from portal.worker import jobs
from tests.associations import make_association
from tests.at_once import at_once
from tests.page import PageClient
from tests.parties import sent


def old(now: datetime, **values: object) -> Association:
    """An association whose contact was put down a year and a day ago."""
    association = make_association(**values)  # type: ignore[arg-type]
    with writing() as session:
        for contact in session.scalars(select(Contact).where(Contact.association_id == association.id)):
            contact.created_at = now - CONFIRM_EVERY - timedelta(days=1)
    return association


def mailed_link() -> str:
    """The path in the last letter."""
    [path] = re.findall(r"https://portal\.example(/\S+/confirm/[\w-]+)", sent(CONFIRM_MAIL)[-1].body_text or "")
    return path


def contact_now() -> Contact:
    """The only contact as it is stored."""
    db.session.expire_all()
    return db.session.scalars(select(Contact)).one()


def test_who_is_asked_and_when_again(app: Flask, noon: datetime) -> None:
    old(noon)
    make_association("Syv Broer")  # put down today
    old(noon, name="Lukket", active=False)
    assert [ask_to_confirm(now=noon), ask_to_confirm(now=noon)] == [1, 0]
    [message] = sent(CONFIRM_MAIL)
    assert message.recipient == "kontakt@kanelblomst.example"
    assert message.association_id is not None
    soon = noon + ASK_AGAIN_AFTER
    assert ask_to_confirm(now=soon) == 0
    assert ask_to_confirm(now=soon + timedelta(seconds=1)) == 1
    first = db.session.scalars(select(Contact).where(Contact.asked_at.is_not(None))).one()
    record_service.confirm_contact(first.id, now=soon)
    assert ask_to_confirm(now=soon + CONFIRM_EVERY) == 1  # Syv Broer: its day has come
    assert ask_to_confirm(now=soon + CONFIRM_EVERY + timedelta(seconds=1)) == 1


def test_of_several_workers_one_asks(app: Flask) -> None:
    now = clock.now()
    old(now)
    old(now, name="Syv Broer")
    assert sum(at_once(app, 4, lambda _mine: ask_to_confirm(now=now))) == 2
    assert len({message.recipient for message in sent(CONFIRM_MAIL)}) == len(sent(CONFIRM_MAIL)) == 2


@pytest.mark.parametrize("lang", ["da", "en"])
def test_yes_is_one_press_and_the_link_is_used(
    client: PageClient, noon: datetime, as_stored: Callable[[str, str], None], lang: str
) -> None:
    """The letter's words are stored on purpose: pytest --store-letters, then read the diff."""
    association = old(noon, language=lang, web_page="https://www.kanelblomst.example")
    ask_to_confirm(now=noon)
    [message] = sent(CONFIRM_MAIL)
    text = re.sub(r"(confirm|unsubscribe)/\S+", r"\1/TOKEN", f"{message.subject}\n\n{message.body_text}")
    as_stored(f"confirm_record.{lang}", text)
    path = mailed_link()
    assert path.startswith(f"/{lang}/")
    page = client.get(path).text
    for told in (association.name, "Forkvinde", "kontakt@kanelblomst.example", "https://www.kanelblomst.example"):
        assert told in page
    assert contact_now().confirmed_at is None  # looking confirms nothing
    assert client.post(f"{path}/yes").headers["Location"] == f"/{lang}/my-association/thank-you"
    assert contact_now().confirmed_at == noon
    for again in (client.get(path), client.post(f"{path}/yes"), client.post(path, data={"role": "x"})):
        assert again.status_code == 410
    assert "You have answered already" in client.get(path.replace(f"/{lang}/", "/en/")).text
    assert db.session.scalars(select(LogEntry.event)).all() == [Event.CONFIRMED]
    assert client.get("/da/my-association/").status_code == 302  # nobody is logged in by it


def test_a_correction_right_there(client: PageClient, noon: datetime) -> None:
    old(noon)
    ask_to_confirm(now=noon)
    path = mailed_link()
    given = {"role": "Forperson", "name": "Noor Testesen", "email": "ny@kanelblomst.example", "phone": "33 66 33 66"}
    wrong = client.post(path, data={**given, "phone": "call me"})
    assert wrong.status_code == 422
    assert "Noor Testesen" in wrong.text
    assert contact_now().role == "Forkvinde"
    key = contact_now().session_key
    assert client.post(path, data=given).status_code == 303
    contact = contact_now()
    assert (contact.role, contact.name, contact.email, contact.phone) == (
        "Forperson", "Noor Testesen", "ny@kanelblomst.example", "+4533663366",
    )  # fmt: skip
    assert contact.confirmed_at == noon
    assert contact.session_key != key
    assert client.get(path).status_code == 404  # the old mailbox's links are gone with it
    assert ask_to_confirm(now=noon) == 0


def test_a_refused_correction_leaves_the_link_as_it_was(client: PageClient, noon: datetime) -> None:
    association = old(noon)
    taken = ContactDraft("Kasserer", "kasse@kanelblomst.example")
    record_service.add_contact(association.id, taken, actor=None, now=noon)
    ask_to_confirm(now=noon)
    path = mailed_link()
    page = client.post(path, data={"role": "Forkvinde", "email": "kasse@kanelblomst.example"})
    assert page.status_code == 422
    assert client.get(path).status_code == 200


def test_staff_changed_the_contact_while_the_link_was_out(client: PageClient, noon: datetime) -> None:
    old(noon)
    ask_to_confirm(now=noon)
    path = mailed_link()
    page = client.get(path).text
    began = re.findall(r'name="began"[^>]*value="([^"]*)"', page)[0].replace("&#34;", '"').replace("&quot;", '"')
    before = contact_now()
    changed = ContactDraft("Forperson", before.email, "Rosa Testesen")
    record_service.change_contact(before.id, changed, actor=None, now=noon)
    mine = {"role": "Bestyrelsen", "email": before.email, "began": began}
    second = client.post(path, data=mine)
    assert second.status_code == 422
    assert "Rosa Testesen" in second.text
    assert 'value="Bestyrelsen"' in second.text
    began = re.findall(r'name="began"[^>]*value="([^"]*)"', second.text)[-1].replace("&#34;", '"')
    assert client.post(path, data={**mine, "name": "Rosa Testesen", "began": began}).status_code == 303
    assert (contact_now().role, contact_now().name) == ("Bestyrelsen", "Rosa Testesen")


def test_a_removed_contacts_link_is_dead(client: PageClient, noon: datetime) -> None:
    association = old(noon)
    ask_to_confirm(now=noon)
    path = mailed_link()
    other = ContactDraft("Kasserer", "kasse@kanelblomst.example")
    record_service.add_contact(association.id, other, actor=None, now=noon)
    record_service.remove_contact(contact_of(association.id), actor=None, now=noon)
    for answer in (client.get(path), client.post(f"{path}/yes"), client.post(path, data={"role": "x"})):
        assert answer.status_code == 404
        assert 'action="/da/my-association/login"' in answer.text


def contact_of(association_id: int) -> int:
    """The association's first contact's id."""
    query = select(func.min(Contact.id)).where(Contact.association_id == association_id)
    return int(db.session.scalar(query) or 0)


def test_expired_links_are_forgotten(client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    old(noon)
    ask_to_confirm(now=noon)
    path = mailed_link()
    late = noon + LINK_LIVES[LinkPurpose.CONFIRM]
    assert forget_expired(now=late - timedelta(seconds=1)) == 0
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.get(path).status_code == client.post(f"{path}/yes").status_code == 410
    assert forget_expired(now=late) == 1
    assert db.session.scalar(select(func.count(AccessLink.id))) == 0
    assert client.get(path).status_code == 404
    assert sent(CONFIRM_MAIL)[0].body_text  # only the mails to log in are emptied with their links


def test_the_worker_does_it(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    old(clock.now())
    todo = jobs(settings)
    todo["links"]()
    assert todo["confirmations"]() == 1
