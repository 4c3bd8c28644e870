"""What an import says: every fault in words, and the sum of it."""

# mypy: disable-error-code="no-any-return"
# flask_babel has no types; its gettext gives text.

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.imports.columns import HeaderError
from portal.imports.reading import FileError
from portal.imports.rules import Fault
from portal.imports.service import Outcome
from portal.web.locale import number


def reason(fault: Fault) -> str:
    """Why a cell is faulty."""
    facts = dict(fault.facts)
    match fault.key:
        case "bad_date":
            return _("«%(text)s» is not a date that exists", **facts)
        case "to_come":
            return _("«%(text)s» has not come yet, so nobody can have been counted", **facts)
        case "bad_time":
            return _("«%(text)s» is not a time such as 17.00-19.00", **facts)
        case "ends_first":
            return _("«%(text)s» ends before it starts", **facts)
        case "not_whole":
            return _("«%(text)s» is not a whole number", **facts)
        case "negative":
            return _("%(text)s is below 0", **facts)
        case "out_of_bounds":
            return _("%(text)s is not from %(least)s to %(most)s", **facts)
        case "unknown_type":
            return _("«%(text)s» is not an activity type of the portal", **facts)
        case "unknown_audience":
            return _("«%(text)s» is not an audience of the portal", **facts)
        case "unknown_district":
            return _("«%(text)s» is not a district of the portal", **facts)
        case "duplicate":
            return _("the same as row %(first)s", **facts)
        case "other_count":
            return _("is already there with %(heads)s", **facts)
        case "in_portal":
            return _("is already planned in the portal; count it there")
        case "several_meetings":
            return _("there are several forum meetings on that day")
        case "too_long":
            return _("is longer than %(most)s characters", **facts)
        case "bad_character":
            return _("has a character that cannot be stored")
        case "cpr":
            return _("looks like a civil registration (CPR) number; we never store those")
        case "no_name":
            return _("«%(text)s» is not a name", **facts)
        case "no_value":
            return _("the cell shows an error, or a formula without a result")
        case "bad_email":
            return _("«%(text)s» is not an e-mail address", **facts)
        case "bad_phone":
            return _("«%(text)s» is not a telephone number", **facts)
        case "bad_cvr_check_digit":
            return _("«%(text)s» is no CVR number: its check digit does not fit", **facts)
        case "bad_cvr_digits":
            return _("«%(text)s» is no CVR number: it must have eight digits", **facts)
        case "cvr_taken":
            return _("the CVR number belongs to «%(other)s»", **facts)
        case "bad_web_page":
            return _("«%(text)s» is not a web address", **facts)
        case "unknown_kind":
            return _("«%(text)s» is not a kind of association that the portal knows", **facts)
        case "unknown_tags":
            return _("«%(text)s» is not a tag of the portal", **facts)
        case "unknown_language":
            return _("«%(text)s» is neither Danish nor English", **facts)
        case "unknown_charter":
            return _("«%(text)s» is neither yes nor no", **facts)
        case "member_to_come":
            return _("«%(text)s» has not come yet", **facts)
        case "no_mailbox":
            return _("is missing; a telephone number or a name needs a mailbox beside it")
        case "contradicts":
            return _("row %(first)s says otherwise", **facts)
        case "beyond_header":
            return _("the row has more cells than the header")
        case _:
            return _("is missing")


def fault_line(fault: Fault) -> str:
    """Row, column and reason, on one line."""
    return _("Row %(row)s, column %(column)s: %(reason)s.", row=fault.row, column=fault.column, reason=reason(fault))


def file_fault(fault: FileError) -> str:
    """Why a file cannot be read at all."""
    facts = dict(fault.facts)
    match fault.key:
        case "unreadable":
            return _("The file cannot be read (%(reason)s).", **facts)
        case "too_large":
            return _("The file is larger than %(most)s MB.", **facts)
        case "too_long":
            return _("The file has more than %(most)s rows.", **facts)
        case "too_wide":
            return _("The file has more than %(most)s columns.", **facts)
        case "old_excel":
            return _("This is an old Excel file (.xls). Save it as .xlsx or .csv first.")
        case "bad_xlsx":
            return _("This is not a spreadsheet that can be read. Save it again as .xlsx or .csv.")
        case "bad_csv":
            return _("The CSV file is broken (%(reason)s).", **facts)
        case "no_table":
            return _("This is not a spreadsheet. Save the list as .xlsx or .csv first.")
        case "not_text":
            return _("The file is neither a spreadsheet nor readable text.")
        case _:
            return _("The file is empty.")


def header_fault(fault: HeaderError) -> str:
    """What is wrong with the header."""
    columns = ", ".join(fault.columns)
    if fault.key == "none":
        return _("There is no header. The first row must name the columns; these are looked for: %(columns)s.",
                 columns=columns)  # fmt: skip
    if fault.key == "twice":
        return _("These columns of the header mean the same: %(columns)s.", columns=columns)
    return _("The header lacks these columns: %(columns)s.", columns=columns)


def summary(outcome: Outcome) -> str:
    """How many rows were read, and what they are."""
    parts = [
        ngettext("%(num)s row read", "%(num)s rows read", outcome.read),
        _("%(number)s new", number=number(outcome.new)),
        *([_("%(number)s filled in", number=number(outcome.filled))] if outcome.filled else []),
        _("%(number)s there already", number=number(outcome.unchanged)),
        _("%(number)s faulty", number=number(outcome.faulty_rows)),
    ]
    return ", ".join(parts) + "."


def ending(outcome: Outcome, commit: bool, skip_faulty: bool) -> str:
    """Whether something was written, and what to do next."""
    if outcome.written and not outcome.changes:
        return _("Nothing was changed: all of it is there already.")
    if outcome.written:
        return ngettext("%(num)s row was written.", "%(num)s rows were written.", outcome.changes)
    if outcome.faults and not skip_faulty:
        return _("Nothing was written. Put the faulty rows right, or leave them out with --skip-faulty.")
    return _("Nothing was written. Add --commit to write.")
