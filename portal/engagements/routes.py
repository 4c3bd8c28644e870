"""Being built."""

from flask import Blueprint, abort

from portal.accounts.rules import STAFF
from portal.web.access import roles

engagements = Blueprint("engagements", __name__, url_prefix="/<any(da, en):lang>/staff/engagements")


@engagements.get("")
@roles(STAFF)
def index() -> str:
    """Being built."""
    abort(404)
