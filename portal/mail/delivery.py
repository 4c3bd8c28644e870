"""Takes messages from the outbox and hands them to the mail server, each to one worker at a time."""

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from limits import parse_many
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Select, delete, select, update

from portal.config import Settings
from portal.database import db, writing
from portal.mail.compose import compose, in_ascii
from portal.mail.models import Fault, Message, MessageState
from portal.mail.rules import LEASE, given_up, pause_after
from portal.mail.smtp import MailServer, NotTaken
from portal.web.limits import DatabaseStorage

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """A message that this worker has for the length of a lease. `attempts` tells it from a later worker's claim."""

    id: int
    attempts: int


@dataclass
class Delivered:
    """What became of a round's messages. `failed` are those given up, `later` those that will be tried again."""

    sent: int = 0
    later: int = 0
    failed: int = 0


def _first_due(now: datetime) -> Select[Any]:
    """Mail to many lets all other mail go first."""
    return (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.next_try_at <= now)
        .order_by(Message.bulk, Message.next_try_at)
        .limit(1)
    )


def _is_any_due(now: datetime) -> bool:
    # A look first: the worker asks every other second, and on SQLite whoever writes keeps everybody else waiting.
    found = db.session.scalar(_first_due(now)) is not None
    db.session.rollback()
    return found


def claim_message(*, now: datetime) -> Claim | None:
    """Takes the first message that is due for the length of a lease, so that no other worker has it meanwhile."""
    # One statement, which is a turn of its own on SQLite; there the row's lock is left out.
    first = _first_due(now).with_for_update(skip_locked=True).scalar_subquery()
    with writing() as session:
        found = session.execute(
            update(Message)
            .where(Message.id == first)
            # Without its last fault: so one that a worker has is told from one that waits for its next try.
            .values(attempts=Message.attempts + 1, next_try_at=now + LEASE, fault=None)
            .returning(Message.id, Message.attempts)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return Claim(*found) if found else None


def deliver_due(*, now: datetime, most: int = 100) -> Delivered:
    """One round: sends what is due, at most so many. Nothing where no server is set.

    It ends early where the server cannot be reached or takes no mail of ours, or when the limit is used up; what was
    not tried stays due. `now` is the round's beginning; what happens later is noted with its own time.
    """
    settings: Settings = current_app.extensions["settings"]
    done = Delivered()
    if not (settings.mail_host or settings.demo):
        return done
    time_is = _time_from(now)
    with nullcontext() if settings.demo else MailServer(settings) as server:
        for _ in range(most):
            if not _is_any_due(time_is()) or not _within_limit(settings):
                break
            claim = claim_message(now=time_is())
            if claim is None or not _deliver(claim, server, settings, time_is, done):
                break
    return done


def _time_from(now: datetime) -> Callable[[], datetime]:
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _within_limit(settings: Settings) -> bool:
    """Whether one more may be sent now; counts it, for all workers together."""
    if settings.demo:
        return True
    window, limits = FixedWindowRateLimiter(DatabaseStorage()), parse_many(settings.mail_limit)
    return all(window.test(limit, "mail") for limit in limits) and all(window.hit(limit, "mail") for limit in limits)


def _deliver(
    claim: Claim, server: MailServer | None, settings: Settings, time_is: Callable[[], datetime], done: Delivered
) -> bool:
    """One try with one message; whether the round goes on."""
    message = db.session.get(Message, claim.id)
    if message is None or message.state is not MessageState.QUEUED or not message.recipient:
        db.session.rollback()
        return True  # taken out of the outbox meanwhile
    if message.mailing is not None and message.mailing.stopped_at is not None:
        _take_out(claim)
        return True
    created_at = message.created_at
    fault: NotTaken | None = None
    try:
        mail, recipient = compose(message, settings, time_is()), in_ascii(message.recipient)
        db.session.rollback()  # the server may take its time; nothing is held open meanwhile
        if server:
            server.send(mail, recipient)
    except NotTaken as refused:
        fault = refused
    except Exception as broken:
        # A mail that cannot be put together is no reason to keep back the others.
        fault = NotTaken(Fault.BROKEN, broken)
    db.session.rollback()
    if fault is None:
        _note(claim.id, {"state": MessageState.SENT, "sent_at": time_is(), "fault": None})
        done.sent += 1
        return True
    log.warning("message %d was not sent: %s", claim.id, fault)
    at = time_is()
    values: dict[str, object] = {"fault": fault.fault, "next_try_at": at + pause_after(claim.attempts)}
    if fault.for_good or given_up(created_at, claim.attempts, at):
        values["state"] = MessageState.FAILED
        done.failed += 1
    else:
        done.later += 1
    _note(claim.id, values, of=claim)
    return not fault.ends_round


def _take_out(claim: Claim) -> None:
    """Deletes a message whose mail to many was stopped while a worker had it that was killed."""
    with writing() as session:
        session.execute(delete(Message).where(Message.id == claim.id, Message.attempts == claim.attempts))


def _note(number: int, values: dict[str, object], of: Claim | None = None) -> None:
    """Writes down what became of it, unless it was taken out of the outbox meanwhile. That it was sent holds whoever
    has the message now; a fault only while it is still ours.
    """
    still = [Message.id == number, Message.state == MessageState.QUEUED]
    still += [Message.attempts == of.attempts] if of else []
    with writing() as session:
        session.execute(update(Message).where(*still).values(**values))
