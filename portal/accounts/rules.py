"""Who may do what: the roles, from least to most."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody who logs in is to the unit."""

    FACILITATOR = "facilitator"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.STAFF, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERY_ROLE = frozenset(Role)

PASSWORD_MIN = 12
PASSWORD_MAX = 200


def password_fault(password: str) -> str | None:
    """`too_short`, `too_long` or None. Length only, as NIST SP 800-63B advises."""
    if len(password) < PASSWORD_MIN:
        return "too_short"
    if len(password) > PASSWORD_MAX:
        return "too_long"
    return None
