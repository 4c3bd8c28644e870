"""An association's own room: the overview."""

from flask import render_template

from portal import clock
from portal.associations import answer_routes, login_routes, record_routes  # noqa: F401 - their views are the room's too
from portal.associations.charter_queries import charter_statuses
from portal.associations.models import Contact
from portal.associations.my_room import my_association as my_association
from portal.associations.rules import CONFIRM_EVERY, CharterStatus
from portal.associations.sessions import current_contact
from portal.engagements.queries import engagements_of
from portal.engagements.rules import ON_BOARD
from portal.enquiries.queries import open_enquiries_of
from portal.enquiries.words import STATES, WISHES_SHORT
from portal.forum.my_queries import tasks_for
from portal.forum.own_answers import own_answers
from portal.forum.own_meetings import own_meetings
from portal.forum.rules import FORUM_TYPE
from portal.web.access import contacts
from portal.web.links import sign

ASKS = {CharterStatus.UNANSWERED, CharterStatus.EARLIER_VERSION}


def _to_confirm(contact: Contact) -> bool:
    """Whether nobody said for a year that the contact is right."""
    return (contact.confirmed_at or contact.created_at) < clock.now() - CONFIRM_EVERY


@my_association.get("/")
@contacts
def home() -> str:
    """What is coming, what waits for an answer, what runs."""
    association, now = current_contact.association, clock.now()
    meetings = own_meetings(association.id, now)
    status = charter_statuses([association.id])[association.id]
    running = [row for row in engagements_of(association.id, now) if row.engagement.phase in ON_BOARD]
    return render_template(
        "my/home.html",
        association=association,
        meetings=meetings,
        own=own_answers(association.id, meetings),
        forum_type=FORUM_TYPE,
        charter_asks=status if status in ASKS else None,
        to_confirm=_to_confirm(current_contact),
        tasks=tasks_for(association, now),
        enquiries=open_enquiries_of(association.id),
        wishes=WISHES_SHORT,
        enquiry_states=STATES,
        running=running,
        sign=sign,
    )
