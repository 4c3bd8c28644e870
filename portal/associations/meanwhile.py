"""Two write in the same record: the second is told field by field what the first changed, and loses nothing.

The form carries the values it began with. What only the other one changed is taken over; what both changed stays as
typed, with the other's value beside it. The next save goes through.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField

from portal.web.forms import PortalForm
from portal.web.locale import date_long

LONGEST = 4000  # characters of the hidden field; anything longer is not what we wrote there


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed meanwhile. `taken` says that the form shows theirs now."""

    label: str
    theirs: str
    yours: str
    taken: bool


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(each) for each in value)
    return value if isinstance(value, bool) else str(value or "")


def value_words(field: Any, value: Any) -> str:
    """A field's value as people read it."""
    if isinstance(field, BooleanField):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, date):
        return date_long(value)
    if getattr(field, "choices", None):
        chosen = set(value) if isinstance(value, list) else {value}
        names = [str(choice.label) for choice in field.choices if choice.value and choice.value in chosen]
        return ", ".join(names) or str(_("nothing"))
    return str(value or "") or str(_("nothing"))


class KeepsWhatOthersWrote(PortalForm):
    """A form that two may have open at once."""

    began = HiddenField()

    def remember(self, values: Mapping[str, Any]) -> None:
        """Notes what the form begins with, where it is shown for the first time."""
        if not self.is_submitted():
            self.began.data = json.dumps({name: _plain(value) for name, value in values.items()}, ensure_ascii=False)

    def read_began(self) -> dict[str, Any]:
        """What the form began with; empty where that cannot be read."""
        try:
            found = json.loads((self.began.data or "")[:LONGEST])
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def take_over(self, stored: Mapping[str, Any]) -> list[Change]:
        """Brings the form up to what is stored now, and tells what others changed, in the fields' order."""
        began, changes = self.read_began(), []
        for name, value in stored.items():
            field, theirs = self[name], _plain(value)
            yours = _plain(field.data)
            if theirs in (began.get(name), yours):
                continue
            taken = yours == began.get(name)
            change = Change(str(field.label.text), value_words(field, value), value_words(field, field.data), taken)
            changes.append(change)
            if taken:
                field.data, field.raw_data = value, None
        self.began.data = json.dumps({name: _plain(value) for name, value in stored.items()}, ensure_ascii=False)
        return changes
