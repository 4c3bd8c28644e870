"""What each column about a person or an association must say: purpose, basis, how long.

The page "What we store", the records of processing and the eraser read these marks
(GDPR Art. 5, 13 and 30); a text column without a mark fails a test.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Purpose(StrEnum):
    """Why a column exists."""

    TAKE_PART = "take_part"
    CONTACT = "contact"
    ACCESS = "access"
    PARTNERSHIP = "partnership"
    COUNT = "count"
    SIGN_IN = "sign_in"
    DELIVER = "deliver"
    PROTECT = "protect"
    PLAN = "plan"
    ANSWER = "answer"
    ACCOUNT_FOR = "account_for"


class Basis(StrEnum):
    """The legal basis: GDPR Art. 6(1)(e), public task; Art. 9(2)(a), the person's own choice to tell."""

    PUBLIC_TASK = "public_task"
    OWN_CHOICE = "own_choice"


class Kept(StrEnum):
    """How long a value stays."""

    DAYS_AFTER_ACTIVITY = "days_after_activity"
    WHILE_COOPERATING = "while_cooperating"
    WHILE_EMPLOYED = "while_employed"
    MINUTES = "minutes"
    WITH_THE_FIGURES = "with_the_figures"
    AFTER_THE_ANSWER = "after_the_answer"
    TWO_YEARS = "two_years"


@dataclass(frozen=True)
class Mark:
    """One column's answer to: why, on what basis, how long."""

    purpose: Purpose
    basis: Basis
    kept: Kept


def personal(purpose: Purpose, kept: Kept, basis: Basis = Basis.PUBLIC_TASK) -> dict[str, Any]:
    """The `info` of a column that can hold something about a person or an association."""
    return {"personal": Mark(purpose, basis, kept)}


def impersonal() -> dict[str, Any]:
    """The `info` of a text column that says nothing about a person or an association."""
    return {"personal": None}
