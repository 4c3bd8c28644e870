"""Papers: what is taken, by its content and never by its name; who may read what."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.rules import Role
from portal.activities.rules import State, Visibility
from portal.database import db, writing
from portal.errors import RuleError
from portal.forum.files import clean_name, kind_of
from portal.forum.models import Paper
from portal.forum.papers import add_paper
from portal.forum.rules import MOST_BYTES, MOST_PAPERS, Readers
from tests.associations import enter_as, make_association
from tests.forum import make_meeting, make_paper
from tests.make import log_in, make_user
from tests.page import PageClient

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1"
EXE = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + b"\0" * 200
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled"
ODT = "application/vnd.oasis.opendocument.text"


def packed(**parts: str | bytes) -> bytes:
    """A zip file; one argument for each of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return made.getvalue()


def word(kind: str = WORD, **more: str | bytes) -> bytes:
    """A file as Word writes it, as far as we look."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}.main+xml"/></Types>'
    return packed(**{"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **more})


def odt(**more: str | bytes) -> bytes:
    """A file as LibreOffice writes it, as far as we look."""
    return packed(**{"mimetype": ODT, "META-INF/manifest.xml": "<manifest/>", "content.xml": "<x/>", **more})


def bomb() -> bytes:
    """A small file that says it unpacks to a lot."""
    return word(**{"word/media/huge.xml": b"\0" * 60_000_000})


def squeezed(how: int) -> bytes:
    """An office file whose parts are packed that way."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{WORD}.main+xml"/></Types>' * 20)
    return file.getvalue()


def damaged() -> bytes:
    """Its table of contents is whole, what is packed is not."""
    whole = squeezed(zipfile.ZIP_DEFLATED)
    first = 30 + len("[Content_Types].xml")
    return whole[:first] + b"\xff" * 8 + whole[first + 8 :]


def locked() -> bytes:
    """A zip file whose parts have a password, as far as its table of contents tells."""
    return word().replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


GOOD = [
    (PDF, "application/pdf", "pdf"), (PNG, "image/png", "png"), (JPEG, "image/jpeg", "jpg"), (word(), WORD, "docx"),
    (odt(), ODT, "odt"),
]  # fmt: skip
BAD = {
    "nothing": (b"", "empty_file"),
    "program": (EXE, "file_unknown"),
    "program behind a PDF's mark": (b"MZ" + PDF, "file_unknown"),
    "script": (b"#!/bin/sh\nrm -rf ~\n", "file_unknown"),
    "web page": (b"<!doctype html><script>alert(1)</script>", "file_unknown"),
    "picture that is text": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "file_unknown"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_unknown"),
    "zip": (packed(**{"a.txt": "a"}), "file_unknown"),
    "torn zip": (word()[:60], "file_broken"),
    "damaged inside": (damaged(), "file_broken"),
    "packed as no office file is": (squeezed(zipfile.ZIP_LZMA), "file_broken"),
    "macros by their part": (word(**{"word/vbaProject.bin": "x"}), "file_macros"),
    "macros by another part": (word(**{"word\\VBAdata.xml": "x"}), "file_macros"),
    "macros by their type": (word(MACRO_WORD), "file_macros"),
    "macros by a hidden type": (word(MACRO_WORD.replace("macroE", "m&#97;croE")), "file_broken"),
    "a button that runs": (word(**{"word/activeX/activeX1.bin": "x"}), "file_macros"),
    "LibreOffice macros": (odt(**{"Basic/Standard/Module1.xml": "x"}), "file_macros"),
    "LibreOffice scripts": (odt(**{"Scripts/python/x.py": "x"}), "file_macros"),
    "a program inside": (word(**{"word/embeddings/setup.exe": EXE}), "file_unknown"),
    "a way out": (word(**{"../../etc/passwd": "x"}), "file_broken"),
    "bomb": (bomb(), "file_bomb"),
    "password": (locked(), "file_locked"),
    "another open document": (packed(mimetype="application/epub+zip"), "file_unknown"),
    "no type inside": (word("text/plain"), "file_unknown"),
    "two types inside": (word(f'{WORD}.main+xml" x="{SHEET}'), "file_unknown"),
    "too large": (PDF + b"\0" * MOST_BYTES, "file_too_large"),
}


def test_a_file_is_what_its_content_says() -> None:
    for content, media_type, ending in GOOD:
        kind = kind_of(content)
        assert (kind.media_type, kind.ending) == (media_type, ending)


@pytest.mark.parametrize("what", sorted(BAD))
def test_a_file_that_is_something_else_is_refused(what: str) -> None:
    content, fault = BAD[what]
    with pytest.raises(RuleError, match=fault):
        kind_of(content)


def test_a_name_is_cleaned() -> None:
    for name, cleaned in {
        "../../etc/passwd": "passwd.pdf",
        'C:\\temp\\"Oplæg"; filename=x.exe\r\nX-Evil: 1.exe': "Oplæg filename=x.exeX-Evil 1.pdf",
        "‮fdp.exe": "fdp.pdf",
        "": "fil.pdf",
        "...": "fil.pdf",
        "x" * 300 + ".pdf": "x" * 120 + ".pdf",
        "Kaffe & Konsekvens.docx": "Kaffe & Konsekvens.pdf",
    }.items():
        assert clean_name(name, "pdf") == cleaned, name


