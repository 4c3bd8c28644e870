"""When a message is tried again, when it is given up, and what a mail server's refusal means."""

import re
from datetime import datetime, timedelta

# While a worker has a message no other one takes it; a killed worker's message waits so long. One try takes 12 and a
# half minutes at most (portal/mail/smtp.py).
LEASE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)
# A message may be a day old at its first try: the worker was away, or staff send it again. Eight tries take two hours.
TRIES_AT_LEAST = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
COPY = re.compile(r"\.\d+$")


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 ... minutes, an hour at most."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def given_up(created_at: datetime, attempts: int, now: datetime) -> bool:
    """Whether a message has been tried for a day in vain."""
    return attempts >= TRIES_AT_LEAST and now - created_at >= GIVE_UP_AFTER


def no_such_mailbox(code: int, words: str) -> bool:
    """Whether a server that refuses the reader's address says that the mailbox is not there, for good.

    550 to 559 are for good (RFC 5321, 4.2.1). Not about the mailbox, though, are refusals of the sender, of the
    network or of the commands (enhanced codes 5.3, 5.4, 5.5 and 5.7, RFC 3463): with a server set up wrongly, every
    message would be given up at once. A mailbox that is full (552, 5.2.2) has room another day.
    """
    detail = re.match(r"\s*(\d\.\d+\.\d+)\b", words)
    if detail and (detail[1] == "5.2.2" or detail[1].startswith(("4.", "5.3.", "5.4.", "5.5.", "5.7."))):
        return False
    return 550 <= code <= 559 and code != 552


# A link to log in lives 20 minutes: whoever needs one asks for a new one.
NOT_TWICE = frozenset({"log_in"})


def not_again(state: str, kind: str, *, has_text: bool) -> str | None:
    """Why a message cannot be sent again: `erased`, `waits` (it is still on its way), `link_expired`; None if it can.

    `state` is the message's `MessageState`; `has_text` is whether its text and its reader's address are still there.
    """
    if state == "erased" or not has_text:
        return "erased"
    if state == "queued":
        return "waits"
    return "link_expired" if kind in NOT_TWICE else None


def copies_id(message_id: str, number: int) -> str:
    """The Message-ID of a message's copy `number`; 0 is the first one itself, and a copy's copies count on with its.

    Mail programs drop a second mail with the same ID, so a copy has its own; it is the same one whoever asks for that
    copy, so that a form sent twice makes one.
    """
    local, _at, domain = message_id.strip("<>").rpartition("@")
    first = COPY.sub("", local)
    return f"<{first}.{number}@{domain}>" if number else f"<{first}@{domain}>"
