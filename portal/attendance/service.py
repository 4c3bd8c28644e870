"""Counting: every tap is a new row, a closed count is corrected by a further one, nothing is overwritten."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.attendance import queries
from portal.attendance.models import Closing, Count
from portal.attendance.rules import MAX_COUNT, MAX_PARTY, MAX_STEP, CountKind, Method, moment_counted
from portal.database import writing
from portal.errors import RuleError
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.waiting_list import take_turn


def count_party(
    activity_id: int,
    registration_id: int,
    heads: int,
    *,
    count_id: str,
    method: Method = Method.LIST,
    actor: User | None,
    counted_at: datetime | None,
    now: datetime,
) -> None:
    """Notes that `heads` (0 to 500) of a party are here; more than were registered is allowed.

    `count_id` is the device's own UUID: the same one again changes nothing. RuleError `unknown_activity`,
    `unknown_party`, `not_yours`, `bad_heads`, `bad_id`, `id_taken`, `draft`, `called_off`, `closed`.
    """
    with writing() as session:
        turn = take_turn(session, activity_id)
        activity = _activity(session, activity_id, actor)
        party = session.get(Registration, registration_id, populate_existing=True)
        if party is None or party.activity_id != activity.desk_id:
            raise RuleError("unknown_party")
        if not 0 <= heads <= MAX_PARTY:
            raise RuleError("bad_heads", "heads", most=MAX_PARTY)
        count = _tap(activity, turn, CountKind.ARRIVED, heads, count_id, method, actor, counted_at, now)
        count.registration_id = party.id
        if _recorded_before(session, count):
            return
        _check_open(activity)
        if party.standing is not Standing.CONFIRMED and not queries.arrived_of(activity.id, party.id):
            raise RuleError("unknown_party")
        _append(session, count)


def count_walk_in(
    activity_id: int,
    audience_id: int,
    step: int,
    *,
    count_id: str,
    method: Method = Method.CLICKER,
    actor: User | None,
    counted_at: datetime | None,
    now: datetime,
) -> None:
    """Adds `step` heads (-50 to 50, not 0) without registration to one audience of the activity.

    RuleErrors as for `count_party`, and `unknown_audience`, `bad_step`, `below_zero`.
    """
    with writing() as session:
        turn = take_turn(session, activity_id)
        activity = _activity(session, activity_id, actor)
        if not 1 <= abs(step) <= MAX_STEP:
            raise RuleError("bad_step", "step", most=MAX_STEP)
        so_far = queries.walk_ins_of(activity.id, audience_id)
        # An audience that staff took off the activity later can still be counted down.
        if audience_id not in {a.id for a in activity.audiences} and not so_far:
            raise RuleError("unknown_audience")
        count = _tap(activity, turn, CountKind.WALK_IN, step, count_id, method, actor, counted_at, now)
        count.audience_id = audience_id
        if _recorded_before(session, count):
            return
        _check_open(activity)
        if so_far + step < 0:
            raise RuleError("below_zero", "step")
        _append(session, count)


def close_count(
    activity_id: int,
    final: Mapping[int, int],
    method: Method,
    *,
    reason: str = "",
    actor: User | None,
    now: datetime,
    seen: int | None = None,
    form_id: str | None = None,
) -> Closing:
    """Closes the count with `final` heads (0 to 5000) by audience id, or corrects a closed one.

    A correction needs a `reason`; the older closing stays, no longer the newest. `seen` is the number of the
    closing that the actor looked at (0: none yet): where another came meanwhile, RuleError `closed_meanwhile`
    with its `heads`, `by`, `at` and `number`. `form_id` is the form's own UUID: the same one again changes nothing.
    Further RuleErrors: `unknown_activity`, `not_yours`, `draft`, `called_off`, `not_started`,
    `no_figures`, `unknown_audience`, `bad_heads`, `reason`, `bad_id`.
    """
    with writing() as session:
        take_turn(session, activity_id)
        activity = _activity(session, activity_id, actor)
        ids = {audience: str(uuid5(UUID(_uuid(form_id)), str(audience)) if form_id else uuid4()) for audience in final}
        before = session.scalar(select(Count).where(Count.id.in_(ids.values()), Count.activity_id == activity.id))
        if before is not None and before.closing is not None:
            return before.closing
        newest = queries.newest_closing(activity.id)
        _check_countable(activity)
        if now < activity.starts_at:
            raise RuleError("not_started", starts_at=activity.starts_at)
        if newest is not None and seen is not None and seen != newest.number:
            by = newest.closed_by.name if newest.closed_by else ""
            raise RuleError("closed_meanwhile", heads=newest.heads, by=by, at=newest.closed_at, number=newest.number)
        if newest is not None and not reason.strip():
            raise RuleError("reason", "reason")
        _check_final(activity, newest, final)
        number = newest.number if newest else 0
        return add_closing(
            session, activity, final, method, after=number, ids=ids, reason=reason.strip() if newest else "",
            actor=actor, counted_at=now, now=now,
        )  # fmt: skip


def add_closing(
    session: Session,
    activity: Activity,
    final: Mapping[int, int],
    method: Method,
    *,
    after: int,
    ids: Mapping[int, str],
    reason: str = "",
    actor: User | None,
    counted_at: datetime,
    now: datetime,
) -> Closing:
    """The closing that comes after number `after` (0: the first one) and holds from now on.

    Asks no rule and commits nothing: who calls it holds the activity's turn and has asked. `final` and `ids`
    are heads and the counts' ids by audience id.
    """
    if after:
        session.execute(update(Closing).where(Closing.activity_id == activity.id).values(newest=False))
    closing = Closing(
        activity_id=activity.id,
        number=after + 1,
        method=method,
        reason=reason,
        closed_by_id=actor.id if actor else None,
        closed_at=now,
    )
    closing.counts = [
        Count(
            id=ids[audience],
            activity_id=activity.id,
            kind=CountKind.FINAL,
            method=method,
            heads=heads,
            audience_id=audience,
            number=closing.number,
            counted_by_id=actor.id if actor else None,
            counted_at=counted_at,
            recorded_at=now,
        )
        for audience, heads in final.items()
    ]
    session.add(closing)
    return closing


def _activity(session: Session, activity_id: int, actor: User | None) -> Activity:
    """The activity as it is inside the turn; RuleError `not_yours` for a facilitator of others."""
    activity = session.get_one(Activity, activity_id, populate_existing=True)
    if actor is not None and not queries.may_count(actor, activity_id):
        raise RuleError("not_yours")
    return activity


def _check_countable(activity: Activity) -> None:
    if activity.state is State.CALLED_OFF:
        raise RuleError("called_off")
    if activity.state is not State.PUBLISHED:
        raise RuleError("draft")


def _check_open(activity: Activity) -> None:
    _check_countable(activity)
    if queries.newest_closing(activity.id) is not None:
        raise RuleError("closed")


def _check_final(activity: Activity, newest: Closing | None, final: Mapping[int, int]) -> None:
    if not final:
        raise RuleError("no_figures")
    counted = {audience.id for audience in queries.audiences_to_close(activity, newest)}
    for audience, heads in final.items():
        if audience not in counted:
            raise RuleError("unknown_audience")
        if not 0 <= heads <= MAX_COUNT:
            raise RuleError("bad_heads", f"final_{audience}", most=MAX_COUNT)


def _tap(
    activity: Activity, turn: int, kind: CountKind, heads: int, count_id: str, method: Method, actor: User | None,
    counted_at: datetime | None, now: datetime,
) -> Count:  # fmt: skip
    """A tap in the room, not added yet; whom it counts is still to be said."""
    return Count(
        id=_uuid(count_id),
        activity_id=activity.id,
        kind=kind,
        method=method,
        heads=heads,
        number=turn,
        counted_by_id=actor.id if actor else None,
        counted_at=moment_counted(counted_at, now),
        recorded_at=now,
    )


def _uuid(text: str | None) -> str:
    """The id in one spelling; RuleError `bad_id` where it is no UUID."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        raise RuleError("bad_id") from None


def _recorded_before(session: Session, count: Count) -> bool:
    """Whether this tap came before; RuleError `id_taken` where its id stands for something else."""
    before = session.get(Count, count.id)
    if before is None:
        return False
    same = (before.activity_id, before.kind, before.registration_id, before.audience_id) == (
        count.activity_id,
        count.kind,
        count.registration_id,
        count.audience_id,
    )
    if not same:
        raise RuleError("id_taken")
    return True


def _append(session: Session, count: Count) -> None:
    session.add(count)
    try:
        session.flush()
    except IntegrityError:  # the same id at another activity, whose turn is another one
        raise RuleError("id_taken") from None
