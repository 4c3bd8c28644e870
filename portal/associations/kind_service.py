"""Kinds of association and tags: data that administrators keep."""

from dataclasses import asdict, dataclass
from typing import TypeVar

from portal.associations.models import AssociationKind, Tag
from portal.database import writing
from portal.errors import RuleError
from portal.named_rows import check_names, new_key, next_position

Row = TypeVar("Row", AssociationKind, Tag)


@dataclass(frozen=True)
class KindDraft:
    """A kind. Of a faith-based one, contacts' names stay out of lists; `other_names` are spreadsheets' words."""

    name_da: str
    name_en: str
    other_names: str
    faith_based: bool


@dataclass(frozen=True)
class TagDraft:
    """A tag; one that is not active stays where it is, and is chosen no more."""

    name_da: str
    name_en: str
    active: bool


def save_kind(kind_id: int | None, draft: KindDraft) -> AssociationKind:
    """Changes the kind, or makes one where `kind_id` is None. RuleError: `unknown_kind`, `word_taken`."""
    return _save(AssociationKind, kind_id, draft)


def save_tag(tag_id: int | None, draft: TagDraft) -> Tag:
    """Changes the tag, or makes one where `tag_id` is None. RuleError: `unknown_tag`, `word_taken`."""
    return _save(Tag, tag_id, draft)


def _save(model: type[Row], row_id: int | None, draft: KindDraft | TagDraft) -> Row:
    with writing() as session:
        row = session.get(model, row_id) if row_id is not None else None
        if row_id is not None and row is None:
            raise RuleError("unknown_kind" if model is AssociationKind else "unknown_tag")
        check_names(session, model, draft, row.id if row else 0)
        if row is None:
            row = model(key=new_key(session, model, draft.name_en), position=next_position(session, model))
            session.add(row)
        for name, value in asdict(draft).items():
            setattr(row, name, value)
        return row
