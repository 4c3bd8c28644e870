"""What was done together with an association: every kind of thing, newest first, in the same number of queries."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.associations.charter_models import CharterAnswer
from portal.associations.drafts import ContactDraft
from portal.associations.models import Association
from portal.associations.record_service import add_contact
from portal.associations.rules import CharterAnswerKind
from portal.attendance.models import Count
from portal.attendance.rules import CountKind, Method
from portal.database import db, writing
from portal.engagements.models import Engagement
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import Wish
from portal.log.models import Event, LogEntry
from portal.mail.models import Message, MessageState
from portal.privacy.timeline import Together, timeline_of
from portal.registrations.service import sign_up
from tests.associations import make_association
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

BASE = "/en/staff/associations"


def history(association: Association, number: int, now: datetime) -> None:
    """One of each kind of thing that stands on the timeline, `number` days ago."""
    day, moment = (now - timedelta(days=number)).date(), now - timedelta(days=number)
    make_activity("youth_workshop", moment, partner_id=association.id)
    meeting = make_activity("forum_meeting", moment + timedelta(hours=1))
    registration = sign_up(
        meeting.id, party(3, association_id=association.id), now=moment - timedelta(days=1), by_staff=True
    )
    with writing() as session:
        for n, heads in ((1, 9), (2, 2)):
            session.add(
                Count(id=f"{number}-{n}", activity_id=meeting.id, kind=CountKind.ARRIVED, method=Method.LIST,
                      heads=heads, registration_id=registration.id, number=n, counted_at=moment, recorded_at=moment)
            )  # fmt: skip
        session.add(Engagement(association_id=association.id, started_on=day, created_at=now, changed_at=now))
        session.add(
            Enquiry(association_id=association.id, wish=Wish.WORKSHOP, language="da", created_at=moment,
                    last_words_at=moment, reference=f"e{number}")
        )  # fmt: skip
        session.add(
            Message(message_id=f"<{number}>", kind="confirm", language="da", association_id=association.id,
                    state=MessageState.ERASED, created_at=moment, next_try_at=moment)
        )  # fmt: skip
        session.add(
            CharterAnswer(association_id=association.id, version_id=1, answer=CharterAnswerKind.ACCEPTED,
                          role="Formand", answered_on=day, created_at=now)
        )  # fmt: skip


def test_the_timeline_tells_what_was_done_together_newest_first(client: PageClient, noon: datetime) -> None:
    association, other = make_association(), make_association("En anden")
    log_in(client)
    history(other, 3, noon)
    history(association, 400, noon)
    history(association, 2, noon)
    entries = timeline_of(association.id).items
    order = [Together.REGISTRATION, Together.ACTIVITY, Together.ENQUIRY, Together.MAIL, Together.CHARTER,
             Together.ENGAGEMENT]  # fmt: skip
    assert [entry.kind for entry in entries] == order * 2
    assert [entry.arrived for entry in entries if entry.kind is Together.REGISTRATION] == [2, 2], "the newest count"
    page = client.get(f"{BASE}/{association.id}").text
    for part in ("engagements/", "enquiries/", "activities/", "2 came", "the text is erased", "Accepted"):
        assert part in page, part
    assert len(db.session.scalars(select(LogEntry).where(LogEntry.event == Event.LOOKED)).all()) == 1
    client.get(f"{BASE}/{association.id}")
    assert len(db.session.scalars(select(LogEntry).where(LogEntry.event == Event.LOOKED)).all()) == 1, "once an hour"
    assert client.get(f"{BASE}/999999").status_code == 404


def test_the_page_asks_as_often_for_a_long_history(client: PageClient, noon: datetime) -> None:
    association = make_association()
    log_in(client)
    history(association, 1, noon)

    def asked() -> int:
        client.get(f"{BASE}/{association.id}")
        with count_queries() as counted:
            assert client.get(f"{BASE}/{association.id}").status_code == 200
        return counted.number

    few = asked()
    for number in range(2, 7):
        history(association, number, noon)
        add_contact(association.id, ContactDraft("Nr.", f"{number}@x.example"), actor=None, now=noon)
    assert timeline_of(association.id).pages == 2
    assert asked() == few
