"""The pages about capacity building, through the browser's eyes."""

import re
from datetime import date, datetime

import pytest
from flask import Flask, render_template_string
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import RegistrationMode, State, Visibility
from portal.database import db, writing
from portal.engagements.models import Engagement, EngagementSession, EngagementTopic
from portal.engagements.queries import assessed_topics, engagements_of
from portal.engagements.rules import ON_BOARD, OVER, Moment, Phase
from portal.engagements.session_service import link_session
from portal.errors import RuleError
from portal.goals import queries as goals
from portal.log.models import Event, LogEntry
from tests.associations import make_association
from tests.goals import YEAR, close, engaged, goal_of, held, plan_of_2026, planned
from tests.make import log_in, make_user
from tests.page import PageClient
from tests.queries import count_queries

BOARD = "/en/staff/engagements"


def only() -> Engagement:
    """The one engagement there is."""
    db.session.expire_all()
    return db.session.scalars(select(Engagement)).one()


def seen(**values: str) -> dict[str, str]:
    """What a form about the engagement sends, with the revision that its page had."""
    return {"revision": str(only().revision), "next_step": "", "next_step_on": "", **values}


def seen_of(engagement: Engagement) -> dict[str, str]:
    """The revision that a page about the engagement has."""
    db.session.expire_all()
    return {"revision": str(db.session.get_one(Engagement, engagement.id).revision)}


def test_an_engagement_goes_through_its_phases_and_the_goal_changes_by_one(
    app: Flask, client: PageClient, noon: datetime
) -> None:
    goal = goal_of(plan_of_2026(), "institutions")
    association = make_association("Moskéforeningen Havnelyset", "faith")
    me = log_in(client)

    def counted() -> int:
        db.session.expire_all()
        status = goals.goal_status(goal, YEAR, noon)
        assert status is not None
        assert status.value == sum(line.adds for line in status.lines)
        return status.value

    answer = client.post(
        f"{BOARD}/new",
        data={"association": "moskeforeningen havnelyset", "started_on": "2026-11-02", "responsible": str(me.id),
              "next_step": "Ring og aftal en samtale", "next_step_on": "2026-11-10"},
    )  # fmt: skip
    one = only()
    assert (answer.status_code, one.association_id, one.phase) == (303, association.id, Phase.CONTACT)
    board = client.get(BOARD).text
    assert "Late:" in board
    assert "Ring og aftal en samtale" in board
    assert counted() == 0
    page = f"{BOARD}/{one.id}"
    assert client.get(page).status_code == 200

    # Sessions ask for a plan: the move is refused and says why.
    told = client.post(f"{page}/move", data=seen(phase="sessions"), follow_redirects=True).text
    assert "The plan has no date yet" in told
    client.post(f"{page}/contact", data=seen(started_on="2.11.2026", responsible=str(me.id), move_on="1"))
    assert only().phase is Phase.NEEDS_TALK
    client.post(f"{page}/needs-talk", data=seen(needs_talk_on="2026-11-05", needs="Nye vedtægter", move_on="1"))
    assert only().phase is Phase.PLAN
    topic = db.session.scalars(select(EngagementTopic).where(EngagementTopic.key == "bylaws")).one()
    typed = {"plan": "Tre mødegange", f"goal_{topic.id}": "y", f"words_{topic.id}": "Så alle kan bruge dem"}

    # A session without an agreed plan does not count.
    session = {"day": "2026-11-12", "starts": "17.00", "ends": "19.00", "title_da": "Vedtægter", "venue": "Salen"}
    assert client.post(f"{page}/sessions/new", data=session).status_code == 303
    held = db.session.scalars(select(Activity)).one()
    assert (held.state, held.visibility, held.mode) == (State.PUBLISHED, Visibility.CLOSED, RegistrationMode.ARRANGED)
    assert held.partner_id == association.id
    close(held, {"boards": 7})
    assert counted() == 0
    client.post(f"{page}/plan", data=seen(**typed))
    assert counted() == 0
    future = client.post(f"{page}/plan", data=seen(plan_agreed_on="2026-11-19", **typed))
    assert (future.status_code, "still to come" in future.text) == (422, True)
    client.post(f"{page}/plan", data=seen(plan_agreed_on="2026-11-06", move_on="1", **typed))
    assert only().phase is Phase.SESSIONS
    assert [(g.topic_id, g.words) for g in only().goals] == [(topic.id, "Så alle kan bruge dem")]
    assert counted() == 1

    # A second session, and every phase from here on, changes nothing more.
    client.post(f"{page}/sessions/new", data={**session, "day": "2026-12-01"})
    coming = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert coming is not None
    assert coming.visibility is Visibility.UNLISTED
    close(coming, {"boards": 6})
    assert counted() == 1
    client.post(f"{page}/move", data=seen(phase="follow_up"))
    assert only().phase is Phase.FOLLOW_UP
    assert "1 Jun 2027" in client.get(page).text  # half a year after the last session held
    goal_id = only().goals[0].id
    client.post(f"{page}/follow-up", data=seen(followed_up_on="2026-11-18", follow_up="Bruges", reached=str(goal_id),
                                               move_on="1"))  # fmt: skip
    assert (only().phase, only().goals[0].reached, only().ended_on) == (Phase.ENDED, True, date(2026, 11, 18))
    assert counted() == 1
    assert "Moskéforeningen Havnelyset" in client.get(BOARD).text
    opened = client.get(f"/en/staff/goals/{goal.id}?year=2026").text
    assert f'href="{page}"' in opened
    assert re.search(r'id="sum">1<', opened)

    # Taking out the sessions takes it away again.
    client.post(f"{page}/reopen", data=seen())
    assert only().phase is Phase.FOLLOW_UP
    for activity_id in (held.id, coming.id):
        client.post(f"{page}/sessions/{activity_id}/unlink", data=seen())
    assert counted() == 0
    subjects = db.session.scalars(select(LogEntry.subject).where(LogEntry.event == Event.CHANGED)).all()
    assert f"engagement {one.id}: plan_agreed_on" in " ".join(subjects)
    assert "Bruges" not in " ".join(subjects)


