"""Who gets a mail to many: an activity's parties, or the associations that a saved search finds; each mailbox once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import load_only

from portal.activities.models import Activity
from portal.associations.models import Association, Contact
from portal.associations.queries import in_danish_order
from portal.database import db
from portal.forum.address_book import associations_in, wanted_of
from portal.mail.models import Mailing, ReceiverGroup
from portal.mailings.rules import each_once, folded_address
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE, Standing

NAMED = 20  # associations that a page names; the others are a number
STANDINGS = {
    ReceiverGroup.CONFIRMED: frozenset({Standing.CONFIRMED}),
    ReceiverGroup.WAITING: frozenset({Standing.WAITING, Standing.OFFERED}),
    ReceiverGroup.EVERYBODY: ALIVE,
}


@dataclass(frozen=True)
class Reader:
    """One who gets the mail: a party with its `reference`, or an association's contact."""

    address: str
    language: str
    registration_id: int | None = None
    reference: str | None = None
    association_id: int | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class Unreached:
    """Associations that get no mail: how many, and the names of the first ones."""

    number: int = 0
    names: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.names)


@dataclass(frozen=True)
class Receivers:
    """Who gets a mail now, and who does not: parties without a mailbox, associations without one, and those that
    asked for no more such mail.
    """

    readers: Sequence[Reader]
    parties_without: int = 0
    mailless: Unreached = field(default_factory=Unreached)
    said_no: Unreached = field(default_factory=Unreached)

    @property
    def number(self) -> int:
        """How many mails that is."""
        return len(self.readers)

    @property
    def by_language(self) -> dict[str, int]:
        """How many read each language; a language that nobody reads is left out."""
        return dict(Counter(reader.language for reader in self.readers))


def receivers_of(mailing: Mailing, *, now: datetime) -> Receivers:
    """Who would get the mail if it went out now, in the same few queries however many they are."""
    if mailing.activity_id is not None:
        return party_receivers(mailing.activity_id, mailing.receiver_group or ReceiverGroup.CONFIRMED)
    return association_receivers(mailing.query, now=now)


def _desk(activity_id: int) -> ColumnElement[int]:
    """Where the meeting's sign-ups are."""
    found = select(func.coalesce(Activity.registers_at_id, Activity.id)).where(Activity.id == activity_id)
    return found.scalar_subquery()


def party_receivers(activity_id: int, group: ReceiverGroup) -> Receivers:
    """The parties that stand so, in order of arrival; those whose names are erased are nobody any more."""
    rows = db.session.execute(
        select(Registration.email, Registration.language, Registration.id, Registration.reference)
        .where(
            Registration.activity_id == _desk(activity_id),
            Registration.standing.in_(STANDINGS[group]),
            Registration.erased_at.is_(None),
        )
        .order_by(Registration.queue_number, Registration.id)
    ).all()
    reached = (Reader(email, lang, number, reference) for email, lang, number, reference in rows if email)
    return Receivers(list(each_once(reached)), sum(not row.email for row in rows))


def parties_in_groups(activity_id: int) -> dict[ReceiverGroup, int]:
    """How many parties stand in each group, with a mailbox or without."""
    rows = db.session.execute(
        select(Registration.standing, func.count())
        .where(Registration.activity_id == _desk(activity_id), Registration.erased_at.is_(None))
        .group_by(Registration.standing)
    )
    numbers = {standing: int(number) for standing, number in rows}
    return {group: sum(numbers.get(each, 0) for each in standings) for group, standings in STANDINGS.items()}


def association_receivers(query: str, *, now: datetime) -> Receivers:
    """Every mailbox of the associations that the search finds, but those that asked for no more such mail.

    A mailbox that said no is left alone wherever else it stands. Closed associations are left out.
    """
    found = associations_in(wanted_of(parse_qs(query)), now=now).where(Association.active)
    ids = found.order_by(None).with_only_columns(Association.id)
    rows = db.session.execute(
        select(Contact, Association.language)
        .join(Association, Association.id == Contact.association_id)
        .where(Contact.association_id.in_(ids))
        .options(load_only(Contact.association_id, Contact.email, raiseload=True))
        .order_by(Contact.association_id, Contact.position, Contact.id)
    ).all()
    refused = {
        folded_address(address)
        for address in db.session.scalars(select(Contact.email).where(Contact.unsubscribed_at.is_not(None)))
    }
    readers = [
        Reader(contact.email, lang, association_id=contact.association_id, contact=contact) for contact, lang in rows
    ]
    reached = {r.association_id for r in readers if folded_address(r.address) not in refused}
    said_no = {r.association_id for r in readers if r.association_id is not None} - reached
    without = found.where(~Association.contacts.any())
    return Receivers(
        list(each_once(readers, refused)),
        mailless=_unreached(without),
        said_no=_named(said_no),
    )


def _unreached(found: Select[Association]) -> Unreached:
    names = found.order_by(None).with_only_columns(Association.name, func.count().over())
    rows = db.session.execute(names.order_by(in_danish_order(Association.name), Association.id).limit(NAMED)).all()
    return Unreached(int(rows[0][1]), tuple(row[0] for row in rows)) if rows else Unreached()


def _named(ids: set[Any]) -> Unreached:
    some = sorted(ids)[:NAMED]
    query = select(Association.name).where(Association.id.in_(some)).order_by(in_danish_order(Association.name))
    return Unreached(len(ids), tuple(db.session.scalars(query))) if ids else Unreached()
