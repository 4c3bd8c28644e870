"""Words of the address book, and what its rules refuse."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.associations.rules import CharterStatus
from portal.errors import RuleError
from portal.web.forms import put_beside

FAULTS: dict[str, Any] = {
    "no_name": _l("Write the association's name."),
    "word_taken": _l("There is one with this name already."),
    "name_taken": _l("There is an association with this name already, or one that had it before."),
    "cvr_taken": _l("Another association has this CVR number."),
    "left_before_joined": _l("It cannot leave the forum before it joined."),
    "unknown_association": _l("It is not there any more."),
    "unknown_kind": _l("Choose one of those in the list."),
    "unknown_district": _l("Choose one of those in the list."),
    "unknown_tag": _l("Choose one of those in the list."),
    "unknown_name": _l("It is not there any more."),
    "unknown_contact": _l("This contact has been removed meanwhile."),
    "address_taken": _l("This association has a contact with this address already."),
    "too_many_contacts": _l("You have 20 contacts already. Remove one that is not used any more."),
    "last_contact": _l("There must be one contact at least. Add the new one first, and remove this one afterwards."),
    "segment_taken": _l("There is a saved search with this name already."),
    "too_many_segments": _l("There are 100 saved searches. Delete one that is not used any more."),
    "unknown_segment": _l("It is not there any more."),
    "changed_meanwhile": _l("Somebody else changed this while you were writing. Look below, and save again."),
}
MEMBERSHIPS = {"member": _l("Members"), "former": _l("Former members"), "never": _l("Never members")}
ACTIVE_STATES = {"active": _l("Active"), "inactive": _l("Not active"), "all": _l("All")}
CHARTER_BADGES = {CharterStatus.ACCEPTED: "success"}
CHARTER: dict[CharterStatus, Any] = {
    CharterStatus.ACCEPTED: _l("Accepted"),
    CharterStatus.EARLIER_VERSION: _l("Accepted an earlier version"),
    CharterStatus.DECLINED: _l("Said no"),
    CharterStatus.WITHDRAWN: _l("Withdrawn"),
    CharterStatus.UNANSWERED: _l("Not answered"),
}


def fault_text(fault: RuleError) -> str:
    """The refusal in words."""
    return str(FAULTS[fault.key])


def put_beside_field(form: Any, fault: RuleError) -> None:
    """Adds the refusal to its field's errors, or to the form's own."""
    put_beside(form, fault.field, fault_text(fault))
