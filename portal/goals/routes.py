"""The year against its goals: the staff's first page, every figure opened, and the administrator's plans."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import ADMINISTRATORS, EVERY_ROLE, STAFF, Role
from portal.engagements.queries import engagements_by_activity
from portal.enquiries.queries import waiting as waiting_enquiries
from portal.errors import RuleError
from portal.goals import plans as plan_queries
from portal.goals import queries, service
from portal.goals.forms import GoalForm, NewGoalForm, PlanForm, named_choice
from portal.goals.models import Goal, Plan
from portal.goals.rules import GoalKind, Pace, Unit
from portal.jobs.queries import work_is_left
from portal.mail.queries import not_arrived
from portal.registrations.queries import places_of
from portal.web.access import keeps_input, roles
from portal.web.locale import date_short, text_of

goals = Blueprint("goals", __name__, url_prefix="/<any(da, en):lang>")

LISTED = 30
PACES = {Pace.REACHED: _l("Reached"), Pace.PLANNED: _l("On course"), Pace.SHORT: _l("Short"), Pace.MISSED: _l("Missed")}
PACE_BADGES = {Pace.REACHED: "success", Pace.PLANNED: "info", Pace.SHORT: "warning", Pace.MISSED: "error"}
WORDS = {"paces": PACES, "pace_badges": PACE_BADGES}
FAULTS = {
    "ends_first": _l("The last day comes before the first."),
    "counts_nothing": _l("Choose at least one activity type: those that are sessions of an engagement."),
    "unknown": _l("It is not there any more."),
}


def _asked_year(years: list[int], usual: int) -> int:
    """The year that the address asks for, where it is one of `years`; else the usual one."""
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else usual
    return year if year in years else usual


def _found(goal_id: int) -> Goal:
    goal = plan_queries.goal_by_id(goal_id)
    if goal is None:
        abort(404)
    return goal


def _found_plan(plan_id: int) -> Plan:
    plan = plan_queries.plan_by_id(plan_id)
    if plan is None:
        abort(404)
    return plan


@goals.get("/staff/")
@roles(EVERY_ROLE)
def dashboard() -> str:
    """The year's goals, what waits for its count and what is coming; a facilitator's own activities."""
    now = clock.now()
    if current_user.role is Role.FACILITATOR:
        coming, recent = queries.activities_given_to(current_user, now)
        return render_template("goals/facilitator.html", coming=coming, recent=recent)
    this_year = clock.local(now).year
    years = plan_queries.planned_years(now)
    year = _asked_year(years, this_year)
    held = plan_queries.plans_of(year)
    every = [goal for plan in held for area in plan.areas for goal in area.goals]
    statuses = list(queries.statuses(every, year, now).values())
    uncounted, uncounted_total = queries.uncounted_activities(now, LISTED)
    coming, coming_total = queries.next_activities(now, LISTED)
    return render_template(
        "goals/dashboard.html",
        year=year,
        years=years,
        this_year=this_year,
        plans=held,
        share=queries.year_gone(year, now),
        goals=[s for s in statuses if s.goal.kind is GoalKind.GOAL],
        expectations=[s for s in statuses if s.goal.kind is GoalKind.EXPECTATION],
        reported=[goal for goal in every if goal.unit is Unit.PERCENT],
        uncounted=uncounted,
        uncounted_total=uncounted_total,
        coming=coming,
        coming_total=coming_total,
        days=queries.COMING_DAYS,
        places=places_of([activity.id for activity in coming]),
        waiting=waiting_enquiries(now),
        work_is_left=work_is_left(now),
        not_arrived=not_arrived(),
        **WORDS,
    )


@goals.get("/staff/goals")
@roles(STAFF)
def index() -> str:
    """The plan's areas with their efforts, goals, rules and figures."""
    now = clock.now()
    years = plan_queries.planned_years(now)
    year = _asked_year(years, clock.local(now).year)
    held = plan_queries.plans_of(year)
    every = [goal for plan in held for area in plan.areas for goal in area.goals]
    return render_template(
        "goals/index.html", year=year, years=years, plans=held, statuses=queries.statuses(every, year, now), **WORDS
    )


@goals.get("/staff/goals/<int:id>")
@roles(STAFF)
def show(id: int) -> str:
    """A goal's figure, opened to the activities it is made of."""
    goal = _found(id)
    now = clock.now()
    plan = goal.area.plan
    years = list(range(plan.starts.year, plan.ends.year + 1))
    year = _asked_year(years, min(max(clock.local(now).year, years[0]), years[-1]))
    status = queries.goal_status(goal, year, now)
    numbers = [line.activity_id for line in status.lines] if status else []
    numbers += [planned.activity_id for planned in status.coming] if status else []
    return render_template(
        "goals/show.html",
        goal=goal,
        year=year,
        years=years,
        status=status,
        activities=queries.activities_by_id(numbers),
        engagements=engagements_by_activity(numbers) if goal.unit is Unit.INSTITUTIONS else {},
        audiences=plan_queries.audiences_by_id(),
        **WORDS,
    )


