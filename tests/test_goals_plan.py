"""Plans: loaded, copied, edited."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.rules import Role
from portal.database import db
from portal.errors import RuleError
from portal.goals import service
from portal.goals.models import Goal, Plan
from portal.goals.plan_file import DEFAULT_PLAN
from portal.goals.plans import plans_of
from portal.goals.rules import GoalKind, Unit
from portal.goals.service import GoalFacts
from tests.goals import PLAN, goal_of, plan_of_2026
from tests.make import log_in, type_of
from tests.page import PageClient


def test_the_plan_is_loaded_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["plan", "load", str(PLAN), "--language", "en"])
    assert (first.exit_code, "Areas: 3, goals: 10." in first.output) == (0, True), first.output
    again = runner.invoke(args=["plan", "load", str(PLAN), "--language", "en"])
    assert again.exit_code == 0
    assert "there already. Nothing was changed" in again.output
    default = runner.invoke(args=["plan", "load", "--language", "en"])  # the same facts ship with the portal
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
    assert shipped["source"].pop("da")  # VINK's own file names its source in English only
    given["source"] = {"en": given["source"]}
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
    result = app.test_cli_runner().invoke(args=["plan", "load", str(file), "--language", "en"])
    assert result.exit_code == 1
    assert reason in result.output
    assert db.session.scalar(select(func.count(Plan.id))) == 0


@pytest.mark.parametrize("data", [b"not json", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"name": "\\ud800"}'])
def test_a_file_that_is_no_plan_gives_a_message(app: Flask, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(data)
    for path in (file, tmp_path / "missing.json", tmp_path):
        result = app.test_cli_runner().invoke(args=["plan", "load", str(path), "--language", "en"])
        assert result.exit_code == 1
        assert result.output.startswith("Nothing was loaded: ")


def test_overlapping_plans_are_refused(app: Flask, tmp_path: Path) -> None:
    content = json.loads(PLAN.read_text())
    content["name"]["da"] = "En anden plan"
    content["period"] = {"from": "2019-12-31", "to": "2020-12-31"}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))
    app.test_cli_runner().invoke(args=["plan", "load", str(PLAN)])
    result = app.test_cli_runner().invoke(args=["plan", "load", str(file), "--language", "en"])
    assert result.exit_code == 1
    assert "overlaps with VINK's action plan 2018-19" in result.output


def test_the_commands_speak_the_language_asked_for(app: Flask, tmp_path: Path) -> None:
    """Danish where none is asked for; no sentence stands there in both."""
    runner = app.test_cli_runner()
    file = tmp_path / "plan.json"
    file.write_text("not json")
    commands = (["plan", "load", str(file)], ["plan", "load", str(PLAN)], ["plan", "load", str(PLAN)],
                ["figures", "--from", "30.2.2016", "--to", "2016-12-31"],
                ["figures", "--from", "2016-12-31", "--to", "2016-01-01"],
                ["figures", "--from", "2016-01-01", "--to", "2016-12-31"])  # fmt: skip
    said = [runner.invoke(args=[*command, "--language", "en"]).output for command in commands]
    for words, output in zip(
        ("Nothing was loaded", "VINK's action plan 2018-19", "VINK's action plan 2018-19", "is not a date",
         "The last day comes before the first", "Key figures"),
        said, strict=True,
    ):  # fmt: skip
        assert words in output
    for command, english in zip(commands, said, strict=True):
        danish = runner.invoke(args=[*command]).output
        told = [line for line in danish.splitlines() if line and not line.startswith(("Usage:", "Try "))]
        assert told
        assert not set(told) & set(english.splitlines())


# Figures


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
