"""What is stored about an association, for that association: read from the tables, and as a file; and who looked."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.associations.sessions import current_contact
from portal.log.queries import entries_about
from portal.log.words import EVENTS, what_about, who_did
from portal.paging import page_number
from portal.privacy.association_data import SHARED, StoredRows, pointed_at, stored_about
from portal.privacy.my_words import field_name, value_for_file, value_text
from portal.privacy.words import FIELDS, TABLES
from portal.web.access import contacts
from portal.web.locale import language

my_data = Blueprint("my_data", __name__, url_prefix="/<any(da, en):lang>/my-association/stored")

MOST_ROWS = 20  # of each table on the page; the file has them all
LOG = "log_entry"  # has a list of its own on the page
TITLES = ("title_da", "title_en")  # of what is shared; one of them is enough for a reader
SAME_TEXT = ("message", "body_html")  # the mail's text is there without its layout


@dataclass(frozen=True)
class Section:
    """One table for the page: its name, its rows as pairs of a field's name and its value, and how many there are."""

    key: str
    title: Any
    rows: list[list[tuple[str, str]]]
    total: int


def _section(stored: StoredRows, names: dict[tuple[str, Any], str]) -> Section:
    table = stored.table
    columns = [
        column
        for column in table.columns
        if column.name != "id"
        and (table.name, column.name) != SAME_TEXT
        # Of what is shared only what ties it to the association, when it is and what it is called.
        and (table.name not in SHARED or (table.name, column.name) in FIELDS or column.name in ("starts_at", *TITLES))
    ]
    mine, other = sorted(TITLES, key=lambda title: title != f"title_{language()}")
    rows = []
    for row in stored.rows:
        unread = other if table.name in SHARED and row.values[mine] else None
        pairs = [(field_name(each), value_text(each, row, names)) for each in columns if each.name != unread]
        rows.append([pair for pair in pairs if pair[1]])
    return Section(table.name, TABLES.get(table.name, table.name.replace("_", " ")), rows, stored.total)


@my_data.get("")
@contacts
def show() -> str:
    """Everything, table by table, and the log's lines about the association."""
    association = current_contact.association
    found = [stored for stored in stored_about(association.id, MOST_ROWS) if stored.table.name != LOG]
    names = pointed_at(found, language())
    return render_template(
        "my/data.html",
        association=association,
        sections=[_section(stored, names) for stored in found],
        most=MOST_ROWS,
        entries=entries_about(association.id, page_number(request.args.get("page")), size=10),
        events=EVENTS,
        who_did=who_did,
        what_about=what_about,
        page_url=lambda number: url_for("my_data.show", page=number, _anchor="log"),
    )


@my_data.get("/download")
@contacts
def download() -> Response:
    """All of it as JSON, every row of every table."""
    association = current_contact.association
    found = list(stored_about(association.id))
    names = pointed_at(found, language())
    told = {
        "association": association.name,
        "made_at": clock.now().isoformat(),
        "tables": {
            stored.table.name: [
                {column.name: value_for_file(column, row, names) for column in stored.table.columns}
                for row in stored.rows
            ]
            for stored in found
        },
    }
    answer = current_app.response_class(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=_("stored-about-us.json"))
    return answer
