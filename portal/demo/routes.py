"""The demo mailbox: where a newcomer follows a sign-up to its end. There only in the demo."""

from flask import Blueprint, Response, abort, render_template, request

from portal.demo import queries
from portal.mail.compose import invitations_of, words_of_message
from portal.mail.framing import style_source
from portal.mail.models import Message
from portal.mail.wording import name_of
from portal.mail.words import METHODS
from portal.paging import page_number
from portal.web.access import public

demo = Blueprint("demo", __name__, url_prefix="/<any(da, en):lang>/demo")


@demo.get("/mailbox")
@public
def mailbox() -> str:
    """Every message, newest first."""
    page = queries.mailbox(page_number(request.args.get("page")))
    return render_template("demo/mailbox.html", page=page, name_of=name_of)


@demo.get("/mailbox/<int:message_id>")
@public
def message(message_id: int) -> str:
    """One message: its head, its body in a frame of its own, and its text version."""
    found = _message(message_id)
    invitations = [(each.name, METHODS.get(each.method, each.method)) for each in invitations_of(found.calendar or "")]
    return render_template("demo/message.html", message=found, text=words_of_message(found)[1], invitations=invitations)


@demo.get("/mailbox/<int:message_id>/<name>.ics")
@public
def invitation(message_id: int, name: str) -> Response:
    """What came with the message for the calendar, under the name that it has in the mail."""
    found = [each for each in invitations_of(_message(message_id).calendar or "") if each.name == f"{name}.ics"]
    if not found:
        abort(404)
    response = Response(found[0].text)
    params = [f"{key}={value}" for key, value in found[0].params.items()]
    response.headers["Content-Type"] = "; ".join(["text/calendar", *params])
    response.headers["Content-Disposition"] = f"attachment; filename={found[0].name}"
    return response


@demo.get("/mailbox/<int:message_id>/body")
@public
def body(message_id: int) -> Response:
    """The message's HTML, with nothing allowed but its own style; its links open in the whole window."""
    html = words_of_message(_message(message_id))[2].replace("<head>", '<head>\n<base target="_top">', 1)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src 'self'; style-src {style_source(html)}; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation allow-popups"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _message(message_id: int) -> Message:
    found = queries.message_by_id(message_id)
    if found is None:
        abort(404)
    return found
