"""What the counting room answers when a rule says no, in plain words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from portal.errors import RuleError
from portal.web.locale import clock_time, date_long, language, number

STATUS = {"unknown_activity": 404, "unknown_party": 404, "unknown_audience": 404, "not_yours": 403, "closed": 409}


def fault_text(fault: RuleError) -> str:
    """The message for a refused tap or closing, in the reader's language."""
    return str(_text(fault.key, fault.facts))


def _text(key: str, facts: Mapping[str, Any]) -> Any:
    match key:
        case "closed":
            return _("The count is closed. Correct it instead.")
        case "closed_meanwhile":
            return _closed_meanwhile(facts)
        case "draft":
            return _("This activity is a draft. Publish it before you count.")
        case "called_off":
            return _("This activity is called off, so there is nothing to count.")
        case "not_started":
            return _(
                "The count cannot be closed before the activity begins, %(time)s.", time=moment_text(facts["starts_at"])
            )
        case "bad_heads":
            return _("Write a whole number from %(least)d to %(most)d.", least=0, most=facts["most"])
        case "bad_step":
            return _("Write a whole number from %(least)d to %(most)d.", least=1, most=facts["most"])
        case "below_zero":
            return _("There is nobody left to take away.")
        case "reason":
            return _("Write why it is corrected.")
        case "no_figures":
            return _("Write at least one figure.")
        case "unknown_party":
            return _("This party is not on this activity's list.")
        case "unknown_audience":
            return _("This audience does not belong to this activity.")
        case "unknown_activity":
            return _("There is no such activity.")
        case "not_yours":
            return _("This activity is not given to you.")
        case _:  # bad_id, id_taken: a forged or damaged form
            return _("This could not be read. Reload the page and tap again.")


def _closed_meanwhile(facts: Mapping[str, Any]) -> str:
    known = {"heads": number(facts["heads"]), "time": moment_text(facts["at"])}
    if facts["by"]:
        text = _("%(name)s closed the count with %(heads)s, %(time)s.", name=facts["by"], **known)
    else:
        text = _("The count was closed with %(heads)s, %(time)s.", **known)
    return str(text + " " + _("Your figures are kept below. If they are right, write why and correct the count."))


def moment_text(at: datetime) -> str:
    """`torsdag den 8. november 2018 kl. 17.00` / `Thursday 8 November 2018, 17:00`."""
    return f"{date_long(at)}{' ' if language() == 'da' else ', '}{clock_time(at)}"
