"""Where one association stands at a meeting: what it answered, and its registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import db
from portal.forum.models import Invitation
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE


class Reply(StrEnum):
    """What an invited association says so far, for lists and their filter."""

    YES = "yes"
    NO = "no"
    SILENT = "silent"


@dataclass(frozen=True)
class OwnAnswer:
    """Where one association stands at one meeting. `others` are the heads of further registrations of its own."""

    invitation: Invitation | None = None
    party: Registration | None = None
    others: int = 0

    @property
    def reply(self) -> Reply:
        """What it says so far."""
        return reply_of(self.invitation, self.party is not None)


def reply_of(invitation: Invitation | None, comes: bool) -> Reply:
    """What an association says: a living registration is a yes, however it was made."""
    if comes:
        return Reply.YES
    return Reply.SILENT if invitation is None or invitation.answer is None else Reply.NO


def invitation_by_reference(reference: str) -> Invitation | None:
    """The invitation behind an answer link, with its meeting and association; None once the association has closed."""
    return db.session.scalar(
        select(Invitation)
        .join(Invitation.association)
        .where(Invitation.reference == reference, Association.active)
        .options(joinedload(Invitation.activity), joinedload(Invitation.association))
    )


def own_answers(association_id: int, activities: Iterable[Activity]) -> dict[int, OwnAnswer]:
    """Where the association stands at each of the meetings, by activity; in two queries."""
    desks = {activity.id: activity.desk_id for activity in activities}
    invitations = {
        invitation.activity_id: invitation
        for invitation in db.session.scalars(
            select(Invitation).where(Invitation.association_id == association_id, Invitation.activity_id.in_(desks))
        )
    }
    parties: dict[int, list[Registration]] = {}
    for party in living_parties(set(desks.values()), association_id):
        parties.setdefault(party.activity_id, []).append(party)
    return {number: own_answer(invitations.get(number), parties.get(desk_id, [])) for number, desk_id in desks.items()}


def own_answer(invitation: Invitation | None, parties: Sequence[Registration]) -> OwnAnswer:
    """The association's answer is about the registration that it made, else about the first that it has."""
    made = invitation.registration_id if invitation else None
    party = next((party for party in parties if party.id == made), parties[0] if parties else None)
    return OwnAnswer(invitation, party, sum(other.heads for other in parties if other is not party))


def living_parties(
    desk_ids: Iterable[int], association_id: int, session: Session | None = None
) -> Sequence[Registration]:
    """The association's registrations that stand or wait, in order of arrival."""
    return (
        (session or db.session)
        .scalars(
            select(Registration)
            .where(
                Registration.activity_id.in_(list(desk_ids)),
                Registration.association_id == association_id,
                Registration.standing.in_(ALIVE),
            )
            .order_by(Registration.queue_number)
            .execution_options(populate_existing=True)
        )
        .all()
    )
