"""Choosing whom to invite to a forum meeting, with a look at the mail and a greeting of staff's own, and inviting."""

from urllib.parse import parse_qs

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response
from wtforms import HiddenField

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.models import Activity
from portal.activities.queries import districts
from portal.associations.models import Association
from portal.associations.queries import association_kinds, segments, tags
from portal.associations.words import MEMBERSHIPS
from portal.database import db
from portal.errors import RuleError
from portal.forum import invitation_queries as queries
from portal.forum import invitations as service
from portal.forum.address_book import Wanted, associations_in, wanted_of
from portal.forum.invitation_letters import Invitations
from portal.forum.invitation_routes import closed_text_of, invitable_meeting, invitations_staff, refused
from portal.mail.framing import Preview, policy_for, preview_of
from portal.paging import page_number
from portal.registrations.queries import places_of
from portal.web.access import keeps_input, roles
from portal.web.forms import PortalForm, text_field
from portal.web.locale import LANGUAGES, shown_on

NAMED = 8  # associations that no mail reaches, as the message names them
LONGEST_GREETING = 1000


class InviteForm(PortalForm):
    """Whom the filter finds, and what staff write to them in words of their own."""

    query = HiddenField()
    greeting_da = text_field(_l("A greeting of your own, in Danish"), LONGEST_GREETING, area=True)
    greeting_en = text_field(_l("A greeting of your own, in English"), LONGEST_GREETING, area=True)

    @property
    def greeting(self) -> dict[str, str]:
        """What is written, by language."""
        return {"da": self.greeting_da.data or "", "en": self.greeting_en.data or ""}


@invitations_staff.get("/<int:id>/invite")
@roles(STAFF)
def choose(id: int) -> Response:
    """Whom to invite: a saved segment, all members, or whom the filter finds; shown before anything is sent."""
    return _choice(id, InviteForm())


def _choice(id: int, form: InviteForm, *, previews: list[Preview] | None = None, status: int = 200) -> Response:
    """The page: from its address, or from the form's own filter once something was typed."""
    activity, saved = invitable_meeting(id), segments()
    asked = parse_qs((form.query.data or "")[:1000]) if form.is_submitted() else request.args
    wanted, segment = wanted_of(asked), None
    number = "" if form.is_submitted() else request.args.get("segment", "")
    if number:
        segment = next((each for each in saved if str(each.id) == number), None)
        wanted = wanted_of(parse_qs(segment.query)) if segment else Wanted()
    everybody = form.is_submitted() or request.args.get("everybody")
    chosen = segment is not None or (not number and bool(wanted.args or everybody))
    args = {"segment": segment.id} if segment else {**wanted.args, "everybody": "1" if everybody else None}
    found = associations_in(wanted, now=clock.now())
    form.query.data = wanted.query
    page = render_template(
        "forum/invite.html",
        activity=activity,
        form=form,
        previews=previews,
        segments=saved,
        segment=segment,
        wanted=wanted,
        choice=queries.choice_of(id, found, page_number(request.args.get("page"))) if chosen else None,
        kinds=association_kinds(),
        districts=districts(),
        tags=tags(),
        memberships=MEMBERSHIPS,
        closed_text=closed_text_of(places_of([id])[id].closed),
        page_url=lambda number: url_for("invitations_staff.choose", id=id, page=number, **args),
    )
    response = make_response(page, status)
    if previews:
        response.headers["Content-Security-Policy"] = policy_for(previews[0].html)
    return response


def _previews(activity: Activity, form: InviteForm) -> list[Preview]:
    """The invitation as an association that reads each language gets it."""
    agenda = service.published_agenda(db.session(), activity.id)
    letters = Invitations("invited", activity, agenda, form.greeting)
    previews = []
    for lang in LANGUAGES:
        letter = letters.example(lang)
        previews.append(preview_of(letter, lang))
    return previews


@invitations_staff.post("/<int:id>/send-invitations")
@roles(STAFF)
@keeps_input
@shown_on("invitations_staff.choose")
def invite(id: int) -> Response:
    """Invites those whom the filter in the form finds and who are not invited yet; or shows the mail first."""
    activity = invitable_meeting(id)
    if "query" not in request.form:
        abort(400)
    form = InviteForm()
    if not form.validate_on_submit():
        return _choice(id, form, status=422)
    if request.form.get("wish") == "preview":
        return _choice(id, form, previews=_previews(activity, form))
    wanted = wanted_of(parse_qs((form.query.data or "")[:1000]))
    found = associations_in(wanted, now=clock.now()).order_by(None).with_only_columns(Association.id)
    ids = db.session.scalars(found).all()
    try:
        sent = service.invite(id, ids, actor=current_user, now=clock.now(), greeting=form.greeting)
    except RuleError as fault:
        return refused(id, fault)
    if not sent.associations:
        flash(_("All of them are invited already."), "info")
        return redirect(url_for("invitations_staff.index", id=id), 303)
    text = ngettext("%(num)d association is invited.", "%(num)d associations are invited.", sent.associations)
    letters = ngettext("%(num)d mail is on its way.", "%(num)d mails are on their way.", sent.letters)
    flash(f"{text} {letters}", "success")
    if sent.mailless:
        flash(_("These have no mailbox, so please call them: %(names)s.", names=_names(sent.mailless)), "warning")
    if sent.unsubscribed:
        names = _names(sent.unsubscribed)
        flash(_("These asked for no invitations by mail, so please call them: %(names)s.", names=names), "warning")
    return redirect(url_for("invitations_staff.index", id=id), 303)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
