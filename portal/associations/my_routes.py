"""Being built."""

from flask import Blueprint, abort

from portal.web.access import contacts, public

my_association = Blueprint("my_association", __name__, url_prefix="/<any(da, en):lang>/my-association")


@my_association.get("/")
@contacts
def home() -> str:
    """Being built."""
    abort(404)


@my_association.get("/charter")
@contacts
def charter() -> str:
    """Being built."""
    abort(404)


@my_association.get("/record")
@contacts
def record() -> str:
    """Being built."""
    abort(404)


@my_association.post("/log-out")
@contacts
def log_out() -> str:
    """Being built."""
    abort(404)


@my_association.get("/login")
@public
def login() -> str:
    """Being built."""
    abort(404)
