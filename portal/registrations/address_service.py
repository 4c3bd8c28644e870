"""A party's mailbox that staff correct, since its mail did not arrive or went to somebody else."""

import secrets
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.database import writing
from portal.errors import RuleError
from portal.mail.models import Message, MessageState
from portal.mail.queries import in_no_hands
from portal.registrations.letters import tell
from portal.registrations.models import Registration
from portal.registrations.queries import line_of
from portal.registrations.rules import ALIVE, Standing
from portal.registrations.service import begin_change


def correct_address(registration_id: int, email: str, *, now: datetime) -> Registration:
    """Gives the party another mailbox and tells it there how it stands.

    The links that were mailed to the old one end, since it may be a stranger's, and what still waits for it does not
    go out. The same address again changes nothing. RuleError: `unknown_registration`, `called_off`, `started`,
    `not_alive`.
    """
    with writing() as session:
        registration, _turn = begin_change(session, registration_id, now)
        if registration.standing not in ALIVE or registration.erased_at is not None:
            raise RuleError("not_alive")
        if email.lower() == (registration.email or "").lower():
            return registration
        _let_go_of_old_mail(session, registration_id, now)
        registration.email = email
        registration.reference = secrets.token_urlsafe(15)
        session.flush()
        _tell_standing(session, registration, now)
    return registration


def _let_go_of_old_mail(session: Session, registration_id: int, now: datetime) -> None:
    mine = Message.registration_id == registration_id
    session.execute(delete(Message).where(mine, Message.state == MessageState.QUEUED, in_no_hands(now)))
    session.execute(
        update(Message)
        .where(mine, Message.state == MessageState.FAILED, Message.settled_at.is_(None))
        .values(settled_at=now)
    )


def _tell_standing(session: Session, registration: Registration, now: datetime) -> None:
    if registration.standing is Standing.WAITING:
        line = line_of(registration.activity, session)
        number, free = line.number_of(registration.id), line.part_of(registration.id, now)
        tell(session, registration, "waiting", now=now, number=number, free=free)
    else:
        tell(session, registration, "offer" if registration.standing is Standing.OFFERED else "confirmed", now=now)
