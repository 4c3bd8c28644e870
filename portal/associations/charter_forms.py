"""The shape of what staff write about the charter."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, ValidationError
from wtforms.validators import InputRequired

from portal.associations.charter_models import CharterVersion
from portal.associations.charter_service import Said
from portal.associations.rules import CharterAnswerKind
from portal.web.forms import DayField, PortalForm, choice_field, text_field

ANSWER_CHOICES = (
    (CharterAnswerKind.ACCEPTED.value, _l("Accepted")),
    (CharterAnswerKind.DECLINED.value, _l("Said no")),
    (CharterAnswerKind.WITHDRAWN.value, _l("Withdrew the acceptance")),
)
TEXT_MAX = 8000


def case_number(_form: Any, field: Any) -> None:
    """A number in the case system and nothing more: no spaces, so that no remark fits in."""
    if field.data and not re.fullmatch(r"[\w./-]{1,40}", field.data):
        raise ValidationError(_l("Only a reference number, such as 2026-0012345. Nothing else is kept here."))


class VersionForm(PortalForm):
    """The text of the next version in both languages. `began` is the draft as it was read."""

    began = HiddenField()
    text_da = text_field(_l("Text in Danish"), TEXT_MAX, area=True, required=_l("Write the text in Danish."))
    text_en = text_field(_l("Text in English"), TEXT_MAX, area=True, required=_l("Write the text in English."))


class AnswerForm(PortalForm):
    """An answer that an association gave, put down by staff."""

    answer = RadioField(_l("Answer"), validators=[InputRequired(_l("Choose one of the answers."))])
    version = choice_field(_l("Version"))
    role = text_field(_l("The role that answered"), 80, required=_l("Write the role that answered, such as Chair."))
    answered_on = DayField(_l("Date of the answer"), required=_l("Write the date of the answer."))
    case_reference = text_field(_l("Reference number in the case system"), 40, validators=[case_number])

    def set_choices(self, versions: Sequence[CharterVersion]) -> None:
        """The answers, and the versions that hold or held."""
        self.answer.choices = [SelectChoice(*answer) for answer in ANSWER_CHOICES]
        self.version.choices = [SelectChoice(str(version.id), str(version.number)) for version in versions]

    def said(self) -> Said:
        """What was answered, once the form has validated."""
        return Said(
            CharterAnswerKind(self.answer.data), self.role.data, self.answered_on.data, int(self.version.data),
            self.case_reference.data or "",
        )  # fmt: skip
