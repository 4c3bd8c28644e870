"""No more invitations and news: by the link in the mail, by the mail program itself, in the association's room."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from portal.associations import charter_service
from portal.associations.confirmation_service import ask_to_confirm
from portal.associations.drafts import contact_draft_of
from portal.associations.login_service import ask_for_links
from portal.associations.merging import merge
from portal.associations.models import Association, Contact
from portal.associations.record_service import change_contact
from portal.associations.rules import CONFIRM_EVERY, CharterStatus
from portal.associations.unsubscribing import unsubscribe_address, unsubscribe_token
from portal.database import db, writing
from portal.forum.invitation_queries import tally_of
from portal.forum.invitations import remind as remind_invited
from portal.log.models import Event, LogEntry
from portal.mail.wording import KINDS
from portal.mailings import service as mailings
from tests.associations import address_book_rows, enter_as, make_association
from tests.forum import make_meeting
from tests.mailings import draft_to_segment, make_segment, messages_of
from tests.make import log_in, make_user
from tests.page import PageClient
from tests.parties import sent

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link_of(association: Association, lang: str = "da") -> str:
    """The path of the link that the association's first contact gets in its mail."""
    return urlsplit(unsubscribe_address(association.contacts[0], lang)).path


def stopped(association: Association) -> bool:
    """Whether its first contact wants no more."""
    db.session.rollback()
    query = select(Contact.unsubscribed_at).where(Contact.association_id == association.id).order_by(Contact.position)
    return db.session.scalars(query).first() is not None


def noted() -> list[tuple[int | None, str]]:
    """The log's lines about contacts: by whom, and of what."""
    query = select(LogEntry.user_id, LogEntry.subject).where(LogEntry.event == Event.CONTACT_CHANGED)
    return [(user, subject) for user, subject in db.session.execute(query.order_by(LogEntry.id))]


def test_the_link_shows_a_page_and_only_its_button_stops_the_mail(client: PageClient, noon: datetime) -> None:
    association = make_association()
    path = link_of(association, "en")
    page = client.get(path).text
    assert association.name in page
    assert association.contacts[0].email not in page
    assert not stopped(association)
    for _twice in range(2):
        answer = client.post(path)
        assert answer.status_code == 303
        page = client.get(answer.headers["Location"]).text
        assert "We send you no more invitations and news" in page
    assert db.session.scalars(select(Contact.unsubscribed_at)).all() == [noon]
    assert client.post(f"{path}/undo", csrf=False).status_code == 400
    assert stopped(association)
    assert client.post(f"{path}/undo").status_code == 303
    assert not stopped(association)
    assert noted() == [(None, "unsubscribed")] * 2


def test_a_mail_program_stops_it_with_one_post_and_nothing_else_goes_without_a_token(
    client: PageClient, app: Flask
) -> None:
    association, other = make_association(), make_association("Nabonetværket")
    answer = client.post(link_of(association), data=ONE_CLICK, csrf=False)
    assert answer.status_code == 200
    assert (stopped(association), stopped(other)) == (True, False)
    assert (
        client.post(link_of(other), data=ONE_CLICK, csrf=False, content_type="multipart/form-data").status_code == 200
    )
    assert stopped(other)
    assert client.post(f"{link_of(other)}/undo", data=ONE_CLICK, csrf=False).status_code == 400
    free = [name for name, view in app.view_functions.items() if getattr(view, "without_token", False)]
    assert free == ["unsubscribing.unsubscribe"]


def test_a_link_ends_with_its_mailbox_and_bad_ones_all_look_alike(client: PageClient, app: Flask) -> None:
    association, other = make_association(), make_association("Nabonetværket")
    token, theirs = (unsubscribe_token(one.contacts[0]) for one in (association, other))
    with writing() as session:
        session.merge(association.contacts[0]).email = "ny@kanelblomst.example"
    signature = theirs.partition(".")[2]
    number = association.contacts[0].id
    bad = [token, "x", "1", "0.x", f"{number}.{signature}", f"{2**31}.{signature}", f"{10**25}.{signature}", "²." + "a",
           f"-{number}.{signature}", f"{token}x", f"0{theirs}", "%00", "." + "A" * 500]  # fmt: skip
    answers = set()
    for one in bad:
        answers.add(client.get(f"/en/unsubscribe/{one}").status_code)
        answers.add(client.post(f"/en/unsubscribe/{one}", data=ONE_CLICK, csrf=False).status_code)
        answers.add(client.post(f"/en/unsubscribe/{one}/undo").status_code)
    assert answers == {404}
    texts = {client.get(f"/en/unsubscribe/{one}").text.partition("<main")[2].partition("</main")[0] for one in bad[:4]}
    assert len(texts) == 1
    assert association.name not in texts.pop()
    assert not stopped(association)
    assert not stopped(other)


def silence(association: Association, which: int = 0) -> None:
    """One of its contacts asked for no more."""
    with writing() as session:
        contact = session.get_one(Association, association.id).contacts[which]
        contact.unsubscribed_at = datetime(2026, 1, 1, tzinfo=UTC)


