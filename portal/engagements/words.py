"""What phases, moves and their faults are called on pages."""

# mypy: disable-error-code="no-any-return"
# flask_babel has no types; its gettext gives text.

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.activities.faults import TEXTS as ACTIVITY_FAULTS
from portal.engagements.rules import Moment, MoveFault, Phase
from portal.errors import RuleError
from portal.web.forms import put_beside

PHASES: dict[Phase, Any] = {
    Phase.CONTACT: _l("Contact"),
    Phase.NEEDS_TALK: _l("Needs talk"),
    Phase.PLAN: _l("Agreed plan"),
    Phase.SESSIONS: _l("Sessions"),
    Phase.FOLLOW_UP: _l("Follow-up"),
    Phase.ENDED: _l("Ended"),
    Phase.STOPPED: _l("Stopped"),
}
MOMENTS: dict[Moment, Any] = {Moment.BEFORE: _l("Before"), Moment.AFTER: _l("After")}
ENDS_OF_SCALE = {1: _l("not at all"), 5: _l("fully")}
LACKS: dict[str, Any] = {
    MoveFault.SAME: _l("It is in that phase already."),
    MoveFault.OVER: _l("It is over. Open it again first."),
    MoveFault.NO_PLAN: _l("The plan has no date yet: write when it was agreed."),
    MoveFault.NO_SESSION: _l("No session has taken place yet."),
    MoveFault.NO_FOLLOW_UP: _l("The follow-up has no date yet: write when it was made. To end without one, stop it."),
}
FAULTS: dict[str, Any] = {
    **{fault.value: text for fault, text in LACKS.items() if isinstance(fault, MoveFault)},
    "unknown": _l("It is not there any more."),
    "unknown_association": _l("There is no such association."),
    "unknown_responsible": _l("Choose one of those in the list."),
    "unknown_topic": _l("Choose one of those in the list."),
    "unknown_level": _l("Choose one of those in the list."),
    "not_yet": _l("This day is still to come. Write it as the next step, and here when it has been."),
    "plan_before_start": _l("The plan cannot be agreed before the engagement began."),
    "plan_needed": _l("The work has come past the plan. Move it back to that phase before you take its date away."),
    "no_goals": _l("Write what was agreed, or choose at least one goal."),
    "nothing_assessed": _l("Choose a level for at least one statement."),
    "not_over": _l("It has been opened again already."),
    "no_type": _l("There is no activity type for sessions any more. An administrator can see to it."),
    "other_partner": _l("Choose one of those in the list."),
    "linked_already": _l("It belongs to an engagement already."),
    "called_off": _l("It is called off."),
}


def fault_text(fault: RuleError) -> str | Markup:
    """The refusal as staff read it."""
    if fault.key == "runs_already":
        link = url_for("engagements.show", id=fault.facts["engagement_id"])
        text = _("There is an engagement with this association that has not ended.")
        return Markup('{} <a href="{}">{}</a>').format(text, link, _("Open it"))
    if fault.key in FAULTS:
        return str(FAULTS[fault.key])
    return str(ACTIVITY_FAULTS[fault.key])


def put_beside_field(form: Any, fault: RuleError) -> None:
    """Adds the refusal to its field's errors, or to the form's own."""
    put_beside(form, fault.field, fault_text(fault))
