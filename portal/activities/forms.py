"""The shape of what staff write about an activity. Times are on Copenhagen's clock."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, ValidationError
from wtforms.validators import InputRequired

from portal import clock
from portal.accounts import queries as accounts
from portal.activities import queries
from portal.activities.models import Activity, ActivityType
from portal.activities.rules import SERIES_MAX, SIGN_UP_MODES, SPOKEN, Provision, RegistrationMode, Visibility
from portal.activities.service import ActivityDraft, draft_of
from portal.activities.words import MODES, PROVISIONS, VISIBILITIES, choices, district_choices, language_name
from portal.web.forms import (
    ClockField,
    DayField,
    PortalForm,
    WholeNumberField,
    choice_field,
    parse_date,
    radio_field,
    some_of_field,
    text_field,
)
from portal.web.locale import danish_order, number, text_of

DESCRIPTION_MAX = 4000


class ActivityForm(PortalForm):
    """Everything about an activity, both languages side by side."""

    type = choice_field(_l("Type"), [InputRequired(_l("Choose a type."))])
    title_da = text_field(_l("Title in Danish"), 160)
    title_en = text_field(_l("Title in English"), 160)
    description_da = text_field(_l("Description in Danish"), DESCRIPTION_MAX, area=True)
    description_en = text_field(_l("Description in English"), DESCRIPTION_MAX, area=True)
    day = DayField(_l("Day"), required=_l("Choose the day."))
    starts = ClockField(_l("Starts"), required=_l("Write when it starts."))
    ends = ClockField(_l("Ends"), required=_l("Write when it ends."))
    venue = text_field(_l("Place"), 160)
    address = text_field(_l("Address"), 200)
    district = choice_field(_l("District"), default="")
    wheelchair = choice_field(_l("Wheelchair access"), choices=choices(PROVISIONS), default=Provision.ASK.value)
    hearing_loop = choice_field(_l("Hearing loop"), choices=choices(PROVISIONS), default=Provision.ASK.value)
    interpreter = choice_field(_l("Interpreter"), choices=choices(PROVISIONS), default=Provision.ASK.value)
    languages = some_of_field(_l("Languages spoken"), [InputRequired(_l("Choose at least one language."))])
    audience = choice_field(_l("Mainly for"), [InputRequired(_l("Choose whom it is mostly for."))])
    other_audiences = some_of_field(_l("Also for"))
    mode = radio_field(_l("How people sign up"), choices(MODES), _l("Choose how people sign up."))
    capacity = WholeNumberField(_l("Places, in people"), 1, 5000, required=False)
    max_heads = WholeNumberField(_l("Most people in one sign-up"), 1, 500)
    deadline_day = DayField(_l("Last day to sign up"))
    deadline_time = ClockField(_l("Sign-up closes at"))
    visibility = radio_field(_l("Who can find it"), choices(VISIBILITIES), _l("Choose who can find it."))
    partner = text_field(_l("Partner"), 160)
    contact = choice_field(_l("Whom to ask"), default="")
    facilitators = some_of_field(_l("Facilitators"))

    def check(self) -> None:
        """A title in one language is enough; a time to sign up by has a day."""
        titles = (self.title_da, self.title_en)
        if not any(title.data or title.errors for title in titles):
            self.title_da.errors = [_("Write a title, in Danish or in English.")]
        if self.deadline_time.data and not _answered(self.deadline_day):
            self.deadline_day.errors = [_("Choose the day too, or leave the time empty.")]

    def validate_max_heads(self, field: Field) -> None:
        """One party cannot be more than there are places."""
        places = self.capacity.data
        if self.mode.data in SIGN_UP_MODES and places and field.data and field.data > places:
            raise ValidationError(_("There are not that many places: write at most %(places)s.", places=number(places)))

    def validate_ends(self, field: Field) -> None:
        """An activity ends after it starts, the same day."""
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_l("It must end after it starts, on the same day."))

    def validate_deadline_day(self, field: Field) -> None:
        """Signing up closes by the start."""
        begins = self._starts_at()
        if begins and self.deadline() and self.deadline() > begins:  # type: ignore[operator]
            raise ValidationError(_l("Sign-up must close before the activity starts."))

    def _starts_at(self) -> datetime | None:
        if self.day.data and self.starts.data:
            return clock.at_local(self.day.data, self.starts.data)
        return None

    def deadline(self) -> datetime | None:
        """When signing up closes; a day without a time means until it ends, or until the start on the day itself."""
        if self.deadline_day.data is None:
            return None
        begins = self._starts_at()
        if self.deadline_time.data:
            return clock.at_local(self.deadline_day.data, self.deadline_time.data)
        last = clock.at_local(self.deadline_day.data, time(23, 59))
        return begins if begins and self.deadline_day.data == self.day.data else last

    def draft(self) -> ActivityDraft:
        """The form as a draft, once it has validated."""

        def chosen(field: Field) -> int | None:
            return int(field.data) if field.data else None

        return ActivityDraft(
            type_id=int(self.type.data),
            audience_id=int(self.audience.data),
            other_audience_ids=tuple(map(int, self.other_audiences.data or ())),
            starts_at=clock.at_local(self.day.data, self.starts.data),
            ends_at=clock.at_local(self.day.data, self.ends.data),
            deadline=self.deadline(),
            mode=RegistrationMode(self.mode.data),
            visibility=Visibility(self.visibility.data),
            title_da=self.title_da.data or "",
            title_en=self.title_en.data or "",
            description_da=self.description_da.data or "",
            description_en=self.description_en.data or "",
            venue=self.venue.data or "",
            address=self.address.data or "",
            district_id=chosen(self.district),
            wheelchair=Provision(self.wheelchair.data),
            hearing_loop=Provision(self.hearing_loop.data),
            interpreter=Provision(self.interpreter.data),
            languages=",".join(self.languages.data or ()),
            capacity=self.capacity.data,
            max_heads=self.max_heads.data or 1,
            partner=self.partner.data or "",
            contact_id=chosen(self.contact),
            facilitator_ids=tuple(map(int, self.facilitators.data or ())),
        )


def _numbers(ids: Iterable[int]) -> list[str]:
    return [str(each) for each in ids]


def typed_like(draft: ActivityDraft) -> dict[str, Any]:
    """The draft as the form's values."""
    starts, ends = clock.local(draft.starts_at), clock.local(draft.ends_at)
    deadline = clock.local(draft.deadline) if draft.deadline else None
    plain = (
        "title_da", "title_en", "description_da", "description_en", "venue", "address", "wheelchair", "hearing_loop",
        "interpreter", "mode", "visibility", "capacity", "max_heads", "partner",
    )  # fmt: skip
    return {
        **{name: getattr(draft, name) for name in plain},
        "type": str(draft.type_id),
        "audience": str(draft.audience_id),
        "other_audiences": _numbers(draft.other_audience_ids),
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "district": str(draft.district_id or ""),
        "languages": [code for code in draft.languages.split(",") if code],
        "deadline_day": deadline.date() if deadline else None,
        "deadline_time": deadline.time() if deadline else None,
        "contact": str(draft.contact_id or ""),
        "facilitators": _numbers(draft.facilitator_ids),
    }