def test_a_new_association_is_made_only_after_asking(app: Flask, client: PageClient, noon: datetime) -> None:
    log_in(client)
    typed = {"association": "Klubben Nøglehullet", "started_on": "2026-11-18", "responsible": ""}
    first = client.post(f"{BOARD}/new", data={**typed, "next_step": "Ring"})
    assert first.status_code == 422
    assert "Choose the day for it." in first.text
    asked = client.post(f"{BOARD}/new", data=typed)
    assert (asked.status_code, 'name="make_new"' in asked.text) == (422, True)
    assert db.session.scalars(select(Engagement)).all() == []
    assert client.post(f"{BOARD}/new", data={**typed, "make_new": "y"}).status_code == 303
    assert only().association.name == "Klubben Nøglehullet"
    again = client.post(f"{BOARD}/new", data={**typed, "association": "KLUBBEN nøglehullet"})
    assert again.status_code == 422
    assert f'<a href="{BOARD}/{only().id}">' in again.text


def test_two_who_edit_at_once_lose_nothing(app: Flask, client: PageClient, noon: datetime) -> None:
    one = engaged(make_association().id, agreed_on=None)
    log_in(client)
    page = f"{BOARD}/{one.id}/needs-talk"
    mine = seen(needs="Mine ord", needs_talk_on="2026-11-04")
    theirs = seen(needs="Deres ord", needs_talk_on="2026-11-04", next_step="Ring", next_step_on="2026-12-01")
    assert client.post(page, data=theirs).status_code == 303
    told = client.post(page, data=mine)
    assert told.status_code == 422
    for words in ("Staff Testesen saved first", "Deres ord", "Mine ord"):
        assert words in told.text
    assert only().needs == "Deres ord"
    assert re.search(rf'name="revision"[^>]* value="{only().revision}"', told.text)
    assert client.post(page, data={**mine, "revision": str(only().revision)}).status_code == 303
    assert only().needs == "Mine ord"
    # A button pressed on an old page changes nothing either.
    told = client.post(f"{BOARD}/{one.id}/move", data={"revision": "0", "phase": "stopped"}, follow_redirects=True)
    assert "Somebody else has changed it meanwhile" in told.text
    assert only().phase is Phase.SESSIONS
    for bad in ("x", "²", "9" * 30, ""):
        assert client.post(page, data={**mine, "revision": bad}).status_code == 422
        assert client.post(f"{BOARD}/{one.id}/move", data={"revision": bad, "phase": bad}).status_code == 303


