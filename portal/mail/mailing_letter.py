"""The letter of a mail to many, as one reader gets it: in the preview, and when it goes out."""

import re
from dataclasses import replace

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.config import Settings
from portal.mail.letter import Letter
from portal.mail.models import Mailing

KIND = "mailing"


def mailing_letter(mailing: Mailing, lang: str, *, link: str = "", neutral: bool = False) -> Letter:
    """What staff wrote, in the reader's language; where it is empty there, in the other one.

    `link` is the address of the reader's own registration, behind a button; `neutral` keeps what staff wrote out of
    the subject, as some types of activity ask for.
    """
    subject = _in(mailing, "subject", lang)
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", _in(mailing, "body", lang)) if p.strip()]
    letter = Letter(KIND, subject, subject, paragraphs)
    settings: Settings = current_app.extensions["settings"]
    with force_locale(lang):
        if neutral:
            letter = replace(letter, subject=_("%(unit)s: a message to you", unit=settings.wordmark))
        if link:
            letter = replace(letter, button=(_("See or change the registration"), link))
    return letter


def _in(mailing: Mailing, part: str, lang: str) -> str:
    other = "en" if lang == "da" else "da"
    return getattr(mailing, f"{part}_{lang}") or getattr(mailing, f"{part}_{other}") or ""
