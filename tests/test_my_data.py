"""An association sees everything that is stored about it: a row in every table that leads to it, each value shown."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Date, Enum, Integer, LargeBinary, String, Table, select

from portal.accounts.rules import Role
from portal.associations.models import Association
from portal.database import Base, db, writing
from portal.log.models import Event
from portal.log.service import note
from portal.privacy.association_data import SECRETS, SHARED, reach
from portal.registrations.service import sign_up
from tests.associations import enter_as, make_association
from tests.conftest import REFERENCE
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
OURS = "kontakt@kanelblomst.example"
# What a check or the meaning asks for, where the first thing of its type would not do.
FITTING: dict[tuple[str, str], Any] = {
    ("activity", "ends_at"): NOW.replace(hour=13),
    ("activity", "registers_at_id"): None,
    ("registration", "offer_expires_at"): None,
    ("registration", "email"): OURS,
    ("contact", "email"): OURS,
    ("count", "closing_id"): None,
    ("enquiry", "email"): OURS,
    ("association", "language"): "da",
    ("calendar_feed", "user_id"): None,
    ("mailing", "query"): "",
}


def marker(table: Table, column: Any) -> str:
    """A text that is found nowhere else; as long as the column may be."""
    longest = column.type.length or 100
    text = f"{table.name}.{column.name}"
    return text if len(text) <= longest else text.replace("_", "")[-longest:]


def full_row(table: Table, ids: dict[str, Any]) -> dict[str, Any]:
    """A row with something in every column; keys point to the row made before."""
    values: dict[str, Any] = {}
    for column in table.columns:
        key = (table.name, column.name)
        if key in FITTING:
            values[column.name] = FITTING[key]
        elif column.foreign_keys:
            [target] = column.foreign_keys
            values[column.name] = ids.get(target.column.table.name)
        elif column.primary_key and isinstance(column.type, Integer):
            continue
        elif isinstance(column.type, Enum):
            values[column.name] = column.type.enum_class(column.type.enums[0])  # type: ignore[misc]
        elif isinstance(column.type, Boolean):
            values[column.name] = True
        elif isinstance(column.type, Integer):
            values[column.name] = 1
        elif isinstance(column.type, Date):
            values[column.name] = date(2026, 11, 18)
        elif isinstance(column.type, LargeBinary):
            values[column.name] = b"x"
        elif isinstance(column.type, String):
            values[column.name] = marker(table, column)
        else:
            values[column.name] = NOW
    return values


def fill_every_table() -> dict[str, dict[str, Any]]:
    """A row in each table, tied together; what was put in, by table."""
    ids: dict[str, Any] = {}
    put: dict[str, dict[str, Any]] = {}
    with writing() as session:
        for table in Base.metadata.sorted_tables:
            [first, *_rest] = table.primary_key.columns
            known = session.execute(select(first).order_by(first).limit(1)).scalar()
            if table.name in REFERENCE and known is not None:
                ids[table.name] = known
                continue
            put[table.name] = full_row(table, ids)
            made = session.execute(table.insert().values(**put[table.name])).inserted_primary_key
            ids[table.name] = made[0] if made else None
    return put


def test_every_value_of_every_table_is_on_the_page_and_in_the_file(client: PageClient) -> None:
    put = fill_every_table()
    association = db.session.scalars(select(Association)).one()
    ways = reach(association.id)
    assert {"contact", "access_link", "count", "enquiry_note", "rating", "upload_row", "log_entry"} <= set(ways)
    enter_as(client, association)
    page = client.get("/en/my-association/stored").text
    answer = client.get("/en/my-association/stored/download")
    told = json.loads(answer.text)["tables"]
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert set(told) == set(ways)
    for name in ways:
        [row] = told[name]
        for column in Base.metadata.tables[name].columns:
            given = put[name].get(column.name)
            where = f"{name}.{column.name}"
            if column.name in SECRETS:
                assert given is None or row[column.name] == "a secret code", where
                assert given is None or (str(given) not in answer.text and str(given) not in page), where
            elif isinstance(given, str) and not isinstance(column.type, Enum):
                assert row[column.name] == given, where
                if name not in SHARED and column.name not in {"id", "body_html", "language"}:
                    assert given in page, where
            elif given is not None and column.name != "id":
                assert row[column.name] is not None, where
    assert told["charter_answer"][0]["recorded_by_id"] == "user.name"  # staff by name
    assert "user.name" in page
    assert "user.email" not in page


def test_links_in_mails_are_cut_where_their_secret_begins(client: PageClient) -> None:
    make_association()
    client.post("/da/my-association/login", data={"email": OURS})
    enter_as(client, db.session.scalars(select(Association)).one())
    for path in ("", "/download"):
        text = client.get(f"/en/my-association/stored{path}").text
        assert "https://portal.example/da/my-association/enter/…" in text
        assert "a secret code" in text


def test_nothing_of_others_is_there(client: PageClient) -> None:
    """Neither another association's rows at the same activity nor what people told about themselves."""
    ours = make_association()
    other = make_association("Lektiecaféen Blækhuset", "association", "valby", forum_since=date(2026, 1, 1))
    activity = make_activity("citizenship_class", partner_id=ours.id, capacity=50)
    teacher = {"name": "Leyla Eksempelsen", "access_needs": "Ramp at the door", "group_name": "8B"}
    given = {"association_name": ours.name, "submission": "1" * 32, **teacher}
    made = sign_up(activity.id, party(3, email="leyla@skole.example", **given), now=NOW)
    sign_up(activity.id, party(4, email="noor@blaekhuset.example", name="Noor Testesen", submission="2" * 32), now=NOW)
    with writing() as session:
        session.execute(
            Base.metadata.tables["registration"].update().values(association_id=other.id).where(
                Base.metadata.tables["registration"].c.id != made.id
            )
        )  # fmt: skip
        session.execute(
            Base.metadata.tables["registration"].update().values(association_id=ours.id).where(
                Base.metadata.tables["registration"].c.id == made.id
            )
        )  # fmt: skip
    enter_as(client, ours)
    for path in ("", "/download"):
        text = client.get(f"/en/my-association/stored{path}").text
        assert "told by the person who wrote it" in text
        for theirs in (*teacher.values(), "leyla@skole", "Noor Testesen", "noor@", other.name):
            assert theirs not in text, theirs


