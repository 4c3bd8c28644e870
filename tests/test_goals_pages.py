"""The pages of goals: who sees what, and that they add up."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from portal.accounts.rules import Role
from portal.activities.models import Activity, Series
from portal.database import writing
from tests.goals import association, goal_of, held, plan_of_2026, planned, queries_counted
from tests.make import log_in, make_user
from tests.page import PageClient


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_it_may(app: Flask, client: PageClient, role: Role) -> None:
    plan = plan_of_2026()
    goal = goal_of(plan, "reach").id
    log_in(client, role)
    staff = 200 if role is not Role.FACILITATOR else 403
    administrator = 200 if role is Role.ADMINISTRATOR else 403
    assert client.get("/da/staff/").status_code == 200
    for address in ("/da/staff/goals", f"/da/staff/goals/{goal}"):
        assert client.get(address).status_code == staff
    for address in ("/da/staff/plans", f"/da/staff/plans/{plan.id}/copy", f"/da/staff/plans/{plan.id}/edit",
                    f"/da/staff/plans/{plan.id}/new-goal", f"/da/staff/goals/{goal}/edit",
                    f"/da/staff/goals/{goal}/delete"):  # fmt: skip
        assert client.get(address).status_code == administrator


def test_visitors_are_sent_to_log_in(client: PageClient) -> None:
    for address in ("/da/staff/", "/da/staff/goals", "/da/staff/goals/1", "/da/staff/plans"):
        assert client.get(address).status_code == 302


def test_a_facilitator_sees_only_what_was_given_to_them(app: Flask, client: PageClient, noon: datetime) -> None:
    me = log_in(client, Role.FACILITATOR)
    other = make_user(Role.FACILITATOR, "other@vink.example")
    mine = planned("youth_workshop", 12, 1, title_da="Min egen")
    past = planned("youth_workshop", 11, 10, title_da="Lige holdt")
    theirs = planned("youth_workshop", 12, 1, title_da="En andens")
    old = planned("youth_workshop", 9, 1, title_da="For længst")
    with writing() as session:
        for activity, user in ((mine, me), (past, me), (old, me), (theirs, other)):
            session.get_one(Activity, activity.id).facilitators.append(session.merge(user, load=True))
    page = client.get("/da/staff/").text
    assert "Min egen" in page
    assert "Lige holdt" in page
    assert f"/da/staff/activities/{mine.id}/count" in page
    assert "En andens" not in page
    assert "For længst" not in page


def test_the_foot_of_a_goals_page_is_its_figure(app: Flask, client: PageClient, noon: datetime) -> None:
    plan = plan_of_2026()
    with writing() as session:
        series = Series(same_group=True, created_at=noon)
        session.add(series)
    for day, heads in ((1, 12), (8, 14), (15, 13)):
        held("youth_workshop", 9, day, {"young_people": heads, "club_workers": 2}, series_id=series.id)
    held("youth_workshop", 10, 1, {"young_people": 20})
    planned("youth_workshop", 12, 1, title_da="Endnu en", title_en="One more")
    log_in(client)
    page = client.get(f"/en/staff/goals/{goal_of(plan, 'workshop_youth').id}?year=2026").text
    assert re.search(r'id="sum">34<', page)
    assert "<b>34</b>" in page
    assert "One more" in page


@pytest.mark.parametrize("year", ["1", "99999", "abc", "2031", "-5", "²026", ""])
def test_a_year_that_makes_no_sense_is_ignored(app: Flask, client: PageClient, noon: datetime, year: str) -> None:
    plan = plan_of_2026()
    log_in(client)
    goal = goal_of(plan, "institutions").id
    for address in ("/en/staff/", "/en/staff/goals", f"/en/staff/goals/{goal}"):
        page = client.get(address, query_string={"year": year})
        assert page.status_code == 200
        assert "2026" in page.text


def test_unknown_numbers_are_not_found(app: Flask, client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    for number in (1, 2**31, 2**70):
        for address in (f"goals/{number}", f"goals/{number}/edit", f"goals/{number}/delete", f"plans/{number}/copy",
                        f"plans/{number}/edit", f"plans/{number}/new-goal"):  # fmt: skip
            assert client.get(f"/da/staff/{address}").status_code == 404


@pytest.mark.parametrize("address", ["/da/staff/", "/da/staff/goals", "/da/staff/goals/{goal}", "/da/"])
def test_as_many_queries_for_one_activity_as_for_thirty(
    app: Flask, client: PageClient, noon: datetime, address: str
) -> None:
    plan = plan_of_2026()
    address = address.format(goal=goal_of(plan, "workshop_youth").id)
    log_in(client)
    partners = [association(f"partner {number}") for number in range(10)]

    def add(number: int) -> None:
        held("youth_workshop", 1 + number % 9, 1 + number % 28, {"young_people": 20}, partner_id=partners[number % 10])
        planned("youth_workshop", 11, 19 + number % 10, partner_id=partners[number % 10])
        planned("youth_workshop", 10, 1 + number % 28, title_da="Ikke talt")

    add(0)
    client.get(address)
    with queries_counted() as one:
        assert client.get(address).status_code == 200
    for number in range(1, 30):
        add(number)
    with queries_counted() as thirty:
        assert client.get(address).status_code == 200
    assert len(one) == len(thirty), thirty


def test_staff_are_told_while_nothing_is_erased(
    app: Flask, client: PageClient, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client)
    assert "Nothing is erased by itself" in client.get("/en/staff/").text
    confirmed = replace(app.extensions["settings"], retention_reference="2026-0815")
    monkeypatch.setitem(app.jinja_env.globals, "settings", confirmed)
    assert "Nothing is erased by itself" not in client.get("/en/staff/").text


def test_a_facilitator_is_not_told_of_the_retention_schedule(app: Flask, client: PageClient) -> None:
    log_in(client, Role.FACILITATOR)
    assert "Nothing is erased by itself" not in client.get("/en/staff/").text


def test_an_empty_portal_has_a_first_page(app: Flask, client: PageClient, noon: datetime) -> None:
    log_in(client)
    page = client.get("/en/staff/").text
    assert "No plan holds in 2026" in page
    assert client.get("/en/staff/goals").status_code == 200
