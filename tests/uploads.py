"""Files for the tests of imports: lists of associations, and files that only look like some."""

import io
import zipfile
from typing import Any

import openpyxl
from sqlalchemy import func, select

from portal.database import Base, db
from portal.imports.models import RowOutcome, Upload, UploadRow

HEADER = "Navn;Type;Bydel;CVR;Kontaktrolle;E-mail;Telefon;Medlem af forum siden;Charter"
SHEET = "xl/worksheets/sheet1.xml"


def listed(*rows: str, header: str = HEADER) -> bytes:
    """A list as CSV."""
    return "\n".join((header, *rows, "")).encode()


def workbook(*rows: list[Any], header: str = HEADER) -> bytes:
    """A list as xlsx."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for cells in (header.split(";"), *rows):
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed_workbook(old: str, new: str) -> bytes:
    """An xlsx whose sheet has a part of its XML replaced."""
    return with_part(SHEET, lambda xml: xml.replace(old.encode(), new.encode(), 1))


def with_part(name: str, change: Any) -> bytes:
    """An xlsx with one of its parts changed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["Sangforeningen"]))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, change(content) if part == name else content)
    return packed.getvalue()


def rows_in_tables() -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def send(client: Any, content: bytes, name: str = "foreninger.csv", lang: str = "en") -> Any:
    """Uploads a file in the back office."""
    return client.post(f"/{lang}/staff/imports", data={"file": (io.BytesIO(content), name)})


def newest_upload() -> Upload:
    """The upload that came last."""
    db.session.rollback()
    return db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one()


def outcomes(upload: Upload) -> dict[int, RowOutcome]:
    """Each row's outcome, by the row's number."""
    rows = db.session.scalars(select(UploadRow).where(UploadRow.upload_id == upload.id).order_by(UploadRow.number))
    return {row.number: row.outcome for row in rows}
