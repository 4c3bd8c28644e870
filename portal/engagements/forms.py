"""The shape of what staff write about an engagement: about the association, never about persons."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.words import district_choices
from portal.associations.meanwhile import Change, value_words
from portal.associations.models import District
from portal.engagements.models import Assessment, Engagement, EngagementTopic
from portal.engagements.rules import SCALE, Moment
from portal.engagements.service import NextStep
from portal.engagements.session_service import SessionDraft
from portal.engagements.words import ENDS_OF_SCALE
from portal.web.forms import NOT_IN_LIST, ClockField, DayField, PortalForm, choice_field, some_of_field, text_field
from portal.web.locale import date_short, text_of
from portal.web.reading import read_revision

TEXT_MAX = 1000


class NextStepForm(PortalForm):
    """What every form about an engagement asks at its end; `revision` tells what the reader had seen."""

    revision = HiddenField()
    next_step = text_field(_l("Next step"), 200)
    next_step_on = DayField(_l("By which day"))

    def check(self) -> None:
        """A step has a day, and a day a step."""
        if self.next_step.data and not self.next_step_on.data and not self.next_step_on.errors:
            self.next_step_on.errors = [_("Choose the day for it.")]
        if self.next_step_on.data and not self.next_step.data and not self.next_step.errors:
            self.next_step.errors = [_("Write what is to happen by then.")]

    @property
    def seen(self) -> int:
        """The revision that the reader had seen; -1 for what makes no sense."""
        return read_revision(self.revision.data)

    def step(self) -> NextStep:
        """The next step, once the form has validated."""
        return NextStep(self.next_step.data or "", self.next_step_on.data)


def responsible_field() -> Any:
    """Who is responsible, one of the staff."""
    return choice_field(_l("Responsible"), default="")


def _people(field: Field, staff: Sequence[User], also: User | None = None) -> None:
    people = {user.id: user for user in staff}
    if also is not None:
        people.setdefault(also.id, also)
    field.choices = [SelectChoice("", _("Nobody yet")), *(SelectChoice(str(u.id), u.name) for u in people.values())]


class StartForm(NextStepForm):
    """A new engagement: with whom, since when, and who is responsible."""

    association = text_field(_l("Association or institution"), 160, required=_l("Write the association’s name."))
    make_new = BooleanField(_l("Make a new association with this name"))
    started_on = DayField(_l("Began on"), required=_l("Choose the day."))
    responsible = responsible_field()


class BasicsForm(NextStepForm):
    """When it began and who is responsible."""

    started_on = DayField(_l("Began on"), required=_l("Choose the day."))
    responsible = responsible_field()


class NeedsTalkForm(NextStepForm):
    """The talk about what the association needs."""

    needs_talk_on = DayField(_l("Day of the talk"))
    needs = text_field(_l("What the association needs"), TEXT_MAX, area=True)


class PlanForm(NextStepForm):
    """The agreed plan; its goals are fields of their own, see `plan_form`."""

    plan_agreed_on = DayField(_l("Agreed on"))
    plan = text_field(_l("What was agreed"), TEXT_MAX, area=True)
    topics: Sequence[EngagementTopic] = ()

    def goals(self) -> dict[int, str]:
        """The chosen topics with the board's words; words without a tick are a choice too."""
        found = {}
        for topic in self.topics:
            words = self[f"words_{topic.id}"].data or ""
            if self[f"goal_{topic.id}"].data or words:
                found[topic.id] = words
        return found

    def rows(self) -> list[tuple[Field, Field]]:
        """Each topic's tick and words, for the page."""
        return [(self[f"goal_{topic.id}"], self[f"words_{topic.id}"]) for topic in self.topics]


class FollowUpForm(NextStepForm):
    """What came of it half a year later."""

    follow_up_on = DayField(_l("To follow up on"))
    followed_up_on = DayField(_l("Followed up on"))
    follow_up = text_field(_l("What was found"), TEXT_MAX, area=True)
    reached = some_of_field(_l("Goals that were reached"))


class SessionForm(PortalForm):
    """A session's day, time and place."""

    title_da = text_field(_l("Title in Danish"), 160)
    title_en = text_field(_l("Title in English"), 160)
    day = DayField(_l("Day"), required=_l("Choose the day."))
    starts = ClockField(_l("Starts"), required=_l("Write when it starts."))
    ends = ClockField(_l("Ends"), required=_l("Write when it ends."))
    venue = text_field(_l("Place"), 160)
    address = text_field(_l("Address"), 200)
    district = choice_field(_l("District"), default="")

    def check(self) -> None:
        """A title in one language is enough; it ends after it starts."""
        titles = (self.title_da, self.title_en)
        if not any(title.data or title.errors for title in titles):
            self.title_da.errors = [_("Write a title, in Danish or in English.")]
        if self.starts.data and self.ends.data and self.ends.data <= self.starts.data:
            self.ends.errors = [_("It must end after it starts, on the same day.")]

    def draft(self) -> SessionDraft:
        """The form as a draft, once it has validated."""
        return SessionDraft(
            title_da=self.title_da.data or "",
            title_en=self.title_en.data or "",
            starts_at=clock.at_local(self.day.data, self.starts.data),
            ends_at=clock.at_local(self.day.data, self.ends.data),
            venue=self.venue.data or "",
            address=self.address.data or "",
            district_id=int(self.district.data) if self.district.data else None,
        )

    def offer_districts(self, districts: Sequence[District]) -> None:
        """Puts the list into its field."""
        self.district.choices = district_choices(districts, _("No district"))


