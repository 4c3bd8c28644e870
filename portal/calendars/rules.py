"""What a private feed shows, and how an activity stands in it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.activities.rules import EntryStatus


class Scope(StrEnum):
    """Which activities: one's own, or for staff all that are planned."""

    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True)
class Ties:
    """What ties an association to a meeting.

    `own` and `others` say of each living registration, made by itself or in its name, whether it is confirmed;
    `invited` and `declined` are its invitation's; `session` is a session of its own capacity building.
    """

    own: Collection[bool] = ()
    others: Collection[bool] = ()
    invited: bool = False
    declined: bool = False
    session: bool = False


def association_status(ties: Ties) -> EntryStatus | None:
    """How the meeting stands in the association's calendar; None where it does not belong there.

    Confirmed where it has places; tentative where it waits, or has not answered. What it said no to is not its own,
    whoever else signs up in its name.
    """
    if ties.own:
        return EntryStatus.CONFIRMED if any(ties.own) else EntryStatus.TENTATIVE
    if ties.session:
        return EntryStatus.CONFIRMED
    if ties.declined:
        return None
    if ties.invited:
        return EntryStatus.TENTATIVE
    if ties.others:
        return EntryStatus.CONFIRMED if any(ties.others) else EntryStatus.TENTATIVE
    return None
