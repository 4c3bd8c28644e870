"""The outbox as staff see it: counts and reasons, one message's page, sending again once, trying now, putting aside."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.associations.unsubscribing import unsubscribe_address
from portal.database import db, writing
from portal.errors import RuleError
from portal.log.models import Event, LogEntry
from portal.mail.models import Fault, Mailing, Message, MessageState
from portal.mail.rules import copies_id, not_again
from portal.mail.service import send_again
from portal.registrations import service as registrations
from tests.associations import make_association
from tests.at_once import at_once
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

ADDRESS = "leyla@skole.example"
SECRET = "aHemmeligt.token-som-er-langt-nok"


def make_message(now: datetime, number: int = 0, **values: Any) -> Message:
    """A message in the outbox, sent unless `values` says otherwise."""
    given: dict[str, Any] = {
        "message_id": f"<{number:032x}@vink.example>", "kind": "confirmed", "language": "da", "recipient": ADDRESS,
        "subject": "I er tilmeldt", "body_text": f"Hej\n\nhttps://portal.example/da/registrations/{SECRET}\n\nVINK",
        "body_html": "<p>Hej</p>", "state": MessageState.SENT, "sent_at": now, "attempts": 1,
        "created_at": now - timedelta(minutes=5), "next_try_at": now, **values,
    }  # fmt: skip
    if given["state"] is not MessageState.SENT:
        given["sent_at"] = None
    with writing() as session:
        message = Message(**given)
        session.add(message)
    return message


def failed(now: datetime, number: int = 0, **values: Any) -> Message:
    """One that did not arrive."""
    given = {"state": MessageState.FAILED, "fault": Fault.NO_MAILBOX, "attempts": 3, **values}
    return make_message(now, number, **given)


def afresh(message: Message) -> Message:
    """The message as it is stored now."""
    db.session.expire_all()
    return db.session.get_one(Message, message.id)


def outbox() -> list[Message]:
    """Every message, the oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_the_list_tells_how_far_each_is_and_never_to_whom(client: PageClient, noon: datetime) -> None:
    log_in(client)
    association, activity = make_association(), make_activity()
    make_message(noon, 1, activity_id=activity.id)
    failed(noon, 2, kind="invited", association_id=association.id)
    failed(noon, 3, settled_at=noon)
    make_message(noon, 4, state=MessageState.QUEUED, attempts=2, fault=Fault.NO_ANSWER,
                 next_try_at=noon + timedelta(minutes=2))  # fmt: skip
    make_message(noon, 5, state=MessageState.QUEUED, attempts=1, next_try_at=noon + timedelta(minutes=15))
    make_message(noon, 6, kind="of_a_former_version", sent_at=noon - timedelta(days=2))
    page = client.get("/en/staff/messages").text
    for text in ("Behind the screen", association.name, "The mailbox does not exist.", "tried 2 times",
                 "being sent at this moment", "of_a_former_version", "The mail server could not be reached.",
                 "<b><a href=\"/en/staff/messages?state=queued\">2</a></b>", "<b>1</b>"):  # fmt: skip
        assert text in page
    assert ADDRESS not in page
    assert ADDRESS not in client.get(f"/en/staff/messages?q={ADDRESS}&recipient={ADDRESS}&kind={ADDRESS}").text
    for asked, number in (("state=failed", 1), ("state=settled", 1), ("state=queued", 2), ("kind=invited", 1),
                          (f"activity={activity.id}", 1), (f"association={association.id}", 1), ("mailing=9", 0),
                          ("state=x&kind=%00&activity=x&association=99999999999&page=-3", 6)):  # fmt: skip
        page = client.get(f"/en/staff/messages?{asked}").text
        assert f"{number} message" in page, asked
    looked = db.session.scalars(select(LogEntry.association_id).where(LogEntry.event == Event.LOOKED)).all()
    assert looked == [association.id]


