"""Topics: proposed by an association or staff, answered one by one."""

from datetime import datetime

from portal.accounts.models import User
from portal.associations.models import Association
from portal.database import writing
from portal.errors import RuleError
from portal.forum.models import Topic
from portal.forum.rules import TopicState
from portal.log.models import Event
from portal.log.service import note
from portal.web.rules import looks_like_cpr


def propose_topic(
    association_id: int | None, title: str, text: str, language: str, *, now: datetime, actor: User | None = None
) -> Topic:
    """A new topic, in the language it is written in, waiting for an answer.

    `association_id` None means that staff propose it; `actor` None that an association does it itself.
    RuleError: `no_title` and `looks_like_cpr` beside `title` or `text`, `unknown_association`, `unknown_language`.
    """
    title = " ".join(title.split())
    if not title:
        raise RuleError("no_title", "title")
    for field, words in (("title", title), ("text", text)):
        if looks_like_cpr(words):
            raise RuleError("looks_like_cpr", field)
    if language not in {"da", "en"}:
        raise RuleError("unknown_language", "language")
    with writing() as session:
        if association_id is not None and session.get(Association, association_id) is None:
            raise RuleError("unknown_association", "association")
        topic = Topic(
            association_id=association_id, title=title[:160], text=text.strip()[:1000], language=language,
            state=TopicState.PROPOSED, created_at=now,
        )  # fmt: skip
        session.add(topic)
        if association_id is not None:
            note(session, Event.WROTE, now=now, actor=actor, association_id=association_id, subject="topic")
        return topic
