"""The work on an upload: its preview, and writing what the preview showed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.clock import local
from portal.database import db, writing
from portal.errors import log_fault
from portal.imports import texts
from portal.imports.address_book import AddressBook, book_rows, lock_address_book
from portal.imports.association_plan import Plan, RowPlan, chosen_rows, plan_rows
from portal.imports.association_rows import Names, ReadRow, Told, known_names, read_rows
from portal.imports.association_texts import row_text
from portal.imports.association_writing import write_book
from portal.imports.associations import association_columns
from portal.imports.columns import ASSOCIATION_COLUMNS, Columns, HeaderError, column_words
from portal.imports.models import RowOutcome, Upload, UploadRow, UploadState
from portal.imports.reading import FileError, Sheet, read_bytes

log = logging.getLogger(__name__)
BATCH = 1_000
LONGEST_TEXT = 1_000
NAMED_ROWS = 8  # of those that changed meanwhile
TRIES = 5  # where others write while it is planned


@dataclass(frozen=True)
class Read:
    """A file, read and understood; `names` are the words for kinds, districts and tags."""

    columns: Columns
    names: Names
    rows: list[ReadRow]

    def plan(self, book: AddressBook) -> Plan:
        """What all rows would do where nothing is chosen."""
        return plan_rows(self.rows, book, self.columns, self.names.faith_kinds)


@dataclass(frozen=True)
class Preview:
    """What a file's rows would do, as it is stored: columns of `UploadRow`, in one language."""

    rows: list[dict[str, Any]]
    unread: str


def understand(sheet: Sheet, *, now: datetime, told: Told | None = None) -> Read:
    """Reads the rows; `told` hears how many are done. HeaderError where the header lacks the names."""
    columns = association_columns(sheet)
    names = known_names(db.session())
    return Read(columns, names, read_rows(sheet, columns, names, local(now).date(), told))


def preview_of(sheet: Sheet, language: str, *, now: datetime) -> Preview:
    """What a file's rows would do. HeaderError where the header lacks the names."""
    with force_locale(language):
        return _preview_of(understand(sheet, now=now))


def _preview_of(read: Read) -> Preview:
    plan = read.plan(book_rows(db.session()).book())
    return Preview([_columns(each, read.names) for each in plan.rows], ", ".join(read.columns.unread)[:500])


def work_on(upload_id: int, *, now: datetime) -> None:
    """Previews or writes an upload that this worker has claimed. What goes wrong is kept with it, in its language."""
    upload = db.session.get(Upload, upload_id)
    if upload is None:
        return
    with force_locale(upload.language):
        try:
            if upload.state is UploadState.WAITING:
                _preview(upload, now)
            elif upload.state is UploadState.WRITING:
                _write(upload, now)
        except FileError as fault:
            _fail(upload_id, texts.file_fault(fault))
        except HeaderError as fault:
            _fail(upload_id, texts.header_fault(fault))
        except Exception as fault:
            log_fault(log, f"upload {upload_id} failed", fault)
            _fail(upload_id, _("Something went wrong at our end; nothing was written. Upload the file again."))


def _fail(upload_id: int, text: str) -> None:
    with writing() as session:
        failed = {"state": UploadState.FAILED, "fault": text[:500], "content": None}
        session.execute(update(Upload).where(Upload.id == upload_id).values(failed))


def _progress(upload_id: int) -> Told:
    """Writes down how many rows are done, at once, so that the page sees it."""

    def told(done: int) -> None:
        with db.engine.execution_options(begin="IMMEDIATE").begin() as connection:
            connection.execute(update(Upload).where(Upload.id == upload_id).values(done_rows=done))

    return told


def _read(upload: Upload, now: datetime) -> Read:
    sheet = read_bytes(upload.content or b"", column_words(ASSOCIATION_COLUMNS))
    upload_id, total = upload.id, len(sheet.rows)
    db.session.rollback()
    with writing() as session:
        session.execute(update(Upload).where(Upload.id == upload_id).values(total_rows=total, done_rows=0))
    return understand(sheet, now=now, told=_progress(upload_id) if total > BATCH else None)


def _preview(upload: Upload, now: datetime) -> None:
    upload_id = upload.id
    preview = _preview_of(_read(upload, now))
    with writing() as session:
        upload = session.get_one(Upload, upload_id, populate_existing=True)
        if upload.state is UploadState.WAITING:
            store_preview(session, upload, preview)


