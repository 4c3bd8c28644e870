"""The demo mailbox: where a newcomer follows a sign-up to its end. There only in the demo."""

import base64
import hashlib
import re

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import lazy_gettext as _l

from portal.demo import queries
from portal.mail.models import Message
from portal.paging import page_number
from portal.web.access import public

demo = Blueprint("demo", __name__, url_prefix="/<any(da, en):lang>/demo")

KINDS = {
    "confirmed": _l("Place confirmed"),
    "waiting": _l("On the waiting list"),
    "offer": _l("Offer of places"),
    "lapsed": _l("Offer not taken"),
    "moved_up": _l("Places from the waiting list"),
    "heads_changed": _l("Number changed"),
    "cancelled": _l("Cancelled"),
    "called_off": _l("Called off"),
    "moved": _l("New time or place"),
    "declined": _l("Said no to an offer"),
    "log_in": _l("Link to log in"),
    "confirm_record": _l("Is the record still right?"),
    "mailbox_left": _l("A mailbox is no longer the association’s"),
    "charter_reminder": _l("Reminder about the charter"),
    "invited": _l("Invitation"),
    "invitation_reminder": _l("Reminder of an invitation"),
    "topic_answered": _l("Answer to a topic"),
    "enquiry_received": _l("Enquiry received"),
    "enquiry_answered": _l("Answer to an enquiry"),
    "enquiry_declined": _l("Enquiry declined"),
}
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@demo.get("/mailbox")
@public
def mailbox() -> str:
    """Every message, newest first."""
    page = queries.mailbox(page_number(request.args.get("page")))
    return render_template("demo/mailbox.html", page=page, kinds=KINDS)


@demo.get("/mailbox/<int:message_id>")
@public
def message(message_id: int) -> str:
    """One message: its head, its body in a frame of its own, and its text version."""
    return render_template("demo/message.html", message=_message(message_id))


@demo.get("/mailbox/<int:message_id>/body")
@public
def body(message_id: int) -> Response:
    """The message's HTML, with nothing allowed but its own style; its links open in the whole window."""
    html = (_message(message_id).body_html or "").replace("<head>", '<head>\n<base target="_top">', 1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src 'self'; style-src {style_source(html)}; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation allow-popups"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def style_source(html: str) -> str:
    """What the policy allows as style: the fingerprint of the mail's own style element."""
    found = STYLE.search(html)
    if not found:
        return "'none'"
    digest = hashlib.sha256(found[1].replace("\r\n", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _message(message_id: int) -> Message:
    found = queries.message_by_id(message_id)
    if found is None:
        abort(404)
    return found
