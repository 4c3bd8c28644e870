"""How an association's name is recognised again; mailed links; where it stands on the charter."""

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum

SEARCH_NAME_MAX = 640  # characters; one that unfolds, such as an Arabic ligature, becomes up to 18
LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "&": " og "})


def search_name(name: str) -> str:
    """The name folded: case, æ/ae, accents, punctuation and repeated spaces make no difference.

    At most `SEARCH_NAME_MAX` characters, which the column holds.

    >>> search_name("Kvindenetværket  Kanelblomst") == search_name("kvindenetvaerket kanelblomst ")
    True
    """
    folded = name.casefold().translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())[:SEARCH_NAME_MAX].strip()


class LinkPurpose(StrEnum):
    """What a mailed link is for."""

    LOG_IN = "log_in"
    CONFIRM = "confirm"
    CHARTER = "charter"


LINK_LIVES = {
    LinkPurpose.LOG_IN: timedelta(minutes=20),
    LinkPurpose.CONFIRM: timedelta(days=30),
    LinkPurpose.CHARTER: timedelta(days=30),
}
CONFIRM_EVERY = timedelta(days=365)
ASK_AGAIN_AFTER = timedelta(days=60)


class CharterAnswerKind(StrEnum):
    """What an association can say to the charter; no answer is none of these."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class CharterStatus(StrEnum):
    """Where an association stands on the charter, for lists."""

    ACCEPTED = "accepted"
    EARLIER_VERSION = "earlier_version"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


def charter_status(answer: CharterAnswerKind | None, version: int | None, newest: int | None) -> CharterStatus:
    """The status from the answer that holds, its version's number and the newest published version's."""
    if answer is None:
        return CharterStatus.UNANSWERED
    if answer is CharterAnswerKind.ACCEPTED and newest is not None and version is not None and version < newest:
        return CharterStatus.EARLIER_VERSION
    return CharterStatus(answer.value)


def words_of(text: str) -> list[str]:
    """A search's words, folded; order makes no difference."""
    return search_name(text).split()


def sorted_name(folded: str) -> str:
    """A folded name with its words in order, by which "Kanelblomst, Kvindenetværket" is recognised."""
    return " ".join(sorted(folded.split()))


def charter_fault(
    answer: CharterAnswerKind, holds: CharterAnswerKind | None, answered_on: date, today: date
) -> str | None:
    """Why an answer cannot be put down: `nothing_to_withdraw`, `in_the_future`, or None.

    Anything can be answered at any time; only an acceptance can be withdrawn.
    """
    if answer is CharterAnswerKind.WITHDRAWN and holds is not CharterAnswerKind.ACCEPTED:
        return "nothing_to_withdraw"
    return "in_the_future" if answered_on > today else None