@pytest.mark.parametrize("lang", ["da", "en"])
def test_it_says_who_looked_and_when(client: PageClient, app: Flask, lang: str) -> None:
    association = make_association(name="Moskéforeningen Havnelyset", kind="faith")
    staff = app.test_client()
    user = log_in(staff, Role.STAFF)
    assert staff.get(f"/da/staff/associations/{association.id}").status_code == 200
    enter_as(client, association)
    page = client.get(f"/{lang}/my-association/stored").text
    assert page.count(user.name) == 1
    for event in Event:
        with writing() as session:
            note(session, event, now=NOW, actor=user, association_id=association.id, subject="cvr, email")
    page = client.get(f"/{lang}/my-association/stored?page=x").text
    page += client.get(f"/{lang}/my-association/stored?page=2").text
    assert page.count(user.name) == len(Event) + 1
    for event in Event:
        assert f">{event.value}<" not in page, "an event without words"


def test_the_page_asks_as_much_for_many_rows_as_for_one(client: PageClient) -> None:
    association = make_association()
    user = make_user()
    numbers = []
    for _ in range(2):
        with writing() as session:
            for _each in range(30):
                note(session, Event.WROTE, now=NOW, actor=user, association_id=association.id)
        enter_as(client, association)
        with count_queries() as counted:
            client.get("/en/my-association/stored")
        numbers.append(counted.number)
    assert numbers[0] == numbers[1]


def test_an_activity_is_named_in_the_readers_language_with_its_time(client: PageClient, noon: datetime) -> None:
    association = make_association()
    make_activity(title_da="Suppe i gården", title_en="Soup in the yard", partner_id=association.id)
    enter_as(client, association)
    danish, english = (client.get(f"/{lang}/my-association/stored").get_data(as_text=True) for lang in ("da", "en"))
    assert "Suppe i gården" in danish
    assert "Soup in the yard" not in danish
    assert "title da" not in danish
    assert "Soup in the yard" in english
    assert "Begynder" in danish
