"""Fills an empty database with the demo's content, through the services that staff and visitors use.

The same day gives the same content: what varies is drawn from a seeded generator.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.accounts.service import create_user
from portal.activities.models import Activity
from portal.associations.charter_models import CharterVersion
from portal.associations.models import Association, Tag
from portal.associations.record_service import confirm_contact
from portal.config import PROJECT
from portal.database import writing
from portal.demo.calendar import COMING, COURSES, PROFESSIONS, USUAL_YEAR, Coming, day_of, workday
from portal.demo.content import BODIES, CITY_HALL, PASSWORD, PEOPLE
from portal.demo.mails import lose_one, write_mails
from portal.demo.parties import Parties
from portal.demo.partners import Partners
from portal.demo.planning import Planner, Spot
from portal.forum.rules import FORUM_TYPE
from portal.goals.plan_file import default_plan
from portal.goals.service import copy_plan, load_plan
from portal.imports.associations import import_associations
from portal.imports.columns import ASSOCIATION_COLUMNS, FORUM_COLUMNS, LOG_COLUMNS, column_words
from portal.imports.forum import import_forum
from portal.imports.reading import read_sheet
from portal.imports.service import import_activities
from portal.privacy.service import erase_ended
from portal.registrations.planning import call_off
from portal.registrations.service import cancel

DATA = PROJECT / "portal" / "demo" / "data"
# What some of the associations are about with us: the keyword, and every how many have it.
HABITS = (("works_with_youth", 2), ("works_with_parents", 5), ("works_with_residents", 3), ("has_volunteers", 4))
REASON_DA = "Oplægsholderen er blevet syg. Vi finder en ny dato og skriver den her på siden."
REASON_EN = "The speaker has fallen ill. We will find a new date and put it on this page."


def fill(*, now: datetime) -> None:
    """Makes people, associations, plans, last year, this year and the coming weeks: all of it or nothing."""
    with writing() as session:
        people = {
            person.name: create_user(person.email, person.name, person.role, PASSWORD, now=now) for person in PEOPLE
        }
        _add_associations(session, people["Bo Prøvesen"], now)
        _load_plans(now)
        _import_log(now)
        planner = Planner(session, people, now)
        parties = Parties(session, planner.random)
        partners = Partners(session, people["Bo Prøvesen"], people["Rosa Testesen"], now)
        this_year = clock.local(now).year
        for year in (this_year - 1, this_year):
            _usual_year(planner, parties, partners, year)
            _courses(planner, partners, year)
        partners.begun()
        _around_today(planner, parties)
        made = [_coming(planner, parties, coming, number) for number, coming in enumerate(COMING)]
        meetings = [activity for activity in made if activity.type.key == FORUM_TYPE]
        partners.coming_meeting(meetings[0])
        partners.topics_proposed(meetings[0])
        partners.enquiries()
        workshop = next(activity for activity in made if activity.type.key == "youth_workshop")
        write_mails(session, people["Rosa Testesen"], workshop, now=now)
        session.flush()
        lose_one(session, workshop)
    erase_ended(now=now)


def _add_associations(session: Session, staff: User, now: datetime) -> None:
    """The sample list, as staff import it; some of them can lend a room, and one reads English."""
    then = now - timedelta(days=1000)
    for version in session.scalars(select(CharterVersion)):
        version.created_at = version.published_at = then - timedelta(days=30)
    sheet = read_sheet(DATA / "foreninger.csv", column_words(ASSOCIATION_COLUMNS))
    import_associations(sheet, commit=True, skip_faulty=True, same=False, actor=staff, now=then)
    tags = {tag.key: tag for tag in session.scalars(select(Tag))}
    for number, association in enumerate(session.scalars(select(Association).order_by(Association.id))):
        association.can_host = number % 3 == 2
        association.language = "en" if association.name == "Debatklubben Spørgsmålstegnet" else "da"
        association.tags = [tags[key] for key, every in HABITS if number % every == 0]
        for contact in association.contacts:
            contact.created_at = then
            if number % 4:
                confirm_contact(contact.id, now=now - timedelta(days=40 + number * 12), actor=staff)


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


def _usual_year(planner: Planner, parties: Parties, partners: Partners, year: int) -> None:
    """What was held, with closed counts; nothing of what lies ahead."""
    for kind, times in USUAL_YEAR.items():
        for number, (week, weekday, hour, heads) in enumerate(times):
            day = day_of(year, week, weekday)
            if clock.at_local(day, planner.time(hour)) + timedelta(hours=8) > planner.now:
                continue
            body = None if kind == FORUM_TYPE else BODIES[(number * 3 + week) % len(BODIES)]
            audience = PROFESSIONS[number % len(PROFESSIONS)] if kind in {"staff_talk", "theme_day"} else None
            activity = planner.hold(kind, day, hour, Spot.of(body), sample=number, audience=audience)
            made_at = activity.created_at
            if kind == FORUM_TYPE:
                parties.associations_came(activity, heads, planner.staff, made_at=made_at)
            elif kind == "youth_workshop" and planner.now - activity.ends_at < timedelta(days=40):
                parties.sign_up(activity, (heads + 2,), made_at=made_at, until=activity.starts_at)
            planner.close(activity, heads)
            if kind == FORUM_TYPE:
                partners.held_meeting(activity, number)
    if year == clock.local(planner.now).year - 1:
        planner.correct_one()


def _courses(planner: Planner, partners: Partners, year: int) -> None:
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
        if kind == "capacity_session":
            partners.course(name, meetings)


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


def _coming(planner: Planner, parties: Parties, coming: Coming, number: int) -> Activity:
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
    if coming.special in {"offered", "passed_over"}:
        cancel(made[0].id, now=now - timedelta(hours=3))
    if coming.special == "called_off":
        call_off(activity.id, REASON_DA, REASON_EN, now=now - timedelta(days=1))
    return activity
