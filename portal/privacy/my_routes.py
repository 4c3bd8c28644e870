"""Being built."""

from flask import Blueprint, abort

from portal.web.access import contacts

my_data = Blueprint("my_data", __name__, url_prefix="/<any(da, en):lang>/my-association/stored")


@my_data.get("")
@contacts
def show() -> str:
    """Being built."""
    abort(404)
