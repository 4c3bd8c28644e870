"""Mail to many: who is one reader, how far a mail is on its way, and how long the rest takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeVar


class MailingState(StrEnum):
    """How far a mail to many is."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"


class Addressed(Protocol):
    """Somebody with a mailbox."""

    @property
    def address(self) -> str:
        """The mailbox."""


Reader = TypeVar("Reader", bound=Addressed)


@dataclass(frozen=True)
class Progress:
    """A mail's messages: `receivers` were queued; those that are neither sent, waiting nor failed were taken out."""

    receivers: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def taken_out(self) -> int:
        """How many were taken out of the outbox by stopping."""
        return max(0, self.receivers - self.sent - self.waiting - self.failed)

    @property
    def settled(self) -> int:
        """How many nothing more happens to."""
        return max(0, self.receivers - self.waiting)


def state_of(is_sent: bool, is_stopped: bool, waiting: int) -> MailingState:
    """A mail that is stopped may still have messages that a worker has at this moment."""
    if not is_sent:
        return MailingState.DRAFT
    if is_stopped:
        return MailingState.STOPPED
    return MailingState.SENDING if waiting else MailingState.SENT


def folded_address(address: str) -> str:
    """What two spellings of one mailbox have in common. Nearly no server tells capitals from small letters."""
    return address.strip().casefold()


def each_once(readers: Iterable[Reader], but: Iterable[str] = ()) -> Iterator[Reader]:
    """The first of those who share a mailbox; nobody of the mailboxes `but`, which are folded already."""
    known = set(but)
    for reader in readers:
        address = folded_address(reader.address)
        if address not in known:
            known.add(address)
            yield reader


def time_left(waiting: int, pace: Iterable[tuple[int, float]]) -> timedelta | None:
    """How long the rest takes at least, where so many mails may go out in so many seconds; None where no time worth
    telling: a minute at most.

    `pace` are the limits; the slowest one holds.
    """
    seconds = max((waiting * per / amount for amount, per in pace if amount > 0), default=0.0)
    return timedelta(seconds=seconds) if seconds > 60 else None
