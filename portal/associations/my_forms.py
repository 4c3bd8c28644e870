"""The shape of what an association writes in its own room."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice

from portal.associations.charter_models import CharterVersion
from portal.associations.drafts import AssociationDraft, draft_of
from portal.associations.forms import AssociationForm
from portal.associations.models import Association, District
from portal.web.forms import PortalForm, email_field, text_field
from portal.web.locale import date_long
from portal.web.reading import read_number


class LinkForm(PortalForm):
    """The mailbox that a link to log in is asked for."""

    email = email_field(_l("E-mail"), required=_l("Write your e-mail address."))


class MyAssociationForm(AssociationForm):
    """What an association may correct about itself. CVR number, kind, keywords and membership are staff's."""

    kind = None
    cvr = None
    tags = None
    forum_since: Any = None
    forum_until: Any = None
    active = None

    def set_districts(self, districts: Sequence[District]) -> None:
        """What can be chosen."""
        names = [SelectChoice(str(district.id), district.name) for district in districts]
        self.district.choices = [SelectChoice("", _("Not told")), *names]

    def draft_from(self, stored: AssociationDraft) -> AssociationDraft:
        """What is stored, with what this form may change put in."""
        return replace(
            stored,
            name=self.name.data,
            district_id=int(self.district.data) if self.district.data else None,
            web_page=self.web_page.data or "",
            language=self.language.data,
            can_host=bool(self.can_host.data),
        )

    @staticmethod
    def values_of(draft: AssociationDraft) -> dict[str, Any]:
        """The fields' values for a draft."""
        kept = ("name", "district", "web_page", "language", "can_host")
        return {name: value for name, value in AssociationForm.values_of(draft).items() if name in kept}


def my_association_form(association: Association, districts: Sequence[District]) -> MyAssociationForm:
    """The form of the association's own record."""
    values = MyAssociationForm.values_of(draft_of(association))
    form = MyAssociationForm(data={**values, "revision": str(association.revision)})
    form.set_districts(districts)
    form.remember(values)
    return form


class CharterForm(PortalForm):
    """An association's own answer about the charter. `version` is the version that was read."""

    version = HiddenField()
    role = text_field(_l("The role that answers"), 80, required=_l("Write the role that answers, such as Chair."))
    agreed = BooleanField()

    @classmethod
    def about(cls, version: CharterVersion, role: str) -> "CharterForm":
        """The form under a version's text, with the role filled in."""
        form = cls(data={"role": role})
        form.version.data = form.version.data or str(version.id)
        form.agreed.label.text = _(
            "We have read the charter (version %(number)s, %(day)s) and confirm on behalf of the association that we "
            "wish to cooperate on that basis.",
            number=version.number,
            day=date_long(version.published_at) if version.published_at else "",
        )
        return form

    @property
    def read_version(self) -> int:
        """The version that was read; 0, which none has, for anything that is no number."""
        return read_number(self.version.data) or 0
