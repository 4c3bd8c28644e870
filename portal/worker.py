"""`flask worker`: sends mail, reads uploads, and does each job that is due once, however many workers there are."""

import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import astuple, dataclass
from types import FrameType
from typing import Any

import click
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal import clock
from portal.associations.access_links import forget_expired
from portal.associations.confirmation_service import ask_to_confirm
from portal.attendance.thanks import thank_parties
from portal.config import Settings
from portal.database import db
from portal.errors import log_fault
from portal.imports.upload_service import process_uploads
from portal.jobs.rules import PLANS, Name
from portal.jobs.service import claim, finish, give_sign, note_run
from portal.jobs.words import said
from portal.mail.delivery import deliver_due
from portal.privacy.service import Erased, erase_ended
from portal.registrations.reminders import remind_parties
from portal.registrations.waiting_list import tend_waiting_lists

log = logging.getLogger(__name__)
ALL_THE_TIME, ASKED_EVERY, SIGN_EVERY = 2, 5, 20  # seconds


@dataclass(frozen=True)
class Ran:
    """What became of a job that was run: `said` is in English, of a fault its kind."""

    ok: bool
    said: str


def jobs(settings: Settings) -> dict[str, Callable[[], object]]:
    """What the worker does, by name, in the order in which `--once` does it: mail after what writes mail."""
    found: dict[str, Callable[[], object]] = {
        Name.WAITING_LISTS: lambda: tend_waiting_lists(now=clock.now()),
        Name.REMINDERS: lambda: remind_parties(now=clock.now()),
        Name.THANKS: lambda: thank_parties(now=clock.now()),
        Name.CONFIRMATIONS: lambda: ask_to_confirm(now=clock.now()),
        Name.MAIL: lambda: deliver_due(now=clock.now()),
        Name.UPLOADS: lambda: process_uploads(now=clock.now()),
        Name.LINKS: lambda: forget_expired(now=clock.now()),
    }
    if settings.retention_reference:
        found[Name.RETENTION] = lambda: erase_ended(now=clock.now())
    return found


def run(app: Flask, name: str, job: Callable[[], object]) -> Ran | None:
    """One run of one job where it is due, and what became of it; None where it is not, or another worker has it.

    A fault is logged, and the job comes again.
    """
    with app.app_context():
        try:
            return _run(Name(name), job)
        except Exception as fault:  # the database is away: nothing could be claimed or noted
            log_fault(log, f"the job {name} failed", fault)
            return Ran(False, type(fault).__name__)
        finally:
            db.session.remove()


def _run(name: Name, job: Callable[[], object]) -> Ran | None:
    if name not in PLANS:
        ran, worth_it = _attempt(name, job)
        note_run(name, ran.ok, ran.said, worth_it, now=clock.now())
        return ran
    taken = claim(name, now=clock.now())
    if taken is None:
        return None
    ran, _worth_it = _attempt(name, job)
    finish(name, taken, ran.ok, ran.said, now=clock.now())
    return ran


def _attempt(name: Name, job: Callable[[], object]) -> tuple[Ran, bool]:
    """What the job did, and whether it was anything."""
    try:
        numbers = _numbers(job())
    except Exception as fault:
        log_fault(log, f"the job {name} failed", fault)
        return Ran(False, type(fault).__name__), True
    return Ran(True, said(name, numbers)), any(numbers)


def _numbers(result: Any) -> tuple[int, ...]:
    """What a job counted, in the order of its sentence."""
    match result:
        case None:
            return ()
        case int():
            return (result,)
        case tuple():
            return result
        case Erased():
            mails = result.messages + result.mailings  # a mail to many has its text once
            return result.registrations, result.activities, mails, result.enquiries, result.log_lines
        case _:
            return astuple(result)


def sign(app: Flask) -> None:
    """The worker's sign of life, also while a job takes long."""
    with app.app_context():
        try:
            give_sign(now=clock.now())
        except Exception as fault:
            log_fault(log, "the worker could give no sign of life", fault)
        finally:
            db.session.remove()


def schedule(scheduler: BaseScheduler, app: Flask, todo: dict[str, Callable[[], object]]) -> None:
    """How often each job is asked for. Whether it is due stands in the database, so a run that was slept through is
    made up for once, and a night's erasing is never left out.
    """
    usual = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    for name, job in todo.items():
        seconds = ASKED_EVERY if name in PLANS else ALL_THE_TIME
        scheduler.add_job(run, IntervalTrigger(seconds=seconds), [app, name, job], id=name, **usual)
    now = clock.local(clock.now())
    scheduler.add_job(sign, IntervalTrigger(seconds=SIGN_EVERY), [app], id=Name.WORKER, next_run_time=now, **usual)


def run_once(app: Flask, todo: dict[str, Callable[[], object]]) -> bool:
    """Runs what is due, with a line for each job; whether all went well."""
    sign(app)
    well = True
    for name, job in todo.items():
        ran = run(app, name, job)
        words = "not due" if ran is None else ran.said if ran.ok else f"failed: {ran.said}"
        click.echo(f"{name}: {words}")
        well = well and (ran is None or ran.ok)
    return well


@click.command("worker")
@click.option("--once", is_flag=True, help="Do everything that is due once, and end.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mail, tend waiting lists, remind, thank, and erase at night once a retention schedule is confirmed."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    if not app.secret_key:
        sys.exit("PORTAL_SECRET_KEY must be set: the worker signs the links in mail with it.")
    todo = jobs(settings)
    if once:
        sys.exit(0 if run_once(app, todo) else 1)
    scheduler = BlockingScheduler(timezone=clock.COPENHAGEN)
    schedule(scheduler, app, todo)

    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
