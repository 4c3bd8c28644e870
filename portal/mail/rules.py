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
