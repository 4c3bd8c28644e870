"""A mail to many on its way: how far it is, stopping it, ten thousand at once, and what is kept of it."""

import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.database import db, writing
from portal.log.models import LogEntry
from portal.mail.delivery import claim_message, deliver_due
from portal.mail.models import Mailing, Message, MessageState
from portal.mail.rules import LEASE
from portal.mailings import queries, service
from portal.mailings.receivers import Reader
from portal.mailings.rules import MailingState, Progress, each_once, state_of, time_left
from portal.privacy.service import erase_ended
from tests.at_once import at_once
from tests.mail_server import Postbox, mail_goes_to, smtp_server
from tests.mailings import (
    as_it_is,
    draft_to_parties,
    draft_to_segment,
    make_segment,
    many_associations,
    many_parties,
    messages_of,
)
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient

MANY = 10_000


@given(st.lists(st.sampled_from(["a@x.example", "A@x.example", "b@x.example", " B@X.example", "c@x.example"])))
def test_each_mailbox_comes_once_and_the_first_one_counts(addresses: list[str]) -> None:
    readers = [Reader(address, "da", number) for number, address in enumerate(addresses)]
    once = list(each_once(readers, {"c@x.example"}))
    folded = [reader.address.strip().lower() for reader in once]
    assert len(set(folded)) == len(folded)
    assert set(folded) == {address.strip().lower() for address in addresses} - {"c@x.example"}
    for reader in once:
        earlier = [r for r in readers[: reader.registration_id] if r.address.strip().lower() == reader.address.lower()]
        assert not earlier


def test_how_far_a_mail_is_and_how_long_the_rest_takes() -> None:
    assert state_of(False, False, 0) is MailingState.DRAFT
    assert state_of(True, False, 3) is MailingState.SENDING
    assert state_of(True, False, 0) is MailingState.SENT
    assert state_of(True, True, 3) is MailingState.STOPPED
    assert Progress(120, 40, 70, 2).taken_out == 8
    assert time_left(9000, [(300, 60.0)]) == timedelta(minutes=30)
    assert time_left(9000, [(300, 60.0), (1000, 3600.0)]) == timedelta(hours=9)
    assert time_left(300, [(300, 60.0)]) is None


def going(user: User, number: int, now: datetime) -> Mailing:
    """A mail that is sent to so many parties."""
    activity = make_activity(capacity=5000)
    many_parties(activity, number)
    mailing = draft_to_parties(activity, user)
    assert service.send(mailing.id, revision=0, actor=user, now=now) == number
    return mailing


def numbers(mailing: Mailing) -> Progress:
    """How far it is now."""
    return queries.row_of(as_it_is(mailing)).progress


def test_progress_and_stop(client: PageClient, app: Flask, database_url: str, noon: datetime) -> None:
    user = log_in(client)
    mailing = going(user, 12, noon)
    path = f"/en/staff/mailings/{mailing.id}"
    box = Postbox()
    box.answers["RCPT"] = ["550 5.1.1 unknown", "451 later"]
    with smtp_server(box) as port, mail_goes_to(app, database_url, port):
        deliver_due(now=noon, most=6)
        assert numbers(mailing) == Progress(12, sent=4, waiting=7, failed=1)
        page = client.get(path).get_data(as_text=True)
        for words in ("data-under-way", "mailing.", f"messages?mailing={mailing.id}", "Look now", "On its way"):
            assert words in page, words
        assert "4 of 12 are sent" in client.get("/en/staff/mailings").get_data(as_text=True)
        claim = claim_message(now=noon)  # a worker has this one
        assert claim is not None
        assert client.post(f"{path}/stop").status_code == 303
        page = client.get(path).get_data(as_text=True)
        assert "6 mails are stopped and will not go out." in page
        assert "What a worker has at this moment still goes out." in page
        # The one that waited for its second try is gone, too; the worker's own stays.
        assert numbers(mailing) == Progress(12, sent=4, waiting=1, failed=1)
        stopped_at = as_it_is(mailing).stopped_at
        client.post(f"{path}/stop")
        assert "There was nothing left to stop." in client.get(path).get_data(as_text=True)
        assert as_it_is(mailing).stopped_at == stopped_at == noon
        # That worker was killed: whoever takes the message over sends nothing.
        deliver_due(now=noon + 2 * LEASE)
    assert len(box.mails) == 4
    assert numbers(mailing) == Progress(12, sent=4, waiting=0, failed=1)
    assert numbers(mailing).taken_out == 7
    page = client.get(path).get_data(as_text=True)
    assert "data-under-way" not in page
    assert "mailing.js" not in page


