"""From a row's cells to facts, or to the faults in it. Knows neither file nor database."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from portal.associations.rules import search_name
from portal.attendance.rules import MAX_COUNT
from portal.clock import at_local
from portal.imports.columns import Columns
from portal.web.rules import looks_like_cpr, parse_date

LONGEST_TEXT = 160
LONGEST_SEARCH_NAME = 200
MOST_REPRESENTATIVES = 500
FIRST_YEAR = 2000
SHOWN = 40

NOT_STORED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
CPR_DIGITS = 10
TIME_RANGE = re.compile(
    r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d\d))?(?:\s*(?:-|–|—|\u2011|til|to)\s*(\d{1,2})(?:[.:](\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, by its number in the spreadsheet; `column` is the header's own word."""

    row: int
    column: str
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """Something that a row names: an activity type, an audience or a district. `minutes` is a type's usual length."""

    id: int
    key: str
    minutes: int = 0


@dataclass(frozen=True)
class Vocabulary:
    """What rows may name, by folded names."""

    types: Mapping[str, Word]
    audiences: Mapping[str, Word]
    districts: Mapping[str, Word]


@dataclass(frozen=True)
class LogRow:
    """A row of the activity log, understood. Times are UTC, `heads` the final count."""

    number: int
    starts_at: datetime
    ends_at: datetime
    day: date
    title: str
    type: Word
    venue: str
    district: Word | None
    audience: Word
    heads: int
    partner: str
    import_key: str


@dataclass(frozen=True)
class ForumRow:
    """A row of the forum's attendance, understood."""

    number: int
    day: date
    association: str
    heads: int

    @property
    def key(self) -> tuple[date, str]:
        """One association at one meeting."""
        return self.day, search_name(self.association)


class Reader:
    """Reads one row's cells and gathers its faults, so that all of them are named at once."""

    def __init__(self, number: int, cells: Sequence[object], columns: Columns) -> None:
        self.number = number
        self.cells = cells
        self.columns = columns
        self.faults: list[Fault] = []
        spare = cells[len(columns.header) :]
        if any(cell not in (None, "") for cell in spare):
            self.faults.append(Fault(number, str(len(columns.header) + 1), "beyond_header"))

    def fault(self, what: str, key: str, **facts: object) -> None:
        """Notes a fault in a column."""
        self.faults.append(Fault(self.number, self.columns.name(what), key, facts))

    def cell(self, what: str) -> object:
        """The cell, or None where it is empty or the file has no such column. A cell without value is a fault."""
        index = self.columns.at.get(what, len(self.cells))
        value = self.cells[index] if index < len(self.cells) else None
        if value is None or isinstance(value, str | int | float | date | time):
            return None if value == "" else value
        self.fault(what, "no_value")
        return None

    def text(self, what: str, *, required: bool, longest: int = LONGEST_TEXT) -> str:
        """One line of text that may be stored; empty where it is missing or faulty."""
        before = len(self.faults)
        value = self.cell(what)
        if value is None:
            if required and len(self.faults) == before:
                self.fault(what, "missing")
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a number that a spreadsheet keeps, such as a telephone number
        text = " ".join(str(value).split())
        if len(text) > longest:
            self.fault(what, "too_long", most=longest)
        elif NOT_STORED.search(text):
            self.fault(what, "bad_character")
        elif may_be_cpr(text) and looks_like_cpr(text):
            self.fault(what, "cpr")
        else:
            return text
        return ""

    def association(self, what: str, *, required: bool) -> str:
        """An association's name, which can be found again."""
        name = self.text(what, required=required)
        folded = search_name(name)
        if name and not folded:
            self.fault(what, "no_name", text=shown(name))
        elif len(folded) > LONGEST_SEARCH_NAME:
            self.fault(what, "too_long", most=LONGEST_TEXT)
        else:
            return name
        return ""

    def day(self, today: date, what: str = "date", *, required: bool = True, to_come: str = "to_come") -> date | None:
        """A day that exists and is not to come; `to_come` is the fault of one that is."""
        before = len(self.faults)
        value = self.cell(what)
        if value is None:
            if required and len(self.faults) == before:
                self.fault(what, "missing")
            return None
        if isinstance(value, datetime):
            day: date | None = value.date()
        elif isinstance(value, date):
            day = value
        else:
            day = parse_date(re.sub(r"[ T]00[:.]00([:.]00)?$", "", str(value).strip()))
        if day is None or day.year < FIRST_YEAR:
            self.fault(what, "bad_date", text=shown(value))
        elif day > today:
            self.fault(what, to_come, text=shown(value))
        else:
            return day
        return None

    def times(self) -> tuple[time, time | None] | None:
        """Start and end; the end is None where only the start is named."""
        before = len(self.faults)
        value = self.cell("time")
        if value is None:
            if len(self.faults) == before:
                self.fault("time", "missing")
            return None
        if isinstance(value, time):
            return value.replace(microsecond=0), None
        found = TIME_RANGE.fullmatch(str(value).strip()) if isinstance(value, str) else None
        try:
            if not found:
                raise ValueError
            start = time(int(found[1]), int(found[2] or 0))
            end = time(int(found[3]), int(found[4] or 0)) if found[3] else None
        except ValueError:
            self.fault("time", "bad_time", text=shown(value))
            return None
        if end is not None and end <= start:
            self.fault("time", "ends_first", text=shown(value))
            return None
        return start, end

    def heads(self, what: str, least: int, most: int) -> int | None:
        """A whole number of heads."""
        before = len(self.faults)
        value = self.cell(what)
        if value is None:
            if len(self.faults) == before:
                self.fault(what, "missing")
            return None
        number = None
        if isinstance(value, float):
            number = int(value) if value.is_integer() else None
        elif isinstance(value, int) and not isinstance(value, bool):
            number = value
        elif isinstance(value, str) and re.fullmatch(r"[-−]?[0-9]{1,9}", value):
            number = int(value.replace("−", "-"))
        if number is None:
            self.fault(what, "not_whole", text=shown(value))
        elif number < 0:
            self.fault(what, "negative", text=shown(value))
        elif not least <= number <= most:
            self.fault(what, "out_of_bounds", text=shown(value), least=least, most=most)
        else:
            return number
        return None

    def word(self, what: str, known: Mapping[str, Word], *, required: bool) -> Word | None:
        """The type, audience or district that the cell names."""
        before = len(self.faults)
        value = self.cell(what)
        if value is None:
            if required and len(self.faults) == before:
                self.fault(what, "missing")
            return None
        found = known.get(search_name(str(value)))
        if found is None:
            self.fault(what, f"unknown_{what}", text=shown(value))
        return found


