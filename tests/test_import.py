"""The real log, the forum's attendance and a spreadsheet with the faults real ones have, through the commands."""

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.activities.models import Activity
from portal.activities.rules import State, Visibility
from portal.associations.models import Association
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Method
from portal.clock import local
from portal.database import Base, db, writing
from portal.registrations.models import Registration
from tests.make import make_activity, type_of
from tests.page import PageClient

DATA = Path(__file__).parent / "data"
LOG = DATA / "aktivitetslog-2016-17.csv"
FORUM = DATA / "forumfremmoede-2016-17.xlsx"
FAULTY = DATA / "aktivitetslog-2018-med-fejl.xlsx"
PLAN = DATA / "vink-handleplan-2018-19.json"
HEADER = "Dato;Tidspunkt;Aktivitet;Type;Sted;Bydel;Målgruppe;Antal;Samarbejdspartner\n"
GOOD = "3.5.2018;19.00-21.00;Aften for forældre;Forældreaktivitet;Skolen;Valby;Forældre;14;\n"


def run(app: Flask, *words: str | Path, fails: bool = False) -> str:
    """A command's output; its exit code must be 1 where it `fails` and 0 otherwise."""
    result = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert result.exit_code == (1 if fails else 0), (result.output, result.exception)
    db.session.rollback()
    return result.output


