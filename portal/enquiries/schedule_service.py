"""From an enquiry to an activity with the group registered, or to an engagement: in one transaction."""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity, ActivityType
from portal.activities.rules import RegistrationMode, Visibility
from portal.activities.service import ActivityDraft, create_activity, publish
from portal.associations.service import find_association, put_down
from portal.database import writing
from portal.engagements.service import start_engagement
from portal.enquiries.letters import possible_day, tell
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import GATED_TYPES, EnquiryState
from portal.enquiries.service import add_answer, check_open, check_seen, has_live_activity, take
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note as log
from portal.registrations.letter_parts import place_text
from portal.registrations.rules import MAX_HEADS
from portal.registrations.service import SignUp, sign_up

GROUP_NAME_MAX = 120


def schedule(
    enquiry_id: int, draft: ActivityDraft, heads: int, *, actor: User, now: datetime, seen: str | None = None
) -> Enquiry:
    """Makes the activity, publishes it by link only, registers the group and closes the enquiry as scheduled.

    The way of signing up, who can find it and the places follow from the type and the heads, whatever the draft says:
    the meeting is for this group, which may become as many as the type allows. The registration's own letter tells
    the asker. A type that is never confirmed outright (`GATED_TYPES`) only gets a draft as a possible day: nobody is
    registered, the enquiry stays open as answered, and thread and mail say so.

    RuleError: `unknown_enquiry`, `not_open`, `already_scheduled`, `changed_meanwhile`, `too_many_heads` (with `most`),
    and those of `create_activity` and `publish`.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        check_open(enquiry)
        if has_live_activity(enquiry):
            raise RuleError("already_scheduled")
        check_seen(enquiry, seen)
        type_ = session.get(ActivityType, draft.type_id)
        if type_ is None:
            raise RuleError("unknown_type", "type")
        gated = type_.key in GATED_TYPES
        most = type_.max_heads if gated else MAX_HEADS
        if not 1 <= heads <= most:
            raise RuleError("too_many_heads", "heads", most=most)
        activity = create_activity(
            replace(
                draft,
                mode=RegistrationMode.ARRANGED,
                visibility=type_.visibility if gated else Visibility.UNLISTED,
                capacity=max(type_.capacity, heads) if type_.capacity else None,
                max_heads=max(type_.max_heads, heads),
            ),
            now=now,
        )
        enquiry.activity, enquiry.registration = activity, None
        if gated:
            _set_aside(session, enquiry, activity, actor, now)
        else:
            _register(session, enquiry, activity, heads, actor, now)
    return enquiry


def _set_aside(session: Session, enquiry: Enquiry, activity: Activity, actor: User, now: datetime) -> None:
    text = possible_day(enquiry, activity.starts_at, activity.ends_at, place_text(activity))
    add_answer(session, enquiry, text, actor=actor, now=now)
    enquiry.state = EnquiryState.ANSWERED
    tell(session, enquiry, "answered", now=now, text=text)


def _register(
    session: Session, enquiry: Enquiry, activity: Activity, heads: int, actor: User, now: datetime
) -> None:  # fmt: skip
    publish(activity.id, now=now)
    group = ", ".join(part for part in (enquiry.organisation, enquiry.group_name) if part)
    known = find_association(session, enquiry.organisation or "")
    party = SignUp(
        heads=heads,
        language=enquiry.language,
        submission=str(uuid.uuid4()),
        name=enquiry.name,
        email=enquiry.email,
        phone=enquiry.phone,
        group_name=group[:GROUP_NAME_MAX] or None,
        # With an association's name the list of registrations leaves the contact's out: it could tell a belief.
        association_name=enquiry.organisation,
        association_id=enquiry.association_id or (known.id if known else None),
        age_band=enquiry.age_band,
        access_needs=enquiry.needs,
    )
    enquiry.registration = sign_up(activity.id, party, now=now, by_staff=True)
    enquiry.state, enquiry.closed_at = EnquiryState.SCHEDULED, now
    if enquiry.owner_id is None:
        enquiry.owner_id = actor.id
    if enquiry.association_id is not None:
        log(session, Event.WROTE, now=now, actor=actor, association_id=enquiry.association_id, subject="activity")


def start_work(
    enquiry_id: int, name: str, text: str, *, actor: User, now: datetime, seen: str | None = None
) -> Enquiry:  # fmt: skip
    """Begins an engagement with the association of that name, made where there is none, and tells the asker.

    One that runs with it already is taken up instead. RuleError: `unknown_enquiry`, `not_open`, `already_scheduled`,
    `changed_meanwhile`, `no_association`.
    """
    with writing() as session:
        enquiry = take(session, enquiry_id)
        check_open(enquiry)
        if enquiry.engagement_id is not None:
            raise RuleError("already_scheduled")
        check_seen(enquiry, seen)
        association = put_down(session, name, actor=actor, now=now)
        if association is None:
            raise RuleError("no_association", "association")
        try:
            enquiry.engagement_id = start_engagement(
                association.id, started_on=clock.local(now).date(), responsible_id=actor.id, actor=actor, now=now
            ).id
        except RuleError as fault:
            if fault.key != "runs_already":
                raise
            enquiry.engagement_id = int(str(fault.facts["engagement_id"]))
        enquiry.association_id = association.id
        add_answer(session, enquiry, text, actor=actor, now=now)
        enquiry.state, enquiry.closed_at = EnquiryState.SCHEDULED, now
        tell(session, enquiry, "answered", now=now, text=text)
    return enquiry
