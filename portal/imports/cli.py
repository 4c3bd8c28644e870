"""`flask import activities FILE`, `flask import forum FILE` and `flask import associations FILE`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, Protocol

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock
from portal.imports import association_texts, texts
from portal.imports.associations import import_associations
from portal.imports.columns import ASSOCIATION_COLUMNS, FORUM_COLUMNS, LOG_COLUMNS, HeaderError, column_words
from portal.imports.forum import import_forum
from portal.imports.reading import FileError, Sheet, read_sheet
from portal.imports.service import Outcome, import_activities
from portal.web.locale import LANGUAGES

import_ = AppGroup("import", help="Spreadsheets (CSV or xlsx). Shows what it would do; writes only with --commit.")


class Importer(Protocol):
    """A service that imports a sheet."""

    def __call__(self, sheet: Sheet, *, commit: bool, skip_faulty: bool, now: datetime) -> Outcome:
        """Imports, or says what it would do."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--language", type=click.Choice(LANGUAGES), default="da", help="The messages' language."),
        click.option("--skip-faulty", is_flag=True, help="Write the good rows although others are faulty."),
        click.option("--commit", is_flag=True, help="Write. Without it nothing is written."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@import_.command("activities")
@_options
def activities(**options: Any) -> None:
    """Import a log of held activities with their counts from FILE."""
    _import(import_activities, LOG_COLUMNS, **options)


@import_.command("forum")
@_options
def forum(**options: Any) -> None:
    """Import from FILE which associations came to the forum's meetings, with how many."""
    _import(import_forum, FORUM_COLUMNS, **options)


@import_.command("associations")
@_options
@click.option("--same", is_flag=True, help="Let rows that are probably the same as another fill in what is empty.")
def associations(file: Path, commit: bool, skip_faulty: bool, language: str, same: bool) -> None:
    """Import a list of associations with their contacts from FILE."""
    with force_locale(language):
        try:
            sheet = read_sheet(file, column_words(ASSOCIATION_COLUMNS))
            outcome = import_associations(
                sheet, commit=commit, skip_faulty=skip_faulty, same=same, actor=None, now=clock.now()
            )
        except (FileError, HeaderError) as fault:
            _unreadable(file, fault)
        for line in association_texts.lines(outcome):
            click.echo(line)
        _tell_unread(outcome.columns.unread)
        click.echo(f"{file.name}: {association_texts.summary(outcome)}")
        click.echo(association_texts.ending(outcome, commit, same))
    if outcome.faulty and not skip_faulty:
        sys.exit(1)


def _unreadable(file: Path, fault: FileError | HeaderError) -> NoReturn:
    text = texts.file_fault(fault) if isinstance(fault, FileError) else texts.header_fault(fault)
    click.echo(f"{file.name}: {text}")
    sys.exit(1)


def _tell_unread(columns: Sequence[str]) -> None:
    if columns:
        click.echo(_("These columns are not read: %(columns)s.", columns=", ".join(columns)))


def _import(
    importer: Importer,
    columns: Mapping[str, tuple[str, ...]],
    file: Path,
    commit: bool,
    skip_faulty: bool,
    language: str,
) -> None:
    with force_locale(language):
        try:
            sheet = read_sheet(file, column_words(columns))
            outcome = importer(sheet, commit=commit, skip_faulty=skip_faulty, now=clock.now())
        except (FileError, HeaderError) as fault:
            _unreadable(file, fault)
        for faulty in outcome.faults:
            click.echo(texts.fault_line(faulty))
        _tell_unread(outcome.unread_columns)
        click.echo(f"{file.name}: {texts.summary(outcome)}")
        click.echo(texts.ending(outcome, commit, skip_faulty))
    if outcome.faults and not skip_faulty:
        sys.exit(1)
