"""Letters that let an association's contact in, or answer, by a link: to log in, to confirm the record, the charter."""

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.associations.access_links import LOG_IN_MAIL
from portal.associations.charter_queries import REMINDER
from portal.associations.models import Contact
from portal.mail.letter import Letter
from portal.mail.wording import Group, MailKind, Words, declare, letter_of
from portal.web.links import link_to
from portal.web.locale import phone

CONFIRM_MAIL = "confirm_record"
LEFT_MAIL = "mailbox_left"
NO_PASSWORD = _l("You need no password. The link works for 30 days.")

declare(
    MailKind(
        LOG_IN_MAIL,
        _l("Link to log in"),
        Words(
            _l("Your link to log in"),
            _l("Your link to log in"),
            _l(
                "You asked to log in for {association}.\n\nA link works once, and for 20 minutes. There is no password."
            ),
            _l("Did you not ask for this? Then you need not do anything. Nobody gets in without this mail."),
        ),
        ("association",),
        group=Group.ASSOCIATION,
        button=_l("Log in for {association}"),
    ),
    MailKind(
        CONFIRM_MAIL,
        _l("Is the record still right?"),
        Words(
            _l("Is this still right?"),
            _l("Is this still right?"),
            _l("Once a year we ask whether we still write to the right mailbox. This is what we have:"),
            NO_PASSWORD,
        ),
        ("association",),
        news=True,
        group=Group.ASSOCIATION,
        rows=("association", "role", "email"),
        button=_l("Say that it is right, or correct it"),
    ),
    MailKind(
        REMINDER,
        _l("Reminder about the charter"),
        Words(
            _l("The charter for democratic values: what do you say?"),
            _l("What do you say to the charter?"),
            _l(
                "Associations that cooperate with us say whether the cooperation can build on the City of "
                "Copenhagen's charter for democratic values. We have no answer from {association} yet.\n\n"
                "Read the text and answer on the page. Yes and no are both answers, and you can change it later."
            ),
            NO_PASSWORD,
        ),
        ("association",),
        news=True,
        group=Group.ASSOCIATION,
        button=_l("Read the charter and answer"),
    ),
    MailKind(
        LEFT_MAIL,
        _l("A mailbox is no longer the association’s"),
        Words(
            _l("We no longer write to this mailbox"),
            _l("We no longer write to this mailbox"),
            _l(
                "{association} has told us that this is no longer its mailbox. Nobody can log in by it any more.\n\n"
                "Was that not meant? Write or call, and we put it right."
            ),
        ),
        ("association",),
        group=Group.ASSOCIATION,
        needed=("association",),
    ),
)


def log_in_letter(rooms: Sequence[tuple[str, str]], lang: str) -> Letter:
    """The links to log in with: each association's name with its token."""
    with force_locale(lang):
        buttons = [
            (_("Log in for %(association)s", association=name), link_to("my_association.enter", lang, token=token))
            for name, token in rooms
        ]
        names = format_list([name for name, _token in rooms], locale=lang)
        notes = [_("This address belongs to several associations: choose one.")] if len(rooms) > 1 else []
    parts = {"button": buttons[0], "more_buttons": buttons[1:]}
    return letter_of(LOG_IN_MAIL, lang, {"association": names}, notes=notes, parts=parts)


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
        parts = {
            "facts": [fact for fact in facts if fact[1]],
            "button": (
                _("Say that it is right, or correct it"),
                link_to("my_association.confirm", lang, token=token),
            ),
        }
    return letter_of(CONFIRM_MAIL, lang, {"association": contact.association.name}, parts=parts)


def no_longer_written_to_letter(association_name: str, lang: str) -> Letter:
    """To a mailbox that the association itself took out or exchanged, in case that was not meant."""
    return letter_of(LEFT_MAIL, lang, {"association": association_name})


def charter_letter(contact: Contact, token: str, lang: str) -> Letter:
    """The question about the charter, to an association that has not answered."""
    with force_locale(lang):
        parts = {
            "button": (_("Read the charter and answer"), link_to("my_association.answer_charter", lang, token=token)),
        }
    return letter_of(REMINDER, lang, {"association": contact.association.name}, parts=parts)
