"""Planning in the back office: create, edit, copy, series, publish; bad input loses nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from justhtml import JustHTML
from sqlalchemy import select

from portal import clock
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import Provision, RegistrationMode, State
from portal.associations.models import Association
from portal.database import db, writing
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.service import sign_up
from tests.make import audience_of, district_of, log_in, make_activity, make_user, type_of
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


def typed(**changes: Any) -> dict[str, Any]:
    """A form filled in right, with changes."""
    return {
        "type": str(type_of("youth_workshop").id),
        "title_da": "Sæt ord på",
        "title_en": "",
        "description_da": "Vi øver os.",
        "day": "2026-12-03",
        "starts": "17.00",
        "ends": "19:15",
        "venue": "Kulturhuset",
        "address": "Testvej 1, 2500 Valby",
        "district": str(district_of("valby").id),
        "wheelchair": "yes",
        "hearing_loop": "no",
        "interpreter": "ask",
        "languages": ["da", "so"],
        "audience": str(audience_of("young_people").id),
        "other_audiences": [str(audience_of("parents").id)],
        "mode": "group",
        "capacity": "28",
        "max_heads": "28",
        "deadline_day": "2026-12-01",
        "deadline_time": "12.00",
        "visibility": "public",
        "partner": "Ungdomsforeningen Papirdragen",
        "contact": "",
        **changes,
    }


def only_activity() -> Activity:
    """The one activity there is."""
    db.session.expire_all()
    return db.session.scalars(select(Activity)).one()


@pytest.fixture
def staff(client: PageClient) -> PageClient:
    """A visitor who is logged in as staff."""
    log_in(client)
    return client


def register(activity: Activity, heads: int) -> None:
    """A confirmed party."""
    with writing() as session:
        session.add(
            Registration(
                activity_id=activity.id, standing=Standing.CONFIRMED, heads=heads, queue_number=1, language="da",
                created_at=NOON,
            )
        )  # fmt: skip


def test_create_edit_publish_and_see_it(staff: PageClient) -> None:
    answer = staff.post("/da/staff/activities/new", data=typed())
    assert answer.status_code == 303, answer.text
    made = only_activity()
    assert made.state is State.DRAFT
    assert (made.starts_at, made.ends_at) == (
        datetime(2026, 12, 3, 16, tzinfo=UTC),
        datetime(2026, 12, 3, 18, 15, tzinfo=UTC),
    )
    assert made.deadline == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert [a.key for a in made.audiences] == ["young_people", "parents"]
    assert made.partner is not None
    assert made.partner.name == "Ungdomsforeningen Papirdragen"
    assert (made.wheelchair, made.hearing_loop, made.languages) == (Provision.YES, Provision.NO, "da,so")
    assert len(made.link_key) >= 20
    assert "Kladde" in staff.get(answer.location).text or "Draft" in staff.get(answer.location).text
    assert staff.get(f"/da/activities/{made.id}-saet-ord-paa").status_code == 404

    assert staff.get(f"/da/staff/activities/{made.id}/edit").status_code == 200
    answer = staff.post(f"/da/staff/activities/{made.id}/edit", data=typed(title_en="Put words", ends="20.00"))
    assert answer.status_code == 303, answer.text
    changed = only_activity()
    assert (changed.title_en, changed.revision) == ("Put words", 1)
    assert (
        staff.post(
            f"/da/staff/activities/{made.id}/edit",
            data=typed(title_en="Put words", ends="20.00", capacity="20", max_heads="20"),
        ).status_code
        == 303
    )
    assert (only_activity().capacity, only_activity().revision) == (20, 1)

    assert staff.post(f"/da/staff/activities/{made.id}/publish").status_code == 303
    assert only_activity().state is State.PUBLISHED
    assert staff.get(f"/da/activities/{made.id}-saet-ord-paa").status_code == 200


def test_staff_read_that_a_move_is_told(staff: PageClient) -> None:
    staff.post("/da/staff/activities/new", data=typed())
    made = only_activity()
    staff.post(f"/da/staff/activities/{made.id}/publish")
    page, told = f"/en/staff/activities/{made.id}/edit", "gets a mail with the new time or place"
    assert told not in staff.post(page, data=typed(venue="Biblioteket"), follow_redirects=True).text  # nobody came yet
    sign_up(made.id, party(2), now=NOON)
    assert told in staff.post(page, data=typed(venue="Rådhuset"), follow_redirects=True).text
    assert told not in staff.post(page, data=typed(venue="Rådhuset", capacity="30"), follow_redirects=True).text


def test_the_edit_form_shows_what_is_stored(staff: PageClient) -> None:
    staff.post("/da/staff/activities/new", data=typed())
    made = only_activity()
    before = {c.name: getattr(made, c.name) for c in Activity.__table__.columns}
    page = JustHTML(staff.get(f"/da/staff/activities/{made.id}/edit").text, sanitize=False)
    sent: dict[str, Any] = {}
    for field in page.query("main form input, main form textarea"):
        kind = field.attrs.get("type")
        if kind in {"checkbox", "radio"} and "checked" not in field.attrs:
            continue
        text = field.to_text() if field.name == "textarea" else field.attrs.get("value", "")
        sent.setdefault(field.attrs["name"], []).append(text)
    for field in page.query("main form select"):
        sent[field.attrs["name"]] = [o.attrs["value"] for o in field.query("option") if "selected" in o.attrs]
    assert staff.post(f"/da/staff/activities/{made.id}/edit", data=sent).status_code == 303
    after = {c.name: getattr(only_activity(), c.name) for c in Activity.__table__.columns}
    assert {k for k in before if before[k] != after[k]} <= {"turn", "changed_at"}


def test_a_type_fills_in_the_new_form(staff: PageClient) -> None:
    assert staff.get("/en/staff/activities/new").status_code == 200
    page = JustHTML(staff.get("/en/staff/activities/new?type=theme_day").text, sanitize=False)
    assert page.query("#capacity")[0].attrs["value"] == "80"
    assert page.query("#ends")[0].attrs["value"] == "23:00"
    assert page.query("#type option[selected]")[0].to_text() == "Theme day"
    assert staff.get("/en/staff/activities/new?type=%00nonsense").status_code == 200


def test_a_partner_is_recognised_again(staff: PageClient) -> None:
    staff.post("/da/staff/activities/new", data=typed())
    staff.post("/da/staff/activities/new", data=typed(partner="ungdomsforeningen  PAPIRDRAGEN "))
    assert len(db.session.scalars(select(Association)).all()) == 1
    assert len({a.partner_id for a in db.session.scalars(select(Activity))}) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "31.2.2026"), ("day", ""), ("day", "0000-01-01"), ("starts", "25.00"), ("starts", ""),
        ("ends", "16.00"), ("ends", "17.00"), ("ends", "kl. 19"),
        ("title_da", "x" * 10_000), ("title_da", "Kurt 010190-1234"), ("description_en", "cpr 0101901234"),
        ("address", "y" * 201), ("partner", "z" * 10_000),
        ("type", "999999"), ("type", "99999999999999999999999"), ("type", "x"), ("type", ""),
        ("audience", "-1"), ("audience", ""), ("district", "77777777777777"), ("contact", "1e9"),
        ("facilitators", ["123456"]), ("other_audiences", ["abc"]), ("languages", []), ("languages", ["xx"]),
        ("mode", "nonsense"), ("mode", ""), ("visibility", "everybody"), ("wheelchair", "maybe"),
        ("capacity", "0"), ("capacity", "10000"), ("capacity", "ca. 25"), ("max_heads", "501"), ("max_heads", ""),
        ("max_heads", "29"), ("deadline_day", "2026-12-04"), ("deadline_day", "32.1.2026"), ("deadline_time", "99"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_message_and_nothing_is_lost(staff: PageClient, field: str, value: Any) -> None:
    answer = staff.post("/en/staff/activities/new", data=typed(**{field: value}))
    assert answer.status_code == 422
    page = JustHTML(answer.text, sanitize=False)
    assert page.query("#error-summary")
    assert page.query(f"#{field}-error") or page.query(f"#{field} .form-error-message"), "no message beside the field"
    if field != "description_da":
        assert page.query("#description_da")[0].to_text().strip() == "Vi øver os."
    if isinstance(value, str) and value and page.query(f"#{field}")[0].name == "input":
        assert page.query(f"#{field}")[0].attrs.get("value") == value
    assert not db.session.scalars(select(Activity)).all()


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize("page", ["", "/edit", "/copy", "/series"])
def test_an_unknown_activity(staff: PageClient, number: str, page: str) -> None:
    assert staff.get(f"/da/staff/activities/{number}{page}").status_code == 404
    assert staff.post(f"/da/staff/activities/{number}/publish").status_code == 404
    assert staff.post(f"/da/staff/activities/{number}/unpublish").status_code == 404


def test_capacity_below_those_who_have_a_place(staff: PageClient) -> None:
    staff.post("/da/staff/activities/new", data=typed())
    made = only_activity()
    staff.post(f"/da/staff/activities/{made.id}/publish")
    register(made, 24)
    sent = typed(capacity="23", max_heads="23", title_en="New title")
    answer = staff.post(f"/en/staff/activities/{made.id}/edit", data=sent)
    assert answer.status_code == 422
    page = JustHTML(answer.text, sanitize=False)
    assert "24" in page.query("#capacity-error")[0].to_text()
    assert page.query("#title_en")[0].attrs["value"] == "New title"
    assert (only_activity().capacity, only_activity().title_en) == (28, "")


def test_a_copy_starts_from_the_original_without_its_day(staff: PageClient) -> None:
    staff.post("/da/staff/activities/new", data=typed())
    first = only_activity()
    page = JustHTML(staff.get(f"/da/staff/activities/{first.id}/copy").text, sanitize=False)
    assert page.query("#title_da")[0].attrs["value"] == "Sæt ord på"
    assert page.query("#day")[0].attrs.get("value", "") == ""
    assert page.query("#starts")[0].attrs["value"] == "17:00"
    answer = staff.post(
        f"/da/staff/activities/{first.id}/copy", data=typed(day="2027-01-07", deadline_day="", deadline_time="")
    )
    assert answer.status_code == 303
    copy = db.session.scalars(select(Activity).where(Activity.id != first.id)).one()
    assert clock.local(copy.starts_at).date() == date(2027, 1, 7)
    assert copy.link_key != first.link_key
    assert copy.series_id is None


def test_the_staff_list_and_its_filters(staff: PageClient) -> None:
    make_activity(title_da="Kommende")
    make_activity("theme_day", title_da="Kladde Ø", state=State.DRAFT)
    make_activity(title_da="Holdt", starts_at=NOON - timedelta(days=3))
    make_activity(title_da="Sidste år", starts_at=NOON - timedelta(days=400))

    def found(query: str) -> list[str]:
        page = JustHTML(staff.get(f"/da/staff/activities?{query}").text, sanitize=False)
        return [a.to_text() for a in page.query("tbody a")]

    assert set(found("")) == {"Kommende", "Kladde Ø"}
    assert found("period=past") == ["Holdt", "Sidste år"]
    assert found("period=2025") == ["Sidste år"]
    assert found("state=draft") == ["Kladde Ø"]
    assert found("type=theme_day&period=all") == ["Kladde Ø"]
    assert found("q=KLADDE+ø") == ["Kladde Ø"]
    assert found("uncounted=1") == ["Holdt", "Sidste år"]
    assert found("q=nowhere") == []
    assert set(found("period=9999999999999&state=x&type=y&page=-4")) == {"Kommende", "Kladde Ø"}


def test_as_many_queries_for_thirty_rows(staff: PageClient) -> None:
    make_activity(district_id=district_of("valby").id)
    staff.get("/da/staff/activities")
    with count_queries() as one:
        staff.get("/da/staff/activities")
    for n in range(30):
        make_activity(("theme_day", "parent_activity")[n % 2], starts_at=NOON + timedelta(days=n + 1))
    with count_queries() as many:
        staff.get("/da/staff/activities")
    assert many.number == one.number


def test_people_can_be_chosen(staff: PageClient) -> None:
    helper = make_user(Role.FACILITATOR)
    me = make_user(Role.STAFF, "bo@vink.example")
    answer = staff.post(
        "/da/staff/activities/new",
        data=typed(facilitators=[str(helper.id)], contact=str(me.id), mode="open", capacity=""),
    )
    assert answer.status_code == 303
    made = only_activity()
    assert ([f.id for f in made.facilitators], made.contact_id) == ([helper.id], me.id)
    assert (made.mode, made.capacity) == (RegistrationMode.OPEN, None)
    staff.post(f"/da/staff/activities/{made.id}/publish")
    page = staff.get(f"/da/activities/{made.id}-saet-ord-paa").text
    assert "bo@vink.example" in page
    assert helper.email not in page
