"""Staff on a phone: counting without a network, and every page of the back office."""

from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from portal import clock
from portal.activities.models import Activity, ActivityType, Audience
from portal.activities.rules import RegistrationMode, State
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind
from portal.database import db
from portal.goals.models import Goal, Plan
from portal.registrations.models import Registration
from tests.browser.conftest import Visitor
from tests.browser.test_journeys import log_in, marked


def steps_of(activity_id: int) -> list[int]:
    """The walk-in taps that the portal has, each one's heads."""
    db.session.rollback()
    taps = select(Count.heads).where(Count.activity_id == activity_id, Count.kind == CountKind.WALK_IN)
    return list(db.session.scalars(taps))


def test_taps_without_a_network_are_kept_and_sent_once(visitor: Visitor) -> None:
    db.session.rollback()
    activity = db.session.scalars(select(Activity.id).where(Activity.title_da == f"Uden net {marked(visitor)}")).one()
    log_in(visitor, "staff")
    visitor.open(f"/staff/activities/{activity}/count")
    plus, total = visitor.page.locator("[data-plus]").first, visitor.page.locator("[data-total]")
    net = visitor.page.locator("#room-net")
    visitor.page.context.set_offline(True)
    for _ in range(3):
        plus.click()
    expect(total).to_have_text("3")
    expect(net).to_have_text(
        visitor.say("No network right now. Your %(n)s taps are kept here and sent when it is back.", n=3)
    )
    assert steps_of(activity) == []

    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        """The portal counts the tap, and its answer does not reach the phone."""
        if not lost:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/count/walk-ins/**", lose_the_first_answer)
    visitor.page.context.set_offline(False)
    expect(net).to_have_text(visitor.say("Everything is sent."), timeout=15_000)
    assert lost
    assert steps_of(activity) == [1, 1, 1]
    visitor.faults[:] = [fault for fault in visitor.faults if "net::ERR_" not in fault]  # meant so
    visitor.open(f"/staff/activities/{activity}/count")
    expect(total).to_have_text("3")


def some(query: object) -> int:
    """The first row's id."""
    found = db.session.scalar(query)  # type: ignore[call-overload]
    assert found is not None
    return int(found)


def test_every_page_of_the_back_office_holds_up_on_a_phone(visitor: Visitor) -> None:
    """At 390 pixels: nothing that axe finds, no fault in the console, no sideways scrolling."""
    visitor.asks_axe = visitor.lang == "da"  # the pages are built alike in English
    db.session.rollback()
    now = clock.now()
    busy = some(
        select(Registration.activity_id)
        .join(Activity, Activity.id == Registration.activity_id)
        .where(Activity.starts_at > now, Activity.state == State.PUBLISHED)
        .where(Activity.mode == RegistrationMode.ASSOCIATION)
        .group_by(Registration.activity_id)
        .order_by(func.count().desc())
    )
    corrected = some(select(Closing.activity_id).where(Closing.number == 2))
    uncounted = some(
        select(Activity.id)
        .where(Activity.ends_at < now, Activity.state == State.PUBLISHED)
        .where(~select(Closing.id).where(Closing.activity_id == Activity.id).exists())
    )
    draft = some(select(Activity.id).where(Activity.state == State.DRAFT))
    plan = some(select(Plan.id).where(Plan.ends >= now.date()))
    goal = some(select(Goal.id).join(Goal.area).where(Goal.key == "workshop_youth").order_by(Goal.id.desc()))
    kind, audience = some(select(ActivityType.id)), some(select(Audience.id))
    log_in(visitor, "administrator")
    for page in (
        "", "activities", "activities?period=all&uncounted=1", "activities/new", f"activities/{busy}",
        f"activities/{busy}/edit", f"activities/{busy}/copy", f"activities/{busy}/series",
        f"activities/{busy}/call-off", f"activities/{busy}/registrations", f"activities/{draft}/preview",
        f"activities/{busy}/count", f"activities/{uncounted}/count/close", f"activities/{corrected}/count/close",
        f"activities/{corrected}/count/history", "goals", f"goals/{goal}", f"goals/{goal}/edit",
        f"goals/{goal}/delete", "plans", f"plans/{plan}/copy", f"plans/{plan}/edit", f"plans/{plan}/new-goal", "users",
        "types", "types/new", f"types/{kind}/edit", "audiences", "audiences/new", f"audiences/{audience}/edit",
    ):  # fmt: skip
        visitor.open(f"/staff/{page}")
        assert f"/{visitor.lang}/staff/" in visitor.page.url, page
        assert visitor.heading()
