"""Stored values in the words of the association that they are about."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Column

from portal.activities.words import language_name
from portal.associations.rules import CharterAnswerKind, CharterStatus, LinkPurpose
from portal.associations.words import CHARTER
from portal.engagements.words import MOMENTS, PHASES
from portal.enquiries.words import STATES, WISHES_SHORT
from portal.forum.rules import Answer
from portal.forum.words import TOPIC_STATES
from portal.log.words import EVENTS
from portal.mail.models import MessageState
from portal.privacy.association_data import SECRETS, StoredRow
from portal.privacy.words import FIELDS
from portal.registrations.forms import AGE_BANDS
from portal.registrations.rules import Standing
from portal.web.links import without_secrets
from portal.web.locale import clock_time, date_long

# What an association reads of the activities it is tied to; /what-we-store is silent about them, for nobody is in them.
SHARED_FIELDS = {"title_da": _l("Title"), "title_en": _l("Title"), "starts_at": _l("Starts")}
KINDS_OF_WORDS: tuple[dict[Any, Any], ...] = (
    {answer: CHARTER[CharterStatus(answer.value)] for answer in CharterAnswerKind},
    PHASES,
    MOMENTS,
    STATES,
    WISHES_SHORT,
    TOPIC_STATES,
    EVENTS,
    dict(AGE_BANDS),
    {Answer.YES: _l("Yes"), Answer.NO: _l("No")},
    {
        Standing.CONFIRMED: _l("Has a place"),
        Standing.WAITING: _l("On the waiting list"),
        Standing.OFFERED: _l("Has an offer"),
        Standing.CANCELLED: _l("Cancelled"),
        Standing.LAPSED: _l("The offer has expired"),
    },
    {
        LinkPurpose.LOG_IN: _l("To log in"),
        LinkPurpose.CONFIRM: _l("To confirm the record"),
        LinkPurpose.CHARTER: _l("To answer about the charter"),
    },
    {
        MessageState.QUEUED: _l("On its way"),
        MessageState.SENT: _l("Sent"),
        MessageState.FAILED: _l("Did not arrive"),
        MessageState.ERASED: _l("Erased"),
    },
)
WORDS = {(type(word), str(word)): text for words in KINDS_OF_WORDS for word, text in words.items()}


def value_text(column: Column[Any], row: StoredRow, names: dict[tuple[str, Any], str]) -> str:
    """A value as the association reads it; empty where nothing is stored."""
    value = row.values[column.name]
    if value is None or value == "":
        return ""
    if column.name in SECRETS:
        return str(_("a secret code"))
    if column.name in row.withheld:
        return str(_("told by the person who wrote it, who sees it by the link in their own mail"))
    for key in column.foreign_keys:
        return names.get((key.column.table.name, value)) or str(_("no. %(number)s", number=value))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return f"{date_long(value)}, {clock_time(value)}"
    if isinstance(value, date):
        return date_long(value)
    if isinstance(value, StrEnum):
        words = WORDS.get((type(value), str(value))) or WORDS.get((str, str(value)))
        return str(words or str(value).replace("_", " "))
    return language_name(value) if column.name == "language" else without_secrets(str(value))


def field_name(column: Column[Any]) -> str:
    """The column in words; one that nobody has put in words yet by its own name rather than left out."""
    words = FIELDS.get((column.table.name, column.name)) or SHARED_FIELDS.get(column.name)
    return str(words or column.name.replace("_", " "))


def value_for_file(column: Column[Any], row: StoredRow, names: dict[tuple[str, Any], str]) -> Any:
    """A value for the download: as it is stored, with what it points at by name."""
    value = row.values[column.name]
    if value is None or column.name == "language" or (isinstance(value, bool | int) and not column.foreign_keys):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    return value_text(column, row, names)
