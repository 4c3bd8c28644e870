"""What every form shares: no CPR numbers, no endless texts, numbers and dates with clear messages."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import (
    Field,
    FileField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import DateInput, TextInput, TimeInput

from portal.web.reading import CvrFault, read_cvr, read_email, read_phone, read_web_page
from portal.web.rules import looks_like_cpr as looks_like_cpr
from portal.web.rules import parse_date as parse_date

NOT_IN_LIST = _l("Choose one of those in the list.")
LANGUAGE_NAMES = [SelectChoice("da", "Dansk"), SelectChoice("en", "English")]
TOO_LONG = _l("At most %(max)d characters, please.")


def no_cpr(_form: Any, field: Field) -> None:
    """Refuses text that looks like a CPR number, at the door."""
    if field.data and looks_like_cpr(str(field.data)):
        raise ValidationError(
            _l("This looks like a civil registration (CPR) number. We never store those: please remove it.")
        )


def one_line(value: Any) -> Any:
    """As `strip`, and on one line."""
    return " ".join(strip(value).split()) if isinstance(value, str) else value


def strip(value: Any) -> Any:
    """Without spaces around, and without characters that no keyboard types and PostgreSQL does not store."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c >= " " or c in "\t\r\n").strip()


class Filled(InputRequired):
    """Something must be typed; spaces alone are nothing. Whether it can be read is for the field itself to say."""

    def __call__(self, form: Any, field: Field) -> None:
        """WTForms' question: may it stay so."""
        typed = field.raw_data[0] if field.raw_data else ""
        if isinstance(typed, str) and not strip(typed):
            field.raw_data = []
        super().__call__(form, field)


def text_field(
    label: Any, longest: int, *, required: Any = None, area: bool = False, validators: Sequence[Any] = (), **kwargs: Any
) -> Any:
    """A text field of at most `longest` characters; `required` is the message where it may not be empty."""
    kind = TextAreaField if area else StringField
    first = Filled(required) if required else Optional()
    length = Length(max=longest, message=TOO_LONG)
    return kind(label, [first, length, no_cpr, *validators], filters=[strip if area else one_line], **kwargs)


def email_address(_form: Any, field: Any) -> None:
    """Normalises an address; refuses what is none. Whether it exists is not asked, so the answer tells nothing."""
    address = read_email(field.data)
    if address is None:
        raise ValidationError(_l("This is not an e-mail address. It should look like name@example.dk."))
    field.data = address


def phone_number(_form: Any, field: Any) -> None:
    """Keeps the number as E.164; a number without a country is read as Danish."""
    number = read_phone(field.data)
    if number is None:
        raise ValidationError(_l("This is not a telephone number. Write it as 12 34 56 78."))
    field.data = number


def cvr_number(_form: Any, field: Any) -> None:
    """Keeps the eight digits; says what is wrong with any other."""
    found = read_cvr(field.data)
    if found is CvrFault.CHECK_DIGIT:
        raise ValidationError(_l("This is not a CVR number: its check digit does not fit. Look for a mistyped digit."))
    if isinstance(found, CvrFault):
        raise ValidationError(_l("A CVR number has eight digits, such as 12 34 56 74."))
    field.data = found


def web_address(_form: Any, field: Any) -> None:
    """Keeps the address with its scheme; only http and https."""
    found = read_web_page(field.data)
    if found is None:
        raise ValidationError(_l("This is not a web address. It should look like www.example.dk."))
    field.data = found


def reading_field(label: Any, longest: int, reading: Any, *, required: Any = None, **kwargs: Any) -> Any:
    """A field for an address, a number or a web page, read by `reading`, one of the four above."""
    first = Filled(required) if required else Optional()
    checks = [first, Length(max=longest, message=TOO_LONG), no_cpr, reading]
    return StringField(label, checks, filters=[strip], **kwargs)


def email_field(label: Any, *, required: Any = None) -> Any:
    """An e-mail address, at most 254 characters."""
    return reading_field(
        label, 254, email_address, required=required, render_kw={"type": "email", "autocomplete": "email"}
    )


def phone_field(label: Any) -> Any:
    """A telephone number, kept as E.164."""
    return reading_field(label, 30, phone_number, render_kw={"type": "tel", "autocomplete": "tel"})


def choice_field(label: Any, validators: Sequence[Any] = (), **kwargs: Any) -> Any:
    """One of a list; a forged or missing value gets a plain message."""
    return SelectField(label, list(validators), invalid_choice_message=NOT_IN_LIST, **kwargs)


def some_of_field(label: Any, validators: Sequence[Any] = ()) -> Any:
    """Some of a list, as checkboxes."""
    return SelectMultipleField(label, list(validators), invalid_choice_message=NOT_IN_LIST)


