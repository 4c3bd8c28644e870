"""Being built."""

from flask import Blueprint, abort

from portal.web.access import public

enquiries = Blueprint("enquiries", __name__, url_prefix="/<any(da, en):lang>/enquiries")


@enquiries.get("/new")
@public
def new() -> str:
    """Being built."""
    abort(404)
