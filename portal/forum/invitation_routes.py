"""Answering an invitation by its link; who is invited, reminding them, and putting down what staff are told."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.links import activity_url
from portal.activities.models import Activity
from portal.activities.rules import Closed, State, Visibility
from portal.associations.models import Association
from portal.database import db
from portal.errors import RuleError
from portal.forum import invitation_queries as queries
from portal.forum import invitations as service
from portal.forum.answering import AnswerForm
from portal.forum.own_answers import OwnAnswer, Reply, invitation_by_reference, own_answers
from portal.forum.queries import agenda_of, meeting_of
from portal.paging import page_number
from portal.registrations.queries import place_in_line, places_of
from portal.registrations.rules import Standing
from portal.registrations.words import CLOSED_TEXTS
from portal.web.access import keeps_input, public, roles
from portal.web.links import unsign

invitations = Blueprint("invitations", __name__, url_prefix="/<any(da, en):lang>/invitations")
invitations_staff = Blueprint("invitations_staff", __name__, url_prefix="/<any(da, en):lang>/staff/forum")


def answer_facts(activity: Activity, own: OwnAnswer, form: AnswerForm) -> dict[str, Any]:
    """What a page with the answer's buttons shows of the meeting and of where the association stands."""
    places = places_of([activity.id])[activity.id]
    waits = own.party is not None and own.party.standing is Standing.WAITING
    return {
        "activity": activity,
        "own": own,
        "form": form,
        "places": places,
        "closed_text": CLOSED_TEXTS[places.closed] if places.closed else None,
        "number": place_in_line(own.party) if own.party is not None and waits else None,
        "calendar_url": f"{activity_url(activity)}.ics" if activity.visibility is not Visibility.CLOSED else None,
    }


@invitations.route("/<token>", methods=["GET", "POST"])
@public
@keeps_input
def answer(token: str) -> Response | tuple[str, int]:
    """The invitation and its answer. Nothing is answered by opening it, since mail scanners open links."""
    reference = unsign(token)
    invitation = invitation_by_reference(reference) if reference else None
    if invitation is None:
        abort(404)
    activity, association = invitation.activity, invitation.association
    own = own_answers(association.id, [activity])[activity.id]
    form = AnswerForm.at(activity, own)
    if form.validate_on_submit() and form.save(activity, association.id, now=clock.now()):
        flash(_("Thank you, your answer is saved."), "success")
        return redirect(url_for("invitations.answer", token=token), 303)
    if form.is_submitted():  # what was refused is undone: look again at how it stands
        own = own_answers(association.id, [activity])[activity.id]
    meeting = meeting_of(activity.id)
    page = render_template(
        "forum/answer.html",
        **answer_facts(activity, own, form),
        association=association,
        state=_state(activity),
        agenda=agenda_of(activity.id) if meeting and meeting.agenda_published else [],
        token=token,
    )
    return page, 422 if form.is_submitted() else 200


def _state(activity: Activity) -> str:
    """What the page is about: `draft`, `called_off`, `begun` (or over), or `open` for an answer."""
    if activity.state is State.DRAFT or activity.visibility is Visibility.CLOSED:
        return "draft"
    if activity.state is State.CALLED_OFF:
        return "called_off"
    return "begun" if clock.now() >= activity.starts_at else "open"


def invitable_meeting(id: int) -> Activity:
    """The forum meeting that the page is about; 404 where there is none."""
    found = meeting_of(id)
    if found is None:
        abort(404)
    return found.activity


@invitations_staff.get("/<int:id>/invitations")
@roles(STAFF)
def index(id: int) -> str:
    """Who is invited to the meeting, who comes with how many, and who is silent."""
    activity = invitable_meeting(id)
    asked = request.args.get("answer", "")
    reply = Reply(asked) if asked in set(Reply) else None
    found = queries.invitations_of(id, now=clock.now(), reply=reply, page=page_number(request.args.get("page")))
    closed = places_of([id])[id].closed
    return render_template(
        "forum/invitations.html",
        activity=activity,
        invitations=found,
        reply=reply,
        closed_text=closed_text_of(closed),
        page_url=lambda number: url_for("invitations_staff.index", id=id, answer=reply, page=number),
    )


def closed_text_of(closed: Closed | None) -> str | None:
    """Why nobody can be invited now, for staff."""
    match closed:
        case None:
            return None
        case Closed.NOT_PUBLISHED:
            return str(_("Publish the meeting first: nobody can answer before."))
        case Closed.DEADLINE:
            return str(_("The deadline for signing up has passed. Move it, and you can invite and remind again."))
        case Closed.STARTED:
            return str(_("The meeting has begun, so nobody can be invited or reminded any more."))
    return str(CLOSED_TEXTS[closed])


@invitations_staff.post("/<int:id>/remind")
@roles(STAFF)
def remind(id: int) -> Response:
    """Writes once more to those that have not answered."""
    invitable_meeting(id)
    try:
        sent = service.remind(id, actor=current_user, now=clock.now())
    except RuleError as fault:
        return refused(id, fault)
    if sent.associations:
        flash(
            ngettext("%(num)d association is reminded.", "%(num)d associations are reminded.", sent.associations),
            "success",
        )
    else:
        flash(_("There is nobody to remind now."), "info")
    return redirect(url_for("invitations_staff.index", id=id), 303)


def refused(id: int, fault: RuleError) -> Response:
    """Back to the invitations with why nobody can be written to now."""
    if fault.key != "closed":
        abort(404)
    flash(closed_text_of(Closed(str(fault.facts["reason"]))) or "", "error")
    return redirect(url_for("invitations_staff.index", id=id), 303)


@invitations_staff.route("/<int:id>/invitations/<int:association_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def by_telephone(id: int, association_id: int) -> Response | tuple[str, int]:
    """Puts down what an association said by telephone, invited or not."""
    activity = invitable_meeting(id)
    association = db.session.get(Association, association_id)
    if association is None:
        abort(404)
    own = own_answers(association_id, [activity])[id]
    form = AnswerForm.at(activity, own, by_staff=True)
    if form.validate_on_submit() and form.save(activity, association_id, now=clock.now(), actor=current_user):
        flash(_("The answer of %(name)s is saved.", name=association.name), "success")
        return redirect(url_for("invitations_staff.index", id=id), 303)
    page = render_template(
        "forum/by_telephone.html", **answer_facts(activity, own, form), association=association, state=_state(activity)
    )
    return page, 422 if form.is_submitted() else 200
