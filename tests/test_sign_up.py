"""Signing up: as people do it, on both databases."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.rules import Role
from portal.activities.rules import State, Visibility
from portal.associations.models import Association
from portal.database import db, writing
from portal.registrations.models import Registration
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import CLASS, path_of, sent


def test_a_teacher_books_for_a_class_and_gets_a_page_and_a_mail(client: PageClient) -> None:
    activity = make_activity()
    page = client.get(f"/da/activities/{activity.id}/sign-up")
    assert "submission" in page.text
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data=CLASS)
    assert answer.status_code == 303
    shown = client.get(answer.headers["Location"])
    assert "24" in shown.text
    assert "Skolen, 8B" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    [mail] = sent()
    assert mail.kind == "confirmed"
    assert mail.recipient == "leyla@skole.example"
    link = re.search(r"https://portal\.example(/da/registrations/\S+)", mail.body_text or "")
    assert link
    assert client.get(link[1]).status_code == 200


def test_the_same_form_twice_registers_once(client: PageClient) -> None:
    activity = make_activity()
    data = {**CLASS, "submission": str(uuid.uuid4())}
    first = client.post(f"/da/activities/{activity.id}/sign-up", data=data)
    again = client.post(f"/da/activities/{activity.id}/sign-up", data=data)
    assert first.headers["Location"] == again.headers["Location"]
    assert db.session.scalar(select(func.count(Registration.id))) == 1
    assert len(sent()) == 1


def test_a_form_filled_in_anew_after_going_back_is_not_lost(client: PageClient) -> None:
    activity = make_activity()
    data = {**CLASS, "heads": "10", "submission": str(uuid.uuid4())}
    client.post(f"/da/activities/{activity.id}/sign-up", data=data)
    second = {**data, "group": "Skolen, 9C", "email": "anden@skole.example"}
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data=second)
    assert answer.status_code == 422
    assert "Skolen, 9C" in answer.text
    assert "leyla@" not in answer.text
    fresh = re.findall(r'name="submission"[^>]*value="([^"]+)"', answer.text)[-1]  # the other is the language switch's
    again = client.post(f"/da/activities/{activity.id}/sign-up", data={**second, "submission": fresh})
    assert again.status_code == 303
    assert db.session.scalar(select(func.count(Registration.id))) == 2


def test_a_submission_number_of_another_activity_is_refused(client: PageClient) -> None:
    one, other = make_activity(), make_activity()
    data = {**CLASS, "submission": str(uuid.uuid4())}
    client.post(f"/da/activities/{one.id}/sign-up", data=data)
    answer = client.post(f"/da/activities/{other.id}/sign-up", data=data)
    assert answer.status_code == 422
    assert "Leyla Eksempelsen" in answer.text


@pytest.mark.parametrize("heads", ["0", "10000", "-1", "ca. 25", "", "２4"])
def test_impossible_heads_get_a_message_and_nothing_is_lost(client: PageClient, heads: str) -> None:
    activity = make_activity()
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data={**CLASS, "heads": heads})
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert "Leyla Eksempelsen" in answer.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 10_000),
        ("name", "Leyla 010190-1234"),
        ("group", "8B 0101901234"),
        ("access_needs", "cpr 01.01.90 1234"),
        ("phone", "010190-1234"),
        ("email", "ikke en adresse"),
        ("phone", "12"),
        ("age_band", "made-up"),
        ("language", "xx"),
    ],
)
def test_bad_fields_are_refused_beside_the_field(client: PageClient, field: str, value: str) -> None:
    activity = make_activity()
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data={**CLASS, field: value})
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert "8B" in answer.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_characters_that_cannot_be_stored_are_left_out(client: PageClient) -> None:
    activity = make_activity()
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data={**CLASS, "name": "Ley\x00la\x07"})
    assert answer.status_code == 303
    assert db.session.scalars(select(Registration.name)).one() == "Leyla"


def test_one_way_of_contact_is_enough_and_needed(client: PageClient) -> None:
    activity = make_activity()
    without = {**CLASS, "email": ""}
    assert client.post(f"/da/activities/{activity.id}/sign-up", data=without).status_code == 422
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data={**without, "phone": "33 66 33 66"})
    assert answer.status_code == 303
    assert db.session.scalars(select(Registration.phone)).one() == "+4533663366"
    assert sent() == []


def test_a_parents_evening_asks_for_no_name_and_needs_no_contact(client: PageClient) -> None:
    activity = make_activity("parent_activity")
    page = client.get(f"/da/activities/{activity.id}/sign-up")
    assert 'name="name"' not in page.text
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data={"heads": "2", "language": "da"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "values",
    [
        {"state": State.DRAFT},
        {"visibility": Visibility.CLOSED},
        {"visibility": Visibility.UNLISTED},
    ],
)
def test_what_is_not_shown_cannot_be_signed_up_for(client: PageClient, values: dict[str, object]) -> None:
    activity = make_activity(**values)
    assert client.get(f"/da/activities/{activity.id}/sign-up").status_code == 404
    assert client.post(f"/da/activities/{activity.id}/sign-up", data=CLASS).status_code == 404


def test_an_unlisted_activity_takes_sign_ups_by_its_key(client: PageClient) -> None:
    activity = make_activity(visibility=Visibility.UNLISTED)
    assert client.post(f"/da/activities/{activity.id}/sign-up?key=unlisted-key", data=CLASS).status_code == 303


@pytest.mark.parametrize(
    "values",
    [
        {"state": State.CALLED_OFF},
        {"starts_at": "past"},
        {"deadline": "past"},
        {"mode": "open"},
        {"mode": "arranged"},
    ],
)
def test_closed_sign_up_says_why_and_keeps_what_was_typed(client: PageClient, values: dict[str, object]) -> None:
    past = clock.now() - timedelta(hours=1)
    activity = make_activity(**{k: past if v == "past" else v for k, v in values.items()})
    assert client.get(f"/da/activities/{activity.id}/sign-up").status_code == 200
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data=CLASS)
    assert answer.status_code == 422
    assert "Leyla Eksempelsen" in answer.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


@pytest.mark.parametrize("token", ["x", "IjEyMyI.bad", "%00", "a" * 5000])
@pytest.mark.parametrize("page", ["registrations/{}", "offers/{}"])
def test_an_unknown_token_is_not_found(client: PageClient, token: str, page: str) -> None:
    assert client.get("/da/" + page.format(token)).status_code == 404
    assert client.post(f"/da/registrations/{token}/cancel").status_code == 404
    assert client.post(f"/da/registrations/{token}/heads", data={"heads": "2"}).status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_a_made_up_activity_number_is_not_found(client: PageClient, number: str) -> None:
    assert client.get(f"/da/activities/{number}/sign-up").status_code == 404
    assert client.post(f"/da/activities/{number}/sign-up", data=CLASS).status_code == 404


def test_a_second_party_from_one_address_is_told_in_the_mailbox_only(client: PageClient) -> None:
    activity = make_activity()
    pages = []
    for group in ("8A", "8B"):
        answer = client.post(f"/da/activities/{activity.id}/sign-up", data={**CLASS, "heads": "10", "group": group})
        pages.append(client.get(answer.headers["Location"]).text)
    strip = [re.sub(r'8[AB]|registrations/[^"/]+|value="[^"]+"|offers/[^"/]+', "", page) for page in pages]
    assert strip[0] == strip[1]
    first, second = sent()
    assert "samme aktivitet" in (second.body_text or "") or "another registration" in (second.body_text or "")
    assert "another registration" not in (first.body_text or "")


def test_an_association_is_recognised_by_its_name_and_can_be_added(client: PageClient) -> None:
    with writing() as session:
        session.add(Association(name="Kvindenetværket Kanelblomst", search_name="kvindenetvaerket kanelblomst",
                                created_at=clock.now()))  # fmt: skip
    activity = make_activity("forum_meeting")
    data = {"association": "KVINDENETVAERKET  kanelblomst", "heads": "2", "email": "kontakt@kanelblomst.example",
            "language": "da"}  # fmt: skip
    assert client.post(f"/da/activities/{activity.id}/sign-up", data=data).status_code == 303
    data["association"] = "Madklubben Lange Borde"
    assert client.post(f"/da/activities/{activity.id}/sign-up", data=data).status_code == 303
    known, unknown = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert known.association_id
    assert unknown.association_id is None
    log_in(client, Role.STAFF)
    assert client.post(f"/da/staff/registrations/{unknown.id}/association").status_code == 303
    db.session.expire_all()
    assert unknown.association is not None
    assert unknown.association.name == "Madklubben Lange Borde"


@pytest.mark.parametrize("field", ["name", "email", "phone", "heads", "access_needs", "submission", "language"])
def test_a_file_in_a_text_field_is_as_good_as_nothing(client: PageClient, field: str) -> None:
    activity = make_activity()
    data = {**CLASS, field: (io.BytesIO(b"x"), "x.txt")}
    answer = client.post(f"/da/activities/{activity.id}/sign-up", data=data, content_type="multipart/form-data")
    assert answer.status_code in {303, 422}


def test_the_other_language_keeps_what_was_typed(client: PageClient) -> None:
    activity = make_activity()
    url = f"/da/activities/{activity.id}/sign-up"
    refused = client.post(url, data={**CLASS, "heads": "ca. 25"})
    assert f'action="/en/activities/{activity.id}/sign-up"' in refused.text
    english = client.post(url.replace("/da/", "/en/"), data={**CLASS, "language_only": "1"})
    assert english.status_code == 422
    assert 'lang="en"' in english.text
    assert "Leyla Eksempelsen" in english.text
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_whoever_signed_a_stranger_up_cannot_flood_the_mailbox(client: PageClient) -> None:
    activity = make_activity(capacity=100)
    client.post(f"/da/activities/{activity.id}/sign-up", data={**CLASS, "email": "fremmed@skole.example"})
    registration = db.session.scalars(select(Registration)).one()
    path = f"{path_of(registration)}/heads"
    answers = [client.post(path, data={"heads": str(10 + each % 2)}).status_code for each in range(25)]
    assert answers == [303] * 20 + [429] * 5
    assert len(sent("heads_changed")) == 20
