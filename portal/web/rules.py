"""What texts from outside may hold: no CPR numbers; dates as people write them."""

import re
from datetime import date

# Six digits that are a date, then four: the shape of a CPR number, with the separators people use.
CPR_LIKE = re.compile(r"(?<![\d+])(\d\d)[ ./-]?(\d\d)[ ./-]?(\d\d)[ \-–]?(\d{4})(?!\d)")


def looks_like_cpr(text: str) -> bool:
    """Whether a text holds something of the shape of a CPR number (a date and four digits)."""
    for day, month, year, _serial in CPR_LIKE.findall(text):
        try:
            date(2000 + int(year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False


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
