"""Reading invitations: who is asked to a meeting, who comes with how many, who is silent.

A living registration that the association made is a yes, also by the public sign-up form from one of its mailboxes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from portal.activities.models import Activity
from portal.associations.models import Association, Contact
from portal.associations.queries import in_danish_order
from portal.database import db
from portal.forum.models import Invitation
from portal.forum.own_answers import Reply, by_itself, reply_of
from portal.paging import Page, page_of
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE, HOLDS_PLACES, Standing

WRITE_AGAIN_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Tally:
    """A meeting's invitations in numbers: associations, and their heads: `heads` hold places, `waiting` wait.

    `others` are parties that registered without an invitation, or in an association's name without being it;
    `mailless` the invited without a mailbox that wants invitations.
    """

    invited: int
    yes: int
    no: int
    silent: int
    heads: int
    waiting: int
    mailless: int
    others: int
    other_heads: int


@dataclass(frozen=True)
class Row:
    """One invited association: its reply, its heads, whether some of them wait, and how many mailboxes it has.

    `unsubscribed` says that none of them wants invitations.
    """

    invitation: Invitation
    reply: Reply
    heads: int
    waits: bool
    mailboxes: int
    unsubscribed: bool

    @property
    def association(self) -> Association:
        """The association that is invited."""
        return self.invitation.association


@dataclass(frozen=True)
class Invitations:
    """A meeting's invitations: the numbers and one page of the list. `due` is how many a reminder would reach."""

    tally: Tally
    page: Page[Invitation]
    rows: Sequence[Row]
    due: int


@dataclass(frozen=True)
class Choice:
    """Whom an invitation would go to: one page of the associations that are not invited yet, and numbers.

    `already` of those that fit are invited before; `mailless` of the new ones have no mailbox that wants it.
    """

    page: Page[Association]
    already: int
    mailboxes: int
    mailless: int


def _desk(activity_id: int) -> ColumnElement[int]:
    """Where the meeting's sign-ups are."""
    found = select(func.coalesce(Activity.registers_at_id, Activity.id)).where(Activity.id == activity_id)
    return found.scalar_subquery()


def _comes(activity_id: int) -> ColumnElement[bool]:
    """Whether the invitation's association has a living registration that it made itself."""
    return (
        select(Registration.id)
        .where(
            Registration.activity_id == _desk(activity_id),
            Registration.association_id == Invitation.association_id,
            Registration.standing.in_(ALIVE),
            by_itself(),
        )
        .exists()
    )


def _has_mailbox() -> ColumnElement[bool]:
    wants = and_(Contact.association_id == Invitation.association_id, Contact.unsubscribed_at.is_(None))
    return select(Contact.id).where(wants).exists()


def _said(activity_id: int, reply: Reply) -> ColumnElement[bool]:
    comes = _comes(activity_id)
    match reply:
        case Reply.YES:
            return comes
        case Reply.NO:
            return and_(~comes, Invitation.answer.is_not(None))
        case Reply.SILENT:
            return and_(~comes, Invitation.answer.is_(None))


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _heads(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, Registration.heads), else_=0)), 0)


def tally_of(activity_id: int) -> Tally:
    """The meeting's invitations in numbers, in two queries."""
    invited, yes, no, silent, mailless = db.session.execute(
        select(
            func.count(Invitation.id),
            _number(_said(activity_id, Reply.YES)),
            _number(_said(activity_id, Reply.NO)),
            _number(_said(activity_id, Reply.SILENT)),
            _number(~_has_mailbox()),
        ).where(Invitation.activity_id == activity_id)
    ).one()
    asked = (
        select(Invitation.id)
        .where(Invitation.activity_id == activity_id, Invitation.association_id == Registration.association_id)
        .exists()
    ) & by_itself()
    heads, waiting, others, other_heads = db.session.execute(
        select(
            _heads(and_(asked, Registration.standing.in_(HOLDS_PLACES))),
            _heads(and_(asked, Registration.standing == Standing.WAITING)),
            _number(~asked),
            _heads(~asked),
        ).where(Registration.activity_id == _desk(activity_id), Registration.standing.in_(ALIVE))
    ).one()
    return Tally(
        int(invited), int(yes), int(no), int(silent), int(heads), int(waiting), int(mailless), int(others),
        int(other_heads),
    )  # fmt: skip