def may_be_cpr(text: str) -> bool:
    """False where a glance shows that a text is no CPR number: plain letters and too few digits. Spares much work."""
    return not text.isascii() or sum(map(str.isdigit, text)) >= CPR_DIGITS


def learn(known: dict[str, Word], word: Word, *names: str) -> None:
    """Makes the word known by its key and each line of its names; the first that claims a name has it."""
    for line in "\n".join((word.key, *names)).splitlines():
        folded = search_name(line)
        if folded:
            known.setdefault(folded, word)


def shown(value: object) -> str:
    """A cell as a message quotes it, at most 40 characters; numbers that look like a person's are left out."""
    text = value.strftime("%Y-%m-%d") if isinstance(value, date) else " ".join(str(value).split())
    if looks_like_cpr(text):
        return "…"
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def read_log_row(
    number: int, cells: Sequence[object], columns: Columns, known: Vocabulary, today: date
) -> LogRow | list[Fault]:
    """A row of the activity log, or everything that is wrong with it."""
    reader = Reader(number, cells, columns)
    day, times = reader.day(today), reader.times()
    title = reader.text("title", required=True)
    type_ = reader.word("type", known.types, required=True)
    venue = reader.text("venue", required=False)
    district = reader.word("district", known.districts, required=False)
    audience = reader.word("audience", known.audiences, required=True)
    heads = reader.heads("count", 0, MAX_COUNT)
    partner = reader.association("partner", required=False)
    if reader.faults or day is None or times is None or type_ is None or audience is None or heads is None:
        return reader.faults
    starts_at = at_local(day, times[0])
    ends_at = at_local(day, times[1]) if times[1] else starts_at + timedelta(minutes=type_.minutes)
    if ends_at <= starts_at:  # on the night when the clock is changed
        reader.fault("time", "ends_first", text=f"{times[0]:%H.%M}")
        return reader.faults
    key = import_key(day, f"{times[0]:%H:%M}", title, type_.key, venue, district.key if district else "",
                     audience.key, partner)  # fmt: skip
    return LogRow(number, starts_at, ends_at, day, title, type_, venue, district, audience, heads, partner, key)


def read_forum_row(number: int, cells: Sequence[object], columns: Columns, today: date) -> ForumRow | list[Fault]:
    """A row of the forum's attendance, or everything that is wrong with it."""
    reader = Reader(number, cells, columns)
    day = reader.day(today)
    name = reader.association("association", required=True)
    heads = reader.heads("representatives", 1, MOST_REPRESENTATIVES)
    if reader.faults or day is None or heads is None:
        return reader.faults
    return ForumRow(number, day, name, heads)


def import_key(day: date, start: str, title: str, *rest: str) -> str:
    """Recognises a row that was imported before: the same meeting, however it was spelled."""
    parts = [day.isoformat(), start, search_name(title), *(search_name(part) for part in rest)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def forum_key(day: date) -> str:
    """Recognises a forum meeting that the forum's attendance made, until the log fills it in."""
    return f"forum:{day.isoformat()}"
