"""Planning activities: making, changing, copying and publishing them."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity, ActivityType, Audience, Series
from portal.activities.rules import (
    SPOKEN,
    Provision,
    PublishFault,
    RegistrationMode,
    State,
    TimeFault,
    Visibility,
    publish_fault,
    series_fault,
    time_fault,
)
from portal.associations.models import District
from portal.associations.service import association_named
from portal.database import Base, writing
from portal.errors import RuleError

TIME_FIELDS = {TimeFault.ENDS_BEFORE_START: "ends", TimeFault.DEADLINE_AFTER_START: "deadline_day"}
PUBLISH_FIELDS = {PublishFault.NO_TITLE: "title_da", PublishFault.IN_THE_PAST: "day"}


@dataclass(frozen=True)
class ActivityDraft:
    """All that staff decide about an activity. `partner` is an association's name, made where it is unknown;
    `languages` are codes with commas between, such as `da,en`; `deadline` None means until the start.
    """

    type_id: int
    audience_id: int
    starts_at: datetime
    ends_at: datetime
    mode: RegistrationMode
    visibility: Visibility
    title_da: str = ""
    title_en: str = ""
    description_da: str = ""
    description_en: str = ""
    other_audience_ids: tuple[int, ...] = ()
    venue: str = ""
    address: str = ""
    district_id: int | None = None
    wheelchair: Provision = Provision.ASK
    hearing_loop: Provision = Provision.ASK
    interpreter: Provision = Provision.ASK
    languages: str = "da"
    capacity: int | None = None
    max_heads: int = 1
    deadline: datetime | None = None
    partner: str = ""
    contact_id: int | None = None
    facilitator_ids: tuple[int, ...] = ()


PLAIN_FIELDS = (
    "type_id", "audience_id", "starts_at", "ends_at", "mode", "visibility", "title_da", "title_en",
    "description_da", "description_en", "venue", "address", "district_id", "wheelchair", "hearing_loop",
    "interpreter", "languages", "capacity", "max_heads", "deadline", "contact_id",
)  # fmt: skip


def draft_of(activity: Activity) -> ActivityDraft:
    """The activity as a draft, to be changed or copied."""
    return ActivityDraft(
        **{name: getattr(activity, name) for name in PLAIN_FIELDS},
        other_audience_ids=tuple(audience.id for audience in activity.other_audiences),
        partner=activity.partner.name if activity.partner else "",
        facilitator_ids=tuple(user.id for user in activity.facilitators),
    )


def moved_to(draft: ActivityDraft, day: date) -> ActivityDraft:
    """The draft on another day, at the same times on Copenhagen's clock; the deadline keeps its distance in days."""
    days = day - clock.local(draft.starts_at).date()

    def moved(moment: datetime) -> datetime:
        there = clock.local(moment)
        return clock.at_local(there.date() + days, there.time())

    return replace(
        draft,
        starts_at=moved(draft.starts_at),
        ends_at=max(moved(draft.ends_at), moved(draft.starts_at) + timedelta(minutes=1)),
        deadline=moved(draft.deadline) if draft.deadline else None,
    )


def _all(session: Session, kind: type[Base], ids: Iterable[int], key: str, field: str) -> list[Base]:
    wanted = list(dict.fromkeys(ids))
    found = {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(wanted)))}  # type: ignore[attr-defined]
    if len(found) < len(wanted):
        raise RuleError(key, field)
    return [found[number] for number in wanted]


def _check(session: Session, draft: ActivityDraft) -> None:
    fault = time_fault(draft.starts_at, draft.ends_at, draft.deadline)
    if fault:
        raise RuleError(fault, TIME_FIELDS[fault])
    for name, (key, kind, number) in {
        "type": ("unknown_type", ActivityType, draft.type_id),
        "audience": ("unknown_audience", Audience, draft.audience_id),
        "district": ("unknown_district", District, draft.district_id),
        "contact": ("unknown_contact", User, draft.contact_id),
    }.items():
        if number is not None:
            _all(session, kind, [number], key, name)
    codes = draft.languages.split(",")
    if not set(codes) <= set(SPOKEN):
        raise RuleError("unknown_language", "languages")


