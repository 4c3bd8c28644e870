"""A party too big for the free places: its turn, a part of the places, and why others came before it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.activities.models import Activity
from portal.activities.service import draft_of
from portal.database import db
from portal.registrations import service
from portal.registrations.models import PassedOver, Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import PassReason, Standing
from portal.registrations.waiting_list import tend_waiting_lists
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import CLASS, party, path_of, sent, standing_of
from tests.queries import count_queries

Clock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch, noon: datetime) -> Clock:
    """Sets the portal's clock; it begins at noon on Wednesday 18 November 2026."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def signed_up(client: PageClient, activity: Activity, heads: int, name: str) -> Registration:
    """Signs a class up on the page."""
    data = {**CLASS, "group": name, "heads": str(heads), "language": "en", "email": f"{name[-1].lower()}@skole.example"}
    answer = client.post(f"/en/activities/{activity.id}/sign-up", data=data)
    assert answer.status_code == 303
    return db.session.scalars(select(Registration).order_by(Registration.id.desc()).limit(1)).one()


def cancelled(client: PageClient, registration: Registration) -> None:
    """Cancels on the party's own page."""
    assert client.post(path_of(registration) + "/cancel").status_code == 303


def passings() -> list[tuple[int, PassReason, int, int]]:
    rows = db.session.scalars(select(PassedOver).order_by(PassedOver.id))
    return [(row.registration_id, row.reason, row.heads, row.free) for row in rows]


def full_workshop(client: PageClient, starts_at: datetime) -> tuple[Activity, list[Registration], Registration]:
    """A workshop of 28 that classes of 5, 4, 3 and 16 fill, and a class of 12 that waits."""
    activity = make_activity(capacity=28, max_heads=28, starts_at=starts_at)
    seated = [signed_up(client, activity, n, f"Skolen, {n}A") for n in (5, 4, 3, 16)]
    return activity, seated, signed_up(client, activity, 12, "Skolen, B")


def test_a_party_of_12_gets_its_places_when_12_are_free_and_not_before(
    client: PageClient, noon: datetime, set_clock: Clock
) -> None:
    activity, (five, four, three, _rest), twelve = full_workshop(client, noon + timedelta(days=20))
    page = path_of(twelve).replace("/da/", "/en/")
    assert "You are number 1 in line" in client.get(page).text
    behind = signed_up(client, activity, 4, "Skolen, C")
    assert "12 places are wanted by those before you" in client.get(path_of(behind).replace("/da/", "/en/")).text
    cancelled(client, five)
    cancelled(client, four)
    tend_waiting_lists(now=clock.now())
    assert (standing_of(twelve), standing_of(behind)) == (Standing.WAITING, Standing.WAITING)
    text = client.get(page).text
    assert "There are 9 places free now, and you are 12" in text
    assert "nobody behind you is asked before Tuesday 1 December" in text
    assert "Take" not in client.get(path_of(behind).replace("/da/", "/en/")).text
    cancelled(client, three)
    assert standing_of(twelve) is Standing.OFFERED
    assert standing_of(behind) is Standing.WAITING
    assert client.post(page.replace("registrations", "offers") + "/take").status_code == 303
    assert standing_of(twelve) is Standing.CONFIRMED
    assert passings() == []
    assert [m.kind for m in sent() if m.registration_id == twelve.id] == ["waiting", "some_free", "offer", "confirmed"]
    set_clock(noon + timedelta(days=14))
    tend_waiting_lists(now=clock.now())
    assert standing_of(behind) is Standing.WAITING  # every place is taken
    set_clock(noon + timedelta(days=20))
    assert "There was no room this time" in client.get(path_of(behind).replace("/da/", "/en/")).text


