"""Private calendar feeds: an unguessable address for one association, or for one member of staff."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.associations.models import Association
from portal.calendars.rules import Scope
from portal.database import Base, choice
from portal.personal import Kept, Purpose, personal


class CalendarFeed(Base):
    """One feed. Whoever has `token` reads it, so it can be made anew, which ends the old address at once."""

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("(association_id IS NULL) <> (user_id IS NULL)", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(60), unique=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_COOPERATING))
    association_id: Mapped[int | None] = mapped_column(
        ForeignKey("association.id", ondelete="CASCADE"),
        unique=True,
        info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING),
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), unique=True, info=personal(Purpose.PLAN, Kept.WHILE_EMPLOYED)
    )
    scope: Mapped[Scope] = mapped_column(choice(Scope), info=personal(Purpose.PLAN, Kept.WHILE_COOPERATING))
    created_at: Mapped[datetime] = mapped_column(info=personal(Purpose.SIGN_IN, Kept.WHILE_COOPERATING))

    association: Mapped[Association | None] = relationship()
    user: Mapped[User | None] = relationship()