def test_stopping_what_is_sent_changes_nothing_and_a_draft_has_nothing_to_stop(
    client: PageClient, noon: datetime
) -> None:
    user = log_in(client)
    mailing = going(user, 2, noon)
    with writing() as session:
        session.execute(update(Message).values(state=MessageState.SENT, sent_at=noon))
    assert service.stop(mailing.id, actor=user, now=noon) == 0
    assert as_it_is(mailing).stopped_at is None
    assert "to 2 receivers" in client.get("/en/staff/mailings").get_data(as_text=True)
    draft = draft_to_parties(make_activity(), user)
    client.post(f"/en/staff/mailings/{draft.id}/stop")
    assert "there is nothing to stop" in client.get(f"/en/staff/mailings/{draft.id}").get_data(as_text=True)


def test_the_log_says_to_whom_a_stopped_mail_did_not_go(app: Flask, noon: datetime) -> None:
    user = make_user()
    many_associations(3)
    mailing = draft_to_segment(make_segment(), user)
    service.send(mailing.id, revision=0, actor=user, now=noon)
    first = db.session.scalars(select(Message).order_by(Message.id)).all()[0]
    with writing() as session:
        session.execute(
            update(Message).where(Message.id == first.id).values(state=MessageState.SENT, sent_at=noon, attempts=1)
        )
    assert service.stop(mailing.id, actor=user, now=noon) == 2
    lines = db.session.execute(select(LogEntry.subject, LogEntry.association_id)).all()
    assert Counter(subject for subject, _ in lines) == {"mailing": 3, "mailing_stopped": 2}
    assert first.association_id not in [number for subject, number in lines if subject == "mailing_stopped"]


def test_two_who_send_at_once_send_one_mail(app: Flask, noon: datetime) -> None:
    user = make_user()
    activity = make_activity(capacity=500)
    many_parties(activity, 40)
    mailing = draft_to_parties(activity, user)
    number, actor = mailing.id, user.id

    def press(_mine: int) -> int | None:
        return service.send(number, revision=0, actor=db.session.get_one(User, actor), now=noon)

    assert sorted(at_once(app, 4, press), key=str) == [40, None, None, None]
    assert db.session.scalar(select(func.count()).select_from(Message)) == 40


@pytest.mark.race
def test_nothing_goes_out_after_a_stop_while_workers_send(app: Flask, database_url: str, noon: datetime) -> None:
    user = make_user()
    mailing = going(user, 200, noon)
    number, actor = mailing.id, user.id
    box = Postbox()
    after: list[int] = []

    def work(mine: int) -> int:
        if mine:
            return deliver_due(now=noon, most=200).sent
        while len(box.mails) < 20:
            time.sleep(0.005)
        gone = service.stop(number, actor=db.session.get_one(User, actor), now=noon)
        time.sleep(0.3)  # three workers may have had one each
        after.append(len(box.mails))
        return gone

    with smtp_server(box) as port, mail_goes_to(app, database_url, port):
        gone, *sent = at_once(app, 4, work)
        deliver_due(now=noon + 2 * LEASE)
    far = numbers(mailing)
    assert (far.sent, far.waiting, far.failed) == (sum(sent), 0, 0)
    assert len(box.mails) == len(box.ids) == sum(sent) == after[0]
    assert sum(sent) + far.taken_out == 200
    assert 0 <= far.taken_out - gone <= 3
    assert 20 <= sum(sent) < 200


