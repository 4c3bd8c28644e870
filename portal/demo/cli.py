"""`flask demo fill` and `flask demo serve`: what `make demo` runs."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.config import Settings
from portal.demo import server

demo = AppGroup("demo", help="The demo: sample content, and everything started at once.")


def _only_in_the_demo() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        sys.exit("The demo's commands run only with PORTAL_DEMO=1, so that nothing invented gets among real data.")
    return settings


@demo.command("fill")
def fill_command() -> None:
    """Make the demo's database and fill it with sample content."""
    _only_in_the_demo()
    _fill_once()


@demo.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", default=8000, show_default=True)
def serve_command(port: int) -> None:
    """Fill the demo once, then serve it with gunicorn and the worker until Ctrl-C."""
    _only_in_the_demo()
    if not server.is_free(port):
        sys.exit(f"Port {port} is taken. Choose another one: make demo PORT={port + 1 if port < 65535 else 8000}")
    _fill_once()
    sys.exit(server.serve(port))


def _fill_once() -> None:
    """Fills a database that has nobody in it; a filled one is only migrated. Filling is one transaction."""
    from flask_migrate import upgrade
    from sqlalchemy import select

    from portal.accounts.models import User
    from portal.database import db
    from portal.demo.fill import fill

    upgrade()
    if db.session.scalar(select(User.id).limit(1)) is None:
        click.echo("Der fyldes demoindhold i databasen / Filling the database with sample content ...")
        fill(now=clock.now())
    db.session.remove()
