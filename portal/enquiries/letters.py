"""What the asker is told by mail, in their own language.

Subjects say nothing of what was asked for, and nothing that a stranger could have typed goes out to an address that
nobody has confirmed: the first letter repeats no words.
"""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.associations.models import Contact
from portal.config import Settings
from portal.enquiries.models import Enquiry
from portal.enquiries.waiting import answer_due
from portal.mail.letter import Letter, queue_letter
from portal.web.links import link_to, sign
from portal.web.locale import date_long, when


def tell(session: Session, enquiry: Enquiry, kind: str, *, now: datetime, text: str = "") -> None:
    """Queues the letter `kind` to the asker, in the caller's transaction; nothing once the address is erased."""
    lang = enquiry.language
    with force_locale(lang):
        letter = LETTERS[kind](enquiry, lang, text)
    queue_letter(session, letter, enquiry.email, lang, now=now, association_id=_written_to(session, enquiry))


def _written_to(session: Session, enquiry: Enquiry) -> int | None:
    """The association where the letter goes to a mailbox of its own.

    What goes to anybody else's, who asked in its name perhaps, is theirs: the association does not read it.
    """
    mailbox = select(Contact.association_id).where(
        Contact.association_id == enquiry.association_id, Contact.email == (enquiry.email or "").lower()
    )
    return session.scalar(mailbox)


def _subject(text: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.wordmark}: {text}"


def _button(enquiry: Enquiry, lang: str) -> tuple[str, str]:
    return _("See your enquiry"), link_to("enquiries.follow", lang, token=sign(enquiry.reference or ""))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _received(enquiry: Enquiry, lang: str, _text: str) -> Letter:
    return Letter(
        "enquiry_received",
        _subject(_("we have received your enquiry")),
        _("Thank you for writing"),
        [
            _(
                "We have received your enquiry, and answer within five working days: by %(day)s at the latest.",
                day=date_long(answer_due(enquiry.last_words_at)),
            ),
            _("With the button you can see how it goes, write more, or withdraw it."),
        ],
        button=_button(enquiry, lang),
        after=[_("Did you not write to us? Then somebody else typed your address. You need not do anything.")],
    )


def _answered(enquiry: Enquiry, lang: str, text: str) -> Letter:
    return Letter(
        "enquiry_answered",
        _subject(_("an answer to your enquiry")),
        _("An answer to your enquiry"),
        _lines(text),
        button=_button(enquiry, lang),
        after=[_("Write to us on the page behind the button, then everything stands in one place.")],
    )


def _declined(enquiry: Enquiry, lang: str, text: str) -> Letter:
    return Letter(
        "enquiry_declined",
        _subject(_("an answer to your enquiry")),
        _("We cannot say yes this time"),
        _lines(text),
        button=_button(enquiry, lang),
        after=[_("You are welcome to write again on the page behind the button.")],
    )


LETTERS: dict[str, Callable[[Enquiry, str, str], Letter]] = {
    "received": _received,
    "answered": _answered,
    "declined": _declined,
}


def suggested_refusal(enquiry: Enquiry) -> str:
    """What staff may start from when they decline, in the asker's language."""
    with force_locale(enquiry.language):
        parts = [
            _(
                "Thank you for thinking of us. We are sorry that we cannot help with this at the moment: "
                "our calendar is full."
            ),
            _("You are very welcome to ask again later, or to come to one of our open activities."),
        ]
    return "\n\n".join(parts)


def suggested_start(enquiry: Enquiry) -> str:
    """What staff may start from when work with a board begins, in the asker's language."""
    with force_locale(enquiry.language):
        parts = [
            _("Thank you for writing. We would like to work with you."),
            _("The first step is a talk about what you need. We write or call to find a time that suits you."),
        ]
    return "\n\n".join(parts)


def possible_day(enquiry: Enquiry, starts_at: datetime, ends_at: datetime, place: str) -> str:
    """What the thread and the mail say about a meeting that is not confirmed yet, in the asker's language."""
    with force_locale(enquiry.language):
        parts = [_("We have set aside a possible day: %(when)s.", when=when(starts_at, ends_at))]
        if place:
            parts.append(_("The place: %(place)s.", place=place))
        parts.append(
            _(
                "It is not confirmed yet: the narrator says yes to each meeting, and your group is prepared first. "
                "We write to you as soon as it is settled."
            )
        )
    return "\n\n".join(parts)
