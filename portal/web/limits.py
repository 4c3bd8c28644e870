"""Rate limits, shared by all processes through the database: Flask-Limiter's rules, our table as its store."""

import hashlib
import hmac
import time
from ipaddress import ip_network
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse, parse_many
from limits.storage import Storage
from sqlalchemy import BigInteger, String, case, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, db
from portal.personal import Kept, Purpose, personal
from portal.web.forms import one_line

ONE_TEST = parse("1 per minute")


class RateLimit(Base):
    """How often something was tried in one window. `key` has a keyed hash of the sender, never the address."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(String(200), primary_key=True, info=personal(Purpose.PROTECT, Kept.MINUTES))
    tries: Mapped[int] = mapped_column(info=personal(Purpose.PROTECT, Kept.MINUTES))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True, info=personal(Purpose.PROTECT, Kept.MINUTES))


class DatabaseStorage(Storage):
    """The store of `limits` in our own database, for fixed windows; times are whole seconds since 1970."""

    STORAGE_SCHEME = ["portaldb"]  # noqa: RUF012 - the library's name and kind

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Faults that count as the store's own."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """One statement raises the window's tries, or begins a new window; returns the tries so far."""
        now = int(time.time())
        insert = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
        fresh = insert(RateLimit).values(key=key, tries=amount, expires_at=now + expiry)
        live = RateLimit.expires_at > now
        statement = fresh.on_conflict_do_update(
            index_elements=[RateLimit.key],
            set_={
                "tries": case((live, RateLimit.tries + amount), else_=amount),
                "expires_at": case((live, RateLimit.expires_at), else_=now + expiry),
            },
        ).returning(RateLimit.tries)
        with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
            tries = connection.execute(statement).scalar_one()
            if tries == amount:
                connection.execute(delete(RateLimit).where(RateLimit.expires_at < now - 3600))
        return int(tries)

    def get(self, key: str) -> int:
        """Tries in the current window."""
        with db.engine.connect() as connection:
            found = connection.execute(
                select(RateLimit.tries).where(RateLimit.key == key, RateLimit.expires_at > int(time.time()))
            ).scalar()
        return int(found or 0)

    def get_expiry(self, key: str) -> float:
        """When the current window ends, in seconds since 1970."""
        with db.engine.connect() as connection:
            found = connection.execute(select(RateLimit.expires_at).where(RateLimit.key == key)).scalar()
        return float(found or time.time())

    def check(self) -> bool:
        """Whether the store answers."""
        return True

    def reset(self) -> int | None:
        """Forgets every window."""
        with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
            return int(connection.execute(delete(RateLimit)).rowcount)

    def clear(self, key: str) -> None:
        """Forgets one window."""
        with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
            connection.execute(delete(RateLimit).where(RateLimit.key == key))


def hashed(text: str) -> str:
    """A keyed hash, so that the table never holds an address."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, text.casefold().encode(), hashlib.sha256).hexdigest()[:32]


def sender() -> str:
    """The sender of this request, hashed; of an IPv6 address its network, since one sender has all of it."""
    address = request.remote_addr or ""
    try:
        network = ip_network(f"{address}/64", strict=False) if ":" in address else address
    except ValueError:
        network = address
    return hashed(str(network))


def named_account() -> str:
    """The account that somebody tries to log in to, hashed; the address is read as the form reads it."""
    return hashed(f"account:{one_line(request.form.get('email', ''))}")


def account_from_here() -> str:
    """The account together with the sender, hashed."""
    return hashed(f"{named_account()}:{sender()}")


def times(limit: str, factor: int) -> str:
    """Limits that are so many times as wide: `10 per 15 minutes` three times is `30 per 15 minutes`."""
    return "; ".join(
        f"{item.amount * factor} per {item.multiples} {item.GRANULARITY.name}" for item in parse_many(limit)
    )


def may_test_mail(email: str) -> bool:
    """Whether a member of staff may be sent a test of a mail now: one a minute, whatever it is a test of. Counts it."""
    return limiter.limiter.hit(ONE_TEST, "mail-test", hashed(f"account:{email}"))


limiter = Limiter(key_func=sender, strategy="fixed-window")


def register_limits(app: Flask) -> None:
    """Limits are off only where a test says so."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", "portaldb://")
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", False)
    limiter.init_app(app)
