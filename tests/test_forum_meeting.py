"""A forum meeting in the back office: agenda, attendance, minutes, decisions and what is followed up."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import State, Visibility
from portal.attendance.by_association import heads_by_association
from portal.attendance.service import count_party
from portal.database import db, writing
from portal.errors import RuleError
from portal.forum import agenda, minutes
from portal.forum.agenda import Point
from portal.forum.minutes import DecisionDraft
from portal.forum.queries import agenda_of, decisions_of, meeting_of, open_tasks
from portal.forum.rules import Lack, MeetingFacts, Readers, lacking
from portal.forum.topics import propose_topic
from portal.registrations.rules import Standing
from tests.associations import enter_as, make_association
from tests.count import make_party
from tests.forum import hold_minutes, make_meeting
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.queries import count_queries


def titles(activity: Activity) -> list[str]:
    """The agenda's Danish titles, English where there is none."""
    db.session.expire_all()
    return [item.title_da or item.title_en for item in agenda_of(activity.id)]


def test_an_agenda_is_begun_changed_and_published(client: PageClient) -> None:
    log_in(client)
    meeting = make_meeting()
    there = f"/da/staff/forum/{meeting.id}"
    assert client.get(there).status_code == 200
    client.post(f"{there}/agenda/publish")  # there is nothing on it
    db.session.expire_all()
    assert not meeting_of(meeting.id).agenda_published  # type: ignore[union-attr]
    assert client.post(f"{there}/agenda/start", data={"start_from": "ordinary"}).status_code == 303
    assert len(titles(meeting)) == 7
    assert titles(meeting)[0].startswith("Velkomst og præsentationsrunde")
    client.post(f"{there}/agenda/start", data={"start_from": "annual"})
    assert len(titles(meeting)) == 7, "an agenda that was begun is not begun again"
    refused = client.post(f"{there}/agenda", data={"title_da": "", "title_en": "", "minutes": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    assert (
        client.post(f"{there}/agenda", data={"title_da": "", "title_en": "A meal", "minutes": "20"}).status_code == 303
    )
    last = agenda_of(meeting.id)[-1]
    client.post(f"{there}/agenda/{last.id}/move", data={"way": "up"})
    assert titles(meeting)[-2:] == ["A meal", "Eventuelt"]
    changed = client.post(
        f"{there}/agenda/{last.id}", data={"title_da": "Spisning", "title_en": "A meal", "minutes": ""}
    )
    assert changed.status_code == 303
    first = agenda_of(meeting.id)[0]
    client.post(f"{there}/agenda/{first.id}/move", data={"way": "up"})
    client.post(f"{there}/agenda/{first.id}/remove")
    assert titles(meeting)[0].startswith("Godkendelse")
    assert [item.position for item in agenda_of(meeting.id)] == list(range(1, 8))
    public = f"/en/activities/{meeting.id}-feeling-safe-in-nordvest"
    assert "A meal" not in client.get(public).text
    client.post(f"{there}/agenda/publish")
    page = client.get(public).text
    assert "A meal" in page
    assert "no names are written in the minutes" in page
    client.post(f"{there}/agenda/publish", data={"withdraw": "1"})
    assert "A meal" not in client.get(public).text


def test_an_agenda_starts_from_a_former_one_without_its_topics(app: Flask) -> None:
    former, coming = make_meeting(), make_meeting()
    agenda.add_item(former.id, Point("Velkomst", "Welcome", 10))
    topic = propose_topic(None, "Lommepenge", "", "da", now=clock.now())
    with writing() as session:
        agenda.append_points(session, former.id, [Point("Lommepenge", topic_id=topic.id)])
    agenda.start_from_meeting(coming.id, former.id)
    assert [(item.title_da, item.minutes, item.topic_id) for item in agenda_of(coming.id)] == [("Velkomst", 10, None)]
    with pytest.raises(RuleError, match="no_agenda_there"):
        agenda.start_from_meeting(make_meeting().id, 10**6)
    other = make_activity("youth_workshop")
    with pytest.raises(RuleError, match="unknown_meeting"):
        agenda.add_item(other.id, Point("Velkomst"))
    point = agenda_of(coming.id)[0]
    with pytest.raises(RuleError, match="unknown_item"):
        agenda.remove_item(former.id, point.id)


def test_an_activity_of_another_type_is_no_forum_meeting(client: PageClient) -> None:
    log_in(client)
    workshop = make_activity("youth_workshop")
    for page in ("", "/minutes", "/papers/new", "/decisions/new"):
        assert client.get(f"/da/staff/forum/{workshop.id}{page}").status_code == 404
    assert client.get(f"/da/activities/{workshop.id}/minutes").status_code == 404


def test_attendance_is_told_by_association_and_by_heads(client: PageClient) -> None:
    user = log_in(client)
    meeting = make_meeting(capacity=None, starts_at=clock.now() - timedelta(hours=1))
    for heads, name in enumerate(["Ålauget", "Kanelblomst", "Tågehornet", "Blækhuset"], 1):
        party = make_party(meeting, heads, association_id=make_association(name, email=None).id)
        for came in (9, heads - 1):  # the newest count holds
            count_party(
                meeting.id, party.id, came, count_id=str(uuid.uuid4()), actor=user, counted_at=None, now=clock.now()
            )
    make_party(meeting, 2)
    make_party(meeting, 3, standing=Standing.CANCELLED, association_id=make_association("Papirdragen").id)
    db.session.expire_all()
    found = heads_by_association(db.session.get_one(Activity, meeting.id))
    assert [(row.name, row.registered, row.arrived) for row in found] == [
        ("Blækhuset", 4, 3), ("Kanelblomst", 2, 1), ("Tågehornet", 3, 2), ("Ålauget", 1, 0), (None, 2, 0),
    ]  # fmt: skip
    page = client.get(f"/en/staff/forum/{meeting.id}").text
    assert "associations took part" in page
    assert "Papirdragen" not in page
    assert re.search(r'data-title="Registered">12<.*?data-title="Came">6<', page, re.DOTALL)


def test_minutes_are_for_whom_they_are_published(client: PageClient, app: Flask) -> None:
    log_in(client)
    meeting = make_meeting(datetime(2026, 11, 1, 16, tzinfo=UTC), title_en="")
    to_come = make_meeting()
    there, page = f"/da/staff/forum/{meeting.id}/minutes", f"/en/activities/{meeting.id}/minutes"
    typed = {"minutes_da": "## Tryghed\n\n**Fem** foreninger fortalte.", "minutes_en": "", "revision": "0"}
    preview = client.post(there, data={**typed, "readers": "staff", "preview": "1"})
    assert preview.status_code == 200
    assert "<strong>Fem</strong>" in preview.text
    assert meeting_of(meeting.id).meeting is None  # type: ignore[union-attr]
    refused = client.post(there, data={**typed, "minutes_da": "010190-1234", "readers": "all"})
    assert refused.status_code == 422
    assert "010190-1234" in refused.text
    too_early = client.post(f"/da/staff/forum/{to_come.id}/minutes", data={**typed, "readers": "all"})
    assert too_early.status_code == 422
    assert client.post(there, data={**typed, "minutes_da": "", "readers": "all"}).status_code == 422
    visitors = {
        "public": app.test_client(), "member": app.test_client(), "other": app.test_client(),
        "facilitator": app.test_client(),
    }  # fmt: skip
    enter_as(visitors["member"], make_association(forum_since=date(2020, 1, 1)))
    enter_as(
        visitors["other"], make_association("Syv Broer", forum_since=date(2020, 1, 1), forum_until=date(2021, 1, 1))
    )
    log_in(visitors["facilitator"], Role.FACILITATOR)

    def readers() -> set[str]:
        return {name for name, visitor in visitors.items() if visitor.get(page).status_code == 200}

    for revision, (choice, expected) in enumerate(
        [("staff", set()), ("members", {"member"}), ("all", set(visitors)), ("staff", set())]
    ):
        saved = client.post(there, data={**typed, "readers": choice, "revision": str(revision)})
        assert saved.status_code == 303, choice
        assert readers() == expected
        assert client.get(page).status_code == 200
    client.post(there, data={**typed, "readers": "all", "revision": "4"})
    html = visitors["public"].get(page).text
    assert '<div class="prose minutes-text" lang="da">' in html, "what is not in the reader's language is marked"
    assert page in visitors["public"].get(f"/en/activities/{meeting.id}-x", follow_redirects=True).text
    with writing() as session:
        session.get_one(Activity, meeting.id).visibility = Visibility.UNLISTED
    assert readers() == {"member"}
    assert visitors["public"].get(f"{page}?key=unlisted-key").status_code == 200
    with writing() as session:
        session.get_one(Activity, meeting.id).state = State.DRAFT
    assert readers() == set()


def test_two_write_the_minutes_at_once(client: PageClient) -> None:
    log_in(client)
    meeting = make_meeting(clock.now() - timedelta(days=1))
    there = f"/da/staff/forum/{meeting.id}/minutes"
    client.post(there, data={"minutes_da": "Deres ord", "minutes_en": "", "readers": "members", "revision": "0"})
    mine = {"minutes_da": "Mine ord", "minutes_en": "My words", "readers": "staff", "revision": "0"}
    told = client.post(there, data=mine)
    assert told.status_code == 422
    assert "Deres ord" in told.text
    assert "Mine ord" in told.text
    assert 'name="revision" type="hidden" value="1"' in told.text
    db.session.expire_all()
    assert meeting_of(meeting.id).meeting.minutes_da == "Deres ord"  # type: ignore[union-attr]
    assert client.post(there, data={**mine, "revision": "1"}).status_code == 303
    assert client.post(there, data={**mine, "revision": "1"}).status_code == 303, "sent twice is sent once"
    stored = meeting_of(meeting.id).meeting  # type: ignore[union-attr]
    assert stored is not None
    assert (stored.minutes_da, stored.minutes_en, stored.minutes_published_at) == ("Mine ord", "My words", None)
    assert client.post(there, data={**mine, "minutes_da": "x", "revision": "9" * 30}).status_code == 422


def test_what_was_decided_is_followed_up_at_the_next_meeting(client: PageClient) -> None:
    log_in(client)
    held = make_meeting(clock.now() - timedelta(days=30))
    coming = make_meeting()
    broer = make_association("Kulturforeningen Syv Broer", forum_since=date(2020, 1, 1))
    there = f"/en/staff/forum/{held.id}/decisions/new"
    assert client.post(there, data={"text_da": "", "text_en": ""}).status_code == 422
    client.post(there, data={"text_da": "Forummet mødes oftere", "text_en": ""})
    client.post(there, data={"text_da": "Spørg skolerne", "association": str(broer.id), "due_on": "2026-12-24"})
    assert client.post(there, data={"text_da": "x", "association": "99999999999999"}).status_code == 422
    client.post(there, data={"text_en": "Write to the press", "is_task": "1"})
    decided, asked, written = decisions_of(held.id)
    assert (decided.is_task, asked.is_task, written.is_task) == (False, True, True)
    page = client.get(f"/da/staff/forum/{coming.id}").text
    assert "Spørg skolerne" in page
    assert "Forummet mødes oftere" not in page
    assert f'/staff/forum/decisions/{asked.id}/done"' in client.get("/da/staff/forum").text
    done = f"/da/staff/forum/decisions/{asked.id}/done"
    tomorrow = clock.today() + timedelta(days=1)
    for day in ("2020-01-01", tomorrow.isoformat(), "the 32nd"):
        assert client.post(done, data={"done_on": day, "at": str(coming.id)}).status_code == 303
    assert client.post(f"/da/staff/forum/decisions/{decided.id}/done").status_code == 303
    assert len(open_tasks(clock.now())) == 2
    assert len(open_tasks(clock.now(), association_id=broer.id)) == 1
    assert open_tasks(clock.now(), readers={Readers.MEMBERS}) == []
    hold_minutes(held, "Referat", Readers.MEMBERS)
    agenda.add_item(coming.id, Point("Velkomst"))
    agenda.publish_agenda(coming.id, now=clock.now())
    public = f"/da/activities/{coming.id}-tryghed-i-nordvest"
    assert "Spørg skolerne" not in client.get(public).text, "the minutes are the members’ only"
    hold_minutes(held, "Referat", Readers.ALL)
    assert "Spørg skolerne" in client.get(public).text
    assert len(open_tasks(clock.now(), readers={Readers.MEMBERS, Readers.ALL})) == 2
    answer = client.post(done, data={"done_on": clock.today().isoformat(), "at": str(coming.id)})
    assert answer.headers["Location"].endswith(f"/staff/forum/{coming.id}#tasks")
    db.session.expire_all()
    assert [task.id for task in open_tasks(coming.starts_at)] == [written.id]
    client.post(done, data={"undo": "1", "at": "9" * 40})
    assert len(open_tasks(clock.now())) == 2
    client.post(f"/da/staff/forum/decisions/{decided.id}", data={"text_da": "Forummet mødes tit", "text_en": ""})
    client.post(f"/da/staff/forum/decisions/{written.id}/remove")
    db.session.expire_all()
    assert [each.text_da for each in decisions_of(held.id)] == ["Forummet mødes tit", "Spørg skolerne"]


NOTHING = MeetingFacts(over=False, draft=False, called_off=False, items=0, agenda_published=False, invited=0,
                       counted=False, minutes_written=False, minutes_published=False)  # fmt: skip


def test_what_a_meeting_lacks() -> None:
    assert lacking(NOTHING) == [Lack.AGENDA, Lack.INVITATIONS]
    assert lacking(replace(NOTHING, draft=True, items=1, invited=3)) == [Lack.PUBLISHING, Lack.AGENDA_PUBLISHED]
    assert lacking(replace(NOTHING, items=1, agenda_published=True, invited=3)) == []
    assert lacking(replace(NOTHING, over=True)) == [Lack.COUNT, Lack.MINUTES]
    assert lacking(replace(NOTHING, over=True, counted=True, minutes_written=True)) == [Lack.MINUTES_PUBLISHED]
    assert lacking(replace(NOTHING, called_off=True)) == []


def test_the_lists_ask_as_often_for_many_as_for_one(client: PageClient) -> None:
    log_in(client)

    def fill(number: int) -> None:
        for at in range(number):
            for meeting in (make_meeting(clock.now() - timedelta(days=at + 2)), make_meeting()):
                minutes.add_decision(meeting.id, DecisionDraft(f"Opgave {at}", association_id=body.id))
                agenda.add_item(meeting.id, Point(f"Punkt {at}"))
            propose_topic(body.id, f"Emne {at}", "", "da", now=clock.now())

    def asked(path: str) -> int:
        with count_queries() as counted:
            assert client.get(path).status_code == 200
        return counted.number

    body = make_association()
    fill(1)
    paths = ["/da/staff/forum", "/da/staff/forum/topics", f"/da/staff/forum/{make_meeting().id}"]
    before = [asked(path) for path in paths]
    fill(24)
    assert [asked(path) for path in paths] == before
