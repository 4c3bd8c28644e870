"""Privacy: the page that cannot lie, and names that go while figures stay."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import String, Text, func, select

from portal import clock, worker
from portal.activities.models import Activity, Series
from portal.activities.rules import AgeBand
from portal.attendance.models import Count
from portal.attendance.rules import CountKind, Method
from portal.database import Base, db, writing
from portal.jobs.models import Job
from portal.jobs.rules import Name
from portal.mail.models import Mailing, Message, MessageState, ReceiverGroup
from portal.personal import Basis, Kept, Purpose
from portal.privacy import queries, service, words
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from tests.make import make_activity
from tests.page import PageClient

SECRETS = ("Leyla Eksempelsen", "leyla@skole.example", "+4533663366", "8.b", "Prøveskolen", "kørestol", "a-reference")


def register(activity: Activity, *, number: int = 1, heads: int = 24) -> Registration:
    """A party with everything filled in, its mail, and its count in the room."""
    name, email, phone, group, association, needs, reference = SECRETS
    with writing() as session:
        party = Registration(
            activity_id=activity.id,
            reference=f"{reference}-{number}",
            submission=f"{reference}-form-{number}",
            standing=Standing.CONFIRMED,
            heads=heads,
            queue_number=number,
            name=name,
            email=email,
            phone=phone,
            group_name=group,
            association_name=association,
            age_band=AgeBand.FROM_15,
            access_needs=needs,
            language="da",
            created_at=clock.now(),
        )
        session.add(party)
        session.flush()
        session.add(
            Message(
                message_id=f"<{number}@portal.example>",
                kind="confirmed",
                language="da",
                recipient=email,
                subject=f"Plads til {group}",
                body_text=f"Kære {name} fra {association}",
                body_html=f"<!doctype html><p>Kære {name}, {phone}, {needs}, {reference}",
                calendar=f"BEGIN:VCALENDAR\nATTENDEE:mailto:{email}\nEND:VCALENDAR",
                unsubscribe=f"https://portal.example/da/unsubscribe/{reference}",
                link=f"https://portal.example/da/registrations/{reference}",
                registration_id=party.id,
                state=MessageState.SENT,
                created_at=clock.now(),
                next_try_at=clock.now(),
            )
        )
        session.add(
            Count(
                id=f"00000000-0000-0000-0000-{number:012}",
                activity_id=activity.id,
                kind=CountKind.ARRIVED,
                method=Method.LIST,
                heads=heads - 2,
                registration_id=party.id,
                number=number,
                counted_at=clock.now(),
                recorded_at=clock.now(),
            )
        )
    return party


def heads_and_counts() -> tuple[object, ...]:
    """The figures that have to stay: parties by standing with their heads, and what was counted."""
    parties = db.session.execute(
        select(Registration.activity_id, Registration.standing, func.count(), func.sum(Registration.heads))
        .group_by(Registration.activity_id, Registration.standing)
        .order_by(Registration.activity_id)
    ).all()
    counted = db.session.execute(select(func.count(), func.sum(Count.heads)).select_from(Count)).all()
    return tuple(parties), tuple(counted)


def every_text() -> str:
    """All that stands in any text column of the database."""
    found: list[str] = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text):
                found += [str(value) for value in db.session.scalars(select(column)) if value is not None]
    return "\n".join(found)


def files_of_the_database() -> list[Path]:
    """SQLite's file and its write-ahead log; nothing on PostgreSQL."""
    file = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not file:
        return []
    return [path for path in (Path(file), Path(f"{file}-wal")) if path.exists()]


def content_of(file: Path) -> bytes:
    """Read by another process: closing the file here would take this process's own locks on it away."""
    return subprocess.run(["cat", file], check=True, capture_output=True).stdout


def test_what_is_due_is_erased_everywhere_and_the_figures_stay(app: Flask) -> None:
    now = clock.now()
    activity = make_activity(starts_at=now - timedelta(days=31, hours=2))
    for number in (1, 2, 3):
        register(activity, number=number)
    with writing() as session:
        session.add(Mailing(submission="1", activity_id=activity.id, receiver_group=ReceiverGroup.CONFIRMED,
                            sent_at=now, subject_da=f"Til {SECRETS[0]}", body_da=f"Kære {SECRETS[3]}",
                            subject_en=SECRETS[4], body_en=f"Call {SECRETS[2]}", created_at=now))  # fmt: skip
    before = heads_and_counts()
    assert all(secret in every_text() for secret in SECRETS)

    assert service.erase_ended(now=now) == service.Erased(activities=1, registrations=3, messages=3, mailings=1)

    db.session.rollback()
    left = every_text()
    assert [secret for secret in SECRETS if secret in left] == []
    assert heads_and_counts() == before
    assert db.session.scalars(select(Message.state).distinct()).all() == [MessageState.ERASED]
    assert service.erase_ended(now=now) == service.Erased(0, 0, 0)
    for file in files_of_the_database():
        assert [secret for secret in SECRETS if secret.encode() in content_of(file)] == [], file.name


