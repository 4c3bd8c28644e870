"""Mail to many: writing it, looking at it, sending it once, seeing it go out, stopping it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.queries import activity_by_id
from portal.associations.models import Segment
from portal.config import Settings
from portal.database import db
from portal.errors import RuleError
from portal.jobs.queries import last_sign
from portal.jobs.rules import is_silent
from portal.mail.framing import Preview, policy_for, preview_of
from portal.mail.mailing_letter import mailing_letter
from portal.mail.models import Mailing
from portal.mailings import queries, receivers, service
from portal.mailings.forms import GROUPS, MailingForm
from portal.mailings.rules import MailingState, time_left
from portal.mailings.words import BADGES, FAULTS, STATES, how_far
from portal.paging import page_number
from portal.web.access import keeps_input, roles
from portal.web.forms import put_beside
from portal.web.limits import may_test_mail
from portal.web.links import links_to
from portal.web.locale import LANGUAGES, number, shown_on
from portal.web.reading import read_revision

mailings = Blueprint("mailings", __name__, url_prefix="/<any(da, en):lang>/staff/mailings")


@mailings.get("")
@roles(STAFF)
def index() -> str:
    """Every mail to many, newest first, and how far it is."""
    page, rows = queries.mailings(page_number(request.args.get("page")))
    return render_template(
        "mailings/index.html",
        page=page,
        rows=rows,
        states=STATES,
        badges=BADGES,
        how_far=how_far,
        page_url=lambda wanted: url_for("mailings.index", page=wanted),
    )


@mailings.route("/activity/<int:id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def to_parties(id: int) -> Response | tuple[str, int]:
    """A new mail to an activity's parties; saving makes a draft, and nothing goes out."""
    activity = activity_by_id(id)
    if activity is None:
        abort(404)
    form = MailingForm.of(None, receivers.parties_in_groups(id))
    return _write(form, lambda **given: service.write_to_parties(id, form.draft(), **given), activity=activity)


