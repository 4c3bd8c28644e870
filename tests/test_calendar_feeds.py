"""Private calendars: who has one sees what is theirs, and nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from justhtml import JustHTML
from sqlalchemy import func, select

from portal.accounts.rules import Role
from portal.activities.models import Activity, activity_facilitator
from portal.activities.rules import State, Visibility
from portal.associations.merging import merge
from portal.associations.models import Association
from portal.calendars.models import CalendarFeed
from portal.calendars.queries import feed_of
from portal.calendars.rules import Scope
from portal.calendars.service import make_feed
from portal.database import db, writing
from portal.engagements.models import Engagement, EngagementSession
from portal.engagements.rules import Phase
from portal.forum.invitations import answer
from portal.forum.models import Invitation
from portal.log.models import LogEntry
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from tests.associations import enter_as, make_association
from tests.calendars import Programs
from tests.forum import invited, make_meeting
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
TITLES = select(Activity.id, Activity.title_da)


def address_on(page: str) -> str:
    """The address that the page shows, as a path."""
    [field] = JustHTML(page, sanitize=False).query("#feed-address")
    address = field.attrs["value"] or ""
    assert f'href="webcal{address.removeprefix("https")}"' in page
    return address.removeprefix("https://portal.example")


def path_of_feed(owner: Association, lang: str = "da") -> str:
    """The path of an association's feed, which is made where there is none."""
    make_feed(owner, now=NOON)
    feed = feed_of(owner)
    assert feed is not None
    return f"/calendar/{lang}/{feed.token}.ics"


def shown(client: FlaskClient, path: str) -> dict[str, str]:
    """What the feed shows: the activities, by their own titles, and how each stands."""
    file = client.get(path)
    assert (file.status_code, file.mimetype) == (200, "text/calendar")
    titles = {f"activity-{number}@portal.example": title for number, title in db.session.execute(TITLES)}
    return {titles[uid]: entry.status for uid, entry in Programs().take(file.data).entries.items()}


def test_an_association_makes_its_calendar_renews_it_and_ends_it(client: PageClient) -> None:
    association = make_association()
    room = "/da/my-association/calendar"
    assert client.get(room).status_code == 302  # nobody is logged in
    enter_as(client, association)
    assert "feed-address" not in client.get(room).text
    for _twice in range(2):
        assert client.post(f"{room}/make").status_code == 303
    first = address_on(client.get(room).text)
    assert first.startswith("/calendar/da/")
    assert len(first.rsplit("/", 1)[1]) >= 43  # 32 random bytes
    assert "/calendar/en/" in address_on(client.get("/en/my-association/calendar").text)
    reader = client.application.test_client()
    assert reader.get(first).status_code == 200
    client.post(f"{room}/new-address")
    second = address_on(client.get(room).text)
    assert reader.get(first).status_code == 404
    assert reader.get(second).status_code == 200
    token = second.rsplit("/", 1)[1].removesuffix(".ics")
    stored = client.get("/da/my-association/stored").text
    assert token not in stored
    assert token not in client.get("/da/my-association/stored/download", follow_redirects=True).text
    client.post(f"{room}/end")
    client.post(f"{room}/end")
    assert reader.get(second).status_code == 404
    assert db.session.scalar(select(func.count(CalendarFeed.id))) == 0
    subjects = db.session.scalars(select(LogEntry.subject).where(LogEntry.association_id == association.id))
    assert [subject for subject in subjects if subject == "calendar_feed"] == ["calendar_feed"] * 3


def test_what_the_file_tells_programs_and_machines_in_between(client: PageClient) -> None:
    association = make_association()
    make_meeting(title_da="Tryghed")
    path = path_of_feed(association)
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in first.headers
    assert b"REFRESH-INTERVAL" in first.data
    assert path.rsplit("/", 1)[1].removesuffix(".ics").encode() not in first.data.replace(b"\r\n ", b"")
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert (client.head(path).status_code, client.head(path).data) == (200, b"")
    for unknown in ("x", "%00", "é" * 20, "a" * 500, path.rsplit("/", 1)[1][:-5]):
        assert client.get(f"/calendar/da/{unknown}.ics").status_code == 404
    with writing() as session:
        session.get_one(Association, association.id).active = False
    assert client.get(path).status_code == 404


def test_an_associations_calendar_has_its_own_meetings_as_they_stand(client: PageClient) -> None:
    staff = make_user()
    ours, other = make_association(), make_association("Boldklubben Skæve Mål", "association")
    titles = ["Spurgt", "Ja", "Nej", "Venter", "Afbud", "Aflyst møde", "Deres"]
    meetings = {
        title: make_meeting(title_da=title, capacity=4, starts_at=NOON + timedelta(days=20 + n))
        for n, title in enumerate(titles)
    }
    for title, meeting in meetings.items():
        invited(meeting, other if title == "Deres" else ours, staff)
    for title in ("Ja", "Afbud", "Aflyst møde"):
        answer(meetings[title].id, ours.id, True, 2, now=NOON)
    answer(meetings["Nej"].id, ours.id, False, 1, now=NOON)
    service.sign_up(meetings["Venter"].id, party(4, email="x@x.example"), now=NOON)
    answer(meetings["Venter"].id, ours.id, True, 2, now=NOON)
    answer(meetings["Afbud"].id, ours.id, False, 1, now=NOON)
    called_off(meetings["Aflyst møde"])
    course = make_activity("capacity_session", title_da="Bestyrelsen", visibility=Visibility.UNLISTED)
    make_activity("capacity_session", title_da="Udkast", visibility=Visibility.UNLISTED, state=State.DRAFT)
    work_with(ours, course)
    seen = shown(client, path_of_feed(ours))
    assert seen == {
        "Spurgt": "TENTATIVE", "Ja": "CONFIRMED", "Venter": "TENTATIVE", "Aflyst møde": "CANCELLED",
        "Bestyrelsen": "CONFIRMED",
    }  # fmt: skip
    assert shown(client, path_of_feed(other)) == {"Deres": "TENTATIVE"}
    text = client.get(path_of_feed(ours)).text
    assert "kontakt@" not in text
    assert "Testesen" not in text


