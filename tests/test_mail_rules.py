"""When a message is tried again and given up, and what a refusal means."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.mail.rules import GIVE_UP_AFTER, LONGEST_PAUSE, TRIES_AT_LEAST, given_up, no_such_mailbox, pause_after

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_when_to_try_again_and_when_to_stop() -> None:
    pauses = [pause_after(n) for n in range(1, 40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (MINUTE, LONGEST_PAUSE)
    assert not given_up(NOW, 40, NOW + GIVE_UP_AFTER - MINUTE)
    assert not given_up(NOW, TRIES_AT_LEAST - 1, NOW + 3 * GIVE_UP_AFTER)
    assert given_up(NOW, TRIES_AT_LEAST, NOW + GIVE_UP_AFTER)


@pytest.mark.parametrize(
    ("code", "words", "gone"),
    [
        (550, "no such user", True), (550, "5.1.1 no such user", True), (553, "5.1.3 bad address", True),
        (550, "5.7.133 only from inside", False), (554, "5.7.1 relaying denied", False), (554, "5.4.4 no route", False),
        (552, "full", False), (550, "5.2.2 full", False), (450, "4.2.1 later", False), (530, "log in first", False),
        (560, "", False),
    ],
)  # fmt: skip
def test_which_refusal_is_for_good(code: int, words: str, gone: bool) -> None:
    assert no_such_mailbox(code, words) is gone
