"""Activity types and audiences: data that administrators keep."""

from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.models import ActivityType, Audience
from portal.activities.rules import AudienceGroup, RegistrationMode, Visibility, slug_of
from portal.database import writing
from portal.errors import RuleError

KEY_MAX = 40


@dataclass(frozen=True)
class TypeDraft:
    """All that can be decided about a type; `minutes` long, erased `retention_days` after an activity's end."""

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


def _new_key(session: Session, kind: type[ActivityType] | type[Audience], name: str) -> str:
    """A key for addresses and files, made of the English name, that nothing else has."""
    stem = slug_of(name).replace("-", "_")[: KEY_MAX - 4].strip("_") or "x"
    taken = set(session.scalars(select(kind.key).where(kind.key.startswith(stem, autoescape=True))))
    if stem not in taken:
        return stem
    return next(key for n in range(2, 1000) if (key := f"{stem}_{n}") not in taken)


def _check_names(
    session: Session, kind: type[ActivityType] | type[Audience], draft: TypeDraft | AudienceDraft, own_id: int
) -> None:
    for column, field in ((kind.name_da, "name_da"), (kind.name_en, "name_en")):
        wanted = getattr(draft, field).casefold()
        names = session.scalars(select(column).where(kind.id != own_id))
        if any(name.casefold() == wanted for name in names):
            raise RuleError("name_taken", field)


def _position(session: Session, kind: type[ActivityType] | type[Audience]) -> int:
    return int(session.scalar(select(func.coalesce(func.max(kind.position), 0))) or 0) + 1


def save_type(type_id: int | None, draft: TypeDraft) -> ActivityType:
    """Changes the type, or makes one where `type_id` is None; activities that exist keep what they have.

    RuleError: `unknown_type`, `unknown_audience`, `name_taken`.
    """
    with writing() as session:
        kind = session.get(ActivityType, type_id) if type_id is not None else None
        if type_id is not None and kind is None:
            raise RuleError("unknown_type")
        if draft.audience_id is not None and session.get(Audience, draft.audience_id) is None:
            raise RuleError("unknown_audience", "audience")
        _check_names(session, ActivityType, draft, kind.id if kind else 0)
        if kind is None:
            key = _new_key(session, ActivityType, draft.name_en)
            kind = ActivityType(key=key, position=_position(session, ActivityType))
            session.add(kind)
        for name, value in asdict(draft).items():
            setattr(kind, name, value)
        return kind


def save_audience(audience_id: int | None, draft: AudienceDraft) -> Audience:
    """Changes the audience, or makes one where `audience_id` is None. RuleError: `unknown_audience`, `name_taken`."""
    with writing() as session:
        audience = session.get(Audience, audience_id) if audience_id is not None else None
        if audience_id is not None and audience is None:
            raise RuleError("unknown_audience")
        _check_names(session, Audience, draft, audience.id if audience else 0)
        if audience is None:
            key = _new_key(session, Audience, draft.name_en)
            audience = Audience(key=key, position=_position(session, Audience))
            session.add(audience)
        for name, value in asdict(draft).items():
            setattr(audience, name, value)
        return audience
