"""What is somebody else's stays theirs: private enquiries, strangers' mailboxes, closed and merged associations."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.associations import answer_routes
from portal.associations.merging import merge
from portal.associations.models import Association, Contact
from portal.associations.record_service import MOST_CONTACTS
from portal.associations.rules import search_name
from portal.database import db, writing
from portal.enquiries import service as enquiries
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import Wish
from portal.enquiries.schedule_service import start_work
from portal.forum.models import Invitation
from portal.imports.models import RowOutcome, UploadRow
from portal.imports.upload_service import save_choices, take_in
from portal.mail.models import Message
from portal.registrations.models import Registration
from portal.registrations.waiting_list import take_turn
from portal.web.links import sign
from tests.associations import enter_as, make_association
from tests.enquiries import asked, form
from tests.forum import invited, make_meeting
from tests.make import make_user
from tests.page import PageClient


def test_an_association_reads_nothing_of_what_a_person_asked_for_in_its_name(client: PageClient) -> None:
    association, staff = make_association(), make_user(Role.STAFF)
    theirs = asked(Wish.CAPACITY, organisation=association.name, email="nora@privat.example", name="Nora Testesen")
    own = asked(Wish.TALK, organisation=association.name, email="kontakt@kanelblomst.example", name=None)
    for enquiry in (theirs, own):
        start_work(enquiry.id, association.name, f"Vi ringer til {enquiry.email}.", actor=staff, now=clock.now())
        enquiries.write_more(enquiry.id, "Tak!", now=clock.now())  # it is open again
    enter_as(client, association)
    home = client.get("/da/my-association/").get_data(as_text=True)
    assert sign(theirs.reference or "") not in home
    assert sign(own.reference or "") in home
    for page in ("stored", "stored/download"):
        stored = client.get(f"/da/my-association/{page}").get_data(as_text=True)
        assert "nora@privat.example" not in stored
        assert "Vi ringer til kontakt@kanelblomst.example." in stored


def test_nobodys_mailbox_is_flooded_by_typing_it(client: PageClient) -> None:
    for _each in range(enquiries.LETTERS_A_DAY + 3):
        answer = client.post("/da/enquiries/new", data=form(email="Offer@privat.example"))
        assert answer.status_code == 303
    client.post("/da/enquiries/new", data=form(email="en.anden@privat.example"))
    sent = db.session.scalars(select(func.count(Message.id)).group_by(Message.recipient).order_by(func.count()))
    assert sent.all() == [1, enquiries.LETTERS_A_DAY]
    assert db.session.scalar(select(func.count(Enquiry.id))) == enquiries.LETTERS_A_DAY + 4  # none is lost


def test_a_closed_association_answers_no_invitation(client: PageClient) -> None:
    association = make_association()
    page = f"/da/invitations/{sign(invited(make_meeting(), association, make_user(Role.STAFF)).reference)}"
    assert client.get(page).status_code == 200
    with writing() as session:
        session.get_one(Association, association.id).active = False
    assert client.get(page).status_code == 404
    assert client.post(page, data={"answer": "yes", "heads": "2"}).status_code == 404
    assert db.session.scalar(select(func.count(Registration.id))) == 0


@pytest.mark.parametrize("page", ["charter", "enquiry"])
def test_a_merge_while_an_association_writes_breaks_no_page(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    staff, kept, other = make_user(Role.STAFF), make_association("Boldklubben Skæve Mål"), make_association()
    kept_id, other_id, actor_id = kept.id, other.id, staff.id

    def after_a_merge(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*args: Any, **values: Any) -> Any:
            db.session.rollback()
            actor = db.session.get_one(User, actor_id)
            merge(kept_id, other_id, frozenset(), revisions=(0, 0), actor=actor, now=clock.now())
            return write(*args, **values)

        return written

    enter_as(client, other)
    if page == "charter":
        service = answer_routes.charter_service
        monkeypatch.setattr(service, "answer_charter", after_a_merge(service.answer_charter))
        said = {"answer": "declined", "role": "Forkvinde", "version": "1"}
        assert client.post("/da/my-association/charter", data=said).status_code == 422
        return
    monkeypatch.setattr(enquiries, "ask", after_a_merge(enquiries.ask))
    assert client.post("/da/enquiries/new", data=form()).status_code == 303
    kept_words = db.session.execute(select(Enquiry.organisation, Enquiry.association_id)).one()
    assert tuple(kept_words) == ("Kvindenetværket Kanelblomst", None)


def test_a_name_that_unfolds_fits_its_column(client: PageClient) -> None:
    name = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 160  # each is 18 letters, folded
    enter_as(client, association := make_association())
    changed = client.post("/da/my-association/record/edit", data={"name": name, "language": "da", "revision": "0"})
    assert changed.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Association, association.id).search_name == search_name(name)


def test_a_row_that_is_only_probably_its_own_is_not_shown_to_an_association(client: PageClient) -> None:
    association, staff = make_association(), make_user(Role.STAFF)
    csv = "Navn;Kontaktperson;E-mail\nKvindenetvaerket kanelblomst;Sara Testesen;sara@privat.example\n"
    upload = take_in(csv.encode(), "x.csv", "da", actor=staff, now=clock.now())
    row = db.session.scalars(select(UploadRow)).one()
    assert row.outcome is RowOutcome.PROBABLY_SAME
    assert row.same_as_id == association.id
    enter_as(client, association)
    stored = "/da/my-association/stored/download"
    assert "sara@privat.example" not in client.get(stored).get_data(as_text=True)
    save_choices(upload.id, {row.id: "same"}, actor=staff)
    assert "sara@privat.example" in client.get(stored).get_data(as_text=True)


def test_a_merge_waits_for_whoever_has_the_turn_of_an_activity(app: Flask) -> None:
    staff, kept, other = make_user(Role.STAFF), make_association("Boldklubben Skæve Mål"), make_association()
    meeting = make_meeting(partner_id=other.id)
    kept_id, other_id, actor_id, meeting_id = kept.id, other.id, staff.id, meeting.id
    db.session.rollback()

    def merge_them() -> None:
        with app.app_context():
            actor = db.session.get_one(User, actor_id)
            merge(kept_id, other_id, frozenset(), revisions=(0, 0), actor=actor, now=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        with writing() as session:
            take_turn(session, meeting_id)
            merging = pool.submit(merge_them)
            with pytest.raises(TimeoutError):
                merging.result(timeout=0.4)
            # Where the merge held the association already, the two would wait for each other.
            session.add(
                Invitation(activity_id=meeting_id, association_id=other_id, reference="r", invited_at=clock.now())
            )
        merging.result(timeout=20)
    assert db.session.scalars(select(Invitation.association_id)).all() == [kept_id]


def test_an_association_cannot_put_down_mailboxes_without_end(client: PageClient) -> None:
    association = make_association()
    enter_as(client, association)
    for number in range(MOST_CONTACTS + 1):
        new = {"role": "Medlem", "email": f"offer{number}@privat.example"}
        answer = client.post("/en/my-association/record/contacts/new", data=new)
    assert answer.status_code == 422
    assert "You have 20 contacts already." in answer.text
    assert db.session.scalar(select(func.count(Contact.id))) == MOST_CONTACTS
