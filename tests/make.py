"""Makes what tests need: people, activities, registrations."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.accounts.service import create_user
from portal.activities.models import Activity, ActivityType, Audience, District
from portal.activities.rules import State
from portal.database import db, writing

PASSWORD = "enough letters here"


def make_user(role: Role = Role.STAFF, email: str | None = None) -> User:
    """An account with a known password."""
    return create_user(email or f"{role}@vink.example", f"{role.title()} Testesen", role, PASSWORD, now=clock.now())


def log_in(client: Any, role: Role = Role.STAFF) -> User:
    """An account of that role, logged in."""
    user = make_user(role)
    answer = client.post("/da/login", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code
    return user


def type_of(key: str) -> ActivityType:
    """The activity type with that key."""
    return db.session.scalars(select(ActivityType).where(ActivityType.key == key)).one()


def audience_of(key: str) -> Audience:
    """The audience with that key."""
    return db.session.scalars(select(Audience).where(Audience.key == key)).one()


def district_of(key: str) -> District:
    """The district with that key."""
    return db.session.scalars(select(District).where(District.key == key)).one()


def make_activity(kind: str = "youth_workshop", starts_at: datetime | None = None, **values: Any) -> Activity:
    """A published activity in ten days, two hours long; `values` are columns."""
    begins = starts_at or clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    now = clock.now()
    with writing() as session:
        type_ = session.scalars(select(ActivityType).where(ActivityType.key == kind)).one()
        given: dict[str, Any] = {
            "type_id": type_.id,
            "audience_id": type_.audience_id,
            "title_da": "Bag om skærmen",
            "title_en": "Behind the screen",
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=2),
            "mode": type_.mode,
            "visibility": type_.visibility,
            "state": State.PUBLISHED,
            "capacity": type_.capacity,
            "max_heads": type_.max_heads,
            "link_key": "unlisted-key",
            "created_at": now,
            "changed_at": now,
            **values,
        }
        activity = Activity(**given)
        session.add(activity)
    return activity