def test_sessions_are_put_to_an_engagement_and_taken_out(app: Flask, client: PageClient, noon: datetime) -> None:
    association, other = make_association(), make_association("Klubben Nøglehullet", "youth_club")
    one, second = engaged(association.id), engaged(other.id)
    free = planned("capacity_session", 12, 1, partner_id=association.id)
    theirs = planned("capacity_session", 12, 2, partner_id=other.id)
    log_in(client)
    link = f"{BOARD}/{one.id}/sessions/link"
    assert str(theirs.id) not in re.findall(r'<option value="(\d+)"', client.get(link).text)
    for number in (theirs.id, 10**30, "x", ""):
        assert client.post(link, data={"activity": str(number)}).status_code == 422
    assert client.post(link, data={"activity": str(free.id)}).status_code == 303
    assert db.session.scalars(select(EngagementSession.engagement_id)).all() == [one.id]
    assert client.post(link, data={"activity": str(free.id)}).status_code == 422
    with pytest.raises(RuleError, match="linked_already"):
        link_session(one.id, free.id, actor=None, now=noon)
    with pytest.raises(RuleError, match="other_partner"):
        link_session(second.id, free.id, actor=None, now=noon)
    elsewhere = f"{BOARD}/{second.id}/sessions/{free.id}/unlink"
    assert "not there any more" in client.post(elsewhere, data=seen_of(second), follow_redirects=True).text
    client.post(f"{BOARD}/{one.id}/sessions/{free.id}/unlink", data=seen_of(one))
    assert db.session.scalars(select(EngagementSession)).all() == []
    bad = client.post(f"{BOARD}/{one.id}/sessions/new", data={"day": "2026-12-03", "starts": "19.00", "ends": "17.00"})
    assert (bad.status_code, "It must end after it starts" in bad.text) == (422, True)


def test_a_board_assesses_itself_before_and_after_without_a_score(
    app: Flask, client: PageClient, noon: datetime
) -> None:
    association = make_association()
    one = engaged(association.id)
    log_in(client)
    first, second = db.session.scalars(select(EngagementTopic).order_by(EngagementTopic.position).limit(2)).all()
    before, after = f"{BOARD}/{one.id}/assessment/before", f"{BOARD}/{one.id}/assessment/after"
    assert client.post(before, data=seen(made_on="2026-11-01")).status_code == 422  # nothing chosen
    assert client.post(before, data=seen(made_on="2026-11-01", **{f"level_{first.id}": "6"})).status_code == 422
    levels = {f"level_{first.id}": "2", f"level_{second.id}": "3"}
    assert client.post(before, data=seen(made_on="2026-11-01", **levels)).status_code == 303
    assert client.post(after, data=seen(made_on="2026-11-18", **{f"level_{first.id}": "5"})).status_code == 303
    page = client.get(f"{BOARD}/{one.id}").text
    assert first.statement_en in page
    assert 'class="level-before" width="40%"' in page
    assert 'class="level-after" width="100%"' in page
    # Another one before replaces what was there.
    client.post(before, data=seen(made_on="2026-11-02", **{f"level_{first.id}": "1", f"level_{second.id}": ""}))
    [row] = engagements_of(association.id, noon)
    assert [(topic.id, dict(each)) for topic, each in assessed_topics(row.engagement)] == [
        (first.id, {Moment.BEFORE: 1, Moment.AFTER: 5})
    ]
    with app.test_request_context("/da/"):
        own = render_template_string(
            "{% import 'engagements/_own.html' as own with context %}{{ own.one(row) }}", row=row
        )
    assert first.statement_en in own
    assert client.post(after, data={**seen(made_on="2026-11-18"), "revision": "0", **levels}).status_code == 422


