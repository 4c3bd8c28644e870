"""The forms of an enquiry: asking, writing, and staff's answers."""

import re
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, SelectField

from portal.activities import queries as activities
from portal.activities.rules import SPOKEN, AgeBand
from portal.activities.words import choices, district_choices, language_name
from portal.associations.models import Contact
from portal.enquiries.rules import TELLS_HEADS, Wish
from portal.enquiries.service import Asked
from portal.enquiries.words import WISHES
from portal.registrations.forms import AGE_BANDS
from portal.registrations.rules import MAX_HEADS
from portal.web.forms import (
    LANGUAGE_NAMES,
    PortalForm,
    WholeNumberField,
    choice_field,
    email_field,
    phone_field,
    radio_field,
    some_of_field,
    text_field,
)
from portal.web.locale import danish_order, language

WORDS_MAX = 2000
PAGE_LANGUAGES = ("da", "en")


class RoughNumberField(WholeNumberField):
    """A number where an estimate is asked for: “ca. 25” is 25."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """WTForms' question: what was typed."""
        super().process_formdata(
            [re.sub(r"^\s*(ca\.?|cirka|omkring|about|around|~)\s*", "", v, flags=re.I) for v in valuelist]
        )


class EnquiryForm(PortalForm):
    """What somebody asks for, on one page."""

    submission = HiddenField()
    wish = radio_field(_l("What would you like?"), choices(WISHES), _l("Choose what you would like."))
    organisation = text_field(
        _l("School, club, association or workplace"), 160, render_kw={"autocomplete": "organization"}
    )
    group = text_field(_l("Class, group or board"), 120)
    heads = RoughNumberField(_l("How many are you, roughly?"), 1, MAX_HEADS, required=False)
    age_band = choice_field(_l("Age"), default="")
    district = choice_field(_l("District"), default="")
    when = text_field(_l("When would it suit you?"), 300)
    spoken = some_of_field(_l("In which language?"))
    other_spoken = choice_field(_l("Another language"), default="")
    message = text_field(_l("Anything else we should know?"), WORDS_MAX, area=True)
    needs = text_field(_l("Does anybody need something to take part?"), 500, area=True)
    name = text_field(_l("Your name or role"), 120, render_kw={"autocomplete": "name"})
    email = email_field(_l("E-mail"), required=_l("Write your e-mail address: the answer goes there."))
    phone = phone_field(_l("Telephone"))
    language = SelectField(_l("Language of our mails to you"), choices=LANGUAGE_NAMES)

    @classmethod
    def for_asker(cls, contact: Contact | None, wish: str) -> "EnquiryForm":
        """The form with its lists; who is logged in for an association need not say who they are."""
        form = cls()
        form.age_band.choices = [SelectChoice("", _("Choose")), *(SelectChoice(*band) for band in AGE_BANDS)]
        form.district.choices = district_choices(activities.districts(), _("Choose"))
        form.spoken.choices = [SelectChoice(code, language_name(code)) for code in PAGE_LANGUAGES]
        rest = sorted(
            (code for code in SPOKEN if code not in PAGE_LANGUAGES), key=lambda c: danish_order(language_name(c))
        )
        form.other_spoken.choices = [SelectChoice("", _("None")), *(SelectChoice(c, language_name(c)) for c in rest)]
        if not _is_uuid(form.submission.data):
            form.submission.data = str(uuid.uuid4())
        form.association = contact.association if contact else None
        if form.association is not None:
            del form.organisation
        if not form.is_submitted():
            form.wish.data = wish if wish in set(Wish) else None
            form.language.data = language()
            form.spoken.data = [language()]
            if contact is not None:
                form.email.data, form.phone.data = contact.email, contact.phone
                form.name.data = (None if contact.association.faith_based else contact.name) or contact.role
                form.language.data = contact.association.language
                form.district.data = str(contact.association.district_id or "")
        return form

    def check(self) -> None:
        """Who asks, and what some wishes need to be told."""
        asks = self.organisation
        if asks is not None and not (asks.data or self.group.data or asks.errors):
            asks.errors = [_("Write the name of the school, club or association, or of the group.")]
        if self.wish.data in TELLS_HEADS and not (self.heads.data or self.heads.errors):
            self.heads.errors = [_("Write how many you are. An estimate is enough.")]
        if self.wish.data == Wish.OTHER and not (self.message.data or self.message.errors):
            self.message.errors = [_("Write what you would like.")]

    def asked(self) -> Asked:
        """What was typed, once the form has validated; empty texts become None."""
        spoken = [*(self.spoken.data or ()), self.other_spoken.data]
        return Asked(
            wish=Wish(self.wish.data),
            language=self.language.data,
            submission=self.submission.data,
            email=self.email.data,
            organisation=self.association.name if self.association else self.organisation.data or None,
            group_name=self.group.data or None,
            name=self.name.data or None,
            phone=self.phone.data or None,
            heads=self.heads.data,
            age_band=AgeBand(self.age_band.data) if self.age_band.data else None,
            district_id=int(self.district.data) if self.district.data else None,
            when_text=self.when.data or None,
            needs=self.needs.data or None,
            spoken=",".join(code for code in spoken if code) or "da",
            message=self.message.data or None,
            association_id=self.association.id if self.association else None,
        )


def _is_uuid(text: str | None) -> bool:
    try:
        return str(uuid.UUID(text or "")) == text
    except ValueError:
        return False


class WordsForm(PortalForm):
    """The asker writes more."""

    words = text_field(_l("Write to us"), WORDS_MAX, area=True, required=_l("Write something first."))


class AnswerForm(PortalForm):
    """Staff write to the asker; `seen` is what stood on the page they wrote on."""

    seen = HiddenField()
    words = text_field(_l("Your answer"), WORDS_MAX, area=True, required=_l("Write something first."))


class StartForm(AnswerForm):
    """Beginning an engagement with an association, and telling the asker."""

    association = text_field(_l("Association"), 160, required=_l("Write the association’s name."))
