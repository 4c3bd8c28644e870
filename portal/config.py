"""Every setting, in one place. All come from the environment as PORTAL_...; README lists them too."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

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
        """The address as SQLAlchemy wants it: a plain `postgresql://` is read with psycopg 3."""
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url


def _read(kind: object, name: str, text: str) -> object:
    if kind is bool or kind == "bool":
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingError(f"{name} is {text!r}; it must be 1 or 0")
        return text.lower() in {"1", "true", "yes"}
    if kind is int or kind == "int":
        if not (text.isascii() and text.isdigit()):
            raise SettingError(f"{name} is {text!r}; it must be a whole number")
        return int(text)
    return text


def read_settings(environment: Mapping[str, str] | None = None, *, needs_secret: bool = True) -> Settings:
    """Reads the settings. SettingError where one is wrong, or the secret is missing outside the demo."""
    env = os.environ if environment is None else environment
    given = {
        f.name: _read(f.type, f"PORTAL_{f.name.upper()}", env[f"PORTAL_{f.name.upper()}"])
        for f in fields(Settings)
        if env.get(f"PORTAL_{f.name.upper()}", "") != ""
    }
    if given.get("demo"):
        port = env.get("PORT", "8000")
        given = {**_demo_settings(port), **given}
    if isinstance(given.get("base_url"), str):
        given["base_url"] = str(given["base_url"]).rstrip("/")
    settings = Settings(**given)  # type: ignore[arg-type]
    if needs_secret and len(settings.secret_key) < SECRET_MIN:
        raise SettingError(
            f"PORTAL_SECRET_KEY must be set, with {SECRET_MIN} characters or more. "
            'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return settings


def _demo_settings(port: str) -> dict[str, object]:
    return {
        "secret_key": _demo_secret(),
        "database_url": f"sqlite:///{DEMO_FOLDER / 'portal.db'}",
        "base_url": f"http://localhost:{port}",
        "secure_cookies": False,
        "sign_up_limit": "1000 per hour",
        "login_limit": "100 per 15 minutes",
        "retention_reference": "demo",
        "numbers_checked": "",
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
