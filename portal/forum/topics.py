"""Topics: proposed by an association or staff, answered one by one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.associations.models import Association
from portal.database import writing
from portal.errors import RuleError
from portal.forum.agenda import Point, append_points, items_in_order, number_items
from portal.forum.meetings import meeting_to_work_on
from portal.forum.models import AgendaItem, Topic
from portal.forum.rules import TopicState
from portal.forum.topic_letters import tell_proposer
from portal.log.models import Event
from portal.log.service import note
from portal.web.rules import looks_like_cpr


def propose_topic(
    association_id: int | None, title: str, text: str, language: str, *, now: datetime, actor: User | None = None
) -> Topic:
    """A new topic, in the language it is written in, waiting for an answer.

    `association_id` None means that staff propose it; `actor` None that an association does it itself. The same one
    sent again is one topic, while it waits for its answer.
    RuleError: `no_title` and `looks_like_cpr` beside `title` or `text`, `unknown_association`, `unknown_language`.
    """
    title = " ".join(title.split())
    if not title:
        raise RuleError("no_title", "title")
    for field, words in (("title", title), ("text", text)):
        if looks_like_cpr(words):
            raise RuleError("looks_like_cpr", field)
    if language not in {"da", "en"}:
        raise RuleError("unknown_language", "language")
    with writing() as session:
        if association_id is not None and session.get(Association, association_id) is None:
            raise RuleError("unknown_association", "association")
        said = {"title": title[:160], "text": text.strip()[:1000], "language": language}
        same = select(Topic).filter_by(association_id=association_id, state=TopicState.PROPOSED, **said)
        again = session.scalars(same.limit(1)).first()
        if again is not None:
            return again
        topic = Topic(association_id=association_id, state=TopicState.PROPOSED, created_at=now, **said)
        session.add(topic)
        if association_id is not None:
            note(session, Event.WROTE, now=now, actor=actor, association_id=association_id, subject="topic")
        return topic


@dataclass(frozen=True)
class TopicAnswer:
    """What staff answer: `meeting_id` where it goes on a meeting's agenda, `words` are the proposer's to read."""

    state: TopicState
    words: str = ""
    meeting_id: int | None = None


def seen(topic: Topic) -> str:
    """What a form about the topic began with, so that a second answer hears of the first."""
    return f"{topic.state}:{topic.answered_at.isoformat() if topic.answered_at else ''}"


def answer_topic(topic_id: int, answer: TopicAnswer, *, began: str, now: datetime, actor: User) -> tuple[Topic, bool]:
    """Answers a topic, puts it on the meeting's agenda or takes it off, and writes to the proposer.

    `began` is `seen` as the form was opened. Returns the topic, and whether there was a mailbox to write to. The same
    answer sent twice is one. RuleError: `unknown_topic`, `no_meeting`, `meeting_over` and `unknown_meeting` beside
    `meeting`, `no_words` beside `words`, `answered_meanwhile` where somebody else was first.
    """
    wanted = answer.meeting_id if answer.state is TopicState.ON_AGENDA else None
    with writing() as session:
        # The row is locked on PostgreSQL; on SQLite the transaction is the only one that writes.
        topic = session.get(Topic, topic_id, with_for_update=True, populate_existing=True)
        if topic is None:
            raise RuleError("unknown_topic")
        if (topic.state, topic.answer, topic.meeting_id) == (answer.state, answer.words, wanted):
            return topic, False
        if seen(topic) != began:
            raise RuleError("answered_meanwhile")
        if answer.state is TopicState.PROPOSED:
            raise RuleError("no_answer", "state")
        if answer.state is TopicState.ON_AGENDA and wanted is None:
            raise RuleError("no_meeting", "meeting")
        if answer.state in {TopicState.LATER, TopicState.DECLINED} and topic.association_id and not answer.words:
            raise RuleError("no_words", "words")
        _place(session, topic, wanted, now)
        topic.state, topic.answer, topic.meeting_id = answer.state, answer.words, wanted
        topic.answered_at, topic.answered_by_id = now, actor.id
        session.flush()
        session.refresh(topic, ["meeting"])
        told = tell_proposer(session, topic, now=now)
        if topic.association_id is not None:
            note(
                session, Event.WROTE, now=now, actor=actor, association_id=topic.association_id,
                subject="topic_answered",
            )  # fmt: skip
        return topic, told


def _place(session: Session, topic: Topic, wanted: int | None, now: datetime) -> None:
    """On the agenda of the meeting `wanted`, and on no other one that is still to come."""
    on = set(session.scalars(select(AgendaItem.activity_id).where(AgendaItem.topic_id == topic.id)))
    if wanted is not None:
        activity = session.get(Activity, wanted)
        if activity is None:
            raise RuleError("unknown_meeting", "meeting")
        if activity.ends_at <= now or activity.state is State.CALLED_OFF:
            raise RuleError("meeting_over", "meeting")
    to_come = select(Activity.id).where(Activity.ends_at > now)
    for elsewhere in on - {wanted}:
        meeting_to_work_on(session, elsewhere)
        session.execute(
            delete(AgendaItem).where(
                AgendaItem.topic_id == topic.id,
                AgendaItem.activity_id == elsewhere,
                AgendaItem.activity_id.in_(to_come),
            )
        )
        number_items(items_in_order(session, elsewhere))
    if wanted is not None:
        meeting_to_work_on(session, wanted)
        if wanted not in on:
            da, en = (topic.title, "") if topic.language == "da" else ("", topic.title)
            append_points(session, wanted, [Point(da, en, topic_id=topic.id)])
