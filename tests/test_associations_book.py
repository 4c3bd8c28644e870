"""The address book: found however it is typed, filtered, kept as a saved search, taken out as a spreadsheet."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, quote

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from portal.accounts.rules import Role
from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.models import Association, OtherName, Segment, Tag
from portal.associations.rules import CharterAnswerKind, CharterStatus, search_name
from portal.database import db, writing
from portal.forum.address_book import Wanted, associations_in, wanted_of
from portal.forum.models import Invitation
from portal.forum.rules import Answer
from portal.log.models import Event, LogEntry
from portal.registrations.service import sign_up
from tests.associations import make_association
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party
from tests.queries import count_queries

LIST = "/da/staff/associations"


def found(now: datetime, **args: str) -> list[str]:
    """The names that a search finds."""
    return [each.name for each in db.session.scalars(associations_in(wanted_of(args), now=now))]


def test_search_forgives_letters_case_and_word_order(app: Flask, noon: datetime) -> None:
    kanel = make_association("Kvindenetværket Kanelblomst", cvr="12345674")
    make_association("Idrætsklubben Tågehornet", kind="association")
    make_association("Ørkenrosen 100 %", kind="association")
    with writing() as session:
        session.add(OtherName(association_id=kanel.id, name="Kanelsnurren", search_name=search_name("Kanelsnurren")))
    names = ["Kvindenetværket Kanelblomst"]
    for typed in ("kanelblomst kvindenetvaerket", "KVINDENETVÆRKET", "  nelblo ", "kanelsnurren", "kvinde kanelsnurren",
                  "12345674", "Kanelblomst!"):  # fmt: skip
        assert found(noon, q=typed) == names, typed
    assert found(noon, q="TÅGEHORNET") == found(noon, q="taagehornet idraets") == ["Idrætsklubben Tågehornet"]
    assert found(noon, q="100 %") == ["Ørkenrosen 100 %"]
    assert found(noon, q="kanelblomst tågehornet") == found(noon, q="_") == []
    assert len(found(noon, q="!!!")) == 3, "nothing to look for is no filter"


def test_danish_letters_sort_last(app: Flask, noon: datetime) -> None:
    names = ["andelen", "Zebra", "Ælte", "Østen", "Ålen"]
    for name in reversed(names):
        make_association(name)
    assert found(noon) == names


def test_filters_narrow_the_list(app: Flask, noon: datetime) -> None:
    member = make_association("Medlem", forum_since=date(2017, 1, 1))
    make_association("Tidligere", kind="school", forum_since=date(2017, 1, 1), forum_until=date(2018, 1, 1))
    make_association("Nabo", district="noerrebro")
    make_association("Lukket", active=False)
    with writing() as session:
        row = session.get_one(Association, member.id)
        row.tags = [session.scalars(select(Tag).where(Tag.key == "works_with_youth")).one()]
        row.contacts[0].confirmed_at = noon - timedelta(days=300)
    assert found(noon) == ["Medlem", "Nabo", "Tidligere"]
    assert found(noon, state="inactive") == ["Lukket"]
    assert len(found(noon, state="all")) == 4
    assert found(noon, forum="member") == found(noon, tag="works_with_youth") == ["Medlem"]
    assert found(noon, forum="former") == found(noon, kind="school") == ["Tidligere"]
    assert found(noon, forum="never", district="noerrebro") == ["Nabo"]
    assert found(noon, unconfirmed="1") == ["Nabo", "Tidligere"]
    assert found(noon + timedelta(days=70), unconfirmed="1") == ["Medlem", "Nabo", "Tidligere"]
    assert found(noon, district="no_such_district") == [], "a segment with an unknown key invites nobody"


def answered(association: Association, number: int, answer: CharterAnswerKind, now: datetime) -> None:
    """Puts down what an association answered about a version."""
    with writing() as session:
        version = session.scalars(select(CharterVersion).where(CharterVersion.number == number)).one()
        session.add(
            CharterAnswer(
                association_id=association.id,
                version_id=version.id,
                answer=answer,
                role="Formand",
                answered_on=now.date(),
                created_at=now,
            )
        )


def test_the_newest_charter_answer_holds(app: Flask, noon: datetime) -> None:
    yes, changed, silent = (make_association(name) for name in ("Ja", "Skiftet", "Tavs"))
    answered(yes, 1, CharterAnswerKind.ACCEPTED, noon)
    answered(changed, 1, CharterAnswerKind.ACCEPTED, noon)
    answered(changed, 1, CharterAnswerKind.WITHDRAWN, noon - timedelta(days=900))  # put down later, whatever its day
    assert [found(noon, charter=status.value) for status in CharterStatus] == [["Ja"], [], [], ["Skiftet"], ["Tavs"]]
    assert silent.active


def test_without_an_answer_to_a_meeting(app: Flask, noon: datetime) -> None:
    meeting = make_activity("forum_meeting")
    since = {"forum_since": date(2017, 1, 1)}
    silent, no, signed = (make_association(name, **since) for name in ("Tavs", "Nej", "Tilmeldt"))
    guest, _stranger, cancelled = make_association("Gæst"), make_association("Fremmed"), make_association("Afbud")
    with writing() as session:
        for one, answer in ((silent, None), (no, Answer.NO), (guest, None), (cancelled, Answer.YES)):
            told = noon if answer else None
            session.add(
                Invitation(activity_id=meeting.id, association_id=one.id, reference=f"r{one.id}", answer=answer,
                           answered_at=told, invited_at=noon)
            )  # fmt: skip
    sign_up(meeting.id, party(2, association_id=signed.id, email="kontakt@tilmeldt.example"), now=noon, by_staff=True)
    asked = str(meeting.id)
    assert found(noon, unanswered=asked) == ["Gæst", "Tavs"], "a stranger who was never asked owes no answer"
    assert found(noon, unanswered=asked, forum="member") == ["Tavs"]
    assert found(noon, unanswered="next") == ["Gæst", "Tavs"]
    assert found(noon + timedelta(days=20), unanswered="next") == [], "no meeting is to come"
    other = make_activity("forum_meeting", noon + timedelta(days=60))
    assert found(noon, unanswered=str(other.id)) == ["Nej", "Tavs", "Tilmeldt"], "before any invitation: every member"


def test_an_address_is_read_or_left_out() -> None:
    wanted = Wanted(q="æ & ø", kind="faith", district="noerrebro", tag="x_1", forum="member", unanswered="7",
                    charter=CharterStatus.DECLINED, unconfirmed=True, state="all")  # fmt: skip
    assert wanted_of(parse_qs(wanted.query)) == wanted_of(wanted.args) == wanted
    assert wanted.query.startswith("q=%C3%A6")
    nonsense = {"kind": "'; DROP", "forum": "x", "unanswered": str(2**31), "charter": "no", "state": "", "q": "\x00%"}
    assert wanted_of(nonsense) == Wanted()
    assert wanted_of({"unanswered": "²", "q": ["", "x"]}) == wanted_of({}) == Wanted()
    longest = Wanted(q="\U0001d518" * 60, kind="k" * 40, district="d" * 40, tag="t" * 40, forum="member",
                     charter=CharterStatus.EARLIER_VERSION, unanswered=str(2**31 - 1), state="inactive")  # fmt: skip
    assert len(longest.query) <= 1000


def test_the_list_shows_mailboxes_and_never_names(client: PageClient, noon: datetime) -> None:
    log_in(client)
    assert "The address book is empty" in client.get("/en/staff/associations").text
    mosque = make_association("Moskéforeningen Havnelyset", kind="faith")
    with writing():
        db.session.get_one(Association, mosque.id).contacts[0].name = "Yusuf Opdigtet"
    page = client.get(f"{LIST}?district=nowhere&page=99&unanswered=999").text
    assert "kontakt@havnelyset.example" in page
    assert "Forkvinde" in page
    assert "Opdigtet" not in page
    assert "Havnelyset" not in client.get(f"{LIST}?q=Opdigtet").text
    assert "Opdigtet" in client.get(f"{LIST}/{mosque.id}").text, "only the association's own page has it"


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    """The rows of a spreadsheet."""
    return list(load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_the_export_is_text_with_headings_and_without_contacts_names(client: PageClient, noon: datetime) -> None:
    user = log_in(client)
    for name, kind in (("=cmd|' /C calc'!A0", "association"), ("Moskéforeningen", "faith"), ("Lukket", "school")):
        made = make_association(name, kind=kind, email=f"post@{kind}.example", active=kind != "school")
        with writing():
            contact = db.session.get_one(Association, made.id).contacts[0]
            contact.name, contact.confirmed_at, contact.role = "Yusuf Opdigtet", noon, "@SUM(A1)"
    answer = client.get(f"{LIST}/export")
    assert answer.headers["Content-Disposition"].endswith("2026-11-18.xlsx")
    book = load_workbook(BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}, "no formula"
    assert sheet.column_dimensions["A"].width > 20
    heading, first, second = rows_of(answer.data)
    assert first[0] == "=cmd|' /C calc'!A0"
    assert first[4:6] == ("@SUM(A1)", "post@association.example")
    assert not [cell for row in rows_of(answer.data) for cell in row if "Opdigtet" in str(cell)]
    assert second[8] == datetime(2026, 11, 18)  # noqa: DTZ001 - a spreadsheet's day
    english = rows_of(client.get("/en/staff/associations/export?kind=school&state=all").data)
    assert english[0][2] == "District"
    assert heading[2] == "Bydel"
    assert [row[0] for row in english[1:]] == ["Lukket"]
    lines = db.session.scalars(select(LogEntry).where(LogEntry.event == Event.EXPORTED)).all()
    assert [(line.user_id, line.subject) for line in lines] == [(user.id, "xlsx, 2"), (user.id, "xlsx, 1")]


def test_a_search_is_saved_found_again_and_deleted(client: PageClient, noon: datetime) -> None:
    log_in(client)
    make_association("Nabo", district="noerrebro", forum_since=date(2017, 1, 1))
    make_association("Fjern")
    query = "district=noerrebro&forum=member"
    assert f"segments/new?{query}".replace("&", "&amp;") in client.get(f"{LIST}?{query}").text
    form = {"name": "Medlemmer på Nørrebro", "query": query}
    assert client.post("/da/staff/segments/new", data={**form, "name": ""}).status_code == 422
    saved = client.post("/da/staff/segments/new", data=form)
    assert saved.status_code == 303
    page = client.get(saved.headers["Location"]).text
    assert "<h1>Medlemmer på Nørrebro</h1>" in page
    assert "Nabo" in page
    assert "Fjern" not in page
    segment = db.session.scalars(select(Segment)).one()
    assert segment.query == query
    names = db.session.scalars(associations_in(wanted_of(parse_qs(segment.query)), now=noon)).all()
    assert [each.name for each in names] == ["Nabo"]
    again = client.post("/da/staff/segments/new", data={**form, "name": "medlemmer PÅ nørrebro"})
    assert again.status_code == 422
    assert quote(query, safe="=&").replace("&", "&amp;") in again.text, "the search is still in the form"
    assert segment.name in client.get("/da/staff/segments").text
    for _twice in range(2):
        assert client.post(f"/da/staff/segments/{segment.id}/delete").status_code == 303
    assert db.session.scalars(select(Segment)).all() == []


def test_the_list_asks_as_often_for_30_as_for_1(client: PageClient, noon: datetime) -> None:
    log_in(client, Role.ADMINISTRATOR)
    make_association("Første", forum_since=date(2017, 1, 1))
    make_activity("forum_meeting")
    client.post("/da/staff/segments/new", data={"name": "Alle", "query": ""})

    def asked(path: str) -> int:
        with count_queries() as counted:
            assert client.get(path).status_code == 200
        return counted.number

    paths = (LIST, f"{LIST}/export", "/da/staff/segments")
    few = [asked(path) for path in paths]
    for number in range(29):
        answered(make_association(f"Forening {number}"), 1, CharterAnswerKind.ACCEPTED, noon)
        client.post("/da/staff/segments/new", data={"name": f"Nr. {number}", "query": f"q={number}"})
    assert [asked(path) for path in paths] == few
