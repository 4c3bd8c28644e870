"""Accounts: making them, logging in, closing them."""

import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.rules import Role, password_fault
from portal.database import db, writing
from portal.errors import RuleError

HASHER = PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to check against where no such account is, so that both answers take as long."""
    return HASHER.hash(secrets.token_urlsafe())


def normal_email(text: str) -> str:
    """The address as we keep it. RuleError `bad_email` where it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as fault:
        raise RuleError("bad_email", "email") from fault


def create_user(email: str, name: str, role: Role, password: str, *, now: datetime, phone: str | None = None) -> User:
    """A new account. RuleError `bad_email`, `taken`, `too_short` or `too_long`."""
    address = normal_email(email)
    fault = password_fault(password)
    if fault:
        raise RuleError(fault, "password")
    hashed = HASHER.hash(password)
    try:
        with writing() as session:
            if session.scalar(select(User.id).where(User.email == address)):
                raise RuleError("taken", "email")
            user = User(
                email=address,
                name=name,
                phone=phone,
                role=role,
                password_hash=hashed,
                active=True,
                session_key=secrets.token_urlsafe(24),
                created_at=now,
            )
            session.add(user)
    except IntegrityError:  # somebody else made it at the same moment, which PostgreSQL finds out only here
        raise RuleError("taken", "email") from None
    return user


def authenticate(email: str, password: str) -> User | None:
    """The account, or None: unknown address, wrong password and closed account answer alike."""
    user: User | None = db.session.scalar(select(User).where(User.email == email.strip().lower()))
    try:
        HASHER.verify(user.password_hash if user else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    if user is None or not user.active:
        return None
    if HASHER.check_needs_rehash(user.password_hash):
        with writing():
            user.password_hash = HASHER.hash(password)
    return user


def set_active(user_id: int, active: bool, *, actor: User) -> User:
    """Closes or opens an account; closing ends its sessions at once. RuleError `yourself`, `unknown`, `last`."""
    with writing() as session:
        others = _administrators(session) - {user_id}
        user = _account(session, user_id)
        if user.id == actor.id:
            raise RuleError("yourself")
        if not active and user.role is Role.ADMINISTRATOR and not others:
            raise RuleError("last")
        user.active = active
        user.session_key = secrets.token_urlsafe(24)
    return user


def set_role(user_id: int, role: Role) -> User:
    """Gives an account another role, which holds from its next page on. RuleError `unknown`, `last`."""
    with writing() as session:
        others = _administrators(session) - {user_id}
        user = _account(session, user_id)
        if user.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR and not others:
            raise RuleError("last")
        user.role = role
    return user


def set_password(user_id: int, password: str) -> User:
    """Gives an account a new password and ends its sessions. RuleError `unknown`, `too_short`, `too_long`."""
    fault = password_fault(password)
    if fault:
        raise RuleError(fault, "password")
    hashed = HASHER.hash(password)
    with writing() as session:
        user = _account(session, user_id)
        user.password_hash = hashed
        user.session_key = secrets.token_urlsafe(24)
    return user


def _account(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise RuleError("unknown")
    return user


def _administrators(session: Session) -> set[int]:
    """The open accounts of administrators, held until the commit: two who demote each other take turns."""
    query = select(User.id).where(User.role == Role.ADMINISTRATOR, User.active).order_by(User.id)
    return set(session.scalars(query.with_for_update()))


def end_sessions(user_id: int) -> None:
    """Ends every session of an account."""
    with writing() as session:
        session.execute(update(User).where(User.id == user_id).values(session_key=secrets.token_urlsafe(24)))
