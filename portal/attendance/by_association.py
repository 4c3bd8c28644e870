"""An activity's attendance by association: how many each registered, and how many came."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.activities.models import Activity
from portal.associations.models import Association
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind
from portal.database import db
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.web.locale import danish_order


@dataclass
class AssociationHeads:
    """One association's heads; `name` None gathers the parties that named no association."""

    association_id: int | None
    name: str | None
    registered: int = 0
    arrived: int = 0


def heads_by_association(activity: Activity) -> list[AssociationHeads]:
    """Who registered for or came to the activity, in Danish order; parties without an association last."""
    numbers = (
        select(Count.registration_id, func.max(Count.number).label("number"))
        .where(Count.activity_id == activity.id, Count.kind == CountKind.ARRIVED)
        .group_by(Count.registration_id)
        .subquery()
    )
    arrived = (
        select(Count.registration_id, Count.heads)
        .join(
            numbers, (Count.registration_id == numbers.c.registration_id) & (Count.number == numbers.c.number)
        )
        .where(Count.activity_id == activity.id, Count.kind == CountKind.ARRIVED)
        .subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(
            Association.id,
            func.coalesce(Association.name, Registration.association_name),
            Registration.standing,
            Registration.heads,
            func.coalesce(arrived.c.heads, 0),
        )
        .outerjoin(Association, Association.id == Registration.association_id)
        .outerjoin(arrived, arrived.c.registration_id == Registration.id)
        .where(Registration.activity_id == activity.desk_id)
    )
    found: dict[tuple[int | None, str | None], AssociationHeads] = {}
    for number, name, standing, heads, came in rows:
        if standing is not Standing.CONFIRMED and not came:
            continue
        row = found.setdefault((number, name), AssociationHeads(number, name))
        row.registered += heads if standing is Standing.CONFIRMED else 0
        row.arrived += came
    return sorted(found.values(), key=lambda row: (row.name is None, danish_order(row.name or "")))


def counted_among(activity_ids: Collection[int]) -> set[int]:
    """Those of the activities whose count is closed."""
    query = select(Closing.activity_id).where(Closing.newest, Closing.activity_id.in_(list(activity_ids)))
    return set(db.session.scalars(query))
