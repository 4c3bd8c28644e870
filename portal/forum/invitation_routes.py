"""Being built."""

from flask import Blueprint, abort

from portal.web.access import public

invitations = Blueprint("invitations", __name__, url_prefix="/<any(da, en):lang>/invitations")


@invitations.get("")
@public
def index() -> str:
    """Being built."""
    abort(404)
