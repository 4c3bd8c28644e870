"""No more invitations and news: the page behind the link in such mail, without a login."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from portal import clock
from portal.associations import unsubscribing as service
from portal.associations.models import Contact
from portal.errors import RuleError
from portal.web.access import public
from portal.web.csrf import without_token
from portal.web.locale import shown_on

unsubscribing = Blueprint("unsubscribing", __name__, url_prefix="/<any(da, en):lang>/unsubscribe")


def _page(contact: Contact) -> str:
    return render_template("my/unsubscribe.html", contact=contact, token=service.unsubscribe_token(contact))


def _dead_link() -> tuple[str, int]:
    """One page for a mistyped link, an old one and a made-up one: it tells nobody whose it is or was."""
    return render_template("my/unsubscribe_gone.html"), 404


@unsubscribing.get("/<token>")
@public
def show(token: str) -> str | tuple[str, int]:
    """What stopping means, and its button: mail scanners open links, so nothing happens before."""
    contact = service.contact_of_token(token)
    return _page(contact) if contact is not None else _dead_link()


@unsubscribing.post("/<token>")
@public
@without_token
@shown_on("unsubscribing.show")
def unsubscribe(token: str) -> str | Response | tuple[str, int]:
    """Stops it. Mail programs press this for their reader (RFC 8058), without a session; they want no redirect."""
    try:
        contact = service.unsubscribe(token, now=clock.now())
    except RuleError:
        return _dead_link()
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _page(contact)
    return redirect(url_for("unsubscribing.show", token=token), 303)


@unsubscribing.post("/<token>/undo")
@public
@shown_on("unsubscribing.show")
def undo(token: str) -> Response | tuple[str, int]:
    """Takes it back; only a person on the page can."""
    try:
        service.subscribe_again(token, now=clock.now())
    except RuleError:
        return _dead_link()
    return redirect(url_for("unsubscribing.show", token=token), 303)
