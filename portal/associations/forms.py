"""The shape of an association's record and of a contact."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice

from portal.associations.drafts import AssociationDraft, ContactDraft, contact_draft_of, draft_of
from portal.associations.meanwhile import KeepsWhatOthersWrote
from portal.associations.models import Association, AssociationKind, Contact, District, Tag
from portal.errors import RuleError
from portal.web.forms import (
    LANGUAGE_NAMES,
    DayField,
    choice_field,
    cvr_number,
    email_field,
    phone_field,
    reading_field,
    some_of_field,
    text_field,
    web_address,
)
from portal.web.locale import text_of
from portal.web.reading import read_revision


class AssociationForm(KeepsWhatOthersWrote):
    """An association's record. `revision` is the record's when it was read."""

    revision = HiddenField(default="0")
    name = text_field(_l("Name"), 160, required=_l("Write the association's name."))
    kind = choice_field(_l("Kind"), default="")
    district = choice_field(_l("District"), default="")
    cvr = reading_field(_l("CVR number"), 20, cvr_number, render_kw={"inputmode": "numeric", "autocomplete": "off"})
    web_page = reading_field(_l("Web page"), 200, web_address, render_kw={"inputmode": "url", "autocomplete": "off"})
    language = choice_field(_l("Language of our letters to it"), choices=LANGUAGE_NAMES, default="da")
    tags = some_of_field(_l("Tags"))
    can_host = BooleanField(_l("Has a room where we can meet"))
    forum_since = DayField(_l("Member of the citizens’ forum since"))
    forum_until = DayField(_l("Member until"))
    active = BooleanField(_l("Active"), default=True)

    def set_choices(self, kinds: Sequence[AssociationKind], districts: Sequence[District], tags: Sequence[Tag]) -> None:
        """What can be chosen."""
        names = [SelectChoice(str(kind.id), text_of(kind, "name").text) for kind in kinds]
        self.kind.choices = [SelectChoice("", _("Not told")), *names]
        places = [SelectChoice(str(district.id), district.name) for district in districts]
        self.district.choices = [SelectChoice("", _("Not told")), *places]
        self.tags.choices = [SelectChoice(str(tag.id), text_of(tag, "name").text) for tag in tags]

    def told_of(self, fault: RuleError) -> dict[str, Any]:
        """Takes over the revision and the values of a record that changed meanwhile; what the page tells of it."""
        self.revision.data = str(fault.facts["revision"])
        stored: Any = fault.facts["draft"]
        return {"changes": self.take_over(self.values_of(stored)), "writer": fault.facts["who"]}

    @property
    def read_revision(self) -> int:
        """The revision that was read; -1, which no record has, for anything that is no number."""
        return read_revision(self.revision.data)

    def draft(self) -> AssociationDraft:
        """The form as a draft, once it has validated."""
        return AssociationDraft(
            name=self.name.data,
            kind_id=int(self.kind.data) if self.kind.data else None,
            district_id=int(self.district.data) if self.district.data else None,
            cvr=self.cvr.data or None,
            web_page=self.web_page.data or "",
            language=self.language.data,
            tag_ids=frozenset(int(tag) for tag in self.tags.data or ()),
            can_host=bool(self.can_host.data),
            forum_since=self.forum_since.data,
            forum_until=self.forum_until.data,
            active=bool(self.active.data),
        )

    @staticmethod
    def values_of(draft: AssociationDraft) -> dict[str, Any]:
        """The fields' values for a draft."""
        return {
            "name": draft.name,
            "kind": str(draft.kind_id or ""),
            "district": str(draft.district_id or ""),
            "cvr": draft.cvr or "",
            "web_page": draft.web_page,
            "language": draft.language,
            "tags": sorted(str(tag) for tag in draft.tag_ids),
            "can_host": draft.can_host,
            "forum_since": draft.forum_since,
            "forum_until": draft.forum_until,
            "active": draft.active,
        }


def association_form(
    association: Association | None,
    kinds: Sequence[AssociationKind],
    districts: Sequence[District],
    tags: Sequence[Tag],
) -> AssociationForm:
    """The form of an association, or of a new one."""
    values = AssociationForm.values_of(draft_of(association)) if association else {}
    form = AssociationForm(data={**values, "revision": str(association.revision)} if association else values)
    chosen = {tag.id for tag in association.tags} if association else set()
    form.set_choices(kinds, districts, [tag for tag in tags if tag.active or tag.id in chosen])
    form.remember(values)
    return form


class ContactForm(KeepsWhatOthersWrote):
    """A contact: a role and a mailbox; a name is nobody's duty."""

    role = text_field(_l("Role"), 80, required=_l("Write the role, such as Chair or Office."))
    name = text_field(_l("Name"), 120, render_kw={"autocomplete": "off"})
    email = email_field(_l("E-mail"), required=_l("Write the mailbox that we can write to."))
    phone = phone_field(_l("Telephone"))
    news = BooleanField(_l("Send us invitations and news"), default=True)

    def draft(self) -> ContactDraft:
        """The form as a draft, once it has validated. A form that never showed the box says nothing about it."""
        wish = not self.news.data if "news" in self.read_began() else None
        return ContactDraft(self.role.data, self.email.data, self.name.data or None, self.phone.data or None, wish)

    @staticmethod
    def values_of(draft: ContactDraft) -> dict[str, Any]:
        """The fields' values for a draft."""
        return {
            "role": draft.role,
            "name": draft.name or "",
            "email": draft.email,
            "phone": draft.phone or "",
            "news": not draft.unsubscribed,
        }

    def told_of(self, fault: RuleError) -> dict[str, Any]:
        """Takes over the values of a contact that changed meanwhile; what the page tells of it."""
        stored: Any = fault.facts["draft"]
        return {"changes": self.take_over(self.values_of(stored)), "writer": fault.facts["who"]}

    def began_draft(self) -> ContactDraft | None:
        """The contact as it was when the form was opened; None for a new one."""
        began = self.read_began()
        if not all(isinstance(began.get(name), str) for name in ("role", "name", "email", "phone")):
            return None
        return ContactDraft(
            began["role"], began["email"], began["name"] or None, began["phone"] or None, began.get("news") is False
        )


def contact_form(contact: Contact | None) -> ContactForm:
    """The form of a contact, or of a new one."""
    values = ContactForm.values_of(contact_draft_of(contact)) if contact else {"news": True}
    form = ContactForm(data=values)
    form.remember(values)
    return form
