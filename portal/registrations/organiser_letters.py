"""What the organiser tells the parties: a meeting is called off, or it has moved."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.mail.letter import Letter
from portal.registrations.letter_parts import manage_button, place_text, subject_of
from portal.registrations.models import Registration
from portal.web.links import link_to
from portal.web.locale import date_long, text_of, when


def called_off(
    _session: Session,
    activity: Activity,
    registration: Registration,
    lang: str,
    *,
    whole: bool = False,
    rest: Sequence[Activity] = (),
) -> Letter:
    """A meeting, a whole course, or the only one is called off; `rest` are the course's other meetings."""
    reason = text_of(activity, "called_off", lang).text
    title = text_of(activity, "title", lang).text
    if rest:
        day = date_long(activity.starts_at)
        what = [_("We are sorry: the meeting on %(day)s in “%(title)s” is called off.", day=day, title=title)]
    elif whole:
        what = [_("We are sorry: all meetings still to come in “%(title)s” are called off.", title=title)]
    else:
        what = [_("We are sorry: “%(title)s” is called off. You need not do anything.", title=title)]
    if reason:
        what.append(_("The reason: %(reason)s", reason=reason))
    if rest:
        what.append(_("The other meetings are held as planned, and your registration holds for them."))
        facts = [(_("When"), when(meeting.starts_at, meeting.ends_at)) for meeting in rest]
        return Letter(
            "called_off",
            subject_of(activity, lang, _("A meeting is called off"), _("a meeting is called off")),
            _("A meeting is called off"),
            what,
            facts,
            manage_button(registration, lang),
        )
    return Letter(
        "called_off",
        subject_of(activity, lang, _("Called off"), _("the meeting is called off")),
        _("The activity is called off"),
        what,
        [(_("When"), when(activity.starts_at, activity.ends_at))],
        (_("See what else is on"), link_to("activities.index", lang)),
    )


def moved(
    _session: Session,
    activity: Activity,
    registration: Registration,
    lang: str,
    *,
    before: tuple[datetime, datetime, str],
) -> Letter:
    """New time or place; `before` is start, end and place as they were."""
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
        subject_of(activity, lang, _("New time or place"), _("new time or place")),
        _("New time or place"),
        [
            _("“%(title)s” has moved. Your registration still holds.", title=text_of(activity, "title", lang).text),
        ],
        facts,
        manage_button(registration, lang),
        [_("Does it not suit you any more? Please cancel with the button, so that others can have the places.")],
    )
