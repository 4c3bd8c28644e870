"""Inviting associations to a meeting, reminding the silent ones, and what they answer."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import State, sign_up_closed
from portal.associations.models import Association
from portal.database import writing
from portal.errors import RuleError
from portal.forum.invitation_letters import Invitations
from portal.forum.invitation_queries import silent
from portal.forum.models import AgendaItem, Invitation, Meeting
from portal.forum.own_answers import living_parties, own_answer
from portal.forum.queries import agenda_of
from portal.forum.rules import FORUM_TYPE, Answer
from portal.log.models import Event
from portal.log.service import note, note_each
from portal.mail.letter import queue_messages
from portal.registrations import service as registrations
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.service import SignUp
from portal.registrations.waiting_list import activity_afresh, take_turn, tend


@dataclass(frozen=True)
class Sent:
    """What one round of letters did. `mailless` are the names of the associations that have no mailbox, `unsubscribed`
    of those whose mailboxes have all asked for no invitations.
    """

    associations: int
    letters: int
    mailless: tuple[str, ...] = ()
    unsubscribed: tuple[str, ...] = ()


def _meeting(session: Session, activity_id: int, now: datetime) -> Activity:
    """The meeting, with its turn taken. RuleError `unknown_meeting`, `closed` (with `reason`): nobody can say yes."""
    desk = session.scalar(select(Activity.registers_at_id).where(Activity.id == activity_id))
    take_turn(session, desk or activity_id)
    activity = activity_afresh(session, activity_id)
    if activity.type.key != FORUM_TYPE:
        raise RuleError("unknown_meeting")
    closed = sign_up_closed((activity.registers_at or activity).terms, now) or sign_up_closed(activity.terms, now)
    if closed is not None:
        raise RuleError("closed", reason=closed)
    return activity


def published_agenda(session: Session, activity_id: int) -> Sequence[AgendaItem]:
    """The meeting's agenda, once it is published."""
    meeting = session.get(Meeting, activity_id)
    return agenda_of(activity_id) if meeting is not None and meeting.agenda_published_at is not None else []


def invite(
    activity_id: int,
    association_ids: Collection[int],
    *,
    actor: User,
    now: datetime,
    greeting: Mapping[str, str] = MappingProxyType({}),
) -> Sent:
    """Invites the associations that are not invited yet, and writes to every mailbox of theirs, with a greeting of
    staff's own by language where there is one.

    Those without a mailbox that wants it are invited too, so that their answer by telephone has a place; they are named
    back.
    Closed associations and unknown numbers are left out. RuleError: `unknown_activity`, `unknown_meeting`, `closed`
    (with `reason`).
    """
    with writing() as session:
        activity = _meeting(session, activity_id, now)
        known = select(Invitation.association_id).where(Invitation.activity_id == activity_id)
        wanted = set(association_ids) - set(session.scalars(known))
        letters = Invitations("invited", activity, published_agenda(session, activity_id), greeting)
        associations = session.scalars(
            select(Association)
            .where(Association.id.in_(wanted), Association.active)
            .options(selectinload(Association.contacts))
            .order_by(Association.search_name)
        ).all()
        fresh = {association.id: _new_invitation(activity_id, association.id, now) for association in associations}
        messages = [
            message
            for association in associations
            for message in letters.to(association, fresh[association.id].reference, now=now)
        ]
        session.bulk_save_objects(fresh.values())
        queue_messages(session, messages)
        note_each(session, Event.INVITED, list(fresh), now=now, actor=actor)
        unreached = [association for association in associations if not association.news_contacts]
        mailless = tuple(association.name for association in unreached if not association.contacts)
        unsubscribed = tuple(association.name for association in unreached if association.contacts)
    return Sent(len(fresh), len(messages), mailless, unsubscribed)


def _new_invitation(activity_id: int, association_id: int, now: datetime) -> Invitation:
    return Invitation(
        activity_id=activity_id, association_id=association_id, reference=secrets.token_urlsafe(15), invited_at=now
    )


