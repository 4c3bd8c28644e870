"""What the demo's staff write to many, and one mail that did not arrive."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.segment_service import save_segment
from portal.mail.models import Fault, Message, MessageState, ReceiverGroup
from portal.mailings.service import MailingDraft, send, write_to_parties, write_to_segment

BRING_DA = (
    "Om lidt ses vi til workshoppen. Tag gerne en telefon med, hvis du har en: Vi øver os på rigtige opslag.\n\n"
    "Døren er åben et kvarter før, og der er frugt og vand."
)
BRING_EN = (
    "We meet for the workshop soon. Bring a phone if you have one: we practise on real posts.\n\n"
    "The door is open a quarter of an hour before, and there is fruit and water."
)
YEAR_DA = (
    "Vi er ved at planlægge næste års møder i medborgerforummet, og vi vil gerne høre, hvad der fylder hos jer.\n\n"
    "Log ind på portalen, og foreslå et emne. Det tager to minutter."
)


def write_mails(session: Session, staff: User, workshop: Activity, *, now: datetime) -> None:
    """One mail to a workshop's parties that is sent, and one to the forum's members that is still a draft."""
    draft = MailingDraft("Det tager I med til workshoppen", BRING_DA, "What to bring to the workshop", BRING_EN,
                         ReceiverGroup.CONFIRMED)  # fmt: skip
    then = now - timedelta(hours=20)
    mailing = write_to_parties(workshop.id, draft, submission=str(UUID(int=1)), actor=staff, now=then)
    send(mailing.id, revision=mailing.revision, actor=staff, now=then)
    segment = save_segment("Medlemmer af medborgerforum", "forum=member", actor=staff, now=then)
    ahead = MailingDraft("Hvad skal vi tale om næste år?", YEAR_DA, "", "")
    write_to_segment(segment.id, ahead, submission=str(UUID(int=2)), actor=staff, now=now - timedelta(hours=2))


def lose_one(session: Session, workshop: Activity) -> None:
    """A mailbox that does not exist, as when somebody mistypes: staff are told until they put it aside."""
    lost = session.scalars(
        select(Message)
        .where(Message.activity_id == workshop.id, Message.kind == "confirmed")
        .order_by(Message.id.desc())
        .limit(1)
    ).one()
    lost.state, lost.fault, lost.attempts = MessageState.FAILED, Fault.NO_MAILBOX, 1
