"""Minutes, decisions and papers: staff's pages, and what members and the public may read."""

from collections.abc import Collection
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.models import Activity
from portal.activities.rules import State, Visibility
from portal.associations.sessions import logged_in_contact
from portal.errors import RuleError
from portal.forum import minutes as service
from portal.forum import papers, queries
from portal.forum.forms import DecisionForm, PaperForm, decision_form, minutes_form
from portal.forum.models import Decision, Paper
from portal.forum.queries import ForumMeeting
from portal.forum.rules import MOST_BYTES, STAFF_READ, Readers, readable_by
from portal.forum.staff_routes import WORDS, found_meeting, unit_name
from portal.forum.words import fault_text, put_beside_field
from portal.web.access import keeps_input, public, roles, takes_files
from portal.web.forms import parse_date
from portal.web.reading import read_number

minutes = Blueprint("minutes", __name__, url_prefix="/<any(da, en):lang>")


def _is_staff() -> bool:
    return bool(current_user.is_authenticated and current_user.role in STAFF)


def _readers(activity: Activity) -> Collection[Readers]:
    """What whoever asks may read of the meeting; 404 where they may not know of it.

    An unlisted meeting asks for its key, but from staff and from the forum's members.
    """
    if _is_staff():
        return STAFF_READ
    contact = logged_in_contact()
    member = contact is not None and contact.association.is_member
    if activity.state is State.DRAFT or activity.visibility is Visibility.CLOSED:
        abort(404)
    if not member and not activity.may_be_seen(request.args.get("key", "")):
        abort(404)
    return readable_by(staff=False, member=member)


@minutes.get("/activities/<int:id>/minutes")
@public
def show(id: int) -> str:
    """A meeting's minutes, for whom they are published."""
    found = found_meeting(id)
    readers = _readers(found.activity)
    if not found.minutes_for(readers) and not (_is_staff() and found.meeting):
        abort(404)
    return render_template(
        "forum/minutes.html",
        activity=found.activity,
        meeting=found.meeting,
        decisions=queries.decisions_of(id),
        papers=queries.papers_of(id, readers),
        agenda=queries.agenda_of(id) if found.agenda_published else [],
        staff=_is_staff(),
        member=Readers.MEMBERS in readers and not _is_staff(),
        key=request.args.get("key") if found.activity.visibility is Visibility.UNLISTED else None,
        unit=unit_name(),
    )


