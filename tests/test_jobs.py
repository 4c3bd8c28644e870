"""Jobs: when they are due, that each runs once however many workers there are, and what staff see of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import clock, worker
from portal.database import db, writing
from portal.jobs.models import Job
from portal.jobs.rules import COPENHAGEN, PLANS, TRIED_AGAIN_AFTER, Daily, Every, Name, is_silent, next_due
from portal.jobs.service import claim, finish, give_sign
from portal.jobs.words import DID, in_readers_words, said
from tests.at_once import at_once
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PAUSES = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock, which stands still from then on."""

    def stand_at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand_at(NOON)
    return stand_at


def job(name: Name) -> Job:
    """The job's row as it is now."""
    db.session.rollback()
    return db.session.get_one(Job, name, populate_existing=True)


@given(MOMENTS, MOMENTS, PAUSES)
def test_a_pause_leaves_out_what_was_slept_through(due_at: datetime, now: datetime, pause: timedelta) -> None:
    following = next_due(Every(pause), due_at, now)
    assert (following - due_at) % pause == timedelta(0)
    assert following > due_at
    assert following > now
    if now >= due_at:
        assert following - now <= pause


@given(MOMENTS, st.integers(0, 23))
def test_a_daily_job_is_due_once_each_copenhagen_day(now: datetime, hour: int) -> None:
    following = next_due(Daily(hour), now, now)
    assert timedelta(0) < following - now <= timedelta(hours=25)
    here = following.astimezone(COPENHAGEN)
    assert here.hour in {hour, 3 if hour == 2 else hour}  # a skipped hour comes later
    assert here.minute == 0


@pytest.mark.parametrize("day", [datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)])
def test_no_day_is_left_out_at_a_clock_change(day: datetime) -> None:
    for hour in range(24):
        times = [day]
        for _each in range(7):
            times.append(next_due(Daily(hour), times[-1], times[-1]))
        days = [moment.astimezone(COPENHAGEN).date() for moment in times[1:]]
        assert [b - a for a, b in pairwise(days)] == [timedelta(days=1)] * 6


def test_a_job_is_one_workers_at_a_time(app: Flask) -> None:
    """On both databases; then its time is over, and another one takes over from the one that was killed."""
    name = Name.WAITING_LISTS
    taken = at_once(app, 6, lambda _mine: claim(name, now=NOON))
    assert [each for each in taken if each is not None] == [NOON]
    later = NOON + PLANS[name].lease
    assert claim(name, now=later - timedelta(seconds=1)) is None
    taken = at_once(app, 6, lambda _mine: claim(name, now=later))
    assert [each for each in taken if each is not None] == [later]
    finish(name, NOON, True, "too late", now=later)  # the first one was only slow
    assert job(name).finished_at is None
    finish(name, later, True, "in time", now=later)
    assert (job(name).said, job(name).leased_until) == ("in time", None)
    assert job(name).due_at == later + timedelta(seconds=30)


def test_each_due_job_runs_once_however_many_workers(app: Flask, set_clock: Callable[[datetime], None]) -> None:
    """Six workers ask for six jobs each; a day of downtime later the same again, one run each and not 2,880."""
    ran: list[str] = []
    todo = {name: (lambda name=name: ran.append(name)) for name in PLANS}

    def work(_mine: int) -> list[object]:
        return [worker.run(app, name, todo[name]) for name in todo]

    with writing() as session:
        session.add_all(Job(name=name, due_at=NOON) for name in todo)
    for moment in (NOON, NOON + timedelta(days=1)):
        set_clock(moment)
        answers = at_once(app, 6, work)
        assert sorted(ran) == sorted(PLANS)
        assert sum(answer is not None for mine in answers for answer in mine) == len(PLANS)
        assert all(job(name).due_at > moment for name in PLANS)
        ran.clear()


def test_a_clock_that_was_ahead_stops_no_job(app: Flask) -> None:
    """For a day the clock showed next year: what was noted then, and who was killed then, keeps nothing waiting."""
    wrong = NOON + timedelta(days=365)
    for name in (Name.WAITING_LISTS, Name.RETENTION):
        with writing() as session:
            session.add(Job(name=name, due_at=wrong, leased_until=wrong + PLANS[name].lease))
        assert claim(name, now=NOON) == NOON
        assert claim(name, now=NOON - timedelta(seconds=20)) is None  # set back a little while it runs
        finish(name, NOON, True, "", now=NOON)
        assert NOON < job(name).due_at <= NOON + timedelta(days=1)
        assert claim(name, now=NOON - timedelta(seconds=20)) is None


def test_a_new_job_waits_for_its_hour(app: Flask, set_clock: Callable[[datetime], None]) -> None:
    assert worker.run(app, Name.RETENTION, lambda: None) is None
    due_at = job(Name.RETENTION).due_at
    assert due_at == datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
    set_clock(due_at + timedelta(hours=9))
    assert worker.run(app, Name.RETENTION, lambda: None) == worker.Ran(True, "Nothing to do")
    assert job(Name.RETENTION).due_at == due_at + timedelta(days=1)


