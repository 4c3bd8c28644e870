"""Plans, figures and the year against its goals."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from portal.accounts.rules import Role
from portal.activities.models import Activity, Series
from portal.activities.rules import State
from portal.associations.models import Association
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.errors import RuleError
from portal.goals import queries, service
from portal.goals.figures import figures_of, held_rows
from portal.goals.models import Goal, Plan
from portal.goals.plan_file import DEFAULT_PLAN, default_plan
from portal.goals.plans import goal_by_id, plans_of
from portal.goals.rules import CountingRule, GoalKind, Held, Pace, Unit, lines, reached_at
from portal.goals.service import GoalFacts
from tests.conftest import empty
from tests.make import audience_of, log_in, make_activity, make_user, type_of
from tests.page import PageClient

PLAN = Path(__file__).parent / "data" / "vink-handleplan-2018-19.json"
YEAR = 2026


def plan_of_2026() -> Plan:
    """The default plan, copied to the tests' year."""
    plan, _new = service.load_plan(default_plan(), now=datetime(2026, 1, 1, tzinfo=UTC))
    return service.copy_plan(
        plan.id, "Mål 2026", "Goals 2026", date(2026, 1, 1), date(2026, 12, 31), now=plan.created_at
    )


def goal_of(plan: Plan, key: str) -> Goal:
    """The plan's goal with that key."""
    found = goal_by_id(next(g.id for area in plan.areas for g in area.goals if g.key == key))
    assert found is not None
    return found


def close(activity: Activity, heads: dict[str, int], *, number: int = 1) -> None:
    """Closes a count with heads by audience key; an older closing is no longer the newest."""
    with writing() as session:
        for older in session.scalars(select(Closing).where(Closing.activity_id == activity.id)):
            older.newest = False
        closing = Closing(activity_id=activity.id, number=number, method=Method.CLICKER, closed_at=activity.ends_at)
        session.add(closing)
        session.flush()
        for key, count in heads.items():
            session.add(
                Count(id=f"{activity.id}-{number}-{key}"[:36], activity_id=activity.id, kind=CountKind.FINAL,
                      method=Method.CLICKER, heads=count, audience_id=audience_of(key).id, closing_id=closing.id,
                      number=number, counted_at=activity.ends_at, recorded_at=activity.ends_at)
            )  # fmt: skip


def held(kind: str, month: int, day: int, heads: dict[str, int], **values: Any) -> Activity:
    """An activity held in the tests' year, with a closed count."""
    activity = make_activity(kind, datetime(YEAR, month, day, 15, tzinfo=UTC), **values)
    close(activity, heads)
    return activity


def planned(kind: str, month: int, day: int, **values: Any) -> Activity:
    """An activity to come in the tests' year."""
    return make_activity(kind, datetime(YEAR, month, day, 15, tzinfo=UTC), **values)


def association(name: str) -> int:
    """An association's id."""
    with writing() as session:
        made = Association(name=name, search_name=name.lower(), created_at=datetime(2026, 1, 1, tzinfo=UTC))
        session.add(made)
    return made.id


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# The plan's file


def test_the_plan_is_loaded_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["plan", "load", str(PLAN)])
    assert (first.exit_code, "loaded with 3 areas and 10 goals" in first.output) == (0, True), first.output
    again = runner.invoke(args=["plan", "load", str(PLAN)])
    assert again.exit_code == 0
    assert "there already. Nothing was changed" in again.output
    default = runner.invoke(args=["plan", "load"])  # the same facts ship with the portal
    assert "there already" in default.output
    assert db.session.scalar(select(func.count(Plan.id))) == 1
    goals = {goal.key: goal for goal in db.session.scalars(select(Goal))}
    assert len(goals) == 10
    assert (goals["workshop_youth"].unit, goals["workshop_youth"].target) == (Unit.PEOPLE, 200)
    assert [t.key for t in goals["workshop_youth"].types] == ["youth_workshop"]
    assert [a.key for a in goals["workshop_youth"].audiences] == ["young_people"]
    assert (goals["reach"].kind, goals["reach"].unit) == (GoalKind.EXPECTATION, Unit.ATTENDANCES)
    assert goals["triage_48h"].unit is Unit.PERCENT


