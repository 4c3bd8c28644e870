"""What people are told about their registration, in their own language, neutral where the type asks for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.links import activity_address
from portal.activities.models import Activity
from portal.mail.letter import Letter, queue_letter
from portal.registrations.letter_parts import facts_of, manage_button, subject_of
from portal.registrations.models import Registration
from portal.registrations.organiser_letters import called_off, moved
from portal.registrations.rules import ALIVE, Standing
from portal.web.links import link_to, sign
from portal.web.locale import clock_time, date_long, text_of


def _others(session: Session, registration: Registration) -> list[str]:
    """Tells, in the mailbox only, that the same address has another party at the same activity."""
    if not registration.email:
        return []
    others = session.scalar(
        select(func.count(Registration.id)).where(
            Registration.activity_id == registration.activity_id,
            Registration.email == registration.email,
            Registration.id != registration.id,
            Registration.standing.in_(ALIVE),
        )
    )
    if not others:
        return []
    return [
        _(
            "There is another registration for the same activity from this address. "
            "If that was a mistake, please cancel one of them."
        )
    ]


def tell(
    session: Session,
    registration: Registration,
    kind: str,
    *,
    now: datetime,
    activity: Activity | None = None,
    **facts: Any,
) -> None:
    """Queues the letter `kind` to the party, in the caller's transaction; nothing where it left no address.

    `activity` is the meeting it is about where that is another one than the party signed up at.
    """
    lang = registration.language
    with force_locale(lang):
        letter = LETTERS[kind](session, activity or registration.activity, registration, lang, **facts)
    queue_letter(session, letter, registration.email, lang, registration_id=registration.id, now=now)


def _confirmed(session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    title = text_of(activity, "title", lang).text
    return Letter(
        "confirmed",
        subject_of(activity, lang, _("You are registered"), _("your registration is confirmed")),
        _("You are registered"),
        [
            ngettext(
                "We have kept %(num)d place for you at “%(title)s”.",
                "We have kept %(num)d places for you at “%(title)s”.",
                registration.heads,
                title=title,
            ),
            *_others(session, registration),
        ],
        facts_of(activity, registration),
        manage_button(registration, lang),
        [_("Can't you come, or will you be fewer? Tell us with the button, so that others can have the places.")],
    )


def _waiting(session: Session, activity: Activity, registration: Registration, lang: str, *, number: int) -> Letter:
    return Letter(
        "waiting",
        subject_of(activity, lang, _("You are on the waiting list"), _("you are on the waiting list")),
        _("You are on the waiting list"),
        [
            ngettext(
                "There is not %(num)d place free at “%(title)s” right now. You are number %(number)d in line.",
                "There are not %(num)d places free at “%(title)s” right now. You are number %(number)d in line.",
                registration.heads,
                title=text_of(activity, "title", lang).text,
                number=number,
            ),
            _("We write to you as soon as there is room. You need not do anything until then."),
            *_others(session, registration),
        ],
        facts_of(activity, registration),
        manage_button(registration, lang),
    )


def _offer(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    until = registration.offer_expires_at or activity.starts_at
    return Letter(
        "offer",
        subject_of(activity, lang, _("There is room for you"), _("there is room for you")),
        _("There is room for you"),
        [
            ngettext(
                "%(num)d place at “%(title)s” is held for you.",
                "%(num)d places at “%(title)s” are held for you.",
                registration.heads,
                title=text_of(activity, "title", lang).text,
            ),
            _(
                "Answer yes or no by %(day)s %(time)s. After that, the places go to the next in line.",
                day=date_long(until),
                time=clock_time(until),
            ),
        ],
        facts_of(activity, registration),
        (_("Answer yes or no"), link_to("registrations.offer", lang, token=sign(registration.reference or ""))),
    )


def _lapsed(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    return Letter(
        "lapsed",
        subject_of(activity, lang, _("The offer has expired"), _("the offer has expired")),
        _("The offer has expired"),
        [
            _(
                "We did not hear from you in time, so the places at “%(title)s” have gone to the next in line.",
                title=text_of(activity, "title", lang).text,
            ),
            _("You are welcome to sign up again."),
        ],
        button=(_("See the activity"), activity_address(activity, lang)),
    )


def _moved_up(session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    letter = _confirmed(session, activity, registration, lang)
    return Letter(
        "moved_up",
        subject_of(activity, lang, _("You have a place now"), _("you have a place now")),
        _("You have a place now"),
        [_("There was room, so you have moved up from the waiting list."), *letter.paragraphs],
        letter.facts,
        letter.button,
        letter.after,
    )


def _heads_changed(
    session: Session, activity: Activity, registration: Registration, lang: str, *, before: int
) -> Letter:
    return Letter(
        "heads_changed",
        subject_of(activity, lang, _("Your registration has changed"), _("your registration has changed")),
        _("Your registration has changed"),
        [
            _(
                "You have changed the number of places at “%(title)s” from %(before)d to %(after)d.",
                title=text_of(activity, "title", lang).text,
                before=before,
                after=registration.heads,
            )
        ],
        facts_of(activity, registration),
        manage_button(registration, lang),
    )


def _cancelled(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    return Letter(
        "cancelled",
        subject_of(activity, lang, _("You have cancelled"), _("you have cancelled")),
        _("You have cancelled"),
        [
            _(
                "Your registration for “%(title)s” is cancelled, and the places go to others. "
                "Thank you for telling us.",
                title=text_of(activity, "title", lang).text,
            )
        ],
        button=(_("See the activity"), activity_address(activity, lang)),
    )


def _declined(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    return Letter(
        "declined",
        subject_of(activity, lang, _("You have said no, thank you"), _("you have said no, thank you")),
        _("You have said no, thank you"),
        [
            _(
                "The places at “%(title)s” go to the next in line. Thank you for answering.",
                title=text_of(activity, "title", lang).text,
            )
        ],
        button=(_("See the activity"), activity_address(activity, lang)),
    )


LETTERS: dict[str, Callable[..., Letter]] = {
    "confirmed": _confirmed,
    "waiting": _waiting,
    "offer": _offer,
    "lapsed": _lapsed,
    "moved_up": _moved_up,
    "heads_changed": _heads_changed,
    "cancelled": _cancelled,
    "declined": _declined,
    "called_off": called_off,
    "moved": moved,
}


def letter_of_standing(standing: Standing) -> str:
    """Which letter tells a newcomer where it stands."""
    return "confirmed" if standing is Standing.CONFIRMED else "waiting"
