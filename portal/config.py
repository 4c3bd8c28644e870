"""Every setting, in one place. All come from the environment as PORTAL_...; README lists them too."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from limits import parse_many
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent.parent
DEMO_FOLDER = PROJECT / "var" / "demo"
SECRET_MIN = 32


class SettingError(Exception):
    """A setting is missing or wrong; the text says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """What whoever runs the portal decides. Each field is `PORTAL_` and its name in capitals."""

    secret_key: str = field(default="", metadata={"doc": "secret for sessions and signed links, 32 characters or more"})
    database_url: str = field(
        default=f"sqlite:///{PROJECT / 'var' / 'portal.db'}",
        metadata={"doc": "database address: sqlite:///FILE or postgresql+psycopg://..."},
    )
    base_url: str = field(
        default="http://localhost:8000", metadata={"doc": "the portal's public address, for links in mail"}
    )
    demo: bool = field(default=False, metadata={"doc": "1: sample content, mail stays in the demo mailbox"})
    demo_database_url: str = field(
        default="",
        metadata={"doc": "another database for the demo than its own; PORTAL_DATABASE_URL is never used by it"},
    )
    wordmark: str = field(default="VINK", metadata={"doc": "the unit's name, shown top left"})
    tagline_da: str = field(
        default="Dialog med civilsamfundet · Københavns Kommune", metadata={"doc": "beside the wordmark, in Danish"}
    )
    tagline_en: str = field(
        default="Dialogue with civil society · City of Copenhagen", metadata={"doc": "beside the wordmark, in English"}
    )
    logo: str = field(default="", metadata={"doc": "file name of a logo (svg or png), shown instead of the wordmark"})
    contact_email: str = field(default="vink@vink.example", metadata={"doc": "the unit's shared mailbox"})
    contact_phone: str = field(default="+4533663366", metadata={"doc": "the unit's telephone, E.164"})
    numbers_checked: str = field(
        default="", metadata={"doc": "date (YYYY-MM-DD) when the numbers on the page Concerned? were checked"}
    )
    mail_host: str = field(default="", metadata={"doc": "SMTP server; empty: mail waits in the outbox"})
    mail_port: int = field(default=587, metadata={"doc": "SMTP port"})
    mail_user: str = field(default="", metadata={"doc": "SMTP user, if the server asks for one"})
    mail_password: str = field(default="", metadata={"doc": "SMTP password"})
    mail_tls: str = field(default="starttls", metadata={"doc": "starttls, tls or none"})
    mail_from: str = field(default="vink@vink.example", metadata={"doc": "sender's address"})
    mail_limit: str = field(
        default="300 per minute", metadata={"doc": "mails handed to the server, by all workers together"}
    )
    secure_cookies: bool = field(default=True, metadata={"doc": "0 only where the portal is served without TLS"})
    trusted_proxies: int = field(default=0, metadata={"doc": "how many proxies in front set X-Forwarded-..."})
    trusted_hosts: str = field(default="", metadata={"doc": "host names answered, separated by commas; empty: all"})
    sign_up_limit: str = field(default="30 per hour", metadata={"doc": "sign-ups from one address"})
    login_limit: str = field(
        default="10 per 15 minutes", metadata={"doc": "tries to log in from one address or account"}
    )
    retention_reference: str = field(
        default="",
        metadata={"doc": "reference of the confirmed retention schedule; empty: nothing is erased by itself"},
    )

    @property
    def database_uri(self) -> str:
        """The address as SQLAlchemy wants it: psycopg 3 for PostgreSQL, and a relative SQLite file in the project."""
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        if self.sqlite_file is None:
            return self.database_url
        return make_url(self.database_url).set(database=str(self.sqlite_file)).render_as_string(hide_password=False)

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, None where it is no file."""
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":", "file:")):
            return None
        return PROJECT / url.database


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise SettingError(f"{name} is {text!r}; it must be a whole number")
    return int(text)


def _read(kind: object, name: str, text: str) -> object:
    if any(ord(char) < 32 for char in text):
        raise SettingError(f"{name} has a line break or another control character in it")
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingError(f"{name} is {text!r}; it must be 1 or 0")
        return text.lower() in {"1", "true", "yes"}
    return _whole(name, text) if kind is int else text


def _is_database(address: str) -> bool:
    try:
        url = make_url(address)
        return url.drivername in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"} and bool(url.database)
    except ArgumentError:
        return False


def _is_public_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def _is_email(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_limit(text: str) -> bool:
    try:
        return all(limit.amount > 0 and limit.get_expiry() > 0 for limit in parse_many(text))
    except ValueError:
        return False


def _are_hosts(text: str) -> bool:
    return all(re.fullmatch(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d+)?", host.strip()) for host in text.split(","))


# What a setting must be, beyond its kind: a test of what is given, and the words for it. Passwords are not repeated.
MUST_BE: dict[str, tuple[Callable[[str], object], str]] = {
    "database_url": (_is_database, "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"),
    "demo_database_url": (_is_database, "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"),
    "base_url": (
        _is_public_address,
        "an address that begins with https:// or http://, such as https://portal.example.dk",
    ),
    "logo": (
        re.compile(r"[\w-][\w.-]*\.(svg|png)", re.ASCII).fullmatch,
        "the file name of an svg or png in portal/static",
    ),
    "contact_email": (_is_email, "an e-mail address"),
    "contact_phone": (re.compile(r"\+[1-9]\d{6,14}", re.ASCII).fullmatch, "a telephone number such as +4533663366"),
    "numbers_checked": (_is_day, "a date such as 2026-11-08"),
    "mail_port": (lambda port: 1 <= int(port) <= 65535, "a port from 1 to 65535"),
    "mail_tls": (lambda word: word in {"starttls", "tls", "none"}, "starttls, tls or none"),
    "mail_from": (_is_email, "an e-mail address"),
    "mail_limit": (_is_limit, "a limit such as 300 per minute"),
    "trusted_hosts": (_are_hosts, "host names separated by commas, without https://"),
    "sign_up_limit": (_is_limit, "a limit such as 30 per hour"),
    "login_limit": (_is_limit, "a limit such as 10 per 15 minutes"),
}


def read_settings(environment: Mapping[str, str] | None = None, *, needs_secret: bool = True) -> Settings:
    """Reads the settings. SettingError where one is wrong, or the secret is missing outside the demo."""
    env = os.environ if environment is None else environment
    given: dict[str, object] = {}
    for f in fields(Settings):
        name = f"PORTAL_{f.name.upper()}"
        if text := env.get(name, ""):
            given[f.name] = _read(f.type, name, text)
            is_right, words = MUST_BE.get(f.name, (bool, "something"))
            if not is_right(text):
                told = "" if f.name.endswith("database_url") else f" is {text!r}; it"
                raise SettingError(f"{name}{told} must be {words}")
    if given.get("demo"):
        given = {**_demo_defaults(env.get("PORT", "8000")), **given, **_demo_own(given)}
    if isinstance(given.get("base_url"), str):
        given["base_url"] = str(given["base_url"]).rstrip("/")
    settings = Settings(**given)  # type: ignore[arg-type]
    if needs_secret and len(settings.secret_key) < SECRET_MIN:
        raise SettingError(
            f"PORTAL_SECRET_KEY must be set, with {SECRET_MIN} characters or more. "
            'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return settings


def _demo_defaults(port: str) -> dict[str, object]:
    return {
        "base_url": f"http://localhost:{port}",
        "secure_cookies": False,
        "sign_up_limit": "1000 per hour",
        "login_limit": "100 per 15 minutes",
        "numbers_checked": "",
    }


def _demo_own(given: Mapping[str, object]) -> dict[str, object]:
    """What the demo never takes from a city's settings: it fills and erases its database."""
    other = given.get("demo_database_url")
    if other and other == given.get("database_url"):
        raise SettingError("PORTAL_DEMO_DATABASE_URL must be another database than PORTAL_DATABASE_URL")
    return {
        "secret_key": _demo_secret(),
        "database_url": other or f"sqlite:///{DEMO_FOLDER / 'portal.db'}",
        "retention_reference": "demo",
    }


def _demo_secret() -> str:
    """The demo's own secret, made once, so that links in its mailbox work after a restart."""
    file = DEMO_FOLDER / "secret"
    try:
        return file.read_text()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x") as new:  # two processes may start at once: the first one's holds
                new.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        return file.read_text()
