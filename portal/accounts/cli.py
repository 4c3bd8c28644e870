"""`flask user create`."""

import secrets
import sys

import click
from flask.cli import AppGroup

from portal import clock
from portal.accounts import service
from portal.accounts.rules import Role
from portal.errors import RuleError

user = AppGroup("user", help="Accounts for staff, facilitators and administrators.")


@user.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="The name that colleagues see; the address where none is given.")
@click.option("--password", default=None, help="Asked for where it is not given; a generated one with --generate.")
@click.option("--generate", is_flag=True, help="Make a password and print it once.")
def create(email: str, role: str, name: str, password: str | None, generate: bool) -> None:
    """Make an account for EMAIL."""
    made = secrets.token_urlsafe(12) if generate else password
    if made is None:
        made = click.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
    try:
        service.create_user(email, name or email, Role(role), made, now=clock.now())
    except RuleError as fault:
        reasons = {
            "bad_email": f"{email} is not an e-mail address",
            "taken": f"there is an account for {email} already",
            "too_short": "the password is too short: 12 characters or more",
            "too_long": "the password is too long",
        }
        sys.exit(f"No account was made: {reasons[fault.key]}.")
    click.echo(f"{email} is {role} now." + (f" Password: {made}" if generate else ""))
