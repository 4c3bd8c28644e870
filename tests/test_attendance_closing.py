"""Closing a count, correcting it, and what stays: through the pages, on both databases."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.rules import Role
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.attendance import service
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.errors import RuleError
from tests.count import closings, counts, make_party, statements, tap
from tests.make import audience_of, log_in, make_activity
from tests.page import PageClient


def address(activity: Activity, page: str = "close") -> str:
    return f"/en/staff/activities/{activity.id}/count/{page}"


def typed(activity: Activity, heads: object = 31, **values: object) -> dict[str, str]:
    """What the closing form sends."""
    given = {f"final_{activity.audience_id}": heads, "method": "list", "seen": 0, "form_id": uuid.uuid4(), **values}
    return {name: str(value) for name, value in given.items()}


def test_a_count_is_closed_with_what_the_room_says(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    activity = make_activity(starts_at=noon - timedelta(minutes=30))
    party = make_party(activity, 24)
    room = f"/en/staff/activities/{activity.id}/count"
    client.post(f"{room}/parties/{party.id}", data=tap(heads=22))
    client.post(f"{room}/walk-ins/{activity.audience_id}", data=tap(step=3))
    page = client.get(address(activity)).text
    assert re.search(rf'name="final_{activity.audience_id}"[^>]*value="25"', page)
    answer = client.post(address(activity), data=typed(activity, 25))
    assert answer.status_code == 303
    receipt = client.get(answer.headers["Location"]).text
    for text in (
        "The count is closed: 25.",
        "25 persons",
        "Ticked off on the list",
        user.name,
        "18 November 2026, 12:00",
    ):
        assert text in receipt
    [closing] = closings()
    assert (closing.number, closing.newest, closing.method, closing.heads) == (1, True, Method.LIST, 25)
    assert (closing.closed_by_id, closing.closed_at, closing.reason) == (user.id, noon, "")
    page = client.get(room).text
    assert "The count is closed: 25." in page
    assert 'class="tap' not in page


def test_a_closed_count_takes_no_more_taps(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 2)
    room = f"/en/staff/activities/{activity.id}/count"
    early = tap(heads=2)
    client.post(f"{room}/parties/{party.id}", data=early)
    client.post(address(activity), data=typed(activity, 2))
    before = counts()
    for page, late in ((f"parties/{party.id}", tap(heads=1)), (f"walk-ins/{activity.audience_id}", tap(step=1))):
        answer = client.post(f"{room}/{page}", data=late)
        assert answer.status_code == 409
        assert "The count is closed. Correct it instead." in answer.text
        answer = client.post(f"{room}/{page}", data=late, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["key"]) == (409, "closed")
    again = client.post(f"{room}/parties/{party.id}", data=early, headers={"Accept": "application/json"})
    assert again.status_code == 200, "a tap that came before the closing is not refused when it is sent again"
    assert again.get_json()["closed"] is True
    assert counts() == before


def test_a_correction_keeps_the_old_figure_who_and_why(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    client.post(address(activity), data=typed(activity, 31))
    page = client.get(address(activity)).text
    assert "Correct the count" in page
    assert "No names, please." in page
    answer = client.post(address(activity), data=typed(activity, 33, seen=1, method="group_leader", reason=" "))
    assert answer.status_code == 422
    assert "Write why it is corrected." in answer.text
    assert re.search(r'name="final_\d+"[^>]*value="33"', answer.text)
    for reason, message in (
        ("010203-1234 var her", "We never store those"),
        ("x" * 301, "At most 300 characters"),
    ):
        answer = client.post(address(activity), data=typed(activity, 33, seen=1, reason=reason))
        assert answer.status_code == 422
        assert message in answer.text
    data = typed(activity, 33, seen=1, method="group_leader", reason="Lederen sendte sit tal")
    assert client.post(address(activity), data=data).status_code == 303
    first, second = closings()
    assert (first.number, first.newest, first.heads, first.method) == (1, False, 31, Method.LIST)
    assert (second.number, second.newest, second.heads, second.method) == (2, True, 33, Method.GROUP_LEADER)
    assert second.reason == "Lederen sendte sit tal"
    receipt = client.get(address(activity, "history")).text
    assert receipt.index("33 persons") < receipt.index("31 persons")
    assert "Lederen sendte sit tal" in receipt
    holding = select(Count).join(Closing).where(Closing.newest, Count.kind == CountKind.FINAL)
    assert [count.heads for count in db.session.scalars(holding)] == [33]


@pytest.mark.parametrize("heads", ["-1", "10000", "5001", "ca. 25", "", " ", "2.5"])
def test_bad_figures_are_told_beside_the_field_and_nothing_is_lost(
    client: PageClient, noon: datetime, heads: str
) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    with writing():
        db.session.merge(activity).other_audiences.append(audience_of("parents"))
    data = typed(activity, heads, method="estimate") | {f"final_{audience_of('parents').id}": "7"}
    answer = client.post(address(activity), data=data)
    assert answer.status_code == 422
    assert f'id="final_{activity.audience_id}-error"' in answer.text
    assert "Write a whole number from 0 to 5,000" in answer.text.replace("5000", "5,000")
    assert re.search(rf'name="final_{audience_of("parents").id}"[^>]*value="7"', answer.text)
    assert re.search(r'value="estimate"[^>]* checked', answer.text)
    assert closings() == []


def test_a_closing_needs_a_method_a_person_can_use(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    for method in ("", "import", "guess"):
        assert client.post(address(activity), data=typed(activity, method=method)).status_code == 422
    assert client.post(address(activity), data={}).status_code == 422
    assert client.post(address(activity), data=typed(activity, form_id="forged")).status_code == 422
    assert closings() == []


def test_a_count_is_not_closed_before_the_activity_begins(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon + timedelta(minutes=5))
    assert "You can close the count when the activity has begun." in client.get(address(activity)).text
    answer = client.post(address(activity), data=typed(activity))
    assert answer.status_code == 422
    assert "cannot be closed before the activity begins, Wednesday 18 November 2026, 12:05" in answer.text
    assert closings() == []
    with pytest.raises(RuleError, match="not_started"):
        service.close_count(activity.id, {activity.audience_id: 4}, Method.IMPORT, actor=None, now=noon)


def test_the_same_form_twice_closes_once(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    data = typed(activity)
    assert [client.post(address(activity), data=data).status_code for _time in range(5)] == [303] * 5
    assert len(closings()) == 1
    correction = typed(activity, 32, seen=1, reason="talt om")
    assert [client.post(address(activity), data=correction).status_code for _time in range(5)] == [303] * 5
    assert [closing.heads for closing in closings()] == [31, 32]


def test_figures_of_an_audience_that_was_taken_off_stay(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    parents = audience_of("parents")
    with writing():
        db.session.merge(activity).other_audiences.append(parents)
    client.post(f"/en/staff/activities/{activity.id}/count/walk-ins/{parents.id}", data=tap(step=3))
    with writing():
        db.session.merge(activity).other_audiences.clear()
    data = typed(activity, 1) | {f"final_{parents.id}": "3"}
    assert client.post(address(activity), data=data).status_code == 303
    assert closings()[0].heads == 4


def test_wrong_final_figures_are_refused_by_the_service(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=noon)
    draft = make_activity(starts_at=noon, state=State.DRAFT)
    parents = audience_of("parents").id
    main = activity.audience_id
    cases: list[tuple[int, dict[int, int], str]] = [
        (activity.id, {}, "no_figures"),
        (activity.id, {parents: 3}, "unknown_audience"),
        (activity.id, {main: 5001}, "bad_heads"),
        (activity.id, {main: -1}, "bad_heads"),
        (draft.id, {main: 3}, "draft"),
        (999_999, {main: 3}, "unknown_activity"),
    ]
    for activity_id, final, key in cases:
        with pytest.raises(RuleError, match=key):
            service.close_count(activity_id, final, Method.LIST, actor=None, now=noon)
    service.close_count(activity.id, {main: 0}, Method.LIST, actor=None, now=noon)
    with pytest.raises(RuleError, match="reason"):
        service.close_count(activity.id, {main: 1}, Method.LIST, actor=None, now=noon)
    assert [closing.heads for closing in closings()] == [0]


def test_a_facilitator_closes_their_own(client: PageClient, noon: datetime) -> None:
    user = log_in(client, Role.FACILITATOR)
    activity = make_activity(starts_at=noon)
    with writing():
        db.session.merge(activity).facilitators.append(user)
    assert client.post(address(activity), data=typed(activity)).status_code == 303
    assert closings()[0].closed_by_id == user.id


def test_the_history_asks_as_much_for_ten_closings_as_for_one(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    activity = make_activity(starts_at=noon)
    page, activity_id, main = address(activity, "history"), activity.id, activity.audience_id
    lengths = []
    for upto in (1, 10):
        for number in range(len(closings()), upto):
            service.close_count(activity_id, {main: number}, Method.LIST, reason="om", actor=user, now=noon)
        client.get(page)  # whoever is logged in has been read
        db.session.expire_all()
        with statements() as seen:
            client.get(page)
        lengths.append(len(seen))
    assert lengths[0] == lengths[1]


def test_one_closing_holds_and_the_database_says_so(app: Flask) -> None:
    activity, other = make_activity(), make_activity()

    def closing(number: int, newest: bool, of: Activity = activity) -> Closing:
        return Closing(activity_id=of.id, number=number, newest=newest, method=Method.LIST, closed_at=of.ends_at)

    with writing() as session:
        session.add_all([closing(1, False), closing(2, False), closing(3, True), closing(1, True, other)])
    with pytest.raises(IntegrityError), writing() as session:
        session.add(closing(4, True))


def test_a_reason_with_a_cpr_number_is_refused(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    client.post(address(activity), data=typed(activity))
    answer = client.post(
        address(activity), data=typed(activity, 32, seen=1, reason="Det var 010203-1234, som manglede")
    )
    assert answer.status_code == 422
    assert "civil registration (CPR) number" in answer.text
    assert [closing.heads for closing in closings()] == [31]