def test_the_board_asks_as_much_for_one_as_for_thirty(app: Flask, client: PageClient, noon: datetime) -> None:
    me = log_in(client)
    colleague = make_user(Role.STAFF, "other@vink.example")

    def add(number: int) -> None:
        one = engaged(make_association(f"Klubben Nummer {number}", "youth_club").id)
        with writing() as session:
            stored = session.get_one(Engagement, one.id)
            stored.phase = (*ON_BOARD, *OVER)[number % 7]
            stored.ended_on = date(2026, 11, 1) if stored.phase in OVER else None
            stored.responsible_id = (me.id, colleague.id)[number % 2]
            stored.next_step, stored.next_step_on = "Ring", date(2026, 12, 1)
        link(one, held("capacity_session", 5, 1 + number % 20, {"boards": 6}))
        link(one, planned("capacity_session", 12, 1 + number % 20))

    def link(one: Engagement, activity: Activity) -> None:
        with writing() as session:
            session.add(EngagementSession(engagement_id=one.id, activity_id=activity.id))

    addresses = (BOARD, f"{BOARD}?responsible=me")
    with writing():  # one commit for all
        for number in range(8):
            add(number)
    client.get(BOARD)
    few = []
    for address in addresses:
        with count_queries() as counted:
            assert "1 of 2 sessions held" in client.get(address).text
        few.append(counted.number)
    with writing():
        for number in range(8, 37):
            add(number)
    for address, number in zip(addresses, few, strict=True):
        with count_queries() as counted:
            client.get(address)
        assert counted.number == number
    with count_queries() as of_one:
        engagements_of(db.session.scalars(select(Engagement.association_id)).first() or 0, noon)
    assert of_one.number <= 8
    mine = client.get(f"{BOARD}?responsible={colleague.id}").text
    assert "Klubben Nummer 1<" in mine
    assert "Klubben Nummer 0<" not in mine
    for bad in ("x", "²", "9" * 30, "-1", str(2**31)):
        assert client.get(BOARD, query_string={"responsible": bad, "page": bad}).status_code == 200


def test_free_text_about_a_board_holds_no_cpr_number(app: Flask, client: PageClient, noon: datetime) -> None:
    one = engaged(make_association().id)
    log_in(client)
    fields = {"needs-talk": "needs", "plan": "plan", "follow-up": "follow_up", "contact": "next_step"}
    for part, field in fields.items():
        told = client.post(f"{BOARD}/{one.id}/{part}", data=seen(**{field: "Ring til 010203-1234"}))
        assert (told.status_code, "CPR" in told.text) == (422, True), part
        assert "Ring til 010203-1234" in told.text
        long = client.post(f"{BOARD}/{one.id}/{part}", data=seen(**{field: "x" * 1001}))
        assert long.status_code == 422
    early = client.post(f"{BOARD}/{one.id}/plan", data=seen(plan="Plan", plan_agreed_on="2020-01-01"))
    assert (early.status_code, "before the engagement began" in early.text) == (422, True)
    taken = client.post(f"{BOARD}/{one.id}/plan", data=seen(plan="Plan", plan_agreed_on=""))
    assert (taken.status_code, "has come past the plan" in taken.text) == (422, True)
