"""Where associations stand on the charter, in SQL: of an association's answers the one with the highest id holds."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.models import Association
from portal.associations.rules import CharterAnswerKind, CharterStatus, charter_status
from portal.database import db

NEWEST_VERSION = select(func.max(CharterVersion.number)).where(CharterVersion.published_at.is_not(None))


def standing_is(status: CharterStatus) -> ColumnElement[bool]:
    """Whether the association of the query at hand stands so; the same answer as `rules.charter_status`."""
    holds = (
        select(func.max(CharterAnswer.id))
        .where(CharterAnswer.association_id == Association.id)
        .correlate(Association)
        .scalar_subquery()
    )
    if status is CharterStatus.UNANSWERED:
        return ~exists().where(CharterAnswer.association_id == Association.id)
    newest = NEWEST_VERSION.scalar_subquery()
    answered = [CharterAnswer.id == holds]
    if status in {CharterStatus.ACCEPTED, CharterStatus.EARLIER_VERSION}:
        answered.append(CharterAnswer.answer == CharterAnswerKind.ACCEPTED)
        earlier = and_(newest.is_not(None), CharterVersion.number < newest)
        current = or_(newest.is_(None), CharterVersion.number >= newest)
        answered.append(earlier if status is CharterStatus.EARLIER_VERSION else current)
    else:
        answered.append(CharterAnswer.answer == CharterAnswerKind(status.value))
    return exists(select(CharterAnswer.id).join(CharterAnswer.version).where(*answered))


def charter_statuses(association_ids: Collection[int]) -> dict[int, CharterStatus]:
    """Each one's status, by its id. Two queries, however many there are."""
    holds = (
        select(func.max(CharterAnswer.id))
        .where(CharterAnswer.association_id.in_(association_ids))
        .group_by(CharterAnswer.association_id)
    )
    answers = db.session.execute(
        select(CharterAnswer.association_id, CharterAnswer.answer, CharterVersion.number)
        .join(CharterAnswer.version)
        .where(CharterAnswer.id.in_(holds))
    )
    newest = db.session.scalar(NEWEST_VERSION)
    known = {association_id: charter_status(answer, number, newest) for association_id, answer, number in answers}
    return {number: known.get(number, CharterStatus.UNANSWERED) for number in association_ids}
