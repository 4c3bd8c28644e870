"""The mail as it goes out: parts, headers, invitations; and TLS to the server."""

import ssl
import subprocess
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask

from portal.database import db, writing
from portal.mail import smtp
from portal.mail.compose import compose, in_ascii
from portal.mail.delivery import deliver_due
from portal.mail.models import Fault, Mailing
from tests.mail_server import NOW, Postbox, mail_goes_to, queue, smtp_server, stored


def invitation(method: str, title: str = "Bag om nyhederne æøå") -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@vink.example\r\n"
        f"SUMMARY:{title}\r\nDESCRIPTION:Om METHOD:FALSE\\nEND:VCALENDAR ikke endnu\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def sent(app: Flask, **changes: object) -> EmailMessage:
    """What a receiver reads out of the bytes that went out."""
    [number] = queue(**changes)  # type: ignore[arg-type]
    raw = compose(stored(number), app.extensions["settings"], NOW).as_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b""), "a line end that servers refuse"
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def kinds(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


def test_text_and_html(app: Flask) -> None:
    mail = sent(app, subject="Tak for i går, æøå", body_text="Kære alle\n" + "ø" * 3000)
    assert kinds(mail) == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Subject"] == "Tak for i går, æøå"
    assert "ø" * 3000 in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "da"
    assert mail["List-Unsubscribe"] is mail["Precedence"] is None


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_an_invitation_is_the_last_alternative_and_a_file(app: Flask, method: str, line_end: str) -> None:
    stream = invitation(method)
    mail = sent(app, calendar=stream.replace("\r\n", line_end))
    assert kinds(mail) == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    _text, _html, part, file = [part for part in mail.walk() if not part.is_multipart()]
    assert dict(part["Content-Type"].params) == {"charset": "utf-8", "method": method, "component": "VEVENT"}
    assert part.get_content_disposition() is None
    assert file.get_filename() == "invite.ics"
    assert [p.get_payload(decode=True) for p in (part, file)] == [stream.encode()] * 2


def test_each_further_invitation_is_a_file_of_its_own_method(app: Flask) -> None:
    streams = [invitation("REQUEST"), invitation("CANCEL", "To"), invitation("REQUEST", "Tre")]
    mail = sent(app, calendar="".join(streams))
    files = list(mail.iter_attachments())
    assert [file.get_filename() for file in files] == ["invite.ics", "invite-2.ics", "invite-3.ics"]
    assert [file["Content-Type"].params.get("method") for file in files] == [None, "CANCEL", "REQUEST"]
    assert [file.get_payload(decode=True) for file in files] == [stream.encode() for stream in streams]


def test_who_wants_no_more_is_told_how(app: Flask) -> None:
    address = "https://portal.example/da/unsubscribe/" + "Ab-_.x" * 30
    mail = sent(app, unsubscribe=address, bulk=True)
    assert mail["List-Unsubscribe"] == f"<{address}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Precedence"] == "bulk"


def test_a_message_of_a_mail_to_many_takes_its_words_from_there(app: Flask) -> None:
    with writing() as session:
        mailing = Mailing(
            submission="1", subject_da="Nyt lokale", subject_en="", body_da="Vi mødes\ni salen.\n\nVel mødt.",
            body_en="", created_at=NOW,
        )  # fmt: skip
        session.add(mailing)
        session.flush()
        number = mailing.id
    words = {"subject": None, "body_text": None, "body_html": None, "mailing_id": number, "language": "en"}
    mail = sent(app, **words, link="https://portal.example/en/registrations/TOKEN")
    assert mail["Subject"] == "Nyt lokale"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert "Vi mødes i salen." in text.splitlines()
    assert "See or change the registration:\nhttps://portal.example/en/registrations/TOKEN" in text
    assert sent(app, **{**words, "subject": "VINK: a message to you"})["Subject"] == "VINK: a message to you"


def test_a_domain_with_other_letters_is_written_as_the_network_does(app: Flask) -> None:
    assert in_ascii("info@blå.example") == "info@xn--bl-zia.example"
    assert in_ascii("åse@skole.example") == "åse@skole.example"
    box = Postbox()
    with smtp_server(box, enable_SMTPUTF8=True) as port, mail_goes_to(app, str(db.engine.url), port):
        queue(recipient="åse@skole.example")
        assert deliver_due(now=NOW).sent == 1
    with smtp_server(box, enable_SMTPUTF8=False) as port, mail_goes_to(app, str(db.engine.url), port):
        [number] = queue(recipient="åse@skole.example")
        assert deliver_due(now=NOW).later == 1
    assert stored(number).fault is Fault.BROKEN
    assert sent(app, recipient="info@blå.example")["To"] == "info@xn--bl-zia.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost`, with its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem"


@pytest.mark.parametrize("kind", ["tls", "starttls"])
def test_the_server_shows_a_certificate_for_its_name(
    app: Flask, monkeypatch: pytest.MonkeyPatch, certificate: Path, kind: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    box = Postbox()
    more = {"ssl_context": context} if kind == "tls" else {"tls_context": context, "require_starttls": True}
    url = str(db.engine.url)
    [number] = queue()
    with smtp_server(box, **more) as port:
        with mail_goes_to(app, url, port, mail_tls=kind, mail_host="localhost"):
            assert deliver_due(now=NOW).later == 1  # nobody vouches for it
        trusted = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(smtp.ssl, "create_default_context", lambda: trusted)
        later = NOW + timedelta(hours=1)
        with mail_goes_to(app, url, port, mail_tls=kind, mail_host="127.0.0.1"):
            assert deliver_due(now=later).later == 1  # it is for another name
        assert stored(number).fault is Fault.NO_ANSWER
        with mail_goes_to(app, url, port, mail_tls=kind, mail_host="localhost"):
            assert deliver_due(now=later + timedelta(hours=1)).sent == 1
    assert len(box.mails) == 1
