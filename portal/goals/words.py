"""Goals in plain words, made from the settings and the figures."""

# mypy: disable-error-code="no-any-return"
# flask_babel has no types; its gettext gives text.

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.goals.forecast import FILLED_PERCENT, Forecast, Reckoning
from portal.goals.models import Goal
from portal.goals.rules import HEAD_UNITS, Pace, Unit
from portal.web.locale import language, number, text_of


def figure(value: int) -> str:
    """A figure with the language's thousands separator."""
    return number(value)


def fewer_than(limit: int) -> str:
    """What stands instead of a small figure."""
    return _("fewer than %(limit)s", limit=number(limit))


def unit(which: Unit, target: int) -> str:
    """The unit, to stand after a target."""
    match which:
        case Unit.ACTIVITIES:
            return ngettext("activity", "activities", target)
        case Unit.ATTENDANCES:
            return ngettext("attendance", "attendances", target)
        case Unit.PEOPLE:
            return ngettext("person", "people", target)
        case Unit.INSTITUTIONS:
            return ngettext("institution", "institutions", target)
        case Unit.PROFESSIONAL_GROUPS:
            return ngettext("professional group", "professional groups", target)
        case Unit.PERCENT:
            return _("per cent")


def day_and_month(day: date) -> str:
    """`12. november` / `12 November`."""
    return (
        format_date(day, "d. MMMM", locale="da") if language() == "da" else format_date(day, "d MMMM", locale="en_GB")
    )


def _names(things: Iterable[Any]) -> str:
    """Names joined as in a sentence: `a, b and c`."""
    names = [text_of(thing, "name").text for thing in things]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def reckoning(which: Reckoning) -> str:
    """What an expected attendance rests on."""
    match which:
        case Reckoning.USUAL:
            return _("the usual attendance of the last 24 months")
        case Reckoning.PLACES:
            return _("%(share)s%% of the places, where nothing has been counted yet", share=FILLED_PERCENT)
        case Reckoning.REGISTERED:
            return _("those who have signed up, where there is no limit")
        case Reckoning.NOTHING:
            return _("nothing yet for activities without places and sign-ups")


def planned(which: Unit, ahead: Forecast) -> str:
    """What is planned, in one sentence."""
    if not ahead.activities:
        return _("Nothing more is planned.")
    if which is Unit.ACTIVITIES:
        return ngettext("One more is planned.", "%(num)s more are planned.", ahead.brings)
    if which in HEAD_UNITS:
        basis = "; ".join(reckoning(r) for r in sorted(ahead.basis))
        first = ngettext("One more activity is planned", "%(num)s more activities are planned", ahead.activities)
        if not basis:
            return first + "."
        return _("%(activities)s, expected to bring %(heads)s (reckoned by %(basis)s).",
                 activities=first, heads=number(ahead.brings), basis=basis)  # fmt: skip
    first = ngettext("One more activity is planned", "%(num)s more activities are planned", ahead.activities)
    if which is Unit.INSTITUTIONS:
        new = ngettext("with one new institution", "with %(num)s new institutions", ahead.brings)
    else:
        new = ngettext("for one new professional group", "for %(num)s new professional groups", ahead.brings)
    return f"{first}, {new}." if ahead.brings else first + "."


def waiting(number_of: int) -> str:
    """How many of the planned ones have begun, or are over, and wait for their count."""
    return ngettext(
        "One of them has begun and is not counted yet.",
        "%(num)s of them have begun and are not counted yet.",
        number_of,
    )


def planned_activities(number_of: int) -> str:
    """How many activities are planned, and nothing of what they bring."""
    if not number_of:
        return _("Nothing more is planned.")
    return ngettext("One more activity is planned", "%(num)s more activities are planned", number_of) + "."


def public_sentence(which: Unit, ahead: Forecast, missing: int, stands: Pace) -> str:
    """How the goal stands, for everybody: shorter than for staff, and what heads are expected is left out."""
    if which not in HEAD_UNITS or not ahead.activities or stands not in {Pace.PLANNED, Pace.SHORT}:
        return sentence(which, ahead, missing, stands, None)
    if stands is Pace.PLANNED:
        return planned_activities(ahead.activities) + " " + _("That will reach the goal.")
    return planned_activities(ahead.activities) + " " + _("That is not yet enough to reach the goal.")


def sentence(which: Unit, ahead: Forecast, missing: int, stands: Pace, reached_on: date | None) -> str:
    """How the goal stands: reached and when, or what is planned and what is missing."""
    match stands:
        case Pace.REACHED:
            if reached_on is None:
                return _("The goal is reached.")
            return _("The goal was reached on %(day)s.", day=day_and_month(reached_on))
        case Pace.PLANNED:
            return planned(which, ahead) + " " + _("That will reach the goal.")
        case Pace.MISSED:
            return ngettext("The goal was missed by one.", "The goal was missed by %(num)s.", missing)
        case Pace.SHORT:
            return planned(which, ahead) + " " + ngettext("One is missing.", "%(num)s are missing.", missing)


def rule(goal: Goal) -> str:
    """What a goal counts, in plain words."""
    if goal.unit is Unit.PERCENT:
        return _("Reported from outside the portal, and never counted here.")
    types = _("of the types: %(names)s", names=_names(goal.types)) if goal.types else _("of every type")
    match goal.unit:
        case Unit.ACTIVITIES:
            what = _("Counts each activity held, %(types)s", types=types)
        case Unit.ATTENDANCES:
            what = _("Counts everybody at every meeting, so that somebody who comes three times counts three times, at "
                     "activities %(types)s", types=types)  # fmt: skip
        case Unit.PEOPLE:
            what = _("Counts everybody who came, and those in a series for the same group only once, at activities "
                     "%(types)s", types=types)  # fmt: skip
        case Unit.INSTITUTIONS:
            what = _("Counts each institution once a year, however many sessions, when there is an agreed plan for "
                     "its engagement and at least one session held, %(types)s", types=types)  # fmt: skip
        case Unit.PROFESSIONAL_GROUPS:
            what = _("Counts each professional group once that took part in activities %(types)s", types=types)
    audiences = _("for the audiences: %(names)s", names=_names(goal.audiences)) if goal.audiences else ""
    closed = _("An activity counts when its count has been closed.")
    return f"{what}; {audiences}. {closed}" if audiences else f"{what}. {closed}"


def key_figure(key: str) -> str:
    """A key figure's name."""
    return {
        "forum_associations": _("associations at the citizens' forum"),
        "forum_meetings": _("meetings of the citizens' forum"),
        "dialogue_activities": _("dialogue activities"),
        "dialogue_participants": _("attendances at dialogue activities"),
        "frontline_staff": _("frontline staff at talks and theme days"),
        "parents": _("parents"),
        "young_people": _("young people"),
    }[key]
