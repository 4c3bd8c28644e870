"""Fills an empty database with the demo's content, through the services that staff and visitors use.

The same day gives the same content: what varies is drawn from a seeded generator.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.service import create_user
from portal.associations.models import Association, AssociationKind, District
from portal.associations.rules import search_name
from portal.config import PROJECT
from portal.database import writing
from portal.demo.calendar import COMING, COURSES, PROFESSIONS, USUAL_YEAR, Coming, day_of, workday
from portal.demo.content import BODIES, CITY_HALL, PASSWORD, PEOPLE
from portal.demo.parties import Parties
from portal.demo.planning import Planner, Spot
from portal.goals.plan_file import default_plan
from portal.goals.service import copy_plan, load_plan
from portal.imports.columns import FORUM_COLUMNS, LOG_COLUMNS, column_words
from portal.imports.forum import import_forum
from portal.imports.reading import read_sheet
from portal.imports.service import import_activities
from portal.privacy.service import erase_ended
from portal.registrations.planning import call_off
from portal.registrations.service import cancel

DATA = PROJECT / "portal" / "demo" / "data"
REASON_DA = "Oplægsholderen er blevet syg. Vi finder en ny dato og skriver den her på siden."
REASON_EN = "The speaker has fallen ill. We will find a new date and put it on this page."


def fill(*, now: datetime) -> None:
    """Makes people, associations, plans, last year, this year and the coming weeks: all of it or nothing."""
    with writing() as session:
        people = {
            person.name: create_user(person.email, person.name, person.role, PASSWORD, now=now) for person in PEOPLE
        }
        _add_associations(session, now)
        _load_plans(now)
        _import_log(now)
        planner = Planner(session, people, now)
        parties = Parties(session, planner.random)
        this_year = clock.local(now).year
        for year in (this_year - 1, this_year):
            _usual_year(planner, parties, year)
            _courses(planner, year)
        _around_today(planner, parties)
        for number, coming in enumerate(COMING):
            _coming(planner, parties, coming, number)
    erase_ended(now=now)


def _add_associations(session: Session, now: datetime) -> None:
    kinds = {kind.key: kind.id for kind in session.scalars(select(AssociationKind))}
    districts = {district.key: district.id for district in session.scalars(select(District))}
    session.add_all(
        Association(
            name=body.name,
            search_name=search_name(body.name),
            kind_id=kinds[body.kind],
            district_id=districts[body.district],
            created_at=now,
        )
        for body in BODIES
    )
    session.flush()


def _load_plans(now: datetime) -> None:
    """The plan of 2018-19, and one with the same targets for last year and this."""
    year = clock.local(now).year
    plan, _new = load_plan(default_plan(), now=now)
    years = f"{year - 1}-{year % 100:02}"
    copy_plan(
        plan.id,
        f"VINKs handleplan {years}",
        f"VINK’s action plan {years}",
        date(year - 1, 1, 1),
        date(year, 12, 31),
        now=now,
    )


def _import_log(now: datetime) -> None:
    log = read_sheet(DATA / "aktivitetslog-2016-17.csv", column_words(LOG_COLUMNS))
    import_activities(log, commit=True, skip_faulty=False, now=now)
    forum = read_sheet(DATA / "forumfremmoede-2016-17.xlsx", column_words(FORUM_COLUMNS))
    import_forum(forum, commit=True, skip_faulty=False, now=now)


def _usual_year(planner: Planner, parties: Parties, year: int) -> None:
    """What was held, with closed counts; nothing of what lies ahead."""
    for kind, times in USUAL_YEAR.items():
        for number, (week, weekday, hour, heads) in enumerate(times):
            day = day_of(year, week, weekday)
            if clock.at_local(day, planner.time(hour)) + timedelta(hours=8) > planner.now:
                continue
            body = None if kind == "forum_meeting" else BODIES[(number * 3 + week) % len(BODIES)]
            audience = PROFESSIONS[number % len(PROFESSIONS)] if kind in {"staff_talk", "theme_day"} else None
            activity = planner.hold(kind, day, hour, Spot.of(body), sample=number, audience=audience)
            made_at = activity.created_at
            if kind == "forum_meeting":
                parties.associations_came(activity, heads, planner.staff, made_at=made_at)
            elif kind == "youth_workshop" and planner.now - activity.ends_at < timedelta(days=40):
                parties.sign_up(activity, (heads + 2,), made_at=made_at, until=activity.starts_at)
            planner.close(activity, heads)
    if year == clock.local(planner.now).year - 1:
        planner.correct_one()


def _courses(planner: Planner, year: int) -> None:
    """Courses that have begun: their past meetings are counted, the others are still to come."""
    for kind, name, same_group, hour, heads, weeks in COURSES:
        body = next(body for body in BODIES if body.name == name)
        days = [day_of(year, week, 2) for week in weeks]
        if clock.at_local(days[0], planner.time(hour)) + timedelta(hours=4) > planner.now:
            continue
        first = planner.hold(kind, days[0], hour, Spot.of(body), partner=name)
        meetings = [first, *planner.series(first, days[1:], same_group)]
        for meeting in meetings:
            if meeting.ends_at < planner.now:
                planner.close(meeting, heads)


def _around_today(planner: Planner, parties: Parties) -> None:
    """Two activities to count today, and one from two days ago whose count nobody has closed yet.

    Today's are by link only: they have begun, and the public list is about what one can still come to.
    """
    here = clock.local(planner.now)
    hour = min(max(here.hour, 9), 18)
    today = planner.hold(
        "youth_workshop", here.date(), hour, Spot.of(BODIES[14]), facilitator="Asta Prøvesen", unlisted=True
    )
    parties.sign_up(today, (22,), made_at=today.created_at, until=today.starts_at)
    course = planner.hold(
        "citizenship_class", here.date(), hour, Spot.of(BODIES[7]), facilitator="Noor Testesen", unlisted=True
    )
    parties.sign_up(course, (1, 2, 1, 3, 1, 1, 2), made_at=course.created_at, until=course.starts_at)
    planner.hold("dialogue_area", here.date() - timedelta(days=2), 16, Spot.of(BODIES[2]), sample=1)


def _coming(planner: Planner, parties: Parties, coming: Coming, number: int) -> None:
    now = planner.now
    today = clock.local(now).date()
    day = workday(today + timedelta(days=coming.in_days))
    spot = Spot(*CITY_HALL) if coming.kind == "forum_meeting" else Spot.of(BODIES[(number * 7 + 1) % len(BODIES)])
    made_at = now - timedelta(days=21)
    activity = planner.plan(
        coming.kind,
        day,
        coming.hour,
        spot,
        sample=number,
        made_at=made_at,
        published=coming.special != "draft",
        english=coming.special != "english_missing",
        unlisted=coming.special == "unlisted",
        places=coming.places,
        deadline=now - timedelta(days=1) if coming.special == "deadline" else None,
        partner=spot.host if coming.kind in {"capacity_session", "dialogue_area", "citizenship_class"} else "",
        facilitator=("Asta Prøvesen", "Noor Testesen")[number % 2] if coming.kind == "youth_workshop" else None,
    )
    if coming.meetings:
        later = [workday(today + timedelta(days=days)) for days in coming.meetings]
        planner.series(activity, [d for d in dict.fromkeys(later) if d > day], True, made_at=made_at)
    until = now - timedelta(days=2)
    made = parties.sign_up(activity, coming.parties, made_at=made_at, until=until)
    parties.sign_up(activity, coming.waiting, made_at=until, until=now - timedelta(hours=20))
    if coming.special == "offered":
        cancel(made[0].id, now=now - timedelta(hours=3))
    if coming.special == "called_off":
        call_off(activity.id, REASON_DA, REASON_EN, now=now - timedelta(days=1))
