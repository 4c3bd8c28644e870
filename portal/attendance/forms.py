"""The form that closes a count: one figure for each audience, which depend on the activity."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from portal.activities.models import Audience
from portal.attendance.rules import MAX_COUNT, Method
from portal.web.forms import PortalForm, WholeNumberField, text_field
from portal.web.locale import text_of

METHOD_NAMES = {
    Method.LIST: _l("Ticked off on the list"),
    Method.CLICKER: _l("Counted one by one"),
    Method.SCAN: _l("Scanned"),
    Method.GROUP_LEADER: _l("The group leader's figure"),
    Method.ESTIMATE: _l("Estimate"),
    Method.IMPORT: _l("Imported"),
}
BY_HAND = (Method.LIST, Method.CLICKER, Method.GROUP_LEADER, Method.ESTIMATE)


def parse_whole_number(text: str) -> int | None:
    """The whole number somebody typed (`22`, `-1`), or None for anything else (`ca. 25`, nothing)."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text := text.strip()) else None


class FiguresForm(PortalForm):
    """What every closing has beside its figures. `seen` is the closing that was on the page, 0 for none."""

    seen = HiddenField()
    form_id = HiddenField()


def close_form(audiences: Sequence[Audience], *, correcting: bool, **given: Any) -> FiguresForm:
    """A form with a field `final_<audience id>` for each audience, and a reason where it corrects."""
    fields: dict[str, Any] = {
        f"final_{audience.id}": WholeNumberField(text_of(audience, "name").text, 0, MAX_COUNT) for audience in audiences
    }
    # Fields stand in the order in which they are made, in the error summary too.
    fields["method"] = RadioField(
        _l("How was it counted?"),
        [InputRequired(_l("Choose how it was counted."))],
        choices=[SelectChoice(method.value, METHOD_NAMES[method]) for method in BY_HAND],
    )
    if correcting:
        fields["reason"] = text_field(_l("Why is it corrected?"), 300, required=_l("Write why it is corrected."))
    made: FiguresForm = type("CloseForm", (FiguresForm,), fields)(**given)
    return made
