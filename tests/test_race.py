"""Places never exceed capacity: 200 sign-ups at once against 8 processes, on both databases.

A peer that checks, then inserts, put 16 people on 10 places in every race with 8 processes.
"""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.activities.models import Activity
from portal.activities.service import draft_of
from portal.database import db
from portal.errors import RuleError
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.models import PassedOver, Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import HOLDS_PLACES, Standing
from portal.registrations.waiting_list import tend_waiting_lists
from portal.web.links import sign
from tests.at_once import at_once
from tests.make import make_activity
from tests.parties import party
from tests.serving import form_at, posted, served

RACERS = 200
CAPACITY = 10
SAME = 20


def taken(activity_id: int) -> int:
    """Heads that hold places."""
    held = select(func.sum(Registration.heads)).where(
        Registration.activity_id == activity_id, Registration.standing.in_(HOLDS_PLACES)
    )
    return db.session.scalar(held) or 0


def a_line(now: datetime) -> tuple[int, list[Registration]]:
    """20 places six days ahead: ten parties of 2 that were seated, of which three cancelled, and twelve in line."""
    number = make_activity(capacity=20, max_heads=9, starts_at=now + timedelta(days=6)).id
    parties = [service.sign_up(number, party(2), now=now) for _ in range(10)]
    parties += [service.sign_up(number, party(2 + i % 7), now=now) for i in range(12)]
    for seated in parties[:3]:
        service.cancel(seated.id, now=now)
    db.session.expire_all()
    return number, parties


def check_letters(activity_id: int) -> None:
    """Each grant has exactly one letter, nobody was offered places twice, and every reason is true."""
    parties = db.session.scalars(select(Registration).where(Registration.activity_id == activity_id)).all()
    letters: dict[int | None, Counter[str]] = {each.id: Counter() for each in parties}
    for message in db.session.scalars(select(Message).where(Message.registration_id.in_(letters))):
        letters[message.registration_id][message.kind] += 1
    for each in parties:
        told = letters[each.id]
        assert told["offer"] <= 1
        assert told["confirmed"] + told["moved_up"] == (1 if each.standing is Standing.CONFIRMED else 0) or (
            each.standing is Standing.CANCELLED and told["cancelled"] == 1
        )
        assert told["lapsed"] == (each.standing is Standing.LAPSED)
        assert each.standing is not Standing.OFFERED or told["offer"] == 1
    for row in db.session.scalars(select(PassedOver).where(PassedOver.registration_id.in_(letters))):
        assert 0 < row.free < row.heads


