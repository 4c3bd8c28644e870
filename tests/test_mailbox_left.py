"""A mailbox that the association itself gives up is told, and whoever logs out leaves no session behind."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import Role
from portal.associations.drafts import ContactDraft
from portal.associations.models import Association
from portal.associations.record_service import add_contact, change_contact, remove_contact
from portal.database import db, writing
from tests.associations import enter_as, make_association
from tests.make import make_user
from tests.page import PageClient
from tests.parties import sent


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_former_mailbox_hears_of_it(app: Flask, as_stored: Callable[[str, str], None], lang: str) -> None:
    association = make_association(language=lang)
    with writing():
        contact = association.contacts[0]
    moved = ContactDraft(role="Forkvinde", email="ny@kanelblomst.example")
    change_contact(contact.id, moved, actor=None, now=clock.now())
    message = sent("mailbox_left")[0]
    assert message.recipient == "kontakt@kanelblomst.example"
    assert "ny@kanelblomst.example" not in (message.body_text or "")  # it may be in other hands by now
    as_stored(f"mailbox_left.{lang}", f"{message.subject}\n\n{message.body_text}")
    other = add_contact(association.id, ContactDraft("Kasserer", "kasse@kanelblomst.example"), actor=None,
                        now=clock.now())  # fmt: skip
    remove_contact(other.id, actor=None, now=clock.now())
    assert [m.recipient for m in sent("mailbox_left")][1:] == ["kasse@kanelblomst.example"]
    change_contact(contact.id, ContactDraft("Forkvinde", "tre@kanelblomst.example"), actor=make_user(Role.STAFF),
                   now=clock.now())  # fmt: skip
    assert len(sent("mailbox_left")) == 2, "staff have talked with them"


def test_logging_out_ends_every_copy_of_the_session(client: PageClient) -> None:
    association = make_association()
    enter_as(client, association)
    copy = client.application.test_client()
    with client.session_transaction() as session, copy.session_transaction() as other:
        other.update(session)
    assert copy.get("/da/my-association/").status_code == 200
    assert client.post("/da/my-association/log-out").status_code == 303
    db.session.expire_all()
    for each in (client, copy):
        assert each.get("/da/my-association/").status_code == 302
    assert db.session.get_one(Association, association.id).contacts[0].session_key
