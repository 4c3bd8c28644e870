"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

merges = Blueprint("merges", __name__, url_prefix="/<any(da, en):lang>/staff/duplicates")


@merges.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
