"""Plans the demo's activities as staff would: draft, publish, count, close."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity, ActivityType, Audience
from portal.activities.rules import Provision, RegistrationMode, Visibility
from portal.activities.service import ActivityDraft, create_activity, publish
from portal.associations.models import District
from portal.attendance.rules import Method
from portal.attendance.service import close_count
from portal.demo.content import CITY_HALL, SAMPLES, Body
from portal.registrations.course import plan_series

SEED = 2018
MADE_BEFORE = timedelta(days=30)
OTHER_AUDIENCES = {"dialogue_area": ("young_people",), "forum_meeting": ("local_professionals",)}
SPOKEN = ("da", "da,en", "da,ar", "da", "da,so", "da,en,tr")


@dataclass(frozen=True)
class Spot:
    """Where an activity is: the room, the street, the district's key, and whose room it is."""

    venue: str
    address: str
    district: str
    host: str = ""

    @classmethod
    def of(cls, body: Body | None) -> "Spot":
        """The body's own room; the city hall where none is given."""
        return cls(*CITY_HALL) if body is None else cls(body.venue, body.address, body.district, body.name)


class Planner:
    """Makes activities; knows the reference data by their keys, who asks, and what time it is."""

    def __init__(self, session: Session, people: dict[str, User], now: datetime) -> None:
        self.random = Random(SEED)  # noqa: S311 - sample content, no secret
        self.now = now
        self.people = people
        self.staff = people["Bo Prøvesen"]
        self.types = {type_.key: type_ for type_ in session.scalars(select(ActivityType))}
        self.audiences = {audience.key: audience.id for audience in session.scalars(select(Audience))}
        self.districts = {district.key: district.id for district in session.scalars(select(District))}
        self.closed: list[tuple[Activity, int]] = []

    @staticmethod
    def time(hour: int) -> time:
        """The full hour on Copenhagen's clock."""
        return time(hour)

    def plan(
        self,
        kind: str,
        day: date,
        hour: int,
        spot: Spot,
        *,
        made_at: datetime,
        sample: int = 0,
        published: bool = True,
        english: bool = True,
        unlisted: bool = False,
        places: int = 0,
        deadline: datetime | None = None,
        audience: str | None = None,
        partner: str = "",
        facilitator: str | None = None,
    ) -> Activity:
        """An activity made by staff at `made_at`, with its type's usual settings.

        With `places`, single young people sign up for it, at most four at a time.
        """
        type_ = self.types[kind]
        samples = SAMPLES["open_workshop" if places else kind]
        words = samples[sample % len(samples)]
        starts_at = clock.at_local(day, self.time(hour))
        audience_id = self.audiences[audience] if audience else type_.audience_id
        assert audience_id is not None  # noqa: S101 - every type of the reference data has one
        others = [self.audiences[key] for key in OTHER_AUDIENCES.get(kind, ())]
        contact = self.people[("Bo Prøvesen", "Rosa Testesen")[sample % 2]]
        draft = ActivityDraft(
            type_id=type_.id,
            audience_id=audience_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=type_.minutes),
            mode=RegistrationMode.PERSON if places else type_.mode,
            visibility=Visibility.UNLISTED if unlisted else type_.visibility,
            title_da=words.title_da,
            title_en=words.title_en if english else "",
            description_da=words.text_da,
            description_en=words.text_en if english else "",
            other_audience_ids=tuple(others),
            venue=spot.venue,
            address=spot.address,
            district_id=self.districts[spot.district],
            wheelchair=(Provision.YES, Provision.YES, Provision.ASK)[sample % 3],
            hearing_loop=(Provision.YES, Provision.NO, Provision.ASK)[sample % 3],
            interpreter=Provision.ASK,
            languages=SPOKEN[sample % len(SPOKEN)],
            capacity=places or type_.capacity,
            max_heads=4 if places else type_.max_heads,
            deadline=deadline,
            partner=partner,
            contact_id=contact.id,
            facilitator_ids=(self.people[facilitator].id,) if facilitator else (),
        )
        activity = create_activity(draft, now=made_at)
        if published:
            publish(activity.id, now=made_at)
        return activity

    def hold(
        self,
        kind: str,
        day: date,
        hour: int,
        spot: Spot,
        *,
        sample: int = 0,
        audience: str | None = None,
        partner: str = "",
        facilitator: str | None = None,
        unlisted: bool = False,
    ) -> Activity:
        """An activity planned a month ahead of its day."""
        made_at = clock.at_local(day, self.time(hour)) - MADE_BEFORE
        if kind == "dialogue_area":
            partner = partner or spot.host
        return self.plan(
            kind, day, hour, spot, made_at=made_at, sample=sample, audience=audience, partner=partner,
            facilitator=facilitator, unlisted=unlisted,
        )  # fmt: skip

    def series(
        self, first: Activity, days: list[date], same_group: bool, *, made_at: datetime | None = None
    ) -> list[Activity]:
        """The further meetings of a course."""
        return plan_series(first.id, days, same_group, now=made_at or first.created_at) if days else []

    def close(self, activity: Activity, heads: int) -> None:
        """Closes the count a quarter of an hour after the end; a part may be of the second audience."""
        others = [audience.id for audience in activity.other_audiences]
        part = heads // 5 if others else 0
        final = {activity.audience_id: heads - part, **dict.fromkeys(others, part)}
        method = Method.LIST if activity.capacity and activity.capacity < 30 else Method.CLICKER
        later = min(activity.ends_at + timedelta(minutes=15), self.now)
        close_count(activity.id, final, method, actor=self.staff, now=later)
        self.closed.append((activity, heads))

    def correct_one(self) -> None:
        """Corrects a closed count, so that there is a history to look at."""
        activity, heads = next((a, h) for a, h in self.closed if not a.other_audiences)
        close_count(
            activity.id,
            {activity.audience_id: heads + 2},
            Method.GROUP_LEADER,
            reason="Gruppelederen havde talt to mere, som kom for sent.",
            actor=self.people["Rosa Testesen"],
            now=activity.ends_at + timedelta(days=1),
        )