def radio_field(label: Any, words: Sequence[SelectChoice], missing: Any = NOT_IN_LIST, **kwargs: Any) -> Any:
    """One of a few, all in sight; `missing` is the message where none is chosen."""
    return RadioField(label, [InputRequired(missing)], choices=words, invalid_choice_message=NOT_IN_LIST, **kwargs)


def put_beside(form: Any, field_name: str | None, text: str) -> None:
    """Adds a refusal to its field's errors, or to the form's own where it belongs to no field of this form."""
    field = form[field_name] if field_name and field_name in form else None
    if field is None:
        form.form_errors.append(text)
    else:
        field.errors = [*field.errors, text]


class SentFileField(FileField):
    """A file. Forms read texts only, so this one looks for its file by itself; `data` is the upload or None."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        """WTForms' question: what was sent."""
        super().process(*args, **kwargs)
        sent = request.files.get(self.name) if self.name else None
        self.data: Any = sent if sent is not None and sent.filename else None


class WholeNumberField(IntegerField):
    """A whole number within bounds, with one message for anything else (`ca. 25`, -1, 10,000).

    It is a text field with a keyboard of digits: `type=number` hides from the server what was typed wrongly.
    """

    widget = TextInput()
    unreadable = False

    def __init__(self, label: Any, least: int, most: int, required: bool = True, **kwargs: Any) -> None:
        self.set_bounds(least, most)
        digits = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(label, [] if required else [Optional()], render_kw=digits, **kwargs)
        self.flags.required = required

    def set_bounds(self, least: int, most: int) -> None:
        """Narrows the bounds to those of the thing at hand."""
        self.least, self.most = least, most
        self.message = _l("Write a whole number from %(least)d to %(most)d.", least=least, most=most)

    def pre_validate(self, _form: Any) -> None:
        """The bounds are asked last, since a form may narrow them."""
        if self.data is None:
            wrong = self.flags.required or self.unreadable
        else:
            wrong = not self.least <= self.data <= self.most
        if wrong:
            raise StopValidation(str(self.message))

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """WTForms' question: what was typed."""
        text = valuelist[0].strip() if valuelist else ""
        readable = re.fullmatch(r"-?[0-9]{1,9}", text)
        self.data = int(text) if readable else None
        self.unreadable = bool(text) and not readable  # told once the bounds are known


class DayField(StringField):
    """A date by the browser's own picker; typed dates in Danish form are read too. `data` is a date or None."""

    widget = DateInput()

    def __init__(self, label: Any, required: Any = None, **kwargs: Any) -> None:
        super().__init__(label, [Filled(required) if required else Optional()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """WTForms' question: what was typed."""
        self.data: Any = None
        if valuelist and valuelist[0].strip():
            self.data = parse_date(valuelist[0])
            if self.data is None or not 2000 <= self.data.year <= 2100:
                self.data = None
                raise ValueError(_l("Write a date that exists, such as 8.11.2026."))


class ClockField(StringField):
    """A time of day; `17.00`, `17:00` and `1700` are read. `data` is a time or None."""

    widget = TimeInput()

    def __init__(self, label: Any, required: Any = None, **kwargs: Any) -> None:
        super().__init__(label, [Filled(required) if required else Optional()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """WTForms' question: what was typed."""
        self.data: Any = None
        if valuelist and valuelist[0].strip():
            found = re.fullmatch(r"(\d{1,2})[.:]?(\d\d)", valuelist[0].strip(), re.ASCII)
            try:
                if not found:
                    raise ValueError
                self.data = datetime.strptime(f"{found[1]}:{found[2]}", "%H:%M").time()  # noqa: DTZ007 - a time of day
            except ValueError:
                raise ValueError(_l("Write a time such as 17.00.")) from None


class PortalForm(FlaskForm):
    """Every form of the portal. A failed CSRF check becomes the form's own error, so nothing typed is lost.

    Sent with `language_only`, a form is shown again in the language of its address and never accepted.
    """

    class Meta(FlaskForm.Meta):
        """How what was sent reaches the fields."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Texts only: a file part sent in a text field's name is as good as nothing."""
            if formdata is not _Auto:
                return formdata
            return request.form if form.is_submitted() else None

    def validate(self, extra_validators: Any = None) -> bool:
        """WTForms' question: is all of it right."""
        valid = bool(super().validate(extra_validators))
        self.check()
        return valid and not self.errors and "language_only" not in request.form

    def check(self) -> None:
        """What a form asks beyond its fields, as errors of theirs; told together with all other faults.

        What an empty field lacks is asked here too, since WTForms asks an empty field no further questions.
        """
