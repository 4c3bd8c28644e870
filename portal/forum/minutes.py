"""Minutes: what was said in short, what was decided, and who does what. No person is named in them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import writing
from portal.errors import RuleError
from portal.forum.meetings import meeting_to_work_on
from portal.forum.models import Decision, Meeting
from portal.forum.rules import MOST_DECISIONS, Readers
from portal.web.rules import looks_like_cpr


@dataclass(frozen=True)
class MinutesDraft:
    """The minutes as Markdown in both languages, and who may read them; `Readers.STAFF` means not published."""

    minutes_da: str = ""
    minutes_en: str = ""
    readers: Readers = Readers.STAFF


@dataclass(frozen=True)
class DecisionDraft:
    """What was decided. A task is the association's, or the unit's where there is none; both stay out of the words."""

    text_da: str = ""
    text_en: str = ""
    is_task: bool = False
    association_id: int | None = None
    due_on: date | None = None


def save_minutes(activity_id: int, draft: MinutesDraft, *, revision: int, now: datetime) -> Meeting:
    """Saves and publishes the minutes, or takes them back to staff.

    `revision` is the one the form was opened with. RuleError: `changed_meanwhile`, `no_minutes` and `looks_like_cpr`
    beside the text, `not_held_yet` beside `readers`, `unknown_meeting`.
    """
    for field in ("minutes_da", "minutes_en"):
        if looks_like_cpr(getattr(draft, field)):
            raise RuleError("looks_like_cpr", field)
    with writing() as session:
        meeting = meeting_to_work_on(session, activity_id)
        stored = MinutesDraft(meeting.minutes_da, meeting.minutes_en, meeting.minutes_readers)
        if stored == draft:
            return meeting  # sent twice, or nothing is new
        if meeting.revision != revision:
            raise RuleError("changed_meanwhile")
        if draft.readers is not Readers.STAFF:
            if not (draft.minutes_da or draft.minutes_en):
                raise RuleError("no_minutes", "minutes_da")
            if session.get_one(Activity, activity_id).starts_at > now:
                raise RuleError("not_held_yet", "readers")
        meeting.minutes_da, meeting.minutes_en, meeting.minutes_readers = (
            draft.minutes_da, draft.minutes_en, draft.readers,
        )  # fmt: skip
        published = draft.readers is not Readers.STAFF
        meeting.minutes_published_at = (meeting.minutes_published_at or now) if published else None
        meeting.revision += 1
        return meeting


def _check(session: Session, draft: DecisionDraft) -> None:
    if not (draft.text_da or draft.text_en):
        raise RuleError("no_text", "text_da")
    for field in ("text_da", "text_en"):
        if looks_like_cpr(getattr(draft, field)):
            raise RuleError("looks_like_cpr", field)
    if draft.association_id is not None and session.get(Association, draft.association_id) is None:
        raise RuleError("unknown_association", "association")


def _write(decision: Decision, draft: DecisionDraft) -> None:
    decision.text_da, decision.text_en = draft.text_da, draft.text_en
    decision.association_id, decision.due_on = draft.association_id, draft.due_on
    # Whoever is named, or a date, makes it something to do.
    decision.is_task = draft.is_task or draft.association_id is not None or draft.due_on is not None
    if not decision.is_task:
        decision.done_on = None


def add_decision(activity_id: int, draft: DecisionDraft) -> Decision:
    """A further decision of the meeting. RuleError: `no_text`, `looks_like_cpr`, `unknown_association`,
    `too_many_decisions`, `unknown_meeting`.
    """
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        _check(session, draft)
        last, number = session.execute(
            select(func.coalesce(func.max(Decision.position), 0), func.count()).where(
                Decision.activity_id == activity_id
            )
        ).one()
        if number >= MOST_DECISIONS:
            raise RuleError("too_many_decisions", "text_da", most=MOST_DECISIONS)
        decision = Decision(activity_id=activity_id, position=last + 1)
        _write(decision, draft)
        session.add(decision)
        return decision


def _decision(session: Session, decision_id: int) -> Decision:
    found = session.get(Decision, decision_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise RuleError("unknown_decision")
    return found


def change_decision(decision_id: int, draft: DecisionDraft) -> Decision:
    """Changes a decision. RuleError: as `add_decision`, and `unknown_decision`."""
    with writing() as session:
        decision = _decision(session, decision_id)
        _check(session, draft)
        _write(decision, draft)
        return decision


def remove_decision(decision_id: int) -> None:
    """Deletes a decision that was written by mistake. RuleError `unknown_decision`."""
    with writing() as session:
        session.delete(_decision(session, decision_id))


def mark_done(decision_id: int, done_on: date | None, *, now: datetime) -> Decision:
    """Notes when a task was done; None takes that back.

    RuleError: `unknown_decision`, `no_task`; `done_in_future` and `done_before_meeting` beside `done_on`.
    """
    with writing() as session:
        decision = _decision(session, decision_id)
        if not decision.is_task:
            raise RuleError("no_task")
        if done_on is not None:
            if done_on > clock.local(now).date():
                raise RuleError("done_in_future", "done_on")
            if done_on < clock.local(decision.activity.starts_at).date():
                raise RuleError("done_before_meeting", "done_on")
        decision.done_on = done_on
        return decision
