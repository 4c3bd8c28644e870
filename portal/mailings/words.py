"""Mail to many in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.mailings.queries import Row
from portal.mailings.rules import MailingState
from portal.web.locale import number

STATES: dict[MailingState, Any] = {
    MailingState.DRAFT: _l("Draft"),
    MailingState.SENDING: _l("On its way"),
    MailingState.SENT: _l("Sent"),
    MailingState.STOPPED: _l("Stopped"),
}
BADGES = {
    MailingState.DRAFT: None,
    MailingState.SENDING: "info",
    MailingState.SENT: "success",
    MailingState.STOPPED: "warning",
}
FAULTS: dict[str, Any] = {
    "sent_already": _l("The mail is sent already, so nothing was changed."),
    "changed_meanwhile": _l("Somebody changed the text meanwhile. Look at it again before you send it."),
    "erased": _l("The text is erased, so the mail cannot be sent."),
    "nobody": _l("There is nobody to send it to."),
    "not_sent": _l("The mail is a draft: there is nothing to stop."),
    "unknown_activity": _l("The activity is not there any more."),
    "unknown_segment": _l("Somebody has deleted the saved search meanwhile."),
}


def how_far(row: Row) -> str:
    """How far a mail is, in a few words: `40 of 120 are sent`."""
    progress = row.progress
    match row.state:
        case MailingState.DRAFT:
            return ""
        case MailingState.SENT:
            return str(ngettext("to %(num)s receiver", "to %(num)s receivers", progress.receivers))
    return str(_("%(done)s of %(all)s are sent", done=number(progress.sent), all=number(progress.receivers)))
