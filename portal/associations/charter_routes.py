"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

charter_staff = Blueprint("charter_staff", __name__, url_prefix="/<any(da, en):lang>/staff/charter")


@charter_staff.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