def test_who_asked_for_no_more_is_invited_but_not_written_to(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    silent, reached, mailless = (
        make_association(), make_association("Nabonetværket"), make_association("Uden Postkasse", email=None)
    )  # fmt: skip
    address_book_rows(reached)
    silence(silent)
    silence(reached)  # its first mailbox; the second still wants it
    meeting = make_meeting()
    everybody = {"query": "everybody=1"}
    assert "not reached by mail" in client.get(f"/en/staff/forum/{meeting.id}/invite?everybody=1").text
    answer = client.post(f"/en/staff/forum/{meeting.id}/send-invitations", data=everybody, follow_redirects=True).text
    assert f"asked for no invitations by mail, so please call them: {silent.name}." in answer
    assert f"have no mailbox, so please call them: {mailless.name}." in answer
    assert "Wants no mail: call them" in answer
    [letter] = sent("invited")
    assert letter.recipient == "kasserer@kanelblomst.example"
    assert letter.unsubscribe
    assert letter.unsubscribe in (letter.body_text or "")
    assert letter.unsubscribe in (letter.body_html or "")
    assert client.get(urlsplit(letter.unsubscribe).path).status_code == 200
    done = remind_invited(meeting.id, actor=user, now=noon + timedelta(days=3))
    assert (done.associations, done.letters) == (1, 1)
    tally = tally_of(meeting.id)
    assert (tally.invited, tally.mailless) == (3, 2)


def test_a_mail_to_many_that_still_waits_for_the_mailbox_does_not_go_out(client: PageClient, noon: datetime) -> None:
    user = make_user()
    silent, other = make_association(), make_association("Nabonetværket", email="nabo@forening.example")
    mailing = draft_to_segment(make_segment(), user)
    assert mailings.send(mailing.id, revision=0, actor=user, now=noon) == 2
    ask_for_links(silent.contacts[0].email, "da", now=noon)
    assert client.post(link_of(silent), data=ONE_CLICK, csrf=False).status_code == 200
    assert [message.association_id for message in messages_of(mailing)] == [other.id]
    assert sent("log_in")
    lines = db.session.scalars(
        select(LogEntry.subject).where(LogEntry.association_id == silent.id).order_by(LogEntry.id)
    )
    assert list(lines) == ["mailing", "unsubscribed", "mailing_stopped"]
    contact = other.contacts[0]
    draft = replace(contact_draft_of(contact), unsubscribed=True)
    change_contact(contact.id, draft, actor=user, now=noon)
    assert messages_of(mailing) == []


def test_it_gets_no_charter_reminder_and_no_yearly_question_but_links_to_log_in(
    client: PageClient, noon: datetime
) -> None:
    user = log_in(client)
    silent, reached = make_association(), make_association("Nabonetværket")
    silence(silent)
    assert charter_service.remind(CharterStatus.UNANSWERED, actor=user, now=noon) == 1
    later = noon + CONFIRM_EVERY + timedelta(days=1)
    assert ask_to_confirm(now=later) == 1
    news = [*sent("charter_reminder"), *sent("confirm_record")]
    assert {message.association_id for message in news} == {reached.id}
    assert all(message.unsubscribe and message.unsubscribe in (message.body_text or "") for message in news)
    ask_for_links(silent.contacts[0].email, "da", now=noon)
    [link] = sent("log_in")
    assert link.unsubscribe is None
    assert "unsubscribe" not in (link.body_text or "")
    assert {message.kind for message in news} | {"invited", "invitation_reminder"} == {
        kind.key for kind in KINDS.values() if kind.news
    }
    for kind, said in (("charter_reminder", True), ("log_in", False)):
        page = client.get(f"/en/staff/mail-texts/{kind}").text
        assert ("The reader can ask for no more of it by a link" in page) is said


def test_the_association_and_staff_see_it_and_change_it_in_the_contacts_form(
    client: PageClient, noon: datetime
) -> None:
    association = make_association()
    contact = enter_as(client, association)
    edit = f"/en/my-association/record/contacts/{contact.id}"
    typed = {"role": contact.role, "email": contact.email, "began": began_of(client.get(edit).text)}
    assert client.post(edit, data=typed).status_code == 303  # the box is not ticked any more
    assert stopped(association)
    assert "Gets no invitations and news" in client.get("/en/my-association/record").text
    stale = client.post(edit, data={**typed, "role": "Sekretær", "news": "y"})
    assert stale.status_code == 422
    assert "Send us invitations and news" in stale.text.partition("What was changed meanwhile")[2]
    assert client.post(edit, data={"role": "Kasserer", "email": contact.email}).status_code == 303
    assert stopped(association)  # a form that never showed the box says nothing about it
    user = log_in(client)
    assert "No invitations and news since" in client.get(f"/en/staff/associations/{association.id}").text
    edit = f"/en/staff/associations/{association.id}/contacts/{contact.id}/edit"
    page = client.get(edit).text
    assert "Gets invitations and news" in page
    typed = {"role": "Kasserer", "email": contact.email, "began": began_of(page), "news": "y"}
    assert client.post(edit, data=typed).status_code == 303
    assert not stopped(association)
    assert noted() == [(None, "unsubscribed"), (None, "role"), (user.id, "unsubscribed")]


def began_of(page: str) -> str:
    """What the form says that it began with."""
    found = re.search(r'name="began"[^>]*value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_merge_keeps_the_wish(app: Flask, noon: datetime) -> None:
    kept, other = make_association(), make_association("Kanelblomst", email="kontakt@kanelblomst.example")
    silence(other)
    merge(kept.id, other.id, frozenset(), revisions=(0, 0), actor=make_user(), now=noon)
    assert stopped(kept)
