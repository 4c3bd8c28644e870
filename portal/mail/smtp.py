"""The way to the mail server: one connection for many messages, bounded in time, and what its faults mean."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from portal.config import Settings
from portal.mail.models import Fault
from portal.mail.rules import no_such_mailbox

# How long a try may take; all of it is clearly below the lease (portal/mail/rules.py).
STEP_SECONDS = 20.0  # each answer and each piece sent
OPEN_SECONDS = 120.0  # finding the server, TLS and login together
# The server may have taken the mail already when its last answer is late. Who does not wait sends a second copy, so
# RFC 5321 (4.5.3.2.6) asks for ten minutes.
ANSWER_SECONDS = 600.0
TRY_SECONDS = 750.0
QUIT_SECONDS = 3.0
CLOSING = 421  # the server takes no more on this connection


class NotTaken(Exception):
    """A mail that was not taken. `for_good` where another try is in vain; `ends_round` where the next mail would fare
    no better; `closing` where the server takes no more on this connection.

    Its text is for the log: the cause's class and number, never the server's words, which repeat addresses.
    """

    def __init__(
        self, fault: Fault, cause: Exception, *, code: int = 0, for_good: bool = False, ends_round: bool = False
    ) -> None:
        code = code or getattr(cause, "smtp_code", 0)
        super().__init__(f"{type(cause).__name__} {code}" if code else type(cause).__name__)
        self.fault = fault
        self.for_good = for_good
        self.closing = code == CLOSING
        self.ends_round = ends_round or self.closing


class _Plain(smtplib.SMTP):
    """A connection that waits long for the answer to a whole mail, and not for any other."""

    def open(self, host: str, port: int) -> None:
        """Connects. It is no part of the making, so that it can be cut off."""
        self._host = host  # the name that the certificate must have; connect() alone does not set it
        code, words = self.connect(host, port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, words)

    def send(self, s: Any) -> None:
        """Sends a command, or a mail with its closing dot."""
        super().send(s)
        if self.sock:
            whole = isinstance(s, bytes) and s.endswith(b"\r\n.\r\n")
            self.sock.settimeout(ANSWER_SECONDS if whole else STEP_SECONDS)


class _TLS(_Plain, smtplib.SMTP_SSL):
    """The same, with TLS from its beginning."""


class MailServer:
    """The mail server, for one round. It is connected to at the first mail, and again whenever it dropped us."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: _Plain | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def send(self, mail: EmailMessage, recipient: str) -> None:
        """Hands one mail over, in TRY_SECONDS at most. NotTaken where the server does not take it."""
        with self._cut_off_after(TRY_SECONDS):
            reused = self._answers()
            if not reused:
                self._open()
            try:
                self._hand_over(mail, recipient)
            except NotTaken as fault:
                # Some servers take so many mails on one connection and no more: nothing of this one was taken.
                if not (reused and fault.closing):
                    raise
                self._drop()
                self._open()
                self._hand_over(mail, recipient)

    def close(self) -> None:
        """Says goodbye. What was taken stays taken, whatever the server answers."""
        if self._smtp is not None:
            with self._cut_off_after(QUIT_SECONDS), suppress(OSError):
                self._smtp.quit()
        self._drop()

    def _answers(self) -> bool:
        """Whether the connection from the mail before is still there; a dropped one would cost this mail a try."""
        if self._smtp is None:
            return False
        with suppress(OSError):
            if self._smtp.noop()[0] == 250:
                return True
        self._drop()
        return False

    def _drop(self) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.close()
        self._smtp = None

    def _open(self) -> None:
        settings, began = self._settings, time.monotonic()
        context = ssl.create_default_context()
        direct = settings.mail_tls == "tls"
        smtp = _TLS(timeout=STEP_SECONDS, context=context) if direct else _Plain(timeout=STEP_SECONDS)
        self._smtp = smtp
        try:
            smtp.open(settings.mail_host, settings.mail_port)
            if settings.mail_tls == "starttls":
                smtp.starttls(context=context)
            if settings.mail_user:
                smtp.login(settings.mail_user, settings.mail_password)
            if time.monotonic() - began > OPEN_SECONDS:
                raise TimeoutError
        except (OSError, ValueError) as fault:  # ValueError: a password that cannot be said
            self._drop()
            said_no = isinstance(fault, smtplib.SMTPException) or not isinstance(fault, OSError)
            silent = isinstance(fault, smtplib.SMTPServerDisconnected) or not said_no
            raise NotTaken(Fault.NO_ANSWER if silent else Fault.REFUSED, fault, ends_round=True) from None

    def _hand_over(self, mail: EmailMessage, recipient: str) -> None:
        assert self._smtp is not None  # noqa: S101 - _open() made it
        try:
            self._smtp.send_message(mail, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as fault:
            code, words = fault.recipients[recipient]
            gone = no_such_mailbox(code, words.decode(errors="replace"))
            raise NotTaken(Fault.NO_MAILBOX if gone else Fault.REFUSED, fault, code=code, for_good=gone) from None
        except smtplib.SMTPSenderRefused as fault:  # it is the same sender for all
            raise NotTaken(Fault.REFUSED, fault, ends_round=True) from None
        except smtplib.SMTPResponseException as fault:
            # A mail refused for good after its text is tried again all the same: what takes a mail for spam now is
            # often told better within the day.
            raise NotTaken(Fault.REFUSED, fault) from None
        except smtplib.SMTPNotSupportedError as fault:  # an address with letters that the server does not know
            raise NotTaken(Fault.BROKEN, fault) from None
        except OSError as fault:
            self._drop()
            raise NotTaken(Fault.NO_ANSWER, fault, ends_round=True) from None

    @contextmanager
    def _cut_off_after(self, seconds: float) -> Iterator[None]:
        """Ends the connection when the time is up, also for a server that says a letter every now and then."""

        def cut() -> None:
            sock = self._smtp.sock if self._smtp else None
            if sock:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, which would wait for the other side

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