def test_the_worker_tells_of_texts_that_went(app: Flask, noon: datetime) -> None:
    with writing() as session:
        session.add(Job(name=Name.RETENTION, due_at=noon))
    ran = worker.run(app, Name.RETENTION, lambda: service.Erased(0, 0, 1, mailings=2))
    assert ran is not None
    assert "3 mails" in ran.said


@pytest.mark.parametrize(("days", "due"), [(29, False), (31, True)])
def test_names_stay_as_long_as_the_type_says(app: Flask, days: int, due: bool) -> None:
    now = clock.now()
    register(make_activity(starts_at=now - timedelta(days=days, hours=3)))
    assert bool(queries.ended_activities(now)) is due
    service.erase_ended(now=now)
    assert (db.session.scalars(select(Registration.name)).one() is None) is due


def test_the_last_meeting_of_a_series_decides(app: Flask) -> None:
    now = clock.now()
    with writing() as session:
        series = Series(same_group=True, created_at=now)
        session.add(series)
    first = make_activity("citizenship_class", now - timedelta(days=60), series_id=series.id)
    last = make_activity("citizenship_class", now - timedelta(days=20), series_id=series.id, registers_at_id=first.id)
    register(first)
    assert queries.ended_activities(now) == []
    assert queries.ended_activities(now + timedelta(days=9)) == []
    (due,) = queries.ended_activities(now + timedelta(days=11))
    assert (due.activity_id, due.ended_at) == (first.id, last.ends_at)


def test_mails_that_belong_to_no_registration_go_too(app: Flask) -> None:
    now = clock.now()
    with writing() as session:
        for number, age in enumerate((29, 31)):
            session.add(
                Message(
                    message_id=f"<{number}@portal.example>", kind="notice", language="da", recipient=f"{age}@a.example",
                    subject="s", body_text="t", body_html="h", state=MessageState.SENT,
                    created_at=now - timedelta(days=age), next_try_at=now,
                )
            )  # fmt: skip
    assert queries.old_messages(now) == 1
    assert service.erase_ended(now=now).messages == 1
    assert db.session.scalars(select(Message.recipient).where(Message.recipient.is_not(None))).all() == ["29@a.example"]


def test_the_command_shows_first_and_erases_only_with_a_reference(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    register(make_activity(starts_at=clock.now() - timedelta(days=40)))
    run = app.test_cli_runner()
    shown = run.invoke(args=["retention"])
    assert "1 registrations, 1 mails" in shown.output
    assert "Nothing was erased" in shown.output
    refused = run.invoke(args=["retention", "--apply"])
    assert refused.exit_code == 1
    assert "PORTAL_RETENTION_REFERENCE" in refused.output
    assert db.session.scalars(select(Registration.name)).one() == SECRETS[0]
    db.session.rollback()
    settings = app.extensions["settings"]
    monkeypatch.setitem(
        app.extensions, "settings", type(settings)(**{**settings.__dict__, "retention_reference": "2026-1"})
    )
    applied = run.invoke(args=["retention", "--apply"])
    assert "Erased: 1 registrations of 1 activities, 1 mails" in applied.output
    assert "registration.name" not in applied.output


def test_every_marked_column_has_words(app: Flask) -> None:
    marked = {(table.name, column.name) for table, column, _mark in queries.personal_columns()}
    assert set(words.FIELDS) == marked
    assert set(words.TABLES) == {table for table, _column in marked}
    assert set(words.PURPOSES) == set(Purpose)
    assert set(words.BASES) == set(Basis)
    assert set(words.PERIODS) == set(Kept)


def test_what_is_kept_for_days_can_be_erased(app: Flask) -> None:
    for table, column, mark in queries.personal_columns():
        if mark.kept is Kept.DAYS_AFTER_ACTIVITY:
            assert column.nullable, f"{table.name}.{column.name} is kept for some days and cannot be emptied"
            assert table.name in {"registration", "message", "mailing"}, f"nobody erases {table.name}.{column.name}"


@pytest.mark.parametrize(("lang", "word"), [("da", "Det gemmer vi"), ("en", "What we store")])
def test_the_page_shows_every_marked_column(client: PageClient, lang: str, word: str) -> None:
    page = client.get(f"/{lang}/what-we-store").get_data(as_text=True)
    assert word in page
    fields = sum(len(table.fields) for table in queries.stored_tables())
    assert page.count('<th scope="row">') == fields == len(list(queries.personal_columns()))


def test_no_column_holds_what_must_never_be_asked() -> None:
    """No column is there for faith, ethnicity, health, opinion, birth date or CPR."""
    banned = ("faith", "religion", "ethnic", "health", "opinion", "birth", "cpr", "nationality", "note", "comment")
    names = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(word in column.name for word in banned)
    }
    # A kind of association can be faith-based: it keeps the contact's name out, and is no person's.
    assert names == {"association_kind.faith_based"}
