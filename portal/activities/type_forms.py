"""The shape of an activity type and of an audience."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice

from portal.activities import queries
from portal.activities.models import ActivityType, Audience
from portal.activities.rules import (
    LEAST_REMINDER_HOURS,
    MOST_REMINDER_HOURS,
    AudienceGroup,
    RegistrationMode,
    Visibility,
)
from portal.activities.type_service import AudienceDraft, TypeDraft
from portal.activities.words import GROUPS, MODES, VISIBILITIES, choices
from portal.web.forms import PortalForm, WholeNumberField, choice_field, text_field
from portal.web.locale import text_of

OTHER_NAMES = _l("Other names, one a line")


class NamesForm(PortalForm):
    """What types and audiences share."""

    name_da = text_field(_l("Name in Danish"), 80, required=_l("Write the name in Danish."))
    name_en = text_field(_l("Name in English"), 80, required=_l("Write the name in English."))
    other_names = text_field(OTHER_NAMES, 500, area=True)
    active = BooleanField(_l("In use"), default=True)


class TypeForm(NamesForm):
    """An activity type, and what a new activity of it starts from."""

    audience = choice_field(_l("Mainly for"), default="")
    mode = choice_field(_l("How people sign up"), choices=choices(MODES))
    visibility = choice_field(_l("Who can find it"), choices=choices(VISIBILITIES))
    minutes = WholeNumberField(_l("Length in minutes"), 15, 720, default=120)
    capacity = WholeNumberField(_l("Places, in people"), 1, 5000, required=False)
    max_heads = WholeNumberField(_l("Most people in one sign-up"), 1, 500, default=1)
    retention_days = WholeNumberField(_l("Days until names and addresses are erased"), 0, 365, default=30)
    asks_name = BooleanField(_l("Ask for a name"), default=True)
    asks_age_band = BooleanField(_l("Ask for an age group"))
    neutral_mail = BooleanField(_l("Keep the title out of mail subjects and calendars"))
    reminder_hours = WholeNumberField(
        _l("Hours before a meeting when people are reminded"), 0, MOST_REMINDER_HOURS, required=False
    )
    thanks = BooleanField(_l("Thank those who came, with how many they were"), default=True)

    def check(self) -> None:
        """In the last two hours nobody is reminded, so that a reminder comes earlier or not at all."""
        if 0 < (self.reminder_hours.data or 0) < LEAST_REMINDER_HOURS:
            fault = _("Write at least %(hours)s hours, or leave it empty for no reminder.", hours=LEAST_REMINDER_HOURS)
            self.reminder_hours.errors = [*self.reminder_hours.errors, fault]

    def draft(self) -> TypeDraft:
        """The form as a draft, once it has validated."""
        return TypeDraft(
            name_da=self.name_da.data,
            name_en=self.name_en.data,
            other_names=_lines(self.other_names.data),
            mode=RegistrationMode(self.mode.data),
            visibility=Visibility(self.visibility.data),
            minutes=self.minutes.data or 0,
            capacity=self.capacity.data,
            max_heads=self.max_heads.data or 1,
            asks_name=bool(self.asks_name.data),
            asks_age_band=bool(self.asks_age_band.data),
            neutral_mail=bool(self.neutral_mail.data),
            retention_days=self.retention_days.data or 0,
            reminder_hours=self.reminder_hours.data or None,
            thanks=bool(self.thanks.data),
            audience_id=int(self.audience.data) if self.audience.data else None,
            active=bool(self.active.data),
        )


class AudienceForm(NamesForm):
    """An audience. A professional group is counted as a group of its own by the goals."""

    group = choice_field(_l("Counted among"), choices=choices(GROUPS))
    professional_group = BooleanField(_l("A professional group of its own"))

    def draft(self) -> AudienceDraft:
        """The form as a draft, once it has validated."""
        return AudienceDraft(
            name_da=self.name_da.data,
            name_en=self.name_en.data,
            other_names=_lines(self.other_names.data),
            group=AudienceGroup(self.group.data),
            professional_group=bool(self.professional_group.data),
            active=bool(self.active.data),
        )


def _lines(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").splitlines() if line.strip())


def type_form(kind: ActivityType | None) -> TypeForm:
    """The form of a type, or of a new one."""
    fields = ("name_da", "name_en", "other_names", "active", "mode", "visibility", "minutes", "capacity", "max_heads",
              "retention_days", "asks_name", "asks_age_band", "neutral_mail", "reminder_hours", "thanks")  # fmt: skip
    values: dict[str, Any] = {name: getattr(kind, name) for name in fields} if kind else {"reminder_hours": 48}
    if kind:
        values["audience"] = str(kind.audience_id or "")
    form = TypeForm(data=values)
    names = [SelectChoice(str(a.id), text_of(a, "name").text) for a in queries.audiences(active_only=False)]
    form.audience.choices = [SelectChoice("", _("None")), *names]
    return form


def audience_form(audience: Audience | None) -> AudienceForm:
    """The form of an audience, or of a new one."""
    return AudienceForm(obj=audience)
