"""Mail to many: written as a draft, looked at, sent once to each reader, read in both languages."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.associations.models import Contact
from portal.associations.unsubscribing import contact_of_token, unsubscribe_token
from portal.database import db, writing
from portal.log.models import Event, LogEntry
from portal.mail.compose import compose
from portal.mail.models import Mailing, Message, MessageState, ReceiverGroup
from portal.mailings import queries, service
from portal.mailings.receivers import association_receivers, party_receivers
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.web.links import unsign
from tests.associations import make_association
from tests.mailings import (
    TEXT,
    as_it_is,
    draft,
    draft_to_parties,
    draft_to_segment,
    make_segment,
    many_associations,
    many_parties,
    messages_of,
)
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient
from tests.parties import sent
from tests.queries import count_queries


def add_party(activity: Activity, number: int, standing: Standing, email: str | None, lang: str = "da") -> Registration:
    """A party that came as number so-and-so."""
    with writing() as session:
        party = Registration(
            activity_id=activity.id, reference=f"{activity.id}-{number}", standing=standing, heads=1,
            queue_number=number,
            email=email, language=lang, created_at=clock.now(),
            offer_expires_at=clock.now() if standing is Standing.OFFERED else None,
        )  # fmt: skip
        session.add(party)
    return party


def text(client: PageClient, path: str) -> str:
    """What a page says, on one line."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).split())