def test_within_seven_days_the_next_that_fits_is_asked_and_the_reason_kept(
    client: PageClient, noon: datetime, set_clock: Clock
) -> None:
    starts_at = noon + timedelta(days=20)
    activity, (five, four, _three, _rest), twelve = full_workshop(client, starts_at)
    behind, last = signed_up(client, activity, 4, "Skolen, C"), signed_up(client, activity, 2, "Skolen, D")
    cancelled(client, five)
    cancelled(client, four)
    set_clock(starts_at - timedelta(days=7, seconds=1))
    assert tend_waiting_lists(now=clock.now()) == 0
    set_clock(starts_at - timedelta(days=7))  # nobody does anything: the time alone has passed
    assert tend_waiting_lists(now=clock.now()) == 2
    assert tend_waiting_lists(now=clock.now()) == 0
    assert [standing_of(p) for p in (twelve, behind, last)] == [Standing.WAITING, Standing.OFFERED, Standing.OFFERED]
    assert passings() == [(twelve.id, PassReason.TOO_BIG, 12, 9)]
    page = client.get(path_of(twelve).replace("/da/", "/en/")).text
    assert "9 places were free, and you needed 12" in page
    assert "There are 3 places free now, and you are 12" in page
    log_in(client)
    listed = client.get(f"/en/staff/activities/{activity.id}/registrations").text
    assert "Passed over once" in listed
    assert "12 needed, 9 free" in listed
    assert "Number 1 in line" in listed
    assert "3 places are free, and nobody is asked" in listed
    set_clock(starts_at - timedelta(hours=40))
    cancelled(client, behind)
    newcomer = signed_up(client, activity, 6, "Skolen, E")
    assert newcomer.standing is Standing.CONFIRMED  # it asked itself: there is nothing to answer
    assert passings()[1:] == [(twelve.id, PassReason.TOO_BIG_NOW, 12, 9)]
    assert client.get(path_of(twelve).replace("/da/", "/en/")).text.count("9 places were free, and you needed 12") == 2
    assert [m.kind for m in sent() if m.registration_id == newcomer.id] == ["confirmed"]


def test_who_has_the_turn_takes_a_part_and_the_rest_goes_on(client: PageClient, noon: datetime) -> None:
    activity, (five, four, _three, _rest), twelve = full_workshop(client, noon + timedelta(days=20))
    behind = signed_up(client, activity, 2, "Skolen, C")
    cancelled(client, five)
    cancelled(client, four)
    assert client.post(path_of(behind) + "/part", data={"heads": "1"}).status_code == 303
    assert standing_of(behind) is Standing.WAITING  # the turn is another one's
    for wrong in ("10", "0", "-1", "9" * 30, "x", ""):
        assert client.post(path_of(twelve) + "/part", data={"heads": wrong}).status_code == 303
    assert standing_of(twelve) is Standing.WAITING
    answer = client.post(path_of(twelve) + "/part", data={"heads": "9"}, follow_redirects=True)
    assert "Pladserne er jeres" in answer.text or "places are yours" in answer.text
    assert client.post(path_of(twelve) + "/part", data={"heads": "9"}).status_code == 303  # pressed twice
    db.session.expire_all()
    assert (twelve.standing, twelve.heads) == (Standing.CONFIRMED, 9)
    assert standing_of(behind) is Standing.WAITING
    assert [m.kind for m in sent() if m.registration_id == twelve.id] == ["waiting", "some_free", "confirmed"]


@pytest.mark.parametrize(
    ("heads", "standing"), [(7, Standing.CONFIRMED), (9, Standing.CONFIRMED), (10, Standing.WAITING)]
)
def test_asking_for_fewer_is_taking_a_part(client: PageClient, noon: datetime, heads: int, standing: Standing) -> None:
    activity, (five, four, _three, _rest), twelve = full_workshop(client, noon + timedelta(days=20))
    behind = signed_up(client, activity, 2, "Skolen, C")
    cancelled(client, five)
    cancelled(client, four)
    number = twelve.queue_number
    assert client.post(path_of(twelve) + "/heads", data={"heads": str(heads)}).status_code == 303
    db.session.expire_all()
    assert (twelve.standing, twelve.heads, twelve.queue_number) == (standing, heads, number)
    assert standing_of(behind) is (Standing.OFFERED if heads == 7 else Standing.WAITING)  # what was left goes on
    assert sent()[-1].kind == {7: "confirmed", 9: "confirmed", 10: "waiting"}[heads]


