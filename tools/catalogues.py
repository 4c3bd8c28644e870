"""Brings the translations up to date with the code: `make catalogues`.

English is what stands in the code, so its catalogue is filled from there. New Danish texts are left
empty for whoever translates, and a test fails until none is.
"""

import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
LANGUAGES = ("da", "en")


def extract() -> Catalog:
    """Every text that the code and the templates hold now."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "messages.pot"
        CommandLineInterface().run(
            ["pybabel", "--quiet", "extract", "--mapping-file", str(PROJECT / "babel.cfg"), "--keywords", "_l",
             "--keywords", "lazy_gettext", "--keywords", "lazy_ngettext:1,2", "--no-location",
             "--output-file", str(pot), str(PROJECT / "portal")]
        )  # fmt: skip
        with pot.open("rb") as file:
            return read_po(file)


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return PROJECT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands; an empty one where there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False, project="portal")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(catalogue: Catalog, found: Catalog) -> Catalog:
    """The catalogue with the code's texts and nothing else; translations that still fit are kept."""
    fresh = Catalog(locale=catalogue.locale, fuzzy=False, project="portal", creation_date=catalogue.creation_date,
                    revision_date=catalogue.revision_date, header_comment=catalogue.header_comment)  # fmt: skip
    for message in found:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        plural = isinstance(message.id, tuple)
        fits = known is not None and known.string and isinstance(known.id, tuple) == plural
        string = known.string if fits and known else (("", "") if plural else "")
        if str(catalogue.locale) == "en":
            string = message.id
        fresh.add(message.id, string, flags=message.flags - {"fuzzy"}, context=message.context)
    return fresh


def main() -> int:
    """Writes both catalogues; says how many texts want a translation."""
    found = extract()
    for language in LANGUAGES:
        fresh = update(read(language), found)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, fresh, width=0, sort_output=True, no_location=True)
        missing = [m for m in fresh if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
        print(f"{language}: {len(fresh)} texts, {len(missing)} to be translated")
        for message in missing:
            print("  ", message.id)
    return 0


if __name__ == "__main__":
    sys.exit(main())
