"""Mail to many for tests: drafts, and thousands who would get one."""

import secrets
import uuid
from typing import Any

from sqlalchemy import insert, select

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.models import Association, Contact, Segment
from portal.database import db, writing
from portal.mail.models import Mailing, Message, ReceiverGroup
from portal.mailings.service import MailingDraft, write_to_parties, write_to_segment
from portal.registrations.models import Registration
from portal.registrations.rules import Standing

TEXT = {
    "subject_da": "Husk drikkedunk",
    "body_da": "Kære alle\n\nTag en drikkedunk med. Vi ses.",
    "subject_en": "Bring a bottle",
    "body_en": "Dear all\n\nPlease bring a bottle. See you.",
}


def draft(group: ReceiverGroup | None = None, **changes: str) -> MailingDraft:
    """A text in both languages."""
    return MailingDraft(**{**TEXT, **changes}, receiver_group=group)


def draft_to_parties(
    activity: Activity, actor: User, group: ReceiverGroup = ReceiverGroup.CONFIRMED, **changes: str
) -> Mailing:
    """A saved draft to an activity's parties."""
    written = draft(group, **changes)
    return write_to_parties(activity.id, written, submission=str(uuid.uuid4()), actor=actor, now=clock.now())


def draft_to_segment(segment: Segment, actor: User, **changes: str) -> Mailing:
    """A saved draft to whom a search finds."""
    written = draft(**changes)
    return write_to_segment(segment.id, written, submission=str(uuid.uuid4()), actor=actor, now=clock.now())


def make_segment(query: str = "", name: str = "Alle") -> Segment:
    """A saved search."""
    with writing() as session:
        segment = Segment(name=name, query=query, created_at=clock.now())
        session.add(segment)
    return segment


def many_parties(activity: Activity, number: int, **columns: Any) -> None:
    """So many confirmed parties, every fifth an English reader's, each with a mailbox of its own."""
    now = clock.now()
    rows = [
        {
            "activity_id": activity.id, "reference": f"reference-{activity.id}-{each}", "standing": Standing.CONFIRMED,
            "heads": 1, "queue_number": each, "email": f"deltager{each}@skole.example", "created_at": now,
            "language": "en" if each % 5 == 0 else "da", **columns,
        }
        for each in range(number)
    ]  # fmt: skip
    with writing() as session:
        session.execute(insert(Registration), rows)


def many_associations(number: int) -> None:
    """So many associations, each with one mailbox."""
    now = clock.now()
    with writing() as session:
        names = [f"Foreningen Nummer {each}" for each in range(number)]
        session.execute(insert(Association), [{"name": n, "search_name": n.lower(), "created_at": now} for n in names])
        ids = session.scalars(select(Association.id).where(Association.name.startswith("Foreningen Nummer"))).all()
        session.execute(
            insert(Contact),
            [
                {
                    "association_id": each, "role": "Formand", "email": f"post{each}@forening.example",
                    "session_key": secrets.token_hex(16), "created_at": now,
                }
                for each in ids
            ],
        )  # fmt: skip


def messages_of(mailing: Mailing) -> list[Message]:
    """Its messages in the outbox, in the order that they were put there."""
    db.session.expire_all()
    query = select(Message).where(Message.mailing_id == mailing.id).order_by(Message.id)
    return list(db.session.scalars(query))


def as_it_is(mailing: Mailing) -> Mailing:
    """The mailing as it is stored now."""
    db.session.expire_all()
    return db.session.get_one(Mailing, mailing.id)
