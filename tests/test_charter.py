"""The charter: versions, answers as plain states, status in SQL as in the rule, the reminder and its link."""

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.associations import charter_queries, charter_service
from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.charter_service import Said
from portal.associations.models import Association
from portal.associations.rules import CharterAnswerKind, CharterStatus, charter_fault
from portal.associations.rules import charter_status as ruled
from portal.database import db, writing
from portal.errors import RuleError
from portal.log.models import Event, LogEntry
from tests.associations import enter_as, make_association
from tests.make import log_in
from tests.page import PageClient
from tests.queries import count_queries

TODAY = date(2026, 11, 18)
ACCEPTED, DECLINED, WITHDRAWN = CharterAnswerKind


@pytest.fixture
def second_version(app: Flask):  # type: ignore[no-untyped-def]
    """A second version is published; gone after the test, since versions are reference data."""
    made = charter_service.save_draft("Ny tekst", "New text", began="", now=clock.now())
    charter_service.publish(began=charter_service.mark_of(made), now=clock.now())
    number = made.id
    yield number
    forget_versions()


def forget_versions() -> None:
    """Leaves the first version and nothing that points to others."""
    with writing() as session:
        session.execute(CharterAnswer.__table__.delete())
        session.execute(CharterVersion.__table__.delete().where(CharterVersion.number > 1))


def first_version() -> int:
    """The id of the version that the portal begins with."""
    return db.session.scalars(select(CharterVersion.id).where(CharterVersion.number == 1)).one()


def say(association: Association, answer: CharterAnswerKind, version_id: int | None = None) -> None:
    """An answer put down by nobody in particular, on 18 November."""
    said = Said(answer, "Forkvinde", TODAY, version_id or first_version())
    charter_service.answer_charter(association.id, said, actor=None, now=clock.now())


def status_of(association: Association) -> CharterStatus:
    """Where it stands, as lists say it."""
    return charter_queries.charter_statuses([association.id])[association.id]


def test_what_can_be_answered_when() -> None:
    for holds in (None, *CharterAnswerKind):
        assert charter_fault(ACCEPTED, holds, TODAY, TODAY) is None
        assert charter_fault(DECLINED, holds, TODAY, TODAY) is None
        fault = None if holds is ACCEPTED else "nothing_to_withdraw"
        assert charter_fault(WITHDRAWN, holds, TODAY, TODAY) == fault
        assert charter_fault(ACCEPTED, holds, TODAY + timedelta(days=1), TODAY) == "in_the_future"


def test_an_association_accepts_withdraws_and_declines(client: PageClient, noon: datetime) -> None:
    association = make_association()
    contact = enter_as(client, association)
    page = client.get("/en/my-association/charter").text
    assert "freedom of thought and belief" in page
    assert "Not answered" in page
    form = {"version": first_version(), "role": "The chair"}
    unticked = client.post("/en/my-association/charter", data={**form, "answer": "accepted"})
    assert unticked.status_code == 422
    assert "The chair" in unticked.text
    for wrong in ({"answer": "maybe"}, {}, {"answer": "declined", "role": "010203-1234"}):
        assert client.post("/en/my-association/charter", data={**form, **wrong}).status_code == 422
    assert status_of(association) is CharterStatus.UNANSWERED
    for _ in range(2):  # pressed twice
        ticked = {**form, "answer": "accepted", "agreed": "y"}
        assert client.post("/en/my-association/charter", data=ticked).status_code == 303
    assert status_of(association) is CharterStatus.ACCEPTED
    for answer, status in (("withdrawn", CharterStatus.WITHDRAWN), ("declined", CharterStatus.DECLINED)):
        assert client.post("/en/my-association/charter", data={**form, "answer": answer}).status_code == 303
        assert status_of(association) is status
    again = client.post("/en/my-association/charter", data={**form, "answer": "withdrawn"})
    assert again.status_code == 422
    assert "There is no acceptance to withdraw." in again.text
    answers = charter_queries.answers_of(association.id)
    assert [(a.answer, a.role, a.answered_on, a.recorded_by_id) for a in reversed(answers)] == [
        (kind, "The chair", TODAY, None) for kind in (ACCEPTED, WITHDRAWN, DECLINED)
    ]
    page = client.get("/da/my-association/charter").text
    assert page.count("The chair") == 3
    assert contact.role in page  # the next answer's role is filled in
    entries = db.session.scalars(select(LogEntry).order_by(LogEntry.id)).all()
    assert [(e.event, e.subject) for e in entries] == [
        (Event.CHARTER_ANSWERED, "accepted"), (Event.CHARTER_ANSWERED, "withdrawn"),
        (Event.CHARTER_ANSWERED, "declined"),
    ]  # fmt: skip


def test_a_newer_version_makes_an_acceptance_an_earlier_one(client: PageClient, second_version: int) -> None:
    association = make_association()
    enter_as(client, association)
    old = {"version": first_version(), "role": "The chair", "agreed": "y", "answer": "accepted"}
    late = client.post("/en/my-association/charter", data=old)
    assert late.status_code == 422
    assert "A newer version was published meanwhile." in late.text
    assert f'name="version" type="hidden" value="{second_version}"' in late.text
    with writing() as session:
        session.add(CharterAnswer(
            association_id=association.id, version_id=first_version(), answer=ACCEPTED, role="The chair",
            answered_on=TODAY, created_at=clock.now(),
        ))  # fmt: skip
    assert status_of(association) is CharterStatus.EARLIER_VERSION
    assert "There is a newer version below." in client.get("/en/my-association/charter").text
    assert client.post("/en/my-association/charter", data={**old, "version": second_version}).status_code == 303
    assert status_of(association) is CharterStatus.ACCEPTED


