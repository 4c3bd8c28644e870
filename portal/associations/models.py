"""Associations and institutions: the address book, and what finds it again."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.associations.rules import LinkPurpose
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal

RECORD = personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
REACHING = personal(Purpose.CONTACT, Kept.WHILE_COOPERATING)
ENTERING = personal(Purpose.SIGN_IN, Kept.MINUTES)


class District(Base):
    """A district of the city, as data; `other_names` are spellings that spreadsheets use, one a line."""

    __tablename__ = "district"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name: Mapped[str] = mapped_column(String(80), unique=True, info=impersonal())
    other_names: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    position: Mapped[int]


class AssociationKind(Base):
    """What sort of body: association, faith-based body, school, ... as data.

    `other_names` are the words that spreadsheets use, one a line.
    """

    __tablename__ = "association_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    other_names: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"), info=impersonal())
    faith_based: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class Tag(Base):
    """A word that staff sort associations by, as data: what it can do with us, never what its members are."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


association_tag = Table(
    "association_tag",
    Base.metadata,
    Column("association_id", ForeignKey("association.id", ondelete="CASCADE"), primary_key=True, info=RECORD),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True, info=RECORD),
)


class Association(Base):
    """An association or institution. `search_name` is the name folded for finding it again.

    `forum_since` and `forum_until` are its membership of the citizen forum; it is a member while only the first
    is set. `can_host` means that it can lend a room. `revision` rises with each change, so that two who edit it
    at once hear of each other. `active` False means that it has closed or left; its history stays.
    """

    __tablename__ = "association"
    __table_args__ = (Index("ix_association_filters", "active", "district_id", "kind_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160), info=RECORD)
    search_name: Mapped[str] = mapped_column(String(640), unique=True, info=RECORD)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("association_kind.id"), info=RECORD)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), info=RECORD)
    cvr: Mapped[str | None] = mapped_column(String(8), index=True, unique=True, info=RECORD)
    web_page: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"), info=RECORD)
    language: Mapped[str] = mapped_column(String(2), default="da", server_default="da", info=REACHING)
    can_host: Mapped[bool] = mapped_column(default=False, server_default=false(), info=RECORD)
    forum_since: Mapped[date | None] = mapped_column(info=RECORD)
    forum_until: Mapped[date | None] = mapped_column(info=RECORD)
    active: Mapped[bool] = mapped_column(default=True, server_default=true(), info=RECORD)
    revision: Mapped[int] = mapped_column(default=0, server_default="0", info=RECORD)
    created_at: Mapped[datetime] = mapped_column(info=RECORD)
    changed_at: Mapped[datetime | None] = mapped_column(info=RECORD)

    kind: Mapped[AssociationKind | None] = relationship()
    district: Mapped[District | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=association_tag, order_by=Tag.position)
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="association", order_by="Contact.position, Contact.id", cascade="all, delete-orphan"
    )
    other_names: Mapped[list["OtherName"]] = relationship(cascade="all, delete-orphan", order_by="OtherName.name")

    @property
    def is_member(self) -> bool:
        """Whether it is in the citizen forum."""
        return self.forum_since is not None and self.forum_until is None

    @property
    def news_contacts(self) -> list["Contact"]:
        """The contacts that get invitations and news: those that did not ask for no more of it."""
        return [contact for contact in self.contacts if contact.unsubscribed_at is None]

    @property
    def faith_based(self) -> bool:
        """Whether its contacts' names stay out of lists, since they would reveal belief."""
        return self.kind is not None and self.kind.faith_based


class OtherName(Base):
    """Another name that an association was known by, such as before a merge; no two associations share one."""

    __tablename__ = "association_other_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(
        ForeignKey("association.id", ondelete="CASCADE"), index=True, info=RECORD
    )
    name: Mapped[str] = mapped_column(String(160), info=RECORD)
    search_name: Mapped[str] = mapped_column(String(640), unique=True, info=RECORD)


class Contact(Base):
    """A role at an association, with a mailbox and perhaps a name.

    The first by `position` is the one we write to first. `confirmed_at` is when somebody there last said that this
    is right, `asked_at` when we last asked, `unsubscribed_at` when it said that it wants no more invitations and news.
    `session_key` is in the cookie of whoever logged in by this mailbox and
    changes with the address, so that the old mailbox is out at once.
    """

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("association_id", "email"), Index("ix_contact_email", "email"))

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"), info=REACHING)
    role: Mapped[str] = mapped_column(String(80), info=REACHING)
    name: Mapped[str | None] = mapped_column(String(120), info=REACHING)
    email: Mapped[str] = mapped_column(String(254), info=REACHING)
    phone: Mapped[str | None] = mapped_column(String(20), info=REACHING)
    position: Mapped[int] = mapped_column(default=0, info=REACHING)
    session_key: Mapped[str] = mapped_column(
        String(40), unique=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_COOPERATING)
    )
    created_at: Mapped[datetime] = mapped_column(info=REACHING)
    confirmed_at: Mapped[datetime | None] = mapped_column(info=REACHING)
    asked_at: Mapped[datetime | None] = mapped_column(info=REACHING)
    unsubscribed_at: Mapped[datetime | None] = mapped_column(info=REACHING)

    association: Mapped[Association] = relationship(back_populates="contacts")


class AccessLink(Base):
    """A link mailed to a contact, for one thing and once. Only the token's SHA-256 is stored."""

    __tablename__ = "access_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True, info=ENTERING)
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose), info=ENTERING)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=ENTERING)
    created_at: Mapped[datetime] = mapped_column(info=ENTERING)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=ENTERING)
    used_at: Mapped[datetime | None] = mapped_column(info=ENTERING)

    contact: Mapped[Contact] = relationship()


class Segment(Base):
    """A search of the address book that staff saved: `query` is the list's own query string."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True, info=impersonal())
    query: Mapped[str] = mapped_column(String(1000), info=impersonal())
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.PLAN, Kept.WHILE_EMPLOYED)
    )
    created_at: Mapped[datetime] = mapped_column(info=impersonal())

    created_by: Mapped[User | None] = relationship()
