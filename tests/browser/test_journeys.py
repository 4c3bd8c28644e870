"""The journeys of the people it is for, in both languages, on a phone."""

import re

from playwright.sync_api import expect

from portal import clock
from portal.database import db
from portal.demo.content import SAMPLES
from portal.goals.plans import goals_of
from portal.goals.rules import GoalKind
from tests.browser.conftest import Visitor
from tests.make import PASSWORD


def marked(visitor: Visitor) -> str:
    """Each language has activities of its own, so that journeys do not meet."""
    return {"da": "dansk", "en": "engelsk"}[visitor.lang]


def read_newest_mail(visitor: Visitor, recipient: str) -> None:
    """Opens the newest message to somebody in the demo mailbox and follows its button."""
    visitor.open("/demo/mailbox")
    visitor.page.locator("main").locator("li, tr, article").filter(has_text=recipient).first.get_by_role(
        "link"
    ).first.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.page.frame_locator("iframe").get_by_role("link").first.click()
    visitor.page.wait_for_url(re.compile("/registrations/|/offers/"))
    visitor.look()


def test_a_teacher_books_for_a_class_and_changes_24_to_22(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.locator("main").get_by_role("link", name=f"Klasse {marked(visitor)}").first.click()
    visitor.look()
    visitor.follow("Sign up")
    visitor.fill("School or club, and class or group", "Skolen, 8.B")
    visitor.fill("Your name", "Leyla Eksempelsen")
    visitor.fill("How many come?", "ca. 25")
    visitor.press("Sign up")
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    assert (
        visitor.page.get_by_label(re.compile(re.escape(visitor.say("Your name")))).input_value() == "Leyla Eksempelsen"
    )
    visitor.fill("How many come?", "24")
    visitor.page.get_by_label(visitor.say("15 to 17")).check()
    email = f"leyla.{visitor.lang}@skole.example"
    visitor.fill("E-mail", email)
    visitor.press("Sign up")
    assert visitor.heading() == visitor.say("You are registered")
    read_newest_mail(visitor, email)
    visitor.fill("How many are you now?", "22")
    visitor.press("Save the number")
    assert (
        visitor.page.get_by_label(re.compile("^" + re.escape(visitor.say("How many are you now?")))).input_value()
        == "22"
    )


def test_a_young_person_signs_up_and_cancels(visitor: Visitor) -> None:
    """On the demo's own content, from the front page's first way in."""
    open_workshop = SAMPLES["open_workshop"][0]
    visitor.open("/")
    visitor.follow("See workshops")
    visitor.follow(open_workshop.title_da if visitor.lang == "da" else open_workshop.title_en)
    visitor.follow("Sign up")
    visitor.fill("Your name", "Ivan Opdigtet")
    visitor.page.get_by_label(visitor.say("18 to 24")).check()
    phone = {"da": "33 66 33 66", "en": "33 66 33 67"}[visitor.lang]
    visitor.fill("Telephone", phone)
    visitor.press("Sign up")
    assert visitor.heading() == visitor.say("You are registered")
    expect(visitor.page.locator("main")).to_contain_text(f"+45 {phone}")
    visitor.press("Cancel the registration")
    assert visitor.heading() == visitor.say("You are no longer registered")


def test_an_association_registers_for_the_forum(visitor: Visitor) -> None:
    visitor.open("/activities?audience=association_representatives")
    visitor.page.locator("main").get_by_role("link", name=f"Forum {marked(visitor)}").first.click()
    visitor.look()
    visitor.follow("Sign up")
    visitor.fill("Association", "Kvindenetværket Kanelblomst")
    visitor.fill("How many representatives?", "2")
    email = f"kontakt.{visitor.lang}@kanelblomst.example"
    visitor.fill("E-mail", email)
    visitor.press("Sign up")
    assert visitor.heading() == visitor.say("You are registered")
    read_newest_mail(visitor, email)
    expect(visitor.page.locator("main")).to_contain_text("Kvindenetværket Kanelblomst")


def log_in(visitor: Visitor, role: str) -> None:
    visitor.open("/login")
    visitor.fill("E-mail", f"{role}@vink.example")
    visitor.fill("Password", PASSWORD)
    visitor.press("Log in")


def dialogues_counted(visitor: Visitor) -> int:
    """How many dialogue activities the year's goal has counted, as the staff's first page says."""
    db.session.rollback()
    goal = next(g for g in goals_of(clock.today().year, GoalKind.GOAL) if g.key == "dialogue_activities")
    name = goal.name_da if visitor.lang == "da" else goal.name_en
    shown = visitor.page.locator(".goal").filter(has_text=name).locator(".goal-figure b")
    return int(shown.inner_text())


def test_staff_count_and_the_year_shows_it(visitor: Visitor) -> None:
    log_in(visitor, "staff")
    visitor.open("/staff/")
    before = dialogues_counted(visitor)
    visitor.open("/staff/activities?q=Dialog+" + marked(visitor))
    visitor.page.locator("main").get_by_role("link", name=f"Dialog {marked(visitor)}").first.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    number = re.search(r"/staff/activities/(\d+)", visitor.page.url)
    assert number
    visitor.open(f"/staff/activities/{number[1]}/count")
    for _ in range(3):
        visitor.page.locator("[data-step='1'], button[value='1']").first.click()
        visitor.page.wait_for_timeout(200)
    visitor.look()
    visitor.open(f"/staff/activities/{number[1]}/count/close")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.open("/staff/")
    assert dialogues_counted(visitor) == before + 1


def test_every_public_page_holds_up_at_320_pixels(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/activities", "/about", "/privacy", "/what-we-store", "/accessibility", "/concerned",
                 "/cookies", "/login", "/nowhere"):  # fmt: skip
        visitor.open(path)
    assert visitor.heading()


def test_the_keyboard_reaches_the_sign_up(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text(visitor.say("Go to the content"))
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main-content"


def test_the_language_switch_stays_on_the_page(visitor: Visitor) -> None:
    visitor.open("/activities?type=forum_meeting")
    other = "en" if visitor.lang == "da" else "da"
    visitor.page.get_by_role("link", name={"en": "English", "da": "Dansk"}[other], exact=True).first.click()
    visitor.page.wait_for_load_state()
    assert visitor.page.url.endswith(f"/{other}/activities?type=forum_meeting")
