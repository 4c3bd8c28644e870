"""The forms of a party: signing up, changing heads; and of the organiser: calling off."""

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import Optional

from portal.activities.models import Activity
from portal.activities.rules import AgeBand, AudienceGroup, RegistrationMode
from portal.registrations.rules import MAX_HEADS
from portal.registrations.service import SignUp
from portal.web.forms import LANGUAGE_NAMES, PortalForm, WholeNumberField, email_field, phone_field, text_field
from portal.web.locale import language

AGE_BANDS = (
    (AgeBand.UNDER_15.value, _l("Under 15")),
    (AgeBand.FROM_15.value, _l("15 to 17")),
    (AgeBand.FROM_18.value, _l("18 to 24")),
    (AgeBand.FROM_25.value, _l("25 or older")),
    (AgeBand.MIXED.value, _l("Mixed ages")),
)
AGE_CHOICES = [SelectChoice(*band) for band in AGE_BANDS]
NO_ADDRESS = _l("Write an e-mail address or a telephone number, so that we can reach you.")


class SignUpForm(PortalForm):
    """One party's sign-up. `for_activity` drops what the activity does not ask for."""

    submission = HiddenField()
    name = text_field(_l("Your name"), 120, render_kw={"autocomplete": "name"})
    group = text_field(_l("School or club, and class or group"), 120)
    association = text_field(_l("Association"), 160, render_kw={"autocomplete": "organization"})
    heads = WholeNumberField(_l("How many are you?"), 1, MAX_HEADS)
    email = email_field(_l("E-mail"))
    phone = phone_field(_l("Telephone"))
    age_band = RadioField(_l("Age"), choices=AGE_CHOICES, validators=[Optional()], default="")
    access_needs = text_field(_l("Do you need something to take part?"), 500, area=True)
    language = SelectField(_l("Language of our mails to you"), choices=LANGUAGE_NAMES)

    @classmethod
    def for_activity(cls, activity: Activity) -> "SignUpForm":
        """The form with the fields, labels and bounds of this activity."""
        form = cls()
        mode, type_ = activity.mode, activity.type
        if not type_.asks_name:
            del form.name
        elif mode is RegistrationMode.ASSOCIATION:
            form.name.label.text = _l("Contact person or role")
        if mode is not RegistrationMode.GROUP:
            del form.group
        if mode is not RegistrationMode.ASSOCIATION:
            del form.association
        else:
            form.heads.label.text = _l("How many representatives?")
        if not type_.asks_age_band:
            del form.age_band
        elif mode is RegistrationMode.PERSON:
            form.age_band.choices = AGE_CHOICES[:-1]  # one person has one age
        if mode is RegistrationMode.GROUP:
            form.heads.label.text = _l("How many come?")
            if activity.audience.group is AudienceGroup.PROFESSIONALS:
                form.group.label.text = _l("Workplace or association")
        most = min(activity.max_heads, activity.capacity or activity.max_heads)
        form.heads.set_bounds(1, most)
        if most == 1:
            del form.heads
        form.asks_contact = type_.asks_name
        if not form.submission.data or not _is_uuid(form.submission.data):
            form.submission.data = str(uuid.uuid4())
        if not form.is_submitted():
            form.language.data = language()
            if form.heads is not None and mode is RegistrationMode.PERSON:
                form.heads.data = 1
        return form

    def check(self) -> None:
        """One way of contact, and the names that this kind of sign-up needs."""
        needed = {"group": _l("Write the name, so that we can tell the groups apart.")}
        needed["association"] = _l("Write the association's name.")
        if "association" not in self._fields:
            needed["name"] = _l("Write your name.")
        for name, message in needed.items():
            field = self._fields.get(name)
            if field is not None and not field.data and not field.errors:
                field.errors = [message]
        if "age_band" in self._fields and not self.age_band.data and not self.age_band.errors:
            self.age_band.errors = [_l("Choose the age that fits best.")]
        contact = self.email.data or self.phone.data
        if self.asks_contact and not contact and not self.email.errors and not self.phone.errors:
            self.email.errors = [NO_ADDRESS]

    def party(self) -> SignUp:
        """What was typed, as the service takes it. Empty texts become None."""

        def typed(name: str) -> str | None:
            field = self._fields.get(name)
            return (field.data or None) if field is not None else None

        age = typed("age_band")
        return SignUp(
            heads=(self.heads.data or 0) if self.heads is not None else 1,
            language=self.language.data,
            submission=self.submission.data,
            name=typed("name"),
            email=typed("email"),
            phone=typed("phone"),
            group_name=typed("group"),
            association_name=typed("association"),
            age_band=AgeBand(age) if age else None,
            access_needs=typed("access_needs"),
        )


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


class HeadsForm(PortalForm):
    """Changing how many come."""

    heads = WholeNumberField(_l("How many are you now?"), 1, MAX_HEADS)


class CallOffForm(PortalForm):
    """Calling an activity off, with a reason in both languages where there is one.

    `scope` is asked only where one sign-up holds for several meetings.
    """

    scope = RadioField(
        _l("What is called off?"),
        choices=[
            SelectChoice("meeting", _l("This meeting only")),
            SelectChoice("course", _l("The rest of the course")),
        ],
        default="meeting",
    )
    reason_da = text_field(_l("Reason, in Danish"), 500, area=True)
    reason_en = text_field(_l("Reason, in English"), 500, area=True)

    def check(self) -> None:
        """A reason in one language at least."""
        if not (self.reason_da.data or self.reason_en.data) and not self.errors:
            self.reason_da.errors = [
                _l("Write a reason in at least one language. Everybody registered gets it by mail.")
            ]


class AddressForm(PortalForm):
    """A party's mailbox as it should have been."""

    email = email_field(_l("E-mail"), required=_l("Write the e-mail address."))
