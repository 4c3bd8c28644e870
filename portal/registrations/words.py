"""Why a registration can't be made or changed, in words for whoever asked."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.activities.rules import Closed
from portal.errors import RuleError

CLOSED_TEXTS: dict[Closed, Any] = {
    Closed.NO_SIGN_UP: _l("There is no sign-up for this activity: just come."),
    Closed.ARRANGED: _l("This activity is arranged with us. Write or call, and we will find a date together."),
    Closed.NOT_PUBLISHED: _l("Sign-up is not open."),
    Closed.CALLED_OFF: _l("The activity is called off."),
    Closed.COURSE_STARTED: _l("The course has begun, so sign-up is closed."),
    Closed.STARTED: _l("The activity has begun, so sign-up is closed."),
    Closed.DEADLINE: _l("The deadline has passed, so sign-up is closed. Call us if you would still like to come."),
}
REFUSALS: dict[str, Any] = {
    "called_off": _l("The activity is called off, so there is nothing to change."),
    "started": _l("The activity has begun, so the registration cannot be changed any more."),
    "not_alive": _l("This registration is cancelled. Sign up again if you would like to come."),
    "offer_fewer_only": _l("Answer the offer first. You can take fewer places, not more."),
    "too_late_for_more": _l("It is too late to become more. You can be fewer, or call us."),
    "unknown_registration": _l("We cannot find the registration."),
}


def too_many(most: int) -> str:
    """Told where more heads were asked for than one party may have."""
    return str(ngettext("At most %(num)d place for one sign-up.", "At most %(num)d places for one sign-up.", most))


def refusal(fault: RuleError) -> str:
    """What the service refused, in words."""
    if fault.key == "closed":
        return str(CLOSED_TEXTS[Closed(str(fault.facts["reason"]))])
    if fault.key == "too_many_heads":
        return too_many(int(str(fault.facts["most"])))
    if fault.key == "no_room":
        most = int(str(fault.facts["most"]))
        return str(_("There is not room for that many. You can be %(most)d at most right now.", most=most))
    if fault.key == "part_gone":
        return part_gone(int(str(fault.facts["free"])))
    return str(REFUSALS[fault.key])


def part_gone(free: int) -> str:
    """Told where others were faster than whoever wanted a part of the free places."""
    if not free:
        return str(_("Others were faster, and the places are gone. Nothing is lost: you keep your place in line."))
    return str(
        ngettext(
            "Others were faster: %(num)d place is free for you now. Nothing is lost: you keep your place in line.",
            "Others were faster: %(num)d places are free for you now. Nothing is lost: you keep your place in line.",
            free,
        )
    )