def test_the_shipped_plan_has_the_same_facts_and_says_what_it_counts() -> None:
    shipped, given = json.loads(DEFAULT_PLAN.read_text()), json.loads(PLAN.read_text())
    for area in shipped["areas"]:
        for goal in [*area["goals"], *area.get("expectations", [])]:
            assert ("counts" in goal) == (goal["counted_by"] == "portal"), goal["key"]
            goal.pop("counts", None)
    assert {k: v for k, v in given.items() if k != "key_figures_2016_17"} == shipped


def _goal(content: dict[str, Any]) -> dict[str, Any]:
    goal: dict[str, Any] = content["areas"][0]["goals"][0]
    return goal


BREAKS: dict[str, Any] = {
    "areas[0].goals[0].target": lambda c: _goal(c).update(target=0),
    "areas[0].goals[0].unit: 'teas'": lambda c: _goal(c).update(unit="teas"),
    "areas[0].goals[0].da": lambda c: _goal(c).pop("da"),
    "there is no type or audience tea": lambda c: _goal(c).update(counts={"types": ["tea"]}),
    "does not say which types it counts": lambda c: _goal(c).update(key="new_one"),
    "stands there twice": lambda c: _goal(c).update(key="institutions"),
    "period: it ends before it begins": lambda c: c["period"].update(to="2017-01-01"),
    "period.from": lambda c: c["period"].update({"from": "2018-02-30"}),
    "areas: not a list": lambda c: c.update(areas="none"),
    "name: missing": lambda c: c.pop("name"),
    "a reported goal is in percent": lambda c: _goal(c).update(counted_by="reported"),
}


@pytest.mark.parametrize("reason", BREAKS)
def test_a_broken_file_says_where_and_writes_nothing(app: Flask, tmp_path: Path, reason: str) -> None:
    content = json.loads(PLAN.read_text())
    BREAKS[reason](content)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))
    result = app.test_cli_runner().invoke(args=["plan", "load", str(file)])
    assert result.exit_code == 1
    assert reason in result.output
    assert db.session.scalar(select(func.count(Plan.id))) == 0


@pytest.mark.parametrize("data", [b"not json", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"name": "\\ud800"}'])
def test_a_file_that_is_no_plan_gives_a_message(app: Flask, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(data)
    for path in (file, tmp_path / "missing.json", tmp_path):
        result = app.test_cli_runner().invoke(args=["plan", "load", str(path)])
        assert result.exit_code == 1
        assert result.output.startswith("Nothing was loaded: ")


def test_overlapping_plans_are_refused(app: Flask, tmp_path: Path) -> None:
    content = json.loads(PLAN.read_text())
    content["name"]["da"] = "En anden plan"
    content["period"] = {"from": "2019-12-31", "to": "2020-12-31"}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))
    app.test_cli_runner().invoke(args=["plan", "load", str(PLAN)])
    result = app.test_cli_runner().invoke(args=["plan", "load", str(file)])
    assert result.exit_code == 1
    assert "overlaps with VINK's action plan 2018-19" in result.output


# Figures