def test_a_quiet_second_writes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch, noon: datetime) -> None:
    """SQLite has one turn for everybody, and each job is asked for every few seconds."""
    names = [*PLANS, Name.MAIL, Name.UPLOADS]
    for name in names:
        worker.run(app, name, lambda: None)
    give_sign(now=noon)

    def refused() -> None:
        raise AssertionError("a write began")

    monkeypatch.setattr("portal.jobs.service.writing", refused)
    for name in names:
        ran = worker.run(app, name, lambda: None)
        assert ran is None or ran.ok
    give_sign(now=noon + timedelta(seconds=59))


def test_a_job_that_fails_says_so_and_is_tried_again(app: Flask, set_clock: Callable[[datetime], None]) -> None:
    def fail() -> None:
        raise LookupError("leyla@skole.example")

    assert worker.run(app, Name.LINKS, fail) == worker.Ran(False, "LookupError")
    assert (job(Name.LINKS).ok, job(Name.LINKS).said) == (False, "LookupError")
    set_clock(NOON + TRIED_AGAIN_AFTER)
    assert worker.run(app, Name.LINKS, lambda: 3) == worker.Ran(True, "3 links deleted")
    assert (job(Name.LINKS).ok, job(Name.LINKS).said) == (True, "3 links deleted")


def test_mail_is_noted_at_once_where_something_was_sent(app: Flask, set_clock: Callable[[datetime], None]) -> None:
    worker.run(app, Name.MAIL, lambda: (0, 0, 0))
    set_clock(NOON + timedelta(seconds=2))
    worker.run(app, Name.MAIL, lambda: (0, 0, 0))
    assert job(Name.MAIL).finished_at == NOON
    worker.run(app, Name.MAIL, lambda: (4, 1, 0))
    assert job(Name.MAIL).said == "4 mails sent, 1 to be tried again, 0 given up"
    assert job(Name.MAIL).finished_at == NOON + timedelta(seconds=2)


def test_once_does_what_is_due_and_says_it_line_by_line(app: Flask, set_clock: Callable[[datetime], None]) -> None:
    from portal.registrations.service import sign_up

    activity = make_activity(starts_at=NOON + timedelta(days=4))
    sign_up(activity.id, party(2), now=NOON)
    runner = app.test_cli_runner()
    first = runner.invoke(args=["worker", "--once"])
    assert first.exit_code == 0
    assert "reminders: Nothing to do\n" in first.output
    assert "confirmations: not due\n" in first.output
    assert not is_silent(job(Name.WORKER).finished_at, clock.now())
    set_clock(NOON + timedelta(days=2, hours=1))
    assert "reminders: 1 reminder for 1 activity\n" in runner.invoke(args=["worker", "--once"]).output
    assert "reminders: not due\n" in runner.invoke(args=["worker", "--once"]).output


def test_what_a_run_did_is_kept_in_english_and_read_in_danish(app: Flask) -> None:
    for name in DID:
        numbers = (3, 1, 2, 4, 5)[: {"retention": 5, "mail": 3, "reminders": 2, "thanks": 2}.get(name, 1)]
        kept = said(name, numbers)
        assert kept.startswith("Erased: 3" if name == "retention" else "3 ")
        with app.test_request_context("/en/"):
            assert in_readers_words(name, kept) == kept
        with app.test_request_context("/da/"):
            assert [c for c in in_readers_words(name, kept) if c.isdigit()] == [c for c in kept if c.isdigit()]
            assert in_readers_words(name, "3 of something else") == "3 of something else"


def test_staff_see_each_job_and_that_no_worker_is_alive(
    client: PageClient, set_clock: Callable[[datetime], None]
) -> None:
    log_in(client)
    page = client.get("/en/staff/jobs").text
    assert "No worker is running" in page
    assert "There has been no sign of life yet." in page
    assert "stand still" not in client.get("/en/staff/").text  # nothing is due
    app = client.application
    worker.sign(app)
    worker.run(app, Name.REMINDERS, lambda: (3, 1))
    worker.run(app, Name.LINKS, lambda: 1 // 0)
    page = client.get("/en/staff/jobs").text
    assert "No worker is running" not in page
    for words in (
        "3 reminders for 1 activity",
        "ZeroDivisionError",
        "Went wrong",
        "Not run yet",
        "Off",
    ):
        assert words in page
    assert client.get("/da/staff/jobs").status_code == 200
    set_clock(NOON + timedelta(minutes=5))
    assert "No worker is running" in client.get("/en/staff/jobs").text
    assert "stand still" not in client.get("/en/staff/").text
    set_clock(NOON + timedelta(minutes=10))
    assert "stand still" in client.get("/en/staff/").text
    worker.sign(app)
    assert "stand still" not in client.get("/en/staff/").text
    claim(Name.REMINDERS, now=clock.now())
    assert "At work" in client.get("/en/staff/jobs").text
    set_clock(clock.now() + PLANS[Name.REMINDERS].lease)
    assert "Broken off" in client.get("/en/staff/jobs").text
