"""Who gets a place: capacity in heads, the waiting list, offers.

Source: "Places" and "Waiting list" among the product's rules. Plain data in, a decision out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
OFFER_HOURS = 48
AT_ONCE = timedelta(hours=48)
HOLDS_TURN_UNTIL = timedelta(days=7)
DAY_BEGINS, DAY_ENDS = time(8), time(21)
MAX_HEADS = 500


class Standing(StrEnum):
    """Where a party stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


ALIVE = frozenset({Standing.CONFIRMED, Standing.WAITING, Standing.OFFERED})
HOLDS_PLACES = frozenset({Standing.CONFIRMED, Standing.OFFERED})


class PassReason(StrEnum):
    """Why a waiting party was passed over when places went to another one behind it.

    `too_big`: it held its turn until 7 days before the start and was then too big for the free places;
    `too_big_now`: in the last 48 hours, when the next one that fits gets them at once.
    """

    TOO_BIG = "too_big"
    TOO_BIG_NOW = "too_big_now"


@dataclass(frozen=True)
class Party:
    """A waiting party: its number, its place in the line and its heads; the number of free places, too few for it,
    that it was last told of, and when.
    """

    id: int
    queue_number: int
    heads: int
    told_free: int | None = None
    told_at: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """What a waiting party gets: a place at once (`expires_at` None) or an offer until then."""

    party_id: int
    expires_at: datetime | None


def free_places(capacity: int | None, taken: int) -> int | None:
    """Heads still free, never below 0; None where there is no limit. `taken` counts open offers too."""
    return None if capacity is None else max(0, capacity - taken)


def decide_place(heads: int, free: int | None, anybody_waiting: bool) -> Standing:
    """A newcomer is confirmed where its heads fit and nobody waits; otherwise it joins the line."""
    if free is None:
        return Standing.CONFIRMED
    return Standing.CONFIRMED if heads <= free and not anybody_waiting else Standing.WAITING


@dataclass(frozen=True)
class Passing:
    """A party that was passed over: it needed `heads`, `free` were free, and they went to somebody behind it."""

    party_id: int
    reason: PassReason
    heads: int
    free: int


@dataclass(frozen=True)
class Share:
    """What becomes of the free places: who gets some, and who was passed over.

    `free` is what nobody got, and `first` the first in line who got nothing.
    """

    grants: tuple[Grant, ...] = ()
    passings: tuple[Passing, ...] = ()
    free: int = 0
    first: Party | None = None

    def tells(self, now: datetime) -> Party | None:
        """The first in line where it is told that the free places are too few: once for each number, once a day."""
        first = self.first
        if first is None or not 0 < self.free < first.heads or self.free == first.told_free:
            return None
        return first if first.told_at is None or now - first.told_at >= timedelta(days=1) else None


def share_out(waiting: Sequence[Party], free: int | None, starts_at: datetime, now: datetime) -> Share:
    """Who on the waiting list is asked now, in order of arrival, and who is passed over by it.

    A party too big for the free places holds its turn until 7 days before the start; after that the
    next one that fits is asked. In the last 48 hours a party that fits is confirmed at once. After the start
    nobody is asked. A party is passed over where somebody behind it gets places, not where it merely waits.
    """
    if now >= starts_at:
        return Share()
    left = sum(p.heads for p in waiting) if free is None else free
    at_once = starts_at - now <= AT_ONCE
    holds_turn = starts_at - now > HOLDS_TURN_UNTIL
    reason = PassReason.TOO_BIG_NOW if at_once else PassReason.TOO_BIG
    granted: list[Grant] = []
    passed: list[Passing] = []
    too_big: list[Passing] = []
    first: Party | None = None
    for party in _in_line(waiting):
        if party.heads <= left:
            left -= party.heads
            granted.append(Grant(party.id, None if at_once else offer_expires(now, starts_at)))
            passed += too_big
            too_big = []
            continue
        first = first or party
        if holds_turn:
            break
        too_big.append(Passing(party.id, reason, party.heads, left))
    return Share(tuple(granted), tuple(passed), left, first)


def open_to(party_id: int, waiting: Sequence[Party], free: int | None, starts_at: datetime, now: datetime) -> int:
    """How many heads a waiting party would get now if it made do with so many; 0 while another one has the turn.

    It is what `share_out` would give it: before the last 7 days only the first in line can take a part, after that
    whoever fits.
    """
    if free is None or now >= starts_at:
        return 0
    left = free
    for party in _in_line(waiting):
        if party.id == party_id:
            return min(left, party.heads)
        if party.heads <= left:
            left -= party.heads
        elif starts_at - now > HOLDS_TURN_UNTIL:
            return 0
    return 0


def _in_line(waiting: Sequence[Party]) -> list[Party]:
    return sorted(waiting, key=lambda party: party.queue_number)


def offer_expires(now: datetime, starts_at: datetime, hours: int = OFFER_HOURS) -> datetime:
    """When an offer made at `now` ends: `hours` that count, never past the start.

    Nights from 21 to 8 and weekends on Copenhagen's clock do not count, so 48 hours are a little
    under four working days.
    """
    zone = now.tzinfo
    moment, left = now.astimezone(COPENHAGEN), timedelta(hours=hours)
    while True:
        opens = datetime.combine(moment.date(), DAY_BEGINS, tzinfo=COPENHAGEN)
        closes = datetime.combine(moment.date(), DAY_ENDS, tzinfo=COPENHAGEN)
        moment = max(moment, opens)
        if moment.weekday() < 5 and moment < closes:
            if left <= closes - moment:
                return min((moment + left).astimezone(zone), starts_at)
            left -= closes - moment
        moment = datetime.combine(moment.date() + timedelta(days=1), DAY_BEGINS, tzinfo=COPENHAGEN)
        if moment >= starts_at:
            return starts_at
