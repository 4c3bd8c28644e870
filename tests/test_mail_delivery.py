"""The outbox against a real SMTP server: what it refuses, how it is paced, when a message is given up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from portal.database import writing
from portal.mail import delivery, smtp
from portal.mail.delivery import Claim, claim_message, deliver_due
from portal.mail.models import Fault, Message, MessageState
from portal.mail.rules import (
    GIVE_UP_AFTER,
    LEASE,
    LONGEST_PAUSE,
)
from tests.mail_server import DROP, NOW, Postbox, mail_goes_to, queue, smtp_server, stored
from tests.serving import free_port

MINUTE = timedelta(minutes=1)


@pytest.fixture
def postbox(app: Flask, database_url: str) -> Iterator[Postbox]:
    box = Postbox()
    with smtp_server(box) as port, mail_goes_to(app, database_url, port):
        yield box


def went(after: timedelta = timedelta(), most: int = 100) -> tuple[int, int, int]:
    """One round: how many were sent, will be tried again, are given up."""
    done = deliver_due(now=NOW + after, most=most)
    return done.sent, done.later, done.failed


def test_a_message_goes_out_once(postbox: Postbox) -> None:
    [number] = queue()
    assert went() == (1, 0, 0)
    assert went() == (0, 0, 0)
    [mail] = postbox.mails
    message = stored(number)
    assert mail["To"] == "m0@skole.example"
    assert mail["Message-ID"] == message.message_id
    assert (message.state, message.attempts, message.fault) == (MessageState.SENT, 1, None)


def test_a_refused_message_is_tried_again_and_given_up_after_a_day(
    postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.answers["RCPT"], postbox.stubborn = ["451 m0@skole.example later"], True
    [number] = queue()
    at, waits = timedelta(), []
    while stored(number).state is MessageState.QUEUED:
        at = max(at, stored(number).next_try_at - NOW)
        assert went(at) == ((0, 1, 0) if at < GIVE_UP_AFTER else (0, 0, 1))
        if len(waits) < 8:
            assert went(at) == (0, 0, 0)  # its next try is some time away
        waits.append(round((stored(number).next_try_at - NOW - at) / MINUTE))
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert GIVE_UP_AFTER <= at < GIVE_UP_AFTER + LONGEST_PAUSE
    assert (stored(number).state, stored(number).fault) == (MessageState.FAILED, Fault.REFUSED)
    assert f"message {number} was not sent: SMTPRecipientsRefused 451" in caplog.text
    assert "skole.example" not in caplog.text


def test_what_waited_for_the_worker_is_not_given_up_at_its_first_try(postbox: Postbox) -> None:
    """The worker was away over the weekend, and the server asks strangers to come again."""
    postbox.answers["RCPT"] = ["451 come again"]
    [number] = queue()
    assert went(3 * GIVE_UP_AFTER) == (0, 1, 0)
    assert went(3 * GIVE_UP_AFTER + 2 * MINUTE) == (1, 0, 0)
    assert stored(number).fault is None


@pytest.mark.parametrize(
    ("step", "answer", "fault", "state"),
    [
        ("RCPT", "550 5.1.1 unknown", Fault.NO_MAILBOX, MessageState.FAILED),
        ("RCPT", "550 5.7.1 relaying denied", Fault.REFUSED, MessageState.QUEUED),
        ("RCPT", "552 5.2.2 full", Fault.REFUSED, MessageState.QUEUED),
        ("DATA", "554 looks like spam", Fault.REFUSED, MessageState.QUEUED),
        ("DATA", "451 greylisted", Fault.REFUSED, MessageState.QUEUED),
        ("MAIL", "550 not from you", Fault.REFUSED, MessageState.QUEUED),
        ("RCPT", DROP, Fault.NO_ANSWER, MessageState.QUEUED),
        ("DATA", DROP, Fault.NO_ANSWER, MessageState.QUEUED),
    ],
)
def test_what_the_server_says_decides(
    postbox: Postbox, step: str, answer: str, fault: Fault, state: MessageState
) -> None:
    first, second = queue(2)
    postbox.answers[step] = [answer]
    done = deliver_due(now=NOW)
    assert (stored(first).state, stored(first).fault) == (state, fault)
    # A refused sender and a dropped connection end the round; the next one is spared a try that is in vain.
    ends = step == "MAIL" or answer == DROP
    assert done.sent == (0 if ends else 1)
    assert stored(second).attempts == (0 if ends else 1)
    deliver_due(now=NOW + 2 * MINUTE)
    assert set(postbox.ids.values()) == {1}
    assert len(postbox.mails) == (1 if state is MessageState.FAILED else 2)


def test_an_unreachable_server_costs_one_try_a_round(app: Flask, database_url: str, postbox: Postbox) -> None:
    numbers = queue(3)
    with mail_goes_to(app, database_url, free_port()):
        assert went() == (0, 1, 0)
    assert [stored(n).attempts for n in numbers] == [1, 0, 0]
    assert stored(numbers[0]).fault is Fault.NO_ANSWER
    assert went(5 * MINUTE) == (3, 0, 0)


def test_a_server_without_the_login_that_is_set_costs_one_try_a_round(
    app: Flask, database_url: str, postbox: Postbox
) -> None:
    numbers = queue(2)
    here = app.extensions["settings"].mail_port
    with mail_goes_to(app, database_url, here, mail_user="portal", mail_password="secret"):
        assert went() == (0, 1, 0)
    with mail_goes_to(app, database_url, here, mail_tls="starttls"):
        assert went() == (0, 1, 0)
    assert [(stored(n).fault, stored(n).attempts) for n in numbers] == [(Fault.REFUSED, 1)] * 2


def test_one_connection_serves_many_and_is_opened_again(postbox: Postbox) -> None:
    queue(23)
    assert went(most=20) == (20, 0, 0)
    assert postbox.connections == 1
    assert went() == (3, 0, 0)
    queue(20)
    postbox.answers["MAIL"] = ["250 OK"] * 7 + ["421 no more on this connection"] + ["250 OK"] * 3
    assert went() == (20, 0, 0)
    assert postbox.connections == 4
    assert set(postbox.ids.values()) == {1}


def test_a_connection_dropped_between_two_messages_costs_nothing(app: Flask, database_url: str) -> None:
    box = Postbox()
    numbers = queue(3)
    # The server ends what is idle for a tenth of a second; composing the second one takes longer.
    compose = delivery.compose
    with (
        smtp_server(box, timeout=0.1) as port,
        mail_goes_to(app, database_url, port),
        pytest.MonkeyPatch.context() as m,
    ):
        m.setattr(delivery, "compose", lambda *given: (threading.Event().wait(0.3), compose(*given))[1])
        assert went() == (3, 0, 0)
    assert box.connections == 3
    assert list(box.ids.values()) == [1, 1, 1]
    assert [stored(n).attempts for n in numbers] == [1, 1, 1]


def test_a_mail_that_cannot_be_put_together_keeps_no_other_back(
    postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    broken, _whole = queue(2)
    with writing() as session:
        session.get_one(Message, broken).subject = "To lines:\nm0@skole.example"
    assert went() == (1, 1, 0)
    assert f"message {broken} was not sent: ValueError" in caplog.text
    assert "skole.example" not in caplog.text
    assert stored(broken).fault is Fault.BROKEN


def test_nothing_due_takes_no_turn_to_write(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one turn for everybody, and the worker asks every other second."""

    def refused() -> None:
        raise AssertionError("a write began")

    queue(at=NOW + MINUTE)
    monkeypatch.setattr(delivery, "writing", refused)
    monkeypatch.setattr(delivery.DatabaseStorage, "incr", refused)
    with mail_goes_to(app, database_url, free_port()):
        assert went() == (0, 0, 0)


