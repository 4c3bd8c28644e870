"""Activities, their types, audiences and series."""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    inspect,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activities.rules import (
    AudienceGroup,
    Provision,
    RegistrationMode,
    SignUpTerms,
    State,
    Visibility,
    folded,
)
from portal.associations.models import Association, District
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal


class Audience(Base):
    """Whom an activity is for, as data. A professional group is an audience of its own."""

    __tablename__ = "audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    other_names: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    group: Mapped[AudienceGroup] = mapped_column(choice(AudienceGroup), info=impersonal())
    professional_group: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ActivityType(Base):
    """A kind of activity, as data, with what a new activity of it starts from.

    `neutral_mail` keeps the title out of mail subjects. `retention_days` counts from the activity's
    end until names and addresses are erased. `reminder_hours` is how long before a meeting the parties are reminded,
    None for not at all; `thanks` is whether they are thanked once the count is closed.
    """

    __tablename__ = "activity_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    other_names: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    mode: Mapped[RegistrationMode] = mapped_column(choice(RegistrationMode), info=impersonal())
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility), info=impersonal())
    minutes: Mapped[int] = mapped_column(default=120)
    capacity: Mapped[int | None]
    max_heads: Mapped[int] = mapped_column(default=1)
    asks_name: Mapped[bool] = mapped_column(default=True)
    asks_age_band: Mapped[bool] = mapped_column(default=False)
    neutral_mail: Mapped[bool] = mapped_column(default=False)
    retention_days: Mapped[int] = mapped_column(default=30)
    reminder_hours: Mapped[int | None] = mapped_column(default=48, server_default="48")
    thanks: Mapped[bool] = mapped_column(default=True, server_default=true())
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audience.id"))
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)

    audience: Mapped[Audience | None] = relationship()


class Series(Base):
    """The same activity several times. With `same_group`, one sign-up holds for every meeting,
    and people are counted once however many meetings they come to.
    """

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    same_group: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


activity_audience = Table(
    "activity_audience",
    Base.metadata,
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    Column("audience_id", ForeignKey("audience.id"), primary_key=True),
)

activity_facilitator = Table(
    "activity_facilitator",
    Base.metadata,
    Column("activity_id", ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True, info=impersonal()),
    Column(
        "user_id",
        ForeignKey("user.id"),
        primary_key=True,
        index=True,
        info=personal(Purpose.PLAN, Kept.WHILE_EMPLOYED),
    ),
)


