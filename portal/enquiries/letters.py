"""What the asker is told by mail, in their own language.

Subjects say nothing of what was asked for, and nothing that a stranger could have typed goes out to an address that
nobody has confirmed: the first letter repeats no words.
"""

from collections.abc import Callable
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.associations.models import Contact
from portal.enquiries.models import Enquiry
from portal.enquiries.waiting import answer_due
from portal.mail.letter import Letter, queue_letter
from portal.mail.wording import Group, MailKind, Words, declare, letter_of
from portal.web.links import link_to, sign
from portal.web.locale import date_long, when

BUTTON = _l("See your enquiry")

declare(
    MailKind(
        "enquiry_received",
        _l("Enquiry received"),
        Words(
            _l("{unit}: we have received your enquiry"),
            _l("Thank you for writing"),
            _l(
                "We have received your enquiry, and answer within five working days: by {deadline} at the latest.\n\n"
                "With the button you can see how it goes, write more, or withdraw it."
            ),
            _l("Did you not write to us? Then somebody else typed your address. You need not do anything."),
        ),
        ("deadline",),
        group=Group.ENQUIRY,
        needed=("deadline",),
        button=BUTTON,
    ),
    MailKind(
        "enquiry_answered",
        _l("Answer to an enquiry"),
        Words(
            _l("{unit}: an answer to your enquiry"),
            _l("An answer to your enquiry"),
            "{answer}",
            _l("Write to us on the page behind the button, then everything stands in one place."),
        ),
        ("answer",),
        group=Group.ENQUIRY,
        needed=("answer",),
        button=BUTTON,
    ),
    MailKind(
        "enquiry_declined",
        _l("Enquiry declined"),
        Words(
            _l("{unit}: an answer to your enquiry"),
            _l("We cannot say yes this time"),
            "{answer}",
            _l("You are welcome to write again on the page behind the button."),
        ),
        ("answer",),
        group=Group.ENQUIRY,
        needed=("answer",),
        button=BUTTON,
    ),
)


def tell(session: Session, enquiry: Enquiry, kind: str, *, now: datetime, text: str = "") -> None:
    """Queues the letter `kind` to the asker, in the caller's transaction; nothing once the address is erased."""
    lang = enquiry.language
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


def _written(key: str, enquiry: Enquiry, lang: str, facts: dict[str, str]) -> Letter:
    """The letter with the button to the enquiry's own page."""
    with force_locale(lang):
        button = (str(BUTTON), link_to("enquiries.follow", lang, token=sign(enquiry.reference or "")))
    return letter_of(key, lang, facts, parts={"button": button})


def _received(enquiry: Enquiry, lang: str, _text: str) -> Letter:
    with force_locale(lang):
        deadline = date_long(answer_due(enquiry.last_words_at))
    return _written("enquiry_received", enquiry, lang, {"deadline": deadline})


def _answered(enquiry: Enquiry, lang: str, text: str) -> Letter:
    return _written("enquiry_answered", enquiry, lang, {"answer": text})


def _declined(enquiry: Enquiry, lang: str, text: str) -> Letter:
    return _written("enquiry_declined", enquiry, lang, {"answer": text})


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
