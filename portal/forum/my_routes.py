"""Being built."""

from flask import Blueprint, abort

from portal.web.access import contacts

my_forum = Blueprint("my_forum", __name__, url_prefix="/<any(da, en):lang>/my-association/forum")


@my_forum.get("")
@contacts
def index() -> str:
    """Being built."""
    abort(404)
