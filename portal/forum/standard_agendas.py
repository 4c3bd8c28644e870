"""The agendas that a meeting can start from, as data."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "agendas.json"


@dataclass(frozen=True)
class StandardItem:
    """A point of a standard agenda, in both languages."""

    title_da: str
    title_en: str


@dataclass(frozen=True)
class StandardAgenda:
    """An agenda to start from; `key` is what a form sends."""

    key: str
    name_da: str
    name_en: str
    items: tuple[StandardItem, ...]


@cache
def standard_agendas() -> dict[str, StandardAgenda]:
    """The standard agendas by key, in the file's order."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    agendas = (
        StandardAgenda(
            row["key"], row["name_da"], row["name_en"],
            tuple(StandardItem(item["title_da"], item["title_en"]) for item in row["items"]),
        )
        for row in found
    )  # fmt: skip
    return {agenda.key: agenda for agenda in agendas}
