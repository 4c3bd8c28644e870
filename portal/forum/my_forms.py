"""The form with which an association proposes a topic."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import LANGUAGE_NAMES, PortalForm, radio_field, text_field


class ProposeForm(PortalForm):
    """A topic for a coming meeting."""

    title = text_field(_l("Topic"), 160, required=_l("Write what it is about."))
    text = text_field(_l("Why is it important, and what should come out of it?"), 1000, area=True)
    language = radio_field(_l("Written in"), LANGUAGE_NAMES, default="da")
