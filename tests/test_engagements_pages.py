"""The pages about capacity building, through the browser's eyes."""

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import RegistrationMode, State, Visibility
from portal.database import db
from portal.engagements.models import Engagement, EngagementSession, EngagementTopic
from portal.engagements.rules import Phase
from portal.goals import queries as goals
from portal.log.models import Event, LogEntry
from sqlalchemy import select
from tests.associations import make_association
from tests.goals import YEAR, close, engaged, goal_of, plan_of_2026, planned
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
