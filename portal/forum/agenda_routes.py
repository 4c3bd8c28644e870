"""Working on a meeting's agenda: each button of the meeting's page, and the form of one point."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.errors import RuleError
from portal.forum import agenda
from portal.forum.forms import item_form
from portal.forum.queries import agenda_of
from portal.forum.staff_routes import forum_staff, found_meeting, meeting_page
from portal.forum.words import fault_text, put_beside_field
from portal.web.access import keeps_input, roles
from portal.web.locale import shown_on
from portal.web.reading import read_number


def _back(id: int) -> Response:
    return redirect(url_for("forum_staff.show", id=id) + "#agenda", 303)


@forum_staff.post("/<int:id>/agenda")
@roles(STAFF)
@keeps_input
@shown_on("forum_staff.show")
def add_item(id: int) -> Response | tuple[str, int]:
    """A new point, last on the agenda."""
    found = found_meeting(id)
    form = item_form()
    if form.validate_on_submit():
        try:
            agenda.add_item(id, form.point())
        except RuleError as fault:
            put_beside_field(form, fault)
            found = found_meeting(id)
        else:
            flash(_("The point is on the agenda."), "success")
            return _back(id)
    return meeting_page(found, form), 422


@forum_staff.route("/<int:id>/agenda/<int:item_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def item(id: int, item_id: int) -> Response | tuple[str, int]:
    """One point: its words and how long it may take."""
    found = found_meeting(id)
    point = next((each for each in agenda_of(id) if each.id == item_id), None)
    if point is None:
        abort(404)
    form = item_form(point)
    if form.validate_on_submit():
        try:
            agenda.change_item(id, item_id, form.point())
        except RuleError as fault:
            if fault.key == "unknown_item":
                abort(404)
            put_beside_field(form, fault)
            found = found_meeting(id)
        else:
            flash(_("The point is saved."), "success")
            return _back(id)
    page = render_template("forum/staff/item.html", form=form, activity=found.activity)
    return page, 422 if form.errors else 200


@forum_staff.post("/<int:id>/agenda/<int:item_id>/move")
@roles(STAFF)
def move_item(id: int, item_id: int) -> Response:
    """One place up or down."""
    found_meeting(id)
    try:
        agenda.move_item(id, item_id, up=request.form.get("way") == "up")
    except RuleError as fault:
        flash(fault_text(fault), "error")
    return _back(id)


@forum_staff.post("/<int:id>/agenda/<int:item_id>/remove")
@roles(STAFF)
def remove_item(id: int, item_id: int) -> Response:
    """Takes a point off; a topic behind it waits for an answer again."""
    found_meeting(id)
    try:
        topic = agenda.remove_item(id, item_id)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    else:
        flash(_("The point is off the agenda."), "success")
        if topic is not None:
            flash(_("The topic behind it waits for a new answer: “%(title)s”.", title=topic.title), "warning")
    return _back(id)


@forum_staff.post("/<int:id>/agenda/start")
@roles(STAFF)
def start_agenda(id: int) -> Response:
    """Begins with a standard agenda (`start_from` is its key) or another meeting's (its number)."""
    found_meeting(id)
    key = request.form.get("start_from", "")
    try:
        if (other_id := read_number(key)) is not None:
            agenda.start_from_meeting(id, other_id)
        else:
            agenda.start_from_standard(id, key)
    except RuleError as fault:
        flash(fault_text(fault), "error")
    return _back(id)


@forum_staff.post("/<int:id>/agenda/publish")
@roles(STAFF)
def publish_agenda(id: int) -> Response:
    """Shows the agenda to the members; with `withdraw` it is staff's alone again."""
    found_meeting(id)
    try:
        if request.form.get("withdraw"):
            agenda.withdraw_agenda(id)
            flash(_("Only staff see the agenda now."), "success")
        else:
            agenda.publish_agenda(id, now=clock.now())
            flash(_("The agenda is published."), "success")
    except RuleError as fault:
        flash(fault_text(fault), "error")
    return _back(id)