def typed_for(kind: ActivityType, contact_id: int | None) -> dict[str, Any]:
    """What a new activity of the type starts from; the day is still to be chosen."""
    starts = time(17)
    ends = (datetime.combine(date.min, starts) + timedelta(minutes=kind.minutes)).time()
    return {
        "type": str(kind.id),
        "audience": str(kind.audience_id or ""),
        "starts": starts,
        "ends": ends if ends > starts else time(23, 59),
        "mode": kind.mode.value,
        "visibility": kind.visibility.value,
        "capacity": kind.capacity,
        "max_heads": kind.max_heads,
        "languages": ["da"],
        "contact": str(contact_id or ""),
    }


def activity_form(values: dict[str, Any] | None = None, activity: Activity | None = None) -> ActivityForm:
    """The form with its lists. What `activity` has stays a choice, even where it is no longer active."""
    form = ActivityForm(data=values or {"languages": ["da"], "max_heads": 1})
    types = {t.id: t for t in queries.activity_types()}
    everyone = {a.id: a for a in queries.audiences()}
    contacts = {u.id: u for u in accounts.staff_members()}
    people = {u.id: u for u in accounts.facilitators()}
    if activity is not None:
        types.setdefault(activity.type_id, activity.type)
        everyone.update({a.id: a for a in activity.audiences if a.id not in everyone})
        people.update({u.id: u for u in activity.facilitators if u.id not in people})
        if activity.contact is not None:
            contacts.setdefault(activity.contact.id, activity.contact)
    unchosen = [SelectChoice("", _("Choose"))]
    kinds = [SelectChoice(str(t.id), text_of(t, "name").text) for t in types.values()]
    form.type.choices = kinds if form.type.data else [*unchosen, *kinds]
    names = [SelectChoice(str(a.id), text_of(a, "name").text) for a in everyone.values()]
    form.audience.choices = names if form.audience.data else [*unchosen, *names]
    form.other_audiences.choices = names
    form.district.choices = district_choices(queries.districts(), _("No district"))
    form.contact.choices = [
        SelectChoice("", _("The unit’s mailbox")),
        *(SelectChoice(str(u.id), u.name) for u in contacts.values()),
    ]
    form.facilitators.choices = [SelectChoice(str(u.id), u.name) for u in people.values()]
    rest = sorted(SPOKEN[2:], key=lambda code: danish_order(language_name(code)))
    form.languages.choices = [SelectChoice(code, language_name(code)) for code in (*SPOKEN[:2], *rest)]
    return form


