"""The room refuses: bad heads and steps, forged ids, those who may not count."""

import uuid
from datetime import datetime

import pytest

from portal.activities.rules import State
from portal.registrations.rules import Standing
from tests.count import counts, make_party, tap
from tests.make import audience_of, log_in, make_activity
from tests.page import PageClient
from tests.test_attendance_room import JSON, room


def test_an_id_that_stands_for_another_tap_is_refused(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity, other = make_activity(starts_at=noon), make_activity(starts_at=noon)
    first, second = make_party(activity, 2), make_party(activity, 3)
    used = tap(heads=2)
    client.post(f"{room(activity)}/parties/{first.id}", data=used)
    elsewhere = make_party(other, 2)
    for address in (f"{room(activity)}/parties/{second.id}", f"{room(other)}/parties/{elsewhere.id}"):
        assert client.post(address, data=used, headers=JSON).status_code == 422
    answer = client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data={**used, "step": "1"})
    assert answer.status_code == 422
    for bad in ("", "1", "x" * 5000, "00000000-0000-0000-0000-00000000000g"):
        assert (
            client.post(f"{room(activity)}/parties/{first.id}", data={"heads": "1", "count_id": bad}).status_code == 422
        )
    assert counts() == 1


@pytest.mark.parametrize("typed", ["-1", "10000", "501", "ca. 25", "", "2.5", "１２", "9" * 5000])
def test_bad_heads_are_told_beside_the_field_and_kept(client: PageClient, noon: datetime, typed: str) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 24, group_name="Klub Fjerde Time")
    answer = client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=typed))
    assert answer.status_code == 422
    assert "Write a whole number from 0 to 500." in answer.text
    assert f'aria-describedby="party-{party.id}-fault" value="{typed[:20]}"' in answer.text
    assert counts() == 0
    answer = client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=typed), headers=JSON)
    assert answer.status_code == 422
    assert answer.get_json()["message"] == "Write a whole number from 0 to 500."


@pytest.mark.parametrize("typed", ["0", "51", "-51", "", "one"])
def test_bad_steps_are_refused(client: PageClient, noon: datetime, typed: str) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    answer = client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=typed))
    assert answer.status_code == 422
    assert "Write a whole number from 1 to 50." in answer.text
    assert counts() == 0


def test_forged_ids_are_not_found(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity, other = make_activity(starts_at=noon), make_activity(starts_at=noon)
    elsewhere = make_party(other, 2)
    waiting = make_party(activity, 2, standing=Standing.WAITING)
    elder = audience_of("parents")
    assert elder.id != activity.audience_id
    for address in (
        f"{room(activity)}/parties/{elsewhere.id}",
        f"{room(activity)}/parties/{waiting.id}",
        f"{room(activity)}/parties/999999",
        f"{room(activity)}/parties/99999999999999999999",
        f"{room(activity)}/walk-ins/{elder.id}",
        f"{room(activity)}/walk-ins/99999999999999999999",
        "/en/staff/activities/99999999999999999999/count/parties/1",
        "/en/staff/activities/999999/count/walk-ins/1",
    ):
        assert client.post(address, data=tap(heads=1, step=1)).status_code == 404, address
        assert client.post(address, data=tap(heads=1, step=1), headers=JSON).status_code == 404, address
    assert client.get("/en/staff/activities/99999999999999999999/count").status_code == 404
    assert counts() == 0


def test_nobody_counts_without_logging_in(client: PageClient, noon: datetime) -> None:
    activity = make_activity(starts_at=noon)
    for address in (room(activity), room(activity) + "/close", room(activity) + "/history"):
        assert client.get(address).status_code == 302
    assert client.post(f"{room(activity)}/walk-ins/{activity.audience_id}", data=tap(step=1)).status_code == 302
    assert counts() == 0


@pytest.mark.parametrize(("state", "text"), [(State.DRAFT, "draft"), (State.CALLED_OFF, "called off")])
def test_drafts_and_called_off_activities_are_not_counted(
    client: PageClient, noon: datetime, state: State, text: str
) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon, state=state)
    party = make_party(activity, 2)
    page = client.get(room(activity))
    assert page.status_code == 200
    assert text in page.text
    assert 'class="tap' not in page.text
    answer = client.post(f"{room(activity)}/parties/{party.id}", data=tap(heads=2))
    assert answer.status_code == 422
    assert text in answer.text
    assert client.get(room(activity) + "/close").status_code == 302
    assert counts() == 0


def test_a_device_must_show_the_sessions_token(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    page, address = room(activity), f"{room(activity)}/walk-ins/{activity.audience_id}"
    assert client.post(address, data=tap(step=1), headers=JSON, csrf=False).status_code == 400
    token = client.get(page, headers=JSON).get_json()["csrf"]
    sent = client.post(address, data=tap(step=1), headers={**JSON, "X-CSRFToken": token}, csrf=False)
    assert sent.status_code == 200
    assert counts() == 1


def test_the_language_link_of_a_refused_tap_leads_to_the_room(client: PageClient, noon: datetime) -> None:
    log_in(client)
    activity = make_activity(starts_at=noon)
    party = make_party(activity, 24)
    answer = client.get(f"{room(activity, 'da')}/parties/{party.id}")
    assert answer.headers["Location"] == room(activity, "da")
    assert uuid.UUID(tap()["count_id"])
