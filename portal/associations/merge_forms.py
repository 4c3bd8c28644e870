"""The forms of merging: which two, and which side's fields."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice

from portal.associations.merging import CHOSEN, Comparison
from portal.log.words import FIELDS
from portal.web.forms import PortalForm, text_field
from portal.web.reading import read_revision

KEPT, OTHER = "kept", "other"
LABELS: dict[str, Any] = {name: FIELDS[name] for name in CHOSEN}


class ChooseForm(PortalForm):
    """Which two to merge, by their names."""

    kept = text_field(_l("The one that stays"), 160, required=_l("Write the association's name."))
    other = text_field(_l("The one that goes into it"), 160, required=_l("Write the association's name."))


def _side_field(label: Any) -> Any:
    choices = [SelectChoice(KEPT, _l("Keep")), SelectChoice(OTHER, _l("Take the other one’s"))]
    return RadioField(label, choices=choices, default=KEPT)


class MergeForm(PortalForm):
    """Which side's value is kept of each field that differs. The revisions are those that were shown."""

    kept_revision = HiddenField()
    other_revision = HiddenField()
    name = _side_field(LABELS["name"])
    kind_id = _side_field(LABELS["kind_id"])
    district_id = _side_field(LABELS["district_id"])
    cvr = _side_field(LABELS["cvr"])
    web_page = _side_field(LABELS["web_page"])
    language = _side_field(LABELS["language"])
    can_host = _side_field(LABELS["can_host"])
    active = _side_field(LABELS["active"])

    def only_differing(self, comparison: Comparison) -> None:
        """Leaves out the fields of which nothing is to be chosen; one that was not sent keeps the kept one's."""
        for field in CHOSEN:
            if field not in comparison.differing:
                del self[field]
            elif self[field].data is None or not self[field].raw_data:
                self[field].data = KEPT

    def show_revisions(self, comparison: Comparison) -> None:
        """Notes which revisions are shown."""
        self.kept_revision.data = str(comparison.kept.association.revision)
        self.other_revision.data = str(comparison.other.association.revision)

    @property
    def takes(self) -> frozenset[str]:
        """The fields that come from the other one."""
        return frozenset(name for name in CHOSEN if name in self and self[name].data == OTHER)

    @property
    def revisions(self) -> tuple[int, int]:
        """The revisions that were shown; -1, which nothing has, for what is no number."""
        return read_revision(self.kept_revision.data), read_revision(self.other_revision.data)


def value_text(association: Any, field: str, names: Any) -> str:
    """A field's value in words; `names` gives the name of a kind or a district."""
    value = getattr(association, field)
    if field in {"kind_id", "district_id"}:
        thing = getattr(association, field.removesuffix("_id"))
        return names(thing) if thing is not None else str(_("nothing"))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if field == "language":
        return str(_("Danish") if value == "da" else _("English"))
    return str(value or "") or str(_("nothing"))
