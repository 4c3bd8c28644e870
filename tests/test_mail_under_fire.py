"""kill -9 of workers and of the web, many workers at once, a server that misbehaves: no message lost, none doubled but
the one that a worker was killed with between the server's yes and its note of it.
"""

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import clock
from portal.database import db, writing
from portal.mail.delivery import deliver_due
from portal.mail.models import Message, MessageState
from portal.registrations.models import Registration
from tests.mail_server import DROP, NOW, Postbox, mail_goes_to, queue, smtp_server
from tests.make import make_activity
from tests.serving import PROJECT, end, environment, form_at, free_port, kill, posted, start_portal

PATIENCE = 60  # seconds, for a machine with much else to do
pytestmark = pytest.mark.race


def until(true: Callable[[], object], what: str) -> None:
    """Waits until it is so."""
    end_at = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end_at, f"waited in vain until {what}"
        time.sleep(0.02)


def queued_ids() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Message.message_id).where(Message.state == MessageState.QUEUED)))


def moody(box: Postbox, dice: random.Random) -> None:
    """It delays, refuses for now and drops connections, all before it has a mail, and then takes its time."""
    moods: list[str | float] = ["250 OK"] * 12 + ["451 later", "421 no more here", DROP, 0.05]
    box.answers = {step: [dice.choice(moods) for _ in range(40)] for step in ("MAIL", "RCPT", "DATA")}
    box.delay = lambda: dice.choice([0.0, 0.0, 0.005, 0.03])


def test_many_workers_at_once_send_each_message_once(app: Flask, database_url: str) -> None:
    box, dice = Postbox(), random.Random(4)
    moody(box, dice)
    queue(90)
    db.session.remove()
    faults: list[BaseException] = []

    def work(hours: int) -> None:
        with app.app_context():
            try:
                while deliver_due(now=NOW + timedelta(hours=hours)).sent:
                    pass
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    with smtp_server(box) as port, mail_goes_to(app, database_url, port):
        for hours in range(40):
            # All at the same hour, so that a round's leases hold while it lasts.
            workers = [threading.Thread(target=work, args=(hours,)) for _ in range(6)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            if not queued_ids():
                break
    assert not faults
    assert not queued_ids()
    assert len(box.ids) == 90
    assert set(box.ids.values()) == {1}


def start_worker(database_url: str, port: int) -> subprocess.Popen[bytes]:
    env = environment(
        database_url, PORTAL_MAIL_HOST="127.0.0.1", PORTAL_MAIL_PORT=str(port), PORTAL_MAIL_TLS="none",
        PORTAL_MAIL_LIMIT="100000 per minute",
    )  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    return subprocess.Popen(command, cwd=PROJECT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end_leases() -> None:
    """What the killed ones had is free at once, instead of in a quarter of an hour. On PostgreSQL this waits for what
    they had begun to write.
    """
    with writing() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(Message).where(Message.state == MessageState.QUEUED).values(next_try_at=past))


def test_killed_workers_lose_nothing_and_double_only_what_they_had_in_hand(app: Flask, database_url: str) -> None:
    box, dice = Postbox(), random.Random()
    box.delay = lambda: dice.choice([0.0, 0.02, 0.1])
    queue(60, at=clock.now())
    with smtp_server(box) as port:
        workers = [start_worker(database_url, port) for _ in range(2)]
        try:
            for number, worker in enumerate(workers):
                so_far = len(box.mails) + (1 if number else 10)
                until(lambda so_far=so_far: len(box.mails) >= so_far, "mail arrives")
                time.sleep(dice.uniform(0, 0.1))
                worker.kill()
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        time.sleep(0.3)
        until(lambda: not box.busy, "the server finds that they are gone")
        end_leases()
        in_hand = queued_ids() & set(box.ids)  # sent, and not noted
        assert len(in_hand) <= len(workers)
        box.delay = lambda: 0.0
        with mail_goes_to(app, database_url, port):
            while deliver_due(now=clock.now()).sent:
                pass
    assert not queued_ids()
    db.session.rollback()
    assert set(box.ids) == set(db.session.scalars(select(Message.message_id)))
    assert {number for number, times in box.ids.items() if times > 1} <= in_hand


LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Crowd:
    """People who sign up one after the other, each of them again and again until there is an answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies, self.token = form_at(url)
        self.done: list[str] = []
        self.broken_off = 0
        self.others: list[int] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._come) for _ in range(6)]

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _come(self) -> None:
        while not self.over.is_set():
            submission, end_at = str(uuid.uuid4()), time.monotonic() + PATIENCE
            while not self._signs_up(submission) and time.monotonic() < end_at:
                time.sleep(0.1)

    def _signs_up(self, submission: str) -> bool:
        mailbox = submission.translate(LETTERS)  # ten digits in a row may look like a CPR number
        data = {"csrf_token": self.token, "name": "Prøve Testesen", "group": "8B", "heads": "1", "age_band": "15_17",
                "email": f"{mailbox}@skole.example", "language": "da", "submission": submission}  # fmt: skip
        try:
            status = posted(self.url, self.cookies, data)
        except (OSError, http.client.HTTPException):
            self.broken_off += 1
            return False
        if status == 303:
            self.done.append(submission)
        else:
            self.others.append(status)
        return True


def children(server: subprocess.Popen[bytes]) -> list[int]:
    with open(f"/proc/{server.pid}/task/{server.pid}/children") as file:
        return [int(number) for number in file.read().split()]


def shots(server: subprocess.Popen[bytes]) -> Iterator[Callable[[], None]]:
    """One of its processes, then all of it."""
    yield lambda: os.kill(children(server)[0], signal.SIGKILL)
    yield lambda: kill(server)


def test_a_killed_portal_keeps_each_sign_up_together_with_its_message(app: Flask, database_url: str) -> None:
    number = make_activity(capacity=5_000, max_heads=3).id
    db.session.remove()
    port, dice = free_port(), random.Random()
    server = start_portal(database_url, port, 2, 4)
    try:
        with Crowd(f"http://127.0.0.1:{port}/da/activities/{number}/sign-up") as crowd:
            for shoot in shots(server):
                so_far = len(crowd.done) + 20
                until(lambda so_far=so_far: len(crowd.done) >= so_far, "people sign up")
                time.sleep(dice.uniform(0, 0.05))
                shoot()
            server = start_portal(database_url, port, 1, 4)
            so_far = len(crowd.done) + 20
            until(lambda: len(crowd.done) >= so_far, "people sign up again")
    finally:
        end(server)
    assert crowd.broken_off, "nobody was hit"
    assert not crowd.others
    told = dict(
        db.session.execute(
            select(Registration.submission, func.count(Message.id))
            .outerjoin(Message, Message.registration_id == Registration.id)
            .group_by(Registration.id, Registration.submission)
        ).all()
    )
    assert set(told) == set(crowd.done)
    assert set(told.values()) == {1}
    assert db.session.scalar(select(func.count(Message.id))) == len(told)
