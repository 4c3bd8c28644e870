"""Signs the demo's parties up, as visitors would: persons, groups and associations."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import AgeBand, RegistrationMode
from portal.attendance.rules import Method
from portal.attendance.service import count_party
from portal.demo.content import BODIES, GROUP_LEADERS, SINGLES
from portal.registrations.models import Registration
from portal.registrations.service import SignUp, sign_up

NEEDS = {3: "Jeg kommer i kørestol.", 11: "Jeg har brug for at sidde tæt på den, der taler."}


class Parties:
    """Makes sign-ups; takes one invented party after the other."""

    def __init__(self, session: Session, random: Random) -> None:
        self.session = session
        self.random = random
        self.number = 0

    def sign_up(
        self, activity: Activity, heads: Sequence[int], *, made_at: datetime, until: datetime
    ) -> list[Registration]:
        """One party for each number of heads, spread over the time from `made_at` to `until`."""
        step = (until - made_at) / (len(heads) + 1)
        return [
            sign_up(
                activity.id, self._party(activity, number), now=_by_day(made_at + step * (place + 1), made_at, until)
            )
            for place, number in enumerate(heads)
        ]

    def associations_came(self, activity: Activity, heads: int, staff: User, *, made_at: datetime) -> None:
        """Associations sign up for a forum meeting and come: together so many heads."""
        sizes: list[int] = []
        while sum(sizes) < heads:
            sizes.append(min(1 + self.random.randrange(2), heads - sum(sizes)))
        for party in self.sign_up(activity, sizes, made_at=made_at, until=activity.starts_at - timedelta(days=1)):
            moment = activity.starts_at + timedelta(minutes=self.random.randrange(1, 15))
            count_party(
                activity.id,
                party.id,
                party.heads,
                count_id=self._id(),
                method=Method.LIST,
                actor=staff,
                counted_at=moment,
                now=moment,
            )

    def _id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def _party(self, activity: Activity, heads: int) -> SignUp:
        self.number += 1
        language = "en" if self.number % 5 == 0 else "da"
        name = email = group = association = None
        needs = NEEDS.get(self.number % 17)
        if activity.mode is RegistrationMode.GROUP:
            name, email, group = GROUP_LEADERS[self.number % len(GROUP_LEADERS)]
        elif activity.mode is RegistrationMode.ASSOCIATION:
            # The role writes for the association, and for a faith-based one never a person by name.
            body = BODIES[self.number % len(BODIES)]
            name, email, association, needs = body.role, body.email, body.name, None
        else:
            name, email = SINGLES[self.number % len(SINGLES)]
        return SignUp(
            heads=heads,
            language=language,
            submission=self._id(),
            name=name if activity.type.asks_name else None,
            email=email,
            group_name=group,
            association_name=association,
            age_band=AgeBand.FROM_15 if activity.type.asks_age_band else None,
            access_needs=needs,
        )


def _by_day(moment: datetime, earliest: datetime, latest: datetime) -> datetime:
    """The moment, moved to an hour when people are up where that fits between the two."""
    here = clock.local(moment)
    awake = clock.at_local(here.date(), time(9 + here.hour % 12, here.minute))
    return awake if earliest <= awake <= latest else moment
