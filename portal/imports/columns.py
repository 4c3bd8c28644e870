"""Which column of a spreadsheet holds what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.associations.rules import search_name

# What a column may be called, Danish or English; case and accents make no difference.
LOG_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("Dato", "Date", "Dag", "Day", "Mødedato"),
    "time": ("Tidspunkt", "Time", "Tid", "Klokkeslæt", "Kl"),
    "title": ("Aktivitet", "Activity", "Titel", "Title"),
    "type": ("Type", "Aktivitetstype", "Activity type"),
    "venue": ("Sted", "Place", "Venue", "Lokale"),
    "district": ("Bydel", "District"),
    "audience": ("Målgruppe", "Audience", "Target group"),
    "count": ("Antal", "Count", "Heads", "Antal deltagere", "Deltagere", "Fremmødte", "Attended"),
    "partner": ("Samarbejdspartner", "Partner", "Institution"),
}
LOG_NEEDS = ("date", "time", "title", "type", "audience", "count")
FORUM_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("Mødedato", "Dato", "Date", "Meeting date"),
    "association": ("Forening", "Association", "Organisation", "Organization"),
    "representatives": (
        "Antal repræsentanter", "Repræsentanter", "Antal", "Number of representatives", "Representatives", "Count"
    ),
}  # fmt: skip
FORUM_NEEDS = tuple(FORUM_COLUMNS)
ASSOCIATION_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("Navn", "Name", "Forening", "Association", "Foreningens navn", "Organisation", "Organization"),
    "kind": ("Type", "Kind", "Foreningstype", "Slags"),
    "district": ("Bydel", "District"),
    "cvr": ("CVR", "CVR-nr", "CVR-nummer", "CVR number", "CVR no"),
    "role": ("Kontaktrolle", "Rolle", "Kontaktens rolle", "Contact role", "Contact's role", "Role"),
    "contact": ("Kontaktperson", "Kontaktnavn", "Kontaktens navn", "Contact person", "Contact name", "Contact's name"),
    "email": ("E-mail", "Email", "Mail", "E-mailadresse", "E-mail address", "Email address"),
    "phone": ("Telefon", "Tlf", "Telefonnummer", "Telephone", "Phone", "Phone number"),
    "forum_since": (
        "Medlem af forum siden", "Medlem af medborgerforum siden", "Medlem siden",
        "Medlem af medborgerforum fra", "Member of the citizen forum since",
        "Member of the forum since", "Forum member since", "Member since",
    ),
    "charter": ("Charter", "Charteret", "Charter accepteret", "Charter accepted"),
    "web_page": ("Web", "Hjemmeside", "Webside", "Web page", "Website"),
    "language": ("Sprog", "Brevsprog", "Sprog i vores breve", "Language", "Language of our letters to it"),
    "tags": ("Nøgleord", "Tags", "Keywords", "Emneord"),
}  # fmt: skip
ASSOCIATION_NEEDS = ("name",)


class HeaderError(Exception):
    """The header lacks columns, names one twice, or is none at all (`none`, with all columns that are looked for)."""

    def __init__(self, key: str, columns: Sequence[str]) -> None:
        super().__init__(key)
        self.key = key
        self.columns = columns


@dataclass(frozen=True)
class Columns:
    """Which column holds what, and those that nobody reads."""

    header: tuple[str, ...]
    at: Mapping[str, int]
    unread: tuple[str, ...]

    def name(self, what: str) -> str:
        """The column's name in the file; ours where the file has no such column."""
        return self.header[self.at[what]] if what in self.at else what


def match_columns(header: Sequence[str], columns: Mapping[str, tuple[str, ...]], needed: Iterable[str]) -> Columns:
    """Finds each column by its folded name, Danish or English. HeaderError `none`, `missing` or `twice`."""
    named = {search_name(word): what for what, words in columns.items() for word in words}
    at: dict[str, int] = {}
    unread = []
    for index, word in enumerate(header):
        folded = search_name(word)
        what = named.get(folded)
        if what is None:
            if folded:
                unread.append(word)
        elif what in at:
            raise HeaderError("twice", [header[at[what]], word])
        else:
            at[what] = index
    if not at:
        raise HeaderError("none", [words[0] for words in columns.values()])
    missing = [columns[name][0] for name in needed if name not in at]
    if missing:
        raise HeaderError("missing", missing)
    return Columns(tuple(header), at, tuple(unread))


def column_words(columns: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Every folded name that a column may have."""
    return frozenset(search_name(word) for words in columns.values() for word in words)
