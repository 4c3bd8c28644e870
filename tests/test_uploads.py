"""Uploads in the back office: previewed, chosen from, written once, thrown away; large ones by the worker."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.associations.models import Association, Contact, OtherName
from portal.database import db, writing
from portal.imports import upload_service
from portal.imports.models import RowOutcome, Upload, UploadRow, UploadState
from portal.log.models import Event, LogEntry
from portal.worker import jobs, run
from tests.associations import make_association
from tests.make import PASSWORD, log_in, make_user
from tests.page import PageClient
from tests.queries import count_queries
from tests.test_import_associations import SAMPLE
from tests.uploads import listed, newest_upload, outcomes, send, workbook


def names() -> list[str]:
    """Every association's name."""
    db.session.rollback()
    return sorted(db.session.scalars(select(Association.name)))


def work(app: Flask) -> bool:
    """One run of the worker's job."""
    ran = run(app, "uploads", jobs(app.extensions["settings"])["uploads"])
    return ran is not None and ran.ok


def row_ids(upload: Upload) -> dict[int, int]:
    """The rows' ids by their numbers."""
    rows = db.session.execute(select(UploadRow.number, UploadRow.id).where(UploadRow.upload_id == upload.id))
    return {row.number: row.id for row in rows}


def test_the_sample_is_looked_through_chosen_from_and_written_once(client: PageClient, noon: datetime) -> None:
    user_id = log_in(client).id
    answer = send(client, SAMPLE.read_bytes())
    upload = newest_upload()
    assert (answer.status_code, upload.state, upload.user_id) == (303, UploadState.PREVIEWED, user_id)
    assert names() == []
    by_number = outcomes(upload)
    assert list(by_number.values()).count(RowOutcome.NEW) == 20
    assert [by_number[n] for n in (22, 23, 24)] == [RowOutcome.PROBABLY_SAME, RowOutcome.FAULTY, RowOutcome.FAULTY]
    path = f"/en/staff/imports/{upload.id}"
    faulty = client.get(f"{path}?outcome=faulty").text
    for words in ("its check digit does not fit", "Probably the same as row 10, «Idrætsklubben Tågehornet»",
                  "Sydhavnen", "ikke en adresse", "«12» is not a telephone number", "31.02.2017"):  # fmt: skip
        assert words in faulty, words
    probable = client.get(path).text  # what asks for a decision is shown first
    assert "Kvindenetvaerket Kanelblomst" in probable
    assert "It is another one" not in probable  # its folded name is taken
    row = row_ids(upload)[22]
    client.post(f"{path}/choices", data={f"take-{row}": "other", "take-999999999": "same", "take-x": "same"})
    db.session.rollback()
    assert db.session.get_one(UploadRow, row).take == ""
    assert client.post(f"{path}/choices?outcome=probably_same", data={f"take-{row}": "same"}).status_code == 303
    for _press in range(2):
        assert client.post(f"{path}/write").status_code == 303
    upload = newest_upload()
    assert (upload.state, upload.content) == (UploadState.DONE, None)
    assert len(names()) == 20
    assert db.session.scalars(select(OtherName.name)).all() == ["Kvindenetvaerket Kanelblomst"]
    assert db.session.scalar(select(func.count(LogEntry.id)).where(LogEntry.event == Event.IMPORTED)) == 20
    assert {entry.user_id for entry in db.session.scalars(select(LogEntry))} == {user_id}
    page = client.get(f"{path}?outcome=new").text
    assert "21 rows were written" in page
    known = db.session.scalars(select(Association).where(Association.name == "Madklubben Lange Borde")).one()
    assert f'href="/en/staff/associations/{known.id}"' in page
    assert "20 unchanged" not in page
    send(client, SAMPLE.read_bytes(), lang="da")
    assert list(outcomes(newest_upload()).values()).count(RowOutcome.UNCHANGED) == 21


def test_another_one_is_added_where_only_the_mailbox_is_the_same(client: PageClient) -> None:
    log_in(client)
    make_association("Sangforeningen", "association", email="kor@sang.example")
    send(client, listed("Dansegruppen;;Valby;;Formand;kor@sang.example;;;", "dansegruppen;;Vanløse;;;;;;"))
    upload = newest_upload()
    ids = row_ids(upload)
    path = f"/en/staff/imports/{upload.id}"
    assert "It is another one: add it" in client.get(path).text
    client.post(f"{path}/write", data={f"take-{ids[2]}": "other"})
    assert names() == ["Dansegruppen", "Sangforeningen"]
    assert outcomes(newest_upload())[2] is RowOutcome.PROBABLY_SAME
    # The second row was new when it was shown; now it resembles the first, and nobody has been asked: left out.
    second = db.session.get_one(UploadRow, row_ids(upload)[3])
    assert (second.outcome, second.take) == (RowOutcome.PROBABLY_SAME, "")


def test_what_changed_meanwhile_is_shown_again_and_nothing_overwritten(client: PageClient) -> None:
    log_in(client)
    association = make_association("Sangforeningen", "association", "valby", email="kor@sang.example")
    send(client, listed("Sangforeningen;;Vanløse;;;;;;", "Dansegruppen;;;;;;;;"))
    path = f"/en/staff/imports/{newest_upload().id}"
    assert "District: Valby → Vanløse" in client.get(f"{path}?outcome=changed").text
    with writing() as session:
        changed = session.get_one(Association, association.id)
        changed.district_id = None
    client.post(f"{path}/write")
    assert newest_upload().state is UploadState.PREVIEWED
    assert names() == ["Sangforeningen"]
    page = client.get(f"{path}?outcome=changed").text
    assert "row 2 would do something else now" in page
    assert "District: Vanløse" in page
    client.post(f"{path}/write")
    assert names() == ["Dansegruppen", "Sangforeningen"]