def test_thirty_messages_take_as_many_queries_as_one(client: PageClient, noon: datetime) -> None:
    log_in(client)
    association = make_association()
    with writing() as session:
        mailing = Mailing(submission="1", query="forum=member", subject_da="Nyt", body_da="Nyt", created_at=noon)
        session.add(mailing)
    counted, parties = [], []
    activity = make_activity(capacity=200)
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            registration = registrations.sign_up(activity.id, party(1, name=f"Asta Prøvesen {number}"), now=noon)
            message = db.session.scalars(select(Message).where(Message.registration_id == registration.id)).one()
            with writing() as session:
                values = {"state": MessageState.FAILED, "fault": Fault.REFUSED, "mailing_id": mailing.id}
                session.merge(message).association_id = association.id
                for name, value in values.items():
                    setattr(session.merge(message), name, value)
        for address, seen in (("/da/staff/messages", counted),
                              (f"/da/staff/activities/{activity.id}/registrations", parties)):  # fmt: skip
            client.get(address)
            with count_queries() as statements:
                assert client.get(address).status_code == 200
            seen.append(statements.number)
    assert counted[0] == counted[1]
    assert parties[0] == parties[1]
    page = client.get("/en/staff/messages?page=2").text
    assert page.count("Did not arrive</span>") == 10


def test_a_messages_page_says_what_went_wrong_and_cuts_the_links_secrets(client: PageClient, noon: datetime) -> None:
    log_in(client)
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    message = failed(noon, calendar=calendar)
    page = client.get(f"/en/staff/messages/{message.id}").text
    for text in (ADDRESS, "I er tilmeldt", "https://portal.example/da/registrations/…", "The mailbox does not exist.",
                 "Call, and correct it", "Takes the meeting out"):  # fmt: skip
        assert text in page
    assert SECRET not in page
    with writing() as session:
        gone = session.merge(message)
        gone.state, gone.recipient, gone.subject, gone.body_text, gone.body_html = MessageState.ERASED, *[None] * 4
    page = client.get(f"/en/staff/messages/{message.id}").text
    assert "text are erased" in page
    assert "/send-again" not in page
    assert client.post(f"/en/staff/messages/{message.id}/send-again", data={"copies": "0"}).status_code == 303
    assert len(outbox()) == 1
    assert client.get("/en/staff/messages/99999").status_code == 404
    for view in ("send-again", "try-now", "put-aside"):
        assert client.post(f"/en/staff/messages/99999/{view}").status_code == 404


