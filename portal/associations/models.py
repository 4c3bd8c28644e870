"""Associations and institutions, as far as counting and forum meetings need them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base
from portal.personal import Kept, Purpose, impersonal, personal


class District(Base):
    """A district of the city, as data; `other_names` are spellings that spreadsheets use, one a line."""

    __tablename__ = "district"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name: Mapped[str] = mapped_column(String(80), unique=True, info=impersonal())
    other_names: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    position: Mapped[int]


class AssociationKind(Base):
    """What sort of body: association, faith-based body, school, ... as data."""

    __tablename__ = "association_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    faith_based: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class Association(Base):
    """An association or institution. `search_name` is the name folded for finding it again."""

    __tablename__ = "association"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160), info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING))
    search_name: Mapped[str] = mapped_column(
        String(640), unique=True, info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
    )
    kind_id: Mapped[int | None] = mapped_column(
        ForeignKey("association_kind.id"), info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
    )
    district_id: Mapped[int | None] = mapped_column(
        ForeignKey("district.id"), info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
    )
    created_at: Mapped[datetime] = mapped_column(info=impersonal())

    kind: Mapped[AssociationKind | None] = relationship()
    district: Mapped[District | None] = relationship()
