"""Inviting many at once, reminding only the silent, the letters' texts, and lists that ask few queries."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.associations.models import Contact
from portal.database import db, writing
from portal.errors import RuleError
from portal.forum.invitation_queries import invitations_of
from portal.forum.invitations import answer, invite, remind
from portal.forum.models import Invitation
from portal.log.models import Event, LogEntry
from portal.mail.wording import forget_changed_texts
from portal.registrations import service as registrations
from tests.associations import make_association
from tests.at_once import at_once
from tests.forum import ids, make_meeting, publish_agenda
from tests.make import log_in, make_user
from tests.page import PageClient
from tests.parties import party, sent
from tests.queries import count_queries


@pytest.fixture
def staff(app: Flask) -> User:
    """Who invites."""
    return make_user(Role.STAFF, "planner@vink.example")


def test_two_who_invite_at_once_send_one_letter_each(app: Flask, noon: datetime, staff: User) -> None:
    numbers = ids([make_association(), make_association("Nabonetværket")])
    meeting_id = make_meeting().id

    def run(_mine: int) -> int:
        actor = db.session.scalars(select(User)).one()
        return invite(meeting_id, numbers, actor=actor, now=noon).associations

    assert sorted(at_once(app, 3, run)) == [0, 0, 2]
    assert len(sent("invited")) == 2


def test_a_reminder_reaches_only_the_silent_and_not_twice_within_three_days(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    names = ("Siger Ja", "Siger Nej", "Skrev Selv", "Tavs", "Lukket")
    yes, no, public, silent, closed = [make_association(name) for name in names]
    meeting = make_meeting()
    invite(meeting.id, ids([yes, no, public, silent, closed]), actor=user, now=noon - timedelta(days=3))
    answer(meeting.id, yes.id, True, 2, now=noon)
    answer(meeting.id, no.id, False, now=noon)
    registrations.sign_up(meeting.id, party(1, association_name=public.name, email=public.contacts[0].email), now=noon)
    with writing() as session:
        session.merge(closed).active = False
    just_invited = make_association("Inviteret I Dag")
    invite(meeting.id, [just_invited.id], actor=user, now=noon)
    address = f"/da/staff/forum/{meeting.id}/remind"
    client.post(address)
    client.post(address)
    assert [m.association_id for m in sent("invitation_reminder")] == [silent.id]
    with pytest.raises(RuleError, match="closed"):
        remind(meeting.id, actor=user, now=noon + timedelta(days=11))
    assert remind(meeting.id, actor=user, now=noon + timedelta(days=3)).letters == 2
    assert [m.association_id for m in sent("invitation_reminder")] == [silent.id, silent.id, just_invited.id]
    noted = db.session.scalars(select(LogEntry.event).where(LogEntry.user_id == user.id)).all()
    assert noted.count(Event.INVITED) == 6
    assert noted.count(Event.WROTE) == 3


def test_a_thousand_associations_are_invited_with_few_queries(app: Flask, noon: datetime, staff: User) -> None:
    """Tried with 60, which ask no more queries than 5; 1,000 fill two of SQLAlchemy's batches."""
    several = [make_association(f"Forening {n}") for n in range(60)]
    counted = []
    for chosen in (several[:5], several):
        meeting = make_meeting()
        publish_agenda(meeting, ("Velkommen", "Welcome"))
        meeting_id, numbers, actor = meeting.id, ids(chosen), db.session.get_one(User, staff.id)
        forget_changed_texts()
        with count_queries() as seen:
            assert invite(meeting_id, numbers, actor=actor, now=noon).letters == len(chosen)
        counted.append(seen.number)
    assert counted[0] == counted[1]


def test_the_list_asks_as_many_queries_for_1_as_for_30(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    numbers = []
    for count in (1, 30):
        meeting = make_meeting()
        invite(meeting.id, ids([make_association(f"Nr {count} {n}") for n in range(count)]), actor=user, now=noon)
        for association_id in db.session.scalars(
            select(Invitation.association_id).where(Invitation.activity_id == meeting.id).limit(5)
        ).all():
            answer(meeting.id, association_id, True, 1, now=noon)
        for address in (f"/da/staff/forum/{meeting.id}/invitations", f"/da/staff/forum/{meeting.id}/invite?q=Nr"):
            with count_queries() as seen:
                assert client.get(address).status_code == 200
            numbers.append(seen.number)
    assert numbers[:2] == numbers[2:]
    page = invitations_of(meeting.id, now=noon + timedelta(days=3))
    assert len(page.rows) == 20
    assert page.due == 25


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_letters_are_as_stored(
    app: Flask, noon: datetime, staff: User, as_stored: Callable[[str, str], None], lang: str
) -> None:
    """A change of words is stored on purpose: pytest --store-letters tests/test_inviting.py, then read the diff."""
    association = make_association(language=lang)
    with writing() as session:
        session.add(
            Contact(association_id=association.id, role="Sekretær", email="post@kanelblomst.example", position=1,
                    session_key="k", created_at=noon)
        )  # fmt: skip
    meeting = make_meeting(venue="Rådhuset", deadline=noon + timedelta(days=8))
    publish_agenda(meeting, ("Velkommen", "Welcome"), ("Tryghed om aftenen", ""))
    invite(meeting.id, [association.id], actor=staff, now=noon - timedelta(days=3))
    remind(meeting.id, actor=staff, now=noon)
    for kind in ("invited", "invitation_reminder"):
        message, second = sent(kind)
        assert second.recipient == "post@kanelblomst.example"
        text, other = (
            re.sub(r"(invitations|unsubscribe)/\S+", r"\1/TOKEN", f"{each.subject}\n\n{each.body_text}")
            for each in (message, second)
        )
        assert other == text
        assert second.unsubscribe != message.unsubscribe  # each mailbox decides for itself
        as_stored(f"{kind}.{lang}", text)
        assert "ryghed" not in text.splitlines()[0]  # the subject is neutral


def test_a_greeting_is_looked_at_first_and_stands_in_the_mail(client: PageClient, noon: datetime) -> None:
    log_in(client)
    make_association(forum_since=date(2020, 1, 1))
    english = make_association(
        "Debatklubben Spørgsmålstegnet", "association", language="en", forum_since=date(2020, 1, 1)
    )
    meeting = make_meeting()
    address = f"/da/staff/forum/{meeting.id}/send-invitations"
    typed = {"query": "forum=member", "greeting_da": "Tag gerne én med.\n\nVi spiser sammen."}
    page = client.post(address, data={**typed, "wish": "preview"})
    assert page.status_code == 200
    assert page.text.count("Vi spiser sammen.") >= 3  # in the form, and in both letters
    assert sent("invited") == []
    assert client.post(address, data={**typed, "greeting_en": "Call 010190-1234", "wish": "invite"}).status_code == 422
    assert client.post(address, data={**typed, "wish": "invite"}).status_code == 303
    bodies = {m.association_id: m.body_text or "" for m in sent("invited")}
    assert len(bodies) == 2
    assert all("Tag gerne én med.\n\nVi spiser sammen.\n" in body for body in bodies.values())
    assert "is invited to" in bodies[english.id]
