"""Signing up, changing, cancelling, answering: each in one transaction that takes the activity's turn."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.activities.rules import AgeBand, Closed, RegistrationMode, State, sign_up_closed
from portal.associations.models import Association
from portal.associations.rules import search_name
from portal.associations.service import association_named, find_association
from portal.database import writing
from portal.errors import RuleError
from portal.registrations.letters import letter_of_standing, tell
from portal.registrations.models import Registration
from portal.registrations.queries import heads_of, last_start, line_of, meetings_of
from portal.registrations.rules import ALIVE, MAX_HEADS, Standing, decide_place, free_places
from portal.registrations.waiting_list import activity_afresh, leave, take_turn, tend


@dataclass(frozen=True)
class SignUp:
    """What a party tells when it signs up. `submission` is the form's own number.

    `association_id` is the association itself where it is known for sure, as by an invitation's link.
    """

    heads: int
    language: str
    submission: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    group_name: str | None = None
    association_name: str | None = None
    age_band: AgeBand | None = None
    access_needs: str | None = None
    association_id: int | None = None


def sign_up(activity_id: int, party: SignUp, *, now: datetime, by_staff: bool = False) -> Registration:
    """Registers a party where its heads fit and nobody waits, else puts it on the waiting list.

    The same submission again returns what it made the first time; with another party in it, it is refused,
    since somebody went back and filled in the form anew. `by_staff` puts down what was agreed with them: an arranged
    activity, a party larger than one may be; capacity holds all the same. RuleError: `unknown_activity`, `closed`
    (with `reason`), `too_many_heads` (with `most`), `sent_before`.
    """
    with writing() as session:
        turn = take_turn(session, activity_id)
        repeated = session.scalar(select(Registration).where(Registration.submission == party.submission))
        if repeated is not None:
            if not _same_party(repeated, activity_id, party):
                raise RuleError("sent_before")
            return repeated
        activity = activity_afresh(session, activity_id)
        reason = sign_up_closed(activity.terms, now)
        if activity.registers_at_id is not None:
            reason = Closed.NO_SIGN_UP
        if by_staff and now < activity.ends_at and activity.state is not State.CALLED_OFF:
            reason = None
        if reason is not None:
            raise RuleError("closed", reason=reason)
        most = min(activity.max_heads, activity.capacity or activity.max_heads)
        if by_staff:
            most = activity.capacity or MAX_HEADS
        if not 1 <= party.heads <= most:
            raise RuleError("too_many_heads", "heads", most=most)
        tend(session, activity, now=now)
        taken, waiting = heads_of([activity_id], session).get(activity_id, (0, 0))
        registration = Registration(
            activity_id=activity_id,
            activity=activity,
            reference=secrets.token_urlsafe(15),
            submission=party.submission,
            standing=decide_place(party.heads, free_places(activity.capacity, taken), waiting > 0),
            heads=party.heads,
            queue_number=turn,
            name=party.name,
            email=party.email,
            phone=party.phone,
            group_name=party.group_name,
            association_name=party.association_name,
            association_id=party.association_id or _association_id(session, activity, party.association_name),
            age_band=party.age_band,
            access_needs=party.access_needs,
            language=party.language,
            created_at=now,
        )
        session.add(registration)
        try:
            session.flush()
        except IntegrityError as fault:  # the same form went to another activity at the same moment
            raise RuleError("sent_before") from fault
        facts: dict[str, Any] = {}
        if registration.standing is Standing.WAITING:
            tend(session, activity, now=now, asker=registration)
        if registration.standing is Standing.WAITING:
            facts = {"number": waiting + 1, "free": registration.told_free or 0}
        tell(session, registration, letter_of_standing(registration.standing), now=now, **facts)
    return registration


def _same_party(registration: Registration, activity_id: int, party: SignUp) -> bool:
    return registration.activity_id == activity_id and all(
        getattr(registration, name) == getattr(party, name)
        for name in ("heads", "name", "email", "phone", "group_name", "association_name", "age_band", "access_needs")
    )


def _association_id(session: Session, activity: Activity, name: str | None) -> int | None:
    """The association we know by that name; an unknown name stays text until staff add it."""
    if not name or activity.mode is not RegistrationMode.ASSOCIATION:
        return None
    known = find_association(session, name)
    return known.id if known else None


def begin_change(session: Session, registration_id: int, now: datetime) -> tuple[Registration, int]:
    """Takes the turn and reads the party afresh; returns it and the turn.

    RuleError where it cannot be changed any more: `unknown_registration`, `called_off`, `started`.
    """
    activity_id = session.scalar(select(Registration.activity_id).where(Registration.id == registration_id))
    if activity_id is None:
        raise RuleError("unknown_registration")
    turn = take_turn(session, activity_id)
    registration = session.get_one(Registration, registration_id, populate_existing=True)
    while registration.activity_id != activity_id:  # its first meeting was called off meanwhile: another one's turn
        activity_id = registration.activity_id
        turn = take_turn(session, activity_id)
        session.refresh(registration)
    activity = activity_afresh(session, activity_id)
    if activity.state is State.CALLED_OFF:
        raise RuleError("called_off")
    if now >= last_start(meetings_of(activity)):
        raise RuleError("started")
    tend(session, activity, now=now)
    return registration, turn


def change_heads(registration_id: int, heads: int, *, now: datetime) -> Registration:
    """Changes a party's heads; fewer frees places at once, more needs room.

    A waiting party keeps its turn when it gets smaller, and has its places at once where it makes do with those that
    are free for it; when it grows it goes to the end of the line.
    RuleError: `unknown_registration`, `called_off`, `started`, `not_alive`, `too_many_heads` and
    `no_room` (with `most`), `offer_fewer_only`, `too_late_for_more`.
    """
    with writing() as session:
        registration, turn = begin_change(session, registration_id, now)
        activity = registration.activity
        before = registration.heads
        if registration.standing not in ALIVE:
            raise RuleError("not_alive")
        most = min(activity.max_heads, activity.capacity or activity.max_heads)
        if not 1 <= heads <= max(most, before):
            raise RuleError("too_many_heads", "heads", most=most)
        if heads == before:
            return registration
        if heads > before and (now >= activity.starts_at or (activity.deadline and now > activity.deadline)):
            raise RuleError("too_late_for_more", "heads", most=before)
        if heads > before and registration.standing is Standing.OFFERED:
            raise RuleError("offer_fewer_only", "heads", most=before)
        if heads > before and registration.standing is Standing.CONFIRMED:
            taken, waiting = heads_of([activity.id], session).get(activity.id, (0, 0))
            free = free_places(activity.capacity, taken)
            room = before if waiting else before + (heads if free is None else free)
            if heads > room:
                raise RuleError("no_room", "heads", most=room)
        if heads > before and registration.standing is Standing.WAITING:
            registration.queue_number = turn
        if registration.standing is Standing.WAITING and heads <= line_of(activity, session).part_of(
            registration_id, now
        ):
            _make_do(session, registration, heads, now)
            return registration
        registration.heads = heads
        session.flush()
        _tell_heads(session, registration, before, now)
    return registration


def _tell_heads(session: Session, registration: Registration, before: int, now: datetime) -> None:
    """Tells the party of its new number, and tends the line. One that has no place yet must not read the letter as if
    it had: it is told to answer its offer, or where it stands in line."""
    activity = registration.activity
    if registration.standing is Standing.WAITING:
        tend(session, activity, now=now, asker=registration)
        line = line_of(activity, session)
        if registration.standing is Standing.WAITING:
            number, free = line.number_of(registration.id), line.part_of(registration.id, now)
            tell(session, registration, "waiting", now=now, number=number, free=free)
        return
    tell(session, registration, "heads_changed", now=now, before=before)
    tend(session, activity, now=now)


def take_part(registration_id: int, heads: int, *, now: datetime) -> Registration:
    """A waiting party makes do with so many of the free places: it is confirmed, and gives up its other heads.

    Where it waits no more, nothing changes: look at the standing. RuleError: `unknown_registration`, `called_off`,
    `started`, `part_gone` (with `free`: what it can take now, 0 where it must wait its turn).
    """
    with writing() as session:
        registration, _turn = begin_change(session, registration_id, now)
        if registration.standing is Standing.WAITING:
            free = line_of(registration.activity, session).part_of(registration_id, now)
            if not 1 <= heads <= free:
                raise RuleError("part_gone", free=free)
            _make_do(session, registration, heads, now)
    return registration


def _make_do(session: Session, registration: Registration, heads: int, now: datetime) -> None:
    """Gives a waiting party the part that is free for it, and what it left to those behind it."""
    registration.heads = heads
    session.flush()
    tend(session, registration.activity, now=now, asker=registration)
    tell(session, registration, "confirmed", now=now)


def cancel(registration_id: int, *, now: datetime) -> Registration:
    """Cancels a party and gives its places on. Cancelling again changes nothing.

    RuleError: `unknown_registration`, `called_off`, `started`.
    """
    with writing() as session:
        registration, _turn = begin_change(session, registration_id, now)
        if registration.standing in ALIVE:
            leave(registration, Standing.CANCELLED)
            session.flush()
            tell(session, registration, "cancelled", now=now)
            tend(session, registration.activity, now=now)
    return registration


def answer_offer(registration_id: int, yes: bool, *, now: datetime) -> Registration:
    """Takes or declines an offer; an answer to an offer that is no more changes nothing: look at the standing.

    RuleError: `unknown_registration`, `called_off`, `started`.
    """
    with writing() as session:
        registration, _turn = begin_change(session, registration_id, now)
        if registration.standing is Standing.OFFERED:
            leave(registration, Standing.CONFIRMED if yes else Standing.CANCELLED)
            session.flush()
            tell(session, registration, "confirmed" if yes else "declined", now=now)
            tend(session, registration.activity, now=now)
    return registration


def adopt_association(registration_id: int, *, now: datetime) -> tuple[int, Association]:
    """Adds the association that a party named and ties every party of that name to it.

    Returns the party's activity's number and the association.

    RuleError: `unknown_registration`, `no_association`.
    """
    with writing() as session:
        registration = session.get(Registration, registration_id)
        if registration is None:
            raise RuleError("unknown_registration")
        name = registration.association_name
        if not name:
            raise RuleError("no_association")
        association = association_named(session, name, now=now)
        if association is None:
            raise RuleError("no_association")
        for other in session.scalars(
            select(Registration).where(
                Registration.association_name.is_not(None), Registration.association_id.is_(None)
            )
        ):
            if search_name(other.association_name or "") == association.search_name:
                other.association_id = association.id
        activity_id = registration.activity_id
    return activity_id, association
