"""An association's record and contacts: two who write at once, mailboxes that change, and the page with everything."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.rules import Role
from portal.associations.drafts import AssociationDraft, ContactDraft, draft_of
from portal.associations.models import AccessLink, Association, AssociationKind, Contact, Tag
from portal.associations.record_service import (
    add_contact,
    change_contact,
    confirm_contact,
    remove_contact,
    save_association,
)
from portal.associations.rules import LinkPurpose
from portal.database import db, writing
from portal.errors import RuleError
from portal.log.models import Event, LogEntry
from tests.associations import enter_as, make_association
from tests.make import log_in, make_user
from tests.page import PageClient

BASE = "/en/staff/associations"


def typed(page: str) -> dict[str, Any]:
    """The form of a page as a browser would send it unchanged."""
    from justhtml import JustHTML

    form, sent = JustHTML(page, sanitize=False).query("main form[novalidate]")[0], {}
    for node in form.query("input, textarea"):
        kind, name = node.attrs.get("type", "text"), node.attrs.get("name")
        if name and name != "csrf_token" and (kind not in {"checkbox", "radio"} or "checked" in node.attrs):
            sent.setdefault(name, []).append(node.attrs.get("value") or ("y" if kind == "checkbox" else ""))
    for node in form.query("select"):
        chosen = node.query("option[selected]") or node.query("option")
        sent[node.attrs["name"]] = [chosen[0].attrs.get("value", "")]
    return sent


def test_a_record_is_written_in_one_form(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    form = {"name": "  Ørkenrosen   Vest ", "cvr": "DK 12 34 56 74", "web_page": "ørken.example/om", "language": "en",
            "kind": "", "district": "", "active": "y", "forum_since": "13.4.2016"}  # fmt: skip
    for field, value, told in (
        ("cvr", "12345678", "check digit"),
        ("cvr", "1234", "eight digits"),
        ("web_page", "javascript:alert(1)", "not a web address"),
        ("name", "!!!", "Write the association"),
        ("name", "010190-1234", "CPR"),
        ("forum_until", "1.1.2016", "before it joined"),
        ("kind", "999", "Choose one of those"),
        ("forum_since", "31.2.2016", "date that exists"),
    ):
        answer = client.post(f"{BASE}/new", data={**form, field: value})
        assert answer.status_code == 422, (field, value)
        assert told in answer.text, (field, value)
    assert client.post(f"{BASE}/new", data=form).status_code == 303
    row = db.session.scalars(select(Association)).one()
    assert (row.name, row.cvr, row.web_page) == ("Ørkenrosen Vest", "12345674", "https://ørken.example/om")
    assert (row.language, row.is_member, row.revision) == ("en", True, 0)
    taken = client.post(f"{BASE}/new", data={**form, "name": "oerkenrosen VEST", "cvr": ""})
    assert taken.status_code == 422
    assert "with this name already" in taken.text
    assert "Another association has this CVR" in client.post(f"{BASE}/new", data={**form, "name": "Ny"}).text
    line = db.session.scalars(select(LogEntry)).one()
    assert (line.event, line.user_id, line.association_id) == (Event.CREATED, user.id, row.id)


def test_two_edit_one_association_and_nothing_is_lost(client: PageClient, noon: datetime) -> None:
    association = make_association("Kvindenetværket Kanelblomst")
    edit = f"{BASE}/{association.id}/edit"
    log_in(client)
    mine = typed(client.get(edit).text)
    other = make_user(Role.ADMINISTRATOR)
    seen = db.session.get_one(Association, association.id)
    theirs = replace(draft_of(seen), cvr="12345674", web_page="https://deres.example", can_host=True)
    save_association(association.id, theirs, revision=0, actor=other, now=noon)

    refused = client.post(edit, data={**mine, "web_page": "min.example", "name": "Kanelblomsten"})
    assert refused.status_code == 422
    assert "Administrator Testesen saved first" in refused.text
    assert "https://deres.example" in refused.text, "theirs is told beside mine"
    again = typed(refused.text)
    assert again["name"] == ["Kanelblomsten"], "what I wrote is still there"
    assert again["web_page"] == ["https://min.example"]
    assert again["cvr"] == ["12345674"], "what only they changed is taken over"
    assert again["can_host"] == ["y"]
    assert again["revision"] == ["1"]

    assert client.post(edit, data=again).status_code == 303
    row = db.session.get_one(Association, association.id)
    assert (row.name, row.cvr, row.web_page, row.can_host) == (
        "Kanelblomsten", "12345674", "https://min.example", True)  # fmt: skip
    assert row.revision == 2
    assert [other.name for other in row.other_names] == ["Kvindenetværket Kanelblomst"], "it is still found by that"
    subjects = db.session.scalars(select(LogEntry.subject).where(LogEntry.event == Event.CHANGED)).all()
    assert list(subjects) == ["cvr, web_page, can_host", "name, web_page"]
    for nonsense in ("", "x", "9" * 30, "-1", "²"):
        broken = {**again, "revision": nonsense, "began": "[" * 3000, "name": "Andet"}
        assert client.post(edit, data=broken).status_code == 422, nonsense


def test_a_former_name_is_free_again_once_it_is_forgotten(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    one = save_association(None, AssociationDraft("Solen"), revision=0, actor=user, now=noon)
    one = save_association(one.id, replace(draft_of(one), name="Månen"), revision=0, actor=user, now=noon)
    with pytest.raises(RuleError, match="name_taken"):
        save_association(None, AssociationDraft("SOLEN"), revision=0, actor=user, now=noon)
    path = f"{BASE}/{one.id}/names/{one.other_names[0].id}/drop"
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 404
    save_association(None, AssociationDraft("SOLEN"), revision=0, actor=user, now=noon)


def link_to(contact: Contact, now: datetime) -> None:
    """A link that is out to the contact."""
    with writing() as session:
        session.add(
            AccessLink(contact_id=contact.id, purpose=LinkPurpose.CONFIRM, token_hash=f"h{contact.id}",
                       created_at=now, expires_at=now + timedelta(days=30))
        )  # fmt: skip


def links() -> int:
    """How many links are out."""
    return int(db.session.scalar(select(func.count()).select_from(AccessLink)) or 0)


def test_a_new_mailbox_logs_the_old_one_out(app: Flask, client: PageClient, noon: datetime) -> None:
    association, staff = make_association(), make_user()
    contact = db.session.get_one(Association, association.id).contacts[0]
    key = contact.session_key
    link_to(contact, noon)
    confirm_contact(contact.id, now=noon)
    same = change_contact(
        contact.id, ContactDraft("Kasserer", contact.email, None, "+4533663366"), actor=staff, now=noon
    )
    assert (same.session_key, links(), same.confirmed_at) == (key, 1, noon), "the role alone changes nothing of that"
    enter_as(client, db.session.get_one(Association, association.id))
    moved = change_contact(contact.id, ContactDraft("Kasserer", "NY@Kanel.example"), actor=staff, now=noon)
    assert (moved.email, moved.confirmed_at, links()) == ("ny@kanel.example", None, 0)
    assert moved.session_key != key
    assert client.get("/da/my-association/").status_code == 302, "the old mailbox is out at once"
    with pytest.raises(RuleError, match="address_taken"):
        add_contact(association.id, ContactDraft("Formand", "Ny@kanel.example"), actor=staff, now=noon)
    with pytest.raises(RuleError, match="last_contact"):
        remove_contact(contact.id, actor=None, now=noon)
    link_to(moved, noon)
    remove_contact(contact.id, actor=staff, now=noon)
    assert links() == 0
    with pytest.raises(RuleError, match="unknown_contact"):
        confirm_contact(contact.id, now=noon)
    events = db.session.execute(select(LogEntry.event, LogEntry.subject).order_by(LogEntry.id)).all()
    assert [tuple(line) for line in events] == [
        (Event.CONFIRMED, ""), (Event.CONTACT_CHANGED, "role, phone"), (Event.CONTACT_CHANGED, "email, phone"),
        (Event.CONTACT_REMOVED, "")]  # fmt: skip


def test_staff_keep_contacts_on_the_page(client: PageClient, noon: datetime) -> None:
    association = make_association(email=None)
    log_in(client)
    page, new = f"{BASE}/{association.id}", f"{BASE}/{association.id}/contacts/new"
    assert "gets no invitations" in client.get(page).text
    for email, told in (("", "mailbox that we can write to"), ("nope", "not an e-mail address")):
        assert told in client.post(new, data={"role": "Formand", "email": email}).text
    assert client.post(new, data={"role": "Formand", "email": "f@x.example", "phone": "33 66 33 66"}).status_code == 303
    contact = db.session.scalars(select(Contact)).one()
    edit = f"{page}/contacts/{contact.id}/edit"
    mine = typed(client.get(edit).text)
    change_contact(contact.id, ContactDraft("Forperson", "f@x.example", None, "+4533663377"), actor=None, now=noon)
    refused = client.post(edit, data={**mine, "role": "Kasserer"})
    assert refused.status_code == 422
    again = typed(refused.text)
    assert (again["role"], again["phone"]) == (["Kasserer"], ["+4533663377"])
    assert client.post(edit, data=again).status_code == 303
    assert client.post(f"{page}/contacts/{contact.id}/confirm").status_code == 303
    assert "Confirmed 18 Nov 2026" in client.get(page).text
    assert client.get(f"{page}/contacts/{contact.id}/remove").status_code == 200
    other = make_association("En anden")
    assert client.post(f"{BASE}/{other.id}/contacts/{contact.id}/remove").status_code == 404, "not this one's contact"
    assert client.post(f"{page}/contacts/{contact.id}/remove").status_code == 303
    assert client.get(edit).status_code == 404
    assert client.post(f"{page}/contacts/{contact.id}/confirm").status_code == 404


def test_administrators_keep_kinds_and_tags(client: PageClient, noon: datetime) -> None:
    log_in(client, Role.ADMINISTRATOR)
    new = {"name_da": "Museum", "name_en": "Museum, or gallery", "other_names": " Galleri \n\n"}
    try:
        assert client.post("/en/staff/kinds/new", data=new).status_code == 303
        assert "one with this name" in client.post("/en/staff/kinds/new", data={**new, "name_en": "X"}).text
        kind = db.session.scalars(select(AssociationKind).order_by(AssociationKind.id.desc())).first()
        assert kind is not None
        assert (kind.key, kind.other_names, kind.faith_based) == ("museum_or_gallery", "Galleri", False)
        faith = {**new, "name_en": "Museum", "faith_based": "y"}
        assert client.post(f"/en/staff/kinds/{kind.id}/edit", data=faith).status_code == 303
        assert db.session.get_one(AssociationKind, kind.id).faith_based
        tag = {"name_da": "Har køkken", "name_en": "Has a kitchen", "active": "y"}
        assert client.post("/en/staff/tags/new", data=tag).status_code == 303
        assert "Har køkken" in client.get("/da/staff/associations/new").text
        row = db.session.scalars(select(Tag).where(Tag.key == "has_a_kitchen")).one()
        assert client.post(f"/en/staff/tags/{row.id}/edit", data={**tag, "active": ""}).status_code == 303
        assert "Har køkken" not in client.get("/da/staff/associations/new").text
        assert client.get("/en/staff/kinds").status_code == 200
    finally:
        with writing() as session:  # reference data stays between tests, so what is added goes again
            for model, key in ((AssociationKind, "museum_or_gallery"), (Tag, "has_a_kitchen")):
                for added in session.scalars(select(model).where(model.key == key)):
                    session.delete(added)


def test_what_the_form_began_with_is_in_the_form(client: PageClient, noon: datetime) -> None:
    association = make_association(forum_since=date(2017, 1, 1))
    log_in(client)
    began = json.loads(typed(client.get(f"{BASE}/{association.id}/edit").text)["began"][0])
    assert (began["forum_since"], began["active"], began["tags"]) == ("2017-01-01", True, [])