def store_preview(session: Session, upload: Upload, preview: Preview, takes: Mapping[int, str] | None = None) -> None:
    """Keeps what the rows would do, and what was chosen by row number, in the caller's transaction."""
    session.execute(delete(UploadRow).where(UploadRow.upload_id == upload.id))
    chosen = takes or {}
    rows = [{"upload_id": upload.id, **row, "take": _fit(row, chosen)} for row in preview.rows]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(UploadRow), rows[start : start + BATCH])
    upload.state, upload.claimed_at, upload.unread_columns = UploadState.PREVIEWED, None, preview.unread
    upload.total_rows, upload.done_rows = len(rows), 0


def _fit(row: Mapping[str, Any], takes: Mapping[int, str]) -> str:
    return takes.get(row["number"], "") if row["outcome"] is RowOutcome.PROBABLY_SAME else ""


def _columns(plan: RowPlan, names: Names) -> dict[str, Any]:
    text = row_text(plan, names)
    return {
        "number": plan.row.number, "name": plan.row.name, "outcome": plan.outcome,
        "text": text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…",
        "same_as_id": plan.target.id if plan.target else None, "can_be_new": plan.can_be_new,
    }  # fmt: skip


def _write(upload: Upload, now: datetime) -> None:
    """All of it in one transaction, which nobody else's writing can come into.

    What takes long is done before: the transaction only looks whether anybody wrote in between, and begins again if
    so. Where a row would do something else than what was shown, nothing is written and it is shown again.
    """
    upload_id = upload.id
    read = _read(upload, now)
    for _try in range(TRIES):
        before = book_rows(db.session())
        plan = read.plan(before.book())
        preview = Preview([_columns(each, read.names) for each in plan.rows], ", ".join(read.columns.unread)[:500])
        kept = _kept(upload_id)
        takes = {number: row.take for number, row in kept.items() if row.take}
        differing = [row["number"] for row in preview.rows if not _as_shown(row, kept.get(row["number"]))]
        done = plan
        if takes and not differing:
            rows = chosen_rows(plan.rows, read.rows, takes)
            done = plan_rows(rows, before.book(), read.columns, read.names.faith_kinds, takes)
        db.session.rollback()
        with writing() as session:
            upload = session.scalars(select(Upload).where(Upload.id == upload_id).with_for_update()).one()
            if upload.state is not UploadState.WRITING:
                return  # another worker was first
            if differing:
                store_preview(session, upload, preview, takes)
                upload.fault = _differing_text(differing)
                return
            lock_address_book(session)
            if book_rows(session) == before:
                write_book(session, done.book, actor=upload.user, now=now, today=local(now).date())
                upload.state, upload.content, upload.done_rows = UploadState.DONE, None, upload.total_rows
                break
    else:
        raise RuntimeError("the address book was written to each time")
    _tell_what_became(kept, done, read.names)


def _kept(upload_id: int) -> dict[int, Any]:
    """What was shown of each row, by its number."""
    stored = select(
        UploadRow.id, UploadRow.number, UploadRow.outcome, UploadRow.text, UploadRow.same_as_id, UploadRow.take
    )
    return {row.number: row for row in db.session.execute(stored.where(UploadRow.upload_id == upload_id))}


def _as_shown(row: Mapping[str, Any], kept: Any) -> bool:
    return kept is not None and (row["outcome"], row["text"], row["same_as_id"]) == (
        kept.outcome, kept.text, kept.same_as_id,
    )  # fmt: skip


def _tell_what_became(kept: Mapping[int, Any], done: Plan, names: Names) -> None:
    """Links the written rows to their associations, and says what was left out after all; some rows at a time."""
    changed = []
    for plan in done.rows:
        shown = kept[plan.row.number]
        if plan.left_out:
            changed.append({"id": shown.id, **_columns(plan, names), "take": ""})
        elif plan.target is not None and plan.target.id != shown.same_as_id:
            changed.append({"id": shown.id, "same_as_id": plan.target.id})
    for rows in ([row for row in changed if "take" in row], [row for row in changed if "take" not in row]):
        for start in range(0, len(rows), BATCH):
            with writing() as session:
                session.execute(update(UploadRow), rows[start : start + BATCH])


def _differing_text(numbers: list[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:NAMED_ROWS]) + (", …" if len(numbers) > NAMED_ROWS else "")
    text = ngettext(
        "The address book has changed since this was shown: row %(rows)s would do something else now. "
        "Nothing was written. Look again, and write.",
        "The address book has changed since this was shown: rows %(rows)s would do something else now. "
        "Nothing was written. Look again, and write.",
        len(numbers), rows=named,
    )  # fmt: skip
    return str(text)
