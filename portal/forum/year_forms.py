"""The shape of a year's plan for the forum."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, ValidationError

from portal import clock
from portal.activities.models import Activity, ActivityType
from portal.activities.queries import districts
from portal.activities.service import ActivityDraft
from portal.activities.words import district_choices
from portal.errors import RuleError
from portal.forum.rules import MOST_MEETINGS
from portal.forum.standard_agendas import standard_agendas
from portal.forum.words import fault_text, put_beside_field
from portal.forum.year import YearPlan
from portal.web.forms import ClockField, DayField, PortalForm, WholeNumberField, choice_field, text_field
from portal.web.locale import text_of

DAYS = [f"day_{number}" for number in range(1, MOST_MEETINGS + 1)]


class YearForm(PortalForm):
    """What the year's meetings have in common, and their days."""

    title_da = text_field(_l("Title in Danish"), 160)
    title_en = text_field(_l("Title in English"), 160)
    description_da = text_field(_l("Description in Danish"), 4000, area=True)
    description_en = text_field(_l("Description in English"), 4000, area=True)
    starts = ClockField(_l("Starts"), required=_l("Write when it starts."))
    ends = ClockField(_l("Ends"), required=_l("Write when it ends."))
    venue = text_field(_l("Place"), 160)
    address = text_field(_l("Address"), 200)
    district = choice_field(_l("District"), default="")
    capacity = WholeNumberField(_l("Places, in people"), 1, 5000, required=False)
    max_heads = WholeNumberField(_l("Most people from one association"), 1, 500)
    day_1 = DayField(_l("Meeting 1"))
    day_2 = DayField(_l("Meeting 2"))
    day_3 = DayField(_l("Meeting 3"))
    day_4 = DayField(_l("Meeting 4"))
    day_5 = DayField(_l("Meeting 5"))
    day_6 = DayField(_l("Meeting 6"))
    day_7 = DayField(_l("Meeting 7"))
    day_8 = DayField(_l("Meeting 8"))
    day_9 = DayField(_l("Meeting 9"))
    day_10 = DayField(_l("Meeting 10"))
    start_from = choice_field(_l("Agenda to start from"), default="")
    publish = BooleanField(_l("Publish all of them at once"))

    def check(self) -> None:
        """A title in one language is enough, and one day."""
        if not any(field.data or field.errors for field in (self.title_da, self.title_en)):
            self.title_da.errors = [_("Write a title, in Danish or in English.")]
        if not any(self[name].data or self[name].errors for name in DAYS):
            self.day_1.errors = [_("Choose at least one day.")]

    def validate_ends(self, field: Field) -> None:
        """A meeting ends after it starts, the same day."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_l("It must end after it starts, on the same day."))

    def validate_max_heads(self, field: Field) -> None:
        """One association cannot bring more than there are places."""
        if self.capacity.data and field.data and field.data > self.capacity.data:
            raise ValidationError(_l("There are not that many places."))

    @property
    def days(self) -> list[date]:
        """The days that were written, in the fields' order."""
        return [self[name].data for name in DAYS if self[name].data]

    def plan(self, kind: ActivityType, contact_id: int) -> YearPlan:
        """The form as a plan, once it has validated."""
        first = min(self.days)
        draft = ActivityDraft(
            type_id=kind.id,
            audience_id=kind.audience_id or 0,
            starts_at=clock.at_local(first, self.starts.data),
            ends_at=clock.at_local(first, self.ends.data),
            mode=kind.mode,
            visibility=kind.visibility,
            title_da=self.title_da.data or "",
            title_en=self.title_en.data or "",
            description_da=self.description_da.data or "",
            description_en=self.description_en.data or "",
            venue=self.venue.data or "",
            address=self.address.data or "",
            district_id=int(self.district.data) if self.district.data else None,
            capacity=self.capacity.data,
            max_heads=self.max_heads.data or 1,
            contact_id=contact_id,
        )
        return YearPlan(draft, self.days, self.start_from.data or "", bool(self.publish.data))

    def refuse(self, fault: RuleError) -> None:
        """Puts a refusal beside its field; that of a day beside the last field with that day."""
        if fault.field != "days":
            put_beside_field(self, fault)
            return
        day = fault.facts.get("day")
        name = next((name for name in reversed(DAYS) if day is not None and self[name].data == day), DAYS[0])
        self[name].errors = [*self[name].errors, fault_text(fault)]


def year_form(kind: ActivityType, latest: Activity | None, days: Sequence[date]) -> YearForm:
    """The form as a new year starts: like the latest meeting, else like the type, on the suggested days."""
    starts = time(17)
    ends = (datetime.combine(date.min, starts) + timedelta(minutes=kind.minutes)).time()
    values: dict[str, Any] = {
        "title_da": kind.name_da, "title_en": kind.name_en, "capacity": kind.capacity, "max_heads": kind.max_heads,
        "starts": starts, "ends": ends if ends > starts else time(23, 59),
    }  # fmt: skip
    if latest is not None:
        begins, over = clock.local(latest.starts_at), clock.local(latest.ends_at)
        values |= {"venue": latest.venue, "address": latest.address, "district": str(latest.district_id or "")}
        if over.date() == begins.date():
            values |= {"starts": begins.time(), "ends": over.time()}
    values |= dict(zip(DAYS, days, strict=False))
    form = YearForm(data=values)
    form.district.choices = district_choices(districts(), _("No district"))
    form.start_from.choices = [
        SelectChoice("", _("No agenda yet")),
        *(SelectChoice(each.key, text_of(each, "name").text) for each in standard_agendas().values()),
    ]
    return form
