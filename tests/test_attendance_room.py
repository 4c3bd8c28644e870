"""The counting room as staff and facilitators use it, with and without scripts, on both databases."""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.activities.models import Activity, Series, activity_facilitator
from portal.activities.rules import RegistrationMode
from portal.attendance.models import Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.registrations.rules import Standing
from tests.count import counts, make_faith_based, make_party, statements, tap
from tests.make import audience_of, log_in, make_activity
from tests.page import PageClient

JSON = {"Accept": "application/json"}


def room(activity: Activity, lang: str = "en") -> str:
    return f"/{lang}/staff/activities/{activity.id}/count"


def figures(client: PageClient, activity: Activity) -> Any:
    return client.get(room(activity), headers=JSON).get_json()


def give(activity: Activity, user: User) -> None:
    with writing() as session:
        session.execute(activity_facilitator.insert().values(activity_id=activity.id, user_id=user.id))


def test_a_room_is_counted_by_buttons_alone(client: PageClient, noon: datetime) -> None:
    """No scripts: what each button of the fetched page sends, and where it leads."""
    log_in(client)
    activity = make_activity(starts_at=noon - timedelta(minutes=20))
    club = make_party(activity, 24, group_name="Klub Fjerde Time")
    one = make_party(activity, 1, name="Ane Testesen")
    page = client.get(room(activity)).text
    assert "<b data-expected>25</b>" in page
    for party, heads in ((club, 24), (one, 1)):
        form = re.search(
            rf'action="([^"]*/parties/{party.id})".*?name="count_id" value="([^"]+)".*?name="heads" value="{heads}"',
            page,
            re.DOTALL,
        )
        assert form is not None
        answer = client.post(form[1], data={"heads": str(heads), "count_id": form[2]})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{room(activity)}#party-{party.id}"
    client.post(f"{room(activity)}/parties/{club.id}", data=tap(heads=22))
    client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=1))
    client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=1))
    page = client.get(room(activity)).text
    assert "22 of 24" in page
    assert "Close the count: 25" in page
    client.post(f"{room(activity)}/parties/{one.id}", data=tap(heads=0))
    assert "Close the count: 24" in client.get(room(activity)).text


def test_a_script_gets_the_figures_in_json(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 24, group_name="8B")
    answer = client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=26), headers=JSON)
    assert answer.status_code == 200
    given = answer.get_json()
    assert given["parties"] == {str(party.id): 26}
    assert (given["expected"], given["arrived"], given["total"], given["closed"]) == (24, 26, 26, False)
    given = client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=3), headers=JSON).get_json()
    assert given["audiences"] == {str(activity.audience_id): 3}
    assert given["total"] == 29


def test_counts_are_appended_with_method_who_and_when(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 24)
    tapped = noon - timedelta(hours=30)
    client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=24, counted_at=tapped.isoformat()))
    client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=22, counted_at="2019-01-01T00:00:00Z"))
    client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=1, counted_at="yesterday"))
    rows = db.session.scalars(select(Count).order_by(Count.number)).all()
    assert [(row.kind, row.method, row.heads) for row in rows] == [
        (CountKind.ARRIVED, Method.LIST, 24),
        (CountKind.ARRIVED, Method.LIST, 22),
        (CountKind.WALK_IN, Method.CLICKER, 1),
    ]
    assert {row.counted_by_id for row in rows} == {user.id}
    assert [row.counted_at for row in rows] == [tapped, noon, noon]
    assert {row.recorded_at for row in rows} == {noon}
    assert len({row.number for row in rows}) == 3


def test_fifty_identical_taps_count_once(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 24)
    plus, came = tap(step=1), tap(heads=24)
    for _again in range(50):
        assert (
            client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=plus, headers=JSON).status_code == 200
        )
        assert client.post(f"{room(activity)}/parties/{party.id}", data=came, headers=JSON).status_code == 200
    assert counts() == 2
    assert figures(client, activity)["total"] == 25


