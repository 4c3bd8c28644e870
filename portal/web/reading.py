"""What people write as an address, a telephone number, a CVR number or a web page: read, and put in one form.

The portal's forms and its imports both read with these, so that the same text is right or wrong everywhere.
"""

from enum import StrEnum
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.dk import cvr
from stdnum.exceptions import InvalidChecksum, ValidationError

WEB_PAGE_MAX = 200
MOST_NUMBER = 2**31 - 1  # what a row's number ends at


class CvrFault(StrEnum):
    """Why a text is no CVR number."""

    DIGITS = "digits"
    CHECK_DIGIT = "check_digit"


def read_number(text: str | None) -> int | None:
    """A row's number or revision, as an address or a hidden field has it; None for what no row can have."""
    fit = text is not None and text.isascii() and text.isdigit() and len(text) <= 10
    number = int(text) if fit and text is not None else None
    return number if number is not None and number <= MOST_NUMBER else None


def read_revision(text: str | None) -> int:
    """The revision that a form was opened with; -1, which nothing has, where it cannot be read."""
    number = read_number(text)
    return -1 if number is None else number


def read_email(text: str) -> str | None:
    """The address as we keep it; None where it is none. Whether it exists is not asked."""
    try:
        # test_environment lets reserved endings such as .example pass; nothing is looked up anyway.
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def read_phone(text: str) -> str | None:
    """The number as E.164, None where it is none; a number without a country is Danish."""
    try:
        number = phonenumbers.parse(text, "DK")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_cvr(text: str) -> str | CvrFault:
    """The eight digits of a CVR number, or why it is none: its digits, or the check digit (modulus 11)."""
    digits = "".join(text.split())
    digits = digits[2:] if digits[:2].upper() == "DK" else digits
    digits = digits.replace(".", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
        return CvrFault.DIGITS
    try:
        return str(cvr.validate(digits))
    except InvalidChecksum:
        return CvrFault.CHECK_DIGIT
    except ValidationError:
        return CvrFault.DIGITS


def read_web_page(text: str) -> str | None:
    """An address on the web with its scheme, https where none was written; None for anything but http and https."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return None
    fit = parts.scheme in {"http", "https"} and host and "." in host.strip(".") and "@" not in parts.netloc
    if not fit or len(text) > WEB_PAGE_MAX or any(c.isspace() or c in "<>\"'\\" or c < "!" for c in text):
        return None
    return text
