"""What an activity can be: addresses, searching, times, publishing and series."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.activities.rules import (
    SLUG_MAX,
    PublishFault,
    SeriesFault,
    State,
    TimeFault,
    Visibility,
    folded,
    publish_fault,
    series_fault,
    slug_of,
    time_fault,
)

NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Sæt ord på året: Ærø & Åben dør", "saet-ord-paa-aaret-aeroe-aaben-doer"),
        ("Café  Décembre", "cafe-decembre"),
        ("لقاء", "x"),
        ("</script><b>", "script-b"),
        ("a" * 200, "a" * 60),
        ("ord " * 40, "-".join(["ord"] * 15)),
    ],
)
def test_slug(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text())
def test_a_slug_is_always_an_address_of_its_own(title: str) -> None:
    slug = slug_of(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= SLUG_MAX
    assert slug_of(slug) == slug


@given(st.text(alphabet="abcæøåÆØÅéÉ \n"))
def test_case_and_spaces_make_no_difference_to_searching(text: str) -> None:
    assert folded(text.upper()) == folded(f" {text.lower()}\t")


def test_times() -> None:
    assert time_fault(NOON, NOON, None) is TimeFault.ENDS_BEFORE_START
    assert time_fault(NOON, NOON + HOUR, NOON + timedelta(seconds=1)) is TimeFault.DEADLINE_AFTER_START
    assert time_fault(NOON, NOON + HOUR, NOON) is None


@pytest.mark.parametrize(
    ("state", "visibility", "titles", "starts_in", "fault"),
    [
        (State.DRAFT, Visibility.PUBLIC, ("", "Title"), 1, None),
        (State.DRAFT, Visibility.PUBLIC, (" ", ""), 1, PublishFault.NO_TITLE),
        (State.DRAFT, Visibility.PUBLIC, ("Titel", ""), 0, PublishFault.IN_THE_PAST),
        (State.DRAFT, Visibility.UNLISTED, ("Titel", ""), -1, PublishFault.IN_THE_PAST),
        (State.DRAFT, Visibility.CLOSED, ("Titel", ""), -1, None),
        (State.PUBLISHED, Visibility.PUBLIC, ("Titel", ""), 1, PublishFault.ALREADY),
        (State.CALLED_OFF, Visibility.PUBLIC, ("Titel", ""), 1, PublishFault.CALLED_OFF),
    ],
)
def test_publishing(
    state: State, visibility: Visibility, titles: tuple[str, str], starts_in: int, fault: PublishFault | None
) -> None:
    assert publish_fault(state, visibility, titles, NOON + starts_in * HOUR, NOON) is fault


def test_series() -> None:
    first = date(2026, 11, 18)
    weeks = [first + timedelta(weeks=n) for n in range(1, 32)]
    assert series_fault(first, []) is SeriesFault.NONE
    assert series_fault(first, weeks) is SeriesFault.TOO_MANY
    assert series_fault(first, weeks[:30]) is None
    assert series_fault(first, [first]) is SeriesFault.NOT_AFTER_FIRST
    assert series_fault(first, [weeks[0], weeks[0]]) is SeriesFault.TWICE
