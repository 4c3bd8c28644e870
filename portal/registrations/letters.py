"""What people are told about their registration, in their own language, neutral where the type asks for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.activities.rules import Visibility
from portal.config import Settings
from portal.mail.letter import Letter, queue_letter
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE, Standing
from portal.web.links import link_to, sign
from portal.web.locale import clock_time, date_long, text_of, when


def place_text(activity: Activity) -> str:
    """Venue and address on one line."""
    return ", ".join(part for part in (activity.venue, activity.address) if part)


def _facts(activity: Activity, registration: Registration, lang: str) -> list[tuple[str, str]]:
    facts = [(_("When"), when(activity.starts_at, activity.ends_at))]
    if place_text(activity):
        facts.append((_("Where"), place_text(activity)))
    facts.append((_("Places"), str(registration.heads)))
    return facts


def _named(activity: Activity, lang: str, text: str, neutral: str) -> str:
    """The subject with the title, or the neutral one where the type keeps titles out of subjects."""
    if activity.type.neutral_mail:
        settings: Settings = current_app.extensions["settings"]
        return f"{settings.wordmark}: {neutral}"
    return f"{text}: {text_of(activity, 'title', lang)}"


def _manage(registration: Registration, lang: str) -> tuple[str, str]:
    address = link_to("registrations.manage", lang, token=sign(registration.reference or ""))
    return _("See, change or cancel"), address


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
        _named(activity, lang, _("You are registered"), _("your registration is confirmed")),
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
        _facts(activity, registration, lang),
        _manage(registration, lang),
        [_("Can't you come, or will you be fewer? Tell us with the button, so that others can have the places.")],
    )


def _waiting(session: Session, activity: Activity, registration: Registration, lang: str, *, number: int) -> Letter:
    return Letter(
        "waiting",
        _named(activity, lang, _("You are on the waiting list"), _("you are on the waiting list")),
        _("You are on the waiting list"),
        [
            _(
                "“%(title)s” is full right now. You are number %(number)d in line.",
                title=text_of(activity, "title", lang).text,
                number=number,
            ),
            _("We write to you as soon as there is room. You need not do anything until then."),
            *_others(session, registration),
        ],
        _facts(activity, registration, lang),
        _manage(registration, lang),
    )


def _offer(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    until = registration.offer_expires_at or activity.starts_at
    return Letter(
        "offer",
        _named(activity, lang, _("There is room for you"), _("there is room for you")),
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
        _facts(activity, registration, lang),
        (_("Answer yes or no"), link_to("registrations.offer", lang, token=sign(registration.reference or ""))),
    )


def _lapsed(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    return Letter(
        "lapsed",
        _named(activity, lang, _("The offer has expired"), _("the offer has expired")),
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
        _named(activity, lang, _("You have a place now"), _("you have a place now")),
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
        _named(activity, lang, _("Your registration has changed"), _("your registration has changed")),
        _("Your registration has changed"),
        [
            _(
                "You have changed the number of places at “%(title)s” from %(before)d to %(after)d.",
                title=text_of(activity, "title", lang).text,
                before=before,
                after=registration.heads,
            )
        ],
        _facts(activity, registration, lang),
        _manage(registration, lang),
    )


def _cancelled(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    return Letter(
        "cancelled",
        _named(activity, lang, _("You have cancelled"), _("you have cancelled")),
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


def _called_off(_session: Session, activity: Activity, registration: Registration, lang: str) -> Letter:
    reason = text_of(activity, "called_off", lang).text
    return Letter(
        "called_off",
        _named(activity, lang, _("Called off"), _("the meeting is called off")),
        _("The activity is called off"),
        [
            _(
                "We are sorry: “%(title)s” is called off. You need not do anything.",
                title=text_of(activity, "title", lang).text,
            ),
            *([_("The reason: %(reason)s", reason=reason)] if reason else []),
        ],
        _facts(activity, registration, lang),
        (_("See what else is on"), link_to("activities.index", lang)),
    )


def _moved(
    _session: Session,
    activity: Activity,
    registration: Registration,
    lang: str,
    *,
    before: tuple[datetime, datetime, str],
) -> Letter:
    start, end, place = before
    facts = [(_("Before"), when(start, end) + (f", {place}" if place else ""))]
    facts.append(
        (
            _("Now"),
            when(activity.starts_at, activity.ends_at) + (f", {place_text(activity)}" if place_text(activity) else ""),
        )
    )
    facts.append((_("Places"), str(registration.heads)))
    return Letter(
        "moved",
        _named(activity, lang, _("New time or place"), _("new time or place")),
        _("New time or place"),
        [
            _("“%(title)s” has moved. Your registration still holds.", title=text_of(activity, "title", lang).text),
        ],
        facts,
        _manage(registration, lang),
        [_("Does it not suit you any more? Please cancel with the button, so that others can have the places.")],
    )


LETTERS: dict[str, Callable[..., Letter]] = {
    "confirmed": _confirmed,
    "waiting": _waiting,
    "offer": _offer,
    "lapsed": _lapsed,
    "moved_up": _moved_up,
    "heads_changed": _heads_changed,
    "cancelled": _cancelled,
    "called_off": _called_off,
    "moved": _moved,
}


def activity_address(activity: Activity, lang: str) -> str:
    """The activity's public address; the slug is put right by the page itself, an unlisted one needs its key."""
    slug = activity.link_key if activity.visibility is Visibility.UNLISTED else "x"
    return link_to("activities.show", lang, id=activity.id, slug=slug)


def letter_of_standing(standing: Standing) -> str:
    """Which letter tells a newcomer where it stands."""
    return "confirmed" if standing is Standing.CONFIRMED else "waiting"