def paper_file(found: Paper) -> FlaskResponse:
    """The file as an answer: saved, never shown inside a page of ours, as the type that its content has."""
    answer = send_file(
        BytesIO(found.content), mimetype=found.media_type, as_attachment=True, download_name=found.file_name
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@minutes.get("/forum/papers/<int:paper_id>")
@public
def paper(paper_id: int) -> FlaskResponse:
    """A paper as a file to save, for those who may read it; 404 for everybody else."""
    found = queries.paper_by_id(paper_id)
    if found is None:
        abort(404)
    if found.readers not in _readers(found_meeting(found.activity_id).activity):
        abort(404)
    return paper_file(found)


def _back(id: int, part: str) -> Response:
    return redirect(url_for("forum_staff.show", id=id) + f"#{part}", 303)


@minutes.route("/staff/forum/<int:id>/papers/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
@takes_files(60_000_000)
def new_paper(id: int) -> Response | tuple[str, int]:
    """A file for a meeting. What is too large is refused beside its field, with the rest as typed."""
    found = found_meeting(id)
    form = PaperForm()
    if form.validate_on_submit():
        content = form.file.data.stream.read(MOST_BYTES + 1)
        try:
            papers.add_paper(
                id, form.title.data, form.file.data.filename, content, Readers(form.readers.data), now=clock.now(),
                actor=current_user,
            )  # fmt: skip
        except RuleError as fault:
            put_beside_field(form, fault)
            found = found_meeting(id)
        else:
            flash(_("The paper is stored."), "success")
            return _back(id, "papers")
    page = render_template("forum/staff/paper.html", form=form, activity=found.activity)
    return page, 422 if form.errors else 200


@minutes.post("/staff/forum/<int:id>/papers/<int:paper_id>/remove")
@roles(STAFF)
def remove_paper(id: int, paper_id: int) -> Response:
    """Deletes a paper."""
    found_meeting(id)
    try:
        papers.remove_paper(id, paper_id)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("The paper is deleted."), "success")
    return _back(id, "papers")


@minutes.route("/staff/forum/<int:id>/minutes", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(id: int) -> Response | tuple[str, int]:
    """Writing and publishing the minutes; `preview` shows how they will look, without saving."""
    found = found_meeting(id)
    form = minutes_form(found.meeting)
    theirs = None
    preview = False
    if form.validate_on_submit():
        preview = "preview" in request.form
        if not preview:
            try:
                service.save_minutes(id, form.draft(), revision=form.began, now=clock.now())
            except RuleError as fault:
                put_beside_field(form, fault)
                found = found_meeting(id)
                if fault.key == "changed_meanwhile":
                    theirs = found.meeting
                    form.revision.data = str(found.meeting.revision if found.meeting else 0)
            else:
                flash(_("The minutes are saved."), "success")
                return _back(id, "the-minutes")
    page = render_template(
        "forum/staff/minutes.html", form=form, activity=found.activity, theirs=theirs, preview=preview, **WORDS
    )
    return page, 422 if form.errors else 200


def _decision_page(found: ForumMeeting, form: DecisionForm, heading: str) -> tuple[str, int]:
    page = render_template("forum/staff/decision.html", form=form, activity=found.activity, heading=heading)
    return page, 422 if form.errors else 200


@minutes.route("/staff/forum/<int:id>/decisions/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new_decision(id: int) -> Response | tuple[str, int]:
    """A decision of the meeting, and who does it."""
    found = found_meeting(id)
    form = decision_form(queries.members(), unit_name())
    if form.validate_on_submit():
        try:
            service.add_decision(id, form.draft())
        except RuleError as fault:
            put_beside_field(form, fault)
            found = found_meeting(id)
        else:
            flash(_("The decision is saved."), "success")
            return _back(id, "the-minutes")
    return _decision_page(found, form, _("New decision"))


def _decision(decision_id: int) -> Decision:
    found = queries.decision_by_id(decision_id)
    if found is None:
        abort(404)
    return found


@minutes.route("/staff/forum/decisions/<int:decision_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def decision(decision_id: int) -> Response | tuple[str, int]:
    """Changing a decision."""
    known = _decision(decision_id)
    id = known.activity_id
    found = found_meeting(id)
    form = decision_form(queries.members(), unit_name(), known)
    if form.validate_on_submit():
        try:
            service.change_decision(decision_id, form.draft())
        except RuleError as fault:
            put_beside_field(form, fault)
            found = found_meeting(id)
        else:
            flash(_("The decision is saved."), "success")
            return _back(id, "the-minutes")
    return _decision_page(found, form, _("Change the decision"))


@minutes.post("/staff/forum/decisions/<int:decision_id>/remove")
@roles(STAFF)
def remove_decision(decision_id: int) -> Response:
    """Deletes a decision that was written by mistake."""
    id = _decision(decision_id).activity_id
    try:
        service.remove_decision(decision_id)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("The decision is deleted."), "success")
    return _back(id, "the-minutes")


@minutes.post("/staff/forum/decisions/<int:decision_id>/done")
@roles(STAFF)
def done(decision_id: int) -> Response:
    """Notes that a task is done, on `done_on` or today; with `undo` it is still to be done. `at` is where to go on."""
    found = _decision(decision_id)
    at = read_number(request.form.get("at"))
    back = url_for("forum_staff.index") + "#tasks"
    if at is not None:
        back = url_for("forum_staff.show", id=at) + ("#the-minutes" if at == found.activity_id else "#tasks")
    now = clock.now()
    typed = request.form.get("done_on", "").strip()
    day = parse_date(typed) if typed else clock.local(now).date()
    if day is None and "undo" not in request.form:
        flash(_("Write a date that exists, such as 8.11.2026."), "error")
        return redirect(back, 303)
    try:
        service.mark_done(decision_id, None if "undo" in request.form else day, now=now)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        text = _("The task is open again.") if "undo" in request.form else _("The task is done.")
        flash(text, "success")
    return redirect(back, 303)
