"""Who can log in."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import STAFF, Role
from portal.database import db


def user_of_session(session_key: str) -> User | None:
    """The account behind a session, unless it was closed."""
    return db.session.scalar(select(User).where(User.session_key == session_key, User.active))


def all_users() -> Sequence[User]:
    """Everybody with an account, by name."""
    return db.session.scalars(select(User).order_by(User.active.desc(), User.name)).all()


def staff_members() -> Sequence[User]:
    """Active staff, for «whom to ask»."""
    return db.session.scalars(select(User).where(User.role.in_(STAFF), User.active).order_by(User.name)).all()


def facilitators() -> Sequence[User]:
    """Active facilitators."""
    return db.session.scalars(select(User).where(User.role == Role.FACILITATOR, User.active).order_by(User.name)).all()
