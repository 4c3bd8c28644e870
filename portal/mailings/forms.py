"""The form of a mail to many: whom an activity's goes to, and the text in two languages."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice

from portal.associations.meanwhile import Change, value_words
from portal.mail.models import Mailing, ReceiverGroup
from portal.mailings.service import MailingDraft
from portal.web.forms import PortalForm, radio_field, text_field
from portal.web.reading import read_revision

SUBJECT_MAX = 150
BODY_MAX = 5000
GROUPS: dict[ReceiverGroup, Any] = {
    ReceiverGroup.CONFIRMED: _l("Those who have a place"),
    ReceiverGroup.WAITING: _l("Those who wait or have an offer"),
    ReceiverGroup.EVERYBODY: _l("Everybody: with a place, an offer or waiting"),
}


class MailingForm(PortalForm):
    """A mail to many. `submission` is the form's own number, `revision` the draft's when the form was opened."""

    submission = HiddenField()
    revision = HiddenField()
    group = radio_field(_l("Who gets it"), [SelectChoice(group.value, name) for group, name in GROUPS.items()])
    subject_da = text_field(_l("Subject in Danish"), SUBJECT_MAX)
    body_da = text_field(_l("Text in Danish"), BODY_MAX, area=True)
    subject_en = text_field(_l("Subject in English"), SUBJECT_MAX)
    body_en = text_field(_l("Text in English"), BODY_MAX, area=True)

    @classmethod
    def of(cls, mailing: Mailing | None, parties: Mapping[ReceiverGroup, int] | None = None) -> "MailingForm":
        """The form with the draft so far. `parties` says how many there are in each of an activity's groups; None
        for a mail to associations.
        """
        if mailing is None:
            form = cls(group=ReceiverGroup.CONFIRMED.value, revision="0")
        else:
            given = {name: getattr(mailing, name) or "" for name in cls.texts()}
            form = cls(group=mailing.receiver_group, revision=str(mailing.revision), **given)
        if parties is None:
            del form.group
        else:
            form.group.choices = [
                SelectChoice(group.value, f"{name} ({parties[group]})") for group, name in GROUPS.items()
            ]
        if not _is_uuid(form.submission.data):
            form.submission.data = str(uuid.uuid4())
        return form

    @staticmethod
    def texts() -> tuple[str, ...]:
        """The texts' names, a mailing's columns too."""
        return ("subject_da", "body_da", "subject_en", "body_en")

    def check(self) -> None:
        """One language is complete, and the other one is complete or empty."""
        languages = ((self.subject_da, self.body_da), (self.subject_en, self.body_en))
        nothing = not any(field.data or field.errors for pair in languages for field in pair)
        for subject, body in languages[:1] if nothing else languages:
            if (body.data or nothing) and not subject.data and not subject.errors:
                subject.errors = [_("Write a subject, so that readers know what the mail is about.")]
            if (subject.data or nothing) and not body.data and not body.errors:
                body.errors = [_("Write the text, in Danish or in English.")]

    @property
    def seen(self) -> int:
        """The revision that the form was opened with; one that never was where it cannot be read."""
        return read_revision(self.revision.data)

    def draft(self) -> MailingDraft:
        """The form as a draft, once it has validated."""
        texts = {name: self[name].data or "" for name in self.texts()}
        return MailingDraft(**texts, receiver_group=ReceiverGroup(self.group.data) if self.group else None)

    def differences(self, stored: Mailing) -> list[Change]:
        """What somebody else changed meanwhile, beside what stands here; a second save goes through."""
        self.revision.data = str(stored.revision)
        values = {"group": stored.receiver_group.value if stored.receiver_group else None} if self.group else {}
        values |= {name: getattr(stored, name) for name in self.texts()}
        return [
            Change(str(self[name].label.text), value_words(self[name], theirs), value_words(self[name], yours), False)
            for name, theirs in values.items()
            if (theirs or "") != (yours := self[name].data or "")
        ]


def _is_uuid(text: str | None) -> bool:
    try:
        return str(uuid.UUID(text or "")) == text
    except ValueError:
        return False