def called_off(activity: Activity) -> None:
    """Calls the activity off, as the service leaves it."""
    with writing() as session:
        found = session.get_one(Activity, activity.id)
        found.state, found.called_off_at = State.CALLED_OFF, NOON


def work_with(association: Association, *sessions: Activity) -> None:
    """Capacity building with the association, of these sessions."""
    with writing() as session:
        engagement = Engagement(
            association_id=association.id,
            phase=Phase.SESSIONS,
            started_on=NOON.date(),
            created_at=NOON,
            changed_at=NOON,
        )
        engagement.sessions = [EngagementSession(activity_id=activity.id) for activity in sessions]
        session.add(engagement)


def test_staff_see_their_own_or_all_and_facilitators_what_is_given_to_them(client: PageClient) -> None:
    facilitator = make_user(Role.FACILITATOR)
    staff = log_in(client)
    own = make_activity(title_da="Min", contact_id=staff.id, capacity=28)
    given = make_activity("theme_day", title_da="Givet")
    make_activity(title_da="Kladde", state=State.DRAFT)
    make_activity("parent_activity", title_da="Dit barn", description_da="Fortroligt", visibility=Visibility.CLOSED)
    with writing() as session:
        session.execute(activity_facilitator.insert().values(activity_id=given.id, user_id=facilitator.id))
    service.sign_up(own.id, party(18, name="Leyla Eksempelsen"), now=NOON)
    room = "/da/staff/calendar"
    assert 'value="all"' in client.get(room).text
    client.post(f"{room}/make", data={"scope": "mine"})
    path = address_on(client.get(room).text)
    assert shown(client, path) == {"Min": "CONFIRMED"}
    client.post(f"{room}/scope", data={"scope": "all"})
    assert address_on(client.get(room).text) == path
    everything = {"Min": "CONFIRMED", "Givet": "CONFIRMED", "Kladde": "TENTATIVE", "Dit barn": "CONFIRMED"}
    assert shown(client, path) == everything
    text = client.get(path).text.replace("\r\n ", "")
    assert "18 af 28" in text
    for kept_out in ("Leyla", "en@skole", "Fortroligt", "barn"):
        assert kept_out not in text
    client.post(f"{room}/scope", data={"scope": "nonsense"})
    assert shown(client, path) == {"Min": "CONFIRMED"}
    make_feed(facilitator, Scope.ALL, now=NOON)
    theirs = feed_of(facilitator)
    assert theirs is not None
    assert theirs.scope is Scope.MINE
    address = f"/calendar/da/{theirs.token}.ics"
    assert shown(client, address) == {"Givet": "CONFIRMED"}
    with writing():
        theirs.scope = Scope.ALL  # as of somebody who was staff before
    assert shown(client, address) == {"Givet": "CONFIRMED"}
    with writing():
        facilitator.active = False
    assert client.get(address).status_code == 404
    client.post(f"{room}/end")
    assert client.get(path).status_code == 404


def test_after_a_merge_the_kept_associations_address_stays(client: PageClient) -> None:
    actor, kept, other = make_user(), make_association(), make_association("Boldklubben Skæve Mål", "association")
    third = make_association("Sangforeningen Stæren", "association")
    stays, ends = path_of_feed(kept), path_of_feed(other)
    merge(kept.id, other.id, frozenset(), revisions=(0, 0), actor=actor, now=NOON)
    assert (client.get(stays).status_code, client.get(ends).status_code) == (200, 404)
    merge(third.id, kept.id, frozenset(), revisions=(0, 1), actor=actor, now=NOON)
    assert client.get(stays).status_code == 200  # it had the only one


def test_a_calendar_asks_as_much_for_thirty_meetings_as_for_one(client: PageClient) -> None:
    staff, association = make_user(), make_association()
    make_feed(staff, Scope.ALL, now=NOON)
    feed = feed_of(staff)
    assert feed is not None
    paths = [f"/calendar/da/{feed.token}.ics", path_of_feed(association)]
    counted = []
    for number in (1, 30):
        with writing() as session:
            for n in range(number):
                course, meeting = make_activity(capacity=20, title_da=f"{number} {n}"), make_meeting(title_da=f"M{n}")
                work_with(association, course)
                session.add(Registration(activity_id=course.id, standing=Standing.CONFIRMED, heads=2, queue_number=n,
                                         association_id=association.id, language="da", created_at=NOON))  # fmt: skip
                session.add(Invitation(activity_id=meeting.id, association_id=association.id, reference=f"{number}{n}",
                                       invited_at=NOON))  # fmt: skip
        for path in paths:
            client.get(path)
            with count_queries() as queries:
                client.get(path)
            counted.append(queries.number)
    assert counted[:2] == counted[2:]
    for path in paths:
        assert client.get(path).data.count(b"BEGIN:VEVENT") == 62
