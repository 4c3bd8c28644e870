"""A party's own page, the waiting list, calling off: as people do it, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import RegistrationMode, State
from portal.activities.service import draft_of
from portal.database import db
from portal.errors import RuleError
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.planning import change_activity
from portal.registrations.rules import Standing
from portal.registrations.waiting_list import tend_waiting_lists
from portal.web.links import sign
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party, path_of, sent, standing_of
from tests.queries import count_queries


def test_24_to_22_frees_2(client: PageClient) -> None:
    activity = make_activity(capacity=28)
    registration = service.sign_up(activity.id, party(24), now=clock.now())
    answer = client.post(path_of(registration) + "/heads", data={"heads": "22"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Registration, registration.id).heads == 22
    four = service.sign_up(activity.id, party(6), now=clock.now())
    assert four.standing is Standing.CONFIRMED
    assert [m.kind for m in sent()] == ["confirmed", "heads_changed", "confirmed"]


def test_links_in_mail_change_nothing_by_get(client: PageClient) -> None:
    activity = make_activity(capacity=2, max_heads=2)
    first = service.sign_up(activity.id, party(2), now=clock.now())
    second = service.sign_up(activity.id, party(2), now=clock.now())
    service.cancel(first.id, now=clock.now())
    assert standing_of(second) is Standing.OFFERED
    token = sign(second.reference or "")
    assert client.get(f"/da/offers/{token}").status_code == 200
    assert client.get(f"/da/offers/{token}/take").status_code == 405
    assert client.get(f"/da/registrations/{token}/cancel").status_code == 405
    assert standing_of(second) is Standing.OFFERED


def test_a_full_activity_keeps_a_fair_line(client: PageClient) -> None:
    activity = make_activity(capacity=10, max_heads=10)
    now = clock.now()
    seated = service.sign_up(activity.id, party(10), now=now)
    first = service.sign_up(activity.id, party(8), now=now)
    second = service.sign_up(activity.id, party(2), now=now)
    assert (standing_of(first), standing_of(second)) == (Standing.WAITING, Standing.WAITING)
    page = client.get(path_of(second))
    assert "2" in page.text
    service.change_heads(seated.id, 8, now=now)  # 2 free: the first party needs 8 and holds its turn
    assert standing_of(second) is Standing.WAITING
    service.cancel(seated.id, now=now)
    assert (standing_of(first), standing_of(second)) == (Standing.OFFERED, Standing.OFFERED)
    newcomer = service.sign_up(activity.id, party(1), now=now)
    assert newcomer.standing is Standing.WAITING
    client.post(f"/da/offers/{sign(first.reference or '')}/decline")
    assert standing_of(first) is Standing.CANCELLED
    assert standing_of(newcomer) is Standing.OFFERED
    client.post(f"/da/offers/{sign(second.reference or '')}/take")
    assert standing_of(second) is Standing.CONFIRMED
    assert [m.kind for m in sent()] == [
        "confirmed", "waiting", "waiting", "heads_changed", "some_free", "cancelled", "offer", "offer", "waiting",
        "declined", "offer", "confirmed",
    ]  # fmt: skip


def test_an_offer_lapses_and_goes_to_the_next(app: object) -> None:
    activity = make_activity(capacity=2, max_heads=2, starts_at=clock.now() + timedelta(days=20))
    now = clock.now()
    seated = service.sign_up(activity.id, party(2), now=now)
    first, second = (service.sign_up(activity.id, party(2), now=now) for _ in range(2))
    service.cancel(seated.id, now=now)
    expires = db.session.get_one(Registration, first.id).offer_expires_at
    assert expires
    tend_waiting_lists(now=expires - timedelta(minutes=1))
    assert standing_of(first) is Standing.OFFERED
    tend_waiting_lists(now=expires)
    assert (standing_of(first), standing_of(second)) == (Standing.LAPSED, Standing.OFFERED)
    late = service.answer_offer(first.id, True, now=expires + timedelta(minutes=1))
    assert late.standing is Standing.LAPSED


def test_near_the_start_the_next_in_line_gets_the_places_at_once(app: object) -> None:
    activity = make_activity(capacity=2, max_heads=2, starts_at=clock.now() + timedelta(hours=30))
    now = clock.now()
    seated = service.sign_up(activity.id, party(2), now=now)
    first = service.sign_up(activity.id, party(2), now=now)
    service.cancel(seated.id, now=now)
    assert standing_of(first) is Standing.CONFIRMED
    assert [m.kind for m in sent()][-1] == "moved_up"


def test_more_heads_than_there_is_room_for_are_refused_with_the_number(client: PageClient) -> None:
    activity = make_activity(capacity=28)
    one = service.sign_up(activity.id, party(20), now=clock.now())
    answer = client.post(path_of(one) + "/heads", data={"heads": "28"})
    assert answer.status_code == 303  # alone, it may
    service.change_heads(one.id, 20, now=clock.now())
    service.sign_up(activity.id, party(6), now=clock.now())
    answer = client.post(path_of(one) + "/heads", data={"heads": "24"})
    assert answer.status_code == 422
    assert "22" in answer.text


def test_a_waiting_party_that_grows_goes_to_the_end(app: object) -> None:
    activity = make_activity(capacity=4, max_heads=4)
    now = clock.now()
    service.sign_up(activity.id, party(4), now=now)
    first, second = (service.sign_up(activity.id, party(2), now=now) for _ in range(2))
    service.change_heads(first.id, 3, now=now)
    db.session.expire_all()
    assert first.queue_number > second.queue_number
    service.change_heads(second.id, 1, now=now)
    db.session.expire_all()
    assert first.queue_number > second.queue_number


def test_cancelling_twice_is_told_once(client: PageClient) -> None:
    activity = make_activity()
    registration = service.sign_up(activity.id, party(2), now=clock.now())
    for _ in range(2):
        assert client.post(path_of(registration) + "/cancel").status_code == 303
    assert [m.kind for m in sent()] == ["confirmed", "cancelled"]


def test_calling_off_tells_everybody_why_in_their_language(client: PageClient) -> None:
    activity = make_activity()
    service.sign_up(activity.id, party(2, language="en"), now=clock.now())
    log_in(client, Role.STAFF)
    url = f"/da/staff/activities/{activity.id}/call-off"
    assert client.post(url, data={}).status_code == 422
    answer = client.post(url, data={"reason_da": "Oplægsholderen er syg.", "reason_en": "The speaker is ill."})
    assert answer.status_code == 303
    mail = sent("called_off")[0]
    assert "The speaker is ill." in (mail.body_text or "")
    assert "called off" in (mail.body_text or "")
    db.session.expire_all()
    assert db.session.get_one(Activity, activity.id).state is State.CALLED_OFF


def test_nothing_changes_after_the_start(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    activity = make_activity()
    registration = service.sign_up(activity.id, party(2), now=clock.now())
    later: datetime = activity.starts_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post(path_of(registration) + "/cancel").status_code == 303
    assert standing_of(registration) is Standing.CONFIRMED
    assert client.post(path_of(registration) + "/heads", data={"heads": "1"}).status_code == 422


def test_the_list_of_parties_takes_as_many_queries_for_30_as_for_1(client: PageClient) -> None:
    log_in(client)
    activity = make_activity(capacity=10)  # so that most of them wait
    service.sign_up(activity.id, party(1), now=clock.now())
    with count_queries() as one:
        client.get(f"/da/staff/activities/{activity.id}/registrations")
    for _ in range(29):
        service.sign_up(activity.id, party(1), now=clock.now())
    with count_queries() as thirty:
        client.get(f"/da/staff/activities/{activity.id}/registrations")
    assert one.number == thirty.number


def test_the_way_of_signing_up_stays_while_somebody_is_registered(app: object) -> None:
    activity = make_activity()
    service.sign_up(activity.id, party(2), now=clock.now())
    draft = replace(draft_of(db.session.get_one(Activity, activity.id)), mode=RegistrationMode.OPEN)
    with pytest.raises(RuleError, match="mode_with_parties"):
        change_activity(activity.id, draft, now=clock.now())


def test_a_moved_meeting_is_told_and_more_places_go_to_those_who_wait(app: object) -> None:
    activity = make_activity(capacity=2, max_heads=2, starts_at=clock.now() + timedelta(days=20))
    now = clock.now()
    service.sign_up(activity.id, party(2), now=now)
    waiting = service.sign_up(activity.id, party(2), now=now)
    draft = draft_of(db.session.get_one(Activity, activity.id))
    with pytest.raises(RuleError, match="capacity_below_taken"):
        change_activity(activity.id, replace(draft, capacity=1), now=now)
    change_activity(activity.id, replace(draft, capacity=4, venue="Biblioteket"), now=now)
    assert standing_of(waiting) is Standing.OFFERED
    assert [m.kind for m in sent()] == ["confirmed", "waiting", "moved", "moved", "offer"]


def test_a_part_of_an_offer_can_be_taken(client: PageClient) -> None:
    activity = make_activity(capacity=4, max_heads=4, starts_at=clock.now() + timedelta(days=20))
    now = clock.now()
    seated = service.sign_up(activity.id, party(4), now=now)
    first, second = (service.sign_up(activity.id, party(n), now=now) for n in (4, 2))
    service.cancel(seated.id, now=now)
    token = sign(first.reference or "")
    assert 'name="heads"' in client.get(f"/da/offers/{token}").text
    assert client.post(f"/da/registrations/{token}/heads", data={"heads": "5"}).status_code == 422
    fewer = client.post(f"/da/registrations/{token}/heads", data={"heads": "2"})
    assert (fewer.status_code, fewer.location) == (303, f"/da/offers/{token}")  # yes is one press away
    mail = next(m for m in sent() if m.kind == "heads_changed")
    assert "/offers/" in (mail.body_text or ""), "the places are not theirs yet"
    assert standing_of(second) is Standing.OFFERED
    client.post(f"/da/offers/{token}/take")
    assert standing_of(first) is Standing.CONFIRMED


def test_after_the_deadline_a_party_can_only_get_smaller(app: object) -> None:
    activity = make_activity(deadline=clock.now() + timedelta(hours=1))
    registration = service.sign_up(activity.id, party(7), now=clock.now())
    later = clock.now() + timedelta(hours=2)
    with pytest.raises(RuleError, match="too_late_for_more"):
        service.change_heads(registration.id, 10, now=later)
    assert service.change_heads(registration.id, 5, now=later).heads == 5
