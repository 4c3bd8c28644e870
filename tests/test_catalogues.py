"""The translations: current, nothing fuzzy, nothing missing, and nothing lost inside a text."""

import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog, Message

from tools.catalogues import LANGUAGES, extract, path_of, read

PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|\{[a-z_]*\}")
TAG = re.compile(r"</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def found() -> Catalog:
    """Every text in the code now."""
    return extract()


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """A language's committed catalogue."""
    assert path_of(request.param).exists(), f"there is no catalogue for {request.param}"
    return read(request.param)


def keys(catalogue: Catalog) -> set[object]:
    """Every text's id, with its plural."""
    return {message.id for message in catalogue if message.id}


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each text beside its translation; a plural form beside the plural."""
    if isinstance(message.id, tuple):
        one, many = message.id
        return [(one if n == 0 else many, text) for n, text in enumerate(message.string)]
    return [(message.id, message.string)]


def test_the_catalogue_has_what_the_code_has(found: Catalog, catalogue: Catalog) -> None:
    assert sorted(map(str, keys(found) - keys(catalogue))) == [], "run make catalogues"
    assert sorted(map(str, keys(catalogue) - keys(found))) == [], "run make catalogues"
    assert not catalogue.obsolete


def test_nothing_is_fuzzy_or_untranslated(catalogue: Catalog) -> None:
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []
    assert [m.id for m in catalogue if m.id and not all(text.strip() for _id, text in pairs(m))] == []


def test_placeholders_and_tags_are_the_same(catalogue: Catalog) -> None:
    faults = []
    for message in catalogue:
        if not message.id:
            continue
        for source, text in pairs(message):
            for shape in (PLACEHOLDER, TAG):
                # A singular may leave the number out: "one place".
                theirs, ours = Counter(shape.findall(source)), Counter(shape.findall(text))
                if theirs != ours and not (isinstance(message.id, tuple) and shape is PLACEHOLDER and ours <= theirs):
                    faults.append((source, text))
            if source[:1].isspace() != text[:1].isspace() or source[-1:].isspace() != text[-1:].isspace():
                faults.append((source, text))
    assert faults == []


def test_english_says_what_stands_in_the_code() -> None:
    for message in read("en"):
        if message.id:
            assert message.string == message.id


def test_danish_is_danish() -> None:
    """A text of several words that is the same in both languages was forgotten."""
    forgotten = [
        m.id for m in read("da")
        if isinstance(m.id, str) and m.id == m.string
        and len(re.findall(r"[A-Za-z]{3,}", PLACEHOLDER.sub("", m.id))) > 3
    ]  # fmt: skip
    assert forgotten == []
