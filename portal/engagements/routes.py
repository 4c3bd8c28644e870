"""The board of all engagements, and each engagement's pages."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.queries import staff_members
from portal.accounts.rules import STAFF
from portal.activities.queries import association_names
from portal.associations.service import find_association
from portal.database import db
from portal.engagements import forms, queries, service
from portal.engagements.forms import NextStepForm
from portal.engagements.models import Engagement
from portal.engagements.queries import Row
from portal.engagements.rules import ON_BOARD, OVER, Moment, Phase, is_late, move_fault, next_phase
from portal.engagements.words import ENDS_OF_SCALE, LACKS, MOMENTS, PHASES, put_beside_field
from portal.engagements.words import fault_text as fault_text
from portal.errors import RuleError
from portal.log.service import note_look
from portal.paging import page_number
from portal.web.access import keeps_input, roles
from portal.web.reading import read_number

engagements = Blueprint("engagements", __name__, url_prefix="/<any(da, en):lang>/staff/engagements")
WORDS: dict[str, Any] = {"phases": PHASES, "moments": MOMENTS, "ends_of_scale": ENDS_OF_SCALE}
Page = tuple[str, int]
# An association's own pages show the same.
engagements.add_app_template_global(queries.assessed_topics, "assessed_topics")
engagements.add_app_template_global(lambda engagement: PHASES[engagement.phase], "engagement_phase")


def found(id: int) -> Row:
    """The engagement, or 404."""
    row = queries.engagement_by_id(id, clock.now())
    if row is None:
        abort(404)
    return row


def _asked_responsible(known: set[int]) -> int | None:
    """Whose engagements the address asks for; `me` are one's own."""
    asked = request.args.get("responsible", "")
    if asked == "me":
        return int(current_user.id)
    number = read_number(asked)
    return number if number in known else None


@engagements.get("")
@roles(STAFF)
def index() -> str:
    """Every engagement that runs, by phase, and those that are over."""
    now = clock.now()
    people = queries.responsible_people()
    responsible = _asked_responsible({user.id for user in people})
    ended = queries.ended_engagements(page_number(request.args.get("page")), responsible)
    asked: dict[str, Any] = {"responsible": request.args["responsible"]} if responsible is not None else {}
    return render_template(
        "engagements/index.html",
        board=queries.board(now, responsible),
        ended=ended,
        ended_sums=queries.sums_of_page(ended, now),
        people=[(str(user.id), user.name) for user in people if user.id != current_user.id],
        asked=asked,
        is_late=lambda day: is_late(day, clock.local(now).date()),
        page_url=lambda number: url_for("engagements.index", page=number, **asked) + "#ended",
        **WORDS,
    )


