"""Any order of sign-ups, changes, answers, lapses and capacities keeps capacity, through the service itself."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import clock
from portal.activities.models import Activity
from portal.activities.service import draft_of
from portal.database import db
from portal.errors import RuleError
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import HOLDS_PLACES, Standing
from portal.registrations.waiting_list import tend_waiting_lists
from tests.make import make_activity
from tests.parties import party

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sign_up", "sign_up", "change", "cancel", "yes", "no", "wait", "capacity"]),
        st.integers(0, 30),
        st.integers(1, 9),
    ),
    min_size=4,
    max_size=16,
)


def taken(activity_id: int) -> int:
    """Heads that hold places."""
    held = select(func.sum(Registration.heads)).where(
        Registration.activity_id == activity_id, Registration.standing.in_(HOLDS_PLACES)
    )
    return db.session.scalar(held) or 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_capacity_holds_whatever_people_do(app: Flask, steps: list[tuple[str, int, int]]) -> None:
    now = clock.now()
    activity_id = make_activity(capacity=12, max_heads=9, starts_at=now + timedelta(days=40)).id
    parties: list[int] = []
    for step, which, number in steps:
        chosen = parties[which % len(parties)] if parties else None
        try:
            if step == "sign_up":
                parties.append(service.sign_up(activity_id, party(number), now=now).id)
            elif step == "capacity":
                draft = draft_of(db.session.get_one(Activity, activity_id))
                change_activity(activity_id, replace(draft, capacity=number + 6), now=now)
            elif step == "wait":
                now += timedelta(hours=40)
                tend_waiting_lists(now=now)
            elif chosen is None:
                continue
            elif step == "change":
                service.change_heads(chosen, number, now=now)
            elif step == "cancel":
                service.cancel(chosen, now=now)
            else:
                service.answer_offer(chosen, step == "yes", now=now)
        except RuleError:
            pass  # refused: it must hold all the same
        db.session.expire_all()
        capacity = db.session.get_one(Activity, activity_id).capacity
        assert capacity is not None
        assert taken(activity_id) <= capacity
    tend_waiting_lists(now=now)
    line = db.session.scalars(
        select(Registration)
        .where(Registration.activity_id == activity_id, Registration.standing == Standing.WAITING)
        .order_by(Registration.queue_number)
    ).all()
    if line:  # nobody waits in vain: the first one does not fit
        capacity = db.session.get_one(Activity, activity_id).capacity or 0
        assert line[0].heads > capacity - taken(activity_id)
