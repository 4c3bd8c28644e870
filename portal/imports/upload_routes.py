"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

uploads = Blueprint("uploads", __name__, url_prefix="/<any(da, en):lang>/staff/imports")


@uploads.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
