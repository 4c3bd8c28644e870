"""The story of an invitation, from the segment that is invited to each answer behind the mailed link."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.database import db, writing
from portal.errors import RuleError
from portal.forum.invitation_queries import tally_of
from portal.forum.invitations import answer, invite, remind
from portal.forum.models import Invitation
from portal.log.models import Event, LogEntry
from portal.registrations import service as registrations
from portal.registrations.models import Registration
from portal.registrations.planning import call_off
from portal.registrations.rules import Standing
from tests.associations import make_association
from tests.at_once import at_once
from tests.forum import answer_path, invitation_of, invited, make_meeting
from tests.make import log_in, make_user
from tests.page import PageClient
from tests.parties import party, sent


@pytest.fixture
def staff(app: Flask) -> User:
    """Who invites."""
    return make_user(Role.STAFF, "planner@vink.example")


def parties() -> list[Registration]:
    db.session.expire_all()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def test_the_whole_story_from_the_invitation_to_the_waiting_list(client: PageClient, noon: datetime) -> None:
    kanelblomst = make_association(forum_since=noon.date())
    silent = make_association("Mjølnerparkens Beboerforening", language="en", forum_since=noon.date())
    make_association("Skolen ved Søerne", kind="school")
    mailless = make_association("Netværket Uden Postkasse", email=None, forum_since=noon.date())
    meeting = make_meeting(capacity=4)
    log_in(client)
    page = client.get(f"/da/staff/forum/{meeting.id}/invite?forum=member").get_data(as_text=True)
    assert mailless.name in page
    assert "Skolen ved" not in page
    done = client.post(
        f"/da/staff/forum/{meeting.id}/send-invitations", data={"query": "forum=member"}, follow_redirects=True
    )
    assert mailless.name in done.get_data(as_text=True)
    letters = sent("invited")
    assert [(m.recipient, m.language) for m in letters] == [
        ("kontakt@kanelblomst.example", "da"), ("kontakt@beboerforening.example", "en"),
    ]  # fmt: skip
    assert {m.association_id for m in letters} == {kanelblomst.id, silent.id}
    client.post(f"/da/staff/forum/{meeting.id}/send-invitations", data={"query": "forum=member"})
    assert len(sent("invited")) == 2  # nobody is asked twice

    link = re.search(r"https://portal\.example(/da/invitations/\S+)", letters[0].body_text or "")
    assert link
    guest = client.application.test_client()
    before = len(sent())
    assert guest.get(link[1]).status_code == 200
    assert not parties()  # looking answers nothing
    assert guest.post(link[1], data={"answer": "yes", "heads": "3"}).status_code == 303
    assert guest.post(link[1], data={"answer": "yes", "heads": "3"}).status_code == 303  # the phone tried again
    assert [(p.heads, p.standing, p.association_id, p.email) for p in parties()] == [
        (3, Standing.CONFIRMED, kanelblomst.id, "kontakt@kanelblomst.example")
    ]
    assert len(sent()) == before + 1
    guest.post(link[1], data={"answer": "yes", "heads": "2"})
    assert [p.heads for p in parties()] == [2]
    assert tally_of(meeting.id).heads == 2
    guest.post(link[1], data={"answer": "no", "heads": ""})
    assert [p.standing for p in parties()] == [Standing.CANCELLED]
    assert invitation_of(meeting, kanelblomst).answer == "no"
    registrations.sign_up(meeting.id, party(4), now=noon)
    assert guest.post(link[1], data={"answer": "yes", "heads": "1"}).status_code == 303
    assert [p.standing for p in parties()] == [Standing.CANCELLED, Standing.CONFIRMED, Standing.WAITING]
    assert "venteliste" in guest.get(link[1]).get_data(as_text=True)
    tally = tally_of(meeting.id)
    assert (tally.invited, tally.yes, tally.no, tally.silent, tally.heads, tally.waiting) == (3, 1, 0, 2, 0, 1)
    assert (tally.mailless, tally.others, tally.other_heads) == (1, 1, 4)


def test_what_the_public_form_made_is_the_answer_too(client: PageClient, noon: datetime, staff: User) -> None:
    association, meeting = make_association(), make_meeting()
    invitation = invited(meeting, association, staff)
    own = {"association_name": "kvindenetvaerket KANELBLOMST", "email": "Kontakt@kanelblomst.example"}
    made = registrations.sign_up(meeting.id, party(2, **own), now=noon)
    assert tally_of(meeting.id).yes == 1
    assert "2" in client.get(answer_path(invitation)).get_data(as_text=True)
    client.post(answer_path(invitation), data={"answer": "yes", "heads": "4"})
    assert [(p.id, p.heads) for p in parties()] == [(made.id, 4)]
    answer(meeting.id, association.id, False, now=noon)
    assert [p.standing for p in parties()] == [Standing.CANCELLED]


def test_whoever_types_the_name_is_not_the_association(client: PageClient, noon: datetime, staff: User) -> None:
    association, meeting = make_association(), make_meeting()
    invitation = invited(meeting, association, staff)
    stranger = registrations.sign_up(meeting.id, party(2, association_name=association.name), now=noon)
    assert stranger.association_id == association.id
    tally = tally_of(meeting.id)
    assert (tally.yes, tally.silent, tally.heads, tally.others, tally.other_heads) == (0, 1, 0, 1, 2)
    answer(meeting.id, association.id, False, now=noon)
    client.post(answer_path(invitation), data={"answer": "yes", "heads": "4"})
    client.post(answer_path(invitation), data={"answer": "no"})
    assert [(p.heads, p.standing) for p in parties()] == [(2, Standing.CONFIRMED), (4, Standing.CANCELLED)]


def test_what_registrations_refuse_stands_beside_the_number(client: PageClient, noon: datetime, staff: User) -> None:
    association = make_association()
    meeting = make_meeting(capacity=5, deadline=noon + timedelta(days=2))
    path = answer_path(invited(meeting, association, staff), "en")
    for heads in ("5", "0", "-1", "99999999999", "ca. 3", "", "٣"):
        refused = client.post(path, data={"answer": "yes", "heads": heads})
        assert refused.status_code == 422, heads
        assert 'id="heads-error"' in refused.get_data(as_text=True)
    assert client.post(path, data={"answer": "perhaps", "heads": "1"}).status_code == 422
    assert client.post(path, data={"answer": "yes", "heads": "1", "language_only": "1"}).status_code == 422
    assert not parties()
    client.post(path, data={"answer": "yes", "heads": "2"})
    registrations.sign_up(meeting.id, party(3), now=noon)
    refused = client.post(path, data={"answer": "yes", "heads": "3"})
    assert refused.status_code == 422
    assert "2 at most" in refused.get_data(as_text=True)
    assert [p.heads for p in parties()] == [2, 3]


def test_after_the_deadline_only_less_and_never_after_the_start(
    client: PageClient, noon: datetime, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, late = make_association(), make_association("Beboerforeningen Sent")
    meeting = make_meeting(deadline=noon + timedelta(days=2))
    first, second = invited(meeting, here, staff), invited(meeting, late, staff)
    client.post(answer_path(first), data={"answer": "yes", "heads": "3"})
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=3))
    assert client.post(answer_path(second), data={"answer": "yes", "heads": "1"}).status_code == 422
    assert client.post(answer_path(second), data={"answer": "no"}).status_code == 303
    assert client.post(answer_path(first), data={"answer": "yes", "heads": "2"}).status_code == 303
    answer(meeting.id, late.id, True, 6, now=clock.now(), actor=staff)  # by telephone, agreed with us
    assert [p.heads for p in parties()] == [2, 6]
    with pytest.raises(RuleError, match="closed"):
        remind(meeting.id, actor=staff, now=clock.now())
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=11))
    for data in ({"answer": "yes", "heads": "1"}, {"answer": "no"}):
        assert client.post(answer_path(first), data=data).status_code == 422
    assert "minutes" in client.get(answer_path(first, "en")).get_data(as_text=True)
    assert [p.heads for p in parties()] == [2, 6]


def test_an_offer_is_taken_and_one_that_lapsed_is_asked_for_anew(app: Flask, noon: datetime, staff: User) -> None:
    association, meeting = make_association(), make_meeting(capacity=4, starts_at=noon + timedelta(days=30))
    other = registrations.sign_up(meeting.id, party(4), now=noon)
    invited(meeting, association, staff)
    waiting = answer(meeting.id, association.id, True, 2, now=noon)
    assert waiting is not None
    assert waiting.standing is Standing.WAITING
    registrations.cancel(other.id, now=noon)
    assert parties()[1].standing is Standing.OFFERED
    taken = answer(meeting.id, association.id, True, 1, now=noon)
    assert taken is not None
    assert (taken.standing, taken.heads) == (Standing.CONFIRMED, 1)
    registrations.sign_up(meeting.id, party(3), now=noon)
    again = make_association("Nabonetværket")
    asked = answer(meeting.id, again.id, True, 1, now=noon)
    registrations.cancel(taken.id, now=noon)
    assert asked is not None
    much_later = noon + timedelta(days=14)
    renewed = answer(meeting.id, again.id, True, 1, now=much_later)
    assert renewed is not None
    assert renewed.id != asked.id
    assert renewed.standing is Standing.CONFIRMED


def test_two_answers_at_once_make_one_registration(app: Flask, noon: datetime, staff: User) -> None:
    association, meeting = make_association(), make_meeting()
    numbers = (meeting.id, association.id)
    invited(meeting, association, staff)
    made = at_once(app, 6, lambda mine: answer(*numbers, True, 1 + mine % 2, now=noon).id)  # type: ignore[union-attr]
    assert len(set(made)) == 1
    assert len(parties()) == 1
    assert db.session.scalar(select(func.count(Invitation.id))) == 1


def test_a_meeting_that_is_off_a_draft_or_held_says_so(client: PageClient, noon: datetime, staff: User) -> None:
    association, meeting = make_association(), make_meeting()
    path = answer_path(invited(meeting, association, staff), "en")
    call_off(meeting.id, "Oplægsholderen er syg.", "The speaker is ill.", now=noon)
    page = client.get(path).get_data(as_text=True)
    assert "The speaker is ill." in page
    assert "<form method" not in page[page.index("<main") :]
    assert client.post(path, data={"answer": "yes", "heads": "1"}).status_code == 422
    for state in (State.CALLED_OFF, State.DRAFT):
        with writing() as session:
            session.get_one(Activity, meeting.id).state = state
        with pytest.raises(RuleError, match="closed"):
            invite(meeting.id, [association.id], actor=staff, now=noon)
    assert client.get(path).status_code == 200
    assert client.post(path, data={"answer": "no"}).status_code == 422
    assert not parties()
    assert client.get("/en/invitations/x").status_code == 404


def test_staff_put_down_what_they_are_told_by_telephone(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    association, meeting = make_association(email=None), make_meeting()
    address = f"/da/staff/forum/{meeting.id}/invitations/{association.id}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"answer": "yes", "heads": "30"}).status_code == 422
    assert client.post(address, data={"answer": "yes", "heads": "6"}).status_code == 303
    [made] = parties()
    assert (made.heads, made.email, made.association_id) == (6, None, association.id)
    noted = db.session.scalars(select(LogEntry).where(LogEntry.association_id == association.id)).all()
    assert [(entry.user_id, entry.event, entry.subject) for entry in noted] == [
        (user.id, Event.WROTE, "invitation_answer")
    ]
    assert client.get(f"/da/staff/forum/{meeting.id}/invitations?answer=yes").status_code == 200
