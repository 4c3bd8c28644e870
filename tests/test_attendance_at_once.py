"""Several people count and close at once."""

import re
import threading
import uuid
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.attendance import queries, service
from portal.attendance.models import Count
from portal.attendance.rules import Method
from portal.database import db
from portal.errors import RuleError
from tests.count import closings
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient
from tests.test_attendance_closing import address, typed


def test_the_second_of_two_counters_is_told_and_may_correct(client: PageClient, noon: datetime) -> None:
    first = make_user(Role.STAFF, "first@vink.example")
    activity = make_activity(starts_at=noon)
    log_in(client, Role.ADMINISTRATOR)
    service.close_count(activity.id, {activity.audience_id: 31}, Method.CLICKER, actor=first, now=noon, seen=0)
    answer = client.post(address(activity), data=typed(activity, 33, method="estimate"))
    assert answer.status_code == 422
    assert f"{first.name} closed the count with 31, Wednesday 18 November 2026, 12:00." in answer.text
    assert re.search(r'name="final_\d+"[^>]*value="33"', answer.text), "what the second one counted is kept"
    assert len(closings()) == 1
    fields = dict(re.findall(r'name="(seen|form_id)" value="([^"]*)"', answer.text))
    assert fields["seen"] == "1"
    data = typed(activity, 33, reason="To kom bagefter", **fields)
    assert client.post(address(activity), data=data).status_code == 303
    assert [closing.heads for closing in closings()] == [31, 33]


def test_two_who_close_at_once_make_one_first_closing(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=noon)
    activity_id, audience_id = activity.id, activity.audience_id
    actors = [make_user(Role.STAFF, f"counter{number}@vink.example").id for number in range(8)]
    db.session.remove()
    start = threading.Barrier(len(actors))
    answers: list[str] = []

    def close(actor_id: int, heads: int) -> None:
        with app.app_context():
            actor = db.session.get_one(User, actor_id)
            start.wait()
            try:
                service.close_count(activity_id, {audience_id: heads}, Method.LIST, actor=actor, now=noon, seen=0)
                answers.append("closed")
            except RuleError as fault:
                answers.append(fault.key)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=close, args=(actor, 20 + n)) for n, actor in enumerate(actors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["closed"] + ["closed_meanwhile"] * 7
    [closing] = closings()
    assert (closing.number, closing.newest) == (1, True)


def test_many_phones_at_once_lose_no_tap(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=noon)
    activity_id, audience_id = activity.id, activity.audience_id
    db.session.remove()
    twice = str(uuid.uuid4())
    faults: list[str] = []

    def count() -> None:
        with app.app_context():
            try:
                for count_id in (*(str(uuid.uuid4()) for _tap in range(5)), twice):
                    service.count_walk_in(
                        activity_id, audience_id, 1, count_id=count_id, actor=None, counted_at=None, now=noon
                    )
            except RuleError as fault:
                faults.append(fault.key)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=count) for _phone in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert queries.walk_ins_of(activity_id, audience_id) == 41
    numbers = db.session.scalars(select(Count.number)).all()
    assert len(numbers) == len(set(numbers)) == 41