def test_only_published_activities_with_a_closed_count_inside_the_period_count(app: Flask) -> None:
    heads = {"residents": 10}
    first = make_activity("dialogue_area", datetime(2025, 12, 31, 23, 30, tzinfo=UTC))  # 1 January in Copenhagen
    last = make_activity("dialogue_area", datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    outside = make_activity("dialogue_area", datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    called_off = make_activity("dialogue_area", datetime(2026, 5, 1, tzinfo=UTC), state=State.CALLED_OFF)
    for activity in (first, last, outside, called_off):
        close(activity, heads)
    make_activity("dialogue_area", datetime(2026, 6, 1, tzinfo=UTC))  # never counted
    figures = queries.key_figures(date(2026, 1, 1), date(2026, 12, 31))
    assert (figures["dialogue_activities"], figures["dialogue_participants"]) == (2, 20)
    assert queries.key_figures(date(2026, 12, 31), date(2026, 12, 31))["dialogue_activities"] == 1


def test_a_correction_holds_and_the_old_figure_does_not_count_beside_it(app: Flask) -> None:
    activity = held("parent_activity", 3, 1, {"parents": 14})
    close(activity, {"parents": 12, "young_people": 2}, number=2)
    figures = queries.key_figures(date(2026, 1, 1), date(2026, 12, 31))
    assert (figures["parents"], figures["young_people"]) == (12, 2)


def test_people_are_fourteen_and_attendances_forty_two(app: Flask) -> None:
    with writing() as session:
        series = Series(same_group=True, created_at=datetime(2026, 1, 1, tzinfo=UTC))
        session.add(series)
    for day in (1, 8, 15):
        held("citizenship_class", 9, day, {"residents": 14}, series_id=series.id)
    period = (date(2026, 1, 1), date(2026, 12, 31))
    assert figures_of([(CountingRule(Unit.PEOPLE), *period), (CountingRule(Unit.ATTENDANCES), *period)]) == [14, 42]


TYPES = ("youth_workshop", "staff_talk", "capacity_session")
AUDIENCES = ("young_people", "parents", "case_workers", "club_workers")
counts = st.lists(
    st.tuples(
        st.sampled_from(TYPES), st.integers(1, 28), st.integers(0, 2), st.integers(0, 2),
        st.dictionaries(st.sampled_from(AUDIENCES), st.integers(0, 30), max_size=3),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts, st.sets(st.sampled_from(TYPES)), st.sets(st.sampled_from(AUDIENCES)))
def test_every_figure_is_the_sum_of_its_rows(
    app: Flask, rows: list[tuple[str, int, int, int, dict[str, int]]], types: set[str], audiences: set[str]
) -> None:
    db.session.rollback()
    empty(app)
    db.session.remove()
    with writing() as session:
        same = Series(same_group=True, created_at=datetime(2026, 1, 1, tzinfo=UTC))
        other = Series(same_group=False, created_at=datetime(2026, 1, 1, tzinfo=UTC))
        session.add_all([same, other])
    series = (None, same.id, other.id)
    partners = (None, association("a"), association("b"))
    for kind, day, group, partner, heads in rows:
        held(kind, 2, day, heads, series_id=series[group], partner_id=partners[partner])
    period = (date(2026, 1, 1), date(2026, 12, 31))
    facts = held_rows(*period)
    for unit in Unit:
        rule = CountingRule(
            unit, frozenset(type_of(t).id for t in types), frozenset(audience_of(a).id for a in audiences)
        )
        assert sum(line.adds for line in lines(rule, facts)) == figures_of([(rule, *period)])[0], unit


@given(st.lists(st.tuples(st.integers(1, 365), st.integers(0, 40), st.booleans()), max_size=20), st.integers(1, 300))
def test_the_day_of_reaching_is_the_first_on_which_the_sum_is_there(
    meetings: list[tuple[int, int, bool]], target: int
) -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        Held(number, new_year + timedelta(days=day), 1, 1 if grouped else None, None, 1, False, heads)
        for number, (day, heads, grouped) in enumerate(meetings)
    ]
    found = lines(CountingRule(Unit.PEOPLE), rows)
    moment = reached_at(target, found)
    before = sum(line.adds for line in found if moment is None or line.starts_at < moment)
    upto = sum(line.adds for line in found if moment is None or line.starts_at <= moment)
    assert before < target
    assert (upto >= target) == (moment is not None)


# The year (noon stands on 18 November 2026)


def test_reached_is_said_with_its_day(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    for month in range(1, 11):
        held("dialogue_area", month, 5, {"residents": 8})
    held("dialogue_area", 11, 12, {"residents": 8})
    status = queries.goal_status(goal_of(plan, "dialogue_activities"), YEAR, noon)
    assert status is not None
    assert (status.value, status.pace, status.reached_on) == (11, Pace.REACHED, date(2026, 10, 5))
    with force_locale("en"):
        assert status.sentence == "The goal was reached on 5 October."


def test_short_says_what_is_planned_and_what_is_missing(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    for month in range(1, 8):
        held("dialogue_area", month, 5, {"residents": 8})
    planned("dialogue_area", 11, 25)
    planned("dialogue_area", 12, 5)
    goal = goal_of(plan, "dialogue_activities")
    with force_locale("en"):
        status = queries.goal_status(goal, YEAR, noon)
        assert status is not None
        assert status.sentence == "2 more are planned. One is missing."
        assert (status.value, status.planned, status.missing, status.pace) == (7, 2, 1, Pace.SHORT)
        planned("dialogue_area", 12, 6)
        status = queries.goal_status(goal_of(plan, "dialogue_activities"), YEAR, noon)
        assert status is not None
        assert status.sentence == "3 more are planned. That reaches the goal."
        over = queries.goal_status(goal_of(plan, "dialogue_activities"), YEAR, noon + timedelta(days=60))
        assert over is not None
        assert over.sentence == "The goal was missed by 3."


def test_planned_heads_are_reckoned_and_the_reckoning_is_said(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    planned("youth_workshop", 12, 1, capacity=25)
    with force_locale("en"):
        status = queries.goal_status(goal_of(plan, "workshop_youth"), YEAR, noon)
        assert status is not None
        assert status.sentence == (
            "One more activity is planned, expected to bring 20 "
            "(reckoned by 80% of the places, where nothing has been counted yet). 180 are missing."
        )
        held("youth_workshop", 3, 1, {"young_people": 21, "club_workers": 2})
        held("youth_workshop", 4, 1, {"young_people": 26, "club_workers": 1})
        status = queries.goal_status(goal_of(plan, "workshop_youth"), YEAR, noon)
        assert status is not None
        assert (status.value, status.planned) == (47, 24)  # 23.5 at each, rounded up
        assert "the usual attendance of the last 24 months" in status.sentence


def test_a_planned_meeting_of_a_group_that_came_before_brings_no_new_people(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    with writing() as session:
        series = Series(same_group=True, created_at=noon)
        session.add(series)
    held("youth_workshop", 11, 1, {"young_people": 20}, series_id=series.id)
    planned("youth_workshop", 12, 1, series_id=series.id)
    status = queries.goal_status(goal_of(plan, "workshop_youth"), YEAR, noon)
    assert status is not None
    assert (status.value, status.planned, status.forecast.activities) == (20, 0, 1)


def test_institutions_and_professional_groups_count_once(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    mosque, club = association("mosque"), association("club")
    for day in (1, 8):
        held("capacity_session", 5, day, {"boards": 6}, partner_id=mosque)
    held("capacity_session", 5, 9, {"boards": 6})  # without a partner
    planned("capacity_session", 12, 1, partner_id=mosque)
    planned("capacity_session", 12, 2, partner_id=club)
    held("staff_talk", 6, 1, {"case_workers": 20, "local_professionals": 5})
    held("theme_day", 6, 2, {"case_workers": 30, "club_workers": 0})
    institutions = queries.goal_status(goal_of(plan, "institutions"), YEAR, noon)
    groups = queries.goal_status(goal_of(plan, "professional_groups"), YEAR, noon)
    assert institutions is not None
    assert groups is not None
    assert (institutions.value, institutions.planned, groups.value) == (1, 1, 1)
    assert [line.adds for line in institutions.lines] == [1, 0, 0]


@pytest.mark.parametrize(
    ("heads", "shown"), [(None, "0"), (0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5")]
)
def test_small_figures_of_people_are_hidden_in_public(
    app: Flask, noon: datetime, heads: int | None, shown: str
) -> None:
    plan_of_2026()
    if heads is not None:
        held("youth_workshop", 3, 1, {"young_people": heads})
    planned("youth_workshop", 12, 1)
    with force_locale("en"):
        goals = {goal.name_en: goal for goal in queries.public_goals(YEAR, noon)}
        assert len(goals) == 4  # neither expectations nor what is reported elsewhere
        goal = next(goal for name, goal in goals.items() if name.startswith("Young people"))
        assert goal.value_text == shown
        assert goal.value == (0 if heads is None or heads < 5 else heads)
        if shown.startswith("fewer"):
            assert not re.search(rf"\b{200 - (heads or 0)}\b|missing", goal.sentence)


# Plans and goals in the portal


def test_a_copy_has_the_same_goals_and_is_its_own(app: Flask) -> None:
    copy = plan_of_2026()
    old = plans_of(2018)[0]
    facts = [[(g.key, g.unit, g.target, [t.key for t in g.types]) for g in area.goals] for area in old.areas]
    assert facts == [[(g.key, g.unit, g.target, [t.key for t in g.types]) for g in area.goals] for area in copy.areas]
    goal = goal_of(copy, "workshop_youth")
    service.edit_goal(goal.id, GoalFacts("Unge", "Young", GoalKind.GOAL, Unit.PEOPLE, 250, (type_of("pupil_talk").id,)))
    assert goal_of(plans_of(2018)[0], "workshop_youth").target == 200
    with pytest.raises(RuleError, match="overlap"):
        service.copy_plan(copy.id, "x", "x", date(2019, 6, 1), date(2020, 1, 1), now=copy.created_at)


def test_administrators_copy_edit_add_and_delete(app: Flask, client: PageClient, noon: datetime) -> None:
    plan = plan_of_2026()
    log_in(client, Role.ADMINISTRATOR)
    assert client.get("/en/staff/plans").status_code == 200
    typed = {"name_da": "Mål 2027", "name_en": "Goals 2027", "starts": "2026-12-31", "ends": "2027-12-31"}
    refused = client.post(f"/en/staff/plans/{plan.id}/copy", data=typed)
    assert refused.status_code == 422
    assert "Two plans cannot hold on the same day" in refused.text
    assert 'value="Mål 2027"' in refused.text
    assert client.post(f"/en/staff/plans/{plan.id}/copy", data={**typed, "starts": "2027-01-01"}).status_code == 303
    assert client.post(f"/en/staff/plans/{plan.id}/edit", data=typed).status_code == 422
    area = plan.areas[0].id
    goal = {"name_da": "Te", "name_en": "Tea", "kind": "goal", "unit": "activities", "target": "3", "area": str(area),
            "types": [str(type_of("dialogue_area").id)]}  # fmt: skip
    for target in ("0", "100001", "ca. 25", ""):
        assert client.post(f"/en/staff/plans/{plan.id}/new-goal", data={**goal, "target": target}).status_code == 422
    assert client.post(f"/en/staff/plans/{plan.id}/new-goal", data={**goal, "area": "9" * 30}).status_code == 422
    made = client.post(f"/en/staff/plans/{plan.id}/new-goal", data=goal)
    assert made.status_code == 303
    address = made.headers["Location"]
    assert client.get(address).status_code == 200
    page = client.get(address + "/edit").text
    assert re.search(rf'name="types" value="{type_of("dialogue_area").id}"\s+checked', page)
    assert len(re.findall(r'name="types" value="\d+"\s+checked', page)) == 1
    assert client.post(address + "/edit", data={**goal, "types": ["abc", "9" * 30], "unit": "tea"}).status_code == 422
    nothing = client.post(address + "/edit", data={**goal, "unit": "institutions", "types": []})
    assert nothing.status_code == 422
    assert client.post(address + "/edit", data={**goal, "name_en": "Coffee", "unit": "people"}).status_code == 303
    assert "Coffee" in client.get(address).text
    assert client.get(address + "/delete").status_code == 200
    assert client.post(address + "/delete").status_code == 303
    assert client.get(address).status_code == 404
    assert client.post(address + "/delete").status_code == 404


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


def test_an_empty_portal_has_a_first_page(app: Flask, client: PageClient, noon: datetime) -> None:
    log_in(client)
    page = client.get("/en/staff/").text
    assert "No plan holds in 2026" in page
    assert client.get("/en/staff/goals").status_code == 200