def apply_draft(session: Session, activity: Activity, draft: ActivityDraft, *, now: datetime) -> None:
    """Writes the draft into the activity; the caller commits.

    RuleError: `ends_before_start`, `deadline_after_start`, `unknown_type`, `unknown_audience`, `unknown_district`,
    `unknown_contact`, `unknown_facilitator`, `unknown_language`.
    """
    with session.no_autoflush:
        _check(session, draft)
        others = _all(session, Audience, draft.other_audience_ids, "unknown_audience", "other_audiences")
        people = _all(session, User, draft.facilitator_ids, "unknown_facilitator", "facilitators")
        for name in PLAIN_FIELDS:
            setattr(activity, name, getattr(draft, name))
        activity.other_audiences = [a for a in others if isinstance(a, Audience) and a.id != draft.audience_id]
        activity.facilitators = [user for user in people if isinstance(user, User)]
        activity.partner = association_named(session, draft.partner, now=now)
        activity.changed_at = now


def _add(session: Session, draft: ActivityDraft, now: datetime, state: State = State.DRAFT) -> Activity:
    activity = Activity(state=state, link_key=secrets.token_urlsafe(16), revision=0, created_at=now)
    apply_draft(session, activity, draft, now=now)
    session.add(activity)
    session.flush()
    return activity


def create_activity(draft: ActivityDraft, *, now: datetime) -> Activity:
    """A new activity that only staff see until it is published. RuleError as `apply_draft`."""
    with writing() as session:
        return _add(session, draft, now)


def plan_series(activity_id: int, dates: Sequence[date], same_group: bool, *, now: datetime) -> list[Activity]:
    """Further meetings at the same times on the dates, in the state the first one is in.

    With `same_group` they register at the first one, and one sign-up holds for all; an activity that is in
    a series already keeps its series' choice. RuleError on field `dates`: `unknown_activity`, `called_off`,
    and those of `rules.series_fault`.
    """
    with writing() as session:
        first = _turn(session, activity_id)
        if first.state is State.CALLED_OFF:
            raise RuleError("called_off", "dates")
        taken = {clock.local(meeting.starts_at).date() for meeting in _meetings(session, first)}
        days = sorted(dates)
        fault = series_fault(clock.local(first.starts_at).date(), days)
        if fault or taken & set(days):
            raise RuleError(fault or "same_day_twice", "dates")
        if first.series is None:
            first.series = Series(same_group=same_group, created_at=now)
        draft = draft_of(first)
        made = []
        for day in days:
            meeting = _add(session, moved_to(draft, day), now, first.state)
            meeting.series = first.series
            meeting.registers_at_id = first.desk_id if first.series.same_group else None
            made.append(meeting)
        return made


def publish(activity_id: int, *, now: datetime, whole_series: bool = False) -> list[Activity]:
    """Lets the public find it, according to its visibility; `whole_series` takes the series' other drafts along.

    RuleError: `unknown_activity`, `already_published`, `called_off`, `no_title`, `in_the_past`. With a
    series, either all drafts are published or none.
    """
    with writing() as session:
        activity = _turn(session, activity_id)
        wanted = [activity]
        if whole_series:
            wanted = [meeting for meeting in _meetings(session, activity) if meeting.state is State.DRAFT] or wanted
        for each in wanted:
            fault = publish_fault(each.state, each.visibility, (each.title_da, each.title_en), each.starts_at, now)
            if fault:
                raise RuleError(fault, PUBLISH_FIELDS.get(fault))
            each.state = State.PUBLISHED
            each.changed_at = now
        return wanted


def unpublish(activity_id: int, *, now: datetime, registered: Callable[[Session, Activity], bool]) -> Activity:
    """Takes it back to a draft, while it is to come and `registered` says that nobody is.

    RuleError: `unknown_activity`, `not_published`, `held_already`, `has_parties`.
    """
    with writing() as session:
        activity = _turn(session, activity_id)
        if activity.state is not State.PUBLISHED:
            raise RuleError("not_published")
        if now >= activity.ends_at:
            raise RuleError("held_already")
        if registered(session, activity):
            raise RuleError("has_parties")
        activity.state = State.DRAFT
        activity.changed_at = now
        return activity


def _turn(session: Session, activity_id: int) -> Activity:
    """The activity, once whoever else writes about it is done. RuleError `unknown_activity`."""
    taken = session.execute(
        update(Activity)
        .where(Activity.id == activity_id)
        .values(turn=Activity.turn + 1)
        .returning(Activity.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        raise RuleError("unknown_activity")
    return session.get_one(Activity, activity_id, populate_existing=True)


def _meetings(session: Session, activity: Activity) -> Sequence[Activity]:
    if activity.series_id is None:
        return [activity]
    return session.scalars(
        select(Activity).where(Activity.series_id == activity.series_id).order_by(Activity.starts_at)
    ).all()
