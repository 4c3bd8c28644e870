"""The rules of places: capacity holds whatever the order; offers end when people can have answered."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.registrations.rules import (
    COPENHAGEN,
    Party,
    Passing,
    PassReason,
    Standing,
    decide_place,
    offer_expires,
    open_to,
    share_out,
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
    assert share_out(line, 5, NOW + timedelta(days=7, seconds=1), NOW).grants == ()
    assert share_out(line, 5, NOW + timedelta(days=7, seconds=1), NOW).passings == ()
    share = share_out(line, 5, NOW + timedelta(days=7), NOW)
    assert [g.party_id for g in share.grants] == [2]
    assert share.passings == (Passing(1, PassReason.TOO_BIG, 12, 5),)
    assert share.first == line[0]


def test_in_the_last_48_hours_places_are_given_at_once() -> None:
    share = share_out([Party(1, 1, 9), Party(2, 2, 2), Party(3, 3, 8)], 5, NOW + timedelta(hours=48), NOW)
    assert [(g.party_id, g.expires_at) for g in share.grants] == [(2, None)]
    assert share.passings == (Passing(1, PassReason.TOO_BIG_NOW, 9, 5),)  # nobody behind the third got anything
    assert share_out([Party(1, 1, 2)], 5, NOW + timedelta(hours=48, seconds=1), NOW).grants[0].expires_at


def test_nobody_is_asked_after_the_start() -> None:
    assert share_out([Party(1, 1, 1)], 5, NOW, NOW).grants == ()
    assert open_to(1, [Party(1, 1, 12)], 5, NOW, NOW) == 0


def test_without_a_limit_everybody_waiting_is_asked() -> None:
    assert len(share_out([Party(1, 1, 300), Party(2, 2, 300)], None, NOW + MONTH, NOW).grants) == 2


def test_only_who_has_the_turn_can_take_a_part() -> None:
    line = [Party(1, 1, 12), Party(2, 2, 3), Party(3, 3, 9)]
    assert [open_to(n, line, 5, NOW + MONTH, NOW) for n in (1, 2, 3)] == [5, 0, 0]
    assert [open_to(n, line, 5, NOW + timedelta(days=6), NOW) for n in (1, 2, 3)] == [5, 3, 2]


def test_the_first_in_line_is_told_once_for_each_number_and_once_a_day() -> None:
    def told(free: int, told_free: int | None = None, hours: int | None = None, heads: int = 12) -> bool:
        at = None if hours is None else NOW - timedelta(hours=hours)
        share = share_out([Party(1, 1, heads, told_free, at)], free, NOW + MONTH, NOW)
        return share.tells(NOW) is not None

    assert told(8)
    assert not told(0)
    assert not told(12)  # it is asked instead
    assert not told(8, 8, 100)
    assert not told(9, 8, 23)
    assert told(9, 8, 24)


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


def hours_counted(begin: datetime, end: datetime) -> timedelta:
    """What counts between two whole minutes, minute by minute: slow, and written without looking at the rule."""
    counted = 0
    minute = begin
    while minute < end:
        here = minute.astimezone(COPENHAGEN)
        counted += here.isoweekday() not in (6, 7) and 8 <= here.hour < 21
        minute += timedelta(minutes=1)
    return timedelta(minutes=counted)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60 * 24 * 730), st.integers(1, 60 * 24 * 12))
@example(70 * 24 * 60 + 19 * 60, 60 * 24 * 12)
def test_an_offer_ends_after_exactly_48_hours_that_count_or_at_the_start(minutes: int, ahead: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    starts_at = now + timedelta(minutes=ahead)
    expires = offer_expires(now, starts_at)
    assert now < expires <= starts_at
    counted = hours_counted(now, expires)
    if expires < starts_at:
        last = (expires - timedelta(minutes=1)).astimezone(COPENHAGEN)
        assert counted == timedelta(hours=48)
        assert last.isoweekday() < 6
        assert 8 <= last.hour < 21  # its last minute is one in which people answer
    else:
        assert counted <= timedelta(hours=48)


def test_an_offer_made_just_before_the_weekend_or_a_clock_change_counts_the_same() -> None:
    def ends(*made: int) -> str:
        now = datetime(*made, tzinfo=COPENHAGEN).astimezone(UTC)  # type: ignore[misc, arg-type]
        return offer_expires(now, now + MONTH).astimezone(COPENHAGEN).strftime("%a %d %H.%M")

    assert ends(2026, 11, 20, 20, 59) == "Thu 26 16.59"  # a Friday: one minute, then 13 + 13 + 13 hours and the rest
    assert ends(2026, 11, 20, 21, 0) == "Thu 26 17.00"
    assert ends(2026, 3, 27, 20, 59) == "Thu 02 16.59"  # the clock goes forward in between
    assert ends(2026, 10, 23, 20, 59) == "Thu 29 16.59"  # and back
    assert ends(2026, 10, 25, 2, 30) == "Thu 29 17.00"  # an hour that comes twice, on a Sunday


LINES = st.lists(st.integers(1, 40), max_size=30)


@given(LINES, st.integers(0, 60), st.integers(1, 60 * 24 * 20), st.randoms(use_true_random=False))
def test_who_gets_places_and_who_is_passed_over(heads: list[int], free: int, minutes: int, random: Random) -> None:
    line = [Party(i, i, n) for i, n in enumerate(heads)]
    random.shuffle(line)
    starts_at = NOW + timedelta(minutes=minutes)
    share = share_out(line, free, starts_at, NOW)
    granted = [g.party_id for g in share.grants]
    assert share.free == free - sum(heads[i] for i in granted) >= 0
    assert granted == sorted(set(granted))
    holds, at_once = minutes > 60 * 24 * 7, minutes <= 60 * 48
    assert all((g.expires_at is None) == at_once for g in share.grants)
    if holds:  # nobody overtakes: who is asked is the front of the line
        assert granted == list(range(len(granted)))
        assert share.passings == ()
    elif len(granted) < len(heads):  # nobody waits in vain
        assert min(heads[i] for i in range(len(heads)) if i not in granted) > share.free
    # Passed over are exactly those in front of somebody who got places, and none of them would have fitted.
    in_front = [i for i in range(max(granted, default=0)) if i not in granted]
    assert [p.party_id for p in share.passings] == in_front
    for passing in share.passings:
        before = [heads[i] for i in granted if i < passing.party_id]
        assert passing.free == free - sum(before) < passing.heads == heads[passing.party_id]
        assert passing.reason is (PassReason.TOO_BIG_NOW if at_once else PassReason.TOO_BIG)
    rest = [i for i in range(len(heads)) if i not in granted]
    assert share.first == (Party(rest[0], rest[0], heads[rest[0]]) if rest else None)


@given(LINES.filter(bool), st.integers(0, 60), st.integers(1, 60 * 24 * 20), st.data())
def test_a_party_can_take_what_it_would_be_given_if_it_were_so_small(
    heads: list[int], free: int, minutes: int, data: st.DataObject
) -> None:
    starts_at = NOW + timedelta(minutes=minutes)
    line = [Party(i, i, n) for i, n in enumerate(heads)]
    mine = data.draw(st.sampled_from(line))

    def is_given(number: int) -> bool:
        smaller = [Party(p.id, p.queue_number, number) if p is mine else p for p in line]
        return mine.id in [g.party_id for g in share_out(smaller, free, starts_at, NOW).grants]

    most = max((n for n in range(1, mine.heads + 1) if is_given(n)), default=0)
    assert open_to(mine.id, line, free, starts_at, NOW) == most
