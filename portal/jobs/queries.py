"""What is due, and how the jobs stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select

from portal.database import db
from portal.jobs.models import Job
from portal.jobs.rules import PLANS, TELL_STAFF_AFTER, Name, is_silent, latest_due, longest_lease
from portal.mail.models import Message, MessageState


class Standing(StrEnum):
    """How a job stands."""

    NEVER_RAN = "never_ran"
    UNDER_WAY = "under_way"
    BROKEN_OFF = "broken_off"
    WENT_WELL = "went_well"
    FAILED = "failed"


@dataclass(frozen=True)
class JobRow:
    """A job for the page; `due_at` is None where it runs all the time."""

    name: Name
    standing: Standing
    finished_at: datetime | None
    said: str
    due_at: datetime | None


def due_names(names: Collection[Name], now: datetime) -> tuple[list[Name], list[Name]]:
    """Which of the jobs are due and in nobody's hands, and which have no row yet. Leaves no transaction open."""
    rows = db.session.execute(select(Job.name, Job.due_at, Job.leased_until).where(Job.name.in_(names))).all()
    db.session.rollback()
    free = {name for name, due_at, lease in rows if _is_due(name, due_at, now) and _is_free(name, lease, now)}
    known = {name for name, _due_at, _lease in rows}
    return [name for name in names if name in free], [name for name in names if name not in known]


def _is_due(name: str, due_at: datetime, now: datetime) -> bool:
    return not now < due_at <= latest_due(PLANS[Name(name)].schedule, now)


def _is_free(name: str, lease: datetime | None, now: datetime) -> bool:
    return lease is None or not now < lease <= longest_lease(PLANS[Name(name)].lease, now)


def jobs_of(names: Collection[Name], now: datetime) -> list[JobRow]:
    """Each of the jobs, in their order."""
    found = {job.name: job for job in db.session.scalars(select(Job).where(Job.name.in_(names)))}
    return [_row(name, found.get(name), now) for name in names]


def _row(name: Name, job: Job | None, now: datetime) -> JobRow:
    if job is None:
        return JobRow(name, Standing.NEVER_RAN, None, "", None)
    standing = Standing.WENT_WELL if job.ok else Standing.FAILED
    if job.finished_at is None:
        standing = Standing.NEVER_RAN
    if job.leased_until is not None:
        standing = Standing.UNDER_WAY if job.leased_until > now else Standing.BROKEN_OFF
    return JobRow(name, standing, job.finished_at, job.said, job.due_at if name in PLANS else None)


def last_sign() -> datetime | None:
    """When a worker last gave a sign of life."""
    return db.session.scalar(select(Job.finished_at).where(Job.name == Name.WORKER))


def work_is_left(now: datetime) -> bool:
    """Whether no worker has been alive for ten minutes although something is due: a job, or a mail to be sent."""
    if not is_silent(last_sign(), now, TELL_STAFF_AFTER):
        return False
    job = select(Job.name).where(Job.name.in_(PLANS), Job.due_at <= now).limit(1)
    mail = select(Message.id).where(
        Message.state == MessageState.QUEUED, Message.next_try_at <= now - TELL_STAFF_AFTER
    ).limit(1)  # fmt: skip
    return db.session.scalar(select(func.count()).where(or_(job.exists(), mail.exists()))) == 1
