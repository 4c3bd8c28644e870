"""A message as the mail that goes out: its parts, its headers, its invitations to a calendar."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from email_validator import EmailNotValidError, validate_email

from portal.config import Settings
from portal.mail.letter import written
from portal.mail.mailing_letter import mailing_letter
from portal.mail.models import Message

OBJECT = re.compile(r"^BEGIN:VCALENDAR\r?\n.*?^END:VCALENDAR(?:\r?\n|\Z)", re.MULTILINE | re.DOTALL)
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that is never folded: a long address would be turned into =?utf-8?...?=, which nobody can follow."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", _OneLine)
# `SMTP` keeps line ends right; seven bits, since nobody on the way has to rewrite those.
POLICY = SMTP.clone(cte_type="7bit", header_factory=HEADERS)


def compose(message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The mail as it goes out, the same at each try but for its date. ValueError where it cannot be put together."""
    subject, text, html = words_of_message(message)
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = subject
    mail["From"] = formataddr((settings.wordmark, settings.mail_from))
    mail["To"] = in_ascii(message.recipient or "")
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if message.bulk:
        mail["Precedence"] = "bulk"
    if message.unsubscribe:  # RFC 2369, and RFC 8058 for one press without a page
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    _add_invitations(mail, message.calendar or "")
    mail["Content-Language"] = message.language  # last: it would move into the first part
    return mail


def in_ascii(address: str) -> str:
    """The address with its domain as the network writes it: `info@xn--bl-8ia.example` for `info@blå.example`.

    One with other letters before the @ stays; not every server takes it.
    """
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).ascii_email or address
    except EmailNotValidError:
        return address  # the server says what it thinks of it


def words_of_message(message: Message) -> tuple[str, str, str]:
    """Subject, text and HTML, its own or those of the mail to many that it belongs to."""
    if message.mailing is None:
        return message.subject or "", message.body_text or "", message.body_html or ""
    letter = mailing_letter(message.mailing, message.language, link=message.link or "")
    letter = replace(letter, subject=message.subject or letter.subject, unsubscribe=message.unsubscribe or "")
    return (" ".join(letter.subject.split()), *written(letter, message.language))


def calendar_objects(stream: str) -> list[str]:
    """The calendar objects of a stream that holds them one after the other, with the line ends of RFC 5545."""
    return [re.sub(r"\r?\n", "\r\n", found) for found in OBJECT.findall(stream)]


@dataclass(frozen=True)
class Invitation:
    """One calendar object of a mail: its file's name, its method (empty where it has none), its text."""

    name: str
    method: str
    text: str

    @property
    def params(self) -> dict[str, str]:
        """What stands in its header beside text/calendar: the method is the one in the object (RFC 6047)."""
        return {"charset": "utf-8", **({"method": self.method} if self.method else {}), "component": "VEVENT"}


def invitations_of(stream: str) -> list[Invitation]:
    """The calendar objects that go with a mail."""
    found = []
    for number, text in enumerate(calendar_objects(stream), 1):
        method = METHOD.search(text)
        name = f"invite-{number}.ics" if number > 1 else "invite.ics"
        found.append(Invitation(name, method[1] if method else "", text))
    return found


def _add_invitations(mail: EmailMessage, stream: str) -> None:
    """The first invitation as the last alternative, which is what Outlook, Google and Apple act upon, and again as a
    file for programs that look at files only; any further one as a file.

    Outlook reads invitations within the first
    part of the whole only (MS-STANOICAL, V0343), so that no second one stands among the alternatives.
    """
    for number, each in enumerate(invitations_of(stream), 1):
        content = each.text.encode()
        if number == 1:
            mail.add_alternative(content, maintype="text", subtype="calendar", cte="base64", params=each.params)
            mail.add_attachment(content, maintype="application", subtype="ics", filename=each.name)
        else:
            mail.add_attachment(content, maintype="text", subtype="calendar", filename=each.name, params=each.params)