def silent(activity_id: int, now: datetime) -> Select[Invitation]:
    """The invitations without an answer or a registration, and without a mail from us for three days.

    Those without a mailbox that wants it, and those that have closed, are left out.
    """
    return select(Invitation).where(
        Invitation.activity_id == activity_id,
        _said(activity_id, Reply.SILENT),
        _has_mailbox(),
        select(Association.id).where(Association.id == Invitation.association_id, Association.active).exists(),
        Invitation.invited_at <= now - WRITE_AGAIN_AFTER,
        or_(Invitation.reminded_at.is_(None), Invitation.reminded_at <= now - WRITE_AGAIN_AFTER),
    )


def invitations_of(
    activity_id: int, *, now: datetime, reply: Reply | None = None, page: int = 1, size: int = 20
) -> Invitations:
    """The meeting's invitations by the associations' names, `size` a page, `reply` only those that say so."""
    query = select(Invitation).join(Association).where(Invitation.activity_id == activity_id)
    if reply is not None:
        query = query.where(_said(activity_id, reply))
    found = page_of(
        query.order_by(in_danish_order(Association.name)),
        page,
        options=[joinedload(Invitation.association).joinedload(Association.kind)],
        size=size,
    )
    due = db.session.scalar(select(func.count()).select_from(silent(activity_id, now).subquery()))
    return Invitations(tally_of(activity_id), found, _rows(activity_id, found.items), int(due or 0))


def _rows(activity_id: int, invitations: Sequence[Invitation]) -> list[Row]:
    ids = [invitation.association_id for invitation in invitations]
    heads: dict[int | None, tuple[int, bool]] = {}
    for number, sum_, waiting in db.session.execute(
        select(
            Registration.association_id,
            func.sum(Registration.heads),
            _number(Registration.standing == Standing.WAITING),
        )
        .where(
            Registration.activity_id == _desk(activity_id),
            Registration.association_id.in_(ids),
            Registration.standing.in_(ALIVE),
            by_itself(),
        )
        .group_by(Registration.association_id)
    ):
        heads[number] = (int(sum_), waiting > 0)
    boxes = mailboxes_of(ids)
    return [
        Row(
            invitation,
            reply_of(invitation, invitation.association_id in heads),
            *heads.get(invitation.association_id, (0, False)),
            *boxes.get(invitation.association_id, (0, False)),
        )
        for invitation in invitations
    ]


def choice_of(activity_id: int, associations: Select[Association], page: int = 1) -> Choice:
    """What inviting those associations would do; `associations` is the address book's query."""
    invited = select(Invitation.association_id).where(Invitation.activity_id == activity_id)
    fresh = associations.where(Association.active, Association.id.not_in(invited))
    known = associations.where(Association.id.in_(invited)).order_by(None).subquery()
    ids = fresh.order_by(None).with_only_columns(Association.id)
    boxes, reached = db.session.execute(
        select(func.count(Contact.id), func.count(func.distinct(Contact.association_id))).where(
            Contact.association_id.in_(ids), Contact.unsubscribed_at.is_(None)
        )
    ).one()
    found = page_of(fresh, page)
    already = db.session.scalar(select(func.count()).select_from(known))
    return Choice(found, int(already or 0), int(boxes), found.total - int(reached))


def mailboxes_of(association_ids: Iterable[int]) -> dict[int, tuple[int, bool]]:
    """How many mailboxes each association has, and whether all of them want no invitations; without any left out."""
    rows = db.session.execute(
        select(Contact.association_id, func.count(Contact.id), func.count(Contact.unsubscribed_at))
        .where(Contact.association_id.in_(list(association_ids)))
        .group_by(Contact.association_id)
    )
    return {number: (int(boxes), boxes == unsubscribed) for number, boxes, unsubscribed in rows}
