"""A letter's HTML in a frame of one of our pages: with its own style, and nothing else allowed."""

import base64
import hashlib
import re
from dataclasses import dataclass

from portal.mail.letter import Letter, written
from portal.web.headers import POLICY

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Preview:
    """A letter as its reader sees it: its subject, its text, and its HTML for a frame."""

    lang: str
    subject: str
    text: str
    html: str


def preview_of(letter: Letter, lang: str) -> Preview:
    """The letter in that language, to be shown on a page that has `policy_for` its HTML."""
    text, html = written(letter, lang)
    return Preview(lang, letter.subject, text, framed(html))


def framed(html: str) -> str:
    """The letter for a frame's `srcdoc`; its links lead to a new window, which the frame's sandbox does not allow."""
    return html.replace("<head>", '<head>\n<base target="_blank">', 1)


def style_source(html: str) -> str:
    """What a policy allows as style: the fingerprint of the letter's own style element."""
    found = STYLE.search(html)
    if not found:
        return "'none'"
    digest = hashlib.sha256(found[1].replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy_for(html: str) -> str:
    """The policy of a page that shows the letter in a `srcdoc` frame, which has to keep to its page's policy."""
    return POLICY.replace("style-src 'self'", f"style-src 'self' {style_source(html)}")