def rows_in_tables() -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def write_log(tmp_path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    """A log with the usual header."""
    file = tmp_path / "log.csv"
    file.write_bytes((HEADER + "".join(rows)).encode(encoding))
    return file


@pytest.mark.parametrize("order", [(LOG, FORUM), (FORUM, LOG)], ids=["log first", "forum first"])
def test_the_real_log_gives_the_published_key_figures(app: Flask, order: tuple[Path, Path]) -> None:
    run(app, "plan", "load", PLAN)
    for file in order:
        run(app, "import", "forum" if file == FORUM else "activities", file, "--commit")
    expected = json.loads(PLAN.read_text())["key_figures_2016_17"]
    printed = json.loads(run(app, "figures", "--from", "2016-01-01", "--to", "2017-08-31", "--json"))
    assert {key: printed[key] for key in expected if key not in {"source", "period"}} == {
        key: value for key, value in expected.items() if key not in {"source", "period"}
    }
    assert printed["period"] == expected["period"]
    before = rows_in_tables()
    for file in order:
        said = run(app, "import", "forum" if file == FORUM else "activities", file, "--commit", "--language", "en")
        assert "Nothing was changed" in said
    assert rows_in_tables() == before
    assert "1.883" in run(app, "figures", "--from", "1.1.2016", "--to", "31.8.2017")


def test_imported_history_counts_and_is_shown_to_nobody_outside(app: Flask, client: PageClient) -> None:
    for file in (LOG, FORUM):
        run(app, "import", "forum" if file == FORUM else "activities", file, "--commit")
    imported = db.session.scalars(select(Activity)).all()
    assert {activity.visibility for activity in imported} == {Visibility.CLOSED}
    for address in ("/da/activities?from=2016-01-01", "/en/activities?from=2016-01-01", "/da/", "/sitemap.xml",
                    "/calendar/da.ics?from=2016-01-01"):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        assert not [a.title_da for a in imported if a.title_da in page.text], address
    assert client.get(f"/da/activities/{imported[0].id}").status_code == 404
    assert json.loads(run(app, "figures", "--from", "2016-01-01", "--to", "2017-08-31", "--json"))["parents"] == 80


def test_the_meetings_final_count_is_the_logs_in_either_order(app: Flask) -> None:
    for file in (FORUM, LOG):
        run(app, "import", "forum" if file == FORUM else "activities", file, "--commit")
    meetings = db.session.scalars(
        select(Activity).where(Activity.type_id == type_of("forum_meeting").id).order_by(Activity.starts_at)
    ).all()
    finals = select(Count.heads).join(Closing).where(Closing.newest, Count.kind == CountKind.FINAL)
    assert [db.session.scalar(finals.where(Count.activity_id == m.id)) for m in meetings] == [21, 18, 24, 19]
    assert meetings[0].title_da == "Medborgerforum: Opstart og spilleregler"


def test_forum_alone_counts_the_sum_of_its_associations(app: Flask) -> None:
    run(app, "import", "forum", FORUM, "--commit")
    sums: dict[str, int] = {}
    for day, _name, heads in list(openpyxl.load_workbook(FORUM).worksheets[0].values)[1:]:
        sums[f"{day:%Y-%m-%d}"] = sums.get(f"{day:%Y-%m-%d}", 0) + int(str(heads))
    rows = db.session.execute(
        select(Activity.starts_at, Count.heads)
        .join(Count, Count.activity_id == Activity.id)
        .where(Count.kind == CountKind.FINAL)
        .order_by(Activity.starts_at)
    ).all()
    assert [(f"{local(start):%Y-%m-%d %H}", heads) for start, heads in rows] == [
        (f"{day} 17", heads) for day, heads in sums.items()
    ]


def test_a_forum_registration_holds_no_personal_data(app: Flask) -> None:
    run(app, "import", "forum", FORUM, "--commit")
    for registration in db.session.scalars(select(Registration)):
        assert registration.association_id is not None
        assert not any(
            (registration.name, registration.email, registration.phone, registration.reference, registration.submission)
        )


def test_forum_finds_the_meeting_that_staff_planned(app: Flask, tmp_path: Path) -> None:
    meeting = make_activity("forum_meeting", local_noon(2018, 11, 8))
    file = tmp_path / "forum.csv"
    file.write_text("Mødedato,Forening,Antal repræsentanter\n8.11.2018,Boldklubben Skæve Mål,2\n")
    run(app, "import", "forum", file, "--commit")
    assert [r.activity_id for r in db.session.scalars(select(Registration))] == [meeting.id]
    assert db.session.scalar(select(func.count(Closing.id))) == 0  # staff close their own meetings
    file.write_text("Mødedato,Forening,Antal repræsentanter\n8.11.2018,boldklubben skaeve mål,3\n")
    said = run(app, "import", "forum", file, "--commit", "--language", "en", fails=True)
    assert "Row 2, column Antal repræsentanter: is already there with 2." in said


def local_noon(year: int, month: int, day: int) -> datetime:
    """Noon in UTC."""
    return datetime(year, month, day, 12, tzinfo=UTC)


FAULTS = [
    "Row 7, column Dato: «31.02.2018» is not a date that exists.",
    "Row 8, column Antal: «ca. 25» is not a whole number.",
    "Row 9, column Bydel: «Sydhavnen» is not a district of the portal.",
    "Row 10, column Aktivitet: the same as row 3.",
    "Row 12, column Tidspunkt: «17.00-16.00» ends before it starts.",
    "Row 14, column Type: «Cafémøde» is not an activity type of the portal.",
    "Row 14, column Antal: -3 is below 0.",
]


def test_every_faulty_row_is_named_and_nothing_written_unless_asked(app: Flask) -> None:
    before = rows_in_tables()
    for extra, fails in ((), True), (("--commit",), True), (("--skip-faulty",), False):
        said = run(app, "import", "activities", FAULTY, "--language", "en", *extra, fails=fails)
        assert [line for line in said.splitlines() if line.startswith("Row")] == FAULTS
        assert "12 rows read, 6 new, 0 there already, 6 faulty." in said
        assert rows_in_tables() == before
    run(app, "import", "activities", FAULTY, "--commit", "--skip-faulty")
    activities = db.session.scalars(select(Activity).order_by(Activity.starts_at)).all()
    assert [f"{local(a.starts_at):%Y-%m-%d %H:%M}" for a in activities] == [
        "2018-01-24 17:00", "2018-02-08 10:00", "2018-03-15 10:00", "2018-04-12 16:30", "2018-05-03 19:00",
        "2018-05-17 10:00",
    ]  # fmt: skip
    assert {a.state for a in activities} == {State.PUBLISHED}
    finals = db.session.scalars(select(Count.heads).join(Activity).order_by(Activity.starts_at)).all()
    assert finals == [22, 24, 26, 31, 4, 19]
    partner = db.session.scalars(select(Association)).one()
    assert (partner.name, partner.kind.key if partner.kind else None) == ("Mino Danmark", "partner")
    again = run(app, "import", "activities", FAULTY, "--commit", "--skip-faulty", "--language", "en")
    assert "Nothing was changed" in again


def test_without_commit_nothing_is_written(app: Flask) -> None:
    before = rows_in_tables()
    said = run(app, "import", "activities", LOG, "--language", "en")
    assert "76 rows read, 76 new" in said
    assert "--commit" in said
    assert "--commit" in run(app, "import", "forum", FORUM, "--language", "en")
    assert rows_in_tables() == before


def test_the_same_row_with_another_count_is_a_fault(app: Flask, tmp_path: Path) -> None:
    run(app, "import", "activities", write_log(tmp_path, GOOD), "--commit")
    other = write_log(tmp_path, GOOD.replace(";14;", ";15;"))
    said = run(app, "import", "activities", other, "--commit", "--language", "en", fails=True)
    assert "Row 2, column Antal: is already there with 14." in said


def test_a_row_that_staff_corrected_is_still_known(app: Flask, tmp_path: Path) -> None:
    file = write_log(tmp_path, GOOD)
    run(app, "import", "activities", file, "--commit")
    with writing() as session:
        old = session.scalars(select(Closing)).one()
        old.newest = False
        new = Closing(activity_id=old.activity_id, number=2, method=Method.LIST, reason="x", closed_at=old.closed_at)
        session.add(new)
        session.flush()
        count = session.scalars(select(Count)).one()
        session.add(
            Count(id="b" * 36, activity_id=old.activity_id, kind=CountKind.FINAL, method=Method.LIST, heads=12,
                  audience_id=count.audience_id, closing_id=new.id, number=2, counted_at=old.closed_at,
                  recorded_at=old.closed_at)
        )  # fmt: skip
    assert "Nothing was changed" in run(app, "import", "activities", file, "--commit", "--language", "en")


def test_an_activity_planned_in_the_portal_is_not_counted_twice(app: Flask, tmp_path: Path) -> None:
    at_seven = local_noon(2018, 5, 3).replace(hour=17)
    make_activity("parent_activity", at_seven, title_da="Aften for  forældre")
    said = run(app, "import", "activities", write_log(tmp_path, GOOD), "--language", "en", fails=True)
    assert "already planned in the portal" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_usual_encodings_and_separators_are_read(app: Flask, tmp_path: Path, encoding: str, separator: str) -> None:
    file = write_log(tmp_path, GOOD)
    file.write_bytes((HEADER + GOOD).replace(";", separator).encode(encoding))
    said = run(app, "import", "activities", file, "--language", "en")
    assert "1 row read, 1 new, 0 there already, 0 faulty." in said


def test_headers_and_words_in_english_in_another_order(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(
        "sep=;\nAttended;Audience;Date;Remarks;Time;Activity;Type;District\n\n"
        "24;young people;2018-02-08;fine;10:00-13:00;Behind the screen;YOUTH WORKSHOP;amager øst\n"
    )
    said = run(app, "import", "activities", file, "--language", "en")
    assert "1 row read, 1 new" in said
    assert "not read: Remarks" in said


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("3.5.2018", "", "column Dato: is missing"),
        ("3.5.2018", "30.2.2018", "column Dato: «30.2.2018» is not a date"),
        ("3.5.2018", "3.5.2099", "column Dato: «3.5.2099» has not come yet"),
        ("19.00-21.00", "25.00-26.00", "column Tidspunkt: «25.00-26.00» is not a time"),
        ("19.00-21.00", "19.00-19.00", "column Tidspunkt: «19.00-19.00» ends before it starts"),
        ("Aften for forældre", "Aften med 010203-1234", "column Aktivitet: looks like a civil registration"),
        ("Aften for forældre", "x" * 161, "column Aktivitet: is longer than 160 characters"),
        ("Aften for forældre", "a\x00b", "column Aktivitet: has a character"),
        ("14;", "14.5;", "column Antal: «14.5» is not a whole number"),
        ("14;", "5001;", "column Antal: 5001 is not from 0 to 5000"),
        ("14;", "14;...", "column Samarbejdspartner: «...» is not a name"),
        ("14;", "14;" + "æ" * 160, "column Samarbejdspartner: is longer"),
        ("14;", "14;;x", "column 10: the row has more cells than the header"),
        (";Forældre;", ";Forælder;", "column Målgruppe: «Forælder» is not an audience"),
    ],
)  # fmt: skip
def test_faults_are_named(app: Flask, tmp_path: Path, old: str, new: str, reason: str) -> None:
    file = write_log(tmp_path, "\n", GOOD.replace(old, new, 1))
    said = run(app, "import", "activities", file, "--commit", "--language", "en", fails=True)
    assert f"Row 3, {reason}" in said
    assert db.session.scalar(select(func.count(Activity.id))) == 0


