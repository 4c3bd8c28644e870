"""People who log in: staff, facilitators, administrators."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.rules import Role
from portal.database import Base, choice
from portal.personal import Kept, Purpose, personal


class User(UserMixin, Base):
    """Somebody with a password and a role. `session_key` changes when every session shall end."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED))
    name: Mapped[str] = mapped_column(String(120), info=personal(Purpose.CONTACT, Kept.WHILE_EMPLOYED))
    phone: Mapped[str | None] = mapped_column(String(20), info=personal(Purpose.CONTACT, Kept.WHILE_EMPLOYED))
    password_hash: Mapped[str] = mapped_column(String(200), info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED))
    session_key: Mapped[str] = mapped_column(
        String(40), unique=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED)
    )
    role: Mapped[Role] = mapped_column(choice(Role), info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED))
    active: Mapped[bool] = mapped_column(default=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED))
    created_at: Mapped[datetime] = mapped_column(info=personal(Purpose.SIGN_IN, Kept.WHILE_EMPLOYED))

    @property
    def is_active(self) -> bool:
        """Flask-Login's question: may this account be used?"""
        return self.active

    def get_id(self) -> str:
        """What the session cookie holds: not the number, so that sessions can be ended."""
        return self.session_key
