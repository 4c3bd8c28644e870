"""The citizen forum: topics, invitations, papers, minutes."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FORUM_TYPE = "forum_meeting"  # the activity type whose activities are forum meetings
MOST_BYTES = 10_000_000  # of one paper
MOST_ITEMS = 40  # on one agenda
MOST_PAPERS = 20  # with one meeting
MOST_DECISIONS = 60  # of one meeting
MOST_MEETINGS = 10  # planned at once
THURSDAY = 3
JULY = 7


class TopicState(StrEnum):
    """Where a proposed topic stands. Each is answered; none disappears."""

    PROPOSED = "proposed"
    ON_AGENDA = "on_agenda"
    LATER = "later"
    DECLINED = "declined"


class Answer(StrEnum):
    """What an association says to an invitation."""

    YES = "yes"
    NO = "no"


class Readers(StrEnum):
    """Who may read minutes or a paper."""

    STAFF = "staff"
    MEMBERS = "members"
    ALL = "all"


PUBLIC_READS = frozenset({Readers.ALL})
MEMBERS_READ = frozenset({Readers.ALL, Readers.MEMBERS})
STAFF_READ = frozenset(Readers)


def readable_by(*, staff: bool, member: bool) -> frozenset[Readers]:
    """What somebody may read: staff everything, a member of the forum its own and the public's, others the public's."""
    if staff:
        return STAFF_READ
    return MEMBERS_READ if member else PUBLIC_READS


def usual_weekday(days: Sequence[date]) -> int:
    """The weekday that most meetings were held on, 0 for Monday; Thursday where there is none (VINK's, 2016-17)."""
    counted = Counter(day.weekday() for day in days).most_common(1)
    return counted[0][0] if counted else THURSDAY


def suggested_days(
    year: int, number: int, weekday: int, *, not_before: date, closed: Collection[date] = frozenset()
) -> list[date]:
    """Days for a year's meetings: on one weekday, spread evenly from mid-January to the start of December.

    Nothing in July, on a day in `closed`, or before `not_before`. Fewer than `number` where the year has no room.
    """
    first, last = max(date(year, 1, 15), not_before), date(year, 12, 7)
    free = [
        day
        for offset in range((last - first).days + 1)
        if (day := first + timedelta(days=offset)).weekday() == weekday and day.month != JULY and day not in closed
    ]
    if number >= len(free):
        return free
    return [free[(2 * at + 1) * len(free) // (2 * number)] for at in range(number)]


class Lack(StrEnum):
    """What a meeting still lacks."""

    PUBLISHING = "publishing"
    AGENDA = "agenda"
    AGENDA_PUBLISHED = "agenda_published"
    INVITATIONS = "invitations"
    COUNT = "count"
    MINUTES = "minutes"
    MINUTES_PUBLISHED = "minutes_published"


@dataclass(frozen=True)
class MeetingFacts:
    """What decides what a meeting lacks. `items` are points on the agenda, `invited` associations."""

    over: bool
    draft: bool
    called_off: bool
    items: int
    agenda_published: bool
    invited: int
    counted: bool
    minutes_written: bool
    minutes_published: bool


def lacking(facts: MeetingFacts) -> list[Lack]:
    """What staff still have to do: before the meeting what others need to come, after it what is to be kept."""
    if facts.called_off:
        return []
    lacks = [Lack.PUBLISHING] if facts.draft else []
    if not facts.over:
        if not facts.agenda_published:
            lacks.append(Lack.AGENDA_PUBLISHED if facts.items else Lack.AGENDA)
        return lacks if facts.invited else [*lacks, Lack.INVITATIONS]
    if not facts.counted:
        lacks.append(Lack.COUNT)
    if not facts.minutes_published:
        lacks.append(Lack.MINUTES_PUBLISHED if facts.minutes_written else Lack.MINUTES)
    return lacks
