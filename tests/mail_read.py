"""Reads a message as its reader would: the text with its secrets cut, and whether both parts say the same."""

import re

from justhtml import JustHTML

from portal.mail.models import Message

SECRET = re.compile(
    r"((?:registrations|offers|enquiries|invitations|enter|confirm|charter|unsubscribe)/)(?!new\b)[\w.~%+-]{16,}"
)
ADDRESS = re.compile(r"https?://\S+")


def without_secrets(text: str) -> str:
    """Links cut to their page, and numbers of activities to a word."""
    return re.sub(r"activities/\d+", "activities/ID", SECRET.sub(r"\1TOKEN", text))


def as_read(message: Message) -> str:
    """Subject and text, for comparing with a stored letter; the two parts are compared on the way."""
    check_both_parts(message.body_text or "", message.body_html or "")
    return without_secrets(f"{message.subject}\n\n{message.body_text}")


def check_both_parts(text: str, html: str) -> None:
    """The HTML says what the text says, and leads where it leads; AssertionError says what differs."""
    document = JustHTML(html, sanitize=False, collect_errors=True)
    assert document.errors == []
    [body] = document.query("body")
    lines = [ADDRESS.sub("", line) for line in text.splitlines() if set(line) != {"="}]
    in_html = _squashed(body.to_text())
    assert [line for line in lines if _squashed(line) not in in_html] == []
    in_text = _squashed(" ".join(lines))
    parts = [part.to_text() for kind in ("h1", "p", "th", "td") for part in document.query(kind)]
    missing = [part for part in parts if _squashed(ADDRESS.sub("", part)) not in in_text and part != "VINK"]
    assert missing == []
    assert {link.attrs["href"] for link in document.query("a")} == set(ADDRESS.findall(text))
    assert not document.query("img, script, link, iframe"), "nothing from elsewhere"


def _squashed(text: str) -> str:
    return re.sub(r"[\s:]", "", text)
