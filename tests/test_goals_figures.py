"""Figures: what counts, how a year stands, in words that cannot differ from the sum."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.activities.models import Activity, Series
from portal.activities.rules import State
from portal.attendance.models import Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.engagements.models import Engagement, EngagementSession
from portal.goals import queries
from portal.goals.figures import figures_of, held_rows
from portal.goals.rules import CountingRule, Held, Pace, Unit, lines, reached_on
from tests.conftest import empty
from tests.count import make_party
from tests.goals import YEAR, association, close, engaged, goal_of, held, plan_of_2026, planned
from tests.make import audience_of, make_activity, type_of


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


def link(engagement: Engagement, activity: Activity) -> None:
    """Makes the activity a session of the engagement."""
    with writing() as session:
        session.add(EngagementSession(activity_id=activity.id, engagement_id=engagement.id))


TYPES = ("youth_workshop", "staff_talk", "capacity_session")


AUDIENCES = ("young_people", "parents", "case_workers", "club_workers")


counts = st.lists(
    st.tuples(
        st.sampled_from(TYPES), st.integers(1, 28), st.integers(0, 2), st.integers(0, 4),
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
    first, second = association("a"), association("b")
    works = (None, engaged(first), engaged(first, agreed_on=None), engaged(second),
             engaged(second, agreed_on=date(2027, 1, 1)))  # fmt: skip
    for kind, day, group, work, heads in rows:
        session_of = works[work]
        activity = held(kind, 2, day, heads, series_id=series[group], partner_id=second)
        if session_of is not None:
            link(session_of, activity)
    period = (date(2026, 1, 1), date(2026, 12, 31))
    facts = held_rows(*period)
    for unit in Unit:
        rule = CountingRule(
            unit, frozenset(type_of(t).id for t in types), frozenset(audience_of(a).id for a in audiences)
        )
        assert sum(line.adds for line in lines(rule, facts, period[1])) == figures_of([(rule, *period)])[0], unit


@given(st.lists(st.tuples(st.integers(1, 365), st.integers(0, 40), st.booleans()), max_size=20), st.integers(1, 300))
def test_the_day_of_reaching_is_the_first_on_which_the_sum_is_there(
    meetings: list[tuple[int, int, bool]], target: int
) -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        Held(number, new_year + timedelta(days=day), 1, 1 if grouped else None, None, None, 1, False, heads)
        for number, (day, heads, grouped) in enumerate(meetings)
    ]
    found = lines(CountingRule(Unit.PEOPLE), rows, date(2027, 12, 31))
    day = reached_on(target, found, datetime.date)
    before = sum(line.adds for line in found if day is None or line.starts_at.date() < day)
    upto = sum(line.adds for line in found if day is None or line.starts_at.date() <= day)
    assert before < target
    assert (upto >= target) == (day is not None)


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
        assert status.sentence == "3 more are planned. That will reach the goal."
        over = queries.goal_status(goal_of(plan, "dialogue_activities"), YEAR, noon + timedelta(days=60))
        assert over is not None
        assert over.sentence == "The goal was missed by 3."


def test_what_is_held_and_waits_for_its_count_is_not_missing(app: Flask, noon: datetime) -> None:
    plan = plan_of_2026()
    planned("dialogue_area", 11, 10)  # a week ago, and nobody has closed its count
    planned("dialogue_area", 12, 10)
    status = queries.goal_status(goal_of(plan, "dialogue_activities"), YEAR, noon)
    assert status is not None
    assert (status.value, status.planned, status.uncounted) == (0, 2, 1)
    with force_locale("en"):
        assert status.sentence == "2 more are planned. 8 are missing. One of them has begun and is not counted yet."


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
        planned("youth_workshop", 12, 2, capacity=10)
        status = queries.goal_status(goal_of(plan, "workshop_youth"), YEAR, noon)
        assert status is not None
        assert status.planned == 34  # no more than there are places


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
    mosque, club, school = association("mosque"), association("club"), association("school")
    times = [held("capacity_session", 5, day, {"boards": 6}, partner_id=mosque) for day in (1, 8)]
    held("capacity_session", 5, 9, {"boards": 6}, partner_id=school)  # a partner alone is no engagement
    engaged(mosque, *times, planned("capacity_session", 12, 1), agreed_on=date(2026, 6, 2))
    engaged(club, planned("capacity_session", 12, 2))
    engaged(school, planned("capacity_session", 12, 3), agreed_on=None)
    held("staff_talk", 6, 1, {"case_workers": 20, "local_professionals": 5})
    held("theme_day", 6, 2, {"case_workers": 30, "club_workers": 0})
    institutions = queries.goal_status(goal_of(plan, "institutions"), YEAR, noon)
    groups = queries.goal_status(goal_of(plan, "professional_groups"), YEAR, noon)
    assert institutions is not None
    assert groups is not None
    assert (institutions.value, institutions.planned, groups.value) == (1, 1, 1)
    assert [line.adds for line in institutions.lines] == [1, 0, 0]
    assert reached_on(1, institutions.lines, datetime.date) == date(2026, 6, 2)  # by then its plan was agreed


def test_an_association_came_to_a_meeting_of_a_series_whatever_the_next_ones_say(app: Flask) -> None:
    name = association("Naboværket Fælles Nøgle")
    first = held("forum_meeting", 9, 1, {"association_representatives": 2})
    second = held("forum_meeting", 9, 8, {"association_representatives": 0}, registers_at_id=first.id)
    party = make_party(first, 2, association_id=name)
    for activity, number, heads in ((first, 1, 2), (second, 2, 0)):
        with writing() as session:
            session.add(
                Count(id=f"tap-{number}", activity_id=activity.id, kind=CountKind.ARRIVED, method=Method.LIST,
                      heads=heads, registration_id=party.id, number=number, counted_at=first.starts_at,
                      recorded_at=first.starts_at)
            )  # fmt: skip
    september = (date(2026, 9, 1), date(2026, 9, 30))
    assert queries.key_figures(*september)["forum_associations"] == 1
    with writing() as session:  # a newer count at the same meeting takes it back
        session.add(
            Count(id="tap-3", activity_id=first.id, kind=CountKind.ARRIVED, method=Method.LIST, heads=0,
                  registration_id=party.id, number=3, counted_at=first.starts_at, recorded_at=first.starts_at)
        )  # fmt: skip
    assert queries.key_figures(*september)["forum_associations"] == 0


def test_what_was_already_there_forecasts_as_every_row_would(app: Flask, noon: datetime) -> None:
    """The front page's forecast, from distinct marks, is the staff's, from every held row."""
    plan = plan_of_2026()
    with writing() as session:
        series = Series(same_group=True, created_at=noon)
        session.add(series)
    old, new = association("old"), association("new")
    work: list[Activity] = []
    for day in (1, 8, 15):
        held("youth_workshop", 9, day, {"young_people": 20, "club_workers": 0}, series_id=series.id)
        work.append(held("capacity_session", 5, day, {"boards": 12}))
        held("staff_talk", 6, day, {"case_workers": 20, "club_workers": 0})
    planned("youth_workshop", 12, 1, series_id=series.id)
    planned("youth_workshop", 12, 2)
    engaged(old, *work, planned("capacity_session", 12, 3))
    engaged(new, planned("capacity_session", 12, 3))
    planned("capacity_session", 12, 3)
    for audience in ("case_workers", "club_workers"):
        planned("staff_talk", 12, 4, audience_id=audience_of(audience).id)
    shown = {goal.name_en: goal for goal in queries.public_goals(YEAR, noon)}
    goals = [goal for area in plan.areas for goal in area.goals if goal.name_en in shown]
    assert len(goals) == 4
    for goal in goals:
        status = queries.goal_status(goal, YEAR, noon)
        public = shown[goal.name_en]
        assert status is not None
        assert (public.value, public.planned, public.activities, public.pace) == (
            status.value, status.planned, status.forecast.activities, status.pace,
        )  # fmt: skip
