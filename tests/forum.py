"""Makes forum meetings and invitations for tests."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import db, writing
from portal.forum.agenda import Point, add_item
from portal.forum.invitations import invite
from portal.forum.minutes import DecisionDraft, add_decision
from portal.forum.models import AgendaItem, Invitation, Meeting, Paper
from portal.forum.rules import Readers
from portal.forum.topics import propose_topic
from portal.web.links import sign
from tests.make import make_activity

# Pages whose `id` is a forum meeting's.
FORUM_PAGES = (
    *(f"forum_staff.{view}" for view in ("show", "add_item", "item", "move_item", "remove_item", "start_agenda")),
    "forum_staff.publish_agenda",
    *(f"minutes.{view}" for view in ("edit", "new_paper", "remove_paper", "new_decision")),
)


def make_meeting(starts_at: datetime | None = None, **values: Any) -> Activity:
    """A forum meeting for 25, at most 4 from each association."""
    given = {"title_da": "Tryghed i Nordvest", "title_en": "Feeling safe in Nordvest", **values}
    return make_activity("forum_meeting", starts_at, **given)


def publish_agenda(activity: Activity, *titles: tuple[str, str]) -> None:
    """An agenda of those titles, Danish and English, that members see."""
    with writing() as session:
        session.add(Meeting(activity_id=activity.id, agenda_published_at=clock.now()))
        session.add_all(
            AgendaItem(activity_id=activity.id, position=position, title_da=da, title_en=en)
            for position, (da, en) in enumerate(titles, 1)
        )


def make_paper(activity: Activity, readers: Readers = Readers.MEMBERS, title: str = "Bilag") -> Paper:
    """A small PDF with the meeting."""
    with writing() as session:
        paper = Paper(
            activity_id=activity.id, title=title, file_name="bilag æ.pdf", media_type="application/pdf", size=9,
            content=b"%PDF-1.4\n", readers=readers, created_at=clock.now(),
        )  # fmt: skip
        session.add(paper)
    return paper


def invited(activity: Activity, association: Association, actor: User) -> Invitation:
    """The association's invitation, sent."""
    invite(activity.id, [association.id], actor=actor, now=clock.now())
    return invitation_of(activity, association)


def invitation_of(activity: Activity, association: Association) -> Invitation:
    """The association's invitation as it is now."""
    db.session.expire_all()
    return db.session.scalars(
        select(Invitation).where(
            Invitation.activity_id == activity.id, Invitation.association_id == association.id
        )
    ).one()  # fmt: skip


def answer_path(invitation: Invitation, lang: str = "da") -> str:
    """The address of the button in the mail."""
    return f"/{lang}/invitations/{sign(invitation.reference)}"


def hold_minutes(activity: Activity, text: str, readers: Readers) -> None:
    """Published minutes for those readers."""
    with writing() as session:
        meeting = session.get(Meeting, activity.id) or Meeting(activity_id=activity.id)
        meeting.minutes_da, meeting.minutes_readers, meeting.minutes_published_at = text, readers, clock.now()
        session.add(meeting)


def ago(days: int) -> datetime:
    """So many days before now."""
    return clock.now() - timedelta(days=days)


def ids(associations: Collection[Association]) -> list[int]:
    """Their numbers."""
    return [association.id for association in associations]


def work_on(activity: Activity) -> tuple[int, int, int]:
    """A point on the agenda, a proposed topic and a task: their numbers."""
    item = add_item(activity.id, Point("Velkomst", "Welcome"))
    topic = propose_topic(None, "Tryghed", "", "da", now=clock.now())
    decision = add_decision(activity.id, DecisionDraft("Vi mødes igen", is_task=True))
    return item.id, topic.id, decision.id