def test_the_status_in_sql_is_the_rules(second_version: int) -> None:
    made = {None: make_association("Ingen svarede")}
    for kind in CharterAnswerKind:
        for number, version_id in ((1, first_version()), (2, second_version)):
            association = made[kind, number] = make_association(f"{kind} {number}")  # type: ignore[index]
            with writing() as session:
                session.add(CharterAnswer(
                    association_id=association.id, version_id=version_id, answer=kind, role="x", answered_on=TODAY,
                    created_at=clock.now(),
                ))  # fmt: skip
    for key, association in made.items():
        answer, number = key or (None, None)
        assert status_of(association) is ruled(answer, number, 2)
    counts = charter_queries.status_counts()
    assert counts == {
        CharterStatus.ACCEPTED: 1, CharterStatus.EARLIER_VERSION: 1, CharterStatus.DECLINED: 2,
        CharterStatus.WITHDRAWN: 2, CharterStatus.UNANSWERED: 1,
    }  # fmt: skip
    for status, number in counts.items():
        page, rows = charter_queries.standings(status, 1)
        assert page.total == number
        assert {row.status for row in rows} == {status}


def test_a_draft_becomes_a_version_that_nobody_edits(client: PageClient, app: Flask) -> None:
    user = log_in(client)
    try:
        assert "freedom of thought" in client.get("/en/staff/charter/draft").text  # it begins with what holds
        texts = {"text_da": "Første", "text_en": "First", "began": ""}
        path = client.post("/en/staff/charter/draft", data=texts).headers["Location"]
        assert "A draft." in client.get(path).text
        second = client.post("/en/staff/charter/draft", data={**texts, "text_en": "Another one’s"})
        assert second.status_code == 422
        assert "Another one’s" in second.text
        assert '<p lang="en">First</p>' in second.text
        began = re.findall(r'name="began" type="hidden" value="(\w+)"', second.text)[0]
        assert (
            client.post("/en/staff/charter/draft", data={**texts, "text_en": "Both", "began": began}).status_code == 303
        )
        assert charter_queries.newest_version().number == 1  # type: ignore[union-attr]
        stale = client.post("/en/staff/charter/draft/publish", data={"began": began}, follow_redirects=True)
        assert "Somebody else changed this" in stale.text
        mark = re.findall(r'name="began" value="(\w+)"', client.get(path).text)[0]
        assert client.post("/en/staff/charter/draft/publish", data={"began": mark}).status_code == 303
        newest = charter_queries.newest_version()
        assert newest is not None
        assert (newest.number, newest.text_en) == (2, "Both")
        assert "/draft/publish" not in client.get(path).text
        again = client.post("/en/staff/charter/draft/publish", data={"began": mark}, follow_redirects=True)
        assert "There is no draft any more." in again.text
        client.post("/en/staff/charter/draft", data={**texts, "began": ""})
        client.post("/en/staff/charter/draft/drop")
        assert len(charter_queries.all_versions()) == 2
    finally:
        forget_versions()
    assert user.id


def test_staff_put_an_answer_down(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    association = make_association()
    path = f"/en/staff/charter/associations/{association.id}"
    given = {"answer": "accepted", "version": first_version(), "role": "The board", "answered_on": "1.11.2026",
             "case_reference": "2026-0012345"}  # fmt: skip
    for wrong, told in (
        ({"case_reference": "they said that"}, "Only a reference number"),
        ({"answered_on": "19.11.2026"}, "The day has not come yet."),
        ({"answer": "withdrawn"}, "There is no acceptance to withdraw."),
        ({"version": "999"}, "Choose one of those in the list."),
        ({"role": ""}, "Write the role that answered"),
    ):
        answer = client.post(path, data={**given, **wrong})
        assert answer.status_code == 422, wrong
        assert told in answer.text
        assert "The board" in answer.text or "role" in wrong
    assert client.get(path).status_code == 200
    assert client.post(path, data=given).status_code == 303
    page = client.get(path).text
    assert "2026-0012345" in page
    assert user.name in page
    assert db.session.scalars(select(LogEntry.event).order_by(LogEntry.id)).all() == [
        Event.LOOKED, Event.CHARTER_ANSWERED,
    ]  # fmt: skip
    page = client.get("/en/staff/charter?status=accepted").text
    assert association.name in page
    assert association.name not in client.get("/en/staff/charter?status=unanswered").text


def test_the_status_list_asks_as_much_for_many_rows_as_for_one(client: PageClient) -> None:
    log_in(client)
    numbers = []
    for names in (["Alene"], [f"Forening {n}" for n in range(18)]):
        for name in names:
            say(make_association(name), ACCEPTED)
        with count_queries() as counted:
            assert client.get("/en/staff/charter").status_code == 200
        numbers.append(counted.number)
    assert numbers[0] == numbers[1]
    assert "Forening 9" in client.get("/en/staff/charter?page=x&status=nothing").text


def test_an_answer_needs_a_version_that_is_published(app: Flask) -> None:
    association = make_association()
    with pytest.raises(RuleError, match="unknown_version"):
        say(association, ACCEPTED, 10**6)
    with pytest.raises(RuleError, match="unknown_association"):
        charter_service.answer_charter(10**6, Said(ACCEPTED, "x", TODAY, first_version()), actor=None, now=clock.now())
