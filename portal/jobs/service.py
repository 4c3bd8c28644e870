"""Taking a job that is due, for one worker alone; noting what became of it; signs of life."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from portal.database import db, writing
from portal.jobs.models import Job
from portal.jobs.queries import due_names
from portal.jobs.rules import (
    NOTED_EVERY,
    PLANS,
    TRIED_AGAIN_AFTER,
    Name,
    first_due,
    latest_due,
    longest_lease,
    next_due,
)

LONGEST_TEXT = 300
Result = TypeVar("Result")


def claim(name: Name, *, now: datetime) -> datetime | None:
    """Takes the job where it is due and in nobody's hands; returns when it was taken, to be given back to `finish`.

    None where it is not due, or another worker has it. A worker that stops in the middle holds it until its lease ends.
    """
    # A look first: the worker asks every few seconds, and on SQLite whoever writes keeps everybody else waiting.
    free, unknown = due_names([name], now)
    if unknown:
        _make_known(name, first_due(PLANS[name].schedule, now))
        free, _unknown = due_names([name], now)
    if not free:
        return None
    plan = PLANS[name]
    with writing() as session:
        return session.scalar(
            update(Job)
            .where(
                Job.name == name,
                or_(Job.due_at <= now, Job.due_at > latest_due(plan.schedule, now)),
                or_(
                    Job.leased_until.is_(None),
                    Job.leased_until <= now,
                    Job.leased_until > longest_lease(plan.lease, now),
                ),
            )
            .values(leased_until=now + plan.lease, started_at=now)
            .returning(Job.started_at)
            .execution_options(synchronize_session=False)
        )


def finish(name: Name, taken: datetime, ok: bool, said: str, *, now: datetime) -> None:
    """Notes what the run did and when the job is due next: after a fault in a few minutes.

    Nothing where it took longer than its lease and another worker has it meanwhile.
    """
    with writing() as session:
        mine = (Job.name == name, Job.started_at == taken)
        due_at = session.scalar(select(Job.due_at).where(*mine))
        if due_at is None:
            return
        due = next_due(PLANS[name].schedule, min(due_at, now), now) if ok else now + TRIED_AGAIN_AFTER
        session.execute(
            update(Job)
            .where(*mine)
            .values(leased_until=None, finished_at=now, ok=ok, said=said[:LONGEST_TEXT], due_at=due)
            .execution_options(synchronize_session=False)
        )


def note_run(name: Name, ok: bool, said: str, worth_it: bool, *, now: datetime) -> None:
    """Notes a run of what every worker does all the time: where it was worth it, else once a minute at most."""
    last = db.session.execute(select(Job.finished_at, Job.ok).where(Job.name == name)).one_or_none()
    db.session.rollback()
    if last is None:
        _make_known(name, now)
    elif not worth_it and last.ok is ok and last.finished_at is not None and now - last.finished_at < NOTED_EVERY:
        return
    with writing() as session:
        session.execute(
            update(Job)
            .where(Job.name == name)
            .values(finished_at=now, ok=ok, said=said[:LONGEST_TEXT], due_at=now)
            .execution_options(synchronize_session=False)
        )


def give_sign(*, now: datetime) -> None:
    """A worker's sign of life, noted once a minute at most."""
    note_run(Name.WORKER, True, "", False, now=now)


def _make_known(name: Name, due_at: datetime) -> None:
    with suppress(IntegrityError), writing() as session:  # another worker was quicker
        session.add(Job(name=name, due_at=due_at))


def one_after_another(numbers: Iterable[int], work: Callable[[int], Result]) -> list[Result]:
    """The work done for each number, a transaction of its own each; a fault keeps no other back.

    The first fault is raised once all were tried.
    """
    done: list[Result] = []
    first: Exception | None = None
    for number in numbers:
        try:
            done.append(work(number))
        except Exception as fault:
            first = first or fault
    if first is not None:
        raise first
    return done
