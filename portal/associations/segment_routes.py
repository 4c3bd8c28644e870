"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

segments = Blueprint("segments", __name__, url_prefix="/<any(da, en):lang>/staff/segments")


@segments.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
