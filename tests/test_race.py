"""Places never exceed capacity: 200 sign-ups at once against 8 processes, on both databases.

A peer that checks, then inserts, put 16 people on 10 places in every race with 8 processes.
"""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.database import db
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.service import SignUp
from tests.make import make_activity
from tests.serving import served

RACERS = 200
CAPACITY = 10


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer here, not a way on."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def visitor() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), NoRedirect())


@pytest.mark.race
def test_200_at_once_never_get_more_than_there_is(app: Flask, database_url: str) -> None:
    activity = make_activity(capacity=CAPACITY, max_heads=3)
    number = activity.id
    db.session.remove()
    answers: list[int] = []
    with served(database_url, workers=8, threads=4) as address:
        url = f"{address}/da/activities/{number}/sign-up"
        opener = visitor()
        form = opener.open(url, timeout=30).read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token
        cookies = "; ".join(
            f"{c.name}={c.value}" for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)
            for c in h.cookiejar
        )  # fmt: skip
        start = threading.Barrier(RACERS)
        same = str(uuid.uuid4())

        def race(i: int) -> None:
            data = {"csrf_token": token[1], "name": f"Racer {i}", "group": "8B", "heads": str(1 + i % 3),
                    "email": f"r{i}@skole.example", "age_band": "15_17", "language": "da",
                    "submission": same if i < 20 else str(uuid.uuid4())}  # fmt: skip
            request = urllib.request.Request(url, urllib.parse.urlencode(data).encode(), {"Cookie": cookies})
            start.wait()
            try:
                with urllib.request.build_opener(NoRedirect()).open(request, timeout=120) as answer:
                    answers.append(answer.status)
            except urllib.error.HTTPError as answer:
                answers.append(answer.code)

        threads = [threading.Thread(target=race, args=(i,)) for i in range(RACERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers.count(303) == RACERS, sorted(answers)
    confirmed = db.session.scalar(
        select(func.sum(Registration.heads)).where(Registration.standing == Standing.CONFIRMED)
    )
    parties = db.session.scalar(select(func.count(Registration.id)))
    waiting = db.session.scalars(select(Registration.heads).where(Registration.standing == Standing.WAITING)).all()
    assert confirmed is not None
    assert confirmed <= CAPACITY
    assert confirmed > CAPACITY - 3  # nobody who fitted first was turned away
    assert waiting
    assert parties == RACERS - 19  # twenty sent the same form
    assert db.session.scalar(select(func.count(func.distinct(Registration.queue_number)))) == parties
    assert db.session.scalar(select(func.count(Message.id))) == parties


@pytest.mark.race
def test_sign_ups_changes_and_cancellations_at_once_keep_capacity(app: Flask) -> None:
    activity = make_activity(capacity=20, max_heads=6)
    number, now = activity.id, clock.now()
    seated = [
        service.sign_up(number, SignUp(2, "da", str(uuid.uuid4()), email=f"s{i}@skole.example"), now=now).id
        for i in range(10)
    ]
    db.session.remove()
    faults: list[BaseException] = []

    def act(i: int) -> None:
        with app.app_context():
            try:
                if i % 3 == 0:
                    service.cancel(seated[i % 10], now=now)
                elif i % 3 == 1:
                    service.sign_up(number, SignUp(1 + i % 5, "da", str(uuid.uuid4())), now=now)
                else:
                    service.tend_waiting_lists(now=now)
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=(i,)) for i in range(36)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    taken = db.session.scalar(
        select(func.sum(Registration.heads)).where(Registration.standing.in_([Standing.CONFIRMED, Standing.OFFERED]))
    )
    assert taken is not None
    assert taken <= 20
