"""A mistyped mailbox: staff are told, correct it, and the party hears how it stands; the old links end."""

from datetime import datetime

from portal.database import db, writing
from portal.mail.models import Fault, Message, MessageState
from portal.registrations.models import Registration
from portal.registrations.service import cancel, sign_up
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party, path_of, sent


def test_staff_correct_a_mailbox_that_mail_did_not_reach(client: PageClient, noon: datetime) -> None:
    activity = make_activity("youth_workshop", capacity=28)
    registration = sign_up(activity.id, party(24, email="leyla@skoel.example"), now=noon)
    old_path = path_of(registration)
    with writing() as session:
        lost = session.get_one(Message, sent("confirmed")[0].id)
        lost.state, lost.fault = MessageState.FAILED, Fault.NO_MAILBOX
    log_in(client)
    parties, address = (
        f"/da/staff/activities/{activity.id}/registrations",
        f"/da/staff/registrations/{registration.id}/address",
    )
    assert address in client.get(parties).text
    assert client.post(address, data={"email": "leyla at school"}).status_code == 422
    for _twice in range(2):
        assert client.post(address, data={"email": "leyla@skole.example"}).status_code == 303
    old, new = sent("confirmed")
    assert (old.state, old.settled_at) == (MessageState.FAILED, noon)
    assert (new.recipient, new.state) == ("leyla@skole.example", MessageState.QUEUED)
    assert "METHOD:REQUEST" in (new.calendar or "")
    db.session.expire_all()
    assert path_of(db.session.get_one(Registration, registration.id)) != old_path
    assert client.get(old_path).status_code == 404
    assert address not in client.get(parties).text


def test_mail_that_waits_for_the_old_mailbox_does_not_go_out(client: PageClient, noon: datetime) -> None:
    activity = make_activity("youth_workshop", capacity=28)
    sign_up(activity.id, party(28), now=noon)
    waits = sign_up(activity.id, party(4, email="ivan@klup.example"), now=noon)
    log_in(client)
    address = f"/en/staff/registrations/{waits.id}/address"
    assert client.post(address, data={"email": "ivan@klub.example"}).status_code == 303
    assert [message.recipient for message in sent("waiting")] == ["ivan@klub.example"]
    cancel(waits.id, now=noon)
    assert client.get(address).status_code == 404
