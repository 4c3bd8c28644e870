"""`flask worker`: sends mail, tends waiting lists, reads uploads, erases at night."""

import logging
import signal
import sys
from collections.abc import Callable
from types import FrameType

import click
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal import clock
from portal.associations.access_links import forget_expired
from portal.associations.confirmation_service import ask_to_confirm
from portal.config import Settings
from portal.database import db
from portal.errors import log_fault
from portal.imports.upload_service import process_uploads
from portal.mail.delivery import deliver_due
from portal.privacy.service import erase_ended
from portal.registrations.waiting_list import tend_waiting_lists

log = logging.getLogger(__name__)


def jobs(settings: Settings) -> dict[str, Callable[[], object]]:
    """What the worker does, by name."""
    found: dict[str, Callable[[], object]] = {
        "waiting-lists": lambda: tend_waiting_lists(now=clock.now()),
        "mail": lambda: deliver_due(now=clock.now()),
        "uploads": lambda: process_uploads(now=clock.now()),
    }
    found["links"] = lambda: forget_expired(now=clock.now())
    found["confirmations"] = lambda: ask_to_confirm(now=clock.now())
    if settings.retention_reference:
        found["retention"] = lambda: erase_ended(now=clock.now())
    return found


def run(app: Flask, name: str, job: Callable[[], object]) -> bool:
    """One run of one job, whether it went well; a fault is logged and the next run comes anyway."""
    with app.app_context():
        try:
            job()
        except Exception as fault:
            log_fault(log, f"the job {name} failed", fault)
            return False
        finally:
            db.session.remove()
    return True


def schedule(scheduler: BaseScheduler, app: Flask, todo: dict[str, Callable[[], object]]) -> None:
    """When each job runs. A run that comes late is made up for once: a night's erasing is never left out."""
    triggers = {
        "mail": IntervalTrigger(seconds=2),
        "uploads": IntervalTrigger(seconds=2),
        "waiting-lists": IntervalTrigger(seconds=30),
        "links": IntervalTrigger(minutes=5),
        "confirmations": CronTrigger(hour=9, timezone=clock.COPENHAGEN),
        "retention": CronTrigger(hour=3, timezone=clock.COPENHAGEN),
    }
    for name, job in todo.items():
        scheduler.add_job(
            run, triggers[name], [app, name, job], id=name, max_instances=1, coalesce=True, misfire_grace_time=None
        )


@click.command("worker")
@click.option("--once", is_flag=True, help="Do everything that is due once, and end.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mail, tend waiting lists, read uploads and, once a retention schedule is confirmed, erase at night."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    if not app.secret_key:
        sys.exit("PORTAL_SECRET_KEY must be set: the worker signs the links in mail with it.")
    todo = jobs(settings)
    if once:
        done = [run(app, name, job) for name, job in todo.items()]
        sys.exit(0 if all(done) else 1)
    scheduler = BlockingScheduler(timezone=clock.COPENHAGEN)
    schedule(scheduler, app, todo)

    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
