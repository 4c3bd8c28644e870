"""The log's events in words, for the association that reads them and for staff alike."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.log.models import Event, LogEntry

EVENTS: dict[Event, Any] = {
    Event.LOOKED: _l("Looked at the association’s page"),
    Event.EXPORTED: _l("Took it out in a file"),
    Event.CREATED: _l("Made a new entry"),
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
    "unsubscribed": _l("Whether it gets invitations and news"),
    "sent_again": _l("A mail, sent once more"),
    "put_aside": _l("A mail that did not arrive, put aside"),
    "mailing": _l("Mail to many"),
    "mailing_stopped": _l("Mail to many, stopped before it went out to it"),
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
    "engagement": _l("Capacity building"),
    "started_on": _l("When it began"),
    "responsible_id": _l("The member of staff who is responsible"),
    "phase": _l("How far the work has come"),
    "needs_talk_on": _l("When the needs were talked about"),
    "needs": _l("What the board needs"),
    "plan_agreed_on": _l("When the plan was agreed"),
    "plan": _l("The agreed plan"),
    "goals": _l("Goals"),
    "reached": _l("Goals that were reached"),
    "follow_up_on": _l("When we follow up"),
    "followed_up_on": _l("When we followed up"),
    "follow_up": _l("What the follow-up showed"),
    "ended_on": _l("When it ended"),
    "next_step": _l("The next step"),
    "next_step_on": _l("The date of the next step"),
    "assessment_before": _l("The board’s own assessment, before"),
    "assessment_after": _l("The board’s own assessment, after"),
    "session_linked": _l("A session was added"),
    "session_unlinked": _l("A session was taken out"),
    "calendar_feed": _l("The address of the calendar"),
}
# "engagement 3: plan, goals": a thing, its number, and what of it.
NUMBERED = re.compile(r"([a-z_]+) \d+: (.*)")


def who_did(entry: LogEntry) -> str:
    """The member of staff by name, or the association itself."""
    return entry.user.name if entry.user else str(_("The association itself"))


def what_about(entry: LogEntry) -> str:
    """A line's subject in the reader's language."""
    found = NUMBERED.fullmatch(entry.subject)
    thing, parts = (f"{_word(found[1])}: ", found[2]) if found else ("", entry.subject)
    return thing + ", ".join(_word(part) for part in parts.split(", ") if part)


def _word(part: str) -> str:
    return str(FIELDS.get(part, part))
