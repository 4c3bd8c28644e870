"""`flask retention`: what is due to be erased, and what personal data is left."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.config import Settings
from portal.enquiries.rules import ERASED_AFTER
from portal.log.service import KEPT
from portal.privacy import queries, service


@click.command("retention")
@click.option("--apply", "erase", is_flag=True, help="Erase it. Needs PORTAL_RETENTION_REFERENCE.")
@with_appcontext
def retention(erase: bool) -> None:
    """Show what is due to be erased and what personal data is left; erase it with --apply."""
    now = clock.now()
    due = queries.ended_activities(now)
    for activity in due:
        click.echo(
            f"{clock.local(activity.ended_at):%Y-%m-%d}  activity {activity.activity_id} «{activity.title}»: "
            f"{activity.registrations} registrations, {activity.messages} mails"
        )
    loose = queries.old_messages(now)
    if loose:
        click.echo(f"{loose} mails without a registration, older than {queries.MESSAGE_DAYS} days")
    mailings = queries.old_mailings(now)
    if mailings:
        click.echo(f"{len(mailings)} texts of mails to many")
    enquiries, log_lines = queries.old_enquiries(now), queries.old_log_lines(now)
    if enquiries:
        click.echo(f"{enquiries} enquiries, closed more than {ERASED_AFTER.days} days ago")
    if log_lines:
        click.echo(f"{log_lines} lines of the log, older than {KEPT.days} days")
    if not any((due, loose, mailings, enquiries, log_lines)):
        click.echo("Nothing is due to be erased.")
    elif not erase:
        click.echo("Nothing was erased: say --apply to erase it.")
    if erase:
        settings: Settings = current_app.extensions["settings"]
        if not settings.retention_reference:
            sys.exit(
                "Nothing was erased: PORTAL_RETENTION_REFERENCE is empty. Set it to the reference of the confirmed "
                "retention schedule first (the municipal archives may have a say)."
            )
        gone = service.erase_ended(now=now)
        click.echo(
            f"Erased: {gone.registrations} registrations of {gone.activities} activities, {gone.messages} mails, "
            f"{gone.mailings} texts of mails to many, {gone.enquiries} enquiries, {gone.log_lines} lines of the log "
            f"(retention schedule: {settings.retention_reference})."
        )
    click.echo("\nPersonal data left:")
    for left in queries.personal_data_left():
        click.echo(f"  {left.table}.{left.column}: {left.rows}")
