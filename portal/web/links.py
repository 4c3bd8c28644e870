"""Addresses that leave the page: absolute, in the reader's language, signed where they are secret."""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from portal.config import SettingError, Settings

# A link in a mail that we sent is cut where its secret begins.
SECRET = re.compile(r"(https?://[^\s\"'<>]+?/)[\w.=-]{20,}")


def link_to(endpoint: str, lang: str, **values: object) -> str:
    """The absolute address of a page at the portal's public address, for mail, files and search engines."""
    settings: Settings = current_app.extensions["settings"]
    parts = urlsplit(settings.base_url)
    adapter = current_app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)
    if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = lang
    return adapter.build(endpoint, values, force_external=True)


def links_to(endpoint: str, lang: str) -> Callable[[str], str]:
    """As `link_to`, for thousands of addresses that differ in their token only."""
    mark = "-" * 8
    begin, end = link_to(endpoint, lang, token=mark).split(mark)
    return lambda token: f"{begin}{token}{end}"


def mail_address(mailbox: str) -> str:
    """The mailbox as an address to write to (RFC 6068). Somebody's `a?bcc=b@c.example` is one odd mailbox, and must not
    become a copy to another one.
    """
    return "mailto:" + re.sub(r"[^\w@.!$'*+=^`{|}~-]", lambda found: quote(found[0], safe=""), mailbox)


def signing_key() -> str:
    """What links are signed with. SettingError where there is none."""
    if not current_app.secret_key:
        raise SettingError("PORTAL_SECRET_KEY must be set: links in mail are signed with it.")
    return str(current_app.secret_key)


def _signer() -> URLSafeSerializer:
    return _signer_with(signing_key())


@cache
def _signer_with(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="registration")


def sign(reference: str) -> str:
    """The token in a manage link: the registration's secret reference, signed."""
    return str(_signer().dumps(reference))


def unsign(token: str) -> str | None:
    """The reference in a token, or None where the token was not made here."""
    try:
        reference = _signer().loads(token)
    except BadSignature:
        return None
    return reference if isinstance(reference, str) else None


def without_secrets(text: str) -> str:
    """The text with the secret of every link cut off."""
    return SECRET.sub(r"\1…", text)
