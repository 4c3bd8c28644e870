"""The list of associations through the command: new, changed, probably the same, faulty; and hostile files."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.associations.charter_models import CharterAnswer
from portal.associations.models import Association, Contact, OtherName
from portal.associations.rules import CharterAnswerKind
from portal.database import db, writing
from portal.imports import reading
from portal.imports.columns import ASSOCIATION_COLUMNS, column_words
from portal.imports.reading import FileError, read_bytes
from portal.log.models import Event, LogEntry
from tests.associations import make_association
from tests.uploads import HEADER, changed_workbook, listed, rows_in_tables, with_part, workbook

SAMPLE = Path(__file__).parent / "data" / "foreninger.csv"
TRAPS = [
    "Row 22, «Kvindenetvaerket Kanelblomst»: Probably the same as row 9, «Kvindenetværket Kanelblomst»: the name is "
    "spelled otherwise, the same mailbox.",
    "Row 23, column CVR: «12345678» is no CVR number: its check digit does not fit.",
    "Row 23, «Idrætsklubben TÅGEHORNET»: Probably the same as row 10, «Idrætsklubben Tågehornet»: the name is spelled "
    "otherwise, the same mailbox.",
    "Row 24, column Bydel: «Sydhavnen» is not a district of the portal.",
    "Row 24, column E-mail: «ikke en adresse» is not an e-mail address.",
    "Row 24, column Telefon: «12» is not a telephone number.",
    "Row 24, column Medlem af forum siden: «31.02.2017» is not a date that exists.",
]


def load(app: Flask, content: bytes | Path, *words: str, fails: bool = False, folder: Path | None = None) -> str:
    """What the command says about a file; it ends in a fault where it `fails`."""
    file = content if isinstance(content, Path) else (folder or Path()) / "list.csv"
    if isinstance(content, bytes):
        file.write_bytes(content)
    result = app.test_cli_runner().invoke(args=["import", "associations", str(file), "--language", "en", *words])
    assert result.exit_code == (1 if fails else 0), (result.output, result.exception)
    db.session.rollback()
    return result.output


def association(name: str) -> Association:
    """The association with exactly that name."""
    return db.session.scalars(select(Association).where(Association.name == name)).one()


def test_the_sample_lists_every_trap_and_goes_in_once(app: Flask, noon: datetime) -> None:
    before = rows_in_tables()
    for words, fails in (((), True), (("--commit",), True), (("--skip-faulty",), False)):
        said = load(app, SAMPLE, *words, fails=fails)
        assert [line for line in said.splitlines() if line.startswith("Row")] == TRAPS
        assert "23 rows read, 20 new, 0 changed, 0 unchanged, 1 probably the same as another, 2 faulty." in said
        assert rows_in_tables() == before
    assert "20 rows were written." in load(app, SAMPLE, "--commit", "--skip-faulty")
    trap = association("Lektiecaféen Blækhuset")
    assert (trap.contacts[0].email, trap.contacts[0].phone, trap.contacts[0].role) == (
        "kontakt@blaekhuset.example", "+4533663366", "Koordinator",
    )  # fmt: skip
    assert trap.kind is not None
    assert trap.district is not None
    assert (trap.kind.key, trap.district.key, trap.forum_since) == ("association", "valby", date(2016, 4, 13))
    assert association("Moskéforeningen Havnelyset").faith_based
    answer = db.session.scalars(select(CharterAnswer).where(CharterAnswer.association_id == trap.id)).one()
    assert (answer.answer, answer.role, answer.answered_on) == (
        CharterAnswerKind.ACCEPTED, "Koordinator", date(2026, 11, 18),
    )  # fmt: skip
    assert db.session.scalar(select(func.count(CharterAnswer.id))) == 16
    assert {e.event for e in db.session.scalars(select(LogEntry))} == {Event.IMPORTED}
    before = rows_in_tables()
    said = load(app, SAMPLE, "--commit", "--skip-faulty")
    assert "0 new, 0 changed, 20 unchanged" in said
    assert "Nothing was changed" in said
    assert rows_in_tables() == before


def test_with_same_the_other_spelling_fills_in_and_is_known_from_then_on(app: Flask, tmp_path: Path) -> None:
    make_association("Kvindenetværket Kanelblomst", email="kontakt@kanelblomst.example", district=None)
    file = listed(
        "Kvindenetvaerket Kanelblomst;Boligforening;Valby;10150817;Forkvinde;kontakt@kanelblomst.example;33663366;;"
    )
    said = load(app, file, "--commit", "--same", folder=tmp_path)
    filled = "District: Valby; CVR number: 10150817; Telephone: +45 33 66 33 66; Also known as: Kvindenetvaerket"
    assert filled in said
    known = association("Kvindenetværket Kanelblomst")
    assert known.kind is not None
    assert known.district is not None
    assert (known.kind.key, known.district.key, known.cvr) == ("network", "valby", "10150817")
    assert [contact.phone for contact in known.contacts] == ["+4533663366"]
    assert db.session.scalars(select(OtherName.name)).all() == ["Kvindenetvaerket Kanelblomst"]
    assert "1 changed" in load(app, file, folder=tmp_path)  # the same association now: the kind would be overwritten
    again = file.replace(b";Boligforening;", b";;")
    assert "1 unchanged" in load(app, again, "--commit", folder=tmp_path)


def test_a_known_one_changes_field_by_field_and_empty_cells_change_nothing(app: Flask, tmp_path: Path) -> None:
    make_association("Madklubben Lange Borde", "association", "valby", email="bord@langeborde.example")
    row = "Madklubben  Lange Borde ;;Vanløse;;Forkvinde;ny@langeborde.example;33 66 33 66;1.2.2020;nej"
    said = load(app, listed(row), "--commit", folder=tmp_path)
    assert "District: Valby → Vanløse" in said
    assert "E-mail: bord@langeborde.example → ny@langeborde.example; Telephone: +45 33 66 33 66" in said
    changed = association("Madklubben Lange Borde")
    assert changed.kind is not None
    assert (changed.kind.key, changed.revision, changed.forum_since) == ("association", 1, date(2020, 2, 1))
    assert [(c.email, c.confirmed_at) for c in changed.contacts] == [("ny@langeborde.example", None)]
    assert db.session.scalar(select(func.count(CharterAnswer.id))) == 0  # a no is theirs to say
    second = "Madklubben Lange Borde;;;;Kok;kok@langeborde.example;;;"
    said = load(app, listed(row, second), "--commit", folder=tmp_path)
    assert "New contact: Kok, kok@langeborde.example" in said
    assert "2 unchanged" in load(app, listed(row, second), "--commit", folder=tmp_path)
    assert db.session.scalars(select(Contact.position).order_by(Contact.position)).all() == [0, 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";Debatforening;;;;;;;", "column Navn: is missing"),
        ("Klubben;Rumforening;;;;;;;", "«Rumforening» is not a kind"),
        ("Klubben;;;1234567;;;;;", "«1234567» is no CVR number: it must have eight digits"),
        ("Klubben;;;;;;010203-1234;;", "column Telefon: looks like a civil registration (CPR) number"),
        ("Klubben 0102031234;;;;;;;;", "column Navn: looks like a civil registration (CPR) number"),
        ("Klubben;;;;;;33663366;;", "column E-mail: is missing; a telephone number or a name needs a mailbox"),
        ("Klubben;;;;;;;1.1.2099;", "«1.1.2099» has not come yet"),
        ("Klubben;;;;;;;;måske", "«måske» is neither yes nor no"),
        ("x" * 161 + ";;;;;;;;", "column Navn: is longer than 160 characters"),
        ("Klubben;;;;" + "r" * 81 + ";;;;", "column Kontaktrolle: is longer than 80 characters"),
        ("Klubben;;;;;;;;;?", "column 10: the row has more cells than the header"),
    ],
)
def test_each_fault_is_named(app: Flask, tmp_path: Path, row: str, reason: str) -> None:
    said = load(app, listed(row), "--commit", folder=tmp_path, fails=True)
    assert f"Row 2, {'' if reason.startswith('column') else 'column '}" in said
    assert reason in said
    assert db.session.scalar(select(func.count(Association.id))) == 0


def test_rows_of_one_file_are_compared_with_each_other(app: Flask, tmp_path: Path) -> None:
    make_association("Sangforeningen", "association", email=None, cvr="10150817")
    file = listed(
        "Boldklubben;;Valby;;;hej@bold.example;;;",
        "Boldklubben;;Valby;;;hej@bold.example;;;",  # the very same
        "Boldklubben;;Vanløse;;;;;;",  # the same, with something else
        "Klubben Bold-;;;;;hej@bold.example;;;",  # the same mailbox
        "boldklubben;;;;;;;;",
        "Korforeningen;;;10150817;;;;;",  # Sangforeningen's number
        "Nyt Net;;;;;;;;",
        "Net, Nyt;;;;;;;;",
        "Boldklubben;;;10150817;;;;;",
    )
    said = load(app, file, "--skip-faulty", folder=tmp_path)
    for line in (
        "Row 3, column Navn: the same as row 2.",
        "Row 4, column Bydel: row 2 says otherwise.",
        "Row 5, «Klubben Bold-»: Probably the same as row 2, «Boldklubben»: the same mailbox.",
        "Row 6, «boldklubben»: Probably the same as row 2, «Boldklubben»: the name is spelled otherwise.",
        "Row 7, «Korforeningen»: Probably the same as «Sangforeningen»: the same CVR number.",
        "Row 9, «Net, Nyt»: Probably the same as row 8, «Nyt Net»: the same words in another order.",
        "Row 10, column CVR: the CVR number belongs to «Sangforeningen».",
    ):
        assert line in said, said
    assert "2 new, 0 changed, 0 unchanged, 4 probably the same as another, 3 faulty" in said


def test_a_faith_based_bodys_contact_is_not_named_in_what_is_printed(app: Flask, tmp_path: Path) -> None:
    header = f"{HEADER};Kontaktperson;Web;Sprog;Nøgleord"
    row = "Menigheden;Menighed;;;Sekretariat;post@menighed.example;;;;Asta Prøvesen;www.menighed.example;English;{}"
    file = listed(row.format("Arbejder med unge, has_volunteers"), header=header)
    load(app, file, "--commit", folder=tmp_path)
    stored = association("Menigheden")
    assert (stored.web_page, stored.language) == ("https://www.menighed.example", "en")
    assert (stored.contacts[0].name, [tag.key for tag in stored.tags]) == (
        "Asta Prøvesen", ["works_with_youth", "has_volunteers"],
    )  # fmt: skip
    with writing():
        stored = association("Menigheden")
        stored.contacts[0].name = "Bo Testesen"
    said = load(app, file, folder=tmp_path)
    assert "Contact’s name is written" in said
    assert "Prøvesen" not in said
    assert "«hvad»" in load(app, listed(row.format("hvad"), header=header), folder=tmp_path, fails=True)


def test_a_spreadsheets_numbers_and_dates_are_understood(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    file.write_bytes(workbook(["Klubben", None, None, 10150817, "Formand", "a@b.example", 33663366.0,
                               date(2017, 2, 22), True]))  # fmt: skip
    load(app, file, "--commit")
    stored = association("Klubben")
    assert (stored.cvr, stored.contacts[0].phone, stored.forum_since) == ("10150817", "+4533663366", date(2017, 2, 22))
    assert db.session.scalar(select(func.count(CharterAnswer.id))) == 1


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


def bomb() -> bytes:
    """A small file that unpacks to 60 MB of spaces."""
    return with_part("xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 60_000_000)


def encrypted() -> bytes:
    """An archive whose parts say that they are encrypted."""
    content = bytearray(workbook(["Klubben"]))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def zipped(**parts: str) -> bytes:
    """Some archive or other."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "far row": (lambda: changed_workbook('<row r="2"', '<row r="2000000000"'), "too_long"),
    "no number": (lambda: changed_workbook('<row r="2"', '<row r="x"'), "bad_xlsx"),
    "endless number": (lambda: changed_workbook('r="A2"', 'r="ZZZZZZZZ99999999999999999999"'), "bad_xlsx"),
    "entities": (lambda: changed_workbook("<worksheet", BOMB + "<worksheet"), "bad_xlsx"),
    "bomb": (bomb, "bad_xlsx"),
    "encrypted": (encrypted, "bad_xlsx"),
    "cut off": (lambda: workbook(["Klubben"])[:-40], "bad_xlsx"),
    "garbled": (lambda: workbook(["Klubben"]).replace(b"xl/workbook.xml", b"xl/workb00k.xml"), "bad_xlsx"),
    "a document": (lambda: zipped(**{"word/document.xml": "<w/>"}), "bad_xlsx"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj << /Type /Catalog >>", "no_table"),
    "PNG": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "no_table"),
    "programme": (lambda: b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00\x01" * 400, "no_table"),
    "web page": (lambda: b"  <!doctype html><table></table>", "no_table"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_excel"),
    "empty": (lambda: b"", "empty"),
    "blank lines": (lambda: b"\n\n ;;\n", "empty"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_soon(kind: str) -> None:
    make, key = HOSTILE[kind]
    content = make()
    began = time.monotonic()
    with pytest.raises(FileError) as told:
        read_bytes(content, column_words(ASSOCIATION_COLUMNS))
    assert told.value.key == key
    assert time.monotonic() - began < 10


def test_a_file_without_a_header_is_told_what_is_looked_for(app: Flask, tmp_path: Path) -> None:
    said = load(app, b"Boldklubben;Valby\nSangforeningen;Valby\n", folder=tmp_path, fails=True)
    assert "There is no header." in said
    assert "Navn, Type, Bydel, CVR, Kontaktrolle" in said
    assert "lacks these columns: Navn" in load(app, b"Bydel;CVR\nValby;\n", folder=tmp_path, fails=True)


def test_texts_that_cells_share_have_a_limit_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read whole before the first row, which takes minutes and a gigabyte where there are enough of them."""
    monkeypatch.setattr(reading, "MOST_SHARED", 1000)
    with pytest.raises(FileError) as fault:
        reading.unpacked_size(workbook(["Foreningen Demo"]))
    assert fault.value.key == "too_large"
