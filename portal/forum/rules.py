"""The citizen forum: topics, invitations, papers, minutes."""

from enum import StrEnum

FORUM_TYPE = "forum_meeting"  # the activity type whose activities are forum meetings
MOST_BYTES = 10_000_000  # of one paper
MOST_ITEMS = 40  # on one agenda
MOST_PAPERS = 20  # with one meeting
MOST_DECISIONS = 60  # of one meeting


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
