"""The year on the front page: short words, small figures of people hidden, few queries."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.goals import queries
from portal.goals.forecast import Coming, rests_on_few
from portal.goals.rules import CountingRule, Unit
from portal.goals.status import PublicGoal
from tests.goals import YEAR, close, held, plan_of_2026, planned, queries_counted
from tests.make import make_activity
from tests.page import PageClient


def of_young_people(noon: datetime) -> PublicGoal:
    """The goal that counts young people in workshops: 200 a year."""
    goals = queries.public_goals(YEAR, noon)
    assert len(goals) == 4  # neither expectations nor what is reported elsewhere
    return next(goal for goal in goals if goal.name_en.startswith("Young people"))


def on_the_front_page(client: PageClient) -> str:
    """What the front page says of that goal, its bar included."""
    page = client.get("/en/").text
    [found] = [part for part in page.split('<div class="goal">') if "Young people" in part.split("</h3>")[0]]
    return found.split("</svg>")[0] + found.split("</svg>")[1].split("</div>")[0]


@pytest.mark.parametrize(
    ("heads", "shown"), [(None, "0"), (0, "0"), (1, "fewer than 5"), (4, "fewer than 5"), (5, "5")]
)
def test_small_figures_of_people_are_hidden(app: Flask, noon: datetime, heads: int | None, shown: str) -> None:
    plan_of_2026()
    if heads is not None:
        held("youth_workshop", 3, 1, {"young_people": heads})
    planned("youth_workshop", 12, 1)
    with force_locale("en"):
        goal = of_young_people(noon)
        assert goal.value_text == shown
        assert goal.value == (0 if heads is None or heads < 5 else heads)


def test_nothing_on_the_page_lets_a_small_figure_be_worked_out(app: Flask, client: PageClient, noon: datetime) -> None:
    plan_of_2026()
    held("youth_workshop", 3, 1, {"young_people": 3})
    for day in (1, 2):
        planned("youth_workshop", 12, day)
    said = on_the_front_page(client)
    assert "goal-planned" not in said
    assert "goal-done" not in said
    words = re.sub(r"<[^>]*>", " ", said)
    assert re.findall(r"\d+", words) == ["5", "200", "2"]  # fewer than 5, of 200, 2 more are planned
    assert "2 more activities are planned." in words


def test_last_years_small_average_shows_nowhere(app: Flask, client: PageClient, noon: datetime) -> None:
    plan_of_2026()
    past = make_activity("youth_workshop", noon.replace(year=2025))
    close(past, {"young_people": 4})
    for day in (1, 2, 3):
        planned("youth_workshop", 12, day)
    said = on_the_front_page(client)
    assert "goal-planned" not in said
    assert re.findall(r"\d+", re.sub(r"<[^>]*>", " ", said)) == ["0", "200", "3"]


def test_public_sentences_are_short(app: Flask, noon: datetime) -> None:
    plan_of_2026()
    held("youth_workshop", 3, 1, {"young_people": 21})
    with force_locale("en"):
        assert of_young_people(noon).sentence == "Nothing more is planned. 179 are missing."
        for day in range(1, 9):
            planned("youth_workshop", 12, day)
        goal = of_young_people(noon)
        assert goal.planned == 168
        assert goal.sentence == "8 more activities are planned. That is not yet enough to reach the goal."
        for day in range(9, 11):
            planned("youth_workshop", 12, day)
        assert of_young_people(noon).sentence == "10 more activities are planned. That will reach the goal."
        held("youth_workshop", 3, 2, {"young_people": 190})
        assert of_young_people(noon).sentence == "The goal is reached."


def test_a_forecast_on_few_heads_is_known() -> None:
    rule = CountingRule(Unit.PEOPLE, frozenset({1}), frozenset({7}))

    def plan(capacity: int | None, registered: int) -> Coming:
        return Coming(1, datetime(2026, 12, 1), 1, None, None, None, {7: False, 8: False}, capacity, registered)  # noqa: DTZ001

    assert rests_on_few(rule, [plan(None, 30), plan(28, 0)], {(1, 7): 4.5})
    assert rests_on_few(rule, [plan(None, 2)], {})
    assert not rests_on_few(rule, [plan(None, 2)], {(1, 7): 20.0})
    assert not rests_on_few(rule, [plan(28, 2), plan(None, 0)], {(1, 8): 2.0})


def test_few_queries_whatever_there_is(app: Flask, noon: datetime) -> None:
    plan_of_2026()
    for number in range(1, 20):
        held("youth_workshop", 3, number, {"young_people": 20, "club_workers": 2})
        planned("youth_workshop", 12, number)
    with queries_counted() as seen:
        queries.public_goals(YEAR, noon)
    assert len(seen) == 5, seen
    assert not [statement for statement in seen if "activity.title_da" in statement]  # no activity is loaded
