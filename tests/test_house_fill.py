"""The demo's content: the whole of it, plausible on any day, and nothing in it that must not be there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.activities.links import activity_url
from portal.activities.models import Activity, ActivityType
from portal.activities.queries import upcoming_activities
from portal.activities.rules import RegistrationMode, State, Visibility
from portal.associations.models import Association, AssociationKind
from portal.database import db
from portal.demo.content import BODIES, PEOPLE
from portal.demo.fill import fill
from portal.goals.figures import figures_of
from portal.goals.plans import counting_rule, plans_of
from portal.goals.queries import key_figures
from portal.mail.models import Message
from portal.privacy.queries import ended_activities
from portal.registrations.models import PassedOver, Registration
from portal.registrations.queries import heads_of, places_of
from portal.registrations.rules import Standing
from tests.conftest import empty
from tests.page import PageClient

NOVEMBER = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(migrated_app: Flask) -> Iterator[Flask]:
    """The demo as it is on a Saturday in November; filled once, since no test here writes."""
    with migrated_app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOVEMBER)
        fill(now=NOVEMBER)
        db.session.rollback()
        yield migrated_app
        db.session.remove()
        empty(migrated_app)


def goals_of(year: int) -> dict[str, int]:
    """What each goal of the year has reached."""
    goals = [goal for plan in plans_of(year) for area in plan.areas for goal in area.goals]
    wanted = [(counting_rule(goal), date(year, 1, 1), date(year, 12, 31)) for goal in goals]
    return dict(zip([goal.key for goal in goals], figures_of(wanted), strict=True))


def test_the_year_stands_plausibly(filled: Flask) -> None:
    now = goals_of(2026)
    assert now["dialogue_activities"] == 7
    assert now["institutions"] == 4
    assert 160 <= now["workshop_youth"] <= 180
    before = goals_of(2025)
    assert before["dialogue_activities"] == 10
    assert before["workshop_youth"] > 200


def test_the_log_gives_the_published_figures(filled: Flask) -> None:
    figures = key_figures(date(2016, 1, 1), date(2017, 8, 31))
    assert (figures["forum_meetings"], figures["forum_associations"]) == (4, 20)
    assert figures["frontline_staff"] == 1883


def test_there_is_something_of_everything(filled: Flask) -> None:
    types = set(db.session.scalars(select(ActivityType.key)))
    coming = db.session.scalars(select(Activity).where(Activity.starts_at > NOVEMBER)).all()
    assert {activity.type.key for activity in coming} == types
    soon = [a for a in coming if a.starts_at < NOVEMBER + timedelta(weeks=8) and a.state is not State.DRAFT]
    assert len(soon) >= 25
    assert {a.visibility for a in soon} == set(Visibility)
    assert {a.state for a in coming} == set(State)
    assert any(not a.title_en for a in soon)
    assert any(a.deadline and a.deadline < NOVEMBER for a in soon)
    assert all(a.called_off_da and a.called_off_en for a in coming if a.state is State.CALLED_OFF)
    assert set(db.session.scalars(select(Registration.standing))) >= {
        Standing.CONFIRMED, Standing.WAITING, Standing.OFFERED, Standing.CANCELLED,
    }  # fmt: skip
    assert db.session.scalar(select(func.count(Association.id))) >= len(BODIES)
    assert len(PEOPLE) == 5


def test_a_young_person_finds_workshops_to_sign_up_for(filled: Flask) -> None:
    coming = db.session.scalars(
        select(Activity)
        .join(ActivityType)
        .where(ActivityType.key == "youth_workshop", Activity.mode == RegistrationMode.PERSON)
        .where(Activity.starts_at > NOVEMBER, Activity.visibility == Visibility.PUBLIC)
        .order_by(Activity.starts_at)
    ).all()
    assert len(coming) == 4
    assert {activity.max_heads for activity in coming} == {4}
    places = places_of([activity.id for activity in coming])
    left = [places[activity.id].left or 0 for activity in coming]
    assert sorted(left)[:2] == [0, 2]  # one is full, one nearly
    assert db.session.scalars(select(PassedOver.free)).all() == [2]  # where a party of four was passed over
    visitor = filled.test_client()
    page = visitor.get("/da/activities?type=youth_workshop").text
    first = page[page.index('class="activity-title"') :]
    assert first.index(activity_url(coming[0], "da")) < 200  # the first of the list that the front page leads to


def test_the_front_page_shows_something_for_everybody(filled: Flask) -> None:
    six = upcoming_activities(NOVEMBER, 6)
    assert all(activity.starts_at > NOVEMBER for activity in six)
    assert len({activity.type.key for activity in six}) >= 4
    assert {activity.type.key for activity in six} >= {"forum_meeting", "youth_workshop", "dialogue_area"}
    assert len({activity.mode for activity in six}) == 4
    places = places_of([activity.id for activity in six])
    assert [places[activity.id].left for activity in six].count(0) == 1


def test_places_hold_in_the_demo_too(filled: Flask) -> None:
    taken = heads_of(db.session.scalars(select(Activity.id)))
    for activity in db.session.scalars(select(Activity).where(Activity.id.in_(taken))):
        assert activity.capacity is None or taken[activity.id][0] <= activity.capacity


def test_nobody_is_tied_to_a_faith(filled: Flask) -> None:
    roles = {body.role for body in BODIES}
    named = db.session.scalars(
        select(Registration.name)
        .join(Association, Association.id == Registration.association_id)
        .join(AssociationKind, AssociationKind.id == Association.kind_id)
        .where(AssociationKind.faith_based, Registration.name.is_not(None))
    ).all()
    assert named
    assert set(named) <= roles


def test_every_address_is_made_up(filled: Flask) -> None:
    addresses = [*db.session.scalars(select(Registration.email)), *db.session.scalars(select(Message.recipient))]
    assert [address for address in addresses if address and not address.endswith(".example")] == []


def test_names_whose_time_is_over_are_erased_already(filled: Flask) -> None:
    assert ended_activities(NOVEMBER) == []
    assert db.session.scalar(select(func.count(Registration.id)).where(Registration.erased_at.is_not(None)))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_page_of_the_coming_weeks_is_fit_to_show(filled: Flask, lang: str) -> None:
    filled.test_client_class = PageClient
    visitor = filled.test_client()
    assert visitor.get(f"/{lang}/").status_code == 200
    assert visitor.get(f"/{lang}/activities").status_code == 200
    shown = select(Activity).where(
        Activity.starts_at > NOVEMBER, Activity.visibility == Visibility.PUBLIC, Activity.state != State.DRAFT
    )
    for path in [activity_url(activity, lang) for activity in db.session.scalars(shown)]:
        assert visitor.get(path).status_code == 200, path