class LinkForm(PortalForm):
    """An activity that stands already, to become a session."""

    activity = choice_field(_l("Activity"), [InputRequired(NOT_IN_LIST)])

    def offer(self, activities: Iterable[Activity]) -> None:
        """Puts the list into its field."""
        self.activity.choices = [
            SelectChoice(str(a.id), f"{date_short(a.starts_at)}: {text_of(a, 'title').text or text_of(a.type, 'name')}")
            for a in activities
        ]


class AssessmentForm(PortalForm):
    """A board's own assessment; its statements are fields of their own, see `assessment_form`."""

    revision = HiddenField()
    made_on = DayField(_l("Day"), required=_l("Choose the day."))
    topics: Sequence[EngagementTopic] = ()

    @property
    def seen(self) -> int:
        """The revision that the reader had seen; -1 for what makes no sense."""
        return read_revision(self.revision.data)

    def levels(self) -> dict[int, int]:
        """The chosen levels by topic."""
        return {t.id: int(self[f"level_{t.id}"].data) for t in self.topics if self[f"level_{t.id}"].data}

    def rows(self) -> list[Field]:
        """Each statement's field, for the page."""
        return [self[f"level_{topic.id}"] for topic in self.topics]


def _typed(engagement: Engagement) -> dict[str, Any]:
    names = (
        "started_on", "needs_talk_on", "needs", "plan_agreed_on", "plan", "follow_up_on", "followed_up_on",
        "follow_up", "next_step", "next_step_on",
    )  # fmt: skip
    return {
        **{name: getattr(engagement, name) for name in names},
        "revision": str(engagement.revision),
        "responsible": str(engagement.responsible_id or ""),
        "reached": [str(goal.id) for goal in engagement.goals if goal.reached],
        **{f"goal_{goal.topic_id}": True for goal in engagement.goals},
        **{f"words_{goal.topic_id}": goal.words for goal in engagement.goals},
    }


def start_form(staff: Sequence[User], values: dict[str, Any]) -> StartForm:
    """The form for a new engagement."""
    form = StartForm(data=values)
    _people(form.responsible, staff)
    return form


def basics_form(engagement: Engagement, staff: Sequence[User], **more: Any) -> BasicsForm:
    """The form with the engagement's values; `formdata=None` leaves out what was typed."""
    form = BasicsForm(data=_typed(engagement), **more)
    _people(form.responsible, staff, engagement.responsible)
    return form


def needs_talk_form(engagement: Engagement, **more: Any) -> NeedsTalkForm:
    """As `basics_form`."""
    return NeedsTalkForm(data=_typed(engagement), **more)


def plan_form(engagement: Engagement, topics: Sequence[EngagementTopic], **more: Any) -> PlanForm:
    """As `basics_form`, with a tick and a line of words for each topic."""
    fields: dict[str, Any] = {"topics": topics}
    for topic in topics:
        name = text_of(topic, "name").text
        fields[f"goal_{topic.id}"] = BooleanField(name)
        fields[f"words_{topic.id}"] = text_field(_("In the board’s own words: %(topic)s", topic=name), 200)
    made: PlanForm = type("PlanFormOfTopics", (PlanForm,), fields)(data=_typed(engagement), **more)
    return made


def follow_up_form(engagement: Engagement, **more: Any) -> FollowUpForm:
    """As `basics_form`, with the plan's goals to tick."""
    form = FollowUpForm(data=_typed(engagement), **more)
    form.reached.choices = [SelectChoice(str(g.id), text_of(g.topic, "name").text) for g in engagement.goals]
    return form


def assessment_form(
    engagement: Engagement, made: Assessment | None, topics: Sequence[EngagementTopic], **more: Any
) -> AssessmentForm:
    """The statements with the levels of `made`, or none; today is the day of a new one."""
    scale = [SelectChoice("", _("Not assessed")), *(SelectChoice(str(level), _step(level)) for level in SCALE)]
    fields: dict[str, Any] = {"topics": topics}
    for topic in topics:
        said = text_of(topic, "statement").text
        fields[f"level_{topic.id}"] = RadioField(said, choices=scale, default="", invalid_choice_message=NOT_IN_LIST)
    values = {
        "revision": str(engagement.revision),
        "made_on": made.made_on if made else clock.today(),
        **{f"level_{rating.topic_id}": str(rating.level) for rating in (made.ratings if made else [])},
    }
    form: AssessmentForm = type("AssessmentFormOfTopics", (AssessmentForm,), fields)(data=values, **more)
    return form


def _step(level: int) -> str:
    """A step of the scale, with words at its ends."""
    words = ENDS_OF_SCALE.get(level)
    return f"{level} ({words})" if words else str(level)


def assessment_of(engagement: Engagement, moment: Moment) -> Assessment | None:
    """What the board said before or after, None where it has not been asked."""
    return next((each for each in engagement.assessments if each.moment is moment), None)


def differences(form: PortalForm, theirs: PortalForm) -> list[Change]:
    """The fields where what is stored now is not what was typed; the form keeps what was typed."""
    found = []
    for field in form:
        if field.name in {"csrf_token", "revision"}:
            continue
        stored, typed = value_words(theirs[field.name], theirs[field.name].data), value_words(field, field.data)
        if stored != typed:
            found.append(Change(str(field.label.text), stored, typed, taken=False))
    return found
