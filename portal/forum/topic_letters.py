"""The letter that answers whoever proposed a topic, in its association's language."""

from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.forum.models import Topic
from portal.forum.rules import TopicState
from portal.mail.letter import Letter, queue_letter
from portal.registrations.letter_parts import place_text
from portal.web.links import link_to
from portal.web.locale import when


def _words(topic: Topic) -> str:
    match topic.state:
        case TopicState.ON_AGENDA:
            return str(_("It is on the agenda of the meeting below."))
        case TopicState.LATER:
            return str(_("We would like to take it up at a later meeting, and keep it until then."))
        case _:
            return str(_("We will not take it up at a meeting."))


def topic_letter(topic: Topic, lang: str) -> Letter:
    """The letter `topic_answered`; the subject is neutral, since the forum's mails are."""
    settings: Settings = current_app.extensions["settings"]
    facts = []
    if topic.meeting is not None:
        facts.append((_("When"), when(topic.meeting.starts_at, topic.meeting.ends_at)))
        if place_text(topic.meeting):
            facts.append((_("Where"), place_text(topic.meeting)))
    heading = _("An answer to the topic you proposed")
    return Letter(
        "topic_answered",
        f"{settings.wordmark}: {heading[:1].lower()}{heading[1:]}",
        heading,
        [_("You proposed “%(title)s” for the citizens’ forum.", title=topic.title), _words(topic)]
        + ([topic.answer] if topic.answer else []),
        facts,
        (_("See your topics"), link_to("my_forum.index", lang)),
        [_("Thank you for proposing it. You are always welcome to propose another one.")],
    )


def tell_proposer(session: Session, topic: Topic, *, now: datetime) -> bool:
    """Queues the answer to the proposer's first mailbox, in the caller's transaction; False where there is none."""
    association = topic.association
    if association is None or not association.active or not association.contacts:
        return False
    lang = association.language
    with force_locale(lang):
        letter = topic_letter(topic, lang)
    queue_letter(session, letter, association.contacts[0].email, lang, now=now, association_id=association.id)
    return True
