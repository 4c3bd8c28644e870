"""An association's own room: what waits for it, its record and contacts, and nothing of another's."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.associations.drafts import ContactDraft, draft_of
from portal.associations.models import Association, Contact
from portal.associations.record_service import add_contact, change_contact, save_association
from portal.associations.rules import CONFIRM_EVERY
from portal.database import db, writing
from portal.engagements.models import Engagement
from portal.enquiries.rules import Wish
from portal.enquiries.service import Asked, ask
from portal.forum.models import Invitation
from portal.log.models import Event, LogEntry
from portal.registrations.service import sign_up
from tests.associations import enter_as, make_association
from tests.make import make_activity, make_user
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

HOME = "/en/my-association/"
RECORD = "/en/my-association/record"


def fresh(association: Association) -> Association:
    """The association as it is stored."""
    db.session.expire_all()
    return db.session.get_one(Association, association.id)


def invite(activity_id: int, association_id: int) -> None:
    """An invitation without an answer."""
    with writing() as session:
        session.add(Invitation(
            activity_id=activity_id, association_id=association_id, reference=f"r{activity_id}-{association_id}",
            invited_at=clock.now(),
        ))  # fmt: skip


def test_the_overview_says_what_waits(client: PageClient, noon: datetime) -> None:
    association = make_association()
    other = make_association("Lektiecaféen Blækhuset", "association", "valby")
    asked = make_activity("forum_meeting", noon + timedelta(days=5), title_en="Community in an uneasy time")
    elsewhere = make_activity("forum_meeting", noon + timedelta(days=6), title_en="Somebody else’s")
    invite(asked.id, association.id)
    invite(elsewhere.id, other.id)
    course = make_activity("citizenship_class", noon + timedelta(days=9), title_en="Your city, your voice")
    made = sign_up(course.id, party(3, email="kontakt@kanelblomst.example", association_id=association.id), now=noon)
    ask(Asked(Wish.TALK, "en", "1" * 32, "kontakt@kanelblomst.example", association_id=association.id), now=noon)
    with writing() as session:
        session.add(Engagement(association_id=association.id, started_on=noon.date(), created_at=noon, changed_at=noon))
        session.scalars(select(Contact).where(Contact.association_id == association.id)).one().created_at = (
            noon - CONFIRM_EVERY - timedelta(days=1)
        )
    enter_as(client, fresh(association))
    page = client.get(HOME).text
    for told in (
        "Answer the invitation to “Community in an uneasy time”",
        "Read the charter and answer",
        "Say whether your record is still right",
        "3 of you come.",
        "Your city, your voice",
        "Talk for staff",
        "Capacity building since",
        "/en/enquiries/new?wish=capacity",
        "/en/my-association/forum/topics/new",
    ):
        assert told in page, told
    assert "Somebody else’s" not in page
    assert "Ended on" not in page  # what is not there has no line
    assert made.id
    enter_as(client, fresh(other))
    page = client.get(HOME).text
    assert "Community in" not in page
    assert "Your city" not in page
    assert client.get("/da/my-association/").status_code == 200


def test_nothing_waits_once_all_is_done(client: PageClient, noon: datetime) -> None:
    association = make_association()
    enter_as(client, association)
    assert client.get(HOME).text.count("<li><a") > 0
    client.post("/en/my-association/charter", data={
        "answer": "declined", "role": "The chair",
        "version": re.findall(r'name="version"[^>]*value="(\d+)"', client.get("/en/my-association/charter").text)[0],
    })  # fmt: skip
    page = client.get(HOME).text
    assert "Nothing waits for you right now." in page
    assert "You are not invited to anything right now." in page


def test_the_overview_asks_as_much_for_many_meetings_as_for_one(client: PageClient, noon: datetime) -> None:
    association = make_association()
    numbers = []
    for many in (1, 6):
        for day in range(many):
            invite(make_activity("forum_meeting", noon + timedelta(days=day + many)).id, association.id)
        enter_as(client, fresh(association))
        with count_queries() as counted:
            client.get(HOME)
        numbers.append(counted.number)
    assert numbers[0] == numbers[1]


def test_it_corrects_its_record_and_nothing_that_is_staffs(client: PageClient) -> None:
    association = make_association(cvr="12345674", can_host=False)
    enter_as(client, association)
    page = client.get(f"{RECORD}/edit").text
    assert 'name="cvr"' not in page
    given = {"revision": "0", "name": "Kvindenetværket Kanel", "district": "", "web_page": "kanel.example",
             "language": "en", "can_host": "y",
             "cvr": "", "kind": "", "active": "", "forum_since": "2020-01-01", "tags": "1"}  # fmt: skip
    assert client.post(f"{RECORD}/edit", data={**given, "web_page": "javascript:alert(1)"}).status_code == 422
    assert client.post(f"{RECORD}/edit", data=given).status_code == 303
    now = fresh(association)
    assert (now.name, now.district_id, now.web_page, now.language, now.can_host) == (
        "Kvindenetværket Kanel", None, "https://kanel.example", "en", True,
    )  # fmt: skip
    assert (now.cvr, now.kind is not None, now.active, now.forum_since, now.tags) == ("12345674", True, True, None, [])
    assert [name.name for name in now.other_names] == ["Kvindenetværket Kanelblomst"]
    entry = db.session.scalars(select(LogEntry)).one()
    assert (entry.event, entry.user_id) == (Event.CHANGED, None)
    make_association("Syv Broer")
    taken = client.post(f"{RECORD}/edit", data={**given, "revision": "1", "name": "SYV BROER"})
    assert taken.status_code == 422
    assert "Syv" not in fresh(association).name


def test_staff_saved_first_and_nothing_is_lost(client: PageClient) -> None:
    association = make_association()
    enter_as(client, association)
    page = client.get(f"{RECORD}/edit").text
    hidden = dict(re.findall(r'name="(revision|began)"[^>]*value="([^"]*)"', page))
    hidden["began"] = hidden["began"].replace("&#34;", '"').replace("&quot;", '"')
    staff = make_user()
    draft = draft_of(fresh(association))
    changed = {**vars(draft), "web_page": "https://staff.example", "cvr": "12345674"}
    save_association(association.id, type(draft)(**changed), revision=0, actor=staff, now=clock.now())
    mine = {**hidden, "name": "Mit nye navn", "district": str(association.district_id), "language": "da"}
    second = client.post(f"{RECORD}/edit", data=mine)
    assert second.status_code == 422
    assert staff.name in second.text
    assert 'value="Mit nye navn"' in second.text
    assert 'value="https://staff.example"' in second.text
    hidden = dict(re.findall(r'name="(revision|began)"[^>]*value="([^"]*)"', second.text))
    again = {**mine, **hidden, "web_page": "https://staff.example"}
    assert client.post(f"{RECORD}/edit", data=again).status_code == 303
    now = fresh(association)
    assert (now.name, now.web_page, now.cvr) == ("Mit nye navn", "https://staff.example", "12345674")


def test_contacts_are_added_corrected_and_removed_but_one_stays(client: PageClient) -> None:
    association = make_association()
    first = enter_as(client, association).id
    assert client.post(f"{RECORD}/contacts/{first}/remove").status_code == 422
    new = {"role": "Kasserer", "email": "Kasse@Kanelblomst.example", "name": "", "phone": "33663366"}
    assert client.post(f"{RECORD}/contacts/new", data={**new, "email": "kasse"}).status_code == 422
    assert client.post(f"{RECORD}/contacts/new", data=new).status_code == 303
    assert client.post(f"{RECORD}/contacts/new", data=new).status_code == 422
    second = db.session.scalars(select(Contact).where(Contact.id != first)).one()
    assert (second.email, second.position) == ("kasse@kanelblomst.example", 1)
    edit = f"{RECORD}/contacts/{second.id}"
    assert client.post(edit, data={**new, "role": "Sekretær"}).status_code == 303
    page = client.get(RECORD).text
    assert "Sekretær" in page
    assert "+45 33 66 33 66" in page
    assert client.post(f"{RECORD}/confirm").status_code == 303
    assert db.session.get_one(Contact, first).confirmed_at is not None
    assert client.post(f"{RECORD}/contacts/{second.id}/remove").status_code == 303
    assert client.get(edit).status_code == 404
    moved = {"role": "Forkvinde", "email": "ny@kanelblomst.example"}
    answer = client.post(f"{RECORD}/contacts/{first}", data=moved)
    assert answer.headers["Location"] == "/en/my-association/login"
    assert client.get(HOME).status_code == 302


def test_whoever_removes_themselves_is_out(client: PageClient) -> None:
    association = make_association()
    add_contact(association.id, ContactDraft("Kasserer", "kasse@kanelblomst.example"), actor=None, now=clock.now())
    me = enter_as(client, fresh(association)).id
    assert "This is you" in client.get(f"{RECORD}/contacts/{me}/remove").text
    assert client.post(f"{RECORD}/contacts/{me}/remove").headers["Location"] == "/en/"
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_associations_contact_is_not_there(client: PageClient, method: str) -> None:
    theirs = make_association("Lektiecaféen Blækhuset", "association", "valby").contacts[0].id
    enter_as(client, make_association())
    for path in (f"{RECORD}/contacts/{theirs}", f"{RECORD}/contacts/{theirs}/remove"):
        assert client.open(path, method=method, data={"role": "x", "email": "x@y.example"}).status_code == 404
    assert db.session.get_one(Contact, theirs).role == "Forkvinde"


def test_a_faith_based_bodys_contact_has_its_name_on_its_own_page(client: PageClient) -> None:
    association = make_association("Moskéforeningen Havnelyset", "faith", "vesterbro")
    number = association.contacts[0].id
    change_contact(
        number, ContactDraft("Bestyrelsen", "bestyrelsen@havnelyset.example", "Ivan Opdigtet"), actor=None,
        now=clock.now(),
    )  # fmt: skip
    enter_as(client, fresh(association))
    assert "Ivan Opdigtet" in client.get(RECORD).text
    assert "never in lists" in client.get(f"{RECORD}/contacts/{number}").text
