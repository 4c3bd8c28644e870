"""The log in words: every event, and what a line is about, in both languages."""

from flask import Flask
from flask_babel import force_locale

from portal.log.models import Event, LogEntry
from portal.log.words import EVENTS, what_about


def test_every_event_and_every_subject_has_words(app: Flask) -> None:
    assert set(EVENTS) == set(Event)
    line = LogEntry(subject="engagement 3: plan, next_step_on")
    with app.test_request_context("/"):
        with force_locale("en"):
            assert what_about(line) == "Capacity building: The agreed plan, The date of the next step"
            assert what_about(LogEntry(subject="role, email")) == "Role, E-mail"
        with force_locale("da"):
            assert what_about(line) == "Kapacitetsopbygning: Den aftalte plan, Datoen for næste skridt"
    # A name that an association had before a merge is shown as it stands.
    assert what_about(LogEntry(subject="Kanelblomst")) == "Kanelblomst"