@goals.get("/staff/plans")
@roles(ADMINISTRATORS)
def plans() -> str:
    """Every plan, to copy and to edit."""
    return render_template("goals/plans.html", plans=plan_queries.all_plans())


def _put_fault(form: Any, fault: RuleError) -> None:
    """Shows a refusal beside its field, or at the top."""
    if fault.key == "overlap":
        other: Any = fault.facts["plan"]
        text = _(
            "«%(name)s» holds from %(starts)s to %(ends)s. Two plans cannot hold on the same day.",
            name=text_of(other, "name").text,
            starts=date_short(other.starts),
            ends=date_short(other.ends),
        )
    else:
        text = str(FAULTS[fault.key])
    field = form[fault.field] if fault.field and fault.field in form else None
    if field is None:
        form.form_errors.append(text)
    else:
        field.errors = [*field.errors, text]


def _plan_page(form: PlanForm, plan: Plan, heading: str, **more: Any) -> tuple[str, int]:
    page = render_template("goals/plan_form.html", form=form, plan=plan, heading=heading, **more)
    return page, 422 if form.errors else 200


@goals.route("/staff/plans/<int:id>/copy", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def copy_plan(id: int) -> Response | tuple[str, int]:
    """The same areas and goals for another year or period."""
    plan = _found_plan(id)
    form = PlanForm(name_da=plan.name_da, name_en=plan.name_en)
    if form.validate_on_submit():
        try:
            made = service.copy_plan(
                id, form.name_da.data, form.name_en.data, form.starts.data, form.ends.data, now=clock.now()
            )
        except RuleError as fault:
            _put_fault(form, fault)
        else:
            flash(_("The plan is copied with all its goals."), "success")
            return redirect(url_for("goals.index", year=made.starts.year), 303)
    return _plan_page(form, plan, _("Copy the plan"), copies=True)


@goals.route("/staff/plans/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit_plan(id: int) -> Response | tuple[str, int]:
    """A plan's names and period."""
    plan = _found_plan(id)
    form = PlanForm(obj=plan)
    if form.validate_on_submit():
        try:
            service.edit_plan(id, form.name_da.data, form.name_en.data, form.starts.data, form.ends.data)
        except RuleError as fault:
            _put_fault(form, fault)
        else:
            flash(_("The plan is saved."), "success")
            return redirect(url_for("goals.plans"), 303)
    return _plan_page(form, plan, _("Edit the plan"))


def _with_choices(form: GoalForm) -> GoalForm:
    form.types.choices = [named_choice(t.id, text_of(t, "name").text) for t in plan_queries.activity_types()]
    form.audiences.choices = [
        named_choice(a.id, text_of(a, "name").text) for a in plan_queries.audiences_by_id().values()
    ]
    return form


def _goal_page(form: GoalForm, heading: str, plan: Plan, goal: Goal | None) -> tuple[str, int]:
    page = render_template("goals/goal_form.html", form=form, heading=heading, plan=plan, goal=goal)
    return page, 422 if form.errors else 200


@goals.route("/staff/plans/<int:id>/new-goal", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def new(id: int) -> Response | tuple[str, int]:
    """A new goal in one of a plan's areas."""
    plan = _found_plan(id)
    form = NewGoalForm()
    _with_choices(form)
    form.area.choices = [named_choice(area.id, f"{area.number}. {text_of(area, 'name').text}") for area in plan.areas]
    if form.validate_on_submit():
        try:
            made = service.add_goal(form.area.data, form.facts())
        except RuleError as fault:
            _put_fault(form, fault)
        else:
            flash(_("The goal is saved."), "success")
            return redirect(url_for("goals.show", id=made.id), 303)
    return _goal_page(form, _("New goal"), plan, None)


@goals.route("/staff/goals/<int:id>/edit", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """A goal's names, target and counting rule."""
    goal = _found(id)
    typed = {
        "name_da": goal.name_da, "name_en": goal.name_en, "kind": goal.kind.value, "unit": goal.unit.value,
        "target": goal.target, "types": [t.id for t in goal.types], "audiences": [a.id for a in goal.audiences],
    }  # fmt: skip
    form = _with_choices(GoalForm(data=typed))
    if form.validate_on_submit():
        try:
            service.edit_goal(id, form.facts())
        except RuleError as fault:
            _put_fault(form, fault)
        else:
            flash(_("The goal is saved."), "success")
            return redirect(url_for("goals.show", id=id), 303)
    return _goal_page(form, _("Edit the goal"), goal.area.plan, goal)


@goals.route("/staff/goals/<int:id>/delete", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
def delete(id: int) -> Response | str:
    """Asks first, then deletes a goal. What was counted stays."""
    goal = _found(id)
    if request.method == "GET":
        return render_template("goals/delete.html", goal=goal)
    try:
        service.delete_goal(id)
    except RuleError:
        abort(404)  # somebody else was faster
    flash(_("The goal is deleted. What was counted is still there."), "success")
    return redirect(url_for("goals.plans"), 303)