def test_ten_thousand_are_queued_in_one_go_while_others_read(client: PageClient, app: Flask, noon: datetime) -> None:
    user = log_in(client)
    activity = make_activity(capacity=5000)
    many_parties(activity, MANY)
    mailing = draft_to_parties(activity, user)
    number, actor, over = mailing.id, user.id, threading.Event()
    began = time.process_time()

    def both(mine: int) -> list[int | None]:
        if mine == 0:
            try:
                return [service.send(number, revision=0, actor=db.session.get_one(User, actor), now=noon)]
            finally:
                over.set()
        seen = []
        while not over.wait(0.02):
            seen.append(db.session.scalar(select(func.count()).select_from(Message)))
            db.session.rollback()
        return seen

    [sent], seen = at_once(app, 2, both)
    assert sent == MANY
    # Whoever reads meanwhile waits for nobody, and sees nothing of the mail before all of it is there.
    assert len(seen) > 3
    assert set(seen) <= {0, MANY}
    assert time.process_time() - began < 5
    assert numbers(mailing) == Progress(MANY, waiting=MANY)
    began = time.process_time()
    assert "10,000" in client.get(f"/en/staff/mailings/{number}").get_data(as_text=True)
    assert service.stop(number, actor=user, now=noon) == MANY
    assert time.process_time() - began < 3


def test_names_that_go_while_a_mail_is_sent_are_written_to_by_nobody(
    app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night's erasing comes in the middle of a sending, and waits for it."""
    user = make_user()
    long_ago = make_activity(starts_at=noon - timedelta(days=100), capacity=500)
    many_parties(long_ago, 3)
    mailing = draft_to_parties(long_ago, user)
    number, found, threads = mailing.id, service.receivers_of, []

    def erase() -> None:
        with app.app_context():
            erase_ended(now=noon)
            db.session.remove()

    def slowly(*args: object, **given: object) -> object:
        receivers = found(*args, **given)  # type: ignore[arg-type]
        threads.append(threading.Thread(target=erase))
        threads[0].start()
        threads[0].join(0.5)
        return receivers

    monkeypatch.setattr(service, "receivers_of", slowly)
    assert service.send(number, revision=0, actor=user, now=noon) == 3
    threads[0].join()
    db.session.expire_all()
    assert {(m.state, m.recipient) for m in messages_of(mailing)} == {(MessageState.ERASED, None)}


def test_the_text_goes_with_the_names_and_says_so(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    soon = make_activity(starts_at=noon + timedelta(days=1), capacity=500)
    many_parties(soon, 2)
    to_parties = draft_to_parties(soon, user)
    service.send(to_parties.id, revision=0, actor=user, now=noon)
    unsent = draft_to_parties(soon, user)
    many_associations(1)
    to_segment = draft_to_segment(make_segment(), user)
    service.send(to_segment.id, revision=0, actor=user, now=noon + timedelta(days=9))
    with writing() as session:
        session.execute(update(Message).values(state=MessageState.SENT, sent_at=noon, fault=None))

    def kept() -> list[str | None]:
        return [as_it_is(each).body_da for each in (to_parties, unsent, to_segment)]

    days = soon.type.retention_days
    assert erase_ended(now=noon + timedelta(days=1 + days)).mailings == 0
    assert all(kept())
    gone = erase_ended(now=noon + timedelta(days=2 + days))
    assert (gone.mailings, gone.registrations, gone.messages) == (2, 2, 2)
    assert kept() == [None, None, as_it_is(to_segment).body_da]
    assert erase_ended(now=noon + timedelta(days=40)).mailings == 1
    assert [as_it_is(each).subject_en for each in (to_parties, unsent, to_segment)] == [None] * 3
    page = client.get(f"/en/staff/mailings/{to_parties.id}").get_data(as_text=True)
    assert "The text is erased" in page
    assert numbers(to_parties) == Progress(2, sent=2)
    page = client.get(f"/en/staff/mailings/{unsent.id}").get_data(as_text=True)
    assert "The text is erased" in page
    client.post(f"/en/staff/mailings/{unsent.id}/send", data={"revision": "0"})
    assert as_it_is(unsent).sent_at is None
    assert "(erased)" in client.get("/en/staff/mailings").get_data(as_text=True)
    assert client.get(f"/en/staff/mailings/{unsent.id}/edit").status_code in {200, 303}
