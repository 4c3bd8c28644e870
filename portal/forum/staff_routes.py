"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

forum_staff = Blueprint("forum_staff", __name__, url_prefix="/<any(da, en):lang>/staff/forum")


@forum_staff.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
