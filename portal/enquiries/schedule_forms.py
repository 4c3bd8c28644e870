"""The form by which an enquiry becomes an activity."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, ValidationError
from wtforms.validators import InputRequired

from portal import clock
from portal.accounts import queries as accounts
from portal.activities import queries as activities
from portal.activities.models import ActivityType
from portal.activities.rules import RegistrationMode, Visibility
from portal.activities.service import ActivityDraft
from portal.activities.words import district_choices
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import SUGGESTED_TYPES
from portal.registrations.rules import MAX_HEADS
from portal.web.forms import ClockField, DayField, PortalForm, WholeNumberField, choice_field, some_of_field, text_field
from portal.web.locale import text_of
from portal.web.reading import read_number


class ScheduleForm(PortalForm):
    """When and where it is, for an enquiry's group."""

    seen = HiddenField()
    type = choice_field(_l("Type"), [InputRequired(_l("Choose a type."))])
    title_da = text_field(_l("Title in Danish"), 160)
    title_en = text_field(_l("Title in English"), 160)
    day = DayField(_l("Day"), required=_l("Choose the day."))
    starts = ClockField(_l("Starts"), required=_l("Write when it starts."))
    ends = ClockField(_l("Ends"), required=_l("Write when it ends."))
    venue = text_field(_l("Place"), 160)
    address = text_field(_l("Address"), 200)
    district = choice_field(_l("District"), default="")
    audience = choice_field(_l("Mainly for"), default="")
    heads = WholeNumberField(_l("How many"), 1, MAX_HEADS)
    facilitators = some_of_field(_l("Facilitators"))

    @classmethod
    def for_enquiry(cls, enquiry: Enquiry) -> "ScheduleForm":
        """The form with its lists and what the enquiry tells already."""
        types = {kind.id: kind for kind in activities.activity_types()}
        key = SUGGESTED_TYPES.get(enquiry.wish)
        suggested = next((kind for kind in types.values() if kind.key == key), None)
        form = cls(data=_typed(enquiry, suggested))
        form.types = types
        kinds = [SelectChoice(str(kind.id), text_of(kind, "name").text) for kind in types.values()]
        form.type.choices = kinds if form.type.data else [SelectChoice("", _("Choose")), *kinds]
        form.district.choices = district_choices(activities.districts(), _("No district"))
        form.audience.choices = [
            SelectChoice("", _("As the type usually is")),
            *(SelectChoice(str(each.id), text_of(each, "name").text) for each in activities.audiences()),
        ]
        form.facilitators.choices = [SelectChoice(str(user.id), user.name) for user in accounts.facilitators()]
        return form

    def validate_ends(self, field: Any) -> None:
        """It ends after it starts, the same day."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("It must end after it starts, on the same day."))

    def check(self) -> None:
        """A type that is for nobody in particular needs to be told for whom."""
        kind = self._kind()
        if kind is not None and not (self.audience.data or kind.audience_id or self.audience.errors):
            self.audience.errors = [_("Choose whom it is mostly for.")]

    def _kind(self) -> ActivityType | None:
        types: dict[int, ActivityType] = self.types
        return types.get(read_number(self.type.data) or 0)

    def _title(self, lang: str) -> str:
        """As typed; a type's own name, left there from before the type was changed, is the chosen type's."""
        typed = self[f"title_{lang}"].data or ""
        names = {getattr(kind, f"name_{lang}") for kind in self.types.values()}
        return typed if typed and typed not in names else getattr(self._kind(), f"name_{lang}")

    def draft(self, enquiry: Enquiry, contact_id: int) -> ActivityDraft:
        """The activity as typed, once the form has validated; how people sign up is the service's to say."""
        kind = self._kind()
        assert kind is not None  # noqa: S101 - the form has validated
        return ActivityDraft(
            type_id=kind.id,
            audience_id=int(self.audience.data or kind.audience_id or 0),
            starts_at=clock.at_local(self.day.data, self.starts.data),
            ends_at=clock.at_local(self.day.data, self.ends.data),
            mode=RegistrationMode.ARRANGED,
            visibility=Visibility.UNLISTED,
            title_da=self._title("da"),
            title_en=self._title("en"),
            venue=self.venue.data or "",
            address=self.address.data or "",
            district_id=int(self.district.data) if self.district.data else None,
            languages=enquiry.spoken,
            contact_id=contact_id,
            facilitator_ids=tuple(map(int, self.facilitators.data or ())),
        )


def _typed(enquiry: Enquiry, kind: ActivityType | None) -> dict[str, Any]:
    """What the schedule form starts from."""
    starts = time(10)
    minutes = timedelta(minutes=kind.minutes if kind else 120)
    return {
        "seen": enquiry.seen_mark,
        "type": str(kind.id) if kind else "",
        "title_da": kind.name_da if kind else "",
        "title_en": kind.name_en if kind else "",
        "starts": starts,
        "ends": (datetime.combine(date.min, starts) + minutes).time(),
        "venue": (enquiry.organisation or "")[:160],
        "district": str(enquiry.district_id or ""),
        "heads": enquiry.heads,
    }
