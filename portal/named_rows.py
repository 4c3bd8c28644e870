"""Rows that administrators keep as data: kinds, tags, topics. Their keys, names and order."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.associations.rules import search_name
from portal.errors import RuleError

KEY_MAX = 40


def new_key(session: Session, model: Any, name: str) -> str:
    """A key for addresses and files, made of a name, that no other row has."""
    stem = "".join(c for c in search_name(name).replace(" ", "_") if c.isascii())[: KEY_MAX - 4].strip("_") or "x"
    taken = set(session.scalars(select(model.key).where(model.key.startswith(stem, autoescape=True))))
    if stem not in taken:
        return stem
    return next(key for n in range(2, 10**6) if (key := f"{stem}_{n}") not in taken)


def check_names(session: Session, model: Any, draft: Any, own_id: int) -> None:
    """RuleError `word_taken` where another row has one of the draft's names, in any case."""
    for field in ("name_da", "name_en"):
        names = session.scalars(select(getattr(model, field)).where(model.id != own_id))
        if any(name.casefold() == getattr(draft, field).casefold() for name in names):
            raise RuleError("word_taken", field)


def next_position(session: Session, model: Any) -> int:
    """The place after the last one."""
    return int(session.scalar(select(func.coalesce(func.max(model.position), 0))) or 0) + 1
