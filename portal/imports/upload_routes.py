"""Importing associations in the back office: upload, look, choose, write."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.errors import RuleError
from portal.imports import texts, upload_queries, upload_service
from portal.imports.columns import ASSOCIATION_COLUMNS, HeaderError
from portal.imports.models import RowOutcome, UploadState
from portal.imports.reading import MOST_BYTES, MOST_ROWS, FileError
from portal.imports.upload_forms import UploadForm
from portal.paging import page_number
from portal.web.access import keeps_input, roles, takes_files
from portal.web.locale import language, shown_on

uploads = Blueprint("uploads", __name__, url_prefix="/<any(da, en):lang>/staff/imports")
REFRESH_SECONDS = 2
OUTCOMES: dict[RowOutcome, Any] = {
    RowOutcome.NEW: _l("New"),
    RowOutcome.CHANGED: _l("Changed"),
    RowOutcome.UNCHANGED: _l("Unchanged"),
    RowOutcome.PROBABLY_SAME: _l("Probably the same"),
    RowOutcome.FAULTY: _l("Faulty"),
}
STATES: dict[UploadState, Any] = {
    UploadState.WAITING: _l("Being read"),
    UploadState.PREVIEWED: _l("Read, not written yet"),
    UploadState.WRITING: _l("Being written"),
    UploadState.DONE: _l("Written"),
    UploadState.FAILED: _l("Could not be read or written"),
}
FAULTS: dict[str, Any] = {
    "not_yours": _l("Only the one who uploaded the file can do that. Upload it yourself to import it."),
    "not_previewed": _l("The file is not waiting for that any more. Below is how it stands."),
}


@uploads.route("", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
@takes_files(60_000_000)
def index() -> Response | tuple[str, int]:
    """The form that takes a spreadsheet, and the uploads of the last day."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            upload = upload_service.take_in(
                form.content, form.file.data.filename, language(), actor=current_user, now=clock.now()
            )
        except FileError as fault:
            form.file.errors = [texts.file_fault(fault)]
        except HeaderError as fault:
            form.file.errors = [texts.header_fault(fault)]
        else:
            return redirect(url_for("uploads.show", id=upload.id), 303)
    page = upload_queries.uploads(page_number(request.args.get("page")))
    names = [words[0 if language() == "da" else 1] for words in _column_names()]
    shown = render_template(
        "imports/index.html", form=form, page=page, states=STATES, columns=names, most_mb=MOST_BYTES // 1_000_000,
        most_rows=MOST_ROWS,
    )  # fmt: skip
    return shown, 422 if form.errors else 200


def _column_names() -> list[tuple[str, str]]:
    """What a column may be called in Danish and in English; the words are data of the import itself."""
    english = {"name": "Name", "kind": "Kind", "district": "District", "cvr": "CVR number", "role": "Contact role",
               "contact": "Contact person", "email": "E-mail", "phone": "Telephone", "forum_since": "Member since",
               "charter": "Charter", "web_page": "Web page", "language": "Language", "tags": "Tags"}  # fmt: skip
    return [(words[0], english[what]) for what, words in ASSOCIATION_COLUMNS.items()]


@uploads.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> Response | str:
    """How an upload stands: being read, to be looked through, being written, written."""
    upload = upload_queries.upload_with_user(id)
    if upload is None:
        abort(404)
    if upload.state in upload_service.UNDER_WAY:
        waiting = make_response(render_template("imports/progress.html", upload=upload))
        waiting.headers["Refresh"] = str(REFRESH_SECONDS)
        waiting.headers["Cache-Control"] = "no-store"
        return waiting
    counts = upload_queries.counts_of(id)
    outcome = _outcome(counts.first)
    rows = upload_queries.rows_of(id, outcome, page_number(request.args.get("page")))
    return render_template(
        "imports/show.html", upload=upload, counts=counts, outcome=outcome, outcomes=OUTCOMES, rows=rows,
        own=upload.user_id == current_user.id,
    )  # fmt: skip


def _outcome(usual: RowOutcome) -> RowOutcome:
    asked = request.args.get("outcome", "")
    return RowOutcome(asked) if asked in set(RowOutcome) else usual


def _choices() -> Mapping[int, str]:
    """What was chosen on the page, by the rows' ids."""
    found: dict[int, str] = {}
    for name, value in request.form.items():
        number = re.fullmatch(r"take-([0-9]{1,9})", name, re.ASCII)
        if number and len(found) < upload_queries.ROWS_PER_PAGE:
            found[int(number[1])] = value
    return found


def _back(upload_id: int) -> Response:
    """To the upload's page, where it stands on the page that was sent."""
    asked = {name: request.args[name] for name in ("outcome", "page") if name in request.args}
    return redirect(url_for("uploads.show", id=upload_id, outcome=asked.get("outcome"), page=asked.get("page")), 303)


def _refused(upload_id: int, fault: RuleError) -> Response:
    if fault.key == "unknown_upload":
        abort(404)
    flash(str(FAULTS[fault.key]), "warning")
    return redirect(url_for("uploads.show", id=upload_id), 303)


@uploads.post("/<int:id>/choices")
@roles(STAFF)
@shown_on("uploads.show")
def choose(id: int) -> Response:
    """Keeps what to do with the page's rows that are probably the same as something."""
    try:
        upload_service.save_choices(id, _choices(), actor=current_user)
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("The choices are saved. Nothing is written yet."), "success")
    return _back(id)


@uploads.post("/<int:id>/write")
@roles(STAFF)
@shown_on("uploads.show")
def write(id: int) -> Response:
    """Writes what was shown, with the choices of the page it was pressed on."""
    try:
        if chosen := _choices():
            upload_service.save_choices(id, chosen, actor=current_user)
        upload_service.write_upload(id, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    return redirect(url_for("uploads.show", id=id), 303)


@uploads.post("/<int:id>/delete")
@roles(STAFF)
@shown_on("uploads.show")
def delete(id: int) -> Response:
    """Throws the upload away; what was written stays."""
    try:
        upload_service.delete_upload(id, actor=current_user)
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("The file is thrown away."), "success")
    return redirect(url_for("uploads.index"), 303)