def remind(activity_id: int, *, actor: User, now: datetime) -> Sent:
    """Writes once more to those that have neither answered nor registered, and were not written to these three days.

    RuleError: `unknown_activity`, `unknown_meeting`, `closed` (with `reason`), such as when the meeting has begun.
    """
    with writing() as session:
        activity = _meeting(session, activity_id, now)
        letters = Invitations("invitation_reminder", activity, published_agenda(session, activity_id))
        due = session.scalars(
            silent(activity_id, now)
            .options(joinedload(Invitation.association).selectinload(Association.contacts))
            .order_by(Invitation.id)
        ).all()
        messages = [
            message
            for invitation in due
            for message in letters.to(invitation.association, invitation.reference, now=now)
        ]
        for invitation in due:
            invitation.reminded_at = now
        queue_messages(session, messages)
        numbers = [invitation.association_id for invitation in due]
        note_each(session, Event.WROTE, numbers, now=now, actor=actor, subject="invitation_reminder")
    return Sent(len(due), len(messages))


def answer(
    activity_id: int, association_id: int, yes: bool, heads: int = 1, *, now: datetime, actor: User | None = None
) -> Registration | None:
    """What an association answers, for the first time or anew; returns the registration of a yes.

    A yes registers it, changes its heads where it is registered already, and takes an offer that is open; a no
    cancels. Capacity and waiting list hold, and the rules of registrations decide. Asked or not: an association
    without an invitation gets one by answering. `actor` is the member of staff who puts down what they were told by
    telephone; the deadline does not bind them. The same answer again changes nothing.

    RuleError: `unknown_meeting`, `unknown_association`, `not_published`, `called_off`, `started`, and those of
    `registrations.service.sign_up`, `change_heads` and `cancel`.
    """
    with writing() as session:
        desk_id = session.scalar(select(Activity.registers_at_id).where(Activity.id == activity_id)) or activity_id
        take_turn(session, desk_id)
        activity = activity_afresh(session, activity_id)
        association = session.get(Association, association_id)
        if activity.type.key != FORUM_TYPE:
            raise RuleError("unknown_meeting")
        if association is None:
            raise RuleError("unknown_association")
        if activity.state is State.CALLED_OFF:
            raise RuleError("called_off")
        if activity.state is State.DRAFT:
            raise RuleError("not_published")
        if now >= activity.starts_at:
            raise RuleError("started")
        invitation = session.scalar(
            select(Invitation)
            .where(Invitation.activity_id == activity_id, Invitation.association_id == association_id)
            .execution_options(populate_existing=True)
        )
        if invitation is None:
            invitation = _new_invitation(activity_id, association_id, now)
            session.add(invitation)
            session.flush()
        desk = activity_afresh(session, activity.desk_id)
        tend(session, desk, now=now)
        party = own_answer(invitation, living_parties([desk.id], association_id, session)).party
        if yes:
            party = _come(desk, association, party, heads, now=now, by_staff=actor is not None)
            invitation.registration_id = party.id
        elif party is not None:
            registrations.cancel(party.id, now=now)
        said = Answer.YES if yes else Answer.NO
        if invitation.answer is not said:
            invitation.answer, invitation.answered_at = said, now
            number = association_id
            note(session, Event.WROTE, now=now, actor=actor, association_id=number, subject="invitation_answer")
    return party if yes else None


def _come(
    desk: Activity, association: Association, party: Registration | None, heads: int, *, now: datetime, by_staff: bool
) -> Registration:
    """Registers the association, or makes its registration one of so many heads."""
    if party is None:
        return registrations.sign_up(
            desk.id,
            SignUp(
                heads=heads,
                language=association.language,
                submission=f"i-{desk.id}-{association.id}-{desk.turn}",  # the turn's number is ours alone
                email=association.contacts[0].email if association.contacts else None,
                association_name=association.name,
                association_id=association.id,
            ),
            now=now,
            by_staff=by_staff,
        )
    offered = party.standing is Standing.OFFERED
    if heads != party.heads:
        party = registrations.change_heads(party.id, heads, now=now)
    return registrations.answer_offer(party.id, True, now=now) if offered else party