def test_the_same_page_sent_twice_makes_one_copy_with_an_id_of_its_own(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    association = make_association()
    message = failed(noon, association_id=association.id, calendar="x", bulk=True)
    again = f"/en/staff/messages/{message.id}/send-again"
    places = {client.post(again, data={"copies": "0"}).headers["Location"] for _twice in range(2)}
    original, copy = outbox()
    assert places == {f"/en/staff/messages/{copy.id}"}
    assert original.settled_at == noon
    assert copy.message_id != original.message_id
    assert copy.message_id.endswith("@vink.example>")
    kept = ("kind", "language", "recipient", "subject", "body_text", "body_html", "calendar", "association_id")
    assert [getattr(copy, name) for name in kept] == [getattr(original, name) for name in kept]
    assert (copy.state, copy.next_try_at, copy.attempts, copy.bulk) == (MessageState.QUEUED, noon, 0, False)
    for copies in ("5", "x", ""):  # a page that knows nothing of it, or of more than there are
        client.post(again, data={"copies": copies})
    assert len(outbox()) == 2
    assert "It is still on its way" in client.get(f"/en/staff/messages/{copy.id}").text
    with writing() as session:
        session.merge(copy).state = MessageState.SENT
    client.post(f"/en/staff/messages/{copy.id}/send-again", data={"copies": "1"})
    assert [each.message_id for each in outbox()] == [
        original.message_id, copies_id(original.message_id, 1), copies_id(original.message_id, 2)
    ]  # fmt: skip
    assert "Sent more than once" in client.get(f"/en/staff/messages/{message.id}").text
    noted = select(LogEntry.user_id, LogEntry.subject).where(LogEntry.event == Event.WROTE)
    assert db.session.execute(noted).all() == [(user.id, "sent_again")] * 2


@pytest.mark.race
def test_of_two_who_send_it_again_at_once_one_does(app: Flask, noon: datetime) -> None:
    make_user(Role.STAFF)
    number = failed(noon).id

    def run(_mine: int) -> bool:
        return send_again(number, copies=0, actor=db.session.scalars(select(User)).one(), now=noon).fresh

    assert sorted(at_once(app, 4, run)) == [False, False, False, True]
    assert len(outbox()) == 2


def test_a_mail_to_many_is_sent_again_to_one_reader_with_a_text_of_its_own(client: PageClient, noon: datetime) -> None:
    log_in(client)
    with writing() as session:
        mailing = Mailing(submission="1", query="forum=member", subject_da="Nyt lokale", body_da="Vi ses på rådhuset.",
                          created_at=noon, sent_at=noon, receivers=1)  # fmt: skip
        session.add(mailing)
        session.flush()
    empty = {"subject": "Nyt lokale", "body_text": None, "body_html": None, "mailing_id": mailing.id}
    message = failed(noon, kind="mailing", bulk=True, link="https://portal.example/da/registrations/xyz", **empty)
    assert "Vi ses på rådhuset." in client.get(f"/en/staff/messages/{message.id}").text
    client.post(f"/en/staff/messages/{message.id}/send-again", data={"copies": "0"})
    copy = outbox()[1]
    assert (copy.mailing_id, copy.subject) == (None, "Nyt lokale")
    assert "Vi ses på rådhuset." in (copy.body_text or "")
    assert "registrations/xyz" in (copy.body_html or "")


def test_who_asked_for_no_more_or_lost_the_link_is_not_written_to_again(client: PageClient, noon: datetime) -> None:
    log_in(client)
    association = make_association()
    address = unsubscribe_address(association.contacts[0], "da")
    invited = failed(noon, 1, kind="invited", unsubscribe=address)
    link = failed(noon, 2, kind="log_in")
    assert "/send-again" in client.get(f"/en/staff/messages/{invited.id}").text
    with writing() as session:
        session.merge(association.contacts[0]).unsubscribed_at = noon
    for message, why in ((invited, "asked for no more"), (link, "Its link has expired")):
        page = client.get(f"/en/staff/messages/{message.id}").text
        assert why in page
        assert "/send-again" not in page
        client.post(f"/en/staff/messages/{message.id}/send-again", data={"copies": "0"})
    assert len(outbox()) == 2


def test_what_waits_is_tried_now_unless_a_worker_has_it(client: PageClient, noon: datetime) -> None:
    log_in(client)
    later = noon + timedelta(minutes=30)
    waits = make_message(noon, 1, state=MessageState.QUEUED, attempts=5, fault=Fault.REFUSED, next_try_at=later)
    held = make_message(noon, 2, state=MessageState.QUEUED, attempts=1, next_try_at=later)
    sent = make_message(noon, 3)
    for message in (waits, held, sent):
        client.post(f"/en/staff/messages/{message.id}/try-now")
    assert [message.next_try_at for message in outbox()] == [noon, later, noon]
    assert "/try-now" not in client.get(f"/en/staff/messages/{held.id}").text
    with pytest.raises(RuleError, match="waits"):
        send_again(held.id, copies=0, actor=db.session.scalars(select(User)).one(), now=noon)


def test_staff_are_told_until_it_is_put_aside(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity()
    registration = registrations.sign_up(activity.id, party(2, name="Asta Prøvesen", email=ADDRESS), now=noon)
    parties = f"/en/staff/activities/{activity.id}/registrations"
    assert "Mail is on its way" in client.get(parties).text
    message = outbox()[0]
    assert message.registration_id == registration.id
    for state in (MessageState.FAILED, MessageState.SENT, MessageState.FAILED):
        with writing() as session:
            session.merge(message).state = state
        lost = state is MessageState.FAILED
        assert ("1 mail did not arrive" in client.get("/en/staff/").text) is lost
        assert (f'/en/staff/messages/{message.id}">Mail did not arrive' in client.get(parties).text) is lost
    for _twice in range(2):
        client.post(f"/en/staff/messages/{message.id}/put-aside")
    assert afresh(message).settled_at == noon
    assert "did not arrive" not in client.get("/en/staff/").text
    assert "Mail did not arrive" not in client.get(parties).text
    sent = make_message(noon, 9)
    client.post(f"/en/staff/messages/{sent.id}/put-aside")
    assert afresh(sent).settled_at is None
    theirs = failed(noon, 10, association_id=make_association().id)
    for _twice in range(2):
        client.post(f"/en/staff/messages/{theirs.id}/put-aside")
    assert db.session.scalars(select(LogEntry.subject).where(LogEntry.event == Event.WROTE)).all() == ["put_aside"]


def test_copies_of_copies_are_of_one_family() -> None:
    first = "<0a@vink.example>"
    assert copies_id(first, 1) == "<0a.1@vink.example>"
    assert copies_id(copies_id(first, 1), 2) == "<0a.2@vink.example>"
    assert copies_id(copies_id(first, 20), 0) == first
    assert not_again("sent", "confirmed", has_text=True) is None
    assert not_again("sent", "confirmed", has_text=False) == "erased"
