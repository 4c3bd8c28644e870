"""A meeting's agenda: its points in order, written by staff or taken from a topic, and published to the members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import writing
from portal.errors import RuleError
from portal.forum.meetings import meeting_to_work_on
from portal.forum.models import AgendaItem, Meeting, Topic
from portal.forum.rules import MOST_ITEMS, TopicState
from portal.forum.standard_agendas import standard_agendas


@dataclass(frozen=True)
class Point:
    """What a point on the agenda says; a title in one language is enough. `minutes` is how long it may take."""

    title_da: str = ""
    title_en: str = ""
    minutes: int | None = None
    topic_id: int | None = None


def items_in_order(session: Session, activity_id: int) -> Sequence[AgendaItem]:
    """The agenda as it is now that the turn is ours."""
    query = select(AgendaItem).where(AgendaItem.activity_id == activity_id)
    return session.scalars(
        query.order_by(AgendaItem.position, AgendaItem.id).execution_options(populate_existing=True)
    ).all()


def number_items(items: Iterable[AgendaItem]) -> None:
    """Numbers the points from 1, in the order given."""
    for position, item in enumerate(items, 1):
        item.position = position


def append_points(session: Session, activity_id: int, points: Iterable[Point]) -> list[AgendaItem]:
    """Puts points last, in the caller's transaction, which has the meeting's turn. RuleError `agenda_full`."""
    there = items_in_order(session, activity_id)
    made = [
        AgendaItem(
            activity_id=activity_id, position=position, title_da=point.title_da, title_en=point.title_en,
            minutes=point.minutes, topic_id=point.topic_id,
        )
        for position, point in enumerate(points, len(there) + 1)
    ]  # fmt: skip
    if len(there) + len(made) > MOST_ITEMS:
        raise RuleError("agenda_full", "title_da", most=MOST_ITEMS)
    session.add_all(made)
    session.flush()
    return made


def _check(point: Point) -> None:
    if not (point.title_da or point.title_en):
        raise RuleError("no_title", "title_da")


def add_item(activity_id: int, point: Point) -> AgendaItem:
    """A new point, last on the agenda. RuleError: `no_title`, `agenda_full`, `unknown_meeting`."""
    _check(point)
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        return append_points(session, activity_id, [point])[0]


def _item(session: Session, activity_id: int, item_id: int) -> AgendaItem:
    item = session.get(AgendaItem, item_id, populate_existing=True)
    if item is None or item.activity_id != activity_id:
        raise RuleError("unknown_item")
    return item


def change_item(activity_id: int, item_id: int, point: Point) -> AgendaItem:
    """Changes a point's words and time. RuleError: `no_title`, `unknown_item`, `unknown_meeting`."""
    _check(point)
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        item = _item(session, activity_id, item_id)
        item.title_da, item.title_en, item.minutes = point.title_da, point.title_en, point.minutes
        return item


def move_item(activity_id: int, item_id: int, *, up: bool) -> None:
    """Changes places with the point before or after it; the first one stays first. RuleError `unknown_item`."""
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        _item(session, activity_id, item_id)
        items = list(items_in_order(session, activity_id))
        at = next(index for index, item in enumerate(items) if item.id == item_id)
        to = max(0, at - 1) if up else min(len(items) - 1, at + 1)
        items.insert(to, items.pop(at))
        number_items(items)


def remove_item(activity_id: int, item_id: int) -> Topic | None:
    """Takes a point off. A topic behind it waits for an answer again, so that it does not get lost, and is returned.

    RuleError: `unknown_item`, `unknown_meeting`.
    """
    with writing() as session:
        # The topic first, then the meeting's turn: who answers a topic waits in the same order.
        topic_id = session.scalar(select(AgendaItem.topic_id).where(AgendaItem.id == item_id))
        topic = session.get(Topic, topic_id, with_for_update=True, populate_existing=True) if topic_id else None
        meeting_to_work_on(session, activity_id)
        item = _item(session, activity_id, item_id)
        session.delete(item)
        session.flush()
        number_items(items_in_order(session, activity_id))
        if topic is None or topic.meeting_id != activity_id or topic.state is not TopicState.ON_AGENDA:
            return None
        topic.state, topic.meeting_id, topic.answered_at, topic.answered_by_id = TopicState.PROPOSED, None, None, None
        topic.answer = ""
        return topic


def _start(activity_id: int, points: Sequence[Point]) -> None:
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        there = list(items_in_order(session, activity_id))
        if any(item.topic_id is None for item in there):
            raise RuleError("agenda_begun", "start_from")
        made = append_points(session, activity_id, points)
        number_items([*made, *there])


def start_from_standard(activity_id: int, key: str) -> None:
    """Begins an agenda with a standard one's points, before the topics that are on it already.

    RuleError: `unknown_agenda`, `agenda_begun` where there are points already, `unknown_meeting`.
    """
    _start(activity_id, points_of_standard(key))


def points_of_standard(key: str) -> list[Point]:
    """A standard agenda's points. RuleError `unknown_agenda`."""
    agenda = standard_agendas().get(key)
    if agenda is None:
        raise RuleError("unknown_agenda", "start_from")
    return [Point(item.title_da, item.title_en) for item in agenda.items]


def start_from_meeting(activity_id: int, other_id: int) -> None:
    """Begins an agenda with another meeting's points; the topics proposed for that one stay there.

    RuleError: `no_agenda_there`, `agenda_begun`, `unknown_meeting`.
    """
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        points = [
            Point(item.title_da, item.title_en, item.minutes)
            for item in items_in_order(session, other_id)
            if item.topic_id is None
        ]
        if not points:
            raise RuleError("no_agenda_there", "start_from")
        _start(activity_id, points)


def publish_agenda(activity_id: int, *, now: datetime) -> Meeting:
    """Shows the agenda to the members, and on the public page. RuleError: `agenda_empty`, `unknown_meeting`."""
    with writing() as session:
        meeting = meeting_to_work_on(session, activity_id)
        if not items_in_order(session, activity_id):
            raise RuleError("agenda_empty")
        meeting.agenda_published_at = meeting.agenda_published_at or now
        return meeting


def withdraw_agenda(activity_id: int) -> Meeting:
    """Takes the agenda back to staff. RuleError `unknown_meeting`."""
    with writing() as session:
        meeting = meeting_to_work_on(session, activity_id)
        meeting.agenda_published_at = None
        return meeting