def copied(activity: Activity) -> dict[str, Any]:
    """A new activity like this one; the day is still to be chosen."""
    values = typed_like(replace(draft_of(activity), deadline=None))
    values["day"] = None
    return values


class SeriesForm(PortalForm):
    """Further meetings: every so many weeks, or on given days."""

    how = radio_field(
        _l("When are the further meetings?"),
        [
            SelectChoice("weeks", _l("With the same number of weeks between")),
            SelectChoice("dates", _l("On these days")),
        ],
        default="weeks",
    )
    times = WholeNumberField(_l("Number of further meetings"), 1, SERIES_MAX, required=False)
    weeks = WholeNumberField(_l("Weeks between"), 1, 12, required=False, default=1)
    dates = text_field(_l("Days"), 1000, area=True)
    same_group = BooleanField(_l("The same group every time: one sign-up holds for all meetings"))

    def check(self) -> None:
        """What is needed depends on how the meetings come."""
        if self.how.data == "weeks":
            if not _answered(self.times):
                self.times.errors = [_("Write how many further meetings there are.")]
            if not _answered(self.weeks):
                self.weeks.errors = [_("Write how many weeks there are between the meetings.")]
        elif self.how.data == "dates" and not (_words(self.dates.data) or self.dates.errors):
            self.dates.errors = [_("Write at least one day.")]

    def validate_dates(self, field: Field) -> None:
        """Each line is a day."""
        if self.how.data != "dates":
            return
        for word in _words(field.data):
            found = parse_date(word)
            if found is None or not 2000 <= found.year <= 2100:
                raise ValidationError(
                    _("“%(word)s” is not a date that exists. Write one such as 8.11.2026.", word=word[:40])
                )

    def days(self, first: date) -> Sequence[date]:
        """The further meetings' days, once the form has validated."""
        if self.how.data == "dates":
            return [day for word in _words(self.dates.data) if (day := parse_date(word))]
        step = timedelta(weeks=self.weeks.data or 1)
        return [first + step * number for number in range(1, (self.times.data or 0) + 1)]


def _answered(field: Field) -> bool:
    """Whether something is written there, and be it something wrong that is told already."""
    return bool(field.data or field.errors)


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text or "") if word]