def test_a_mail_is_written_looked_at_and_sent(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(capacity=500)
    many_parties(activity, 24)
    add_party(activity, 30, Standing.CONFIRMED, None)
    for page in (f"/en/staff/activities/{activity.id}", f"/en/staff/activities/{activity.id}/registrations"):
        assert f"/en/staff/mailings/activity/{activity.id}" in client.get(page).get_data(as_text=True)
    path = f"/en/staff/mailings/activity/{activity.id}"
    assert "Those who have a place (25)" in text(client, path)
    typed = {"group": "confirmed", "submission": str(uuid.uuid4()), **TEXT}

    for wrong, told in [
        ({"subject_da": "", "body_da": "", "subject_en": "", "body_en": ""}, "Write a subject"),
        ({"subject_en": ""}, "Write a subject"),
        ({"body_en": " "}, "Write the text"),
        ({"body_da": "Barnet er 010190-1234"}, "CPR"),
        ({"group": "all of them"}, "Choose one of those in the list"),
    ]:
        answer = client.post(path, data={**typed, **wrong})
        assert (answer.status_code, told in answer.get_data(as_text=True)) == (422, True), wrong
    assert queries.mailings(1)[0].total == 0

    answer = client.post(path, data={**typed, "subject_en": "", "body_en": ""})
    again = client.post(path, data={**typed, "subject_en": "", "body_en": ""})
    assert answer.status_code == again.status_code == 303
    assert answer.location == again.location
    shown = text(client, answer.location)
    for words in ("24 receivers", "19 read Danish", "5 read English", "There is no English text", "1 party left no"):
        assert words in shown, words
    assert sent() == []

    mailing = db.session.scalars(select(Mailing)).one()
    assert client.post(f"/en/staff/mailings/{mailing.id}/send", data={"revision": "0"}).status_code == 303
    assert "The mail goes out to 24 receivers." in text(client, f"/en/staff/mailings/{mailing.id}")
    messages = messages_of(mailing)
    assert len(messages) == as_it_is(mailing).receivers == 24
    first = messages[1]
    assert (first.kind, first.language, first.subject) == ("mailing", "da", "Husk drikkedunk")
    assert (first.body_text, first.body_html, first.bulk, first.state) == (None, None, True, MessageState.QUEUED)
    assert (first.activity_id, first.association_id) == (activity.id, None)
    assert unsign((first.link or "").rpartition("/")[2]) == f"reference-{activity.id}-1"
    assert len({message.message_id for message in messages}) == 24
    # Once: a second press, and a second member of staff, change nothing.
    client.post(f"/en/staff/mailings/{mailing.id}/send", data={"revision": "0"})
    assert "Nobody gets it twice." in text(client, "/en/staff/mailings")
    assert len(messages_of(mailing)) == 24


def test_each_mailbox_gets_one_and_only_the_chosen_parties(app: Flask) -> None:
    activity = make_activity()
    for number, (standing, email, lang) in enumerate(
        [
            (Standing.CONFIRMED, "Leyla@Skole.example", "en"),
            (Standing.CONFIRMED, "leyla@skole.example", "da"),
            (Standing.CONFIRMED, None, "da"),
            (Standing.WAITING, "venter@skole.example", "da"),
            (Standing.OFFERED, "tilbud@skole.example", "da"),
            (Standing.WAITING, "LEYLA@SKOLE.example", "da"),
            (Standing.CANCELLED, "afbud@skole.example", "da"),
            (Standing.LAPSED, "for-sent@skole.example", "da"),
        ]
    ):  # fmt: skip
        add_party(activity, number, standing, email, lang)
    later = make_activity(registers_at_id=activity.id)  # a later meeting of the same group
    found = {group: party_receivers(later.id, group) for group in ReceiverGroup}
    assert {group: [r.reference for r in those.readers] for group, those in found.items()} == {
        ReceiverGroup.CONFIRMED: [f"{activity.id}-0"],
        ReceiverGroup.WAITING: [f"{activity.id}-3", f"{activity.id}-4", f"{activity.id}-5"],
        ReceiverGroup.EVERYBODY: [f"{activity.id}-0", f"{activity.id}-3", f"{activity.id}-4"],
    }
    assert found[ReceiverGroup.CONFIRMED].by_language == {"en": 1}
    assert found[ReceiverGroup.CONFIRMED].parties_without == 1


def test_associations_get_one_in_every_mailbox_that_wants_it(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    first = make_association("Sangforeningen Lyren", "association", language="en")
    shared = make_association("Boldklubben Lyren", "association", email="KONTAKT@lyren.example")
    silent = make_association("Skakklubben Uden", "association", email=None)
    refused = make_association("Moskéforeningen Stille", "association", language="da")
    closed = make_association("Foreningen Lukket", "association", active=False)
    other = make_association("Kunstforeningen Anden", "association", email=refused.contacts[0].email)
    make_association("Netværket Udenfor", "network")
    with writing() as session:
        session.get_one(Contact, refused.contacts[0].id).unsubscribed_at = noon
    segment = make_segment("kind=association&state=all", "Foreningerne")
    assert f"/en/staff/mailings/segment/{segment.id}" in client.get("/en/staff/segments").get_data(as_text=True)
    answer = client.post(f"/en/staff/mailings/segment/{segment.id}", data={**TEXT, "submission": str(uuid.uuid4())})
    shown = text(client, answer.location)
    for words in (
        "1 receiver", "1 reads English", "1 association has no mailbox: Skakklubben Uden",
        "2 associations want no more such mail: Kunstforeningen Anden, Moskéforeningen Stille",
    ):  # fmt: skip
        assert words in shown, words
    assert "Forkvinde" not in shown

    mailing = db.session.scalars(select(Mailing)).one()
    assert service.send(mailing.id, revision=0, actor=user, now=noon) == 1
    [message] = messages_of(mailing)
    assert (message.recipient, message.language, message.subject) == ("kontakt@lyren.example", "en", "Bring a bottle")
    assert (message.association_id, message.registration_id, message.link) == (first.id, None, None)
    token = (message.unsubscribe or "").rpartition("/")[2]
    assert token == unsubscribe_token(first.contacts[0])
    assert contact_of_token(token) is not None
    lines = db.session.scalars(select(LogEntry).where(LogEntry.event == Event.WROTE)).all()
    assert [(line.association_id, line.subject, line.user_id) for line in lines] == [(first.id, "mailing", user.id)]
    assert not {shared.id, silent.id, closed.id, other.id} & {line.association_id for line in lines}
    # Where the search is deleted, the mail still says how it went.
    client.post(f"/en/staff/segments/{segment.id}/delete")
    assert "A saved search that is deleted" in text(client, f"/en/staff/mailings/{mailing.id}")


def test_what_goes_out_is_what_was_looked_at(
    client: PageClient, noon: datetime, as_stored: Callable[[str, str], None]
) -> None:
    user = log_in(client)
    workshop, forum = make_activity(capacity=500), make_activity("forum_meeting")
    assert not workshop.type.neutral_mail
    assert forum.type.neutral_mail
    for activity in (workshop, forum):
        add_party(activity, 1, Standing.CONFIRMED, f"da{activity.id}@skole.example")
        add_party(activity, 2, Standing.CONFIRMED, f"en{activity.id}@skole.example", "en")
        mailing = draft_to_parties(activity, user, body_da="Kære alle\r\n\r\nTag <b>vand</b> med.\r\nVi ses.")
        frames = client.get(f"/da/staff/mailings/{mailing.id}").get_data(as_text=True)
        assert frames.count("<iframe") == 2
        assert "Tag &amp;lt;b&amp;gt;vand&amp;lt;/b&amp;gt; med. Vi ses." in frames
        service.send(mailing.id, revision=0, actor=user, now=noon)
        for message in messages_of(mailing):
            mail = compose(message, client.application.extensions["settings"], noon)
            body = mail.get_body(("plain",))
            assert body is not None
            letter = f"Subject: {mail['Subject']}\n\n{body.get_content()}".replace("\r\n", "\n")
            letter = letter.replace((message.link or "").rpartition("/")[2], "…")
            if activity is workshop:
                as_stored(f"mailing.{message.language}", letter)
            else:
                assert "drikkedunk" not in mail["Subject"]
                assert "bottle" not in mail["Subject"]
                assert mail["Subject"] in re.sub(r"<[^>]+>", "", frames)
    # In Danish where there is no English.
    mailing = draft_to_parties(workshop, user, subject_en="", body_en="")
    service.send(mailing.id, revision=0, actor=user, now=noon)
    english = next(m for m in messages_of(mailing) if m.language == "en")
    assert english.subject == "Husk drikkedunk"
    mail = compose(english, client.application.extensions["settings"], noon)
    assert "Tag en drikkedunk med" in mail.as_string()
    assert "See or change the registration" in mail.as_string()


def test_two_who_change_a_draft_hear_of_each_other(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    activity = make_activity()
    add_party(activity, 1, Standing.CONFIRMED, "da@skole.example")
    mailing = draft_to_parties(activity, user)
    path = f"/en/staff/mailings/{mailing.id}"
    service.change_draft(mailing.id, replace(draft(ReceiverGroup.EVERYBODY), subject_da="Husk en bog"), revision=0)
    # What was looked at is not there any more, so it is not sent.
    client.post(f"{path}/send", data={"revision": "0"})
    assert "Somebody changed the text meanwhile" in text(client, path)
    assert sent() == []
    typed = {"group": "confirmed", "revision": "0", **TEXT, "subject_da": "Husk min kage"}
    answer = client.post(f"{path}/edit", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("Husk en bog", "Husk min kage", "Everybody: with a place", 'name="revision" type="hidden" value="1"'):
        assert words in page, words
    assert client.post(f"{path}/edit", data={**typed, "revision": "1"}).status_code == 303
    assert (as_it_is(mailing).subject_da, as_it_is(mailing).revision) == ("Husk min kage", 2)
    service.send(mailing.id, revision=2, actor=user, now=noon)
    for view in ("edit", "delete"):
        answer = client.post(f"{path}/{view}", data={**typed, "revision": "2"})
        assert (answer.status_code, answer.location) == (303, path)
    assert client.get(f"{path}/edit").status_code == 303
    assert as_it_is(mailing).subject_da == "Husk min kage"


def test_a_draft_can_be_tried_out_and_thrown_away(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    mailing = draft_to_parties(make_activity(), user)
    path = f"/en/staff/mailings/{mailing.id}"
    assert "Nobody: there is no mailbox" in text(client, path)
    client.post(f"{path}/send", data={"revision": "0"})
    assert "There is nobody to send it to." in text(client, path)
    assert as_it_is(mailing).sent_at is None
    client.post(f"{path}/test")
    assert "2 mails are on their way to staff@vink.example." in text(client, path)
    client.post(f"{path}/test")
    assert "One test a minute is enough." in text(client, path)
    assert [(m.recipient, m.language, m.mailing_id, m.bulk) for m in sent()] == [
        ("staff@vink.example", "da", None, False),
        ("staff@vink.example", "en", None, False),
    ]
    assert "Bring a bottle" in (sent()[1].body_text or "")
    assert client.post(f"{path}/delete").status_code == 303
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/delete").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 0


def test_lists_and_pages_cost_the_same_for_one_and_for_thirty(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    segment, costs = make_segment("q=nummer"), []
    activities = [make_activity(title_da=f"Møde {number}", capacity=500) for number in range(30)]
    drafts: list[Mailing] = []
    for number in (1, 29):
        for activity in activities[len(drafts) : len(drafts) + number]:
            many = len(drafts)
            add_party(activity, 100 + many, Standing.CONFIRMED, f"en{many}@skole.example")
            drafts.append(draft_to_parties(activity, user))
            if many:
                service.send(drafts[-1].id, revision=0, actor=user, now=noon)
        many_associations(number) if number == 29 else make_association("Klubben Nummer Et")
        to_segment = draft_to_segment(segment, user)
        add_party(activities[0], 200 + number, Standing.CONFIRMED, f"ny{number}@skole.example")
        counted = []
        for page in (f"/da/staff/mailings/{drafts[0].id}", f"/da/staff/mailings/{to_segment.id}", "/da/staff/mailings"):
            with count_queries() as statements:
                assert client.get(page).status_code == 200
            counted.append(statements.number)
        costs.append(counted)
    assert costs[0] == costs[1], costs
    assert association_receivers("q=nummer", now=noon).number == 30


def test_a_facilitator_writes_to_nobody(client: PageClient) -> None:
    mailing = draft_to_parties(make_activity(), make_user())
    log_in(client, Role.FACILITATOR)
    assert client.get("/da/staff/mailings").status_code == 403
    assert client.post(f"/da/staff/mailings/{mailing.id}/send", data={"revision": "0"}).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
