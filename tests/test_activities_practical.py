"""The back office's page of one activity: what it shows when, the preview, and what a facilitator may read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from justhtml import JustHTML

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import RegistrationMode, State, Visibility
from portal.attendance.rules import Method
from portal.attendance.service import close_count
from portal.database import db, writing
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from tests.make import district_of, log_in, make_activity, make_user
from tests.page import PageClient

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
PAST = NOON - timedelta(days=3)


def main_of(client: PageClient, address: str) -> Any:
    """The page's main part."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return JustHTML(answer.text, sanitize=False).query("main")[0]


def text_of_page(client: PageClient, activity: Activity) -> str:
    """The text of an activity's page in the back office."""
    return " ".join(main_of(client, f"/en/staff/activities/{activity.id}").to_text().split())


def errors(client: PageClient, sent: dict[str, str]) -> list[str]:
    """What the new activity's form says at its top."""
    answer = client.post("/en/staff/activities/new", data=sent)
    assert answer.status_code == 422
    return [a.to_text() for a in JustHTML(answer.text, sanitize=False).query("#error-summary a")]


def test_an_empty_form_names_each_fault_once(client: PageClient) -> None:
    log_in(client)
    told = errors(client, {})
    assert len(told) == len(set(told))
    assert {
        "Choose a type.",
        "Choose whom it is mostly for.",
        "Choose how people sign up.",
        "Choose who can find it.",
        "Write a title, in Danish or in English.",
    } <= set(told)


def test_a_missing_title_is_told_with_the_rest(client: PageClient) -> None:
    log_in(client)
    told = errors(client, {"day": "2026-12-03", "starts": "17.00", "ends": "16.00"})
    assert "Write a title, in Danish or in English." in told
    assert "It must end after it starts, on the same day." in told
    assert "Write a title, in Danish or in English." not in errors(client, {"title_en": "One is enough"})
    page = main_of(client, "/en/staff/activities/new")
    assert "optional" not in page.query("label[for=title_da]")[0].to_text()


def test_what_is_of_no_use_is_not_shown(client: PageClient) -> None:
    log_in(client)
    shown = text_of_page(client, make_activity(capacity=40))
    assert "0 of 40 taken" in shown
    assert "Most people in one sign-up" in shown
    assert "Make it a draft again" in shown
    for values in ({"mode": RegistrationMode.OPEN}, {"starts_at": PAST}):
        shown = text_of_page(client, make_activity(capacity=40, **values))  # type: ignore[arg-type]
        assert "of 40 taken" not in shown
        assert "Most people in one sign-up" not in shown
    assert "Make it a draft again" not in shown


def test_what_has_been_held_stays_published(client: PageClient) -> None:
    log_in(client)
    held = make_activity(starts_at=PAST)
    page = client.post(f"/en/staff/activities/{held.id}/unpublish", follow_redirects=True).text
    assert "It has been held" in page
    db.session.expire_all()
    assert held.state is State.PUBLISHED


def test_a_closed_count_is_shown_and_opened(client: PageClient) -> None:
    actor = log_in(client)
    held = make_activity(starts_at=PAST)
    assert "Counted" not in text_of_page(client, held)
    close_count(held.id, {held.audience_id: 21}, Method.CLICKER, actor=actor, now=NOON, seen=0)
    assert "Counted: 21" in text_of_page(client, held)
    assert main_of(client, f"/en/staff/activities/{held.id}").query(
        f"a[href='/en/staff/activities/{held.id}/count/history']"
    )


def test_the_district_is_named_once(client: PageClient) -> None:
    log_in(client)
    valby = district_of("valby").id
    twice = make_activity(venue="Salen", address="Testvej 1, 2500 Valby", district_id=valby)
    assert "Salen, Testvej 1, 2500 Valby Languages" in text_of_page(client, twice)
    once = make_activity(venue="Salen", address="Testvej 1", district_id=valby)
    assert "Salen, Testvej 1, Valby Languages" in text_of_page(client, once)


def test_days_have_their_weekday(client: PageClient) -> None:
    log_in(client)
    make_activity(starts_at=datetime(2026, 12, 3, 16, tzinfo=UTC))
    assert "tors. 3.12.2026" in main_of(client, "/da/staff/activities").to_text()
    assert "Thu 3 Dec 2026" in main_of(client, "/en/staff/activities").to_text()


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED])
def test_a_draft_has_a_preview_for_staff(client: PageClient, visibility: Visibility) -> None:
    draft = make_activity(state=State.DRAFT, visibility=visibility, title_en="", title_da="", capacity=28)
    address = f"/en/staff/activities/{draft.id}/preview"
    assert client.get(address).status_code == 302
    log_in(client)
    assert address in client.get(f"/en/staff/activities/{draft.id}").text
    answer = client.get(address)
    assert answer.status_code == 200
    assert "noindex" in answer.text
    assert "ld+json" not in answer.text
    assert "/sign-up" not in answer.text
    assert "28 places" in JustHTML(answer.text, sanitize=False).query("main")[0].to_text()
    with writing():
        draft.state = State.PUBLISHED
    assert client.get(address).status_code == 303
    for number in (0, 2**31):
        assert client.get(f"/en/staff/activities/{number}/preview").status_code == 404


def given_to(user: User, **values: Any) -> Activity:
    """An activity given to a facilitator."""
    activity = make_activity(**values)
    with writing():
        activity.facilitators = [user]
    return activity


def test_a_facilitator_reads_what_is_practical(client: PageClient) -> None:
    me = log_in(client, Role.FACILITATOR)
    host = make_user(Role.STAFF)
    mine = given_to(me, venue="Salen", address="Testvej 1", languages="da,ar", contact_id=host.id)
    with writing() as session:
        session.add(
            Registration(
                activity_id=mine.id, standing=Standing.CONFIRMED, heads=24, queue_number=1, language="da",
                created_at=NOON, name="Asta Prøvesen", email="asta@skole.example",
            )
        )  # fmt: skip
    page = main_of(client, f"/en/staff/activities/{mine.id}")
    text = page.to_text()
    for part in ("Salen, Testvej 1", "Arabic", "24 persons", host.email):
        assert part in text
    links = {a.attrs["href"] for a in page.query("a")}
    assert f"/en/staff/activities/{mine.id}/count" in links
    assert not {link for link in links if "edit" in link or "parties" in link or "copy" in link}
    assert not page.query("form")
    assert "Asta" not in text
    assert client.get(f"/en/staff/activities/{mine.id}/preview").status_code == 403


def test_a_facilitator_reads_no_other_activity(client: PageClient) -> None:
    log_in(client, Role.FACILITATOR)
    other = given_to(make_user(Role.FACILITATOR, "other@vink.example"))
    assert client.get(f"/en/staff/activities/{other.id}").status_code == 403
    assert client.get(f"/en/staff/activities/{make_activity().id}").status_code == 403
    assert client.get(f"/en/staff/activities/{2**31}").status_code == 404
