"""The year with associations, in both languages: a forum meeting from plan to count, an engagement that counts once."""

import re
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select, update

from portal import clock
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import db, writing
from portal.forum.models import Invitation
from portal.goals.figures import figures_of
from portal.goals.plans import counting_rule, goals_of
from portal.goals.rules import GoalKind, Unit
from portal.web.links import sign
from tests.browser.conftest import Visitor
from tests.browser.test_journeys import log_in, marked
from tests.browser.test_staff import some

FOUR = ("Boldklubben Skæve Mål", "Madklubben Lange Borde", "Kulturforeningen Syv Broer", "Ungeklubben Fjerde Time")


def answer_page(meeting: int, name: str) -> str:
    """The address in the invitation's mail."""
    db.session.rollback()
    invitation = db.session.scalars(
        select(Invitation).join(Association).where(Invitation.activity_id == meeting, Association.name == name)
    ).one()
    return f"/invitations/{sign(invitation.reference)}"


def mailbox_of(name: str) -> str:
    """The association's first mailbox."""
    db.session.rollback()
    return db.session.scalars(select(Association).where(Association.name == name)).one().contacts[0].email


def begin_now(activity_id: int) -> None:
    """The day has come: the meeting began half an hour ago."""
    began = clock.now() - timedelta(minutes=30)
    with writing() as session:
        times = {"starts_at": began, "ends_at": began + timedelta(hours=2)}
        session.execute(update(Activity).where(Activity.id == activity_id).values(**times))


def test_a_forum_meeting_from_plan_to_minutes_and_count(visitor: Visitor) -> None:
    with writing() as session:  # who reads Danish gets a Danish mail
        session.execute(update(Association).where(Association.name.in_(FOUR)).values(language=visitor.lang))
    title = f"Forum fra plan til referat {marked(visitor)}"
    day = clock.today() + timedelta(days={"da": 33, "en": 34}[visitor.lang])
    log_in(visitor, "staff")
    visitor.open("/staff/forum/plan-year?meetings=1")
    visitor.fill("Title in Danish", title)
    visitor.fill("Title in English", title)
    visitor.fill("Meeting 1", day.isoformat())
    visitor.fill("Starts", "17:00")
    visitor.fill("Ends", "19:00")
    visitor.fill("Most people from one association", "3")
    visitor.page.locator("#start_from").select_option("ordinary")
    visitor.page.locator("#publish").check()
    visitor.press("Plan the meetings")
    meeting = some(select(Activity.id).where(Activity.title_da == title))
    visitor.open(f"/staff/forum/{meeting}")
    visitor.press("Publish the agenda")
    visitor.open(f"/staff/forum/{meeting}/invite?forum=member")
    visitor.page.locator(".invite-choice button[value=preview]").click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.page.locator(".invite-choice button[value=invite]").click()
    visitor.page.wait_for_load_state()
    visitor.look()

    for heads, name in zip((1, 2, 3, 1), FOUR, strict=True):  # each by its own link, without logging in
        visitor.page.context.clear_cookies()
        visitor.open(answer_page(meeting, name))
        visitor.page.locator(f"button[name=heads][value='{heads}']").click()
        visitor.page.wait_for_load_state()
        visitor.look()
        assert visitor.heading() == visitor.say("Good, we look forward to seeing you")

    begin_now(meeting)
    log_in(visitor, "staff")
    visitor.open(f"/staff/activities/{meeting}/count")
    for tap in visitor.page.locator(".room-all button").all():
        tap.click()
        visitor.page.wait_for_timeout(150)
    expect(visitor.page.locator(".room-sum [data-arrived]")).to_have_text("7")
    visitor.open(f"/staff/activities/{meeting}/count/close")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.open(f"/staff/forum/{meeting}/minutes")
    visitor.fill("Minutes in Danish", "## Aftaler\n\nVi mødes igen.")
    visitor.page.locator("input[name=readers][value=members]").check()
    visitor.press("Save")
    visitor.open(f"/staff/forum/{meeting}")
    main = visitor.page.locator("main")
    for name in FOUR:
        expect(main).to_contain_text(name)

    visitor.page.context.clear_cookies()
    visitor.open("/my-association/login")
    visitor.page.locator("main input[type=email], main input[name=email]").fill(mailbox_of(FOUR[0]))
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.open("/demo/mailbox")
    visitor.page.locator("main").locator("li, tr, article").filter(has_text=mailbox_of(FOUR[0])).first.get_by_role(
        "link"
    ).first.click()
    visitor.page.frame_locator("iframe").get_by_role("link").first.click()
    visitor.page.wait_for_url(re.compile("/my-association/enter/"))
    visitor.look()
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_load_state()
    for path in ("", "forum", "charter", "record", "stored", f"forum/{meeting}"):
        visitor.open(f"/my-association/{path}")
    expect(visitor.page.locator("main")).to_contain_text("Vi mødes igen.")


