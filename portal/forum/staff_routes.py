"""The back office's pages about the forum: its meetings, everything about one, and the year's planning."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.models import Activity
from portal.activities.queries import activity_types
from portal.activities.rules import State
from portal.activities.words import STATE_BADGES, STATES
from portal.attendance.by_association import counted_among, heads_by_association
from portal.attendance.queries import newest_closing
from portal.errors import RuleError
from portal.forum import queries
from portal.forum.forms import ItemForm, item_form
from portal.forum.invitation_queries import invitations_of
from portal.forum.queries import ForumMeeting
from portal.forum.rules import FORUM_TYPE, MOST_MEETINGS, STAFF_READ, Lack, MeetingFacts, lacking
from portal.forum.standard_agendas import standard_agendas
from portal.forum.words import LACKS, READERS, TOPIC_BADGES, TOPIC_STATES
from portal.forum.year import plan_year as plan_meetings
from portal.forum.year import suggest_days
from portal.forum.year_forms import YearForm, year_form
from portal.paging import page_number
from portal.web.access import keeps_input, roles
from portal.web.locale import number

forum_staff = Blueprint("forum_staff", __name__, url_prefix="/<any(da, en):lang>/staff/forum")
forum_staff.add_app_template_filter(lambda size: _size(size), "file_size")
USUAL_MEETINGS = 4
WORDS: dict[str, Any] = {
    "states": STATES,
    "state_badges": STATE_BADGES,
    "readers": READERS,
    "topic_states": TOPIC_STATES,
    "topic_badges": TOPIC_BADGES,
    "lack_words": LACKS,
}


def _size(size: int) -> str:
    """A file's size as people read it; `size` in bytes."""
    return f"{max(1, round(size / 1000))} kB" if size < 1_000_000 else f"{number(round(size / 1_000_000, 1))} MB"


def unit_name() -> str:
    """What the unit itself is called, where no association does a task."""
    return str(current_app.extensions["settings"].wordmark)


def found_meeting(id: int) -> ForumMeeting:
    """The forum meeting with that activity's id; 404 where there is none."""
    found = queries.meeting_of(id)
    if found is None:
        abort(404)
    return found


def _lacks(meetings: Sequence[Activity]) -> dict[int, list[Lack]]:
    """What each meeting still lacks, in the same few queries for any number of them."""
    now, ids = clock.now(), [each.id for each in meetings]
    worked_on, sizes = queries.meetings_by_id(ids), queries.agenda_sizes(ids)
    invited, counted = queries.invited_numbers(ids), counted_among(ids)
    found = {}
    for each in meetings:
        own = worked_on.get(each.id)
        facts = MeetingFacts(
            over=each.ends_at <= now,
            draft=each.state is State.DRAFT,
            called_off=each.state is State.CALLED_OFF,
            items=sizes.get(each.id, 0),
            agenda_published=bool(own and own.agenda_published_at),
            invited=invited.get(each.id, 0),
            counted=each.id in counted,
            minutes_written=bool(own and (own.minutes_da or own.minutes_en)),
            minutes_published=bool(own and own.minutes_published_at),
        )
        # What a list brought in was held before the portal: its agenda and minutes are elsewhere.
        found[each.id] = [] if each.import_key else lacking(facts)
    return found


@forum_staff.get("")
@roles(STAFF)
def index() -> str:
    """The forum's meetings and what each still lacks, topics that wait, and what is still to be done."""
    now = clock.now()
    coming = queries.forum_meetings("coming", now)
    held = queries.forum_meetings("past", now, page_number(request.args.get("page")))
    waiting, oldest = queries.waiting_topics()
    return render_template(
        "forum/staff/index.html",
        coming=coming,
        held=held,
        lacks=_lacks([*coming.items, *held.items]),
        waiting=waiting,
        oldest=oldest,
        tasks=queries.open_tasks(now),
        today=clock.local(now).date(),
        unit=unit_name(),
        page_url=lambda number: url_for("forum_staff.index", page=number) + "#held",
        **WORDS,
    )


def meeting_page(found: ForumMeeting, new_item: ItemForm | None = None) -> str:
    """Everything about one meeting; `new_item` is the form of a point that was refused."""
    activity, now = found.activity, clock.now()
    rows = heads_by_association(activity)
    agenda = queries.agenda_of(activity.id)
    begun = any(item.topic_id is None for item in agenda)
    return render_template(
        "forum/staff/show.html",
        activity=activity,
        meeting=found.meeting,
        lacks=_lacks([activity])[activity.id],
        over=now >= activity.ends_at,
        begun=now >= activity.starts_at,
        agenda=agenda,
        minutes_planned=sum(item.minutes or 0 for item in agenda),
        minutes_there=int((activity.ends_at - activity.starts_at).total_seconds()) // 60,
        new_item=new_item or item_form(),
        standard=[] if begun else list(standard_agendas().values()),
        former=[] if begun else queries.meetings_with_agenda(activity.id),
        to_place=queries.topics_to_place() if now < activity.ends_at else [],
        tasks=queries.open_tasks(activity.starts_at),
        papers=queries.papers_of(activity.id, STAFF_READ),
        decisions=queries.decisions_of(activity.id),
        invitations=invitations_of(activity.id, now=now),
        rows=rows,
        registered=sum(row.registered for row in rows),
        arrived=sum(row.arrived for row in rows),
        taking_part=sum(1 for row in rows if row.name and row.arrived),
        closing=newest_closing(activity.id),
        today=clock.local(now).date(),
        unit=unit_name(),
        **WORDS,
    )


@forum_staff.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> str:
    """Everything about one meeting, on one page. `id` is its activity's."""
    return meeting_page(found_meeting(id))


@forum_staff.route("/plan-year", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def plan_year() -> Response | tuple[str, int]:
    """The forum's year in one go; ?year= and ?meetings= change the days that are suggested."""
    now = clock.now()
    kind = next((each for each in activity_types(active_only=False) if each.key == FORUM_TYPE), None)
    if kind is None:
        abort(404)
    today = clock.local(now).date()
    years = [today.year, today.year + 1]
    asked = request.args.get("year", "")
    year = next((each for each in years if str(each) == asked), years[1] if today.month >= 9 else years[0])
    wanted = page_number(request.args.get("meetings")) if request.args.get("meetings") else USUAL_MEETINGS
    wanted = min(max(wanted, 1), MOST_MEETINGS)
    latest = next(iter(queries.former_meetings(now, 1)), None)
    form: YearForm = year_form(kind, latest, suggest_days(year, wanted, now=now))
    if form.validate_on_submit():
        try:
            made = plan_meetings(form.plan(kind, current_user.id), now=now)
        except RuleError as fault:
            form.refuse(fault)
        else:
            flash(ngettext("%(num)s meeting is planned.", "%(num)s meetings are planned.", len(made)), "success")
            return redirect(url_for("forum_staff.index"), 303)
    page = render_template("forum/staff/plan_year.html", form=form, years=years, year=year, wanted=wanted)
    return page, 422 if form.errors else 200
