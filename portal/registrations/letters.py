"""What people are told about their registration, in their own language, neutral where the type asks for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.links import activity_address
from portal.activities.models import Activity
from portal.mail.letter import Letter, queue_letter
from portal.mail.wording import letter_of
from portal.registrations import mail_kinds  # noqa: F401 - they are declared there
from portal.registrations.calendar_parts import calendar_for
from portal.registrations.letter_parts import facts_of, manage_button, place_text
from portal.registrations.models import Registration
from portal.registrations.organiser_letters import called_off, meeting_added, moved, reminder
from portal.registrations.rules import ALIVE, Standing
from portal.web.links import link_to, sign
from portal.web.locale import date_long, day_and_time, text_of, when

Parts = dict[str, Any]
SIGNED_UP = {"confirmed", "waiting", "moved_up"}


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


def _free_now(free: int = 0, **_facts: Any) -> list[str]:
    """Tells whoever begins to wait as the first in line that some places are free, though too few for it."""
    if not free:
        return []
    return [
        ngettext(
            "%(num)d place is free right now. If fewer of you can come, take it with the button.",
            "%(num)d places are free right now. If fewer of you can come, take them with the button.",
            free,
        )
    ]


def _unanswered(registration: Registration) -> list[str]:
    """Tells a party that takes fewer of the places it is offered that it has yet to take them."""
    if registration.standing is not Standing.OFFERED or registration.offer_expires_at is None:
        return []
    until = day_and_time(registration.offer_expires_at)
    return [_("The places are not yours yet: answer yes or no by %(moment)s.", moment=until)]


def facts_about(activity: Activity, registration: Registration, lang: str) -> dict[str, str]:
    """What the placeholders stand for that every message about a registration may use."""
    places = ngettext("%(num)d place", "%(num)d places", registration.heads)
    return {
        "title": text_of(activity, "title", lang).text,
        "places": places,
        "heads": str(registration.heads),
        "when": when(activity.starts_at, activity.ends_at),
        "day": date_long(activity.starts_at),
        "where": place_text(activity),
        "reason": text_of(activity, "called_off", lang).text,
    }


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
    if not registration.email:
        return
    about = activity or registration.activity
    queue_letter(
        session,
        letter_to(session, registration, kind, now=now, activity=about, **facts),
        registration.email,
        registration.language,
        registration_id=registration.id,
        activity_id=about.id,
        now=now,
    )


def letter_to(
    session: Session, registration: Registration, kind: str, *, now: datetime, activity: Activity, **facts: Any
) -> Letter:
    """The letter `kind` to the party about the activity, with its entry for the calendar."""
    lang = registration.language
    with force_locale(lang):
        words = facts_about(activity, registration, lang)
        key, more, parts = LETTERS[kind](session, activity, registration, lang, **facts)
        notes = _free_now(**facts) if kind == "waiting" else []
        notes += _unanswered(registration) if kind == "heads_changed" else []
        notes += _others(session, registration) if kind in SIGNED_UP else []
        parts["calendar"] = calendar_for(session, kind, activity, registration, now=now, **facts)
    return letter_of(
        key,
        lang,
        {**words, **more},
        type_id=activity.type_id,
        neutral=activity.type.neutral_mail,
        notes=notes,
        parts=parts,
    )


Written = tuple[str, Mapping[str, str], Parts]


def _placed(kind: str) -> Callable[..., Written]:
    def write(_session: Session, activity: Activity, registration: Registration, lang: str, **more: Any) -> Written:
        parts = {"facts": facts_of(activity, registration), "button": manage_button(registration, lang)}
        return kind, {name: str(value) for name, value in more.items()}, parts

    return write


def _waiting(_session: Session, activity: Activity, registration: Registration, lang: str, **more: Any) -> Written:
    _kind, facts, parts = _placed("waiting")(_session, activity, registration, lang, **more)
    return "waiting", facts, {**parts, "facts": parts["facts"][:-1]}  # a row "Places" would read as places it has


def _heads_changed(
    _session: Session, activity: Activity, registration: Registration, lang: str, **more: Any
) -> Written:
    kind, facts, parts = _placed("heads_changed")(_session, activity, registration, lang, **more)
    if registration.standing is Standing.OFFERED:
        parts = {**parts, "button": _answer_button(registration, lang)}
    return kind, facts, parts


def _answer_button(registration: Registration, lang: str) -> tuple[str, str]:
    return _("Answer yes or no"), link_to("registrations.offer", lang, token=sign(registration.reference or ""))


def _offer(_session: Session, activity: Activity, registration: Registration, lang: str) -> Written:
    until = registration.offer_expires_at or activity.starts_at
    parts = {"facts": facts_of(activity, registration), "button": _answer_button(registration, lang)}
    return "offer", {"until": day_and_time(until)}, parts


def _some_free(_session: Session, activity: Activity, registration: Registration, lang: str, *, free: int) -> Written:
    address = link_to("registrations.manage", lang, token=sign(registration.reference or ""))
    when_and_where = facts_of(activity, registration)[:-1]  # how many places it asked for stands in the text
    parts = {"facts": when_and_where, "button": (_("See what is free"), address)}
    return "some_free", {"free": ngettext("%(num)d place", "%(num)d places", free)}, parts


def _left(kind: str) -> Callable[..., Written]:
    def write(_session: Session, activity: Activity, _registration: Registration, lang: str) -> Written:
        return kind, {}, {"button": (_("See the activity"), activity_address(activity, lang))}

    return write


LETTERS: dict[str, Callable[..., Written]] = {
    "confirmed": _placed("confirmed"),
    "waiting": _waiting,
    "some_free": _some_free,
    "offer": _offer,
    "lapsed": _left("lapsed"),
    "moved_up": _placed("moved_up"),
    "heads_changed": _heads_changed,
    "cancelled": _left("cancelled"),
    "declined": _left("declined"),
    "called_off": called_off,
    "moved": moved,
    "meeting_added": meeting_added,
    "reminder": reminder,
}


def letter_of_standing(standing: Standing) -> str:
    """Which letter tells a newcomer where it stands."""
    return "confirmed" if standing is Standing.CONFIRMED else "waiting"
