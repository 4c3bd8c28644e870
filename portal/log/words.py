"""The log's events in words, for the association that reads them and for staff alike."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.log.models import Event

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