def test_walk_ins_never_sink_below_nobody(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    address = f"{room(activity)}/walk-ins/{activity.audience_id}"
    client.post(address, data=tap(step=2))
    client.post(address, data=tap(step=-2))
    answer = client.post(address, data=tap(step=-1))
    assert answer.status_code == 422
    assert "There is nobody left to take away." in answer.text
    assert figures(client, activity)["total"] == 0


def test_a_facilitator_counts_what_is_given_to_them_and_sees_no_names(client: PageClient, noon: datetime) -> None:
    user = log_in(client, Role.FACILITATOR)
    mine, other = make_activity(starts_at=noon), make_activity(starts_at=noon)
    give(mine, user)
    named = make_party(mine, 2, name="Ane Testesen", access_needs="elevhund")
    make_party(mine, 24, group_name="Klub Fjerde Time", name="Bo Prøvesen")
    elsewhere = make_party(other, 2)
    page = client.get(room(mine))
    assert page.status_code == 200
    assert "Testesen" not in page.text
    assert "Prøvesen" not in page.text
    assert "access needs" not in page.text
    assert "Klub Fjerde Time" in page.text
    assert "2 persons" in page.text
    assert client.post(f"{room(mine)}/parties/{named.id}", data=tap(heads=2)).status_code == 303
    for page in (client.get(room(other)), client.get(room(other) + "/close"), client.get(room(other) + "/history")):
        assert page.status_code == 403
    assert client.post(f"{room(other)}/parties/{elsewhere.id}", data=tap(heads=2)).status_code == 403
    assert client.post(f"{room(other)}/close", data={"method": "list"}).status_code == 403


def test_staff_see_names_but_never_a_faith_based_bodys(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    make_party(activity, 1, name="Ane Testesen", access_needs="elevhund")
    mosque = make_faith_based("Moskéen i Eksempelgade")
    make_party(activity, 2, name="Bo Prøvesen", association_id=mosque.id)
    page = client.get(room(activity)).text
    assert "Ane Testesen" in page
    assert "access needs" in page
    assert "elevhund" not in page
    assert "Moskéen i Eksempelgade" in page
    assert "Prøvesen" not in page


def test_a_later_meeting_of_the_same_group_has_the_first_ones_list_and_its_own_count(
    client: PageClient, noon: datetime
) -> None:
    log_in(client)
    with writing() as session:
        series = Series(same_group=True, created_at=noon)
        session.add(series)
    first = make_activity(starts_at=noon - timedelta(days=7), series_id=series.id)
    second = make_activity(starts_at=noon, series_id=series.id, registers_at_id=first.id)
    party = make_party(first, 14, group_name="Forældregruppen")
    client.post(f"{room(first)}/parties/{party.id}", data=tap(heads=14))
    given = figures(client, second)
    assert (given["expected"], given["arrived"]) == (14, 0)
    client.post(f"{room(second)}/parties/{party.id}", data=tap(heads=12))
    assert figures(client, first)["arrived"] == 14
    assert figures(client, second)["arrived"] == 12


def test_a_party_that_cancels_after_it_was_counted_stays_in_the_room(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 2)
    client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=2))
    with writing():
        db.session.merge(party).standing = Standing.CANCELLED
    given = figures(client, activity)
    assert (given["expected"], given["arrived"]) == (0, 2)
    assert "cancelled" in client.get(room(activity)).text
    client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=0))
    assert figures(client, activity)["parties"] == {}


def test_an_activity_without_sign_up_is_tapped_and_counted(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon, mode=RegistrationMode.OPEN)
    with writing():
        db.session.merge(activity).other_audiences.append(audience_of("parents"))
    page = client.get(room(activity, "da")).text
    assert page.count('name="step" value="1"') == 2
    client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=5))
    client.post(f"{room(activity)}/walk-ins/{audience_of('parents').id}", data=tap(step=2))
    assert "Close the count: 7" in client.get(room(activity)).text


def test_the_room_asks_as_much_for_thirty_parties_as_for_one(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    address, mosque_id = room(activity), make_faith_based("Moskéen i Eksempelgade").id
    client.post(f"{address}/parties/{make_party(activity, 1, name='Ane Testesen').id}", data=tap(heads=1))
    client.get(address)  # whoever is logged in has been read
    with statements() as few:
        client.get(address)
    for number in range(29):
        party = make_party(activity, number + 1, association_id=mosque_id if number % 2 else None)
        client.post(f"{address}/parties/{party.id}", data=tap(heads=1))
    client.get(address)
    with statements() as many:
        page = client.get(address).text
    assert page.count('class="room-row') == 31
    assert len(few) == len(many)
    assert len(many) < 15
