"""The rules of moving on: in order, back at any time, and never on without what the phase rests on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.engagements.rules import (
    ON_BOARD,
    OVER,
    Facts,
    MoveFault,
    Phase,
    counts_in,
    follow_up_due,
    is_late,
    move_fault,
    next_phase,
    reopened_in,
)

facts = st.builds(Facts, st.sampled_from(Phase), st.booleans(), st.booleans(), st.integers(0, 3), st.booleans())


@pytest.mark.parametrize(
    ("known", "to", "fault"),
    [
        (Facts(Phase.CONTACT), Phase.NEEDS_TALK, None),
        (Facts(Phase.CONTACT), Phase.PLAN, None),
        (Facts(Phase.CONTACT), Phase.CONTACT, MoveFault.SAME),
        (Facts(Phase.PLAN), Phase.SESSIONS, MoveFault.NO_PLAN),
        (Facts(Phase.PLAN, agreed=True), Phase.SESSIONS, None),
        (Facts(Phase.SESSIONS, agreed=True), Phase.FOLLOW_UP, MoveFault.NO_SESSION),
        (Facts(Phase.SESSIONS, agreed=True, sessions=1), Phase.FOLLOW_UP, None),
        (Facts(Phase.FOLLOW_UP, agreed=True, sessions=1), Phase.ENDED, MoveFault.NO_FOLLOW_UP),
        (Facts(Phase.FOLLOW_UP, agreed=True, sessions=1, followed_up=True), Phase.ENDED, None),
        (Facts(Phase.STOPPED), Phase.CONTACT, MoveFault.OVER),
    ],
)
def test_each_phase_asks_for_what_it_rests_on(known: Facts, to: Phase, fault: MoveFault | None) -> None:
    assert move_fault(known, to) is fault


@given(facts)
def test_back_and_stop_are_always_open_and_what_is_over_goes_on_where_it_may(known: Facts) -> None:
    if known.phase in OVER:
        assert {move_fault(known, to) for to in Phase if to is not known.phase} == {MoveFault.OVER}
        assert next_phase(known.phase) is None
    else:
        before = ON_BOARD[: ON_BOARD.index(known.phase)]
        assert [move_fault(known, to) for to in (*before, Phase.STOPPED)] == [None] * (len(before) + 1)
    again = reopened_in(known)
    assert again in ON_BOARD
    assert move_fault(Facts(Phase.CONTACT, known.talked, known.agreed, known.sessions), again) in {None, MoveFault.SAME}


def test_the_usual_order_is_the_boards() -> None:
    order = [Phase.CONTACT]
    while (following := next_phase(order[-1])) is not None:
        order.append(following)
    assert order == [*ON_BOARD, Phase.ENDED]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_follow_up_is_due_half_a_year_later(last: date) -> None:
    due = follow_up_due(last)
    assert timedelta(days=178) <= due - last <= timedelta(days=184)
    assert due.day == last.day or (due + timedelta(days=1)).day == 1


def test_days_of_next_steps_and_plans() -> None:
    today = date(2026, 11, 18)
    assert follow_up_due(date(2026, 8, 31)) == date(2027, 2, 28)
    assert [is_late(day, today) for day in (None, today, date(2026, 11, 17))] == [False, False, True]
    assert counts_in(date(2026, 12, 31), 1, date(2026, 12, 31))
    assert not counts_in(date(2027, 1, 1), 1, date(2026, 12, 31))
    assert not counts_in(None, 3, date(2026, 12, 31))
    assert not counts_in(date(2026, 1, 1), 0, date(2026, 12, 31))
