"""`flask plan load FILE` and `flask figures --from DATE --to DATE`."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock
from portal.errors import RuleError
from portal.goals import service
from portal.goals.plan_file import DEFAULT_PLAN, PlanFileError, read_plan
from portal.goals.queries import key_figures
from portal.goals.words import key_figure
from portal.web.locale import LANGUAGES, date_short, number
from portal.web.rules import parse_date

plan = AppGroup("plan", help="Action plans with their goals.")


class Day(click.ParamType[date]):
    """A date as 2016-01-01 or 1.1.2016."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; the command stops with a message where it is none."""
        day = value if isinstance(value, date) else parse_date(str(value))
        if day is None or not 1900 <= day.year <= 2200:
            self.fail(f"{value!r} is not a date such as 2016-01-01", param, ctx)
        return day


@plan.command("load")
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_PLAN)
def load(file: Path) -> None:
    """Load a plan from a JSON FILE, or the one that comes with the portal. Loading it again changes nothing."""
    try:
        made, new = service.load_plan(read_plan(file.read_bytes()), now=clock.now())
    except OSError as fault:
        sys.exit(f"Nothing was loaded: {file} cannot be read ({fault.strerror}).")
    except PlanFileError as fault:
        sys.exit(f"Nothing was loaded: {file.name}: {fault}.")
    except RuleError as fault:
        other: Any = fault.facts["plan"]
        sys.exit(f"Nothing was loaded: the period overlaps with {other.name_en} ({other.starts} to {other.ends}).")
    if not new:
        click.echo(f"{made.name_en} is there already. Nothing was changed.")
        return
    goals = sum(len(area.goals) for area in made.areas)
    click.echo(f"{made.name_en}, {made.starts} to {made.ends}: loaded with {len(made.areas)} areas and {goals} goals.")


@click.command("figures")
@click.option("--from", "first", type=Day(), required=True, help="First day, such as 2016-01-01.")
@click.option("--to", "last", type=Day(), required=True, help="Last day, counted too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--language", type=click.Choice(LANGUAGES), default="da", help="The table's language.")
@with_appcontext
def figures(first: date, last: date, as_json: bool, language: str) -> None:
    """The key figures of a period. An activity counts when its count has been closed."""
    if last < first:
        raise click.UsageError("--to lies before --from.")
    found = key_figures(first, last)
    if as_json:
        period = {"from": first.isoformat(), "to": last.isoformat()}
        click.echo(json.dumps({"period": period, **found}, indent=2))
        return
    with force_locale(language):
        click.echo(_("Key figures from %(first)s to %(last)s", first=date_short(first), last=date_short(last)))
        for key, value in found.items():
            click.echo(f"  {number(value):>8}  {key_figure(key)}")
