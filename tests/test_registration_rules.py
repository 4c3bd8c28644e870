"""The rules of places: capacity holds whatever the order; offers end when people can have answered."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.registrations.rules import (
    COPENHAGEN,
    Party,
    Standing,
    decide_place,
    grants,
    offer_expires,
)

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)  # a Wednesday, 12.00 in Copenhagen
MONTH = timedelta(days=30)


def test_a_newcomer_is_confirmed_where_it_fits_and_nobody_waits() -> None:
    assert decide_place(4, 4, False) is Standing.CONFIRMED
    assert decide_place(5, 4, False) is Standing.WAITING
    assert decide_place(1, 4, True) is Standing.WAITING
    assert decide_place(500, None, False) is Standing.CONFIRMED


def test_the_first_party_holds_its_turn_until_seven_days_before() -> None:
    line = [Party(1, 1, 12), Party(2, 2, 3)]
    assert grants(line, 5, NOW + timedelta(days=8), NOW) == []
    asked = grants(line, 5, NOW + timedelta(days=6), NOW)
    assert [g.party_id for g in asked] == [2]


def test_in_the_last_48_hours_places_are_given_at_once() -> None:
    asked = grants([Party(1, 1, 2)], 5, NOW + timedelta(hours=47), NOW)
    assert asked[0].expires_at is None


def test_nobody_is_asked_after_the_start() -> None:
    assert grants([Party(1, 1, 1)], 5, NOW, NOW) == []


def test_without_a_limit_everybody_waiting_is_asked() -> None:
    assert len(grants([Party(1, 1, 300), Party(2, 2, 300)], None, NOW + MONTH, NOW)) == 2


def test_an_offer_counts_neither_nights_nor_weekends() -> None:
    # Wednesday 12.00: 9 hours left that day, 13 on Thursday and on Friday, 13 on Monday: 48.
    expires = offer_expires(NOW, NOW + MONTH).astimezone(COPENHAGEN)
    assert expires == datetime(2026, 11, 23, 21, 0, tzinfo=COPENHAGEN)
    on_saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert offer_expires(on_saturday, on_saturday + MONTH, 1).astimezone(COPENHAGEN) == datetime(
        2026, 11, 23, 9, 0, tzinfo=COPENHAGEN
    )


def test_an_offer_ends_at_the_start_at_the_latest() -> None:
    soon = NOW + timedelta(hours=50)
    assert offer_expires(NOW, soon) == soon


@given(st.integers(0, 60 * 24 * 700), st.integers(1, 96), st.integers(1, 2000))
def test_an_offer_always_ends_between_now_and_the_start(minutes: int, hours: int, ahead: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    starts_at = now + timedelta(hours=ahead)
    expires = offer_expires(now, starts_at, hours)
    assert now < expires <= starts_at
    if expires < starts_at:
        assert expires - now >= timedelta(hours=hours)
        here = expires.astimezone(COPENHAGEN)
        assert here.weekday() < 5
        assert 8 <= here.hour <= 21


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(0, 60), st.integers(1, 60 * 24 * 20), st.randoms())
def test_grants_never_exceed_what_is_free_and_keep_the_order(heads: list[int], free: int, minutes: int, random) -> None:  # type: ignore[no-untyped-def]
    line = [Party(i, i, n) for i, n in enumerate(heads)]
    random.shuffle(line)
    granted = [g.party_id for g in grants(line, free, NOW + timedelta(minutes=minutes), NOW)]
    assert sum(heads[i] for i in granted) <= free
    assert granted == sorted(granted)
    if minutes > 60 * 24 * 7:  # nobody overtakes: who is asked is the front of the line
        assert granted == list(range(len(granted)))
