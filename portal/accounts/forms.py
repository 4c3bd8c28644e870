"""The forms for logging in and for accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from portal.accounts.rules import PASSWORD_MAX, Role
from portal.web.forms import PortalForm, strip, text_field

ROLE_NAMES = (
    (Role.FACILITATOR.value, _l("Facilitator: sees and counts the activities given to them")),
    (Role.STAFF.value, _l("Staff: plans, invites and counts")),
    (Role.ADMINISTRATOR.value, _l("Administrator: also keeps users, types and goals")),
)
ROLES = {
    Role.FACILITATOR: _l("Facilitator"),
    Role.STAFF: _l("Staff"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class LoginForm(PortalForm):
    """E-mail and password."""

    email = StringField(
        _l("E-mail"), [InputRequired(_l("Write your e-mail address.")), Length(max=254)], filters=[strip]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Write your password.")), Length(max=PASSWORD_MAX)])


class UserForm(PortalForm):
    """A new account; the password is made by the portal and shown once."""

    name = text_field(_l("Name"), 120, required=_l("Write the name."))
    email = text_field(_l("E-mail"), 254, required=_l("Write the e-mail address."))
    role = RadioField(_l("Role"), choices=[SelectChoice(*role) for role in ROLE_NAMES], default=Role.STAFF.value)
