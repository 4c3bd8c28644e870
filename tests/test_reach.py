"""Who we reach: sums that equal the figures elsewhere, gaps named in words, and who could host there."""

from datetime import date, datetime

from flask import Flask

from portal.activities.rules import AudienceGroup
from portal.associations.models import Association
from portal.database import writing
from portal.goals.figures import figures_of, key_figures
from portal.goals.reach import Sum, reach_of
from portal.goals.rules import CountingRule, Unit
from tests.associations import make_association
from tests.goals import YEAR, held, planned
from tests.make import district_of, log_in, make_activity
from tests.page import PageClient
from tests.queries import count_queries

PERIOD = (date(YEAR, 1, 1), date(YEAR, 12, 31))


def test_the_sums_are_the_figures_that_stand_elsewhere(app: Flask, noon: datetime) -> None:
    valby, bispebjerg = district_of("valby").id, district_of("bispebjerg").id
    held("dialogue_area", 3, 1, {"residents": 12, "young_people": 5}, district_id=valby)
    held("youth_workshop", 3, 2, {"young_people": 21, "parents": 0}, district_id=valby)
    held("parent_activity", 4, 1, {"parents": 9}, district_id=bispebjerg)
    held("staff_talk", 5, 1, {"case_workers": 30, "club_workers": 4})
    held("dialogue_area", 5, 2, {}, district_id=bispebjerg)  # held, and nobody came
    planned("dialogue_area", 12, 1, district_id=valby)
    make_activity("dialogue_area", noon.replace(year=2025), district_id=valby)
    reach = reach_of(YEAR)
    wanted = [(CountingRule(unit), *PERIOD) for unit in (Unit.ACTIVITIES, Unit.ATTENDANCES)]
    assert [reach.total.activities, reach.total.heads] == figures_of(wanted)
    assert reach.groups[AudienceGroup.PARENTS].heads == key_figures(*PERIOD)["parents"]
    assert sum(sum_.heads for sum_ in reach.groups.values()) == reach.total.heads
    assert sum(sum_.heads for _audience, sum_ in reach.audiences) == reach.total.heads
    rows = {row.district.key: row for row in reach.districts if row.district}
    assert (rows["valby"].total, rows["bispebjerg"].total) == (Sum(2, 38), Sum(2, 9))
    assert reach.elsewhere.total == Sum(1, 34)
    assert rows["valby"].groups[AudienceGroup.YOUNG_PEOPLE] == Sum(2, 26)
    assert rows["valby"].groups[AudienceGroup.PARENTS] == Sum()
    for row in (*reach.districts, reach.elsewhere):
        assert sum(sum_.heads for sum_ in row.groups.values()) == row.total.heads
    assert {"valby", "bispebjerg"}.isdisjoint(district.key for district in reach.missed_districts)
    assert len(reach.missed_districts) == len(reach.districts) - 2


def test_gaps_are_named_and_so_is_who_could_host(app: Flask, client: PageClient, noon: datetime) -> None:
    host = make_association("Beboerhuset Åbent Hus", district="valby", can_host=True)
    other = make_association("Ungdomsforeningen Papirdragen", "association", district="valby")
    closed = make_association("Klubben Er Lukket", district="valby", can_host=True, active=False)
    held("dialogue_area", 3, 1, {"residents": 12}, district_id=district_of("bispebjerg").id)
    make_activity("dialogue_area", noon.replace(year=2025))
    log_in(client)
    page = client.get("/en/staff/reach").text
    gaps = page.split("Not reached yet this year:")
    assert "Valby" in gaps[1].split("</p>")[0]
    assert "Bispebjerg" not in gaps[1].split("</p>")[0]
    assert "Parents" in gaps[2].split("</p>")[0]
    hosts = page.split('id="hosts"')[1]
    assert f'/en/staff/associations/{host.id}"' in hosts.split("<details>")[0]
    assert "Papirdragen" not in hosts.split("<details>")[0]
    assert f'/en/staff/associations/{other.id}"' in hosts.split("<details>")[1]
    assert closed.name not in page
    assert "12 attendances, 1 activity" in page
    assert "12 attendances, 1 activity" not in client.get("/en/staff/reach?year=2025").text
    for year in ("99999", "abc", "²026", "2031"):
        assert "Who we reach: 2026" in client.get("/en/staff/reach", query_string={"year": year}).text
    assert client.get("/da/staff/reach").status_code == 200


def test_as_many_queries_for_one_activity_as_for_thirty(app: Flask, client: PageClient, noon: datetime) -> None:
    log_in(client)

    def add(number: int) -> None:
        held("dialogue_area", 1 + number % 9, 1 + number, {"residents": 10}, district_id=district_of("valby").id)
        with writing() as session:
            valby = district_of("valby").id
            session.add(Association(name=f"n {number}", search_name=f"n {number}", district_id=valby, created_at=noon))

    add(0)
    client.get("/da/staff/reach")
    with count_queries() as one:
        client.get("/da/staff/reach")
    with writing():  # one commit for all
        for number in range(1, 28):
            add(number)
    with count_queries() as many:
        client.get("/da/staff/reach")
    assert one.number == many.number
