"""Activity types and audiences: data that administrators keep."""

from dataclasses import asdict, dataclass

from portal.activities.models import ActivityType, Audience
from portal.activities.rules import AudienceGroup, RegistrationMode, Visibility
from portal.database import writing
from portal.errors import RuleError
from portal.named_rows import check_names, new_key, next_position


@dataclass(frozen=True)
class TypeDraft:
    """All that can be decided about a type; `minutes` long, erased `retention_days` after an activity's end.

    `reminder_hours` is how long before a meeting the parties are reminded, None for not at all; `thanks` whether they
    are thanked once the count is closed.
    """

    name_da: str
    name_en: str
    other_names: str
    mode: RegistrationMode
    visibility: Visibility
    minutes: int
    capacity: int | None
    max_heads: int
    asks_name: bool
    asks_age_band: bool
    neutral_mail: bool
    retention_days: int
    reminder_hours: int | None
    thanks: bool
    audience_id: int | None
    active: bool


@dataclass(frozen=True)
class AudienceDraft:
    """All that can be decided about an audience."""

    name_da: str
    name_en: str
    other_names: str
    group: AudienceGroup
    professional_group: bool
    active: bool


def save_type(type_id: int | None, draft: TypeDraft) -> ActivityType:
    """Changes the type, or makes one where `type_id` is None; activities that exist keep what they have.

    RuleError: `unknown_type`, `unknown_audience`, `word_taken`.
    """
    with writing() as session:
        kind = session.get(ActivityType, type_id) if type_id is not None else None
        if type_id is not None and kind is None:
            raise RuleError("unknown_type")
        if draft.audience_id is not None and session.get(Audience, draft.audience_id) is None:
            raise RuleError("unknown_audience", "audience")
        check_names(session, ActivityType, draft, kind.id if kind else 0)
        if kind is None:
            key = new_key(session, ActivityType, draft.name_en)
            kind = ActivityType(key=key, position=next_position(session, ActivityType))
            session.add(kind)
        for name, value in asdict(draft).items():
            setattr(kind, name, value)
        return kind


def save_audience(audience_id: int | None, draft: AudienceDraft) -> Audience:
    """Changes the audience, or makes one where `audience_id` is None. RuleError: `unknown_audience`, `word_taken`."""
    with writing() as session:
        audience = session.get(Audience, audience_id) if audience_id is not None else None
        if audience_id is not None and audience is None:
            raise RuleError("unknown_audience")
        check_names(session, Audience, draft, audience.id if audience else 0)
        if audience is None:
            key = new_key(session, Audience, draft.name_en)
            audience = Audience(key=key, position=next_position(session, Audience))
            session.add(audience)
        for name, value in asdict(draft).items():
            setattr(audience, name, value)
        return audience
