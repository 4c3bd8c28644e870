"""The shape of a kind of association, of a tag and of a saved search."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from portal.associations.kind_service import KindDraft, TagDraft
from portal.web.forms import PortalForm, text_field


class NamesForm(PortalForm):
    """A name in both languages."""

    name_da = text_field(_l("Name in Danish"), 80, required=_l("Write the name in Danish."))
    name_en = text_field(_l("Name in English"), 80, required=_l("Write the name in English."))


class KindForm(NamesForm):
    """A kind of association."""

    other_names = text_field(_l("Other names, one a line"), 500, area=True)
    faith_based = BooleanField(_l("Faith-based: contacts’ names stay out of lists"))

    def draft(self) -> KindDraft:
        """The form as a draft, once it has validated."""
        lines = [line.strip() for line in (self.other_names.data or "").splitlines() if line.strip()]
        return KindDraft(self.name_da.data, self.name_en.data, "\n".join(lines), bool(self.faith_based.data))


class TagForm(NamesForm):
    """A tag."""

    active = BooleanField(_l("In use"), default=True)

    def draft(self) -> TagDraft:
        """The form as a draft, once it has validated."""
        return TagDraft(self.name_da.data, self.name_en.data, bool(self.active.data))


class SegmentForm(PortalForm):
    """A name for a search."""

    query = HiddenField()
    name = text_field(_l("Name"), 80, required=_l("Write a name for the saved search."))
