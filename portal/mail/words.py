"""The outbox in words for staff: where a message is, why it was not taken, and what to do."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.mail.models import Fault, MessageState

STATES: dict[MessageState, Any] = {
    MessageState.QUEUED: _l("On its way"),
    MessageState.SENT: _l("Sent"),
    MessageState.FAILED: _l("Did not arrive"),
    MessageState.ERASED: _l("Erased"),
}
# What the list can be narrowed to.
WANTED_STATES: dict[str, Any] = {
    MessageState.QUEUED.value: STATES[MessageState.QUEUED],
    MessageState.SENT.value: STATES[MessageState.SENT],
    MessageState.FAILED.value: STATES[MessageState.FAILED],
    "settled": _l("Did not arrive, put aside"),
    MessageState.ERASED.value: STATES[MessageState.ERASED],
}
BADGES: dict[MessageState, str | None] = {
    MessageState.QUEUED: "info",
    MessageState.SENT: "success",
    MessageState.FAILED: "error",
    MessageState.ERASED: None,
}
FAULTS: dict[Fault, Any] = {
    Fault.NO_ANSWER: _l("The mail server could not be reached."),
    Fault.REFUSED: _l("The mail server did not take it."),
    Fault.NO_MAILBOX: _l("The mailbox does not exist."),
    Fault.BROKEN: _l("The mail could not be put together."),
}
WHAT_TO_DO: dict[Fault, Any] = {
    Fault.NO_ANSWER: _l("It is about our own server, not about the reader. Tell whoever runs the portal."),
    Fault.REFUSED: _l("The mailbox may be full or closed for now. Try again tomorrow, or call."),
    Fault.NO_MAILBOX: _l("The address is probably mistyped. Call, and correct it where it is kept."),
    Fault.BROKEN: _l("Sending it again does not help. Tell whoever runs the portal, and call the reader."),
}
# The calendar's own words for what an entry does.
METHODS: dict[str, Any] = {
    "REQUEST": _l("Puts the meeting in the reader’s calendar, or brings it up to date there"),
    "CANCEL": _l("Takes the meeting out of the reader’s calendar"),
    "PUBLISH": _l("Offers the meeting for the reader’s calendar"),
}
REFUSALS: dict[str, Any] = {
    "erased": _l("Its text is erased, so it cannot be sent again."),
    "waits": _l("It is still on its way. It can be tried now, but a second one would come twice."),
    "link_expired": _l("Its link has expired. Whoever wants to log in asks for a new one on the page to log in."),
    "too_many": _l("It has been sent again so often that once more will not help. Call instead."),
    "changed_meanwhile": _l("Somebody sent it again just now. Look at how that one does first."),
    "unwanted": _l("The mailbox asked for no more invitations and news, or is no longer a contact."),
    "in_hand": _l("It is being sent at this moment. Look again in a minute."),
    "not_waiting": _l("It is not waiting any more."),
    "arrived": _l("Only a mail that did not arrive can be put aside."),
}
