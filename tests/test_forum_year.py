"""Planning the forum's year: days that make sense, and every meeting or none."""

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.config import PROJECT
from portal.database import db
from portal.forum.models import AgendaItem
from portal.forum.queries import agenda_of, forum_meetings
from portal.forum.rules import suggested_days, usual_weekday
from portal.forum.year import suggest_days
from tests.forum import make_meeting
from tests.make import log_in
from tests.page import PageClient

THERE = "/da/staff/forum/plan-year"
TYPED: dict[str, Any] = {
    "title_da": "Medborgerforum", "title_en": "Citizens’ forum", "starts": "17.00", "ends": "19.00",
    "venue": "Rådhuset", "max_heads": "4", "capacity": "25", "start_from": "ordinary",
    "day_1": "2027-01-21", "day_2": "2027-04-15", "day_3": "2027-09-16", "day_7": "2027-11-18",
}  # fmt: skip


def rows() -> tuple[int, int]:
    """How many activities and points on agendas there are."""
    return (
        db.session.scalar(select(func.count(Activity.id))) or 0,
        db.session.scalar(select(func.count(AgendaItem.id))) or 0,
    )


def test_days_are_spread_over_the_year() -> None:
    thursdays = [date(2016, 10, 6), date(2017, 1, 12), date(2017, 6, 6)]
    assert usual_weekday(thursdays) == 3
    assert usual_weekday([]) == 3
    closed = {date(2027, 3, 25)}
    for number in range(1, 11):
        days = suggested_days(2027, number, 3, not_before=date(2026, 12, 2), closed=closed)
        assert len(days) == number
        assert days == sorted(set(days))
        assert all(day.weekday() == 3 and day.month != 7 and day not in closed for day in days)
        gaps = [(after - before).days for before, after in pairwise(days)]
        assert not gaps or max(gaps) - min(gaps) <= 42, "spread evenly, but for July"
    assert suggested_days(2026, 4, 3, not_before=date(2026, 12, 8)) == []
    assert suggested_days(2026, 4, 3, not_before=date(2026, 11, 20)) == [date(2026, 11, 26), date(2026, 12, 3)]


def test_the_form_starts_from_the_latest_meeting(client: PageClient, noon: datetime) -> None:
    log_in(client)
    page = client.get(THERE).text
    assert page.count('value="2027-') == 4, "from September on, next year"
    make_meeting(datetime(2026, 10, 6, 14, 30, tzinfo=UTC), venue="Beboerhuset")  # a Tuesday
    page = client.get(f"{THERE}?year=2027&meetings=6").text
    assert 'value="Beboerhuset"' in page
    assert 'value="16:30"' in page
    assert page.count('value="2027-') == 6
    assert all(day.weekday() == 1 for day in suggest_days(2027, 6, now=noon))
    for nonsense in ("?year=x&meetings=-3", "?year=1999&meetings=99", "?meetings="):
        assert client.get(THERE + nonsense).status_code == 200


def test_the_year_is_planned_in_one_go(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    answer = client.post(THERE, data=TYPED)
    assert answer.status_code == 303
    made = forum_meetings("coming", noon).items
    assert [clock.local(each.starts_at).isoformat()[:16] for each in made] == [
        "2027-01-21T17:00", "2027-04-15T17:00", "2027-09-16T17:00", "2027-11-18T17:00",
    ]  # fmt: skip
    assert {each.state for each in made} == {State.DRAFT}
    assert len({each.series_id for each in made}) == 1
    assert made[0].series is not None
    assert not made[0].series.same_group
    assert {(each.registers_at_id, each.contact_id, each.max_heads) for each in made} == {(None, user.id, 4)}
    agendas = [[item.title_da for item in agenda_of(each.id)] for each in made]
    assert len(agendas[0]) == 7
    assert all(agenda == agendas[0] for agenda in agendas)
    assert client.post(THERE, data=TYPED).status_code == 422, "the same year twice is refused"
    assert rows() == (4, 28)
    page = client.get("/en/staff/forum").text
    assert page.count("agenda not published") == 4


def test_every_meeting_or_none(client: PageClient, noon: datetime) -> None:
    log_in(client)
    make_meeting(datetime(2027, 9, 16, 7, tzinfo=UTC))
    before = rows()
    for wrong, field in (
        ({}, "day_3"),  # there is a meeting that day
        ({"day_3": "2027-01-21"}, "day_3"),
        ({"day_3": "18.11.2026"}, "day_3"),
        ({"day_3": "2027-02-30"}, "day_3"),
        ({"day_3": "2027-9-17", "ends": "17.00"}, "ends"),
        ({"day_3": "", "max_heads": "26"}, "max_heads"),
        ({"day_3": "", "start_from": "x"}, "start_from"),
        ({"day_3": "", "district": "99999999999"}, "district"),
        ({"day_3": "", "title_da": "", "title_en": ""}, "title_da"),
        ({"day_1": "", "day_2": "", "day_3": "", "day_7": ""}, "day_1"),
        ({"day_3": "", "title_da": "010190-1234"}, "title_da"),
    ):
        answer = client.post(THERE, data={**TYPED, **wrong})
        assert answer.status_code == 422, wrong
        assert f'id="{field}-error"' in answer.text, wrong
        assert 'value="2027-04-15"' in answer.text or wrong.get("day_2") == ""
        assert rows() == before
    assert client.post(THERE, data={**TYPED, "day_3": "", "publish": "1"}).status_code == 303
    published = [each for each in forum_meetings("coming", noon).items if each.series_id]
    assert {each.state for each in published} == {State.PUBLISHED}
    assert len(published) == 3


@pytest.mark.parametrize("lang", ["da", "en"])
def test_standard_agendas_are_whole_in_both_languages(lang: str) -> None:
    found = json.loads((PROJECT / "portal/data/agendas.json").read_text(encoding="utf-8"))
    assert [(each["key"], len(each["items"])) for each in found] == [
        ("ordinary", 7), ("theme", 6), ("annual", 7), ("extraordinary", 6),
    ]  # fmt: skip
    assert all(each[f"name_{lang}"] and all(item[f"title_{lang}"] for item in each["items"]) for each in found)
    assert max(len(item[f"title_{lang}"]) for each in found for item in each["items"]) <= 200
