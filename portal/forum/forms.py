"""The shape of what staff write about the forum's meetings."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice

from portal.activities.models import Activity
from portal.activities.words import choices
from portal.associations.models import Association
from portal.forum.agenda import Point
from portal.forum.minutes import DecisionDraft, MinutesDraft
from portal.forum.models import AgendaItem, Decision, Meeting, Topic
from portal.forum.rules import Readers, TopicState
from portal.forum.topics import TopicAnswer, seen
from portal.forum.words import READERS, TOPIC_STATES
from portal.web.forms import (
    LANGUAGE_NAMES,
    DayField,
    PortalForm,
    SentFileField,
    WholeNumberField,
    choice_field,
    radio_field,
    text_field,
)
from portal.web.locale import date_short, text_of
from portal.web.reading import read_revision

MINUTES_MAX = 20_000


def meeting_choices(meetings: Sequence[Activity]) -> list[SelectChoice]:
    """Meetings to choose among, by day and title."""
    return [
        SelectChoice(str(each.id), f"{date_short(each.starts_at)} – {text_of(each, 'title').text}") for each in meetings
    ]


class ItemForm(PortalForm):
    """A point on the agenda."""

    title_da = text_field(_l("Title in Danish"), 200)
    title_en = text_field(_l("Title in English"), 200)
    minutes = WholeNumberField(_l("Minutes it may take"), 1, 480, required=False)

    def check(self) -> None:
        """A title in one language is enough."""
        if not any(field.data or field.errors for field in (self.title_da, self.title_en)):
            self.title_da.errors = [_("Write a title, in Danish or in English.")]

    def point(self) -> Point:
        """The form as a point, once it has validated."""
        return Point(self.title_da.data or "", self.title_en.data or "", self.minutes.data)


def item_form(item: AgendaItem | None = None) -> ItemForm:
    """The form for a new point, or for one that is there."""
    if item is None:
        return ItemForm()
    return ItemForm(data={"title_da": item.title_da, "title_en": item.title_en, "minutes": item.minutes})


class TopicForm(PortalForm):
    """A topic that staff propose."""

    title = text_field(_l("Topic"), 160, required=_l("Write what it is about."))
    text = text_field(_l("Why, and what we should talk about"), 1000, area=True)
    language = radio_field(_l("Language"), LANGUAGE_NAMES, default="da")


class TopicAnswerForm(PortalForm):
    """An answer to a proposed topic. `began` is how the topic stood when the form was opened."""

    began = HiddenField()
    state = radio_field(
        _l("Answer"),
        [SelectChoice(state.value, TOPIC_STATES[state]) for state in TopicState if state is not TopicState.PROPOSED],
        _l("Choose an answer."),
    )
    meeting = choice_field(_l("Which meeting"), default="")
    words = text_field(_l("Words to whoever proposed it"), 500, area=True)

    def answer(self) -> TopicAnswer:
        """The form as an answer, once it has validated."""
        chosen = int(self.meeting.data) if self.meeting.data else None
        return TopicAnswer(TopicState(self.state.data), self.words.data or "", chosen)


def topic_answer_form(topic: Topic, meetings: Sequence[Activity]) -> TopicAnswerForm:
    """The form as the topic stands. The meeting it is on stays a choice, even where it has been held."""
    known = {each.id: each for each in meetings}
    if topic.meeting is not None:
        known.setdefault(topic.meeting.id, topic.meeting)
    state = topic.state.value if topic.state is not TopicState.PROPOSED else None
    form = TopicAnswerForm(
        data={
            "began": seen(topic), "state": state, "words": topic.answer,
            "meeting": str(topic.meeting_id or (meetings[0].id if meetings else "")),
        }
    )  # fmt: skip
    form.meeting.choices = [SelectChoice("", _("No meeting")), *meeting_choices(list(known.values()))]
    return form


class PaperForm(PortalForm):
    """A paper for a meeting."""

    title = text_field(_l("Title"), 160, required=_l("Write a title."))
    file = SentFileField(_l("File"))
    readers = radio_field(_l("Who may read it"), choices(READERS), default=Readers.MEMBERS.value)

    def check(self) -> None:
        """There is a file."""
        if self.file.data is None:
            self.file.errors = [_("Choose a file.")]


class MinutesForm(PortalForm):
    """The minutes in both languages. `revision` is the one the form was opened with."""

    revision = HiddenField()
    minutes_da = text_field(_l("Minutes in Danish"), MINUTES_MAX, area=True)
    minutes_en = text_field(_l("Minutes in English"), MINUTES_MAX, area=True)
    readers = radio_field(_l("Who may read the minutes"), choices(READERS), default=Readers.STAFF.value)

    def draft(self) -> MinutesDraft:
        """The form as minutes, once it has validated."""
        return MinutesDraft(self.minutes_da.data or "", self.minutes_en.data or "", Readers(self.readers.data))

    @property
    def began(self) -> int:
        """The revision the form was opened with; one that never was where it cannot be read."""
        return read_revision(self.revision.data)


def minutes_form(meeting: Meeting | None) -> MinutesForm:
    """The form with the minutes so far."""
    if meeting is None:
        return MinutesForm(data={"revision": "0", "readers": Readers.STAFF.value})
    return MinutesForm(
        data={
            "revision": str(meeting.revision), "minutes_da": meeting.minutes_da, "minutes_en": meeting.minutes_en,
            "readers": meeting.minutes_readers.value,
        }
    )  # fmt: skip


class DecisionForm(PortalForm):
    """A decision, and who does it."""

    text_da = text_field(_l("Decision in Danish"), 500, area=True)
    text_en = text_field(_l("Decision in English"), 500, area=True)
    is_task = BooleanField(_l("Somebody has to do something before the next meeting"))
    association = choice_field(_l("Who does it"), default="")
    due_on = DayField(_l("By when"))

    def check(self) -> None:
        """Words in one language are enough."""
        if not any(field.data or field.errors for field in (self.text_da, self.text_en)):
            self.text_da.errors = [_("Write what was decided, in Danish or in English.")]

    def draft(self) -> DecisionDraft:
        """The form as a decision, once it has validated."""
        chosen = int(self.association.data) if self.association.data else None
        return DecisionDraft(
            self.text_da.data or "", self.text_en.data or "", bool(self.is_task.data), chosen, self.due_on.data
        )


def decision_form(associations: Sequence[Association], unit: str, decision: Decision | None = None) -> DecisionForm:
    """The form with those who can take a task. `unit` is what the unit itself is called."""
    known = {each.id: each.name for each in associations}
    values: dict[str, Any] = {}
    if decision is not None:
        if decision.association is not None:
            known.setdefault(decision.association.id, decision.association.name)
        values = {name: getattr(decision, name) for name in ("text_da", "text_en", "is_task", "due_on")}
        values["association"] = str(decision.association_id or "")
    form = DecisionForm(data=values)
    form.association.choices = [
        SelectChoice("", unit), *(SelectChoice(str(number), name) for number, name in known.items())
    ]  # fmt: skip
    return form
