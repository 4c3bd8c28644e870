"""The demo: its mailbox shows each mail as its reader sees it, and it never gets among real data."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, select

from portal import clock, create_app
from portal.activities.models import Activity
from portal.database import db, writing
from portal.demo import server
from portal.demo.fill import fill
from portal.mail.letter import Letter, queue_letter
from portal.mail.models import Message
from portal.mailings.service import send
from portal.registrations.course import plan_series
from portal.registrations.service import cancel, sign_up
from tests.calendars import Programs
from tests.conftest import settings_for
from tests.mailings import draft_to_parties, many_parties, messages_of
from tests.make import make_activity, make_user
from tests.page import PageClient
from tests.parties import party, sent


@pytest.fixture
def demo_app(app: Flask, database_url: str) -> Iterator[Flask]:
    """The application as the demo runs it, on the tests' database."""
    made = create_app(settings_for(database_url, demo=True), TESTING=True, WTF_CSRF_ENABLED=False)
    made.test_client_class = PageClient
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def write_mails(number: int, lang: str = "da") -> list[int]:
    """So many letters in the outbox; their ids."""
    ids = []
    with writing() as session:
        for i in range(number):
            letter = Letter(
                kind="confirmed",
                subject=f"Plads nr. {i} til Bag om skærmen",
                heading="I har plads",
                paragraphs=["Vi glæder os til at se jer.", "<script>alert(1)</script>"],
                button=("Se tilmeldingen", "https://portal.example/da/registrations/token"),
            )
            message = queue_letter(
                session,
                letter,
                "klasse@skole.example",
                lang,
                registration_id=None,
                now=clock.now() + timedelta(seconds=i),
            )
            assert message is not None
            session.flush()
            ids.append(message.id)
    return ids


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_mailbox_lists_messages_newest_first(demo_app: Flask, lang: str) -> None:
    write_mails(3)
    page = demo_app.test_client().get(f"/{lang}/demo/mailbox").get_data(as_text=True)
    assert page.index("Plads nr. 2") < page.index("Plads nr. 1") < page.index("Plads nr. 0")
    assert "klasse@skole.example" in page


def test_an_empty_mailbox_says_so(demo_app: Flask) -> None:
    answer = demo_app.test_client().get("/en/demo/mailbox?page=-99999999999999999999")
    assert answer.status_code == 200
    assert "The mailbox is empty" in answer.get_data(as_text=True)


def test_the_list_costs_the_same_for_one_and_for_many(demo_app: Flask) -> None:
    client = demo_app.test_client()
    counts = []
    for number in (1, 29):
        write_mails(number)
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        client.get("/da/demo/mailbox")
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_message_stands_as_its_reader_sees_it(demo_app: Flask) -> None:
    (number,) = write_mails(1)
    client = demo_app.test_client()
    page = client.get(f"/da/demo/mailbox/{number}").get_data(as_text=True)
    assert "Plads nr. 0 til Bag om skærmen" in page
    assert f'src="/da/demo/mailbox/{number}/body"' in page
    assert "sandbox=" in page
    assert "Vi glæder os til at se jer." in page  # the text version
    body = client.get(f"/da/demo/mailbox/{number}/body")
    html = body.get_data(as_text=True)
    assert '<base target="_top">' in html
    assert "&lt;script&gt;" in html
    policy = body.headers["Content-Security-Policy"]
    style = html.split("<style>")[1].split("</style>")[0]
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{fingerprint}'" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_to_many_has_its_text(demo_app: Flask) -> None:
    activity, user = make_activity(), make_user()
    many_parties(activity, 1)
    mailing = draft_to_parties(activity, user)
    assert send(mailing.id, revision=0, actor=user, now=clock.now()) == 1
    [message] = messages_of(mailing)
    number, link, client = message.id, message.link or "nothing", demo_app.test_client()
    for address in (f"/da/demo/mailbox/{number}", f"/da/demo/mailbox/{number}/body"):
        page = client.get(address).get_data(as_text=True)
        assert "Please bring a bottle. See you." in page  # its reader reads English
        assert link in page


def test_what_came_for_the_calendar_can_be_opened(demo_app: Flask) -> None:
    first = make_activity("citizenship_class", title_da="Din by", max_heads=4)
    plan_series(first.id, [clock.local(first.starts_at).date() + timedelta(weeks=1)], True, now=clock.now())
    mine = sign_up(first.id, party(2), now=clock.now())
    cancel(mine.id, now=clock.now())
    client, calendar = demo_app.test_client(), Programs()
    for message, method, held in zip(sent(), ("REQUEST", "CANCEL"), (2, 0), strict=True):
        page = client.get(f"/da/demo/mailbox/{message.id}").get_data(as_text=True)
        for name in ("invite.ics", "invite-2.ics"):
            address = f"/da/demo/mailbox/{message.id}/{name}"
            assert f'href="{address}"' in page
            answer = client.get(address)
            assert answer.headers["Content-Type"] == f"text/calendar; charset=utf-8; method={method}; component=VEVENT"
            assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
            calendar.take(answer.data)
        assert len(calendar.on) == held
        assert client.get(f"/da/demo/mailbox/{message.id}/invite-3.ics").status_code == 404
    (number,) = write_mails(1)
    assert ".ics" not in client.get(f"/da/demo/mailbox/{number}").get_data(as_text=True)


@pytest.mark.parametrize("number", ["1", "99999999999", "0"])
def test_a_message_that_is_not_there(demo_app: Flask, number: str) -> None:
    client = demo_app.test_client()
    assert client.get(f"/da/demo/mailbox/{number}").status_code == 404
    assert client.get(f"/da/demo/mailbox/{number}/body").status_code == 404


def test_there_is_no_mailbox_outside_the_demo(client: PageClient) -> None:
    assert client.get("/da/demo/mailbox").status_code == 404
    assert db.session.query(Message).count() == 0


def test_the_demo_commands_refuse_real_data(app: Flask) -> None:
    for command in ("fill", "serve"):
        answer = app.test_cli_runner().invoke(args=["demo", command])
        assert answer.exit_code == 1
        assert "PORTAL_DEMO=1" in answer.output


def test_a_taken_port_is_one_clear_line(demo_app: Flask) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert not server.is_free(port)
        answer = demo_app.test_cli_runner().invoke(args=["demo", "serve", "--port", str(port)])
    assert answer.exit_code == 1
    assert answer.output.strip() == f"Port {port} is taken. Choose another one: make demo PORT={port + 1}"


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An application with an SQLite file of its own, as the demo has it: nothing here depends on the database."""
    made = create_app(settings_for(f"sqlite:///{tmp_path / 'demo.db'}"))
    with made.app_context():
        upgrade()
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("moment", ["2026-01-01T00:10", "2026-02-13T22:50", "2028-02-29T12:00"])
def test_any_day_will_do(own_app: Flask, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    fill(now=now)
    activities = db.session.scalars(select(Activity)).all()
    assert len(activities) > 150
    for activity in activities:
        day = clock.local(activity.starts_at).date()
        assert (day.month, day.day) not in {(2, 14), (2, 15)} or day == clock.local(now).date()
