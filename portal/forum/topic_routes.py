"""Proposed topics in the back office: the list, proposing one ourselves, and answering each."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.words import language_name
from portal.errors import RuleError
from portal.forum import queries
from portal.forum.forms import TopicForm, topic_answer_form
from portal.forum.rules import TopicState
from portal.forum.staff_routes import WORDS, forum_staff
from portal.forum.topics import answer_topic, propose_topic, seen
from portal.forum.words import put_beside_field
from portal.paging import page_number
from portal.web.access import keeps_input, roles
from portal.web.locale import language


@forum_staff.get("/topics")
@roles(STAFF)
def topics() -> str:
    """Every proposed topic; ?state= those of one state, by default those that wait, the oldest first."""
    asked = request.args.get("state", "")
    states = {state.value: state for state in TopicState}
    state = None if asked == "all" else states.get(asked, TopicState.PROPOSED)
    return render_template(
        "forum/staff/topics.html",
        page=queries.topics(state, page_number(request.args.get("page"))),
        state=state,
        page_url=lambda number: url_for("forum_staff.topics", state=state or "all", page=number),
        **WORDS,
    )


@forum_staff.route("/topics/new", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def new_topic() -> Response | tuple[str, int]:
    """A topic that staff propose."""
    form = TopicForm(data={"language": language()})
    if form.validate_on_submit():
        try:
            made = propose_topic(
                None, form.title.data, form.text.data or "", form.language.data, now=clock.now(), actor=current_user
            )
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("The topic is proposed. Now it can go on an agenda."), "success")
            return redirect(url_for("forum_staff.topic", topic_id=made.id), 303)
    return render_template("forum/staff/new_topic.html", form=form), 422 if form.errors else 200


@forum_staff.route("/topics/<int:topic_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def topic(topic_id: int) -> Response | tuple[str, int]:
    """One topic, and the answer to it; ?meeting= is the one to suggest."""
    found = queries.topic_by_id(topic_id)
    if found is None:
        abort(404)
    now = clock.now()
    form = topic_answer_form(found, queries.meetings_to_come(now))
    asked = request.args.get("meeting", "")
    if request.method == "GET" and any(choice.value == asked and asked for choice in form.meeting.choices):
        form.meeting.data, form.state.data = asked, TopicState.ON_AGENDA.value
    if form.validate_on_submit():
        try:
            answered, told = answer_topic(
                topic_id, form.answer(), began=form.began.data or "", now=now, actor=current_user
            )
        except RuleError as fault:
            put_beside_field(form, fault)
            found = queries.topic_by_id(topic_id)
            if found is None:
                abort(404)
            form.began.data = seen(found)
        else:
            _say(answered.association_id is not None, told)
            meeting_id = answered.meeting_id
            back = url_for("forum_staff.show", id=meeting_id) if meeting_id else url_for("forum_staff.topics")
            return redirect(back, 303)
    theirs = language_name(found.association.language) if found.association else ""
    page = render_template("forum/staff/topic.html", form=form, topic=found, their_language=theirs, **WORDS)
    return page, 422 if form.errors else 200


def _say(proposed_by_association: bool, told: bool) -> None:
    if told:
        flash(_("The answer is saved, and the association is told by mail."), "success")
    elif proposed_by_association:
        flash(_("The answer is saved. No mail was sent; the association sees it on its own page."), "success")
    else:
        flash(_("The answer is saved."), "success")
