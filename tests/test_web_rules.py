"""What looks like a CPR number, however it is written; and what does not, though it has as many digits."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.rules import looks_like_cpr

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d"
SPACES = " \u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t"
SEPARATORS = st.one_of(
    st.sampled_from(["", *DASHES, *SPACES, ".", "/"]),
    st.tuples(st.sampled_from(SPACES), st.sampled_from(DASHES + "./"), st.sampled_from(SPACES)).map("".join),
)
BORN = st.dates(date(1900, 3, 1), date(2030, 12, 31))
DIGITS = [str.maketrans("0123456789", "".join(chr(zero + n) for n in range(10))) for zero in (0x30, 0xFF10, 0x660)]
# Anything but what could be the minutes of a time: "08/11 2018 1700" is a day and a time.
SERIALS = st.integers(1, 9999).filter(lambda n: n % 100 not in (0, 15, 30, 45) and not 1900 <= n <= 2099)


@given(BORN, st.booleans(), st.booleans(), SERIALS, SEPARATORS, SEPARATORS, st.sampled_from(DIGITS))
def test_a_cpr_number_is_found_with_any_separators(
    born: date, whole_year: bool, replacement: bool, serial: int, inner: str, last: str, digits: dict[int, int]
) -> None:
    day = born.day + 60 if replacement else born.day
    year = f"{born.year}" if whole_year else f"{born.year % 100:02}"
    number = f"{day:02}{inner}{born.month:02}{inner}{year}{last}{serial:04}".translate(digits)
    assert looks_like_cpr(f"Ring til mig, {number}, tak"), number


@pytest.mark.parametrize(
    "text",
    [
        "010190 - 1234", "010190.1234", "010190/1234", "0101901234", "01-01-1990-1234", "010119901234", "610190-1234",
        "０１０１９０－１２３４", "01\u200b0190-1234", "290200-1234", "99 99 010190-1234", "+45 010190-1234",
    ],
)  # fmt: skip
def test_the_ways_people_write_it(text: str) -> None:
    assert looks_like_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "kl. 17.00-19.00", "8.11.2018 17.00-19.00", "08.11.2018 17.00-19.00", "08/11 2018 1700", "08.11.18 1700",
        "10-11.12.2018", "10.-11.12.2018", "10.12-11.12.2018", "10.12.2018-11.12.2018", "20121011", "2012-10-11",
        "2012-10-11T17:00", "2012-10-11 17.00-19.00", "CVR 12101234", "CVR 12 10 12 34", "5798009811234", "33 66 33 66",
        "+45 33 66 33 66", "+4533663366", "+45 31 12 19 90 2200 Valby", "+45 3112 1990 2200", "0045 31121990 2200",
        "010190", "320190-1234", "011390-1234", "01019012345", "30.02.2012",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert not looks_like_cpr(text)


TIMES = st.times().map(lambda t: time(t.hour, t.minute))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), TIMES, TIMES, st.sampled_from(["-", "–", " - ", "\u2009–\u2009"]))
def test_dates_and_times_are_none(day: date, starts: time, ends: time, dash: str) -> None:
    for colon in (".", ":"):
        hours = f"{starts:%H{colon}%M}{dash}{ends:%H{colon}%M}"
        for written in (f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%Y}", f"{day:%d-%m-%Y}", f"{day:%d/%m %Y}"):
            assert not looks_like_cpr(f"{written} {hours}"), f"{written} {hours}"
            assert not looks_like_cpr(f"{written} kl. {hours}")
        assert not looks_like_cpr(f"{day.isoformat()} {hours}")
        assert not looks_like_cpr(f"{day.isoformat()}T{starts:%H:%M:%S}")


@given(st.integers(10**7, 10**8 - 1), st.booleans(), st.integers(10**12, 10**13 - 1))
def test_danish_telephone_numbers_with_their_country_code_and_ean_numbers_are_none(
    number: int, pairs: bool, ean: int
) -> None:
    digits = str(number)
    written = " ".join(digits[i : i + 2] for i in range(0, 8, 2)) if pairs else digits
    for country in ("+45", "+45 ", "0045 "):
        assert not looks_like_cpr(f"{country}{written}"), f"{country}{written}"
        assert not looks_like_cpr(f"{country}{written} 2200 København")
    assert not looks_like_cpr(str(ean))