@mailings.route("/segment/<int:id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def to_segment(id: int) -> Response | tuple[str, int]:
    """A new mail to the associations that a saved search finds; saving makes a draft, and nothing goes out."""
    segment = db.session.get(Segment, id)
    if segment is None:
        abort(404)
    form = MailingForm.of(None)
    return _write(form, lambda **given: service.write_to_segment(id, form.draft(), **given), segment=segment)


def _write(form: MailingForm, save: Any, **about: Any) -> Response | tuple[str, int]:
    if form.validate_on_submit():
        try:
            mailing = save(submission=form.submission.data, actor=current_user, now=clock.now())
        except RuleError as fault:
            put_beside(form, fault.field, str(FAULTS[fault.key]))
        else:
            return redirect(url_for("mailings.show", id=mailing.id), 303)
    return _form_page(form, **about)


def _form_page(form: MailingForm, **about: Any) -> tuple[str, int]:
    known = {"activity": None, "segment": None, "mailing": None, "changes": None, **about}
    page = render_template("mailings/form.html", form=form, **known)
    return page, 422 if form.errors or form.form_errors or known["changes"] is not None else 200


def _found(id: int) -> queries.Row:
    mailing = queries.mailing_by_id(id)
    if mailing is None:
        abort(404)
    return queries.row_of(mailing)


@mailings.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> Response:
    """A draft as its readers will see it, with how many they are; or how far the mail is on its way."""
    row = _found(id)
    now, is_draft = clock.now(), row.state is MailingState.DRAFT
    facts: dict[str, Any] = {"row": row, "states": STATES, "badges": BADGES, "groups": GROUPS, "how_far": how_far}
    facts["previews"] = _previews(row.mailing)
    if is_draft:
        facts["receivers"] = receivers.receivers_of(row.mailing, now=now)
    else:
        settings: Settings = current_app.extensions["settings"]
        facts["left"] = time_left(row.progress.waiting, queries.pace_of(settings.mail_limit))
        facts["silent"] = bool(row.progress.waiting) and is_silent(last_sign(), now)
    page = make_response(render_template("mailings/draft.html" if is_draft else "mailings/sent.html", **facts))
    if facts["previews"]:
        page.headers["Content-Security-Policy"] = policy_for(facts["previews"][0].html)
    return page


def _previews(mailing: Mailing) -> list[Preview]:
    """The letter as a reader of each language sees it; nothing once the text is erased."""
    if not (mailing.body_da or mailing.body_en):
        return []
    of_activity = mailing.activity_id is not None
    neutral = service.is_neutral(db.session(), mailing)
    previews = []
    for lang in LANGUAGES:
        link = links_to("registrations.manage", lang)("…") if of_activity else ""
        letter = mailing_letter(mailing, lang, link=link, neutral=neutral)
        letter = replace(letter, unsubscribe="" if of_activity else "#")
        previews.append(preview_of(letter, lang))
    return previews


@mailings.route("/<int:id>/edit", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """Changes a draft. Where somebody else did meanwhile, theirs stands beside what was typed."""
    row = _found(id)
    mailing, changes = row.mailing, None
    parties = receivers.parties_in_groups(mailing.activity_id) if mailing.activity_id is not None else None
    form = MailingForm.of(mailing, parties)
    if form.validate_on_submit():
        try:
            service.change_draft(id, form.draft(), revision=form.seen)
        except RuleError as fault:
            if fault.key != "changed_meanwhile":
                return _refused(id, fault)
            row = _found(id)
            mailing, changes = row.mailing, form.differences(row.mailing)
        else:
            return redirect(url_for("mailings.show", id=id), 303)
    if row.state is not MailingState.DRAFT:
        return _refused(id, RuleError("sent_already"))
    return _form_page(form, activity=row.activity, segment=row.segment, mailing=mailing, changes=changes)


def _refused(id: int, fault: RuleError) -> Response:
    if fault.key == "unknown_mailing":
        abort(404)
    flash(str(FAULTS[fault.key]), "warning")
    return redirect(url_for("mailings.show", id=id), 303)


@mailings.post("/<int:id>/send")
@roles(STAFF)
@shown_on("mailings.show")
def send(id: int) -> Response:
    """Sends the draft that was looked at, to who is there now; a second time changes nothing."""
    seen = read_revision(request.form.get("revision"))
    try:
        sent = service.send(id, revision=seen, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    if sent is None:
        flash(_("The mail was sent before. Nobody gets it twice."), "info")
    else:
        text = ngettext("The mail goes out to %(count)s receiver.", "The mail goes out to %(count)s receivers.", sent,
                        count=number(sent))  # fmt: skip
        flash(text, "success")
    return redirect(url_for("mailings.show", id=id), 303)


@mailings.post("/<int:id>/test")
@roles(STAFF)
@shown_on("mailings.show")
def send_test(id: int) -> Response:
    """Sends the text to whoever asks, in each language it is written in; at most once a minute."""
    if not may_test_mail(current_user.email):
        flash(_("One test a minute is enough. Please wait a moment."), "warning")
        return redirect(url_for("mailings.show", id=id), 303)
    try:
        sent = service.send_test(id, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    flash(
        ngettext(
            "%(num)d mail is on its way to %(address)s.",
            "%(num)d mails are on their way to %(address)s.",
            sent,
            address=current_user.email,
        ),
        "success",
    )
    return redirect(url_for("mailings.show", id=id), 303)


@mailings.post("/<int:id>/stop")
@roles(STAFF)
@shown_on("mailings.show")
def stop(id: int) -> Response:
    """Takes what is not sent yet out of the outbox."""
    try:
        taken = service.stop(id, actor=current_user, now=clock.now())
    except RuleError as fault:
        return _refused(id, fault)
    if taken:
        text = ngettext("%(count)s mail is stopped and will not go out.",
                        "%(count)s mails are stopped and will not go out.", taken, count=number(taken))  # fmt: skip
        flash(text, "success")
    else:
        flash(_("There was nothing left to stop."), "info")
    return redirect(url_for("mailings.show", id=id), 303)


@mailings.post("/<int:id>/delete")
@roles(STAFF)
@shown_on("mailings.show")
def delete(id: int) -> Response:
    """Throws a draft away."""
    try:
        service.delete_draft(id)
    except RuleError as fault:
        return _refused(id, fault)
    flash(_("The draft is deleted. Nobody got it."), "success")
    return redirect(url_for("mailings.index"), 303)
