"""Letters that let an association's contact in, or answer, by a link: to log in, to confirm the record, the charter."""

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.associations.access_links import LOG_IN_MAIL
from portal.associations.charter_queries import REMINDER
from portal.associations.models import Contact
from portal.mail.letter import Letter
from portal.web.links import link_to
from portal.web.locale import phone

CONFIRM_MAIL = "confirm_record"
LEFT_MAIL = "mailbox_left"


def log_in_letter(rooms: Sequence[tuple[str, str]], lang: str) -> Letter:
    """The links to log in with: each association's name with its token."""
    with force_locale(lang):
        several = len(rooms) > 1
        buttons = [
            (
                _("Log in for %(association)s", association=name),
                link_to("my_association.enter", lang, token=token),
            )
            for name, token in rooms
        ]
        asked = (
            _("You asked to log in. This address belongs to several associations: choose one.")
            if several
            else _("You asked to log in for %(association)s.", association=rooms[0][0])
        )
        return Letter(
            LOG_IN_MAIL,
            _("Your link to log in"),
            _("Your link to log in"),
            [asked, _("A link works once, and for 20 minutes. There is no password.")],
            button=buttons[0],
            more_buttons=buttons[1:],
            after=[_("Did you not ask for this? Then you need not do anything. Nobody gets in without this mail.")],
        )


def confirm_letter(contact: Contact, token: str, lang: str) -> Letter:
    """The yearly question whether what we have is still right."""
    with force_locale(lang):
        facts = [
            (_("Association"), contact.association.name),
            (_("Role"), contact.role),
            (_("Name"), contact.name or ""),
            (_("E-mail"), contact.email),
            (_("Telephone"), phone(contact.phone)),
        ]
        return Letter(
            CONFIRM_MAIL,
            _("Is this still right?"),
            _("Is this still right?"),
            [
                _("Once a year we ask whether we still write to the right mailbox. This is what we have:"),
            ],
            [fact for fact in facts if fact[1]],
            (_("Say that it is right, or correct it"), link_to("my_association.confirm", lang, token=token)),
            [_("You need no password. The link works for 30 days.")],
        )


def no_longer_written_to_letter(association_name: str, lang: str) -> Letter:
    """To a mailbox that the association itself took out or exchanged, in case that was not meant."""
    with force_locale(lang):
        return Letter(
            LEFT_MAIL,
            _("We no longer write to this mailbox"),
            _("We no longer write to this mailbox"),
            [
                _(
                    "%(association)s has told us that this is no longer its mailbox. Nobody can log in by it any more.",
                    association=association_name,
                ),
                _("Was that not meant? Write or call, and we put it right."),
            ],
        )


def charter_letter(contact: Contact, token: str, lang: str) -> Letter:
    """The question about the charter, to an association that has not answered."""
    with force_locale(lang):
        return Letter(
            REMINDER,
            _("The charter for democratic values: what do you say?"),
            _("What do you say to the charter?"),
            [
                _(
                    "Associations that cooperate with us say whether the cooperation can build on the City of "
                    "Copenhagen's charter for democratic values. We have no answer from %(association)s yet.",
                    association=contact.association.name,
                ),
                _("Read the text and answer on the page. Yes and no are both answers, and you can change it later."),
            ],
            button=(_("Read the charter and answer"), link_to("my_association.answer_charter", lang, token=token)),
            after=[_("You need no password. The link works for 30 days.")],
        )