def test_without_a_server_mail_waits(app: Flask) -> None:
    [number] = queue()
    assert went() == (0, 0, 0)
    assert (stored(number).state, stored(number).attempts) == (MessageState.QUEUED, 0)


def test_a_claim_holds_for_its_lease_and_a_late_fault_changes_nothing(app: Flask) -> None:
    [number] = queue()
    assert claim_message(now=NOW) == Claim(number, 1)
    assert claim_message(now=NOW + LEASE - MINUTE) is None
    assert timedelta(seconds=smtp.TRY_SECONDS) < LEASE
    second = claim_message(now=NOW + LEASE)
    assert second == Claim(number, 2)
    delivery._note(number, {"state": MessageState.FAILED, "next_try_at": NOW}, of=Claim(number, 1))
    assert (stored(number).state, stored(number).next_try_at) == (MessageState.QUEUED, NOW + 2 * LEASE)
    delivery._note(number, {"state": MessageState.SENT})
    delivery._note(number, {"state": MessageState.FAILED}, of=second)
    assert stored(number).state is MessageState.SENT


def test_mail_to_many_lets_all_other_mail_go_first(postbox: Postbox) -> None:
    queue(2, subject="Til mange", bulk=True)
    queue(at=NOW - MINUTE, subject="Til mange", bulk=True)
    queue(2, subject="Din tilmelding")
    went()
    assert [mail["Subject"] for mail in postbox.mails] == ["Din tilmelding"] * 2 + ["Til mange"] * 3
    assert [mail["Precedence"] for mail in postbox.mails] == [None] * 2 + ["bulk"] * 3


