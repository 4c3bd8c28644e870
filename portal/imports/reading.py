"""From a file to rows: CSV in any of the usual encodings and separators, and xlsx.

Row numbers are those that a spreadsheet shows: the header is row 1 where nothing stands above it.
"""

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes
from openpyxl import load_workbook

from portal.associations.rules import search_name

MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_BYTES = 50_000_000
MOST_UNPACKED = 100_000_000
MOST_SHARED = 40_000_000  # of it outside the sheets, such as texts that cells share: those are read whole
MOST_PARTS = 5_000  # files inside an xlsx
FEW_UNPACKED = 20_000_000  # up to here nobody asks how far it was packed together
MOST_RATIO = 200  # a real spreadsheet packs to a tenth or a fiftieth, a zip bomb to a thousandth
LAST_ROW = 1_048_576  # the format's own
PROLOG = 4_096  # bytes; a document type stands before the first element
KNOWN_FROM = 20_000  # characters in which the header is looked for
SEPARATORS = (";", ",", "\t", "|")
# After UTF-8 and UTF-16, in the order in which they are likely; charset-normalizer's guess comes last.
ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp865")
# How files begin that would pass as text of some encoding: PDF, pictures, programmes, archives, RTF, web pages, XML.
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!",
             b"{\\rtf", b"<!doctype", b"<html", b"<?xml", b"PK\x05\x06")  # fmt: skip
NOT_TYPED = frozenset(range(32)) - frozenset(b"\t\n\x0b\x0c\r\x1a\x00")

Cell = str | int | float | date | datetime | time | None


class FileError(Exception):
    """The file cannot be read at all. `key` names the reason, `facts` what its text tells."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


@dataclass(frozen=True)
class BadCell:
    """A cell of a spreadsheet without a value of its own: an error such as #REF!, or a formula never computed."""

    text: str


@dataclass(frozen=True)
class Row:
    """A row that is not empty, with its number in the spreadsheet."""

    number: int
    cells: tuple[Cell | BadCell, ...]


