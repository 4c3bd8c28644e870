"""The letters to invited associations: the invitation and its reminder."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.activities.models import Activity
from portal.associations.models import Association
from portal.forum.models import AgendaItem
from portal.mail.letter import Letter, message_of
from portal.mail.models import Message
from portal.registrations.letter_parts import place_text, subject_of
from portal.web.links import link_to, sign
from portal.web.locale import clock_time, date_long, text_of, when


class Invitations:
    """Writes one kind of letter about a meeting to many associations; what all of them read is put together once."""

    def __init__(self, kind: str, activity: Activity, agenda: Sequence[AgendaItem]) -> None:
        self.kind = kind
        self.activity = activity
        self.agenda = agenda
        self._common: dict[str, Letter] = {}

    def to(self, association: Association, reference: str, *, now: datetime) -> list[Message]:
        """The letter to each of the association's mailboxes; `reference` is its invitation's."""
        if not association.contacts:
            return []
        lang = association.language
        with force_locale(lang):
            letter = self._letter(lang, association.name)
            address = link_to("invitations.answer", lang, token=sign(reference))
            letter = replace(letter, button=(_("Answer the invitation"), address))
        return [
            message_of(letter, contact.email, lang, now=now, association_id=association.id)
            for contact in association.contacts
        ]

    def _letter(self, lang: str, name: str) -> Letter:
        if lang not in self._common:
            self._common[lang] = self._write(lang)
        common = self._common[lang]
        title = text_of(self.activity, "title", lang).text
        if self.kind == "invited":
            first = _("%(association)s is invited to “%(title)s”.", association=name, title=title)
        else:
            first = _(
                "We have not heard yet whether %(association)s comes to “%(title)s”.", association=name, title=title
            )
        return replace(common, paragraphs=[first, *common.paragraphs])

    def _write(self, lang: str) -> Letter:
        activity = self.activity
        invited = self.kind == "invited"
        facts = [(_("When"), when(activity.starts_at, activity.ends_at))]
        if place_text(activity):
            facts.append((_("Where"), place_text(activity)))
        if self.agenda:
            points = [f"{number}. {text_of(item, 'title', lang).text}" for number, item in enumerate(self.agenda, 1)]
            facts.append((_("Agenda"), "; ".join(points)))
        desk = activity.registers_at or activity
        if desk.deadline is not None:
            facts.append((_("Answer by"), f"{date_long(desk.deadline)} {clock_time(desk.deadline)}"))
        return Letter(
            self.kind,
            subject_of(activity, lang, _("You are invited"), _("you are invited to a meeting"))
            if invited
            else subject_of(activity, lang, _("Will you come?"), _("will you come to the meeting?")),
            _("You are invited") if invited else _("Will you come?"),
            [_("Press the button and say yes or no, and how many you are. It takes a minute and no password.")],
            facts,
            after=[
                _("One answer holds for the association. You can change it until the meeting begins."),
            ],
        )
