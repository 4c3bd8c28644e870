"""The letters that answer whoever proposed a topic, in its association's language."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.forum.models import Topic
from portal.forum.rules import TopicState
from portal.mail.letter import Letter, queue_letter
from portal.mail.wording import Group, MailKind, Words, declare, letter_of
from portal.registrations.letter_parts import place_text, when_and_where
from portal.web.links import link_to

BUTTON = _l("See your topics")


def _answer(key: str, name: object, body: object, rows: tuple[str, ...] = ()) -> MailKind:
    """A kind whose subject is neutral, since the forum's mails are."""
    return MailKind(
        key,
        name,
        Words(
            _l("{unit}: an answer to the topic you proposed"),
            _l("An answer to the topic you proposed"),
            body,
            _l("Thank you for proposing it. You are always welcome to propose another one."),
        ),
        ("topic", "answer", "association"),
        group=Group.FORUM,
        needed=("topic", "answer"),
        rows=rows,
        button=BUTTON,
    )


KINDS = {
    TopicState.ON_AGENDA: _answer(
        "topic_on_agenda",
        _l("Topic: on the agenda"),
        _l(
            "You proposed “{topic}” for the citizens’ forum.\n\n"
            "It is on the agenda of the meeting below.\n\n"
            "{answer}"
        ),
        ("when", "where"),
    ),
    TopicState.LATER: _answer(
        "topic_later",
        _l("Topic: at a later meeting"),
        _l(
            "You proposed “{topic}” for the citizens’ forum.\n\n"
            "We would like to take it up at a later meeting, and keep it until then.\n\n"
            "{answer}"
        ),
    ),
    TopicState.DECLINED: _answer(
        "topic_declined",
        _l("Topic: no, thank you"),
        _l(
            "You proposed “{topic}” for the citizens’ forum.\n\n"
            "We will not take it up at a meeting.\n\n"
            "{answer}"
        ),
    ),
}  # fmt: skip
declare(*KINDS.values())


def topic_letter(topic: Topic, lang: str) -> Letter:
    """The answer to the topic as it stands now."""
    meeting = topic.meeting
    with force_locale(lang):
        facts = when_and_where([meeting], place_text(meeting)) if meeting is not None else []
        button = (str(BUTTON), link_to("my_forum.index", lang))
    words = {
        "topic": topic.title,
        "answer": topic.answer or "",
        "association": topic.association.name if topic.association else "",
    }
    kind = KINDS.get(topic.state, KINDS[TopicState.DECLINED])
    return letter_of(kind.key, lang, words, parts={"facts": facts, "button": button})


def tell_proposer(session: Session, topic: Topic, *, now: datetime) -> bool:
    """Queues the answer to the proposer's first mailbox, in the caller's transaction; False where there is none."""
    association = topic.association
    if association is None or not association.active or not association.contacts:
        return False
    lang = association.language
    letter = topic_letter(topic, lang)
    queue_letter(session, letter, association.contacts[0].email, lang, now=now, association_id=association.id)
    return True
