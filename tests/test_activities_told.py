"""What the public pages tell: whom an activity is for, what the place has, and only what holds at the time."""

from datetime import UTC, datetime, timedelta

import pytest
from justhtml import JustHTML

from portal.activities.models import Activity
from portal.activities.rules import Provision, RegistrationMode, State
from portal.database import db, writing
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from tests.make import audience_of, district_of, make_activity, type_of
from tests.page import PageClient
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


def words_of(client: PageClient, address: str, where: str = "main") -> str:
    """A page's text, its spaces evened out."""
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return " ".join(JustHTML(answer.text, sanitize=False).query(where)[0].to_text().split())


def page_of(client: PageClient, activity: Activity) -> str:
    """The text of an activity's English page."""
    return words_of(client, f"/en/activities/{activity.id}-x")


def found(client: PageClient, q: str) -> list[str]:
    """The titles that the public list finds for the words."""
    page = JustHTML(client.get("/da/activities", query_string={"q": q}).text, sanitize=False)
    return [node.to_text().strip() for node in page.query(".activity-title a")]


def test_words_are_found_in_the_names_of_district_type_and_audiences(client: PageClient) -> None:
    make_activity(title_da="Ved stranden", district_id=district_of("amager_oest").id)
    teachers = make_activity(
        "theme_day", title_da="Værktøjer", title_en="Tools", audience_id=audience_of("free_school_teachers").id,
        starts_at=NOON + timedelta(days=20),
    )  # fmt: skip
    assert found(client, "AMAGER") == ["Ved stranden"]
    assert found(client, "amager ungeworkshop") == ["Ved stranden"]
    assert found(client, "youth workshop") == ["Ved stranden"]
    assert found(client, "skole") == ["Værktøjer"]
    assert found(client, "independent schools temadag") == ["Værktøjer"]
    assert found(client, "amager temadag") == []
    teachers.other_audiences = [audience_of("police")]
    db.session.commit()
    assert found(client, "politi") == ["Værktøjer"]


def test_a_renamed_type_is_found_by_its_new_name(client: PageClient) -> None:
    make_activity(title_da="Her")
    kind = type_of("youth_workshop")
    before = kind.name_da
    try:
        kind.name_da = "Værksted"
        db.session.commit()
        assert found(client, "VÆRKSTED") == ["Her"]
    finally:
        kind.name_da = before
        db.session.commit()


def test_searching_asks_as_much_for_thirty_rows_as_for_one(client: PageClient) -> None:
    make_activity(district_id=district_of("valby").id)
    client.get("/da/activities?q=valby+unge")
    with count_queries() as one:
        client.get("/da/activities?q=valby+unge")
    for n in range(30):
        make_activity(district_id=district_of("valby").id, starts_at=NOON + timedelta(days=n + 1))
    with count_queries() as many:
        client.get("/da/activities?q=valby+unge")
    assert one.number == many.number


def test_a_row_says_whether_young_people_come_with_their_class(client: PageClient) -> None:
    make_activity(mode=RegistrationMode.GROUP)
    assert "for classes and clubs" in words_of(client, "/en/activities", ".activity-list")
    with writing():
        db.session.query(Activity).update({"mode": RegistrationMode.PERSON})
    assert "for young people, come by yourself" in words_of(client, "/en/activities", ".activity-list")
    with writing():
        db.session.query(Activity).update({"mode": RegistrationMode.OPEN})
    assert "for young people" in words_of(client, "/en/activities", ".activity-list")
    assert "come by yourself" not in words_of(client, "/en/activities", ".activity-list")


def test_a_line_beside_free_places_names_both(client: PageClient) -> None:
    activity = make_activity(capacity=28)
    with writing() as session:
        for number, (standing, heads) in enumerate([(Standing.CONFIRMED, 7), (Standing.WAITING, 22)]):
            session.add(
                Registration(
                    activity_id=activity.id, standing=standing, heads=heads, queue_number=number, language="da",
                    created_at=NOON,
                )
            )  # fmt: skip
    for address in ("/en/activities", f"/en/activities/{activity.id}-behind-the-screen"):
        assert "Waiting list 1 waiting, 21 places free" in words_of(client, address)


def test_what_the_place_lacks_is_no_promise(client: PageClient) -> None:
    page = page_of(client, make_activity(wheelchair=Provision.ASK, interpreter=Provision.ASK, hearing_loop="no"))
    assert "Wheelchair access Ask us Hearing loop No" in page
    assert "Interpreter Ask us in good time, and we will try to get it" in page
    assert "see to it" not in page


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        ({}, True),
        ({"mode": RegistrationMode.OPEN}, True),
        ({"mode": RegistrationMode.ARRANGED}, False),
        ({"state": State.CALLED_OFF}, False),
        ({"starts_at": NOON - timedelta(hours=1)}, False),
        ({"starts_at": NOON - timedelta(days=3)}, False),
    ],
)
def test_only_what_is_still_to_come_goes_into_a_calendar(
    client: PageClient, values: dict[str, object], offered: bool
) -> None:
    activity = make_activity(**values)  # type: ignore[arg-type]
    page = client.get(f"/en/activities/{activity.id}-behind-the-screen").text
    assert (".ics" in page) is offered
    assert ("Put it in your calendar" in page) is offered


def test_an_arranged_activity_says_whose_date_it_is(client: PageClient) -> None:
    assert "The date is agreed with us." in page_of(client, make_activity(mode=RegistrationMode.ARRANGED))
    assert "agreed with us" not in page_of(client, make_activity())


def test_who_was_told_that_it_is_called_off(client: PageClient) -> None:
    told = "Those who had signed up have been told."
    assert told in page_of(client, make_activity(state=State.CALLED_OFF))
    assert told not in page_of(client, make_activity(state=State.CALLED_OFF, mode=RegistrationMode.OPEN, capacity=None))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"capacity": 20}, True),
        ({"capacity": None}, False),
        ({"mode": RegistrationMode.OPEN, "capacity": 20}, False),
        ({"capacity": 20, "state": State.CALLED_OFF}, False),
        ({"capacity": 20, "starts_at": NOON - timedelta(hours=1)}, False),
    ],
)
def test_the_rule_of_the_line_is_where_there_can_be_one(
    client: PageClient, values: dict[str, object], shown: bool
) -> None:
    activity = make_activity(**values)  # type: ignore[arg-type]
    assert ("How the waiting list works" in page_of(client, activity)) is shown


def test_a_course_that_has_begun_says_so(client: PageClient) -> None:
    first = make_activity(starts_at=NOON - timedelta(days=7))
    later = make_activity(starts_at=NOON + timedelta(days=7), registers_at_id=first.id)
    page = page_of(client, later)
    assert "The course has begun" in page
    assert "Sign up" not in page


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("page", ["privacy", "about"])
def test_erasure_is_promised_only_where_it_happens(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, page: str, confirmed: bool
) -> None:
    from dataclasses import replace

    extensions = client.application.extensions
    settings = replace(extensions["settings"], retention_reference="KK-1" if confirmed else "")
    monkeypatch.setitem(extensions, "settings", settings)
    monkeypatch.setitem(client.application.jinja_env.globals, "settings", settings)
    text = words_of(client, f"/en/{page}")
    assert ("retention schedule is confirmed" in text) is not confirmed
    assert "questionnaire" not in text
