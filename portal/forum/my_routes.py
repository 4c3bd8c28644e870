"""The forum in an association's own room: meetings and answers, agendas, papers and minutes, proposing a topic."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.associations.models import Association
from portal.associations.sessions import current_contact
from portal.errors import RuleError
from portal.forum import my_queries
from portal.forum.answering import AnswerForm
from portal.forum.invitation_routes import answer_facts
from portal.forum.my_forms import ProposeForm
from portal.forum.own_answers import own_answers
from portal.forum.queries import ForumMeeting, agenda_of, decisions_of, meetings_by_id, papers_of, topics_of
from portal.forum.topics import propose_topic
from portal.forum.words import TOPIC_BADGES, TOPIC_STATES, put_beside_field
from portal.paging import page_number
from portal.registrations.queries import places_of
from portal.web.access import contacts, keeps_input
from portal.web.locale import language, shown_on

my_forum = Blueprint("my_forum", __name__, url_prefix="/<any(da, en):lang>/my-association/forum")


def _association() -> Association:
    association: Association = current_contact.association
    return association


def _meeting(id: int) -> ForumMeeting:
    found = my_queries.meeting_for(_association(), id)
    if found is None:
        abort(404)
    return found


@my_forum.get("")
@contacts
def index() -> str:
    """Coming meetings with the association's answers, earlier ones with minutes, its topics and tasks."""
    association, now = _association(), clock.now()
    coming = my_queries.meetings_for(association, "coming", now)
    past = my_queries.meetings_for(association, "past", now, page_number(request.args.get("page")))
    readers = my_queries.readers_like(association)
    ids = [activity.id for activity in (*coming.items, *past.items)]
    own = own_answers(association.id, coming.items)
    return render_template(
        "forum/my_index.html",
        association=association,
        coming=coming.items,
        own=own,
        answer_forms={each.id: AnswerForm.at(each, own[each.id]) for each in coming.items},
        places=places_of([activity.id for activity in coming.items]),
        past=past,
        meetings={
            activity.id: ForumMeeting(activity, found.get(activity.id))
            for found in [meetings_by_id(ids)]
            for activity in (*coming.items, *past.items)
        },
        papers=my_queries.papers_by_meeting(ids, readers),
        readers=readers,
        topics=topics_of(association.id),
        tasks=my_queries.tasks_for(association, now),
        topic_states=TOPIC_STATES,
        topic_badges=TOPIC_BADGES,
        page_url=lambda number: url_for("my_forum.index", page=number, _anchor="earlier"),
    )


def _page(found: ForumMeeting, form: AnswerForm | None = None) -> tuple[str, int]:
    association, activity = _association(), found.activity
    own = own_answers(association.id, [activity])[activity.id]
    readers = my_queries.readers_like(association)
    minutes = found.meeting if found.minutes_for(readers) else None
    page = render_template(
        "forum/my_meeting.html",
        **answer_facts(activity, own, form or AnswerForm.at(activity, own)),
        association=association,
        agenda=agenda_of(activity.id) if found.agenda_published else [],
        papers=papers_of(activity.id, readers),
        minutes=minutes,
        decisions=decisions_of(activity.id) if minutes else [],
        begun=clock.now() >= activity.starts_at,
    )
    return page, 422 if form is not None else 200


@my_forum.get("/<int:id>")
@contacts
def meeting(id: int) -> tuple[str, int]:
    """One meeting: the association's answer, agenda, papers and minutes."""
    return _page(_meeting(id))


@my_forum.post("/<int:id>/answer")
@contacts
@keeps_input
@shown_on("my_forum.meeting")
def answer(id: int) -> Response | tuple[str, int]:
    """Answers for the association, invited or not: yes and how many, or no."""
    found, association = _meeting(id), _association()
    form = AnswerForm.at(found.activity, own_answers(association.id, [found.activity])[id])
    if form.validate_on_submit() and form.save(found.activity, association.id, now=clock.now()):
        flash(_("Thank you, your answer is saved."), "success")
        if request.form.get("back") == "list":
            return redirect(url_for("my_forum.index", _anchor=f"meeting-{id}"), 303)
        return redirect(url_for("my_forum.meeting", id=id), 303)
    return _page(_meeting(id), form)


@my_forum.route("/topics/new", methods=["GET", "POST"])
@contacts
@keeps_input
def propose() -> str | Response | tuple[str, int]:
    """Proposes a topic; the same one sent again is one topic."""
    form = ProposeForm()
    if not form.is_submitted():
        form.language.data = language()
    if form.validate_on_submit():
        try:
            propose_topic(_association().id, form.title.data, form.text.data or "", form.language.data, now=clock.now())
        except RuleError as fault:
            put_beside_field(form, fault)
        else:
            flash(_("Thank you, we have your topic. You can see here what becomes of it."), "success")
            return redirect(url_for("my_forum.index", _anchor="topics"), 303)
    return render_template("forum/my_propose.html", form=form), 422 if form.is_submitted() else 200
