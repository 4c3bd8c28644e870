"""Asking for an activity, and the asker's page behind the link."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from portal.database import db
from portal.enquiries import queries, service
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import EnquiryState
from tests.associations import enter_as, make_association
from tests.at_once import at_once
from tests.enquiries import afresh, asked, form, path_of
from tests.make import district_of, make_activity, make_user
from tests.page import PageClient
from tests.parties import sent


def every_enquiry() -> list[Enquiry]:
    db.session.expire_all()
    return list(db.session.scalars(select(Enquiry).order_by(Enquiry.id)))


def test_a_teacher_asks_follows_writes_and_withdraws(client: PageClient, noon: datetime) -> None:
    district = district_of("valby").id
    page = client.get("/da/enquiries/new?wish=workshop").get_data(as_text=True)
    assert 'value="workshop" checked' in page
    assert "/da/concerned" in page
    answer = client.post("/da/enquiries/new", data=form(district=str(district), other_spoken="ar"))
    assert answer.status_code == 303
    (enquiry,) = every_enquiry()
    assert answer.headers["Location"] == path_of(enquiry)
    assert (enquiry.organisation, enquiry.heads, enquiry.spoken) == ("Prøveskolen", 24, "da,en,ar")
    assert (enquiry.phone, enquiry.district_id) == ("+4533663366", district)
    (mail,) = sent()
    assert (mail.kind, mail.recipient) == ("enquiry_received", "leyla@skole.example")
    assert "nettet" not in (mail.body_text or "")  # a stranger may have typed somebody's address

    page = client.get(path_of(enquiry)).get_data(as_text=True)
    for told in ("onsdag den 25. november 2026", "Prøveskolen", "8.b", "Gerne om nettet.", "En rampe", "Torsdage"):
        assert told in page
    assert client.post(f"{path_of(enquiry)}/words", data={"words": ""}).status_code == 422
    assert client.post(f"{path_of(enquiry)}/words", data={"words": "Ring til 081118-1234"}).status_code == 422
    for _twice in range(2):  # the button pressed twice is one message
        assert client.post(f"{path_of(enquiry)}/words", data={"words": "Vi er nu 22."}).status_code == 303
    assert [note.text for note in afresh(enquiry).notes] == ["Gerne om nettet.", "Vi er nu 22."]

    assert client.post(f"{path_of(enquiry)}/withdraw").status_code == 303
    assert afresh(enquiry).state is EnquiryState.WITHDRAWN
    assert afresh(enquiry).closed_at == noon
    assert client.post(f"{path_of(enquiry)}/words", data={"words": "Alligevel gerne."}).status_code == 303
    assert (afresh(enquiry).state, afresh(enquiry).closed_at) == (EnquiryState.NEW, None)
    assert client.get(path_of(enquiry).replace("/da/", "/en/")).status_code == 200


def test_the_same_form_sent_twice_asks_once(client: PageClient) -> None:
    first = form()
    there = client.post("/da/enquiries/new", data=first).headers["Location"]
    assert client.post("/da/enquiries/new", data=first).headers["Location"] == there
    again = client.post("/da/enquiries/new", data={**first, "heads": "12"})
    assert again.status_code == 422
    assert "sendt før" in again.get_data(as_text=True)
    assert len(every_enquiry()) == len(sent()) == 1


def test_the_same_form_at_the_same_moment_asks_once(app: Flask, noon: datetime) -> None:
    submission = form()["submission"]
    made = at_once(app, 6, lambda _mine: asked(submission=submission).id)
    assert len(set(made)) == 1
    assert len(every_enquiry()) == len(sent()) == 1


WRONG: list[tuple[dict[str, object], str]] = [
    ({"email": ""}, "email"),
    ({"email": "leyla"}, "email"),
    ({"wish": "", "submission": "x"}, "wish"),
    ({"wish": "priest"}, "wish"),
    ({"heads": ""}, "heads"),
    ({"heads": "en hel klasse"}, "heads"),
    ({"heads": "501"}, "heads"),
    ({"organisation": "", "group": ""}, "organisation"),
    ({"message": "Det er om 081118-1234"}, "message"),
    ({"needs": "x" * 501}, "needs"),
    ({"district": "99999999999999"}, "district"),
    ({"spoken": ["xx"]}, "spoken"),
    ({"wish": "other", "message": ""}, "message"),
]


def test_what_is_wrong_is_told_beside_its_field(client: PageClient) -> None:
    for changes, field in WRONG:
        answer = client.post("/da/enquiries/new", data=form(**changes))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, changes
        assert f'href="#{field}"' in page, changes
        assert "Torsdage i uge 49" in page, changes  # nothing typed is lost
    assert db.session.scalar(select(func.count(Enquiry.id))) == 0


def test_an_estimate_may_be_written_as_one(client: PageClient) -> None:
    assert client.post("/da/enquiries/new", data=form(heads="ca. 25")).status_code == 303
    assert [enquiry.heads for enquiry in every_enquiry()] == [25]


def test_a_board_may_ask_without_heads_and_in_the_other_language(client: PageClient) -> None:
    data = form(wish="capacity", heads="", group="", message="", name="", phone="", spoken=[], language="en")
    assert client.post("/en/enquiries/new", data=data).status_code == 303
    (enquiry,) = every_enquiry()
    assert (enquiry.heads, enquiry.name, enquiry.spoken, enquiry.notes) == (None, None, "da", [])
    assert sent()[0].language == "en"
    refused = client.post("/da/enquiries/new", data={**form(), "language_only": "1"})
    assert refused.status_code == 422
    assert len(every_enquiry()) == 1


def test_an_association_is_known_and_asked_less(client: PageClient, noon: datetime) -> None:
    mosque = make_association("Moskéforeningen Havnelyset", "faith", language="en")
    enter_as(client, mosque)
    page = client.get("/da/enquiries/new?wish=capacity").get_data(as_text=True)
    assert "Moskéforeningen Havnelyset" in page
    assert 'name="organisation"' not in page
    assert 'value="kontakt@havnelyset.example"' in page
    data = form(wish="capacity", organisation="En anden", email="kontakt@havnelyset.example")
    assert client.post("/da/enquiries/new", data=data).status_code == 303
    (enquiry,) = every_enquiry()
    assert (enquiry.association_id, enquiry.organisation) == (mosque.id, "Moskéforeningen Havnelyset")
    assert list(queries.open_enquiries_of(mosque.id)) == [enquiry]
    assert sent()[0].association_id == mosque.id
    service.decline(enquiry.id, "Desværre.", actor=make_user(), now=noon)
    assert list(queries.open_enquiries_of(mosque.id)) == []


def test_a_link_that_leads_nowhere_helps(client: PageClient) -> None:
    for path in ("/da/enquiries/x", "/da/enquiries/eyJ4IjoxfQ.x", path_of(Enquiry(reference="made-up"))):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "/da/enquiries/new" in answer.get_data(as_text=True)
    assert client.post("/da/enquiries/x/withdraw").status_code == 404
    assert client.post("/da/enquiries/x/words", data={"words": "x"}).status_code == 404


def test_what_is_arranged_leads_to_asking(client: PageClient, noon: datetime) -> None:
    narrative = make_activity("victim_narrative", noon + timedelta(days=20))
    page = client.get(f"/da/activities/{narrative.id}-bag-om-skaermen").get_data(as_text=True)
    assert "/da/enquiries/new?wish=narrative" in page
    front = client.get("/da/").get_data(as_text=True)
    assert "/da/enquiries/new?wish=workshop" in front
    assert "/da/enquiries/new?wish=capacity" in front
    assert "/da/enquiries/new" in client.get("/da/activities").get_data(as_text=True)
