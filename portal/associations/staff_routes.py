"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

associations_staff = Blueprint("associations_staff", __name__, url_prefix="/<any(da, en):lang>/staff/associations")


@associations_staff.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
