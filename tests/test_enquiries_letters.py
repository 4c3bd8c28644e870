"""What the asker is told, as stored; working days; and what is erased in its time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.database import db, writing
from portal.enquiries import service
from portal.enquiries.letters import LETTERS, suggested_refusal, tell
from portal.enquiries.models import Enquiry, EnquiryNote
from portal.enquiries.rules import EnquiryState, last_late_day, working_day_after, working_days_between
from portal.enquiries.waiting import is_public_holiday, late_before, working_days_waited
from portal.log.models import Event, LogEntry
from portal.log.service import note
from portal.personal import Kept
from portal.privacy import queries as privacy
from portal.privacy.service import erase_ended
from tests.enquiries import afresh, asked, path_of
from tests.mail_read import as_read
from tests.make import make_user
from tests.page import PageClient
from tests.parties import sent
from tests.test_privacy import content_of, every_text, files_of_the_database

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_letter_is_as_stored(app: Flask, as_stored: Callable[[str, str], None], lang: str) -> None:
    """A change of words is stored on purpose: pytest --store-letters, then read the diff."""
    enquiry = asked(language=lang, now=NOW)
    for kind in sorted(LETTERS):
        with writing() as session:
            here = session.get_one(Enquiry, enquiry.id)
            tell(session, here, kind, now=NOW, text=suggested_refusal(here))
        message = sent()[-1]
        text = as_read(message)
        as_stored(f"enquiry_{kind}.{lang}", text)
        assert "nettet" not in text
        assert "Prøveskolen" not in text.splitlines()[0]


def test_working_days_leave_out_weekends_and_public_holidays() -> None:
    assert working_days_waited(datetime(2026, 12, 22, 9, tzinfo=UTC), datetime(2026, 12, 29, 9, tzinfo=UTC)) == 4
    assert is_public_holiday(date(2026, 12, 25))
    assert not is_public_holiday(date(2026, 4, 1))
    easter = datetime(2026, 4, 1, 10, tzinfo=UTC)  # the Wednesday before; three days off and a weekend follow
    assert working_days_waited(easter, easter + timedelta(days=6)) == 1
    assert working_day_after(date(2026, 4, 1), 5, is_public_holiday) == date(2026, 4, 13)
    # Around midnight Copenhagen's day counts: 23.30 UTC in summer is the next day there.
    assert working_days_waited(datetime(2026, 6, 8, 22, 30, tzinfo=UTC), datetime(2026, 6, 9, 9, tzinfo=UTC)) == 0


@given(day=st.dates(date(2020, 1, 1), date(2035, 12, 31)), back=st.integers(0, 20))
def test_the_date_that_cuts_the_list_agrees_with_counting(day: date, back: int) -> None:
    written = day - timedelta(days=back)
    late = working_days_between(written, day, is_public_holiday) > 5
    assert (written <= last_late_day(day, is_public_holiday)) is late
    noon = datetime(written.year, written.month, written.day, 11, tzinfo=UTC)
    assert (noon < late_before(datetime(day.year, day.month, day.day, 11, tzinfo=UTC))) is late


SECRETS = ("Leyla Eksempelsen", "leyla@skole.example", "+4533663366", "8.b", "Prøveskolen", "nettet", "kørestol",
           "uge 49", "Vi ringer")  # fmt: skip


def test_what_is_closed_is_erased_everywhere_and_the_counts_stay(client: PageClient) -> None:
    staff = make_user()
    closed, waits = asked(now=NOW, needs="kørestol", when_text="uge 49"), asked(now=NOW, email="asta@klub.example")
    link = path_of(closed)
    service.answer(closed.id, "Vi ringer.", actor=staff, now=NOW)
    service.close(closed.id, now=NOW)
    later = NOW + timedelta(days=91)
    assert privacy.old_enquiries(NOW + timedelta(days=89)) == 0
    assert privacy.old_enquiries(later) == 1
    shown = client.application.test_cli_runner().invoke(args=["retention"])
    assert "Nothing is due" in shown.output  # by today's clock
    kept = (closed.wish, closed.heads, closed.district_id, closed.state, closed.created_at)
    assert "Vi ringer." in client.get(link).get_data(as_text=True)

    assert erase_ended(now=later).enquiries == 1

    closed, waits = afresh(closed), afresh(waits)
    assert (closed.wish, closed.heads, closed.district_id, closed.state, closed.created_at) == kept
    assert closed.erased_at == later
    for table, column, mark in privacy.personal_columns():
        if mark.kept is Kept.AFTER_THE_ANSWER:
            key = Enquiry.id if table is Enquiry.__table__ else EnquiryNote.enquiry_id
            values = db.session.scalars(select(column).where(key == closed.id)).all()
            assert set(values) <= {None}, f"{table.name}.{column.name} is not erased"
    # Nobody has answered the other one: it is late, and kept until somebody does.
    assert (waits.name, waits.state) == ("Leyla Eksempelsen", EnquiryState.NEW)
    service.withdraw(waits.id, now=later)
    erase_ended(now=later + timedelta(days=91))
    left = every_text()
    assert [secret for secret in SECRETS if secret in left] == []
    for file in files_of_the_database():
        assert [secret for secret in SECRETS if secret.encode() in content_of(file)] == [], file.name
    gone = client.get(link)
    assert gone.status_code == 404
    assert "/da/enquiries/new" in gone.get_data(as_text=True)


def test_what_was_answered_and_went_silent_is_closed(app: Flask) -> None:
    staff, silent, waits = make_user(), asked(now=NOW), asked(now=NOW)
    with writing() as session:
        for age in (600, 670):
            note(session, Event.LOOKED, now=NOW - timedelta(days=age), actor=staff)
    service.answer(silent.id, "Hvad siger I?", actor=staff, now=NOW)
    erase_ended(now=NOW + timedelta(days=59))
    assert afresh(silent).state is EnquiryState.ANSWERED
    assert privacy.old_log_lines(NOW + timedelta(days=61)) == 1
    erase_ended(now=NOW + timedelta(days=61))
    assert (afresh(silent).state, afresh(waits).state) == (EnquiryState.DONE, EnquiryState.NEW)
    assert afresh(silent).name == "Leyla Eksempelsen"
    assert db.session.scalars(select(LogEntry.at)).all() == [NOW - timedelta(days=600)]  # two years
    erase_ended(now=NOW + timedelta(days=152))
    assert afresh(silent).name is None
    with pytest.raises(service.RuleError, match="erased"):
        service.reopen(silent.id, now=NOW)
