"""The inbox: answering, taking, scheduling, declining, and two who do it at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import State, Visibility
from portal.activities.service import ActivityDraft
from portal.database import db
from portal.engagements.models import Engagement
from portal.enquiries import queries, schedule_service, service
from portal.enquiries.rules import EnquiryState, Tab, Wish
from portal.errors import RuleError
from portal.log.models import Event, LogEntry
from portal.registrations.models import Registration
from portal.web.links import sign
from tests.associations import make_association
from tests.at_once import at_once
from tests.enquiries import afresh, asked, path_of
from tests.make import log_in, make_user, type_of
from tests.page import PageClient
from tests.parties import sent
from tests.queries import count_queries


def day_form(kind: str = "youth_workshop", **changes: object) -> dict[str, Any]:
    """The form by which staff agree on a day."""
    return {
        "type": str(type_of(kind).id), "day": "2026-12-03", "starts": "10.00", "ends": "12.15", "heads": "24",
        "venue": "Prøveskolen", "address": "Testvej 1", "title_da": "Ungeworkshop", "title_en": "Youth workshop",
        **changes,
    }  # fmt: skip


def path(number: int, page: str = "") -> str:
    return f"/da/staff/enquiries/{number}{page}"


def test_from_the_inbox_to_a_scheduled_workshop_with_the_group_registered(client: PageClient, noon: datetime) -> None:
    staff = log_in(client)
    enquiry = asked(needs="En rampe")
    inbox = client.get("/da/staff/enquiries").get_data(as_text=True)
    assert "Prøveskolen" in inbox
    assert "Leyla" not in inbox
    assert "Leyla Eksempelsen" in client.get(path(enquiry.id)).get_data(as_text=True)
    seen = {"seen": afresh(enquiry).seen_mark}
    assert client.post(path(enquiry.id, "/answer"), data={"words": "", **seen}).status_code == 422
    answered = client.post(path(enquiry.id, "/answer"), data={"words": "Ja!\n\nHvad med uge 49?", **seen})
    assert answered.status_code == 303
    assert (afresh(enquiry).state, afresh(enquiry).owner_id) == (EnquiryState.ANSWERED, staff.id)
    assert "Hvad med uge 49?" in (sent("enquiry_answered")[0].body_text or "")
    assert "Staff Testesen" in client.get(path_of(enquiry)).get_data(as_text=True)

    form = day_form(seen=afresh(enquiry).seen_mark)
    assert client.get(path(enquiry.id, "/schedule")).status_code == 200
    assert client.post(path(enquiry.id, "/schedule"), data={**form, "ends": "9.00"}).status_code == 422
    assert client.post(path(enquiry.id, "/schedule"), data={**form, "day": "2026-01-05"}).status_code == 422
    assert client.post(path(enquiry.id, "/schedule"), data={**form, "heads": "900"}).status_code == 422
    assert db.session.scalar(select(func.count(Activity.id))) == 0  # a refusal leaves nothing behind
    for _twice in (303, 422):  # a stale second form makes nothing more
        assert client.post(path(enquiry.id, "/schedule"), data=form).status_code == _twice
    enquiry = afresh(enquiry)
    activity, party = enquiry.activity, enquiry.registration
    assert activity is not None
    assert party is not None
    assert (enquiry.state, enquiry.closed_at) == (EnquiryState.SCHEDULED, noon)
    assert (activity.state, activity.visibility) == (State.PUBLISHED, Visibility.UNLISTED)
    assert (party.heads, party.group_name, party.access_needs) == (24, "Prøveskolen, 8.b", "En rampe")
    assert [mail.kind for mail in sent()] == ["enquiry_received", "enquiry_answered", "confirmed"]

    page = client.get(path_of(enquiry)).get_data(as_text=True)
    assert f"/da/registrations/{sign(party.reference or '')}" in page
    assert f"/da/activities/{activity.id}-{activity.link_key}" in page
    stranger = client.get(f"/da/activities/{activity.id}-{activity.link_key}")
    assert "/sign-up" not in stranger.get_data(as_text=True)  # it is this group's
    assert (
        client.post(f"/da/registrations/{sign(party.reference or '')}/heads", data={"heads": "22"}).status_code == 303
    )
    assert client.post(f"{path_of(enquiry)}/withdraw").status_code == 303
    assert afresh(enquiry).state is EnquiryState.SCHEDULED
    parties = client.get(f"/da/staff/activities/{activity.id}/registrations").get_data(as_text=True)
    assert "Prøveskolen, 8.b" in parties
    assert "Leyla Eksempelsen" not in parties
    shown = client.get(f"/da/staff/activities/{activity.id}").get_data(as_text=True)
    assert f"/da/staff/activities/{activity.id}/registrations" in shown

    # Words after the agreement come back to the inbox, and the agreement stands.
    client.post(f"{path_of(enquiry)}/words", data={"words": "Er der parkering?"})
    assert afresh(enquiry).state is EnquiryState.NEW
    client.post(path(enquiry.id, "/answer"), data={"words": "Ja.", "seen": afresh(enquiry).seen_mark})
    assert client.post(path(enquiry.id, "/close")).status_code == 303
    assert afresh(enquiry).state is EnquiryState.SCHEDULED


def test_declining_kindly_and_opening_again(client: PageClient, noon: datetime) -> None:
    log_in(client)
    enquiry = asked(language="en")
    page = client.get(path(enquiry.id, "/decline")).get_data(as_text=True)
    assert "Thank you for thinking of us" in page  # in the asker's language, on a Danish page
    form = {"words": "We are fully booked.", "seen": afresh(enquiry).seen_mark}
    assert client.post(path(enquiry.id, "/decline"), data=form).status_code == 303
    assert (afresh(enquiry).state, afresh(enquiry).closed_at) == (EnquiryState.DECLINED, noon)
    assert "We are fully booked." in (sent("enquiry_declined")[0].body_text or "")
    assert client.get(path(enquiry.id, "/decline")).status_code == 200
    assert client.post(path(enquiry.id, "/decline"), data=form).status_code == 422
    assert client.post(path(enquiry.id, "/reopen")).status_code == 303
    assert (afresh(enquiry).state, afresh(enquiry).closed_at) == (EnquiryState.ANSWERED, None)
    assert client.post(path(enquiry.id, "/close")).status_code == 303
    assert afresh(enquiry).state is EnquiryState.DONE
    assert len(sent("enquiry_declined")) == 1


def test_a_narrative_is_set_aside_and_never_confirmed_outright(client: PageClient, noon: datetime) -> None:
    log_in(client)
    enquiry = asked(Wish.NARRATIVE)
    form = day_form("victim_narrative", seen=afresh(enquiry).seen_mark, title_da="", title_en="")
    assert client.post(path(enquiry.id, "/schedule"), data={**form, "heads": "31"}).status_code == 422
    assert client.post(path(enquiry.id, "/schedule"), data=form).status_code == 303
    enquiry = afresh(enquiry)
    assert enquiry.activity is not None
    assert (enquiry.activity.state, enquiry.activity.title_da) == (State.DRAFT, type_of("victim_narrative").name_da)
    assert (enquiry.registration_id, enquiry.state) == (None, EnquiryState.ANSWERED)
    assert "Det er ikke bekræftet endnu" in (enquiry.notes[-1].text or "")
    assert [mail.kind for mail in sent()] == ["enquiry_received", "enquiry_answered"]
    page = client.get(path_of(enquiry)).get_data(as_text=True)
    assert f"/activities/{enquiry.activity_id}-" not in page


def test_capacity_building_begins_once_for_each_association(client: PageClient, noon: datetime) -> None:
    staff = log_in(client)
    known = make_association("Kulturforeningen Syv Broer", "association")
    first = asked(Wish.CAPACITY, organisation="kulturforeningen syv broer", heads=None)
    second = asked(Wish.CAPACITY, association_id=known.id, organisation=known.name, heads=None)
    for enquiry in (first, second):
        assert client.get(path(enquiry.id, "/engagement")).status_code == 200
        form = {"association": known.name, "words": "Velkommen.", "seen": afresh(enquiry).seen_mark}
        assert client.post(path(enquiry.id, "/engagement"), data={**form, "association": ""}).status_code == 422
        assert client.post(path(enquiry.id, "/engagement"), data=form).status_code == 303
        assert client.post(path(enquiry.id, "/engagement"), data=form).status_code == 422
        assert (afresh(enquiry).state, afresh(enquiry).association_id) == (EnquiryState.SCHEDULED, known.id)
    engagement = db.session.scalars(select(Engagement)).one()
    assert {afresh(first).engagement_id, afresh(second).engagement_id} == {engagement.id}
    assert engagement.responsible_id == staff.id
    assert len(sent("enquiry_answered")) == 2
    client.get(path(second.id))
    looked = db.session.scalars(select(LogEntry.association_id).where(LogEntry.event == Event.LOOKED)).all()
    assert looked == [known.id]


def test_two_staff_hear_of_each_other_and_lose_nothing(client: PageClient, noon: datetime) -> None:
    log_in(client)
    other = make_user(email="bo@vink.example")
    enquiry = asked()
    seen = afresh(enquiry).seen_mark
    service.answer(enquiry.id, "Jeg svarer.", actor=other, now=noon, seen=seen)
    stale = client.post(path(enquiry.id, "/answer"), data={"words": "Jeg svarer også.", "seen": seen})
    page = stale.get_data(as_text=True)
    assert stale.status_code == 422
    assert "Jeg svarer." in page
    assert "Jeg svarer også." in page
    assert afresh(enquiry).seen_mark in page
    again = {"words": "Jeg svarer også.", "seen": afresh(enquiry).seen_mark}
    for _twice in range(2):  # and the second press of the same button sends nothing more
        assert client.post(path(enquiry.id, "/answer"), data=again).status_code == 303
    assert len(sent("enquiry_answered")) == 2
    # The owner: somebody took it meanwhile.
    me = db.session.scalars(select(User.id).where(User.id != other.id)).one()
    assert afresh(enquiry).owner_id == other.id
    client.post(path(enquiry.id, "/owner"), data={"owner": str(me), "before": ""})
    assert afresh(enquiry).owner_id == other.id
    client.post(path(enquiry.id, "/owner"), data={"owner": str(me), "before": str(other.id)})
    assert afresh(enquiry).owner_id == me
    client.post(path(enquiry.id, "/owner"), data={"owner": "99999999999", "before": str(me)})
    assert afresh(enquiry).owner_id == me
    assert client.post(path(2**31 - 1, "/owner"), data={"owner": str(me)}).status_code == 404


def test_scheduling_at_the_same_moment_makes_one_activity(app: Flask, noon: datetime) -> None:
    staff, enquiry, kind = make_user(), asked(), type_of("youth_workshop")
    number, staff_id = enquiry.id, staff.id
    draft = ActivityDraft(
        kind.id, kind.audience_id or 0, noon + timedelta(days=9), noon + timedelta(days=9, hours=2), kind.mode,
        kind.visibility, "Ungeworkshop",
    )  # fmt: skip

    def one(_mine: int) -> str:
        actor = db.session.get_one(User, staff_id)
        db.session.expunge(actor)
        try:
            schedule_service.schedule(number, draft, 24, actor=actor, now=noon)
        except RuleError as fault:
            return fault.key
        return "made"

    assert sorted(at_once(app, 5, one)) == ["made", *["not_open"] * 4]
    db.session.rollback()
    assert db.session.scalar(select(func.count(Activity.id))) == 1
    assert db.session.scalar(select(func.count(Registration.id))) == 1
    assert [mail.kind for mail in sent()] == ["enquiry_received", "confirmed"]


def test_late_ones_stand_in_their_list_and_on_the_first_page(client: PageClient, noon: datetime) -> None:
    """Noon is Wednesday 18 November: what was written on Tuesday 10 has waited six working days."""
    staff = log_in(client)
    assert "enquiries" not in client.get("/da/staff/").get_data(as_text=True).split("<main")[1]
    late = asked(now=noon - timedelta(days=8), organisation="Sen Skole")
    asked(now=noon - timedelta(days=7), organisation="Tidlig Skole")
    assert [e.id for e in queries.inbox(Tab.LATE, None, staff.id, noon, 1).items] == [late.id]
    assert queries.waiting(noon) == queries.Waiting(2, 1)
    first = client.get("/da/staff/").get_data(as_text=True)
    assert "/da/staff/enquiries?tab=late" in first
    page = client.get("/da/staff/enquiries?tab=late").get_data(as_text=True)
    assert "Sen Skole" in page
    assert "Tidlig Skole" not in page
    # Writing more does not make it younger; an answer does.
    service.write_more(late.id, "Er I der?", now=noon)
    assert queries.waiting(noon).late == 1
    service.answer(late.id, "Ja.", actor=staff, now=noon)
    assert queries.waiting(noon) == queries.Waiting(1, 0)
    assert queries.tab_sizes(staff.id, noon) == {Tab.OPEN: 2, Tab.MINE: 1, Tab.LATE: 0, Tab.CLOSED: 0}
    assert [e.id for e in queries.inbox(Tab.OPEN, Wish.TALK, staff.id, noon, 1).items] == []


@pytest.mark.parametrize("tab", ["open", "closed"])
def test_as_many_queries_for_thirty_as_for_one(client: PageClient, noon: datetime, tab: str) -> None:
    staff = log_in(client)

    def add(number: int) -> None:
        for n in range(number):
            made = asked(association_id=make_association(f"Foreningen Nr {n} af {number}").id)
            if tab == "closed":
                service.decline(made.id, "Nej.", actor=staff, now=noon)
            else:
                service.answer(made.id, "Ja.", actor=staff, now=noon)

    def queries_of(page: str) -> int:
        with count_queries() as counted:
            assert client.get(page).status_code == 200
        return counted.number

    add(1)
    few = queries_of(f"/da/staff/enquiries?tab={tab}")
    add(29)
    assert queries_of(f"/da/staff/enquiries?tab={tab}") == few
    assert "page=2" in client.get(f"/da/staff/enquiries?tab={tab}").get_data(as_text=True)
