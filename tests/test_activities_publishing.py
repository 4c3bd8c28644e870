"""Publishing, taking back, and planning a series."""

from datetime import UTC, datetime, timedelta

import pytest
from justhtml import JustHTML
from sqlalchemy import select

from portal.activities.models import Activity, Series
from portal.activities.rules import State, Visibility
from portal.database import db, writing
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from tests.make import log_in, make_activity
from tests.page import PageClient

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


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


def test_publishing_says_why_not(staff: PageClient) -> None:
    bare = make_activity(state=State.DRAFT, title_da="", title_en="")
    page = staff.post(f"/en/staff/activities/{bare.id}/publish", follow_redirects=True).text
    assert "without a title" in page
    past = make_activity(state=State.DRAFT, starts_at=NOON - timedelta(days=1))
    assert "its start is past" in staff.post(f"/en/staff/activities/{past.id}/publish", follow_redirects=True).text
    closed = make_activity(state=State.DRAFT, starts_at=NOON - timedelta(days=1), visibility=Visibility.CLOSED)
    staff.post(f"/en/staff/activities/{closed.id}/publish")
    db.session.expire_all()
    assert [bare.state, past.state, closed.state] == [State.DRAFT, State.DRAFT, State.PUBLISHED]


def test_back_to_a_draft_only_while_nobody_has_signed_up(staff: PageClient) -> None:
    activity = make_activity()
    register(activity, 2)
    page = staff.post(f"/en/staff/activities/{activity.id}/unpublish", follow_redirects=True).text
    assert "Somebody has signed up" in page
    assert only_activity().state is State.PUBLISHED
    with writing() as session:
        session.scalars(select(Registration)).one().standing = Standing.CANCELLED
    staff.post(f"/en/staff/activities/{activity.id}/unpublish")
    assert only_activity().state is State.DRAFT


def test_a_series_with_the_same_group(staff: PageClient) -> None:
    first = make_activity(
        starts_at=datetime(2027, 3, 18, 16, tzinfo=UTC), deadline=datetime(2027, 3, 17, 11, tzinfo=UTC)
    )
    assert staff.get(f"/da/staff/activities/{first.id}/series").status_code == 200
    answer = staff.post(
        f"/da/staff/activities/{first.id}/series", data={"how": "weeks", "times": "2", "weeks": "1", "same_group": "y"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    meetings = list(db.session.scalars(select(Activity).order_by(Activity.starts_at)))
    # Summer time begins on 28 March: the clock says 17.00 each time.
    assert [m.starts_at.hour for m in meetings] == [16, 16, 15]
    assert [m.deadline.hour for m in meetings if m.deadline] == [11, 11, 10]
    assert [m.registers_at_id for m in meetings] == [None, first.id, first.id]
    assert {m.state for m in meetings} == {State.PUBLISHED}
    assert db.session.scalars(select(Series)).one().same_group
    page = staff.get(f"/da/activities/{meetings[2].id}-bag-om-skaermen").text
    assert f"/da/activities/{first.id}/sign-up" in page
    assert f"/da/activities/{first.id}-bag-om-skaermen" in page
    assert staff.get(f"/da/staff/activities/{meetings[1].id}").status_code == 200


def test_a_series_on_given_days_published_together(staff: PageClient) -> None:
    first = make_activity(state=State.DRAFT)
    url = f"/en/staff/activities/{first.id}/series"
    assert staff.post(url, data={"how": "dates", "dates": "1.12.2026\n2026-12-08, 15/12/2026"}).status_code == 303
    meetings = db.session.scalars(select(Activity).where(Activity.id != first.id)).all()
    assert {m.registers_at_id for m in meetings} == {None}
    assert {m.state for m in meetings} == {State.DRAFT}
    staff.post(f"/en/staff/activities/{first.id}/publish", data={"whole_series": "1"})
    db.session.expire_all()
    assert {a.state for a in db.session.scalars(select(Activity))} == {State.PUBLISHED}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"how": "weeks", "times": "0", "weeks": "1"}, "times"),
        ({"how": "weeks", "times": "31", "weeks": "1"}, "times"),
        ({"how": "weeks", "times": "", "weeks": "1"}, "times"),
        ({"how": "weeks", "times": "2", "weeks": "x"}, "weeks"),
        ({"how": "dates", "dates": "30.2.2027"}, "dates"),
        ({"how": "dates", "dates": ""}, "dates"),
        ({"how": "dates", "dates": "1.1.2020"}, "dates"),
        ({"how": "dates", "dates": "8.1.2027\n8.1.2027"}, "dates"),
        ({"how": "dates", "dates": "x" * 2000}, "dates"),
        ({"how": "nonsense"}, None),
        ({}, None),
    ],
)
def test_bad_series(staff: PageClient, sent: dict[str, str], field: str | None) -> None:
    first = make_activity()
    answer = staff.post(f"/en/staff/activities/{first.id}/series", data=sent)
    assert answer.status_code == 422
    page = JustHTML(answer.text, sanitize=False)
    assert page.query("#error-summary")
    if field:
        assert page.query(f"#{field}-error")
    assert only_activity().series_id is None
