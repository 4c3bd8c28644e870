"""The address book as an import sees it: what is there, what the file's earlier rows add, and what a row resembles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.models import Association, Contact, OtherName, association_tag
from portal.associations.rules import sorted_name
from portal.imports.association_rows import AssociationRow

LOCKED = "association, association_other_name, contact, charter_answer"


class Likeness(StrEnum):
    """Why a row is probably the same as an association whose name is spelled otherwise."""

    SPELLING = "spelling"
    WORD_ORDER = "word_order"
    CVR = "cvr"
    MAILBOX = "mailbox"


@dataclass(eq=False)
class KnownContact:
    """A contact, in the database or to be added (`id` None). `said` are fields that rows of the file spoke of."""

    id: int | None
    role: str
    name: str
    email: str
    phone: str
    said: dict[str, int] = field(default_factory=dict)
    changed: bool = False
    moved: bool = False  # to another mailbox


@dataclass(eq=False)
class Known:
    """An association, in the database or to be added by row `row` (`id` None).

    `said` tells which row of the file spoke of which field, so that two rows that contradict each other are found.
    """

    id: int | None
    row: int | None
    name: str
    folded: str
    kind_id: int | None = None
    district_id: int | None = None
    cvr: str | None = None
    web_page: str = ""
    language: str = "da"
    forum_since: date | None = None
    forum_until: date | None = None
    revision: int = 0
    tag_ids: set[int] = field(default_factory=set)
    contacts: list[KnownContact] = field(default_factory=list)
    answered: bool = False
    last_position: int = -1
    said: dict[str, int] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)  # fields that rows change, for the log
    new_tag_ids: list[int] = field(default_factory=list)
    new_names: list[str] = field(default_factory=list)
    new_answer_role: str | None = None

    @property
    def touched(self) -> bool:
        """Whether there is something to write."""
        return self.id is None or bool(self.written)


class AddressBook:
    """Every association by what it can be recognised by."""

    def __init__(self, version_id: int | None) -> None:
        self.version_id = version_id  # of the charter, the newest published one
        self.all: list[Known] = []
        self.exact: dict[str, Known] = {}
        self.folded: dict[str, Known] = {}
        self.sorted: dict[str, Known] = {}
        self.cvr: dict[str, Known] = {}
        self.email: dict[str, Known] = {}
        self.other_folded: set[str] = set()

    def add(self, known: Known) -> None:
        """Puts an association in, with all that it is recognised by."""
        self.all.append(known)
        self.learn_name(known, known.name, known.folded)
        if known.cvr:
            self.cvr.setdefault(known.cvr, known)
        for contact in known.contacts:
            self.email.setdefault(contact.email, known)

    def learn_name(self, known: Known, name: str, folded: str) -> None:
        """A name that the association goes by."""
        self.exact.setdefault(name, known)
        self.folded.setdefault(folded, known)
        self.sorted.setdefault(sorted_name(folded), known)

    def resembling(self, row: AssociationRow) -> tuple[Known | None, tuple[Likeness, ...]]:
        """The association that a row is probably the same as, and why; the strongest reason decides which."""
        folded = row.folded
        found = (
            (Likeness.SPELLING, self.folded.get(folded) if folded else None),
            (Likeness.WORD_ORDER, self.sorted.get(sorted_name(folded)) if folded else None),
            (Likeness.CVR, self.cvr.get(row.cvr) if row.cvr else None),
            (Likeness.MAILBOX, self.email.get(row.email) if row.email else None),
        )
        known = next((each for _why, each in found if each is not None), None)
        why = [reason for reason, each in found if known is not None and each is known]
        if Likeness.SPELLING in why:
            why.remove(Likeness.WORD_ORDER)  # that goes without saying
        return known, tuple(why)

    def can_be_new(self, row: AssociationRow) -> bool:
        """Whether the row could be an association of its own: nobody has its folded name or its CVR number."""
        folded = row.folded
        return bool(folded) and folded not in self.folded and not (row.cvr and row.cvr in self.cvr)


@dataclass(frozen=True)
class BookRows:
    """The address book's rows as they are stored; equal where nobody wrote in between."""

    version_id: int | None
    associations: list[tuple[Any, ...]]
    names: list[tuple[Any, ...]]
    contacts: list[tuple[Any, ...]]
    tags: list[tuple[Any, ...]]
    answered: list[tuple[Any, ...]]

    def book(self) -> AddressBook:
        """An address book of these rows, closed associations too."""
        book = AddressBook(self.version_id)
        by_id = {id_: Known(id_, None, *rest) for id_, *rest in self.associations}
        for id_, position, contact_id, role, name, email, phone in self.contacts:
            known = by_id[id_]
            known.contacts.append(KnownContact(contact_id, role, name or "", email.lower(), phone or ""))
            known.last_position = max(known.last_position, position)
        for id_, tag_id in self.tags:
            by_id[id_].tag_ids.add(tag_id)
        for (id_,) in self.answered:
            by_id[id_].answered = True
        for known in by_id.values():
            book.add(known)
        for id_, name, folded in self.names:
            book.learn_name(by_id[id_], name, folded)
            book.other_folded.add(folded)
        return book


def lock_address_book(session: Session) -> None:
    """Nobody else writes in it until the transaction ends. On SQLite the transaction itself keeps others out."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {LOCKED} IN SHARE ROW EXCLUSIVE MODE"))


def book_rows(session: Session) -> BookRows:
    """What is stored now. Six queries."""

    def rows(query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.execute(query)]

    version = session.scalar(
        select(CharterVersion.id)
        .where(CharterVersion.published_at.is_not(None))
        .order_by(CharterVersion.number.desc())
        .limit(1)
    )
    associations = select(
        Association.id, Association.name, Association.search_name, Association.kind_id, Association.district_id,
        Association.cvr, Association.web_page, Association.language, Association.forum_since, Association.forum_until,
        Association.revision,
    ).order_by(Association.id)  # fmt: skip
    contacts = select(
        Contact.association_id, Contact.position, Contact.id, Contact.role, Contact.name, Contact.email, Contact.phone
    ).order_by(Contact.position, Contact.id)
    tags = select(association_tag.c.association_id, association_tag.c.tag_id)
    answered = select(CharterAnswer.association_id).distinct()
    return BookRows(
        version,
        rows(associations),
        rows(select(OtherName.association_id, OtherName.name, OtherName.search_name).order_by(OtherName.id)),
        rows(contacts),
        rows(tags.order_by(association_tag.c.association_id, association_tag.c.tag_id)),
        rows(answered.order_by(CharterAnswer.association_id)),
    )


def contacts_to_write(all_known: Iterable[Known]) -> Iterator[tuple[Known, KnownContact]]:
    """Contacts that are new or changed."""
    for known in all_known:
        for contact in known.contacts:
            if contact.id is None or contact.changed:
                yield known, contact
