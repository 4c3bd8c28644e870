"""What the choices about an enquiry are called on pages."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.enquiries.rules import EnquiryState, Tab, Wish

# As somebody asks for it.
WISHES: dict[Wish, Any] = {
    Wish.WORKSHOP: _l("A workshop for young people"),
    Wish.DIALOGUE: _l("A dialogue meeting"),
    Wish.NARRATIVE: _l("A dialogue meeting on a victim’s narrative"),
    Wish.CAPACITY: _l("A course or help for our board"),
    Wish.TALK: _l("A talk for staff"),
    Wish.OTHER: _l("Something else"),
}
# As it stands in the inbox.
WISHES_SHORT: dict[Wish, Any] = {
    Wish.WORKSHOP: _l("Workshop"),
    Wish.DIALOGUE: _l("Dialogue meeting"),
    Wish.NARRATIVE: _l("Victim’s narrative"),
    Wish.CAPACITY: _l("Capacity building"),
    Wish.TALK: _l("Talk for staff"),
    Wish.OTHER: _l("Something else"),
}
STATES: dict[EnquiryState, Any] = {
    EnquiryState.NEW: _l("Waits for an answer"),
    EnquiryState.ANSWERED: _l("Answered"),
    EnquiryState.SCHEDULED: _l("Scheduled"),
    EnquiryState.DECLINED: _l("Declined"),
    EnquiryState.WITHDRAWN: _l("Withdrawn"),
    EnquiryState.DONE: _l("Finished"),
}
STATE_BADGES = {
    EnquiryState.NEW: "warning",
    EnquiryState.ANSWERED: "info",
    EnquiryState.SCHEDULED: "success",
}
TABS: dict[Tab, Any] = {
    Tab.OPEN: _l("Open ones"),
    Tab.MINE: _l("Mine"),
    Tab.LATE: _l("Waited too long"),
    Tab.CLOSED: _l("Closed ones"),
}
FAULTS: dict[str, Any] = {
    "changed_meanwhile": _l(
        "Something has happened since you opened the page: read it below. What you wrote is still here; "
        "press the button once more if it still fits."
    ),
    "not_open": _l("Somebody else has closed this enquiry meanwhile, so nothing was sent or changed."),
    "already_scheduled": _l("An activity or an engagement has come of it already, so nothing was made or changed."),
    "not_answered": _l("Nobody has answered yet: write to them first, or decline."),
    "unknown_user": _l("Choose one of those in the list."),
    "erased": _l("What was written is erased, so there is nobody to write to any more."),
    "no_association": _l("Write the association’s name."),
}
