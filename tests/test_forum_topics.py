"""A topic's whole life: proposed, answered one by one, on an agenda and off it again, and never lost."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.activities.rules import State
from portal.associations.models import Association
from portal.database import db, writing
from portal.errors import RuleError
from portal.forum import agenda
from portal.forum.models import Topic
from portal.forum.queries import agenda_of, topics_of, waiting_topics
from portal.forum.rules import TopicState
from portal.forum.topics import TopicAnswer, answer_topic, propose_topic, seen
from portal.log.models import Event
from portal.log.queries import entries_about
from tests.associations import make_association
from tests.forum import make_meeting
from tests.mail_read import as_read
from tests.make import log_in, make_user
from tests.page import PageClient
from tests.parties import sent


def proposed(association: Association | None = None, **values: str) -> Topic:
    """A topic in Danish, with a reason."""
    given = {"title": "Unge og lommepenge", "text": "Fordi de spørger.", "language": "da", **values}
    return propose_topic(association.id if association else None, now=clock.now(), **given)  # type: ignore[arg-type]


def afresh(topic: Topic) -> Topic:
    """The topic as it is stored now."""
    db.session.expire_all()
    return db.session.get_one(Topic, topic.id)


def test_a_topic_is_answered_told_and_put_on_the_agenda(client: PageClient) -> None:
    user = log_in(client)
    body = make_association(language="en")
    topic = proposed(body)
    meeting = make_meeting()
    assert waiting_topics()[0] == 1
    listed = client.get("/en/staff/forum/topics").text
    assert '<span lang="da">Unge og lommepenge</span>' in listed
    there = f"/en/staff/forum/topics/{topic.id}"
    page = client.get(f"{there}?meeting={meeting.id}").text
    assert 'lang="da"' in page
    typed = {"began": seen(topic), "state": "on_agenda", "meeting": str(meeting.id), "words": "Good idea."}
    answer = client.post(there, data=typed)
    assert answer.headers["Location"].endswith(f"/staff/forum/{meeting.id}")
    [item] = agenda_of(meeting.id)
    assert (item.title_da, item.title_en, item.topic_id) == ("Unge og lommepenge", "", topic.id)
    [letter] = sent("topic_on_agenda")
    assert (letter.language, letter.recipient, letter.association_id) == ("en", "kontakt@kanelblomst.example", body.id)
    assert letter.subject == "VINK: an answer to the topic you proposed"
    client.post(there, data=typed)
    assert len(sent()) == 1, "the same answer twice is one"
    assert [each.event for each in entries_about(body.id).items if each.event is Event.WROTE] == [Event.WROTE] * 2
    assert afresh(topic).answered_by_id == user.id
    # Off the agenda it waits again; nothing of it is lost.
    client.post(f"/en/staff/forum/{meeting.id}/agenda/{item.id}/remove")
    assert (afresh(topic).state, topic.meeting_id, topic.answer) == (TopicState.PROPOSED, None, "")
    assert waiting_topics()[0] == 1
    client.post(there, data={"began": seen(topic), "state": "declined", "words": "Det er ikke vores bord."})
    assert [(each.state, each.answer) for each in topics_of(body.id)] == [
        (TopicState.DECLINED, "Det er ikke vores bord.")
    ]
    assert [each.kind for each in sent()] == ["topic_on_agenda", "topic_declined"]


def test_an_answer_that_does_not_hold_is_refused_with_what_was_typed(client: PageClient) -> None:
    user = log_in(client)
    topic = proposed(make_association())
    over, off = make_meeting(clock.now() - timedelta(days=3)), make_meeting(state=State.CALLED_OFF)
    there = f"/da/staff/forum/topics/{topic.id}"
    for wrong in (
        {"state": "on_agenda", "meeting": ""},
        {"state": "on_agenda", "meeting": str(over.id)},
        {"state": "on_agenda", "meeting": str(off.id)},
        {"state": "on_agenda", "meeting": str(2**70)},
        {"state": "later"},
        {"state": "declined"},
        {"state": "proposed"},
        {"state": "x"},
        {"state": "declined", "words": "Ring til 010190-1234"},
        {"state": "declined", "words": "x" * 501},
        {},
    ):
        answer = client.post(there, data={"began": seen(topic), **wrong})
        assert answer.status_code == 422, wrong
        assert str(wrong.get("words", "")) in answer.text
    assert afresh(topic).state is TopicState.PROPOSED
    assert sent() == []
    began = seen(afresh(topic))
    for meeting_id, fault in ((over.id, "meeting_over"), (off.id, "meeting_over"), (10**6, "unknown_meeting")):
        wanted = TopicAnswer(TopicState.ON_AGENDA, "", meeting_id)
        with pytest.raises(RuleError, match=fault):
            answer_topic(topic.id, wanted, began=began, now=clock.now(), actor=user)
    assert client.get("/da/staff/forum/topics/1000000").status_code == 404


def test_the_second_of_two_who_answer_is_told(client: PageClient) -> None:
    user = log_in(client)
    topic = proposed(make_association())
    meeting, other = make_meeting(), make_meeting()
    began = seen(topic)
    answer_topic(topic.id, TopicAnswer(TopicState.LATER, "Til foråret."), began=began, now=clock.now(), actor=user)
    mine = {"began": began, "state": "on_agenda", "meeting": str(meeting.id), "words": "Vi tager det nu."}
    there = f"/da/staff/forum/topics/{topic.id}"
    told = client.post(there, data=mine)
    assert told.status_code == 422
    assert "Til foråret." in told.text
    assert "Vi tager det nu." in told.text
    assert user.name in told.text
    assert agenda_of(meeting.id) == []
    fresh = re.search(r'name="began" type="hidden" value="([^"]+)"', told.text)
    assert fresh is not None
    assert client.post(there, data={**mine, "began": fresh[1]}).status_code == 303
    answer_topic(
        topic.id,
        TopicAnswer(TopicState.ON_AGENDA, "", other.id),
        began=seen(afresh(topic)),
        now=clock.now(),
        actor=user,
    )
    assert (len(agenda_of(meeting.id)), len(agenda_of(other.id))) == (0, 1), "it stands on one agenda"


def test_a_held_meetings_agenda_keeps_its_topic(app: Flask) -> None:
    user, topic = make_user(), proposed()
    meeting = make_meeting()
    first = TopicAnswer(TopicState.ON_AGENDA, "", meeting.id)
    answer_topic(topic.id, first, began=seen(topic), now=clock.now(), actor=user)
    later = meeting.ends_at + timedelta(days=1)
    again = make_meeting(later + timedelta(days=30))
    wanted = TopicAnswer(TopicState.ON_AGENDA, "", again.id)
    answer_topic(topic.id, wanted, began=seen(afresh(topic)), now=later, actor=user)
    assert (len(agenda_of(meeting.id)), len(agenda_of(again.id))) == (1, 1)
    assert agenda.remove_item(meeting.id, agenda_of(meeting.id)[0].id) is None
    assert afresh(topic).state is TopicState.ON_AGENDA
    assert sent() == [], "staff's own topic is nobody's mail"


def test_staff_propose_too_and_a_cpr_number_is_refused(client: PageClient) -> None:
    log_in(client)
    typed = {"title": "Lommepenge", "text": "Spørg 010190-1234", "language": "en"}
    refused = client.post("/da/staff/forum/topics/new", data=typed)
    assert refused.status_code == 422
    assert "Spørg 010190-1234" in refused.text
    assert client.post("/da/staff/forum/topics/new", data={**typed, "text": "", "title": " "}).status_code == 422
    made = client.post("/da/staff/forum/topics/new", data={**typed, "text": ""})
    assert made.status_code == 303
    assert 'lang="en"' in client.get(made.headers["Location"]).text
    cpr = "010190-1234"
    for title, text, fault in ((cpr, "", "looks_like_cpr"), ("x", cpr, "looks_like_cpr"), (" ", "", "no_title")):
        with pytest.raises(RuleError, match=fault):
            proposed(title=title, text=text)
    with pytest.raises(RuleError, match="unknown_association"):
        propose_topic(10**6, "x", "", "da", now=clock.now())


def test_without_a_mailbox_nobody_is_written_to(client: PageClient) -> None:
    log_in(client)
    topic = proposed(make_association(email=None))
    data = {"began": seen(topic), "state": "later", "words": "Til foråret."}
    page = client.post(f"/en/staff/forum/topics/{topic.id}", data=data, follow_redirects=True).text
    assert "No mail was sent" in page
    assert sent() == []
    assert [each.answer for each in topics_of(afresh(topic).association_id or 0)] == ["Til foråret."]


ANSWERS = {
    "on_agenda": "Det passer godt.",
    "later": "Vi tager det op til foråret.",
    "declined": "Det er ikke vores bord.",
}


@pytest.mark.parametrize("state", sorted(ANSWERS))
@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_answers_letter_is_as_stored(
    app: Flask, as_stored: Callable[[str, str], None], state: str, lang: str
) -> None:
    """A change of words is stored on purpose: pytest --store-letters, then read the diff."""
    topic = proposed(make_association(language=lang))
    meeting = make_meeting(datetime(2040, 12, 6, 16, tzinfo=UTC), venue="Rådhuset", address="Testvej 1")
    wanted = TopicAnswer(TopicState(state), ANSWERS[state], meeting.id)
    answer_topic(topic.id, wanted, began=seen(topic), now=clock.now(), actor=make_user())
    [letter] = sent()
    text = as_read(letter)
    as_stored(f"{letter.kind}.{lang}", text)
    assert "lommepenge" not in text.splitlines()[0], "the forum's subjects are neutral"


def test_a_full_agenda_takes_no_more(app: Flask) -> None:
    meeting = make_meeting()
    with writing() as session:
        agenda.append_points(session, meeting.id, [agenda.Point(f"Punkt {n}") for n in range(40)])
    with pytest.raises(RuleError, match="agenda_full"):
        agenda.add_item(meeting.id, agenda.Point("Et til"))
    topic, user = proposed(), make_user()
    wanted, began = TopicAnswer(TopicState.ON_AGENDA, "", meeting.id), seen(topic)
    with pytest.raises(RuleError, match="agenda_full"):
        answer_topic(topic.id, wanted, began=began, now=clock.now(), actor=user)
    assert afresh(topic).state is TopicState.PROPOSED, "a refused answer leaves nothing behind"
