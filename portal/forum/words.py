"""What the forum's choices are called on pages, and what its rules refuse, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.activities import faults as activities
from portal.errors import RuleError
from portal.forum.rules import MOST_MEETINGS, Lack, Readers, TopicState
from portal.web.forms import put_beside
from portal.web.locale import date_long, number

TOPIC_STATES: dict[TopicState, Any] = {
    TopicState.PROPOSED: _l("Waiting for an answer"),
    TopicState.ON_AGENDA: _l("On the agenda"),
    TopicState.LATER: _l("Kept for later"),
    TopicState.DECLINED: _l("Not taken up"),
}
TOPIC_BADGES = {
    TopicState.PROPOSED: "warning", TopicState.ON_AGENDA: "success", TopicState.LATER: "info",
    TopicState.DECLINED: None,
}  # fmt: skip
READERS: dict[Readers, Any] = {
    Readers.STAFF: _l("Only staff"),
    Readers.MEMBERS: _l("The forum’s members"),
    Readers.ALL: _l("Everybody"),
}
LACKS: dict[Lack, Any] = {
    Lack.PUBLISHING: _l("not published"),
    Lack.AGENDA: _l("no agenda yet"),
    Lack.AGENDA_PUBLISHED: _l("agenda not published"),
    Lack.INVITATIONS: _l("invitations not sent"),
    Lack.COUNT: _l("count missing"),
    Lack.MINUTES: _l("minutes missing"),
    Lack.MINUTES_PUBLISHED: _l("minutes not published"),
}
FAULTS: dict[str, Any] = {
    "unknown_meeting": _l("There is no such forum meeting."),
    "unknown_item": _l("This point has been removed meanwhile."),
    "unknown_topic": _l("There is no such topic."),
    "unknown_paper": _l("This paper has been removed meanwhile."),
    "unknown_decision": _l("This decision has been removed meanwhile."),
    "unknown_agenda": _l("Choose one of those in the list."),
    "unknown_association": _l("Choose one of those in the list."),
    "unknown_language": _l("Choose one of those in the list."),
    "no_title": _l("Write a title."),
    "no_text": _l("Write what was decided, in Danish or in English."),
    "no_answer": _l("Choose an answer."),
    "no_words": _l("Write a few words to whoever proposed it."),
    "no_meeting": _l("Choose the meeting whose agenda it goes on."),
    "meeting_over": _l("This meeting has been held or called off. Choose another one."),
    "answered_meanwhile": _l(
        "Somebody else answered this topic while you were writing. Look at their answer below. "
        "Save again if yours is to replace it."
    ),
    "changed_meanwhile": _l("Somebody else changed this while you were writing. Look below, and save again."),
    "agenda_empty": _l("There is nothing on the agenda yet."),
    "agenda_begun": _l("There are points on the agenda already."),
    "no_agenda_there": _l("That meeting has no agenda to start from."),
    "looks_like_cpr": _l("This looks like a civil registration (CPR) number. We never store those: please remove it."),
    "no_minutes": _l("Write the minutes before you publish them."),
    "not_held_yet": _l("The meeting has not begun, so its minutes cannot be published yet."),
    "no_task": _l("This decision is nobody’s task."),
    "done_in_future": _l("That day is still to come."),
    "done_before_meeting": _l("That day is before the meeting that decided it."),
    "no_file": _l("Choose a file."),
    "empty_file": _l("The file is empty."),
    "file_unknown": _l(
        "We take PDF, pictures (PNG and JPEG) and office files. This file is none of them, whatever its name says."
    ),
    "file_broken": _l("The file is damaged, so we cannot take it. Save it again in the program it was made with."),
    "file_macros": _l("The file has macros, which are small programs. Save it without them and choose it again."),
    "file_bomb": _l("The file would unpack to far more than it seems. We do not take it."),
    "file_locked": _l("The file has a password. Save it without one, so that the members can open it."),
    "no_dates": _l("Choose at least one day."),
    "same_day_twice": _l("This day is there twice."),
    "in_the_past": _l("Choose a day that is still to come."),
}  # fmt: skip


def fault_text(fault: RuleError) -> str:
    """The refusal as people read it."""
    match fault.key:
        case "file_too_large":
            text = _("The file is too large: it may be 10 MB at most.")
        case "agenda_full":
            text = _("An agenda has at most %(most)s points.", most=fault.facts["most"])
        case "too_many_papers":
            text = _("A meeting has at most %(most)s papers.", most=fault.facts["most"])
        case "too_many_decisions":
            text = _("A meeting has at most %(most)s decisions.", most=fault.facts["most"])
        case "too_many_dates":
            text = _("At most %(most)s meetings at a time.", most=number(MOST_MEETINGS))
        case "meeting_that_day":
            text = _("There is a forum meeting on %(day)s already.", day=date_long(fault.facts["day"]))  # type: ignore[arg-type]
        case key if key in FAULTS:
            text = FAULTS[key]
        case _:
            text = activities.fault_text(fault)
    return str(text)


def put_beside_field(form: Any, fault: RuleError) -> None:
    """Adds the refusal to its field's errors, or to the form's own."""
    put_beside(form, fault.field, fault_text(fault))