@pytest.mark.race
def test_200_at_once_never_get_more_than_there_is(app: Flask, database_url: str) -> None:
    activity = make_activity(capacity=CAPACITY, max_heads=3, starts_at=clock.now() + timedelta(days=20))
    number = activity.id
    db.session.remove()
    answers: list[int] = []
    with served(database_url, workers=8, threads=4) as address:
        url = f"{address}/da/activities/{number}/sign-up"
        cookies, token = form_at(url)
        start = threading.Barrier(RACERS)
        same = str(uuid.uuid4())

        def race(racer: int) -> None:
            i = max(racer, SAME - 1)  # the first ones are one person pressing again and again
            data = {"csrf_token": token, "name": f"Racer {i}", "group": "8B", "heads": str(1 + i % 3),
                    "email": f"r{i}@skole.example", "age_band": "15_17", "language": "da",
                    "submission": same if racer < SAME else str(uuid.uuid4())}  # fmt: skip
            start.wait()
            answers.append(posted(url, cookies, data))

        threads = [threading.Thread(target=race, args=(i,)) for i in range(RACERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other = the_line_at_once(app, address, cookies, token)
    assert answers.count(303) == RACERS, sorted(answers)
    check_letters(other)
    here = Registration.activity_id == number
    confirmed = taken(number)
    parties = db.session.scalar(select(func.count(Registration.id)).where(here))
    waiting = db.session.scalars(
        select(Registration.heads).where(here, Registration.standing == Standing.WAITING)
    ).all()
    assert confirmed <= CAPACITY
    assert confirmed > CAPACITY - 3  # nobody who fitted first was turned away
    assert waiting
    assert parties == RACERS - SAME + 1
    assert db.session.scalar(select(func.count(func.distinct(Registration.queue_number))).where(here)) == parties
    assert db.session.scalar(select(func.count(Message.id)).where(Message.activity_id == number)) == parties


def the_line_at_once(app: Flask, address: str, cookies: str, token: str) -> int:
    """Those who wait answer, take a part, become fewer and cancel on the pages of 8 processes, while two workers
    tend the line. Returns the activity's number.
    """
    now = clock.now()
    number, parties = a_line(now)
    pages = [f"{address}/da/registrations/{sign(each.reference or '')}" for each in parties]
    todo: list[tuple[str, dict[str, str]]] = []
    for i, page in enumerate(pages):
        todo.append((page.replace("registrations", "offers") + "/take", {}))
        todo.append((f"{page}/part", {"heads": str(1 + i % 3)}))
        todo.append((f"{page}/{'cancel' if i % 3 == 0 else 'heads'}", {"heads": str(1 + i % 5)}))
    workers = 2
    late = now + timedelta(days=5)  # every offer has expired by then

    def act(mine: int) -> int:
        if mine < workers:
            return tend_waiting_lists(now=late if mine else now)
        page, data = todo[mine - workers]
        return posted(page, cookies, {"csrf_token": token, **data})

    answers = at_once(app, len(todo) + workers, act)
    assert set(answers[workers:]) <= {303, 422}, answers
    assert all(isinstance(changed, int) for changed in answers[:workers])
    assert taken(number) <= 20
    return number


@pytest.mark.race
def test_everything_at_once_keeps_capacity_at_every_commit(app: Flask) -> None:
    """Sign-ups, more and fewer heads, parts, cancellations, answers, a changed capacity and several workers,
    all let go at one moment.
    """
    now = clock.now()
    number, parties = a_line(now)
    draft = draft_of(db.session.get_one(Activity, number))
    ids = [each.id for each in parties]
    acts: list[Callable[[], object]] = []
    for i, one in enumerate(ids):
        acts.append(lambda i=i: service.sign_up(number, party(1 + i % 5), now=now))
        acts.append(lambda i=i, one=one: service.change_heads(one, 1 + i % 6, now=now))
        acts.append(lambda i=i, one=one: service.answer_offer(one, i % 2 == 0, now=now))
        acts.append(lambda i=i, one=one: service.take_part(one, 1 + i % 3, now=now))
        if i % 4 == 0:
            acts.append(lambda one=one: service.cancel(one, now=now))
            acts.append(lambda i=i: change_activity(number, replace(draft, capacity=20 + i % 5), now=now))
            acts.append(lambda i=i: tend_waiting_lists(now=now + timedelta(days=i % 3 * 2)))
    seen: list[tuple[int, int]] = []

    def look(session: Session) -> None:
        """Just before a commit, while the turn is still taken."""
        if session.info.get("writing"):
            session.flush()
            capacity = session.scalar(select(Activity.capacity).where(Activity.id == number))
            seen.append((taken(number), capacity or 0))

    def act(mine: int) -> object:
        try:
            return acts[mine]()
        except RuleError:
            return None  # refused: capacity must hold all the same

    event.listen(Session, "before_commit", look)
    try:
        found = at_once(app, len(acts), act)
    finally:
        event.remove(Session, "before_commit", look)
    assert not [fault for fault in found if isinstance(fault, BaseException)]
    assert len(seen) > len(parties)
    assert all(heads <= capacity for heads, capacity in seen), seen
    assert taken(number) <= (db.session.get_one(Activity, number).capacity or 0)
    check_letters(number)