class Activity(Base):
    """One meeting at one time and place.

    `turn` is the activity's turn and queue number: whoever writes about its places first raises it,
    which makes the others wait. `registers_at_id` points to the first meeting of a series with the
    same group, where its sign-ups are. `link_key` stands in the address of an unlisted activity.
    `import_key` recognises a row that was imported before. `search_text` is what free text is looked
    for in, folded; it follows the texts by itself. `revision` rises when time, place, title or state changes,
    for calendars. `reminded_at` and `thanked_at` are when the parties were reminded and thanked, once each.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity IS NULL OR capacity BETWEEN 1 AND 5000", name="capacity"),
        CheckConstraint("max_heads BETWEEN 1 AND 500", name="max_heads"),
        Index("ix_activity_public", "visibility", "state", "starts_at"),
        UniqueConstraint("import_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("activity_type.id"), index=True, info=impersonal())
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True, info=impersonal())
    registers_at_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True, info=impersonal())
    audience_id: Mapped[int] = mapped_column(ForeignKey("audience.id"), info=impersonal())
    title_da: Mapped[str] = mapped_column(String(160), default="", info=impersonal())
    title_en: Mapped[str] = mapped_column(String(160), default="", info=impersonal())
    description_da: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    description_en: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    search_text: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    starts_at: Mapped[datetime] = mapped_column(index=True, info=impersonal())
    ends_at: Mapped[datetime] = mapped_column(info=impersonal())
    venue: Mapped[str] = mapped_column(String(160), default="", info=impersonal())
    address: Mapped[str] = mapped_column(String(200), default="", info=impersonal())
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), index=True, info=impersonal())
    wheelchair: Mapped[Provision] = mapped_column(
        choice(Provision, "wheelchair"), default=Provision.ASK, info=impersonal()
    )
    hearing_loop: Mapped[Provision] = mapped_column(
        choice(Provision, "hearing_loop"), default=Provision.ASK, info=impersonal()
    )
    interpreter: Mapped[Provision] = mapped_column(
        choice(Provision, "interpreter"), default=Provision.ASK, info=impersonal()
    )
    languages: Mapped[str] = mapped_column(String(60), default="da", info=impersonal())
    mode: Mapped[RegistrationMode] = mapped_column(choice(RegistrationMode), info=impersonal())
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility), info=impersonal())
    state: Mapped[State] = mapped_column(choice(State), default=State.DRAFT, info=impersonal())
    capacity: Mapped[int | None] = mapped_column(info=impersonal())
    max_heads: Mapped[int] = mapped_column(default=1, info=impersonal())
    deadline: Mapped[datetime | None] = mapped_column(info=impersonal())
    partner_id: Mapped[int | None] = mapped_column(
        ForeignKey("association.id"), index=True, info=personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
    )
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.CONTACT, Kept.WHILE_EMPLOYED)
    )
    called_off_da: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    called_off_en: Mapped[str] = mapped_column(String(500), default="", info=impersonal())
    link_key: Mapped[str] = mapped_column(String(24), info=impersonal())
    import_key: Mapped[str | None] = mapped_column(String(64), info=impersonal())
    turn: Mapped[int] = mapped_column(default=0, info=impersonal())
    revision: Mapped[int] = mapped_column(default=0, info=impersonal())
    created_at: Mapped[datetime] = mapped_column(info=impersonal())
    changed_at: Mapped[datetime] = mapped_column(info=impersonal())
    called_off_at: Mapped[datetime | None] = mapped_column(index=True, info=impersonal())
    reminded_at: Mapped[datetime | None] = mapped_column(info=impersonal())
    thanked_at: Mapped[datetime | None] = mapped_column(info=impersonal())

    type: Mapped[ActivityType] = relationship()
    audience: Mapped[Audience] = relationship()
    other_audiences: Mapped[list[Audience]] = relationship(secondary=activity_audience, order_by=Audience.position)
    district: Mapped[District | None] = relationship()
    partner: Mapped[Association | None] = relationship()
    contact: Mapped[User | None] = relationship()
    facilitators: Mapped[list[User]] = relationship(secondary=activity_facilitator, order_by=User.name)
    series: Mapped[Series | None] = relationship()
    registers_at: Mapped["Activity | None"] = relationship(remote_side=id)

    @property
    def desk_id(self) -> int:
        """Where the sign-ups are: this activity, or the first meeting of its series."""
        return self.registers_at_id or self.id

    def may_be_seen(self, key: str) -> bool:
        """Whether the public may see it: published or called off, and public or asked for by its key."""
        if self.state is State.DRAFT or self.visibility is Visibility.CLOSED:
            return False
        return self.visibility is Visibility.PUBLIC or hmac.compare_digest(self.link_key.encode(), key.encode())

    @property
    def terms(self) -> SignUpTerms:
        """The facts that decide whether signing up is open."""
        return SignUpTerms(self.mode, self.state, self.visibility, self.starts_at, self.deadline)

    @property
    def audiences(self) -> list[Audience]:
        """The main audience first, then the others."""
        return [self.audience, *(a for a in self.other_audiences if a.id != self.audience_id)]


@event.listens_for(Activity, "before_insert")
@event.listens_for(Activity, "before_update")
def _fold_texts(_mapper: Any, _connection: Any, activity: Activity) -> None:
    texts = (activity.title_da, activity.title_en, activity.description_da, activity.description_en, activity.venue)
    activity.search_text = folded("\n".join(text for text in texts if text))


# Whoever has the activity in a calendar is to know when one of these changes.
TELLING = ("starts_at", "ends_at", "venue", "address", "title_da", "title_en", "state")


@event.listens_for(Activity, "before_update")
def _raise_revision(_mapper: Any, _connection: Any, activity: Activity) -> None:
    """Here and not in the services, so that no way of changing an activity can forget it."""
    columns = inspect(activity).attrs
    if any(columns[name].history.has_changes() for name in TELLING):
        activity.revision = (activity.revision or 0) + 1
