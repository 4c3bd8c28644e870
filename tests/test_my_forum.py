"""The forum in an association's own room: answers, what members and others may read, topics and tasks."""

from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounts.rules import Role
from portal.activities.rules import State, Visibility
from portal.database import db, writing
from portal.forum.models import AgendaItem, Decision, Invitation, Topic
from portal.forum.rules import Readers, TopicState
from portal.forum.topics import propose_topic
from portal.registrations import service as registrations
from portal.registrations.models import Registration
from portal.registrations.planning import call_off
from tests.associations import enter_as, make_association
from tests.forum import ago, hold_minutes, invited, make_meeting, make_paper, publish_agenda
from tests.make import make_user
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

ROOM = "/da/my-association/forum"


def heads() -> list[tuple[int | None, int, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Registration).order_by(Registration.id))
    return [(row.association_id, row.heads, row.standing) for row in rows]


def test_a_member_answers_without_an_invitation_and_replaces_representatives(
    client: PageClient, noon: datetime
) -> None:
    association = make_association(forum_since=noon.date())
    meeting = make_meeting()
    publish_agenda(meeting, ("Velkommen", ""), ("Tryghed om aftenen", ""))
    enter_as(client, association)
    page = client.get(ROOM).get_data(as_text=True)
    assert "Tryghed i Nordvest" in page
    answer = f"{ROOM}/{meeting.id}/answer"
    done = client.post(answer, data={"answer": "yes", "heads": "3", "back": "list"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{ROOM}#meeting-{meeting.id}")
    assert client.post(answer, data={"answer": "yes", "heads": "2"}).headers["Location"] == f"{ROOM}/{meeting.id}"
    assert heads() == [(association.id, 2, "confirmed")]
    refused = client.post(answer, data={"answer": "yes", "heads": "9"})
    assert refused.status_code == 422
    assert 'href="#heads"' in refused.get_data(as_text=True)
    page = client.get(f"{ROOM}/{meeting.id}").get_data(as_text=True)
    assert "Tryghed om aftenen" in page
    assert 'aria-current="true"' in page
    client.post(answer, data={"answer": "no"})
    assert heads() == [(association.id, 2, "cancelled")]
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.association_id, invitation.answer) == (association.id, "no")
    own = party(2, association_name=association.name, email="kontakt@kanelblomst.example")
    registrations.sign_up(meeting.id, own, now=noon)
    client.post(answer, data={"answer": "yes", "heads": "1"})
    assert heads()[1:] == [(association.id, 1, "confirmed")]


def test_another_ones_meeting_cannot_be_reached(client: PageClient, noon: datetime) -> None:
    staff = make_user(Role.STAFF)
    own, other = make_association(), make_association("Nabonetværket")
    meeting = make_meeting(visibility=Visibility.UNLISTED, title_da="Kun for de indbudte")
    draft, hidden = make_meeting(state=State.DRAFT), make_meeting(visibility=Visibility.CLOSED)
    invited(meeting, other, staff)
    enter_as(client, own)
    assert "Kun for de indbudte" not in client.get(ROOM).get_data(as_text=True)
    for activity in (meeting, draft, hidden):
        assert client.get(f"{ROOM}/{activity.id}").status_code == 404
        assert client.post(f"{ROOM}/{activity.id}/answer", data={"answer": "yes", "heads": "1"}).status_code == 404
    assert heads() == []
    enter_as(client, other)
    assert "Kun for de indbudte" in client.get(ROOM).get_data(as_text=True)
    assert client.post(f"{ROOM}/{meeting.id}/answer", data={"answer": "yes", "heads": "1"}).status_code == 303
    assert heads() == [(other.id, 1, "confirmed")]


def test_only_active_members_read_what_is_for_members(client: PageClient, noon: datetime) -> None:
    member = make_association(forum_since=date(2020, 1, 1))
    former = make_association("Nabonetværket", forum_since=date(2020, 1, 1), forum_until=date(2024, 1, 1))
    stranger = make_association("Skolen ved Søerne", kind="school")
    held = make_meeting(ago(30), title_da="Mødet i oktober")
    open_to_all = make_meeting(ago(60))
    kept = make_meeting(ago(90))
    hold_minutes(held, "Kun medlemmer læser dette", Readers.MEMBERS)
    hold_minutes(open_to_all, "Alle læser dette", Readers.ALL)
    hold_minutes(kept, "Kun kontoret læser dette", Readers.STAFF)
    make_paper(held, Readers.MEMBERS, "Medlemsbilag")
    make_paper(held, Readers.ALL, "Alles bilag")
    for reader, sees in ((member, True), (former, False), (stranger, False)):
        enter_as(client, reader)
        page = client.get(f"{ROOM}/{held.id}").get_data(as_text=True)
        assert ("Kun medlemmer læser dette" in page) is sees
        assert ("Medlemsbilag" in page) is sees
        assert "Alles bilag" in page
        assert "Alle læser dette" in client.get(f"{ROOM}/{open_to_all.id}").get_data(as_text=True)
        assert "Kun kontoret" not in client.get(f"{ROOM}/{kept.id}").get_data(as_text=True)
        assert client.post(f"{ROOM}/{held.id}/answer", data={"answer": "yes", "heads": "1"}).status_code == 422
    assert heads() == []


def test_a_topic_is_proposed_and_its_answer_found_again(client: PageClient, noon: datetime) -> None:
    own, other = make_association(forum_since=noon.date()), make_association("Nabonetværket", forum_since=noon.date())
    secret = propose_topic(other.id, "Endnu ikke besvaret", "", "da", now=noon)
    shown = propose_topic(other.id, "Naboens emne på dagsordenen", "", "da", now=noon)
    meeting = make_meeting()
    publish_agenda(meeting, ("Velkommen", "Welcome"))
    with writing() as session:
        session.add(AgendaItem(activity_id=meeting.id, position=2, title_da=shown.title, topic_id=shown.id))
    enter_as(client, own)
    new = f"{ROOM}/topics/new"
    assert 'value="en" checked' in client.get(new.replace("/da/", "/en/")).get_data(as_text=True).replace("\n", " ")
    for faulty in (
        {"title": ""},
        {"title": "x" * 161},
        {"title": "Om 010203-1234"},
        {"title": "A", "text": "y" * 1001},
    ):
        assert client.post(new, data={"language": "da", **faulty}).status_code == 422
    form = {"title": "Unge og fritid", "text": "Flere tilbud", "language": "da"}
    for _twice in range(2):
        assert client.post(new, data=form).status_code == 303
    made = db.session.scalars(select(Topic).where(Topic.association_id == own.id)).one()
    with writing() as session:
        topic = session.get_one(Topic, made.id)
        topic.state, topic.answer, topic.answered_at = TopicState.DECLINED, "Det hører til i udvalget.", noon
    page = client.get(ROOM).get_data(as_text=True)
    assert "Unge og fritid" in page
    assert "Det hører til i udvalget." in page
    assert secret.title not in page
    page = client.get(f"{ROOM}/{meeting.id}").get_data(as_text=True)
    assert shown.title in page
    assert "Nabonetværket" in page
    assert secret.title not in page


def test_called_off_meetings_and_tasks_stand_on_the_page(client: PageClient, noon: datetime) -> None:
    association = make_association(forum_since=noon.date())
    meeting, held, quiet = make_meeting(), make_meeting(ago(30)), make_meeting(ago(60))
    hold_minutes(held, "Referat", Readers.MEMBERS)
    hold_minutes(quiet, "Kladde", Readers.STAFF)
    with writing() as session:
        for activity, text in ((held, "Finder et lokale"), (quiet, "Ikke offentliggjort")):
            session.add(
                Decision(activity_id=activity.id, position=1, text_da=text, is_task=True,
                         association_id=association.id, due_on=noon.date() + timedelta(days=9))
            )  # fmt: skip
    call_off(meeting.id, "Oplægsholderen er syg.", "", now=noon)
    enter_as(client, association)
    page = client.get(ROOM).get_data(as_text=True)
    assert "Finder et lokale" in page
    assert "Ikke offentliggjort" not in page
    assert "<form method" not in page[page.index('id="coming"') : page.index('id="topics"')]
    assert "Oplægsholderen er syg." in client.get(f"{ROOM}/{meeting.id}").get_data(as_text=True)
    assert client.post(f"{ROOM}/{meeting.id}/answer", data={"answer": "yes", "heads": "1"}).status_code == 422
    assert heads() == []


def test_the_page_asks_as_many_queries_for_1_as_for_15_of_each(client: PageClient, app: Flask, noon: datetime) -> None:
    association = make_association(forum_since=noon.date())
    numbers = []
    for count in (1, 14):
        for n in range(count):
            coming, held = make_meeting(clock.now() + timedelta(days=5 + n)), make_meeting(ago(5 + n))
            publish_agenda(coming, ("Velkommen", ""))
            hold_minutes(held, "Referat", Readers.MEMBERS)
            make_paper(held)
            propose_topic(association.id, f"Emne {count} {n}", "", "da", now=noon)
            registrations.sign_up(coming.id, party(1, association_name=association.name), now=noon)
        enter_as(client, association)
        with count_queries() as seen:
            assert client.get(ROOM).status_code == 200
        numbers.append(seen.number)
    assert numbers[0] == numbers[1]
