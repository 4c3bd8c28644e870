"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

minutes = Blueprint("minutes", __name__, url_prefix="/<any(da, en):lang>/staff/forum")


@minutes.get("/minutes")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