def institutions() -> int:
    """How many institutions the year's goal has counted."""
    db.session.rollback()
    goal = next(g for g in goals_of(clock.today().year, GoalKind.GOAL) if g.unit is Unit.INSTITUTIONS)
    year = clock.today().year
    return figures_of([(counting_rule(goal), clock.today().replace(year, 1, 1), clock.today().replace(year, 12, 31))])[
        0
    ]


def test_an_engagement_goes_through_its_phases_and_counts_once(visitor: Visitor) -> None:
    name = {"da": "Boldklubben Skæve Mål", "en": "Forældrenetværket Åbne Døre"}[visitor.lang]
    before = institutions()
    log_in(visitor, "staff")
    visitor.open("/staff/engagements/new")
    visitor.fill("Association or institution", name)
    visitor.fill("Began on", (clock.today() - timedelta(days=1)).isoformat())
    visitor.press("Begin")
    number = re.search(r"/staff/engagements/(\d+)", visitor.page.url)
    assert number, visitor.page.url
    own = f"/staff/engagements/{number[1]}"
    visitor.open(f"{own}/plan")
    visitor.fill("Agreed on", clock.today().isoformat())
    visitor.fill("What was agreed", "To aftener om vedtægter.")
    visitor.press("Save")
    assert institutions() == before
    visitor.open(f"{own}/sessions/new")
    visitor.fill("Day", clock.today().isoformat())
    visitor.fill("Starts", "00:01")
    visitor.fill("Ends", "00:30")
    visitor.fill("Title in Danish", "Vedtægter")
    visitor.press("Plan the session")
    assert institutions() == before
    visitor.page.get_by_role("link", name=re.compile("^" + visitor.say("Count"))).first.click()
    visitor.page.wait_for_load_state()
    activity = re.search(r"/staff/activities/(\d+)", visitor.page.url)
    assert activity
    visitor.page.locator("[data-step='1'], button[value='1']").first.click()
    visitor.page.wait_for_timeout(300)
    visitor.open(f"/staff/activities/{activity[1]}/count/close")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    assert institutions() == before + 1
    visitor.open(own)
    visitor.page.locator(".next-box form button").first.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    assert institutions() == before + 1
    visitor.open("/staff/engagements")


def test_every_page_about_associations_holds_up_on_a_phone(visitor: Visitor) -> None:
    """At 390 pixels: nothing that axe finds, no fault in the console, no sideways scrolling."""
    visitor.asks_axe = visitor.lang == "da"  # the pages are built alike in English
    association = some(select(Association.id).where(Association.name == "Beboerforeningen Den Grønne Trappe"))
    log_in(visitor, "administrator")
    for page in ("associations", f"associations/{association}", f"associations/{association}/edit", "charter",
                 "duplicates", "imports", "reach", "forum", "forum/topics", "engagements", "enquiries"):  # fmt: skip
        visitor.open(f"/staff/{page}")
        assert f"/{visitor.lang}/staff/" in visitor.page.url, page
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    visitor.page.context.clear_cookies()
    for page in ("enquiries/new?wish=workshop", "my-association/login"):
        visitor.open(f"/{page}")