def upload(
    client: PageClient, meeting_id: int, content: bytes, name: str = "oplæg.pdf", **typed: str
) -> tuple[int, str]:
    """Sends the form; the answer's status and text."""
    # Put together by hand: Flask's client would leave a temporary file open.
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{text}\r\n'
        for field, text in {"title": "Oplæg om tryghed", "readers": "members", **typed}.items()
    ]
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join(["".join(parts).encode(), head.encode(), content, b"\r\n--b--\r\n"])
    answer = client.post(
        f"/en/staff/forum/{meeting_id}/papers/new", data=body, content_type="multipart/form-data; boundary=b"
    )
    return answer.status_code, answer.text


def papers() -> int:
    """How many papers there are."""
    return db.session.scalar(select(func.count(Paper.id))) or 0


def test_an_upload_that_is_refused_keeps_what_was_typed(client: PageClient) -> None:
    log_in(client)
    meeting = make_meeting()
    typed = "Oplæg om tryghed"
    for content, name, words in (
        (EXE, "referat.pdf", "none of them"),
        (b"", "tom.pdf", "empty"),
        (word(**{"word/vbaProject.bin": "x"}), "brev.docx", "macros"),
        (PDF + b"\0" * 50_000_000, "stor.pdf", "10 MB"),
        (PDF, "010190-1234.pdf", "CPR"),
    ):
        code, page = upload(client, meeting.id, content, name)
        assert code == 422, name
        assert f'value="{typed}"' in page
        assert words in page, name
    without = client.post(f"/da/staff/forum/{meeting.id}/papers/new", data={"title": typed, "readers": "all"})
    assert without.status_code == 422
    assert upload(client, meeting.id, PDF, title="010190-1234")[0] == 422
    assert upload(client, meeting.id, PDF, readers="nobody")[0] == 422
    assert papers() == 0


def test_a_paper_is_saved_never_shown(client: PageClient) -> None:
    user = log_in(client)
    meeting = make_meeting()
    assert upload(client, meeting.id, PDF, "..\\Årets tal €.exe", readers="all")[0] == 303
    [paper] = db.session.scalars(select(Paper)).all()
    assert (paper.file_name, paper.media_type, paper.size, paper.uploaded_by_id) == (
        "Årets tal €.pdf", "application/pdf", len(PDF), user.id,
    )  # fmt: skip
    answer = client.get(f"/da/forum/papers/{paper.id}")
    assert answer.data == PDF
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Arets tal .pdf\"; filename*=UTF-8''%C3%85rets%20tal%20%E2%82%AC.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    public = client.application.test_client().get(f"/da/activities/{meeting.id}-tryghed-i-nordvest").text
    assert f'href="/da/forum/papers/{paper.id}"' in public
    other = make_meeting()
    client.post(f"/da/staff/forum/{other.id}/papers/{paper.id}/remove")
    assert papers() == 1, "a paper goes by its own meeting"
    client.post(f"/da/staff/forum/{meeting.id}/papers/{paper.id}/remove")
    assert papers() == 0
    assert client.get(f"/da/forum/papers/{paper.id}").status_code == 404


def test_who_may_read_a_paper(client: PageClient, app: Flask) -> None:
    log_in(client)
    visitors = {"staff": client, **{name: app.test_client() for name in ("public", "member", "other", "facilitator")}}
    enter_as(visitors["member"], make_association(forum_since=date(2020, 1, 1)))
    enter_as(visitors["other"], make_association("Syv Broer"))
    log_in(visitors["facilitator"], Role.FACILITATOR)
    meeting = make_meeting(clock.now() - timedelta(days=1))
    found = {choice: make_paper(meeting, choice).id for choice in Readers}

    def who(choice: Readers, key: str = "") -> set[str]:
        page = f"/da/forum/papers/{found[choice]}{key}"
        codes = {name: visitor.get(page).status_code for name, visitor in visitors.items()}
        assert set(codes.values()) <= {200, 404}
        return {name for name, code in codes.items() if code == 200}

    def at(state: State, visibility: Visibility) -> None:
        with writing() as session:
            found_meeting = session.get_one(type(meeting), meeting.id)
            found_meeting.state, found_meeting.visibility = state, visibility

    assert who(Readers.STAFF) == {"staff"}
    assert who(Readers.MEMBERS) == {"staff", "member"}
    assert who(Readers.ALL) == set(visitors)
    at(State.PUBLISHED, Visibility.UNLISTED)
    assert who(Readers.ALL) == {"staff", "member"}
    assert who(Readers.ALL, "?key=unlisted-key") == set(visitors)
    assert who(Readers.MEMBERS, "?key=unlisted-key") == {"staff", "member"}
    for state, visibility in ((State.DRAFT, Visibility.PUBLIC), (State.PUBLISHED, Visibility.CLOSED)):
        at(state, visibility)
        assert who(Readers.ALL, "?key=unlisted-key") == {"staff"}
    with visitors["member"].session_transaction() as session:
        session["contact"] = "another key"
    at(State.PUBLISHED, Visibility.PUBLIC)
    assert who(Readers.MEMBERS) == {"staff"}


def test_a_meeting_has_so_many_papers_and_no_more(app: Flask) -> None:
    meeting, user = make_meeting(), make_user()
    for _ in range(MOST_PAPERS):
        make_paper(meeting)
    with pytest.raises(RuleError, match="too_many_papers"):
        add_paper(meeting.id, "Et til", "x.pdf", PDF, Readers.ALL, now=clock.now(), actor=user)
