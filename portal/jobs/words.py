"""The jobs in words: what they are, when they run, and what a run did."""

import re
from collections.abc import Callable, Sequence

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.jobs.queries import Standing
from portal.jobs.rules import Name

NAMES = {
    Name.MAIL: _l("Sends mail"),
    Name.WAITING_LISTS: _l("Tends the waiting lists"),
    Name.REMINDERS: _l("Reminds those who are registered"),
    Name.THANKS: _l("Thanks those who came"),
    Name.CONFIRMATIONS: _l("Asks contacts once a year whether their record is right"),
    Name.UPLOADS: _l("Reads large spreadsheets"),
    Name.LINKS: _l("Deletes links that have expired"),
    Name.RETENTION: _l("Erases names and addresses when their time is over"),
}
TIMES = {
    Name.MAIL: _l("all the time"),
    Name.WAITING_LISTS: _l("twice a minute"),
    Name.REMINDERS: _l("every five minutes"),
    Name.THANKS: _l("every ten minutes"),
    Name.CONFIRMATIONS: _l("every day at 9 am"),
    Name.UPLOADS: _l("all the time"),
    Name.LINKS: _l("every five minutes"),
    Name.RETENTION: _l("every night at 3 am"),
}
STANDINGS = {
    Standing.NEVER_RAN: (_l("Not run yet"), None),
    Standing.UNDER_WAY: (_l("At work"), "info"),
    Standing.BROKEN_OFF: (_l("Broken off"), "warning"),
    Standing.WENT_WELL: (_l("Went well"), "success"),
    Standing.FAILED: (_l("Went wrong"), "error"),
}


def _told(letters: int, activities: int) -> str:
    return str(
        _(
            "%(letters)s about %(activities)s",
            letters=ngettext("%(num)s mail", "%(num)s mails", letters),
            activities=ngettext("%(num)s activity", "%(num)s activities", activities),
        )
    )


def _reminded(reminders: int, activities: int) -> str:
    return str(
        _(
            "%(reminders)s for %(activities)s",
            reminders=ngettext("%(num)s reminder", "%(num)s reminders", reminders),
            activities=ngettext("%(num)s activity", "%(num)s activities", activities),
        )
    )


def _erased(registrations: int, activities: int, messages: int, enquiries: int, lines: int) -> str:
    return str(
        _(
            "Erased: %(registrations)s for %(activities)s, %(messages)s, %(enquiries)s, %(lines)s",
            registrations=ngettext("%(num)s registration", "%(num)s registrations", registrations),
            activities=ngettext("%(num)s activity", "%(num)s activities", activities),
            messages=ngettext("%(num)s mail", "%(num)s mails", messages),
            enquiries=ngettext("%(num)s enquiry", "%(num)s enquiries", enquiries),
            lines=ngettext("%(num)s line of the log", "%(num)s lines of the log", lines),
        )
    )


DID: dict[str, Callable[..., str]] = {
    Name.MAIL: lambda sent, later, failed: _(
        "%(mails)s sent, %(later)s to be tried again, %(failed)s given up",
        mails=ngettext("%(num)s mail", "%(num)s mails", sent), later=later, failed=failed,
    ),
    Name.WAITING_LISTS: lambda parties: ngettext("%(num)s party heard of it", "%(num)s parties heard of it", parties),
    Name.REMINDERS: _reminded,
    Name.THANKS: _told,
    Name.CONFIRMATIONS: lambda contacts: ngettext("%(num)s contact asked", "%(num)s contacts asked", contacts),
    Name.UPLOADS: lambda uploads: ngettext("%(num)s spreadsheet", "%(num)s spreadsheets", uploads),
    Name.LINKS: lambda links: ngettext("%(num)s link deleted", "%(num)s links deleted", links),
    Name.RETENTION: _erased,
}  # fmt: skip


def did(name: str, numbers: Sequence[int]) -> str:
    """What a run did, in the reader's language."""
    return DID[name](*numbers) if any(numbers) else _("Nothing to do")


def said(name: str, numbers: Sequence[int]) -> str:
    """The same in English, as it is kept."""
    with force_locale("en"):
        return did(name, numbers)


def in_readers_words(name: str, kept: str) -> str:
    """What was kept of a run, in the reader's language; as it stands where it is older than these words."""
    numbers = [int(number) for number in re.findall(r"\d+", kept)]
    try:
        again = said(name, numbers)
        return did(name, numbers) if again == kept else kept
    except (KeyError, TypeError):
        return kept
