"""The address book as a spreadsheet."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from portal.associations.models import Association
from portal.associations.rules import CharterStatus
from portal.associations.words import CHARTER
from portal.clock import local
from portal.web.locale import text_of

# Text stays text: nothing that begins with = + - or @ is worked out, and no address becomes a link.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
Cell = Callable[[Association, CharterStatus], Any]


def _first(association: Association, name: str) -> Any:
    return getattr(association.contacts[0], name) if association.contacts else None


def _columns() -> Sequence[tuple[str, int, Cell]]:
    """Heading in the reader's language, width in characters, and what stands in it.

    A contact's name is not in it, whatever the kind: it could reveal belief, and the kind may not be known yet.
    """
    return (
        (_("Name"), 38, lambda a, s: a.name),
        (_("Kind"), 22, lambda a, s: text_of(a.kind, "name").text if a.kind else None),
        (_("District"), 24, lambda a, s: a.district.name if a.district else None),
        (_("CVR number"), 12, lambda a, s: a.cvr),
        (_("Contact’s role"), 20, lambda a, s: _first(a, "role")),
        (_("E-mail"), 34, lambda a, s: _first(a, "email")),
        (_("Telephone"), 16, lambda a, s: _first(a, "phone")),
        (_("Other mailboxes"), 34, lambda a, s: ", ".join(c.email for c in a.contacts[1:])),
        (_("Last confirmed"), 14, lambda a, s: _newest([c.confirmed_at for c in a.contacts])),
        (_("Member of the citizens’ forum since"), 20, lambda a, s: a.forum_since),
        (_("Member until"), 14, lambda a, s: a.forum_until),
        (_("Charter"), 26, lambda a, s: str(CHARTER[s])),
        (_("Tags"), 30, lambda a, s: ", ".join(text_of(tag, "name").text for tag in a.tags)),
        (_("Has a room where we can meet"), 14, lambda a, s: _("Yes") if a.can_host else _("No")),
        (_("Language of our letters to it"), 14, lambda a, s: _("English") if a.language == "en" else _("Danish")),
        (_("Web page"), 30, lambda a, s: a.web_page),
        (_("Active"), 10, lambda a, s: _("Yes") if a.active else _("No")),
    )


def _newest(moments: Iterable[datetime | None]) -> date | None:
    told = [moment for moment in moments if moment]
    return local(max(told)).date() if told else None


def address_book_file(rows: Iterable[tuple[Association, CharterStatus]]) -> BytesIO:
    """An xlsx file of the rows, read from its beginning. It is written row by row, so a long list takes little room."""
    columns = _columns()
    file = BytesIO()
    book = Workbook(file, OPTIONS)
    sheet = book.add_worksheet(_("Associations")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for number, (_heading, width, _cell) in enumerate(columns):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 1)
    for number, (heading, _width, _cell) in enumerate(columns):
        sheet.write_string(0, number, heading, bold)
    last = 0
    for last, (association, status) in enumerate(rows, 1):
        for number, (_heading, _width, cell) in enumerate(columns):
            value = cell(association, status)
            if isinstance(value, date):
                sheet.write_datetime(last, number, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif value:
                sheet.write_string(last, number, value)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    file.seek(0)
    return file
