"""Jobs that are due at certain times: each runs once however many workers there are, and says what it did."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base
from portal.personal import impersonal


class Job(Base):
    """One job of the worker. `leased_until` is when another worker may take it over from one that died.

    `said` is what its last run did, in English and without anything about a person; where it failed (`ok` is False),
    the kind of the fault. `name` is one of `rules.Name`.
    """

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=impersonal())
    due_at: Mapped[datetime] = mapped_column(info=impersonal())
    leased_until: Mapped[datetime | None] = mapped_column(info=impersonal())
    started_at: Mapped[datetime | None] = mapped_column(info=impersonal())
    finished_at: Mapped[datetime | None] = mapped_column(info=impersonal())
    ok: Mapped[bool | None] = mapped_column(info=impersonal())
    said: Mapped[str] = mapped_column(String(300), default="", info=impersonal())
