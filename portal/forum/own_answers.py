"""Where one association stands at a meeting: what it answered, and its registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from portal.activities.models import Activity
from portal.associations.models import Association, Contact
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
    """Where one association stands at one meeting. `others` are the heads of further registrations in its name."""

    invitation: Invitation | None = None
    party: Registration | None = None
    others: int = 0

    @property
    def reply(self) -> Reply:
        """What it says so far."""
        return reply_of(self.invitation, self.party is not None)


def by_itself() -> ColumnElement[bool]:
    """Whether a registration was made by its association: by an invitation, from one of its mailboxes, or by a list.

    Whoever types an association's name into the public form is not the association: such a party is its own, and
    the association neither answers by it nor can change or cancel it.
    """
    invitation, contact = aliased(Invitation), aliased(Contact)
    return or_(
        and_(Registration.email.is_(None), Registration.phone.is_(None)),
        exists().where(invitation.registration_id == Registration.id),
        exists().where(
            contact.association_id == Registration.association_id,
            func.lower(contact.email) == func.lower(Registration.email),
        ),
    )


def reply_of(invitation: Invitation | None, comes: bool) -> Reply:
    """What an association says: a living registration that it made is a yes, by whatever form."""
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
    parties: dict[int, list[tuple[Registration, bool]]] = {}
    for party, own in living_parties(set(desks.values()), association_id):
        parties.setdefault(party.activity_id, []).append((party, own))
    return {number: own_answer(invitations.get(number), parties.get(desk_id, [])) for number, desk_id in desks.items()}


def own_answer(invitation: Invitation | None, parties: Sequence[tuple[Registration, bool]]) -> OwnAnswer:
    """The association's answer is about the registration that its invitation made, else about the first of its own."""
    made = invitation.registration_id if invitation else None
    own = [party for party, by_association in parties if by_association]
    party = next((party for party in own if party.id == made), own[0] if own else None)
    return OwnAnswer(invitation, party, sum(other.heads for other, _own in parties if other is not party))


def living_parties(
    desk_ids: Iterable[int], association_id: int, session: Session | None = None
) -> Sequence[tuple[Registration, bool]]:
    """The registrations in the association's name that stand or wait, in order of arrival, and whether it made them."""
    rows = (session or db.session).execute(
        select(Registration, by_itself())
        .where(
            Registration.activity_id.in_(list(desk_ids)),
            Registration.association_id == association_id,
            Registration.standing.in_(ALIVE),
        )
        .order_by(Registration.queue_number)
        .execution_options(populate_existing=True)
    )
    return [(party, bool(own)) for party, own in rows]