def test_the_limit_is_one_for_all_workers(app: Flask, database_url: str, postbox: Postbox) -> None:
    numbers = queue(8)
    here = app.extensions["settings"].mail_port
    with mail_goes_to(app, database_url, here, mail_limit="3 per hour; 5 per day"):
        rounds = [deliver_due(now=NOW).sent for _ in range(2)]
    assert rounds == [3, 0]
    with mail_goes_to(app, database_url, here, mail_limit="5 per day"):  # another worker's day is the same one
        rounds = [deliver_due(now=NOW, most=1).sent for _ in range(4)]
    assert rounds == [1, 1, 0, 0]
    assert [stored(n).attempts for n in numbers] == [1] * 5 + [0] * 3


def test_a_slow_server_is_left_and_noted_when_it_happened(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    first, second = queue(2)
    postbox.answers["RCPT"] = [2.0]
    assert went() == (0, 1, 0)
    message = stored(first)
    assert message.fault is Fault.NO_ANSWER
    assert timedelta(seconds=0.3) <= message.next_try_at - NOW - MINUTE < timedelta(seconds=20)
    assert stored(second).attempts == 0


def test_the_answer_to_a_whole_mail_is_waited_for(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has it already: who does not wait sends it twice."""
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    queue(2)
    postbox.answers["KEPT"] = [1.0]
    assert went() == (2, 0, 0)
    assert list(postbox.ids.values()) == [1, 1]


def test_a_server_lost_after_the_mail_gets_a_second_copy_that_is_recognised(postbox: Postbox) -> None:
    queue()
    postbox.answers["KEPT"] = [DROP]
    assert went() == (0, 1, 0)
    assert went(2 * MINUTE) == (1, 0, 0)
    assert list(postbox.ids.values()) == [2]


@contextmanager
def dripping() -> Iterator[int]:
    """A server that keeps talking and never comes to an end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            connection, _address = listener.accept()
            with connection:
                try:
                    while not over.wait(0.05):
                        connection.sendall(b"220-wait\r\n")
                except OSError:
                    return  # the portal has left

        thread = threading.Thread(target=drip)
        thread.start()
        yield int(listener.getsockname()[1])
        over.set()
        thread.join()


def test_no_server_holds_a_message_longer_than_a_try(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TRY_SECONDS", 0.5)
    [number] = queue()
    with dripping() as port, mail_goes_to(app, database_url, port):
        assert went() == (0, 1, 0)
    assert stored(number).fault is Fault.NO_ANSWER