@engagements.route("/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new() -> Response | Page:
    """A new engagement; an association that we do not know is made after asking. ?association= is a name."""
    values = {
        "association": request.args.get("association", "")[:160],
        "started_on": clock.today(),
        "responsible": str(current_user.id),
    }
    form = forms.start_form(staff_members(), values)
    unknown = False
    if form.validate_on_submit():
        unknown = find_association(db.session(), form.association.data) is None
        if unknown and not form.make_new.data:
            form.association.errors = [_("We know no association of that name.")]
        else:
            try:
                made = service.start_engagement_with(
                    form.association.data, started_on=form.started_on.data, responsible_id=_chosen(form),
                    next_step=form.step(), actor=current_user, now=clock.now(),
                )  # fmt: skip
            except RuleError as fault:
                put_beside_field(form, fault)
            else:
                flash(_("The engagement is begun."), "success")
                return redirect(url_for("engagements.show", id=made.id), 303)
    page = render_template(
        "engagements/new.html", form=form, ask_new=unknown or form.make_new.data, association_names=association_names()
    )
    return page, 422 if form.errors else 200


def _chosen(form: Any) -> int | None:
    return int(form.responsible.data) if form.responsible.data else None


@engagements.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> str:
    """One engagement: its phases as steps, what was agreed, its sessions and what the board said of itself."""
    now = clock.now()
    association_id = queries.association_of(id)
    if association_id is None:
        abort(404)
    note_look(association_id, actor=current_user, now=now)
    row = found(id)
    one = row.engagement
    on = next_phase(one.phase)
    assessments = {moment: forms.assessment_of(one, moment) for moment in Moment}
    return render_template(
        "engagements/show.html",
        row=row,
        engagement=one,
        on=on,
        lacks=LACKS.get(move_fault(row.facts, on) or "") if on else None,
        elsewhere=[phase for phase in ON_BOARD if phase not in (on, one.phase) and not move_fault(row.facts, phase)],
        order=[*ON_BOARD, Phase.STOPPED if one.phase is Phase.STOPPED else Phase.ENDED],
        over=one.phase in OVER,
        linkable=queries.linkable_activities(one.association_id),
        assessments=assessments,
        assessed=queries.assessed_topics(one),
        now=now,
        is_late=lambda day: is_late(day, clock.local(now).date()),
        **WORDS,
    )


Save = Callable[[Any], object]


def _part(
    id: int, row: Row, form: NextStepForm, fresh: Callable[[Engagement], NextStepForm], template: str, heading: str,
    save: Save, **more: Any,
) -> Response | Page:  # fmt: skip
    """One of the engagement's forms: saved, or shown again with its faults.

    Where somebody else wrote meanwhile, it shows theirs beside what was typed, and the next save goes through.
    `fresh` makes the form anew from what is stored.
    """
    changes: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            save(form)
        except RuleError as fault:
            if fault.key == "unknown":
                abort(404)
            row = found(id)
            if fault.key == "changed_meanwhile":
                changes = changes_since(row.engagement, form, fresh(row.engagement))
            else:
                put_beside_field(form, fault)
        else:
            return _saved(id, row)
    page = render_template(
        f"engagements/{template}.html", form=form, heading=heading, row=row, engagement=row.engagement,
        **changes, **more, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors or changes else 200


def changes_since(engagement: Engagement, form: Any, theirs: Any) -> dict[str, Any]:
    """What the page tells of somebody else's change; the form gets the new revision."""
    form.revision.data = str(engagement.revision)
    entry = queries.last_change(engagement)
    return {
        "changes": forms.differences(form, theirs),
        "writer": entry.user.name if entry and entry.user else None,
        "written_at": entry.at if entry else None,
    }


def _saved(id: int, row: Row) -> Response:
    """Back to the engagement; `move_on` moves it to the next phase as well, where that lacks nothing."""
    flash(_("It is saved."), "success")
    to = next_phase(row.engagement.phase)
    if request.form.get("move_on") == "1" and to is not None:
        now_is = found(id).engagement.revision
        try:
            service.move(id, to, revision=now_is, actor=current_user, now=clock.now())
        except RuleError as fault:
            flash(f"{_('It stays in its phase.')} {fault_text(fault)}", "warning")
    return redirect(url_for("engagements.show", id=id), 303)


@engagements.route("/<int:id>/contact", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def contact(id: int) -> Response | Page:
    """When it began, who is responsible, and the next step."""
    row, staff = found(id), staff_members()
    form = forms.basics_form(row.engagement, staff)
    return _part(
        id, row, form, lambda one: forms.basics_form(one, staff, formdata=None), "contact", _("Contact"),
        lambda f: service.change_basics(
            id, f.started_on.data, _chosen(f), f.step(), revision=f.seen, actor=current_user, now=clock.now()
        ),
    )  # fmt: skip


@engagements.route("/<int:id>/needs-talk", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def needs_talk(id: int) -> Response | Page:
    """The talk about what the association needs."""
    row = found(id)
    form = forms.needs_talk_form(row.engagement)
    return _part(
        id, row, form, lambda one: forms.needs_talk_form(one, formdata=None), "needs_talk", _("Needs talk"),
        lambda f: service.note_needs_talk(
            id, f.needs_talk_on.data, f.needs.data or "", f.step(), revision=f.seen, actor=current_user,
            now=clock.now(),
        ),
    )  # fmt: skip


@engagements.route("/<int:id>/plan", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def plan(id: int) -> Response | Page:
    """The agreed plan and its goals."""
    row = found(id)
    topics = queries.topics(goal.topic_id for goal in row.engagement.goals)
    form = forms.plan_form(row.engagement, topics)
    return _part(
        id, row, form, lambda one: forms.plan_form(one, topics, formdata=None), "plan", _("Agreed plan"),
        lambda f: service.agree_plan(
            id, f.plan_agreed_on.data, f.plan.data or "", f.goals(), f.step(), revision=f.seen, actor=current_user,
            now=clock.now(),
        ),
    )  # fmt: skip


@engagements.route("/<int:id>/follow-up", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def follow_up(id: int) -> Response | Page:
    """The follow-up after half a year."""
    row = found(id)
    form = forms.follow_up_form(row.engagement)
    return _part(
        id, row, form, lambda one: forms.follow_up_form(one, formdata=None), "follow_up", _("Follow-up"),
        lambda f: service.follow_up(
            id, f.follow_up_on.data, f.followed_up_on.data, f.follow_up.data or "", set(map(int, f.reached.data or ())),
            f.step(), revision=f.seen, actor=current_user, now=clock.now(),
        ),
    )  # fmt: skip
