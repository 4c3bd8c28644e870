"""The commands, gathered; each capability brings its own."""

from flask import Flask


def register_commands(app: Flask) -> None:
    """Puts every command under `flask --app wsgi`."""
    from portal.accounts.cli import user
    from portal.demo.cli import demo
    from portal.goals.cli import figures, plan
    from portal.imports.cli import import_
    from portal.privacy.cli import retention
    from portal.worker import worker

    for command in (user, plan, import_, figures, worker, retention, demo):
        app.cli.add_command(command)