def test_another_member_of_staff_may_look_and_only_look(client: PageClient) -> None:
    owner = make_user(Role.STAFF, "owner@vink.example")
    with client.application.test_request_context():
        upload = upload_service.take_in(listed("Klubben;;;;;;;;"), "..\\x/y.csv", "en", actor=owner, now=clock.now())
    assert upload.file_name == "y.csv"
    log_in(client)
    path = f"/en/staff/imports/{upload.id}"
    page = client.get(path).text
    assert "Staff Testesen uploaded this file and decides about it" in page
    assert "Write 1 row" not in page
    for action in ("write", "choices", "delete"):
        assert client.post(f"{path}/{action}").status_code == 303
        assert "Only the one who uploaded" in client.get(path).text
    assert names() == []
    client.post("/en/login", data={"email": owner.email, "password": PASSWORD})
    client.post("/en/logout")
    client.post("/en/login", data={"email": owner.email, "password": PASSWORD})
    assert client.post(f"{path}/delete").status_code == 303
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 and so on", "list.csv", "This is not a spreadsheet"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04" * 50, "list.pdf", "This is not a spreadsheet"),
        (b"", "empty.csv", "The file is empty"),
        (b"one;two\n1;2\n", "list.csv", "There is no header"),
        (b"PK\x03\x04 broken", "list.xlsx", "This is not a spreadsheet that can be read"),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(client: PageClient, content: bytes, name: str, words: str) -> None:
    log_in(client)
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#file"' in answer.text
    assert db.session.scalar(select(func.count(Upload.id))) == 0


def test_a_file_beyond_50_mb_is_refused_beside_the_field(client: PageClient) -> None:
    log_in(client)
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = part + b"a" * 50_000_001 + b"\r\n--x--\r\n"  # as bytes: the test client's own file would stay open
    answer = client.post("/en/staff/imports", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert "larger than 50 MB" in answer.text
    assert "Choose a file" in client.post("/en/staff/imports").text


def test_a_large_file_is_read_and_written_by_the_worker(
    client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_service, "AT_ONCE_ROWS", 50)
    monkeypatch.setattr("portal.imports.upload_work.BATCH", 40)
    log_in(client)
    rows = [[f"Foreningen {n:03}", None, "Valby", None, "Formand", f"post@nr{n}.example"] for n in range(120)]
    send(client, workbook(*rows), "list.xlsx")
    upload = newest_upload()
    path = f"/en/staff/imports/{upload.id}"
    assert upload.state is UploadState.WAITING
    waiting = client.get(path)
    assert waiting.headers["Refresh"] == "2"
    assert "<progress" in waiting.text
    assert work(app)
    page = client.get(path).text
    assert "Page 1 of 5" in page
    assert "Foreningen 024" in page
    assert "Foreningen 119" in client.get(f"{path}?outcome=new&page=9").text
    client.post(f"{path}/write")
    assert newest_upload().state is UploadState.WRITING
    assert "The file is being written" in client.get(path).text
    upload_id = upload_service.claim(now=clock.now())
    assert upload_id == upload.id
    assert work(app)  # another worker: it is claimed already
    assert names() == []
    with writing() as session:
        session.get_one(Upload, upload.id).claimed_at = clock.now() - timedelta(hours=1)  # whoever claimed it died
    assert work(app)
    assert len(names()) == 120
    assert newest_upload().done_rows == 120
    assert db.session.scalar(select(func.count(Contact.id))) == 120


def test_a_large_file_that_cannot_be_read_says_so_on_its_page(
    client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_service, "AT_ONCE_BYTES", 10)
    log_in(client)
    send(client, b"one;two\n1;2\n", lang="da")
    upload = newest_upload()
    assert work(app)
    assert newest_upload().state is UploadState.FAILED
    assert "Navn, Type, Bydel" in client.get(f"/en/staff/imports/{upload.id}").text
    send(client, listed("Klubben;;;;;;;;"))
    monkeypatch.setattr("portal.imports.upload_work.plan_rows", lambda *_args, **_more: 1 / 0)
    work(app)
    assert newest_upload().state is UploadState.FAILED
    assert "went wrong at our end" in client.get(f"/en/staff/imports/{newest_upload().id}").text


def test_uploads_go_after_a_day(client: PageClient, app: Flask) -> None:
    log_in(client)
    for _each in range(2):
        send(client, listed("Klubben;;;;;;;;"))
    with writing() as session:
        old = session.scalars(select(Upload).order_by(Upload.id).limit(1)).one()
        old.created_at = clock.now() - timedelta(hours=25)
    assert work(app)
    assert db.session.scalar(select(func.count(Upload.id))) == 1
    assert db.session.scalar(select(func.count(UploadRow.id))) == 1


def test_lists_ask_the_database_no_more_for_many_rows(client: PageClient) -> None:
    user = log_in(client)
    seen = []
    for number in (1, 30):
        make_association(f"Klubben nummer {number}", email=None)
        for n in range(number):
            send_quietly(user, f"Foreningen {number} {n};;;;;;;;")
        send_quietly(user, *(f"Foreningen {number} række {n};;;;;;;;" for n in range(number)))
        for path in ("/en/staff/imports", f"/en/staff/imports/{newest_upload().id}", "/en/staff/duplicates"):
            with count_queries() as counted:
                client.get(path)
            seen.append((path.rstrip("0123456789"), counted.number))
    assert seen[:3] == seen[3:]


def send_quietly(user: User, *rows: str) -> None:
    """An upload without its page."""
    upload_service.take_in(listed(*rows), "list.csv", "en", actor=user, now=clock.now())
