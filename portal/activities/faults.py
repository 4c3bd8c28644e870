"""What the rules about activities refuse, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import RuleError
from portal.web.forms import put_beside
from portal.web.locale import number

TEXTS: dict[str, Any] = {
    "ends_before_start": _l("It must end after it starts, on the same day."),
    "deadline_after_start": _l("Sign-up must close before the activity starts."),
    "unknown_activity": _l("There is no such activity."),
    "unknown_type": _l("Choose one of those in the list."),
    "unknown_audience": _l("Choose one of those in the list."),
    "unknown_district": _l("Choose one of those in the list."),
    "unknown_contact": _l("Choose one of those in the list."),
    "unknown_facilitator": _l("Choose one of those in the list."),
    "unknown_language": _l("Choose one of those in the list."),
    "already_published": _l("It is published already."),
    "called_off": _l("It is called off. Make a copy with a new day instead."),
    "no_title": _l("It cannot be published without a title: write one, in Danish or in English."),
    "in_the_past": _l(
        "It cannot be published, because its start is past. Choose a later day, or set it to "
        "“closed” if it has been held and only needs to be counted."
    ),
    "not_published": _l("It is not published."),
    "held_already": _l("It has been held, so it cannot become a draft again."),
    "has_parties": _l(
        "Somebody has signed up, so it cannot become a draft again. Call it off instead, and they are told."
    ),
    "mode_with_parties": _l("Somebody has signed up, so the way of signing up stays as it is."),
    "no_dates": _l("Write at least one day."),
    "too_many_dates": _l("At most 30 further meetings at a time."),
    "not_after_first": _l("Further meetings must be after the first one."),
    "same_day_twice": _l("The series has two meetings on the same day."),
}


def fault_text(fault: RuleError) -> str:
    """The refusal as staff read it."""
    if fault.key == "capacity_below_taken":
        taken = int(str(fault.facts["taken"]))
        text = _("%(taken)s people have a place already, so there cannot be fewer places.", taken=number(taken))
    else:
        text = TEXTS[fault.key]
    return str(text)


def put_beside_field(form: Any, fault: RuleError) -> None:
    """Adds the refusal to its field's errors, or to the form's own."""
    put_beside(form, fault.field, fault_text(fault))
