"""Activity types and audiences are data that administrators keep."""

from collections.abc import Iterator

import pytest

from portal.accounts.rules import Role
from portal.activities.models import ActivityType, Audience
from portal.database import db, writing
from tests.make import audience_of, log_in, type_of
from tests.page import PageClient


@pytest.fixture
def _nothing_left() -> Iterator[None]:
    """Types and audiences stay as they were for the other tests."""
    yield
    with writing() as session:
        session.execute(db.delete(ActivityType).where(ActivityType.position > 13))
        session.execute(db.delete(Audience).where(Audience.position > 15))


TYPE = {
    "name_da": "Debatcafé", "name_en": "Debate café", "other_names": "Debat\n\n Café ", "audience": "", "mode": "open",
    "visibility": "public", "minutes": "90", "capacity": "", "max_heads": "4", "retention_days": "14", "active": "y",
}  # fmt: skip


@pytest.mark.usefixtures("_nothing_left")
def test_types_are_data(client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    assert client.get("/da/staff/types").status_code == 200
    assert client.get("/da/staff/types/new").status_code == 200
    assert client.post("/da/staff/types/new", data=TYPE).status_code == 303
    made = type_of("debate_cafe")
    assert (made.other_names, made.retention_days, made.asks_name, made.capacity) == ("Debat\nCafé", 14, False, None)
    answer = client.post("/da/staff/types/new", data=TYPE)
    assert answer.status_code == 422
    assert "name_da-error" in answer.text
    number = made.id
    assert client.get(f"/da/staff/types/{number}/edit").status_code == 200
    changed = {**TYPE, "name_en": "Debate evening", "active": ""}
    del changed["active"]
    assert client.post(f"/da/staff/types/{number}/edit", data=changed).status_code == 303
    db.session.expire_all()
    assert (type_of("debate_cafe").name_en, type_of("debate_cafe").active) == ("Debate evening", False)
    assert "Debate evening" not in client.get("/en/activities").text
    assert client.get("/da/staff/types/99999999999999/edit").status_code == 404


@pytest.mark.usefixtures("_nothing_left")
def test_audiences_are_data(client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    assert client.get("/da/staff/audiences").status_code == 200
    assert client.get("/da/staff/audiences/new").status_code == 200
    sent = {
        "name_da": "Bibliotekarer",
        "name_en": "Librarians",
        "group": "professionals",
        "professional_group": "y",
        "active": "y",
    }
    assert client.post("/da/staff/audiences/new", data=sent).status_code == 303
    made = audience_of("librarians")
    assert made.professional_group
    assert client.get(f"/da/staff/audiences/{made.id}/edit").status_code == 200
    assert client.post(f"/da/staff/audiences/{made.id}/edit", data={**sent, "group": "x"}).status_code == 422
    assert (
        client.post(f"/da/staff/audiences/{made.id}/edit", data={**sent, "name_en": "Library staff"}).status_code == 303
    )
    db.session.expire_all()
    assert audience_of("librarians").name_en == "Library staff"


@pytest.mark.parametrize(
    "change",
    [
        {"name_da": ""},
        {"name_en": "x" * 81},
        {"minutes": "ca. 90"},
        {"max_heads": "0"},
        {"mode": "x"},
        {"audience": "999"},
    ],
)
def test_bad_types(client: PageClient, change: dict[str, str]) -> None:
    log_in(client, Role.ADMINISTRATOR)
    answer = client.post("/en/staff/types/new", data={**TYPE, **change})
    assert answer.status_code == 422
    assert f"{next(iter(change))}-error" in answer.text


def test_types_are_for_administrators(client: PageClient) -> None:
    log_in(client)
    assert client.get("/da/staff/types").status_code == 403
    assert client.get("/da/staff/audiences").status_code == 403
