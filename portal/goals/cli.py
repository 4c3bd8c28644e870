"""`flask plan load FILE` and `flask figures --from DATE --to DATE`."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock
from portal.errors import RuleError
from portal.goals import service
from portal.goals.models import Plan
from portal.goals.plan_file import DEFAULT_PLAN, PlanFileError, read_plan
from portal.goals.queries import key_figures
from portal.goals.words import key_figure
from portal.web.locale import LANGUAGES, date_short, number, text_of
from portal.web.rules import parse_date

plan = AppGroup("plan", help="Action plans with their goals.")


SPOKEN = click.option("--language", type=click.Choice(LANGUAGES), default="da", help="The messages' language.")


@plan.command("load")
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_PLAN)
@SPOKEN
def load(file: Path, language: str) -> None:
    """Load a plan from a JSON FILE, or the one that comes with the portal. Loading it again changes nothing."""
    with force_locale(language):
        try:
            made, new = service.load_plan(read_plan(file.read_bytes()), now=clock.now())
        except OSError:
            _stop(_("%(file)s cannot be read.", file=file))
        except PlanFileError as fault:
            _stop(f"{file.name}: {fault}.")
        except RuleError as fault:
            other: Any = fault.facts["plan"]
            _stop(_("the period overlaps with %(plan)s.", plan=_named(other)))
        if not new:
            click.echo(_("%(plan)s is there already. Nothing was changed.", plan=_named(made)))
            return
        areas, goals = len(made.areas), sum(len(area.goals) for area in made.areas)
        click.echo(_("%(plan)s is loaded. Areas: %(areas)s, goals: %(goals)s.",
                     plan=_named(made), areas=areas, goals=goals))  # fmt: skip


def _stop(reason: str) -> NoReturn:
    click.echo(_("Nothing was loaded: %(reason)s", reason=reason), err=True)
    sys.exit(1)


def _named(found: Plan) -> str:
    return f"{text_of(found, 'name').text} ({date_short(found.starts)} – {date_short(found.ends)})"


def _day(option: str, text: str) -> date:
    """The day that was asked for; the command stops with a message where it is none."""
    day = parse_date(text)
    if day is None or not 1900 <= day.year <= 2200:
        raise click.UsageError(f"{option}: " + _("%(text)s is not a date such as 2018-01-01", text=repr(text)))
    return day


@click.command("figures")
@click.option("--from", "start", required=True, help="First day, such as 2016-01-01.")
@click.option("--to", "end", required=True, help="Last day, counted too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@SPOKEN
@with_appcontext
def figures(start: str, end: str, as_json: bool, language: str) -> None:
    """The key figures of a period. An activity counts when its count has been closed."""
    with force_locale(language):
        first, last = _day("--from", start), _day("--to", end)
        if last < first:
            raise click.UsageError(_("The last day comes before the first."))
        found = key_figures(first, last)
        if as_json:
            period = {"from": first.isoformat(), "to": last.isoformat()}
            click.echo(json.dumps({"period": period, **found}, indent=2))
            return
        click.echo(_("Key figures from %(first)s to %(last)s", first=date_short(first), last=date_short(last)))
        for key, value in found.items():
            click.echo(f"  {number(value):>8}  {key_figure(key)}")
