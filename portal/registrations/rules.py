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
    """Why a waiting party was passed over when places went to another one behind it."""

    TOO_BIG = "too_big"
    TOO_BIG_NOW = "too_big_now"


@dataclass(frozen=True)
class Party:
    """A waiting party: its number, its place in the line and its heads."""

    id: int
    queue_number: int
    heads: int


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


def grants(waiting: Sequence[Party], free: int | None, starts_at: datetime, now: datetime) -> list[Grant]:
    """Who on the waiting list is asked now, in order of arrival.

    A party too big for the free places holds its turn until 7 days before the start; after that the
    next one that fits is asked. Closer than 48 hours to the start a party that fits is confirmed at once.
    After the start nobody is asked.
    """
    if now >= starts_at:
        return []
    left = sum(p.heads for p in waiting) if free is None else free
    at_once = starts_at - now <= AT_ONCE
    holds_turn = starts_at - now > HOLDS_TURN_UNTIL
    granted = []
    for party in sorted(waiting, key=lambda p: p.queue_number):
        if party.heads <= left:
            left -= party.heads
            granted.append(Grant(party.id, None if at_once else offer_expires(now, starts_at)))
        elif holds_turn:
            break
    return granted


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
