"""What goes wrong is logged without what was typed; the worker goes on and makes up for what it missed."""

import logging
from datetime import timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import insert, text

from portal import clock, worker
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.database import db
from portal.errors import log_fault
from tests.make import make_user
from tests.page import PageClient

TYPED = "leyla.eksempelsen@skole.example"


def twice(*_typed: object, **_more: object) -> None:
    """Stores what was typed a second time, which the database refuses with the value in its words."""
    row = {
        "email": TYPED, "name": TYPED, "password_hash": "x", "role": Role.STAFF, "active": True, "session_key": TYPED,
        "created_at": clock.now(),
    }  # fmt: skip
    db.session.execute(insert(User).values(row))


def once_and_again(*typed: object, **more: object) -> None:
    """The same as part of another fault."""
    try:
        twice()
    except Exception as fault:
        raise RuntimeError(f"it went wrong: {fault}") from fault


@pytest.mark.parametrize("fault", [twice, once_and_again])
def test_a_databases_error_is_logged_without_what_was_typed(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: object
) -> None:
    make_user(Role.STAFF, TYPED)
    monkeypatch.setattr("portal.accounts.routes.service.authenticate", fault)
    answer = client.post("/en/login", data={"email": TYPED, "password": "a wrong password"})
    assert answer.status_code == 500
    assert "Something went wrong at our end" in answer.text
    assert TYPED not in caplog.text
    assert "a wrong password" not in caplog.text
    assert "fault in POST accounts.login" in caplog.text
    assert "sqlalchemy.exc.IntegrityError" in caplog.text
    assert "in twice" in caplog.text, "the traceback is not there"


def test_other_faults_are_logged_whole(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise LookupError("which one")
    except LookupError as fault:
        log_fault(logging.getLogger("portal"), "a fault", fault)
    assert "LookupError: which one" in caplog.text


def test_no_statements_error_brings_its_values_along(app: Flask) -> None:
    with pytest.raises(Exception, match="no_such_table") as told:
        db.session.execute(text("SELECT * FROM no_such_table WHERE x = :typed"), {"typed": TYPED})
    db.session.rollback()
    assert TYPED not in str(told.value)


def test_a_job_that_fails_is_logged_alike_and_the_next_runs(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_user(Role.STAFF, TYPED)
    ran: list[str] = []
    monkeypatch.setattr(worker, "tend_waiting_lists", twice)
    monkeypatch.setattr(worker, "deliver_due", lambda **_more: ran.append("mail"))
    answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert answer.exit_code == 1
    assert ran == ["mail"]
    assert "the job waiting-lists failed" in caplog.text
    assert TYPED not in caplog.text + answer.output


def test_the_worker_asks_often_what_is_due(app: Flask) -> None:
    """Whether a job is due stands in the database, so that a night that was slept through is made up for."""
    scheduler = BackgroundScheduler(timezone=clock.COPENHAGEN)
    worker.schedule(scheduler, app, dict.fromkeys(("mail", "waiting-lists", "retention"), lambda: None))
    scheduler.start(paused=True)
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
        assert set(jobs) == {"mail", "waiting-lists", "retention", "worker"}
        for job in jobs.values():
            assert job.misfire_grace_time is None
            assert (job.coalesce, job.max_instances) == (True, 1)
            assert job.next_run_time - clock.now() <= timedelta(seconds=5)
    finally:
        scheduler.shutdown(wait=False)
