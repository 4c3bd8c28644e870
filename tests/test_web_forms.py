"""Fields: one message for one fault, and nothing typed is lost without a word."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from justhtml import JustHTML
from sqlalchemy import func, select

from portal.activities.models import Activity
from portal.database import db
from portal.registrations.models import Registration
from portal.web.forms import ClockField, DayField, PortalForm, email_field, text_field
from tests.make import audience_of, log_in, make_activity, type_of
from tests.page import PageClient

pytestmark = pytest.mark.usefixtures("noon")


def errors_of(page: str, field: str) -> list[str]:
    """What the page says about one field, in its summary."""
    links = JustHTML(page, sanitize=False).query("#error-summary a")
    return [link.to_text() for link in links if link.attrs["href"] == f"#{field}"]


@pytest.mark.parametrize("typed", ["ca. 25", "29", "0", "-1", "10,000", "", "²", "9" * 30])
def test_a_number_gets_one_message_with_the_bounds_that_hold(client: PageClient, typed: str) -> None:
    activity = make_activity("youth_workshop", capacity=100, max_heads=28)
    answer = client.post(f"/en/activities/{activity.id}/sign-up", data={"heads": typed, "submission": "1" * 32})
    assert answer.status_code == 422
    assert errors_of(answer.text, "heads") == ["Write a whole number from 1 to 28."]
    assert db.session.scalar(select(func.count(Registration.id))) == 0


def test_an_optional_number_may_be_empty_but_not_nonsense(client: PageClient) -> None:
    log_in(client)
    for typed, said in (("", []), ("many", ["Write a whole number from 1 to 5,000."])):
        page = client.post("/en/staff/activities/new", data={"capacity": typed}).text
        assert [text.replace("5000", "5,000") for text in errors_of(page, "capacity")] == said


def typed(**changes: str) -> dict[str, str]:
    """A new activity filled in right, with changes."""
    return {
        "type": str(type_of("youth_workshop").id), "title_da": "Sæt ord på", "day": "2026-12-03", "starts": "17.00",
        "ends": "19.00", "wheelchair": "yes", "hearing_loop": "no", "interpreter": "ask", "languages": "da",
        "audience": str(audience_of("young_people").id), "mode": "group", "capacity": "28", "max_heads": "28",
        "visibility": "public", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline_time": "12.00"}, ["Choose the day too, or leave the time empty."]),
        ({"deadline_time": "12.00", "deadline_day": " "}, ["Choose the day too, or leave the time empty."]),
        ({"deadline_time": "12.00", "deadline_day": "31.11.2026"}, ["Write a date that exists, such as 8.11.2026."]),
        ({"deadline_time": "18.00", "deadline_day": "2026-12-03"},
         ["Sign-up must close before the activity starts."]),
        ({"deadline_time": "", "deadline_day": ""}, []),
        ({"deadline_time": "", "deadline_day": "2026-12-01"}, []),
    ],
)  # fmt: skip
def test_a_deadlines_time_needs_its_day(client: PageClient, changes: dict[str, str], said: list[str]) -> None:
    log_in(client)
    answer = client.post("/en/staff/activities/new", data=typed(**changes))
    assert answer.status_code == (422 if said else 303), answer.text
    assert errors_of(answer.text, "deadline_day") == said
    assert db.session.scalar(select(func.count(Activity.id))) == (0 if said else 1)


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"how": "weeks", "times": "3", "weeks": ""}, "weeks", "Write how many weeks there are between the meetings."),
        ({"how": "weeks", "times": "3"}, "weeks", "Write how many weeks there are between the meetings."),
        ({"how": "weeks", "times": "", "weeks": "1"}, "times", "Write how many further meetings there are."),
        ({"how": "weeks", "times": "two", "weeks": "1"}, "times", "Write a whole number from 1 to 30."),
        ({"how": "dates", "dates": ""}, "dates", "Write at least one day."),
        ({"how": "dates", "dates": " , ; "}, "dates", "Write at least one day."),
        ({"how": "dates", "dates": "30.2.2027"}, "dates",
         "“30.2.2027” is not a date that exists. Write one such as 8.11.2026."),
    ],
)  # fmt: skip
def test_a_series_says_what_it_lacks(client: PageClient, sent: dict[str, str], field: str, said: str) -> None:
    activity = make_activity("youth_workshop", datetime(2026, 12, 3, 16, tzinfo=UTC))
    log_in(client)
    answer = client.post(f"/en/staff/activities/{activity.id}/series", data=sent)
    assert answer.status_code == 422
    assert errors_of(answer.text, field) == [said]
    assert db.session.scalar(select(func.count(Activity.id))) == 1


def test_changing_the_language_saves_nothing(client: PageClient) -> None:
    log_in(client)
    assert client.post("/en/staff/activities/new", data=typed(language_only="1")).status_code == 200
    assert db.session.scalar(select(func.count(Activity.id))) == 0
    assert client.post("/en/staff/activities/new", data=typed()).status_code == 303
    activity = db.session.scalars(select(Activity)).one()
    further = {"how": "weeks", "times": "2", "weeks": "1", "language_only": "1"}
    assert client.post(f"/en/staff/activities/{activity.id}/series", data=further).status_code == 200
    assert db.session.scalar(select(func.count(Activity.id))) == 1


def _subclasses(of: type[PortalForm]) -> Iterator[type[PortalForm]]:
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)


def test_no_form_answers_for_itself_whether_it_is_right() -> None:
    """What a form asks beyond its fields stands in `check`; `validate` is where a changed language is refused."""
    ours = [form for form in _subclasses(PortalForm) if form.__module__.startswith("portal.")]
    assert len(ours) > 40
    assert [form.__qualname__ for form in ours if form.validate is not PortalForm.validate] == []


@pytest.mark.parametrize("blank", [" ", " \t", "\x00", "\u00a0"])
def test_spaces_alone_are_not_what_is_asked_for(client: PageClient, blank: str) -> None:
    class Asks(PortalForm):
        words = text_field("Words", 80, required="Write something.")
        mailbox = email_field("Mailbox", required="Write a mailbox.")
        day = DayField("Day", required="Choose the day.")
        starts = ClockField("Starts", required="Write when.")

    typed = dict.fromkeys(("words", "mailbox", "day", "starts"), blank)
    with client.application.test_request_context(method="POST", data=typed):
        form = Asks(meta={"csrf": False})
        assert not form.validate()
        assert form.errors == {
            "words": ["Write something."], "mailbox": ["Write a mailbox."], "day": ["Choose the day."],
            "starts": ["Write when."],
        }  # fmt: skip
