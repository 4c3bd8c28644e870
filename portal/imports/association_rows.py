"""A row of an association list: from its cells to facts, and everything that is wrong with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.associations.models import AssociationKind, District, Tag
from portal.associations.rules import search_name
from portal.imports.columns import Columns
from portal.imports.reading import Sheet
from portal.imports.rules import Fault, Reader, Word, learn, shown
from portal.web.reading import CvrFault, read_cvr, read_email, read_phone, read_web_page

LONGEST = {"role": 80, "contact": 120, "email": 254, "phone": 40, "cvr": 40, "web_page": 200, "charter": 80}
LANGUAGE_WORDS = {"da": "da", "dansk": "da", "danish": "da", "en": "en", "engelsk": "en", "english": "en"}
YES = frozenset({"ja", "j", "yes", "y", "x", "accepteret", "accepted", "true", "1"})
# Our own export's words are among them: what is no plain yes adds nothing to the answers that are there.
NO = frozenset({
    "nej", "n", "no", "ikke accepteret", "not accepted", "false", "0", "", "said no", "withdrawn", "not answered",
    "accepted an earlier version", "har sagt nej", "sagde nej", "trukket tilbage", "har trukket sig", "ikke svaret",
    "har ikke svaret", "har accepteret en tidligere version", "accepteret en tidligere version",
})  # fmt: skip
PROGRESS_EVERY = 500  # rows

Told = Callable[[int], None]


@dataclass(frozen=True)
class Names:
    """Kinds, districts and tags by every folded name they go by; `shown` names each in both languages, by its id.

    `faith_kinds` are the ids of the kinds whose contacts' names stay out of lists.
    """

    kinds: Mapping[str, Word]
    districts: Mapping[str, Word]
    tags: Mapping[str, Word]
    shown: Mapping[tuple[str, int], Mapping[str, str]]
    faith_kinds: frozenset[int]


@dataclass(frozen=True)
class AssociationRow:
    """A row, understood. What is empty or faulty is empty here. `phone` is E.164, `email` in small letters.

    `folded` is the name for finding it again; by `cells`, all of them as text, a row that stands twice is recognised.
    """

    number: int
    name: str
    folded: str
    kind_id: int | None
    district_id: int | None
    cvr: str | None
    web_page: str
    language: str
    forum_since: date | None
    tag_ids: tuple[int, ...]
    role: str
    contact: str
    email: str
    phone: str
    accepts_charter: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ReadRow:
    """A row and its faults; with faults in it, the row only serves to say which association it is about."""

    row: AssociationRow
    faults: tuple[Fault, ...]


class AssociationReader(Reader):
    """Reads one row of an association list."""

    def read(self, what: str, reading: Callable[[str], str | None], key: str) -> str:
        """An address, a number or a web page in the form we keep; the fault is `key` where it is none."""
        text = self.text(what, required=False, longest=LONGEST[what])
        if not text:
            return ""
        found = reading(text)
        if found is None:
            self.fault(what, key, text=shown(text))
        return found or ""

    def cvr(self) -> str | None:
        """Eight digits with the right check digit."""
        text = self.text("cvr", required=False, longest=LONGEST["cvr"])
        found = read_cvr(text) if text else ""
        if isinstance(found, CvrFault):
            self.fault("cvr", f"bad_cvr_{found.value}", text=shown(text))
            return None
        return found or None

    def language(self) -> str:
        """`da` or `en`."""
        text = self.text("language", required=False)
        found = LANGUAGE_WORDS.get(search_name(text), "")
        if text and not found:
            self.fault("language", "unknown_language", text=shown(text))
        return found

    def accepts_charter(self) -> bool:
        """Whether it says yes. A no is nothing to write down: refusing is for the association itself to say."""
        text = self.text("charter", required=False, longest=LONGEST["charter"])
        folded = _folded(text)
        if folded not in YES | NO:
            self.fault("charter", "unknown_charter", text=shown(text))
        return folded in YES

    def tags(self, known: Mapping[str, Word]) -> tuple[int, ...]:
        """Tags that the cell names, divided by commas."""
        found = []
        for part in self.text("tags", required=False).replace(";", ",").replace("|", ",").split(","):
            word = known.get(search_name(part))
            if word is not None:
                found.append(word.id)
            elif part.strip():
                self.fault("tags", "unknown_tags", text=shown(part))
        return tuple(dict.fromkeys(found))

    def known(self, what: str, known: Mapping[str, Word]) -> int | None:
        """The id of the kind or district that the cell names."""
        value = self.cell(what)
        if value is None:
            return None
        word = known.get(_folded(str(value)))
        if word is None:
            self.fault(what, f"unknown_{what}", text=shown(value))
        return word.id if word else None


_folded = lru_cache(maxsize=1024)(search_name)  # words that stand in row after row


@lru_cache(maxsize=1024)
def _phone(text: str) -> str | None:
    return read_phone(text)


def _email(text: str) -> str | None:
    address = read_email(text)
    return address.lower() if address else None


def read_row(number: int, cells: Sequence[object], columns: Columns, names: Names, today: date) -> ReadRow:
    """A row's facts and all of its faults."""
    reader = AssociationReader(number, cells, columns)
    name = reader.association("name", required=True)
    row = AssociationRow(
        number=number,
        name=name,
        folded=search_name(name),
        kind_id=reader.known("kind", names.kinds),
        district_id=reader.known("district", names.districts),
        cvr=reader.cvr(),
        web_page=reader.read("web_page", read_web_page, "bad_web_page"),
        language=reader.language(),
        forum_since=reader.day(today, "forum_since", required=False, to_come="member_to_come"),
        tag_ids=reader.tags(names.tags),
        role=reader.text("role", required=False, longest=LONGEST["role"]),
        contact=reader.text("contact", required=False, longest=LONGEST["contact"]),
        email=reader.read("email", _email, "bad_email"),
        phone=reader.read("phone", _phone, "bad_phone"),
        accepts_charter=reader.accepts_charter(),
        cells=tuple("" if cell is None else str(cell).strip() for cell in cells),
    )
    return ReadRow(row, tuple(sorted(reader.faults, key=lambda fault: _place(columns, fault))))


