"""Mail and calendars in both languages: a class whose meeting moves, mail to many, changed words, private calendars."""

import re
from datetime import timedelta

import vobject
from playwright.sync_api import expect
from sqlalchemy import select

from portal import clock
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.associations.unsubscribing import unsubscribe_address
from portal.database import db
from portal.mail.models import Mailing, Message, MessageState
from tests.associations import mailed_links
from tests.browser.conftest import Visitor
from tests.browser.test_journeys import log_in, marked, read_newest_mail
from tests.browser.test_staff import some


def newest(recipient: str, kind: str) -> Message:
    """The newest message of the kind to somebody."""
    db.session.rollback()
    found = select(Message).where(Message.recipient == recipient, Message.kind == kind).order_by(Message.id.desc())
    return db.session.scalars(found.limit(1)).one()


def event_in(message: Message) -> tuple[str, int, object]:
    """The meeting in the mail's calendar entry: its identifier, its sequence, and when it begins."""
    event = vobject.readOne(message.calendar or "").vevent
    return event.uid.value, int(event.sequence.value), event.dtstart.value


def test_a_class_hears_that_its_meeting_moves_and_staff_write_to_it(visitor: Visitor) -> None:
    workshop = some(select(Activity.id).where(Activity.title_da == f"Flyttes {marked(visitor)}"))
    email = f"leyla.flyttes.{visitor.lang}@skole.example"
    visitor.open(f"/activities/{workshop}/sign-up")
    visitor.fill("School or club, and class or group", "Skolen, 9.A")
    visitor.fill("Your name", "Leyla Eksempelsen")
    visitor.fill("How many come?", "24")
    visitor.page.get_by_label(visitor.say("15 to 17")).check()
    visitor.fill("E-mail", email)
    visitor.press("Sign up")
    first = event_in(newest(email, "confirmed"))

    log_in(visitor, "staff")
    visitor.open(f"/staff/activities/{workshop}/edit")
    day = clock.today() + timedelta(days=19)
    visitor.page.locator("#day").fill(day.isoformat())
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    moved = event_in(newest(email, "moved"))
    assert moved[0] == first[0]
    assert moved[1] > first[1]
    assert moved[2].date() == day  # type: ignore[attr-defined]

    visitor.open(f"/staff/activities/{workshop}")
    visitor.follow("Write to the parties")
    assert visitor.heading() == visitor.say("Write to the parties")
    visitor.page.locator("#subject_da").fill("Husk fodtøj")
    visitor.press("Save and look at it")
    expect(visitor.page.locator(".error-summary, #error-summary")).to_be_visible()
    assert visitor.page.locator("#subject_da").input_value() == "Husk fodtøj"
    visitor.page.locator("#body_da").fill("Vi går en tur.\n\nTag gerne gode sko på.")
    visitor.press("Save and look at it")
    frame = visitor.page.frame_locator("iframe").first
    expect(frame.locator("body")).to_contain_text("Tag gerne gode sko på.")
    visitor.page.locator(".mailing-send form button").first.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    message = newest(email, "mailing")
    assert (message.state, message.body_text) == (MessageState.QUEUED, None)
    assert db.session.get_one(Mailing, message.mailing_id).receivers == 1
    for page in ("messages", "messages?state=queued", f"messages/{message.id}", "mailings", "mail-texts", "jobs",
                 "calendar", f"activities/{workshop}/registrations"):  # fmt: skip
        visitor.open(f"/staff/{page}")
    visitor.page.context.clear_cookies()
    read_newest_mail(visitor, email)
    assert visitor.heading() == visitor.say("You are registered")


def test_staff_change_the_words_of_a_mail_and_look_first(visitor: Visitor) -> None:
    log_in(visitor, "staff")
    kind = {"da": "heads_changed", "en": "cancelled"}[visitor.lang]  # each language changes another mail
    visitor.open(f"/staff/mail-texts/{kind}")
    visitor.page.locator("#body_da").fill("Hej {tittle}.")
    visitor.press("Save")
    expect(visitor.page.locator("main")).to_contain_text("{tittle}")
    visitor.page.locator("#body_da").fill("Hej fra »{title}«.")
    visitor.press("Preview")
    expect(visitor.page.frame_locator("iframe").first.locator("body")).to_contain_text("Hej fra »")
    visitor.press("Save")
    visitor.open(f"/staff/mail-texts/{kind}")
    assert visitor.page.locator("#body_da").input_value() == "Hej fra »{title}«."


def test_an_association_subscribes_to_its_meetings_and_wants_no_more_news(visitor: Visitor) -> None:
    db.session.rollback()
    name = {"da": "Madklubben Lange Borde", "en": "Kulturforeningen Syv Broer"}[visitor.lang]
    association = db.session.scalars(select(Association).where(Association.name == name)).one()
    token = mailed_links(association)["my_association.enter"]
    leave = re.sub("^https?://[^/]+/[a-z]+", "", unsubscribe_address(association.contacts[0], visitor.lang))
    db.session.rollback()
    visitor.open(f"/my-association/enter/{token}")
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_load_state()
    visitor.open("/my-association/calendar")
    visitor.press("Make our calendar")
    address = visitor.page.locator("#feed-address").input_value()
    feed = visitor.page.request.get(re.sub("^https?://[^/]+", visitor.address, address))
    assert feed.headers["content-type"].startswith("text/calendar")
    assert vobject.readOne(feed.text()).method.value == "PUBLISH"
    visitor.press("Make a new address")
    assert visitor.page.request.get(re.sub("^https?://[^/]+", visitor.address, address)).status == 404

    visitor.page.context.clear_cookies()
    visitor.open(leave)
    visitor.press("Send us no more of it")
    assert visitor.heading() == visitor.say("We send you no more invitations and news")
    visitor.press("Send us invitations and news again")
    assert visitor.heading() == visitor.say("No more invitations and news?")
