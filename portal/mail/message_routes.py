"""The outbox as staff see it: where each message is, why one did not arrive, and sending it again."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.queries import activities_by_id
from portal.associations.queries import names_of
from portal.associations.unsubscribing import still_wanted
from portal.database import db
from portal.errors import RuleError
from portal.log.service import note_look
from portal.mail import queries, service, words
from portal.mail.compose import METHOD, words_of_message
from portal.mail.models import Mailing, Message, MessageState
from portal.mail.queries import Wanted
from portal.mail.rules import not_again
from portal.mail.wording import KINDS, OTHER_NAMES, name_of
from portal.paging import page_number
from portal.web.access import roles
from portal.web.links import without_secrets
from portal.web.locale import danish_order, shown_on
from portal.web.reading import read_number

messages = Blueprint("messages", __name__, url_prefix="/<any(da, en):lang>/staff/messages")
WORDS: dict[str, Any] = {"states": words.STATES, "badges": words.BADGES, "faults": words.FAULTS, "name_of": name_of}


def _asked() -> tuple[Wanted, dict[str, Any]]:
    """What the address narrows the list to, and the same as an address has it; what makes no sense is left out."""
    args: dict[str, Any] = {}
    if request.args.get("state") in words.WANTED_STATES:
        args["state"] = request.args["state"]
    kind = request.args.get("kind", "")
    if kind in KINDS or kind in OTHER_NAMES:
        args["kind"] = kind
    for name in ("activity", "association", "mailing"):
        number = read_number(request.args.get(name))
        if number is not None:
            args[name] = number
    wanted = Wanted(
        args.get("state", ""), args.get("kind", ""), args.get("activity"), args.get("association"), args.get("mailing")
    )
    return wanted, args


def _about(found: Sequence[Message], wanted: Wanted | None = None) -> dict[str, Mapping[int, Any]]:
    """The activities and associations that the messages, and the choice itself, are about; two queries."""
    choice = wanted or Wanted()
    activities = {m.activity_id for m in found if m.activity_id is not None} | {choice.activity_id} - {None}
    associations = {m.association_id for m in found if m.association_id is not None} | {choice.association_id} - {None}
    return {
        "activities": activities_by_id(number for number in activities if number is not None),
        "associations": names_of(number for number in associations if number is not None),
    }


@messages.get("")
@roles(STAFF)
def index() -> str:
    """Every message, the newest first, narrowed by state, kind and what it is about, never by whom it went to."""
    wanted, args = _asked()
    now = clock.now()
    page = queries.messages(wanted, page_number(request.args.get("page")))
    about = _about(page.items, wanted)
    if wanted.association_id in about["associations"]:
        note_look(wanted.association_id or 0, actor=current_user, now=now)
    names = {key: name_of(key) for key in [*KINDS, *OTHER_NAMES]}
    return render_template(
        "mail_staff/index.html",
        page=page,
        page_url=lambda number: url_for("messages.index", page=number, **args),
        args=args,
        kinds=sorted(names.items(), key=lambda pair: danish_order(pair[1])),
        wanted_states=words.WANTED_STATES,
        outlook=queries.outlook(now),
        at=now,
        mailing=db.session.get(Mailing, wanted.mailing_id) if wanted.mailing_id else None,
        in_hand={message.id for message in page.items if queries.in_hand(message, now)},
        **about,
        **WORDS,
    )


def _message(id: int) -> Message:
    message = queries.message_by_id(id)
    if message is None:
        abort(404)
    return message


def _refusal(message: Message) -> str | None:
    """Why it cannot be sent again, None where it can."""
    refusal = not_again(message.state, message.kind, has_text=service.has_text(message))
    if refusal is None and message.unsubscribe and not still_wanted(message.unsubscribe):
        return "unwanted"
    return refusal


@messages.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> str:
    """One message: how it went, to whom, and what it says, with the secrets of its links cut off."""
    message = _message(id)
    now = clock.now()
    if message.association_id is not None:
        note_look(message.association_id, actor=current_user, now=now)
        message = _message(id)  # anew: noting the look let go of it
    subject, text = "", ""
    if service.has_text(message):
        subject, text, _html = words_of_message(message)
    family = queries.family_of(message)
    refusal = _refusal(message)
    return render_template(
        "mail_staff/show.html",
        message=message,
        subject=subject,
        text=without_secrets(text),
        methods=[words.METHODS.get(method, method) for method in METHOD.findall(message.calendar or "")],
        family=family,
        copies=len(family) - 1,
        refusal=words.REFUSALS[refusal] if refusal else None,
        in_hand=queries.in_hand(message, now),
        at=now,
        what_to_do=words.WHAT_TO_DO,
        **_about([message]),
        **WORDS,
    )


def _refused(id: int, fault: RuleError) -> Response:
    if fault.key == "unknown_message":
        abort(404)
    flash(str(words.REFUSALS[fault.key]), "warning")
    return redirect(url_for("messages.show", id=id), 303)


@messages.post("/<int:id>/send-again")
@roles(STAFF)
@shown_on("messages.show")
def send_again(id: int) -> Response:
    """Puts a copy in the outbox; the same page sent twice makes one."""
    message = _message(id)
    copies = read_number(request.form.get("copies"))
    try:
        if message.unsubscribe and not still_wanted(message.unsubscribe):
            raise RuleError("unwanted")
        again = service.send_again(id, copies=copies or 0, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("It is on its way again.") if again.fresh else _("It was sent again already: this is it."), "success")
    return redirect(url_for("messages.show", id=again.id), 303)


@messages.post("/<int:id>/try-now")
@roles(STAFF)
@shown_on("messages.show")
def try_now(id: int) -> Response:
    """Does not wait for the next try."""
    try:
        service.try_now(id, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("It is tried in a moment."), "success")
    return redirect(url_for("messages.show", id=id), 303)


@messages.post("/<int:id>/put-aside")
@roles(STAFF)
@shown_on("messages.show")
def put_aside(id: int) -> Response:
    """Staff took care of it in another way; the overview no longer tells of it."""
    try:
        service.put_aside(id, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("It is put aside."), "success")
    return redirect(url_for("messages.index", state=MessageState.FAILED.value), 303)
