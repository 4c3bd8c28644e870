"""What is done to an engagement at one click, its sessions, and the board's own assessment."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.queries import districts
from portal.engagements import forms, queries, service, session_service
from portal.engagements.routes import WORDS, Page, changes_since, found
from portal.engagements.routes import engagements as engagements
from portal.engagements.rules import Moment, Phase
from portal.engagements.words import MOMENTS, fault_text, put_beside_field
from portal.errors import RuleError
from portal.web.access import keeps_input, roles
from portal.web.reading import read_revision


def _done(id: int, write: Callable[[int], object], text: str) -> Response:
    """Writes with the revision that the reader had seen, and goes back to the engagement, told how it went."""
    found(id)
    try:
        write(read_revision(request.form.get("revision")))
    except RuleError as fault:
        if fault.key == "changed_meanwhile":
            flash(_("Somebody else has changed it meanwhile. Here is how it is now: look, and try again."), "warning")
        else:
            flash(fault_text(fault), "error")
    else:
        flash(text, "success")
    return redirect(url_for("engagements.show", id=id), 303)


@engagements.post("/<int:id>/move")
@roles(STAFF)
def move(id: int) -> Response:
    """Moves it to another phase, also the end or the stop."""
    try:
        to = Phase(request.form.get("phase", ""))
    except ValueError:
        flash(_("Choose one of those in the list."), "error")
        return redirect(url_for("engagements.show", id=id), 303)
    return _done(
        id,
        lambda seen: service.move(id, to, revision=seen, actor=current_user, now=clock.now()),
        {Phase.ENDED: _("The engagement is ended."), Phase.STOPPED: _("The engagement is stopped.")}.get(
            to, _("The engagement has moved.")
        ),
    )


@engagements.post("/<int:id>/reopen")
@roles(STAFF)
def reopen(id: int) -> Response:
    """Takes up again what was over."""
    return _done(
        id,
        lambda seen: service.reopen(id, revision=seen, actor=current_user, now=clock.now()),
        _("The engagement goes on."),
    )


@engagements.route("/<int:id>/sessions/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new_session(id: int) -> Response | Page:
    """Plans a session: an activity of its own."""
    row = found(id)
    number = len(row.sessions) + 1
    last = row.sessions[-1].activity if row.sessions else None
    association = row.engagement.association
    form = forms.SessionForm(
        data={
            "title_da": f"Kapacitetsopbygning, møde {number}",
            "title_en": f"Capacity building, session {number}",
            "venue": last.venue if last else "",
            "address": last.address if last else "",
            "district": str((last.district_id if last else association.district_id) or ""),
        }
    )
    form.offer_districts(districts())
    if form.validate_on_submit():
        try:
            session_service.plan_session(id, form.draft(), actor=current_user, now=clock.now())
        except RuleError as fault:
            row = found(id)
            put_beside_field(form, fault)
        else:
            flash(_("The session is planned."), "success")
            return redirect(url_for("engagements.show", id=id), 303)
    page = render_template("engagements/session.html", form=form, row=row, engagement=row.engagement)
    return page, 422 if form.errors else 200


@engagements.route("/<int:id>/sessions/link", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def link_session(id: int) -> Response | Page:
    """Puts an activity of the association's to the engagement."""
    row = found(id)
    form = forms.LinkForm()
    form.offer(queries.linkable_activities(row.engagement.association_id))
    if form.validate_on_submit():
        try:
            session_service.link_session(id, int(form.activity.data), actor=current_user, now=clock.now())
        except RuleError as fault:
            row = found(id)
            put_beside_field(form, fault)
        else:
            flash(_("The activity is a session of the engagement now."), "success")
            return redirect(url_for("engagements.show", id=id), 303)
    page = render_template("engagements/link.html", form=form, row=row, engagement=row.engagement)
    return page, 422 if form.errors else 200


@engagements.post("/<int:id>/sessions/<int:activity_id>/unlink")
@roles(STAFF)
def unlink_session(id: int, activity_id: int) -> Response:
    """Takes an activity out of the engagement; it stays as it is."""
    return _done(
        id,
        lambda _seen: session_service.unlink_session(id, activity_id, actor=current_user, now=clock.now()),
        _("The activity is no session of the engagement any more. The activity and its count stay."),
    )


@engagements.route("/<int:id>/assessment/<any(before, after):moment>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def assessment(id: int, moment: str) -> Response | Page:
    """The board's assessment of itself as a whole, filled in together with the board."""
    row = found(id)
    when = Moment(moment)
    made = forms.assessment_of(row.engagement, when)
    topics = queries.topics([rating.topic_id for rating in made.ratings] if made else [])
    form = forms.assessment_form(row.engagement, made, topics)
    changes: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            service.assess(
                id, when, form.made_on.data, form.levels(), revision=form.seen, actor=current_user, now=clock.now()
            )
        except RuleError as fault:
            if fault.key == "unknown":
                abort(404)
            row = found(id)
            if fault.key == "changed_meanwhile":
                stored = forms.assessment_of(row.engagement, when)
                theirs = forms.assessment_form(row.engagement, stored, topics, formdata=None)
                changes = changes_since(row.engagement, form, theirs)
            else:
                put_beside_field(form, fault)
        else:
            flash(_("The assessment is saved."), "success")
            return redirect(url_for("engagements.show", id=id), 303)
    page = render_template(
        "engagements/assessment.html", form=form, moment=MOMENTS[when], row=row, engagement=row.engagement,
        **changes, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors or changes else 200
