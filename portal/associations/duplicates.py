"""Associations that are probably the same, found by their names and mailboxes only.

Cheap enough for some thousands: candidates share a key, and nobody is compared with everybody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from sqlalchemy import select

from portal.associations.models import Association, Contact, OtherName
from portal.associations.rules import sorted_name
from portal.database import db
from portal.paging import PER_PAGE, Page

SHORTEST = 8  # letters; two shorter names that differ by one are often two associations
LARGEST_GROUP = 8  # a mailbox or word that more than these share says nothing
RARE = 4  # how many names may have a word by which a name inside another is found


class Sameness(StrEnum):
    """Why two are probably the same, the strongest reason first."""

    WORDS = "words"
    MAILBOX = "mailbox"
    NEARLY = "nearly"
    INSIDE = "inside"


@dataclass(frozen=True)
class Entry:
    """What two associations are compared by."""

    id: int
    name: str
    folded: tuple[str, ...]  # its name, and other names it went by
    mailboxes: frozenset[str]


@dataclass(frozen=True)
class Pair:
    """Two that are probably the same; the older one first."""

    first: Entry
    second: Entry
    why: tuple[Sameness, ...]


def probable_pairs(entries: Iterable[Entry]) -> list[Pair]:
    """All pairs, the most probable ones first."""
    by_id = {entry.id: entry for entry in entries}
    found: defaultdict[tuple[int, int], set[Sameness]] = defaultdict(set)
    for why, alike in (
        (Sameness.WORDS, _sharing(by_id.values(), _sorted_names)),
        (Sameness.MAILBOX, _sharing(by_id.values(), lambda entry: entry.mailboxes)),
        (Sameness.NEARLY, _nearly(by_id)),
        (Sameness.INSIDE, _inside(by_id.values())),
    ):
        for pair in alike:
            found[pair].add(why)
    order = list(Sameness)
    pairs = [
        Pair(by_id[first], by_id[second], tuple(sorted(why, key=order.index))) for (first, second), why in found.items()
    ]
    return sorted(pairs, key=lambda p: (order.index(p.why[0]), -len(p.why), p.first.folded[0], p.first.id, p.second.id))


def _sorted_names(entry: Entry) -> set[str]:
    return {sorted_name(name) for name in entry.folded}


def _sharing(entries: Iterable[Entry], keys: Callable[[Entry], Iterable[str]]) -> Iterator[tuple[int, int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for key in keys(entry):
            groups[key].add(entry.id)
    for ids in groups.values():
        if 1 < len(ids) <= LARGEST_GROUP:
            yield from combinations(sorted(ids), 2)


def _variants(name: str) -> set[str]:
    """The letters of a name with one of them left out, and all of them: names one slip apart share one."""
    letters = name.replace(" ", "")
    if len(letters) < SHORTEST:
        return set()
    return {letters} | {letters[:i] + letters[i + 1 :] for i in range(len(letters))}


def _digits(entry: Entry) -> set[str]:
    return {"".join(filter(str.isdigit, name)) for name in entry.folded}


def _nearly(by_id: Mapping[int, Entry]) -> Iterator[tuple[int, int]]:
    """Names one slip apart; "Afdeling 1" and "Afdeling 2" are two all the same."""
    for first, second in _sharing(by_id.values(), lambda e: {v for name in e.folded for v in _variants(name)}):
        if _digits(by_id[first]) & _digits(by_id[second]):
            yield first, second


def _inside(entries: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """One name has all words of the other, and one of them is rare."""
    listed = [(entry.id, frozenset(name.split())) for entry in entries for name in entry.folded[:1]]
    having: defaultdict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for id_, words in listed:
        for word in words:
            having[word].append((id_, words))
    for id_, words in listed:
        rarest = min(words, key=lambda word: (len(having[word]), word), default="")
        if len(rarest) > 4 and len(having[rarest]) <= RARE:
            for other, its_words in having[rarest]:
                if other != id_ and words < its_words:
                    yield min(id_, other), max(id_, other)


def entries_of_book() -> list[Entry]:
    """Every association with what it is compared by. Three queries."""
    folded: defaultdict[int, list[str]] = defaultdict(list)
    mailboxes: defaultdict[int, set[str]] = defaultdict(set)
    rows: Sequence[tuple[int, str, str]] = [
        (id_, name, search)
        for id_, name, search in db.session.execute(
            select(Association.id, Association.name, Association.search_name).order_by(Association.id)
        )
    ]
    for id_, search in db.session.execute(select(OtherName.association_id, OtherName.search_name)):
        folded[id_].append(search)
    for id_, email in db.session.execute(select(Contact.association_id, Contact.email)):
        mailboxes[id_].add(email.lower())
    return [Entry(id_, name, (search, *folded[id_]), frozenset(mailboxes[id_])) for id_, name, search in rows]


def probable_duplicates(number: int, size: int = PER_PAGE) -> Page[Pair]:
    """A page of the pairs in the address book."""
    pairs = probable_pairs(entries_of_book())
    number = min(max(1, number), max(1, -(-len(pairs) // size)))
    return Page(pairs[(number - 1) * size : number * size], number, size, len(pairs))