@dataclass(frozen=True)
class Sheet:
    """The header as it stands, and the rows under it."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path, known: frozenset[str]) -> Sheet:
    """The rows of a file. `known` are the folded names of headers, by which encoding and separator are found.

    FileError where the file is missing, too large, not a spreadsheet, or empty.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError("too_large", most=MOST_BYTES // 1_000_000)
        data = path.read_bytes()
    except OSError as fault:
        raise FileError("unreadable", reason=fault.strerror or str(fault)) from fault
    return read_bytes(data, known)


def read_bytes(data: bytes, known: frozenset[str]) -> Sheet:
    """The rows of a file's content, as `read_sheet` reads them from a path. FileError as there."""
    refuse_other_files(data)
    records = _xlsx(data) if is_zip(data) else _csv(data, known)
    return _sheet(records)


def refuse_other_files(data: bytes) -> None:
    """FileError where the first bytes or the size say that this is no spreadsheet we read. Quick."""
    if len(data) > MOST_BYTES:
        raise FileError("too_large", most=MOST_BYTES // 1_000_000)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError("old_excel")  # a protected .xlsx begins so, too
    if data[:16].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(tuple(mark.lower() for mark in NO_TABLES)):
        raise FileError("no_table")
    if is_zip(data):
        unpacked_size(data)


def is_zip(data: bytes) -> bool:
    """Whether it is packed, as every xlsx is."""
    return data.startswith(b"PK\x03\x04")


def unpacked_size(data: bytes) -> int:
    """How many bytes an xlsx unpacks to, by what it says itself. FileError where it cannot be an honest one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as fault:
        raise FileError("bad_xlsx") from fault
    size = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if not part.filename.startswith("xl/worksheets/"))
    if size > MOST_UNPACKED or shared > MOST_SHARED:
        raise FileError("too_large", most=MOST_UNPACKED // 1_000_000)
    if len(parts) > MOST_PARTS or (size > FEW_UNPACKED and size > MOST_RATIO * len(data)):
        raise FileError("bad_xlsx")
    return size


def _sheet(records: Iterable[Sequence[Any]]) -> Sheet:
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, cells in enumerate(records, 1):
        if number > LAST_ROW:
            raise FileError("too_long", most=MOST_ROWS)
        if all(cell is None or cell == "" for cell in cells):
            continue
        if len(cells) > MOST_COLUMNS and any(cell not in (None, "") for cell in cells[MOST_COLUMNS:]):
            raise FileError("too_wide", most=MOST_COLUMNS)
        if header is None:
            header = tuple("" if cell is None or isinstance(cell, BadCell) else str(cell) for cell in cells)
            continue
        if len(rows) == MOST_ROWS:
            raise FileError("too_long", most=MOST_ROWS)
        rows.append(Row(number, tuple(cells[:MOST_COLUMNS])))
    if header is None:
        raise FileError("empty")
    return Sheet(header, tuple(rows))


def _csv(data: bytes, known: frozenset[str]) -> Iterator[Sequence[Cell]]:
    text = _decode(data, known)
    if any(ord(char) in NOT_TYPED for char in text[:KNOWN_FROM]):
        raise FileError("no_table")
    first, _newline, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[4], rest  # Excel's own hint, which it does not show as a row
    else:
        separator = max(SEPARATORS, key=lambda mark: _known_headers(text, mark, known))
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield [cell.strip() for cell in record]
    except csv.Error as fault:
        raise FileError("bad_csv", reason=str(fault)) from fault


def _known_headers(text: str, separator: str, known: frozenset[str]) -> int:
    line = next((line for line in text[:KNOWN_FROM].splitlines() if line.strip(' ;,|\t"')), "")
    return sum(search_name(part) in known for part in line.split(separator))


def _decode(data: bytes, known: frozenset[str]) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    if data[:200].count(0) > 40:  # every other byte, where the letters are Latin
        return _strictly(data, "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    guess = from_bytes(data[:100_000]).best()
    best: tuple[int, str] | None = None
    for encoding in (*ENCODINGS, *([guess.encoding] if guess else [])):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        score = max(_known_headers(text, mark, known) for mark in SEPARATORS)
        if best is None or score > best[0]:
            best = score, text
    if best is None:
        raise FileError("not_text")
    return best[1]


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise FileError("not_text") from fault


def _xlsx(data: bytes) -> Iterator[Sequence[Any]]:
    """The first sheet's rows; a formula gives its computed value."""
    try:
        _refuse_document_types(data)
        formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        title = next((s.title for s in values.worksheets if s.sheet_state == "visible"), None)
        if title is None:
            raise FileError("empty")
        for book in (formulas, values):
            book[title].reset_dimensions()
        most = MOST_COLUMNS + 1  # one more, to see that there are too many
        both = (book[title].iter_rows(max_col=most) for book in (formulas, values))
        gap: Any = None  # rows that are not in the file are all the same tuple, and there may be a million of them
        for raw, computed in zip(*both, strict=True):
            if computed is gap:
                yield ()
                continue
            cells = [_cell(r, c) for r, c in zip(raw, computed, strict=True)]
            if not any(cells):
                gap = computed
            yield cells
    except FileError:
        raise
    except Exception as fault:
        # A broken or hostile file makes openpyxl, zlib and the XML parser raise nearly anything: BadZipFile, KeyError,
        # TypeError, zlib.error, RuntimeError (encrypted), NotImplementedError, OverflowError, MemoryError, SyntaxError.
        raise FileError("bad_xlsx") from fault


def _refuse_document_types(data: bytes) -> None:
    """No spreadsheet programme writes a DOCTYPE; entities that multiply need one (expat limits them as well)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(PROLOG).replace(b"\x00", b""):
                        raise FileError("bad_xlsx")


def _cell(raw: Any, computed: Any) -> Any:
    value = computed.value
    if computed.data_type == "e":
        return BadCell(str(value))
    if raw.data_type == "f" and value is None:
        return BadCell(str(raw.value))
    return value.strip() if isinstance(value, str) else value
