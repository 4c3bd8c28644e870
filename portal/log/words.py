"""The log's events in words, for the association that reads them and for staff alike."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.log.models import Event, LogEntry

EVENTS: dict[Event, Any] = {
    Event.LOOKED: _l("Looked at the association’s page"),
    Event.LISTED: _l("Saw it in a list with contacts"),
    Event.EXPORTED: _l("Took it out in a file"),
    Event.CREATED: _l("Put the association down"),
    Event.CHANGED: _l("Changed the record"),
    Event.MERGED: _l("Merged two records into one"),
    Event.IMPORTED: _l("Brought it up to date from a spreadsheet"),
    Event.CONTACT_ADDED: _l("Added a contact"),
    Event.CONTACT_CHANGED: _l("Changed a contact"),
    Event.CONTACT_REMOVED: _l("Removed a contact"),
    Event.CONFIRMED: _l("Said that the record is right"),
    Event.CHARTER_ANSWERED: _l("Answered about the charter"),
    Event.LOGGED_IN: _l("Logged in"),
    Event.INVITED: _l("Invited it to a meeting"),
    Event.WROTE: _l("Wrote a mail, a proposal or an answer"),
}
# Fields and things that a line's subject may name; anything else is shown as it stands.
FIELDS: dict[str, Any] = {
    "name": _l("Name"),
    "kind_id": _l("Kind"),
    "district_id": _l("District"),
    "cvr": _l("CVR number"),
    "web_page": _l("Web page"),
    "language": _l("Language of our letters to it"),
    "tag_ids": _l("Tags"),
    "can_host": _l("Has a room where we can meet"),
    "forum_since": _l("Member of the citizens’ forum since"),
    "forum_until": _l("Member until"),
    "active": _l("Active"),
    "other_names": _l("Other names"),
    "role": _l("Role"),
    "email": _l("E-mail"),
    "phone": _l("Telephone"),
    "enquiry": _l("Enquiry"),
    "activity": _l("Activity"),
    "charter": _l("Charter"),
    "accepted": _l("Accepted"),
    "declined": _l("Said no"),
    "withdrawn": _l("Withdrawn"),
    "topic": _l("Proposed topic"),
    "topic_answered": _l("Answer to a proposed topic"),
    "invitation_answer": _l("Answer to an invitation"),
    "invitation_reminder": _l("Reminder of an invitation"),
}


def who_did(entry: LogEntry) -> str:
    """The member of staff by name, or the association itself."""
    return entry.user.name if entry.user else str(_("The association itself"))


def what_about(entry: LogEntry) -> str:
    """A line's subject in the reader's language."""
    return ", ".join(str(FIELDS.get(part, part)) for part in entry.subject.split(", ") if part)
