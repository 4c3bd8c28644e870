"""What texts from outside may hold: no CPR numbers; dates as people write them."""

import re
import unicodedata
from datetime import date

BETWEEN = r" ?[./-]? ?"
# A date of six or eight digits, then four digits. It looks ahead, so that every digit is tried as the first one.
CPR_LIKE = re.compile(
    rf"(?<![\d+])(?=(\d\d)({BETWEEN})(\d\d)({BETWEEN})((?:18|19|20)?\d\d)({BETWEEN})(\d{{4}})(?!\d))", re.ASCII
)
DANISH_PHONE = re.compile(r"(?:\+|(?<!\d)00)45 ?(?:\d ?){7}\d(?!\d)", re.ASCII)


def looks_like_cpr(text: str) -> bool:
    """Whether a text holds something of the shape of a CPR number: a birth date and four digits.

    Any dash, dot, slash or space may stand between, the year may have four digits, and a replacement number's day is
    60 higher. Dates, times, telephone, CVR and EAN numbers are none.
    """
    plain = DANISH_PHONE.sub(" ", _plain(text))
    return any(_is_cpr(*found.groups()) for found in CPR_LIKE.finditer(plain))


def _plain(text: str) -> str:
    """The text with ASCII digits, one kind of dash and one kind of space, and without what does not show."""
    shown = []
    for char in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(char)
        if kind == "Nd":
            shown.append(str(unicodedata.decimal(char)))
        elif kind == "Pd" or char == "\N{MINUS SIGN}":
            shown.append("-")
        elif kind == "Zs" or char == "\t":
            shown.append(" ")
        elif kind != "Cf":
            shown.append(char)
    return re.sub(" +", " ", "".join(shown))


def _is_cpr(day: str, first: str, month: str, second: str, year: str, third: str, serial: str) -> bool:
    if not _is_day(int(day) - 60 if int(day) > 60 else int(day), month, year):
        return False
    # "10-11.12.2018" is two days in December, and "08/11 2018 1700" is a day and a time.
    ends_as_date = third.strip() in {".", "/"} and third.strip() == second.strip() and "1900" <= serial <= "2099"
    if ends_as_date and _is_day(int(month), year[-2:], serial):
        return False
    is_time = serial[:2] < "24" and serial[2:] in {"00", "15", "30", "45"}
    return not (is_time and third == " " and first.strip())


def _is_day(day: int, month: str, year: str) -> bool:
    try:
        date(int(year) if len(year) == 4 else 2000 + int(year), int(month), day)
    except ValueError:
        return False
    return True


def parse_date(text: str) -> date | None:
    """A date from an address or a text field: `2018-11-08`, `8.11.2018`, `8/11-2018`; None where it is none."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text.strip(), re.ASCII)
    if not found:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
