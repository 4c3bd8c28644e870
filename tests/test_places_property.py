"""Whatever people and time do, capacity holds and the line is fair: a machine that acts through the service itself."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.activities.models import Activity
from portal.activities.service import draft_of
from portal.database import db
from portal.errors import RuleError
from portal.registrations import service
from portal.registrations.models import PassedOver, Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import HOLDS_PLACES, PassReason, Standing
from portal.registrations.waiting_list import tend_waiting_lists
from tests.conftest import empty
from tests.make import make_activity
from tests.parties import party, sent

BEGUN = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
HEADS = st.integers(1, 9)
WHICH = st.integers(0, 40)


class People(RuleBasedStateMachine):
    """Parties around one activity of 12 places. What it knows of the line before each act, it saw in the tables."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self.now = BEGUN
        self.passed = 0
        self.before: dict[int, tuple[Standing, int, int]] = {}

    @initialize(days=st.sampled_from([1, 6, 8, 20]))
    def opens(self, days: int) -> None:
        """Published that many days ahead."""
        activity = make_activity(capacity=12, max_heads=9, starts_at=BEGUN + timedelta(days=days))
        self.id, self.starts_at = activity.id, activity.starts_at

    def act(self, act: Any, *args: Any) -> None:
        """One act; refused or not, everything must hold."""
        self.before = {p.id: (p.standing, p.queue_number, p.heads) for p in self.parties()}
        with suppress(RuleError):
            act(*args, now=self.now)

    def parties(self) -> list[Registration]:
        db.session.expire_all()
        return list(db.session.scalars(select(Registration).order_by(Registration.queue_number)))

    def one(self, which: int) -> int:
        found = self.parties()
        return found[which % len(found)].id if found else 0

    @rule(first=HEADS, second=HEADS)
    def sign_up(self, first: int, second: int) -> None:
        self.act(service.sign_up, self.id, party(first))
        self.every_reason_is_true()
        self.act(service.sign_up, self.id, party(second))

    @rule(which=WHICH, heads=HEADS)
    def change(self, which: int, heads: int) -> None:
        self.act(service.change_heads, self.one(which), heads)

    @rule(which=WHICH, heads=HEADS)
    def take_part(self, which: int, heads: int) -> None:
        self.act(service.take_part, self.one(which), heads)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self.act(service.cancel, self.one(which))

    @rule(which=WHICH, yes=st.booleans())
    def answer(self, which: int, yes: bool) -> None:
        self.act(service.answer_offer, self.one(which), yes)

    @rule(capacity=st.one_of(st.none(), st.integers(4, 20)))
    def change_capacity(self, capacity: int | None) -> None:
        draft = draft_of(db.session.get_one(Activity, self.id))
        self.act(change_activity, self.id, replace(draft, capacity=capacity))

    @rule(hours=st.sampled_from([1, 13, 40, 100]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.act(tend_waiting_lists)

    @invariant()
    def capacity_holds(self) -> None:
        capacity = db.session.get_one(Activity, self.id).capacity
        assert capacity is None or sum(p.heads for p in self.parties() if p.standing in HOLDS_PLACES) <= capacity

    @invariant()
    def nobody_has_two_offers_and_each_ends_in_time(self) -> None:
        letters = Counter(m.registration_id for m in sent("offer"))
        assert all(number == 1 for number in letters.values())
        for each in self.parties():
            assert (each.offer_expires_at is None) == (each.standing is not Standing.OFFERED)
            if each.offer_expires_at:
                assert each.offer_expires_at <= self.starts_at

    @invariant()
    def each_party_was_told_once_how_it_stands(self) -> None:
        letters: dict[int | None, Counter[str]] = {}
        for message in sent():
            letters.setdefault(message.registration_id, Counter())[message.kind] += 1
        for each in self.parties():
            told = letters[each.id]
            places = told["confirmed"] + told["moved_up"]
            assert places <= 1
            if each.standing is Standing.CONFIRMED:
                assert places == 1
            if each.standing in (Standing.WAITING, Standing.OFFERED, Standing.LAPSED):
                assert places == 0
            assert told["offer"] >= (each.standing is Standing.OFFERED)

    @invariant()
    def every_reason_is_true(self) -> None:
        """Whoever was passed over waited, needed more than was free, and somebody behind it got places."""
        rows = db.session.scalars(select(PassedOver).where(PassedOver.id > self.passed).order_by(PassedOver.id)).all()
        after = {p.id: p for p in self.parties()}
        # The asker's heads may have changed on the way, so those behind are known by their number in line.
        got = [p for p in after.values() if p.standing in HOLDS_PLACES
               and self.before.get(p.id, (Standing.WAITING,))[0] is Standing.WAITING]  # fmt: skip
        for row in rows:
            mine = after[row.registration_id]
            assert mine.standing is Standing.WAITING
            assert 0 < row.free < row.heads == mine.heads
            assert row.at == self.now
            assert any(p.queue_number > mine.queue_number for p in got)
            ahead = self.starts_at - self.now
            assert ahead <= timedelta(days=7)
            assert (row.reason is PassReason.TOO_BIG_NOW) == (ahead <= timedelta(hours=48))
        if not rows and self.before:  # nobody was overtaken without a reason
            for each in after.values():
                if each.standing is Standing.WAITING and self.before.get(each.id, (None,))[0] is Standing.WAITING:
                    assert not any(p.queue_number > each.queue_number for p in got)
        self.passed = max([self.passed, *(row.id for row in rows)])

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        """Every act leaves the line as the rules want it: the worker finds nothing to do."""
        assert tend_waiting_lists(now=self.now) == 0
        line = [p for p in self.parties() if p.standing is Standing.WAITING]
        if line and self.now < self.starts_at:
            capacity = db.session.get_one(Activity, self.id).capacity
            assert capacity is not None
            free = capacity - sum(p.heads for p in self.parties() if p.standing in HOLDS_PLACES)
            asked = line[:1] if self.starts_at - self.now > timedelta(days=7) else line
            assert all(party.heads > free for party in asked)

    def teardown(self) -> None:
        db.session.remove()
        empty(self.app)


def test_capacity_holds_and_the_line_is_fair_whatever_people_do(app: Flask) -> None:
    run_state_machine_as_test(
        lambda: People(app),
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
