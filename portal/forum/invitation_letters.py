"""The letters to invited associations: the invitation and its reminder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.activities.models import Activity
from portal.associations.models import Association
from portal.associations.unsubscribing import unsubscribe_address
from portal.forum.models import AgendaItem
from portal.mail.letter import Letter, message_of
from portal.mail.models import Message
from portal.mail.wording import Group, MailKind, Words, declare, letter_of, paragraphs_of
from portal.registrations.letter_parts import place_text, when_and_where
from portal.web.links import link_to, sign
from portal.web.locale import day_and_time, text_of, when

PLACEHOLDERS = ("association", "title", "when", "where")
ONE_ANSWER = _l("One answer holds for the association. You can change it until the meeting begins.")

declare(
    MailKind(
        "invited",
        _l("Invitation"),
        Words(
            _l("You are invited: {title}"),
            _l("You are invited"),
            _l(
                "{association} is invited to “{title}”.\n\n"
                "Press the button and say yes or no, and how many you are. It takes a minute and no password."
            ),
            ONE_ANSWER,
        ),
        PLACEHOLDERS,
        _l("{unit}: you are invited to a meeting"),
        of_type=True,
        news=True,
        group=Group.FORUM,
        needed=("title",),
        rows=("when", "where", "agenda", "answer_by"),
        button=_l("Answer the invitation"),
    ),
    MailKind(
        "invitation_reminder",
        _l("Reminder of an invitation"),
        Words(
            _l("Will you come? {title}"),
            _l("Will you come?"),
            _l(
                "We have not heard yet whether {association} comes to “{title}”.\n\n"
                "Press the button and say yes or no, and how many you are. It takes a minute and no password."
            ),
            ONE_ANSWER,
        ),
        PLACEHOLDERS,
        _l("{unit}: will you come to the meeting?"),
        of_type=True,
        news=True,
        group=Group.FORUM,
        needed=("title",),
        rows=("when", "where", "agenda", "answer_by"),
        button=_l("Answer the invitation"),
    ),
)


class Invitations:
    """Writes one kind of letter about a meeting to many associations; what all of them read is put together once.

    `greeting` is what staff write of their own, by language; where there is none in the reader's, they read the other.
    """

    def __init__(
        self,
        kind: str,
        activity: Activity,
        agenda: Sequence[AgendaItem],
        greeting: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.kind = kind
        self.activity = activity
        self.agenda = agenda
        self.greeting = greeting
        self._tables: dict[str, list[tuple[str, str]]] = {}

    def to(self, association: Association, reference: str, *, now: datetime) -> list[Message]:
        """The letter to each of the association's mailboxes that wants it; `reference` is its invitation's."""
        if not association.news_contacts:
            return []
        lang = association.language
        letter = self.letter(lang, association.name)
        with force_locale(lang):
            address = link_to("invitations.answer", lang, token=sign(reference))
            letter = replace(letter, button=(_("Answer the invitation"), address))
        return [
            message_of(replace(letter, unsubscribe=unsubscribe_address(contact, lang)), contact.email, lang, now=now,
                       association_id=association.id, activity_id=self.activity.id)
            for contact in association.news_contacts
        ]  # fmt: skip

    def example(self, lang: str) -> Letter:
        """The letter as an association reads it, with a button that leads nowhere."""
        with force_locale(lang):
            letter = self.letter(lang, _("(the association’s name)"))
            return replace(letter, button=(_("Answer the invitation"), "#"), unsubscribe="#")

    def letter(self, lang: str, name: str) -> Letter:
        """The letter to an association of that name, without the link that is its own."""
        activity = self.activity
        with force_locale(lang):
            if lang not in self._tables:
                self._tables[lang] = self._table(lang)
            words = {
                "association": name,
                "title": text_of(activity, "title", lang).text,
                "when": when(activity.starts_at, activity.ends_at),
                "where": place_text(activity),
            }
        return letter_of(
            self.kind,
            lang,
            words,
            type_id=activity.type_id,
            neutral=activity.type.neutral_mail,
            notes=paragraphs_of(self.greeting.get(lang) or next(filter(None, self.greeting.values()), ""), {}),
            parts={"facts": self._tables[lang]},
        )

    def _table(self, lang: str) -> list[tuple[str, str]]:
        activity = self.activity
        facts = when_and_where([activity], place_text(activity))
        if self.agenda:
            points = [f"{number}. {text_of(item, 'title', lang).text}" for number, item in enumerate(self.agenda, 1)]
            facts.append((_("Agenda"), "; ".join(points)))
        desk = activity.registers_at or activity
        if desk.deadline is not None:
            facts.append((_("Answer by"), day_and_time(desk.deadline)))
        return facts
