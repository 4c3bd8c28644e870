"""The words of the portal's messages: each kind is whole in both languages, and staff change them safely."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.database import db, writing
from portal.mail import text_service
from portal.mail.letter import written
from portal.mail.models import MailText
from portal.mail.placeholders import PLACEHOLDERS, TEXT_ONLY, example_letter, known_to
from portal.mail.wording import (
    GROUPS,
    KINDS,
    OTHER_NAMES,
    PARTS,
    PLACEHOLDER,
    forget_changed_texts,
    name_of,
    own_words,
    paragraphs_of,
    unknown_placeholders,
)
from portal.registrations.service import sign_up
from portal.web.limits import limiter
from portal.web.locale import LANGUAGES
from tests.at_once import at_once
from tests.mail_read import check_both_parts
from tests.make import log_in, make_activity, make_user, type_of
from tests.page import PageClient
from tests.parties import party, sent
from tests.queries import count_queries

LETTERS = Path(__file__).parent / "letters"
NEW = {
    "subject_da": "Plads til {title}", "subject_en": "A place at {title}",
    "heading_da": "Så er du med", "heading_en": "You are in",
    "body_da": "Kom {when}.\n\nVi sidder {where}.", "body_en": "Come {when}.\n\nWe sit {where}.",
    "closing_da": "", "closing_en": "",
}  # fmt: skip


def texts() -> list[MailText]:
    """Every change that is kept."""
    return list(db.session.scalars(select(MailText).order_by(MailText.id)))


def seen_on(page: str) -> str:
    """The words' state in a page's form."""
    return re.findall(r'name="seen"[^>]*value="([^"]*)"', page)[-1]


def test_every_kind_is_stored_in_both_languages(app: Flask) -> None:
    names = {file.name for file in LETTERS.glob("*.txt")}
    for key in KINDS:
        for lang in LANGUAGES:
            stored = [name for name in names if name.startswith(f"{key}.") and name.endswith(f".{lang}.txt")]
            assert stored, f"no letter of the kind {key} in {lang} is compared with a stored one"
    for name in names:
        assert name.split(".")[0].removesuffix("_several") in {*KINDS, *OTHER_NAMES}, f"{name} is no message's"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_is_whole(app: Flask, noon: datetime, lang: str) -> None:
    for kind in KINDS.values():
        words = own_words(kind, lang)
        assert kind.group in GROUPS
        assert set(kind.placeholders) <= set(PLACEHOLDERS), f"{kind.key}: not explained to staff"
        assert set(kind.needed) <= set(kind.placeholders)
        for part in PARTS:
            assert unknown_placeholders(getattr(words, part), kind) == [], f"{kind.key}: {part}"
        for part in ("subject", "heading"):
            assert TEXT_ONLY.isdisjoint(PLACEHOLDER.findall(getattr(words, part)))
            assert 0 < len(getattr(words, part)) <= 160
        said = set(PLACEHOLDER.findall("\n".join(getattr(words, part) for part in PARTS)))
        assert set(kind.needed) <= said, f"{kind.key} does not say what it is about"

        letter = example_letter(kind, lang, words, now=noon)
        text, html = written(letter, lang)
        check_both_parts(text, html)
        assert f'<html lang="{lang}">' in html
        assert "{" not in text, "everything is filled in"
        if letter.button:
            stored = "".join(file.read_text() for file in LETTERS.glob(f"{kind.key}*.{lang}.txt"))
            assert letter.button[0].replace("Kvindenetværket Kanelblomst", "") in stored, "the button it really has"
            assert all(f"\n{label}: " in stored for label, _value in letter.facts), "the table it really has"
        if kind.of_type:
            title = str(known_to(kind)["title"].example)[:12]
            neutral = example_letter(kind, lang, words, now=noon, neutral=True)
            assert neutral.subject.startswith("VINK: ")
            assert title not in neutral.subject
            assert neutral.paragraphs == letter.paragraphs


def test_what_somebody_typed_stays_text(app: Flask, noon: datetime) -> None:
    """In a letter nothing that was typed becomes HTML, a placeholder or a line of its own where it must not."""
    facts = {"x": "{answer}\nb", "answer": "1\n\n 2 ", "none": ""}
    assert paragraphs_of("A {x}.\r\n\r\n{answer}\n\n{none}", facts) == ["A {answer} b.", "1", "2"]
    kind = KINDS["confirmed"]
    draft = text_service.TextDraft(**{**NEW, "body_en": "<b>{title}</b> & {when}"})
    letter = example_letter(kind, "en", draft.words("en"), now=noon)
    _text, html = written(letter, "en")
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert unknown_placeholders("{titel} {title} { {", kind) == ["{titel}", "{"]
    assert name_of("topic_answered") == "Svar på et emneforslag"
    assert name_of("of another time") == "of another time"


def test_staff_change_the_words_for_all_and_for_one_type(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    there = "/en/staff/mail-texts/confirmed"
    workshop, forum = type_of("youth_workshop"), type_of("forum_meeting")
    page = client.get(there).text
    assert "The portal’s own words; nobody has changed them." in page
    assert "We have kept {places} for you at “{title}”." in page
    assert "{until}" not in page
    same = {name: str(value) for name, value in vars(text_service.own_draft(KINDS["confirmed"])).items()}
    assert client.post(there, data={"seen": seen_on(page), **same}).status_code == 303
    assert texts() == [], "the portal's own words are no change"

    as_browsers_send = {**NEW, "body_da": NEW["body_da"].replace("\n", "\r\n")}
    assert client.post(there, data={"seen": "own", **as_browsers_send}).status_code == 303
    [changed] = texts()
    assert (changed.body_da, changed.changed_by_id, changed.type_id) == (NEW["body_da"], user.id, None)
    for_one = f"{there}?type={workshop.id}"
    page = client.get(for_one).text
    assert "So far it has the same words as all others." in page
    client.post(for_one, data={"seen": seen_on(page), **NEW, "subject_da": "Kom til {title}"})
    page = client.get(there).text
    assert "These words hold for all types but:" in page
    assert f'href="{for_one}"' in page
    listed = client.get("/en/staff/mail-texts").text
    assert f'href="{for_one}"' in listed
    assert user.name in listed

    # The forum's subjects stay neutral, whatever is typed or forged.
    for_forum = f"{there}?type={forum.id}"
    page = client.get(for_forum).text
    assert 'name="subject_da"' not in page
    assert "VINK: din tilmelding er bekræftet" in page
    client.post(for_forum, data={"seen": seen_on(page), **NEW, "heading_da": "Velkommen til forum", "subject_da": "Ha"})
    assert [text.subject_da for text in texts()] == ["Plads til {title}", "Kom til {title}", "Plads til {title}"]

    starts = noon + timedelta(days=9)
    for kind, subject, heading in (
        ("youth_workshop", "Kom til Bag om skærmen", "Så er du med"),
        ("forum_meeting", "VINK: din tilmelding er bekræftet", "Velkommen til forum"),
        ("theme_day", "Plads til Bag om skærmen", "Så er du med"),
    ):
        forget_changed_texts()
        confirmed_party(kind, starts)
        message = sent("confirmed")[-1]
        assert (message.subject, (message.body_text or "").splitlines()[0]) == (subject, heading)
        assert "Vi sidder" not in (message.body_text or ""), "there is no venue, so nothing is said of it"

    taken = client.post(f"{there}/take-back?type={workshop.id}", data={"seen": seen_on(client.get(for_one).text)})
    assert taken.headers["Location"] == for_one
    client.post(f"{there}/take-back", data={"seen": seen_on(client.get(there).text)})
    assert [text.type_id for text in texts()] == [forum.id]


def confirmed_party(kind: str, starts: datetime) -> None:
    """A party that gets its confirmation."""
    activity = make_activity(kind, starts, venue="", address="")
    sign_up(activity.id, party(), now=starts - timedelta(days=5))


def test_words_that_do_not_hold_are_refused_beside_their_field(client: PageClient, noon: datetime) -> None:
    log_in(client)
    there = "/en/staff/mail-texts/offer"
    good = {"seen": "own", **NEW, "body_da": "Svar inden {until}: {title}", "body_en": "Answer by {until}: {title}"}
    for field, text, told in (
        ("subject_da", "", "Write the subject in Danish."),
        ("body_en", " \n ", "Write the text in English."),
        ("heading_en", "x" * 161, "At most 160 characters"),
        ("body_da", "Hej {titel}", "{titel} is not known here. You can use {title}, {places}"),
        ("closing_en", "We hold them {until", "There is a brace alone: “{”."),
        ("subject_en", "Call 010190-1234", "civil registration (CPR) number"),
    ):
        answer = client.post(there, data={**good, field: text})
        assert answer.status_code == 422, field
        assert told in answer.text
        assert text.strip() in answer.text
        assert "Svar inden {until}" in answer.text or field == "body_da"
    reason = client.post("/en/staff/mail-texts/called_off", data={**good, **NEW, "subject_en": "Off: {reason}"})
    assert "{reason} can stand in the text only, not here." in reason.text
    assert texts() == []
    # Leaving out what the message is about is allowed, with a warning.
    answer = client.post(there, data={**good, "body_da": "Svar snart."}, follow_redirects=True)
    assert "{until} is not in the Danish words. Can the reader do without?" in answer.text
    assert len(texts()) == 1
    # The page is there for staff, for known kinds and types.
    assert client.get("/en/staff/mail-texts/no-such").status_code == 404
    assert client.get(f"{there}?type=99999999999999999999").status_code == 404
    assert client.post(f"{there}?type=77777", data=good).status_code == 404
    assert client.get("/en/staff/mail-texts/log_in?type=1").status_code == 200


def test_a_preview_saves_nothing_and_keeps_everything(client: PageClient, noon: datetime) -> None:
    log_in(client)
    there = "/da/staff/mail-texts/offer"
    typed = {**NEW, "body_da": "Ja <b>eller</b> nej inden {until}?", "seen": "own", "wish": "preview"}
    answer = client.post(there, data=typed)
    assert answer.status_code == 200
    assert (texts(), sent()) == ([], [])
    assert "Ja &lt;b&gt;eller&lt;/b&gt; nej inden {until}?" in answer.text
    assert "Ja &amp;lt;b&amp;gt;eller" in answer.text, "in the frame's document, escaped as in any letter"
    assert answer.text.count('sandbox=""') == 2
    assert "Plads til Bag om skærmen" in answer.text
    assert "A place at Behind the screen" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    forum = type_of("forum_meeting")
    page = client.post(f"{there}?type={forum.id}", data=typed).text
    assert "VINK: der er plads til dig" in page


def test_a_test_goes_to_oneself_once_a_minute(client: PageClient, noon: datetime) -> None:
    limiter.reset()
    user = log_in(client)
    typed = {**NEW, "seen": "own", "wish": "test"}
    answer = client.post("/en/staff/mail-texts/confirmed", data=typed)
    assert answer.status_code == 200
    assert user.email in answer.text
    assert "Come {when}." in answer.text
    [message] = sent()
    assert (message.recipient, message.kind, message.language) == (user.email, "confirmed", "en")
    assert message.subject == "Test: A place at Behind the screen: See through hate and propaganda online"
    assert (message.registration_id, message.association_id, message.activity_id) == (None, None, None)
    again = client.post("/en/staff/mail-texts/offer", data={**typed, "body_da": "{until}", "body_en": "{until}"})
    assert again.status_code == 422
    assert "One test a minute is enough." in again.text
    assert (len(sent()), texts()) == (1, [])
    limiter.reset()


def test_two_at_once_lose_nothing(client: PageClient, app: Flask, noon: datetime) -> None:
    user, other = log_in(client), make_user(Role.ADMINISTRATOR)
    there = "/en/staff/mail-texts/confirmed"
    opened = seen_on(client.get(there).text)
    kind = KINDS["confirmed"]
    theirs = text_service.TextDraft(**{**NEW, "heading_en": "Theirs"})
    text_service.save_text(kind, None, theirs, seen="own", actor=other, now=noon)
    late = client.post(there, data={**NEW, "heading_en": "Mine", "seen": opened})
    assert late.status_code == 422
    assert f"{other.name} saved first" in late.text
    assert "Theirs" in late.text
    assert 'value="Mine"' in late.text
    stale = client.post(f"{there}/take-back", data={"seen": opened}, follow_redirects=True)
    assert "nothing was taken back" in stale.text
    assert client.post(there, data={**NEW, "heading_en": "Mine", "seen": seen_on(late.text)}).status_code == 303
    assert [(text.heading_en, text.changed_by_id) for text in texts()] == [("Mine", user.id)]
    # Taken back and changed anew is another state than before, though both are a first change.
    before = text_service.state_of(texts()[0])
    assert text_service.take_back(kind, None, seen=before)
    text_service.save_text(kind, None, theirs, seen="own", actor=other, now=noon + timedelta(seconds=1))
    assert text_service.state_of(texts()[0]) != before
    text_service.take_back(kind, None, seen=text_service.state_of(texts()[0]))

    number = other.id

    def save(mine: int) -> Any:
        draft = text_service.TextDraft(**{**NEW, "heading_en": f"Number {mine}"})
        actor = db.session.get_one(User, number)
        return text_service.save_text(kind, None, draft, seen="own", actor=actor, now=noon)

    found = [str(each) if isinstance(each, Exception) else "saved" for each in at_once(app, 4, save)]
    assert sorted(found) == ["changed_meanwhile"] * 3 + ["saved"]
    assert len(texts()) == 1


def test_the_list_asks_as_often_for_many_changes_as_for_none(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    numbers = [type_of(key).id for key in ("youth_workshop", "forum_meeting", "theme_day", "staff_talk")]

    def asked() -> int:
        client.get("/en/staff/mail-texts")
        with count_queries() as counted:
            assert client.get("/en/staff/mail-texts").status_code == 200
        return counted.number

    few = asked()
    with writing() as session:
        for key in list(KINDS)[:10]:
            for number in (None, *numbers):
                session.add(MailText(kind=key, type_id=number, changed_at=noon, changed_by_id=user.id, **NEW))
    assert asked() == few
