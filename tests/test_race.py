"""Places never exceed capacity: 200 sign-ups at once against 8 processes, on both databases.

A peer that checks, then inserts, put 16 people on 10 places in every race with 8 processes.
"""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.cookiejar import CookieJar

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.activities.models import Activity
from portal.activities.service import draft_of
from portal.database import db
from portal.errors import RuleError
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import HOLDS_PLACES, Standing
from tests.make import make_activity
from tests.parties import party
from tests.serving import served

RACERS = 200
CAPACITY = 10
SAME = 20


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

        def race(racer: int) -> None:
            i = max(racer, SAME - 1)  # the first ones are one person pressing again and again
            data = {"csrf_token": token[1], "name": f"Racer {i}", "group": "8B", "heads": str(1 + i % 3),
                    "email": f"r{i}@skole.example", "age_band": "15_17", "language": "da",
                    "submission": same if racer < SAME else str(uuid.uuid4())}  # fmt: skip
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
    assert parties == RACERS - SAME + 1
    assert db.session.scalar(select(func.count(func.distinct(Registration.queue_number)))) == parties
    assert db.session.scalar(select(func.count(Message.id))) == parties


@pytest.mark.race
def test_everything_at_once_keeps_capacity(app: Flask) -> None:
    """Sign-ups, more and fewer heads, cancellations, answers and a changed capacity, all let go at one moment."""
    now = clock.now()
    number = make_activity(capacity=20, max_heads=6, starts_at=now + timedelta(days=20)).id
    parties = [service.sign_up(number, party(2), now=now).id for _ in range(16)]
    draft = draft_of(db.session.get_one(Activity, number))
    for seated in parties[:3]:  # so that some hold offers when it begins
        service.cancel(seated, now=now)
    db.session.remove()
    acts: list[Callable[[], object]] = []
    for i, seated in enumerate(parties):
        acts.append(lambda i=i: service.sign_up(number, party(1 + i % 5), now=now))
        acts.append(lambda i=i, seated=seated: service.change_heads(seated, 1 + i % 6, now=now))
        acts.append(lambda i=i, seated=seated: service.answer_offer(seated, i % 2 == 0, now=now))
        if i % 4 == 0:
            acts.append(lambda seated=seated: service.cancel(seated, now=now))
            acts.append(lambda i=i: change_activity(number, replace(draft, capacity=18 + i % 5), now=now))
    start = threading.Barrier(len(acts))
    faults: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except RuleError:
                pass  # refused: capacity must hold all the same
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    taken = db.session.scalar(select(func.sum(Registration.heads)).where(Registration.standing.in_(HOLDS_PLACES)))
    capacity = db.session.get_one(Activity, number).capacity
    assert taken is not None
    assert capacity is not None
    assert taken <= capacity