def test_a_part_that_others_took_meanwhile_is_said_kindly(client: PageClient, noon: datetime) -> None:
    starts_at = noon + timedelta(days=5)
    activity, (five, _four, _three, _rest), twelve = full_workshop(client, starts_at)
    other = signed_up(client, activity, 9, "Skolen, C")
    cancelled(client, five)
    assert "Take 5 places" in client.get(path_of(twelve).replace("/da/", "/en/")).text
    assert client.post(path_of(other) + "/part", data={"heads": "3"}).status_code == 303
    assert passings() == [(twelve.id, PassReason.TOO_BIG, 12, 5)]  # whoever fits is next
    answer = client.post(path_of(twelve).replace("/da/", "/en/") + "/part", data={"heads": "5"}, follow_redirects=True)
    assert "2 places are free for you now. Nothing is lost" in answer.text
    assert (standing_of(twelve), twelve.heads) == (Standing.WAITING, 12)


def test_the_first_in_line_is_told_at_most_once_a_day_and_once_for_each_number(app: Flask, noon: datetime) -> None:
    activity = make_activity(capacity=20, max_heads=20, starts_at=noon + timedelta(days=40))
    seated = [service.sign_up(activity.id, party(4), now=noon) for _ in range(5)]
    first = service.sign_up(activity.id, party(15), now=noon)
    service.cancel(seated[0].id, now=noon)
    tend_waiting_lists(now=noon)
    service.cancel(seated[1].id, now=noon + timedelta(hours=1))
    assert [m.registration_id for m in sent("some_free")] == [first.id]
    tend_waiting_lists(now=noon + timedelta(hours=23))
    assert len(sent("some_free")) == 1
    tend_waiting_lists(now=noon + timedelta(hours=24))
    tend_waiting_lists(now=noon + timedelta(days=9))
    assert len(sent("some_free")) == 2
    newcomer = service.sign_up(activity.id, party(3), now=noon)  # not first in line
    assert "free right now" not in (sent("waiting")[-1].body_text or "")
    service.cancel(first.id, now=noon)
    assert standing_of(newcomer) is Standing.OFFERED
    big = service.sign_up(activity.id, party(9, language="en"), now=noon)
    text = sent("waiting")[-1].body_text or ""
    assert "5 places are free right now" in text  # in the letter that it gets anyway
    assert big.told_free == 5
    assert len(sent("some_free")) == 2


def test_offers_end_at_the_start_also_of_a_course_and_of_a_meeting_that_moves(app: Flask, noon: datetime) -> None:
    activity = make_activity(capacity=2, max_heads=2, starts_at=noon + timedelta(days=20))
    seated = service.sign_up(activity.id, party(2), now=noon)
    waiting, last = (service.sign_up(activity.id, party(2), now=noon) for _ in range(2))
    service.cancel(seated.id, now=noon)
    draft = draft_of(db.session.get_one(Activity, activity.id))
    sooner = noon + timedelta(hours=60)
    change_activity(activity.id, replace(draft, starts_at=sooner, ends_at=sooner + timedelta(hours=2)), now=noon)
    db.session.expire_all()
    assert waiting.offer_expires_at == sooner
    assert [m.kind for m in sent() if m.registration_id == waiting.id] == ["waiting", "offer", "moved", "offer"]
    assert tend_waiting_lists(now=sooner) == 1
    assert (standing_of(waiting), standing_of(last)) == (Standing.LAPSED, Standing.WAITING)
    assert sent("lapsed") == []  # it has begun: nobody else gets the places, and there is nothing left to do
    assert tend_waiting_lists(now=sooner) == 0


def test_a_quiet_minute_takes_nobodys_turn_and_asks_as_often_for_many_lines(app: Flask, noon: datetime) -> None:
    def with_a_line() -> None:
        activity = make_activity(capacity=2, max_heads=2, starts_at=noon + timedelta(days=20))
        for _ in range(2):
            service.sign_up(activity.id, party(2), now=noon)

    with_a_line()
    with count_queries() as one:
        tend_waiting_lists(now=noon)
    for _ in range(5):
        with_a_line()
    with count_queries() as six:
        tend_waiting_lists(now=noon)
    assert one.number == six.number
    turns = db.session.scalars(select(Activity.turn)).all()
    tend_waiting_lists(now=noon)
    assert db.session.scalars(select(Activity.turn)).all() == turns
