"""Thanks to those who came, with how many they were: once, when the count is closed and settled."""

from collections import defaultdict
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.activities.models import Activity, ActivityType
from portal.activities.rules import State
from portal.attendance.models import Closing, Count
from portal.attendance.rules import (
    THANKS_UNTIL,
    THANKS_WAIT,
    CountKind,
    Method,
    thanks_are_due,
    told_number,
    was_absent,
)
from portal.database import db, writing
from portal.jobs.service import one_after_another
from portal.mail.letter import Letter, queue_letter
from portal.mail.wording import MailKind, Words, declare, letter_of
from portal.registrations.models import Registration
from portal.registrations.queries import meetings_of
from portal.registrations.reminders import Told
from portal.registrations.rules import Standing
from portal.registrations.waiting_list import take_both_turns
from portal.web.links import link_to
from portal.web.locale import date_long, text_of

KIND = "thanks"
declare(
    MailKind(
        KIND,
        _l("Thank you afterwards"),
        Words(
            _l("Thank you for coming: {title}"),
            _l("Thank you for coming"),
            _l("Thank you for being with us at “{title}” on {day}.\n\nThere were {came} of us."),
        ),
        ("title", "came", "day"),
        _l("{unit}: thank you for coming"),
        of_type=True,
        needed=("title",),
        button=_l("See what else is on"),
    )
)


def thank_parties(*, now: datetime) -> Told:
    """Thanks the parties of every activity whose count is closed and settled, one transaction an activity; a course
    once, after its last meeting. Nobody is thanked for what was imported.
    """
    due = list(_due(db.session(), now))
    db.session.rollback()
    letters = one_after_another(due, lambda number: _thank(number, now))
    return Told(sum(letters), sum(1 for each in letters if each))


def _due(session: Session, now: datetime, activity_id: int | None = None) -> dict[int, int]:
    """The activities whose parties are to be thanked now, or that one if it is; with how many came, in heads."""
    other, imported = aliased(Activity), aliased(Closing)
    heads = select(func.sum(Count.heads)).where(Count.closing_id == Closing.id).scalar_subquery()
    goes_on_or_thanked = exists().where(
        func.coalesce(other.registers_at_id, other.id) == func.coalesce(Activity.registers_at_id, Activity.id),
        other.state == State.PUBLISHED,
        or_(other.ends_at > Activity.ends_at, other.thanked_at.is_not(None)),
    )
    query = (
        select(Activity.id, Activity.ends_at, Closing.closed_at, func.coalesce(heads, 0))
        .join(ActivityType, ActivityType.id == Activity.type_id)
        .join(Closing, Closing.activity_id == Activity.id)
        .where(
            Closing.newest,
            Closing.closed_at <= now - THANKS_WAIT,
            ActivityType.thanks,
            Activity.state == State.PUBLISHED,
            Activity.thanked_at.is_(None),
            Activity.ends_at.between(now - THANKS_UNTIL, now),
            ~goes_on_or_thanked,
            ~exists().where(imported.activity_id == Activity.id, imported.method == Method.IMPORT),
        )
        .order_by(Activity.ends_at, Activity.id)
    )
    rows = session.execute(query if activity_id is None else query.where(Activity.id == activity_id))
    return {number: came for number, ends_at, closed_at, came in rows if thanks_are_due(ends_at, closed_at, came, now)}


def _thank(activity_id: int, now: datetime) -> int:
    """Thanks one activity's parties and notes it in the same commit; returns how many letters it wrote."""
    with writing() as session:
        activity = take_both_turns(session, activity_id)
        came = _due(session, now, activity_id).get(activity_id)
        if came is None:
            return 0
        activity.thanked_at = now
        parties = _parties(session, activity)
        for party in parties:
            letter = thanks_letter(activity, came, party.language)
            queue_letter(
                session, letter, party.email, party.language, registration_id=party.id, activity_id=activity.id, now=now
            )
        return len(parties)


def _parties(session: Session, activity: Activity) -> list[Registration]:
    """The confirmed parties with an address, but those that were counted and never with anybody there."""
    counted: dict[int, dict[int, int]] = defaultdict(dict)
    for party_id, meeting_id, heads in session.execute(
        select(Count.registration_id, Count.activity_id, Count.heads)
        .where(
            Count.activity_id.in_([meeting.id for meeting in meetings_of(activity)]), Count.kind == CountKind.ARRIVED
        )
        .order_by(Count.number)
    ):
        if party_id is not None:
            counted[party_id][meeting_id] = heads  # the newest one holds
    parties = session.scalars(
        select(Registration)
        .where(
            Registration.activity_id == activity.desk_id,
            Registration.standing == Standing.CONFIRMED,
            Registration.email.is_not(None),
        )
        .order_by(Registration.queue_number, Registration.id)
    )
    return [party for party in parties if not was_absent(counted[party.id].values())]


def thanks_letter(activity: Activity, came: int, lang: str) -> Letter:
    """The letter in that language; how many came stands in a paragraph of its own that is left out for a few."""
    with force_locale(lang):
        facts = {
            "title": text_of(activity, "title", lang).text,
            "came": told_number(came),
            "day": date_long(activity.starts_at),
        }
        button = (_("See what else is on"), link_to("activities.index", lang))
    return letter_of(
        KIND, lang, facts, type_id=activity.type_id, neutral=activity.type.neutral_mail, parts={"button": button}
    )