def _place(columns: Columns, fault: Fault) -> int:
    return columns.header.index(fault.column) if fault.column in columns.header else len(columns.header)


def read_rows(sheet: Sheet, columns: Columns, names: Names, today: date, told: Told | None = None) -> list[ReadRow]:
    """All rows. `told` hears now and then how many are done."""
    return list(_reading(sheet, columns, names, today, told))


def _reading(sheet: Sheet, columns: Columns, names: Names, today: date, told: Told | None) -> Iterator[ReadRow]:
    for done, row in enumerate(sheet.rows, 1):
        yield read_row(row.number, row.cells, columns, names, today)
        if told is not None and done % PROGRESS_EVERY == 0:
            told(done)


def known_names(session: Session) -> Names:
    """The kinds, districts and tags of the database."""
    kinds: dict[str, Word] = {}
    districts: dict[str, Word] = {}
    tags: dict[str, Word] = {}
    shown_as: dict[tuple[str, int], Mapping[str, str]] = {}
    faith = set()
    for kind in session.scalars(select(AssociationKind).order_by(AssociationKind.position)):
        learn(kinds, Word(kind.id, kind.key), kind.name_da, kind.name_en, kind.other_names)
        shown_as["kind", kind.id] = {"da": kind.name_da, "en": kind.name_en}
        if kind.faith_based:
            faith.add(kind.id)
    for district in session.scalars(select(District).order_by(District.position)):
        learn(districts, Word(district.id, district.key), district.name, district.other_names)
        shown_as["district", district.id] = {"da": district.name, "en": district.name}
    for tag in session.scalars(select(Tag).where(Tag.active).order_by(Tag.position)):
        learn(tags, Word(tag.id, tag.key), tag.name_da, tag.name_en)
        shown_as["tag", tag.id] = {"da": tag.name_da, "en": tag.name_en}
    return Names(kinds, districts, tags, shown_as, frozenset(faith))
