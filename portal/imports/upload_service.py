"""Uploads: taken in, previewed, chosen from, written once, thrown away after a day.

Small files are read while the page waits; larger ones by the worker, which claims them one by one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.database import db, writing
from portal.errors import RuleError
from portal.imports import upload_work
from portal.imports.association_plan import OTHER, SAME
from portal.imports.columns import ASSOCIATION_COLUMNS, column_words
from portal.imports.models import RowOutcome, Upload, UploadRow, UploadState
from portal.imports.reading import is_zip, read_bytes, refuse_other_files, unpacked_size
from portal.imports.rules import shown

AT_ONCE_ROWS = 2_000
AT_ONCE_BYTES = 1_000_000
AT_ONCE_UNPACKED = 8_000_000
KEPT = timedelta(days=1)
CLAIM_LASTS = timedelta(minutes=15)  # after that, whoever claimed it has stopped
UNDER_WAY = (UploadState.WAITING, UploadState.WRITING)


def take_in(content: bytes, file_name: str, language: str, *, actor: User, now: datetime) -> Upload:
    """Stores a file and, where it is small, its preview. Texts of the preview are in `language`.

    FileError or HeaderError where it is no list that can be read; a larger file is read by the worker, and says it
    there.
    """
    refuse_other_files(content)
    upload = Upload(
        user_id=actor.id, file_name=plain_name(file_name), content=content, language=language,
        state=UploadState.WAITING, created_at=now,
    )  # fmt: skip
    sheet = None
    if _reads_quickly(content):
        sheet = read_bytes(content, column_words(ASSOCIATION_COLUMNS))
        upload.total_rows = len(sheet.rows)
        if len(sheet.rows) > AT_ONCE_ROWS:
            sheet = None
    preview = upload_work.preview_of(sheet, language, now=now) if sheet is not None else None
    with writing() as session:
        session.add(upload)
        session.flush()
        if preview is not None:
            upload_work.store_preview(session, upload, preview)
    return upload


def plain_name(file_name: str) -> str:
    """A file's name without folders, fit to be shown."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    text = "".join(char for char in name if char.isprintable()).strip()
    return "…" if shown(text) == "…" else text[-160:]


def _reads_quickly(content: bytes) -> bool:
    small = len(content) <= AT_ONCE_BYTES
    return small and (not is_zip(content) or unpacked_size(content) <= AT_ONCE_UNPACKED)


def save_choices(upload_id: int, takes: Mapping[int, str], *, actor: User) -> None:
    """Keeps what to do with rows that are probably the same, by the rows' ids; "" leaves a row out.

    What does not fit a row is not taken. RuleError: `unknown_upload`, `not_yours`, `not_previewed`.
    """
    with writing() as session:
        _own(session, upload_id, actor, UploadState.PREVIEWED)
        rows = session.scalars(
            select(UploadRow).where(
                UploadRow.upload_id == upload_id,
                UploadRow.id.in_(list(takes)),
                UploadRow.outcome == RowOutcome.PROBABLY_SAME,
            )
        )
        for row in rows:
            take = takes[row.id]
            if take in {"", SAME} or (take == OTHER and row.can_be_new):
                row.take = take


def write_upload(upload_id: int, *, actor: User, now: datetime) -> None:
    """Writes what was shown: at once where it is small, else the worker does. Pressed twice, it is written once.

    RuleError: `unknown_upload`, `not_yours`, `not_previewed`.
    """
    with writing() as session:
        upload = _own(session, upload_id, actor, UploadState.PREVIEWED)
        small = upload.total_rows <= AT_ONCE_ROWS
        upload.state, upload.fault, upload.done_rows = UploadState.WRITING, "", 0
        upload.claimed_at = now if small else None
    if small:
        upload_work.work_on(upload_id, now=now)


def delete_upload(upload_id: int, *, actor: User) -> None:
    """Throws an upload away. RuleError: `unknown_upload`, `not_yours`."""
    with writing() as session:
        session.delete(_own(session, upload_id, actor, None))


def _own(session: Session, upload_id: int, actor: User, state: UploadState | None) -> Upload:
    """The upload, its row locked, where it is the actor's own and in that state."""
    upload = session.scalar(select(Upload).where(Upload.id == upload_id).with_for_update())
    if upload is None:
        raise RuleError("unknown_upload")
    if upload.user_id != actor.id:
        raise RuleError("not_yours")
    if state is not None and upload.state is not state:
        raise RuleError("not_previewed")
    return upload


def process_uploads(*, now: datetime) -> int:
    """The worker's job: deletes uploads older than a day, then reads and writes what waits. How many it worked on."""
    delete_old(now=now)
    done = 0
    while (upload_id := claim(now=now)) is not None:
        upload_work.work_on(upload_id, now=now)
        done += 1
    return done


def claim(*, now: datetime) -> int | None:
    """The next upload that waits, for this worker alone; None where there is none."""
    free = (
        Upload.state.in_(UNDER_WAY),
        or_(Upload.claimed_at.is_(None), Upload.claimed_at < now - CLAIM_LASTS),
    )
    db.session.rollback()
    for upload_id in _ids(select(Upload.id).where(*free).order_by(Upload.id)):
        with writing() as session:
            claimed = update(Upload).where(Upload.id == upload_id, *free).values(claimed_at=now).returning(Upload.id)
            if session.scalar(claimed) is not None:
                return upload_id
    return None


def _ids(query: object) -> Iterable[int]:
    found = list(db.session.scalars(query))  # type: ignore[call-overload]
    db.session.rollback()  # no transaction stays open while a worker has nothing to do
    return found


def delete_old(*, now: datetime) -> int:
    """Deletes uploads older than a day, whatever became of them; returns how many."""
    old = _ids(select(Upload.id).where(Upload.created_at < now - KEPT))
    if old:
        with writing() as session:
            session.execute(delete(Upload).where(Upload.id.in_(old)))
    return len(list(old))
