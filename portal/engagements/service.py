"""Work with one institution: begun, changed phase by phase, moved on, assessed by the board itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.associations.models import Association
from portal.associations.service import put_down
from portal.clock import local
from portal.database import writing
from portal.engagements.models import Assessment, Engagement, EngagementGoal, EngagementSession, EngagementTopic, Rating
from portal.engagements.queries import LOG_SUBJECT
from portal.engagements.rules import ON_BOARD, OVER, SCALE, Facts, Moment, Phase, move_fault, reopened_in
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note


@dataclass(frozen=True)
class NextStep:
    """What happens next, and by which day."""

    text: str = ""
    on: date | None = None


NOTHING_NEXT = NextStep()


def start_engagement(
    association_id: int, *, started_on: date, responsible_id: int | None, next_step: NextStep = NOTHING_NEXT,
    actor: User | None, now: datetime,
) -> Engagement:  # fmt: skip
    """A new engagement with an institution, in the phase of contact.

    RuleError: `unknown_association`, `runs_already` (with `engagement_id`) on field `association`,
    `unknown_responsible`, `not_yet`.
    """
    with writing() as session:
        # The association's row is locked, so that two who begin at once make one.
        touched = update(Association).where(Association.id == association_id).values(active=Association.active)
        if session.execute(touched.returning(Association.id)).scalar() is None:
            raise RuleError("unknown_association", "association")
        running = select(Engagement.id).where(
            Engagement.association_id == association_id, Engagement.phase.in_(ON_BOARD)
        )
        other = session.scalars(running.limit(1)).first()
        if other is not None:
            raise RuleError("runs_already", "association", engagement_id=other)
        _check_been(started_on, "started_on", now)
        _check_responsible(session, responsible_id)
        engagement = Engagement(
            association_id=association_id, phase=Phase.CONTACT, responsible_id=responsible_id, started_on=started_on,
            next_step=next_step.text, next_step_on=next_step.on, created_at=now, changed_at=now,
        )  # fmt: skip
        session.add(engagement)
        session.flush()
        _note(session, engagement, ["started_on"], Event.CREATED, actor=actor, now=now)
    return engagement


def start_engagement_with(
    name: str, *, started_on: date, responsible_id: int | None, next_step: NextStep = NOTHING_NEXT, actor: User,
    now: datetime,
) -> Engagement:  # fmt: skip
    """As `start_engagement`, with the association of that name, made where there is none."""
    with writing() as session:
        association = put_down(session, name, actor=actor, now=now)
        if association is None:
            raise RuleError("unknown_association", "association")
        return start_engagement(
            association.id, started_on=started_on, responsible_id=responsible_id, next_step=next_step, actor=actor,
            now=now,
        )  # fmt: skip


def change_basics(
    engagement_id: int, started_on: date, responsible_id: int | None, next_step: NextStep, *, revision: int,
    actor: User | None, now: datetime,
) -> Engagement:  # fmt: skip
    """When it began and who is responsible. RuleError: `changed_meanwhile`, `unknown_responsible`, `not_yet`,
    `plan_before_start`.
    """
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        _check_been(started_on, "started_on", now)
        if engagement.plan_agreed_on and engagement.plan_agreed_on < started_on:
            raise RuleError("plan_before_start", "started_on")
        _check_responsible(session, responsible_id, engagement.responsible_id)
        _set(session, engagement, next_step, actor, now, started_on=started_on, responsible_id=responsible_id)
    return engagement


def note_needs_talk(
    engagement_id: int, held_on: date | None, needs: str, next_step: NextStep, *, revision: int, actor: User | None,
    now: datetime,
) -> Engagement:  # fmt: skip
    """When the needs talk was, and what the association needs. RuleError: `changed_meanwhile`, `not_yet`."""
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        _check_been(held_on, "needs_talk_on", now)
        _set(session, engagement, next_step, actor, now, needs_talk_on=held_on, needs=needs)
    return engagement


def agree_plan(
    engagement_id: int, agreed_on: date | None, plan: str, goals: Mapping[int, str], next_step: NextStep, *,
    revision: int, actor: User | None, now: datetime,
) -> Engagement:  # fmt: skip
    """The plan: its text, its goals by topic with the board's own words, and when it was agreed (None: not yet).

    From the agreed day on the engagement counts, with its first session held. RuleError: `changed_meanwhile`,
    `not_yet`, `plan_before_start`, `plan_needed` where the work has come past the plan, `no_goals` where it is
    agreed on nothing, `unknown_topic`.
    """
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        _check_been(agreed_on, "plan_agreed_on", now)
        if agreed_on is not None and agreed_on < engagement.started_on:
            raise RuleError("plan_before_start", "plan_agreed_on")
        if agreed_on is None and engagement.phase in (Phase.SESSIONS, Phase.FOLLOW_UP, Phase.ENDED):
            raise RuleError("plan_needed", "plan_agreed_on")
        if agreed_on is not None and not goals and not plan:
            raise RuleError("no_goals", "plan")
        kept = {goal.topic_id: goal for goal in engagement.goals}
        _check_topics(session, goals, kept)
        told = {topic: goal.words for topic, goal in kept.items()} != dict(goals)
        for topic_id, goal in kept.items():
            if topic_id not in goals:
                engagement.goals.remove(goal)
        for topic_id, words in goals.items():
            if topic_id in kept:
                kept[topic_id].words = words
            else:
                engagement.goals.append(EngagementGoal(topic_id=topic_id, words=words))
        also = ["goals"] if told else []
        _set(session, engagement, next_step, actor, now, also=also, plan_agreed_on=agreed_on, plan=plan)
    return engagement


def follow_up(
    engagement_id: int, due: date | None, done_on: date | None, found: str, reached: Collection[int],
    next_step: NextStep, *, revision: int, actor: User | None, now: datetime,
) -> Engagement:  # fmt: skip
    """The follow-up: when it is due (None: half a year after the last session held), when it was made, what was found
    and which goals (ids) were reached. RuleError: `changed_meanwhile`, `not_yet`.
    """
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        _check_been(done_on, "followed_up_on", now)
        also = ["reached"] if {g.id for g in engagement.goals if g.reached} != set(reached) else []
        for goal in engagement.goals:
            goal.reached = goal.id in reached
        _set(session, engagement, next_step, actor, now, also=also, follow_up_on=due, followed_up_on=done_on,
             follow_up=found)  # fmt: skip
    return engagement


def move(engagement_id: int, to: Phase, *, revision: int, actor: User | None, now: datetime) -> Engagement:
    """Moves it to another phase; the end sets its day. RuleError: `changed_meanwhile`, and `rules.MoveFault`."""
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        fault = move_fault(_facts(session, engagement, now), to)
        if fault:
            raise RuleError(fault)
        ended_on = local(now).date() if to in OVER else None
        next_step = NOTHING_NEXT if to in OVER else None
        _set(session, engagement, next_step, actor, now, phase=to, ended_on=ended_on)
    return engagement


def reopen(engagement_id: int, *, revision: int, actor: User | None, now: datetime) -> Engagement:
    """Takes up again what was over, in the last phase that its facts allow.

    RuleError: `changed_meanwhile`, `not_over`, `runs_already` (with `engagement_id`) where the institution has
    another one meanwhile.
    """
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        if engagement.phase not in OVER:
            raise RuleError("not_over")
        running = select(Engagement.id).where(
            Engagement.association_id == engagement.association_id, Engagement.phase.in_(ON_BOARD)
        )
        other = session.scalars(running.limit(1)).first()
        if other is not None:
            raise RuleError("runs_already", engagement_id=other)
        to = reopened_in(_facts(session, engagement, now))
        _set(session, engagement, None, actor, now, phase=to, ended_on=None)
    return engagement


def assess(
    engagement_id: int, moment: Moment, made_on: date, levels: Mapping[int, int], *, revision: int,
    actor: User | None, now: datetime,
) -> Assessment:  # fmt: skip
    """The board's own assessment, before or after: a level from 1 to 5 by topic. What was there is replaced.

    RuleError: `changed_meanwhile`, `not_yet`, `nothing_assessed`, `unknown_topic`, `unknown_level`.
    """
    with writing() as session:
        engagement = _turn(session, engagement_id, revision)
        _check_been(made_on, "made_on", now)
        if not levels:
            raise RuleError("nothing_assessed")
        if not set(levels.values()) <= set(SCALE):
            raise RuleError("unknown_level")
        made = next((each for each in engagement.assessments if each.moment is moment), None)
        before = {rating.topic_id: rating for rating in made.ratings} if made else {}
        _check_topics(session, levels, before)
        if made is None:
            made = Assessment(moment=moment, made_on=made_on)
            engagement.assessments.append(made)
        made.made_on = made_on
        for topic_id, rating in before.items():
            if topic_id not in levels:
                made.ratings.remove(rating)
        for topic_id, level in levels.items():
            if topic_id in before:
                before[topic_id].level = level
            else:
                made.ratings.append(Rating(topic_id=topic_id, level=level))
        _set(session, engagement, None, actor, now, also=[f"assessment_{moment}"])
    return made


def _turn(session: Session, engagement_id: int, revision: int) -> Engagement:
    """The engagement, locked; RuleError `unknown`, or `changed_meanwhile` where it is not as the reader saw it."""
    query = update(Engagement).where(Engagement.id == engagement_id).values(revision=Engagement.revision + 1)
    now_is = session.execute(query.returning(Engagement.revision).execution_options(synchronize_session=False)).scalar()
    if now_is is None:
        raise RuleError("unknown")
    if now_is != revision + 1:
        raise RuleError("changed_meanwhile")
    return session.get_one(Engagement, engagement_id, populate_existing=True)


def _facts(session: Session, engagement: Engagement, now: datetime) -> Facts:
    query = select(func.count()).select_from(EngagementSession).join(Activity)
    query = query.where(EngagementSession.engagement_id == engagement.id, Activity.state == State.PUBLISHED)
    over = session.scalar(query.where(Activity.ends_at <= now)) or 0
    talked, agreed = engagement.needs_talk_on is not None, engagement.plan_agreed_on is not None
    return Facts(engagement.phase, talked, agreed, over, engagement.followed_up_on is not None)


def _set(
    session: Session, engagement: Engagement, next_step: NextStep | None, actor: User | None, now: datetime, *,
    also: Iterable[str] = (), **values: Any,
) -> None:  # fmt: skip
    """Writes the values and the next step (None: as it is), and notes in the log which of them changed."""
    if next_step is not None:
        values |= {"next_step": next_step.text, "next_step_on": next_step.on}
    changed = [name for name, value in values.items() if getattr(engagement, name) != value]
    for name in changed:
        setattr(engagement, name, values[name])
    engagement.changed_at = now
    changed += also
    if changed:
        _note(session, engagement, changed, Event.CHANGED, actor=actor, now=now)


def _note(
    session: Session, engagement: Engagement, fields: Iterable[str], event: Event, *, actor: User | None, now: datetime
) -> None:
    note(session, event, now=now, actor=actor, association_id=engagement.association_id,
         subject=f"{LOG_SUBJECT} {engagement.id}: {', '.join(fields)}")  # fmt: skip


def _check_been(day: date | None, field: str, now: datetime) -> None:
    """What is still to come is a next step, not something that was done."""
    if day is not None and day > local(now).date():
        raise RuleError("not_yet", field)


def _check_responsible(session: Session, user_id: int | None, before: int | None = None) -> None:
    if user_id is None or user_id == before:
        return
    user = session.get(User, user_id)
    if user is None or not user.active or user.role not in STAFF:
        raise RuleError("unknown_responsible", "responsible")


def _check_topics(session: Session, wanted: Iterable[int], before: Collection[int]) -> None:
    new = set(wanted) - set(before)
    known = select(EngagementTopic.id).where(EngagementTopic.id.in_(new), EngagementTopic.active)
    if new - set(session.scalars(known)):
        raise RuleError("unknown_topic")
