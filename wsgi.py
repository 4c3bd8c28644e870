"""The door for gunicorn and the flask command: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import sys

import click

from portal import create_app
from portal.config import SettingError, read_settings

# Commands that neither keep sessions nor sign links do without the secret.
_context = click.get_current_context(silent=True)
_serves = _context is None or _context.info_name == "run"

try:
    app = create_app(read_settings(needs_secret=_serves))
except SettingError as error:
    sys.exit(str(error))