def test_files_that_are_none_are_refused_with_a_message(app: Flask, tmp_path: Path) -> None:
    cases = {
        "empty.csv": b"",
        "old.xls": b"\xd0\xcf\x11\xe0 and so on",
        "broken.xlsx": b"PK\x03\x04 and so on",
        "quote.csv": (HEADER + '3.5.2018;"open quote').encode(),
        "other.csv": b"a;b;c\n1;2;3\n",
        "twice.csv": b"Dato;Date\n",
        "nothing.csv": None,
    }
    for name, data in cases.items():
        file = tmp_path / name
        if data is not None:
            file.write_bytes(data)
        for what in ("activities", "forum"):
            said = run(app, "import", what, file, "--commit", "--language", "en", fails=True)
            assert said.startswith(f"{name}: "), said


def test_cells_of_a_spreadsheet_without_a_value_are_faults(app: Flask, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FAULTY)
    sheet = book.worksheets[0]
    sheet.delete_rows(3, 20)
    sheet["H2"] = "=20+2"  # never computed: openpyxl writes no result
    sheet["C2"] = "#REF!"
    file = tmp_path / "log.xlsx"
    book.save(file)
    said = run(app, "import", "activities", file, "--language", "en", fails=True)
    assert "Row 2, column Antal: the cell shows an error, or a formula without a result." in said
    assert "Row 2, column Aktivitet: the cell shows an error" in said


def test_too_many_rows_are_refused(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.imports.reading.MOST_ROWS", 2)
    said = run(app, "import", "activities", write_log(tmp_path, GOOD, GOOD, GOOD), "--language", "en", fails=True)
    assert "more than 2 rows" in said
