"""The forms for plans and goals."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from portal.goals.plan_file import MOST_TARGET
from portal.goals.rules import GoalKind, Unit
from portal.goals.service import GoalFacts
from portal.web.forms import DayField, PortalForm, WholeNumberField, text_field

CHOOSE = _l("Choose one of those in the list.")
UNITS = [
    SelectChoice(Unit.ACTIVITIES.value, _l("Activities held")),
    SelectChoice(Unit.ATTENDANCES.value, _l("Attendances: everybody, at every meeting")),
    SelectChoice(Unit.PEOPLE.value, _l("People: those in a series for the same group only once")),
    SelectChoice(Unit.INSTITUTIONS.value, _l("Institutions: each one once, with an agreed plan and a session held")),
    SelectChoice(Unit.PROFESSIONAL_GROUPS.value, _l("Professional groups: each one once")),
    SelectChoice(Unit.PERCENT.value, _l("Per cent, reported from outside the portal")),
]
KINDS = [
    SelectChoice(GoalKind.GOAL.value, _l("A goal that is set")),
    SelectChoice(GoalKind.EXPECTATION.value, _l("A reach that is expected")),
]


class PlanForm(PortalForm):
    """A plan's names and period."""

    name_da = text_field(_l("Name in Danish"), 160, required=_l("Write the name in Danish."))
    name_en = text_field(_l("Name in English"), 160, required=_l("Write the name in English."))
    starts = DayField(_l("First day"), required=_l("Write the first day."))
    ends = DayField(_l("Last day"), required=_l("Write the last day."))


class GoalForm(PortalForm):
    """What a goal is called and what it counts."""

    name_da = text_field(_l("Name in Danish"), 300, required=_l("Write the name in Danish."))
    name_en = text_field(_l("Name in English"), 300, required=_l("Write the name in English."))
    kind = RadioField(_l("Kind"), [InputRequired(CHOOSE)], choices=KINDS, default=GoalKind.GOAL.value)
    target = WholeNumberField(_l("Target for each year"), 1, MOST_TARGET)
    unit = RadioField(_l("What is counted"), [InputRequired(CHOOSE)], choices=UNITS, default=Unit.ACTIVITIES.value)
    types = SelectMultipleField(_l("Activity types"), coerce=int)
    audiences = SelectMultipleField(_l("Audiences"), coerce=int)

    def facts(self) -> GoalFacts:
        """What was typed, once the form is valid."""
        return GoalFacts(
            self.name_da.data, self.name_en.data, GoalKind(self.kind.data), Unit(self.unit.data),
            self.target.data or 0, tuple(self.types.data or ()), tuple(self.audiences.data or ()),
        )  # fmt: skip


def named_choice(number: int, name: str) -> SelectChoice:
    """A row of the database as a choice."""
    return SelectChoice(str(number), name)


class NewGoalForm(GoalForm):
    """A goal of an area."""

    area = SelectField(_l("Area"), [InputRequired(_l("Choose an area."))], coerce=int)
