"""The reminder about the charter: to the silent, once in 14 days, with a link that answers without logging in."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.associations import charter_queries, charter_service
from portal.associations.charter_models import CharterAnswer
from portal.associations.rules import CharterStatus
from portal.database import db
from tests.associations import make_association
from tests.at_once import at_once
from tests.make import PASSWORD, log_in, make_user
from tests.page import PageClient
from tests.parties import sent
from tests.test_charter import DECLINED, first_version, say, status_of


def log_in_again(client: PageClient, user: User) -> None:
    """After a fortnight the session is over."""
    client.post("/da/login", data={"email": user.email, "password": PASSWORD})


def reminded(client: PageClient, status: str = "unanswered") -> int:
    """Presses the button; how many mails there are now."""
    assert client.post("/en/staff/charter/remind", data={"status": status}).status_code == 303
    return len(sent(charter_queries.REMINDER))


def test_a_reminder_goes_to_the_silent_once_in_14_days(
    client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = log_in(client)
    silent = make_association()
    make_association("Lukket", active=False)
    make_association("Uden postkasse", email=None)
    answered = make_association("Syv Broer")
    say(answered, DECLINED)
    assert "Remind: 1 mail<" in client.get("/en/staff/charter?status=unanswered").text
    assert reminded(client) == 1
    assert "Nobody is to be reminded now." in client.get("/en/staff/charter?status=unanswered").text
    assert reminded(client) == 1
    assert reminded(client, "declined") == 1
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=14))
    log_in_again(client, user)
    assert reminded(client) == 2
    assert {m.association_id for m in sent(charter_queries.REMINDER)} == {silent.id}


def test_two_who_remind_at_once_send_one_mail(app: Flask) -> None:
    user = make_user()
    make_association()
    number, now = user.id, clock.now()

    def press(_mine: int) -> int:
        actor = db.session.get_one(type(user), number)
        return charter_service.remind(CharterStatus.UNANSWERED, actor=actor, now=now)

    assert sorted(at_once(app, 3, press)) == [0, 0, 1]
    assert len(sent(charter_queries.REMINDER)) == 1


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_link_answers_without_logging_in_once(
    client: PageClient,
    noon: datetime,
    as_stored: Callable[[str, str], None],
    lang: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The letter's words are stored on purpose: pytest --store-letters, then read the diff."""
    association = make_association(language=lang)
    user = make_user()
    charter_service.remind(CharterStatus.UNANSWERED, actor=user, now=noon)
    [message] = sent(charter_queries.REMINDER)
    text = re.sub(r"(charter|unsubscribe)/\S+", r"\1/TOKEN", f"{message.subject}\n\n{message.body_text}")
    as_stored(f"charter_reminder.{lang}", text)
    [path] = re.findall(r"https://portal\.example(/\S+/charter/[\w-]+)", message.body_text or "")
    assert path.startswith(f"/{lang}/")
    assert association.name in client.get(path).text
    assert status_of(association) is CharterStatus.UNANSWERED  # looking answers nothing
    form = {"version": first_version(), "role": "Forkvinde"}
    assert client.post(path, data={**form, "answer": "accepted"}).status_code == 422
    assert client.post(path, data={**form, "answer": "withdrawn"}).status_code == 422
    assert (
        client.post(path, data={**form, "answer": "declined"}).headers["Location"]
        == f"/{lang}/my-association/thank-you"
    )
    assert client.get(f"/{lang}/my-association/thank-you").status_code == 200
    assert status_of(association) is CharterStatus.DECLINED
    assert client.get(path).status_code == 410
    assert client.post(path, data={**form, "answer": "accepted", "agreed": "y"}).status_code == 410
    assert client.get("/da/my-association/").status_code == 302  # the link logs nobody in
    assert db.session.scalar(select(func.count(CharterAnswer.id))) == 1
    assert client.get(path.replace("/charter/", "/enter/")).status_code == 404  # nor is it one for that
    assert client.post(path.replace("/charter/", "/enter/")).status_code == 404
