"""The marks of personal columns in plain words, for the page "What we store" and the records of processing.

A marked column without its words here fails a test.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.personal import Basis, Kept, Purpose
from portal.privacy import partner_words

TABLES: dict[str, Any] = {
    "registration": _l("Registrations"),
    "message": _l("Mails we send"),
    "association": _l("Associations and institutions"),
    "activity": _l("Activities"),
    "activity_facilitator": _l("Facilitators’ activities"),
    "count": _l("Counts"),
    "closing": _l("Closed counts"),
    "user": _l("Staff, facilitators and administrators"),
    "rate_limit": _l("Protection against misuse"),
    **partner_words.TABLES,
}

FIELDS: dict[tuple[str, str], Any] = {
    ("registration", "name"): _l("Name of the one who signed up"),
    ("registration", "email"): _l("E-mail address"),
    ("registration", "phone"): _l("Telephone number, if you gave one"),
    ("registration", "group_name"): _l("Name of the group, such as a class or a club"),
    ("registration", "association_name"): _l("Name of the association, as you wrote it"),
    ("registration", "association_id"): _l("Which association took part, if we know it already"),
    ("registration", "heads"): _l("How many you are"),
    ("registration", "age_band"): _l("Age group, never a birth date"),
    ("registration", "access_needs"): _l("What you need in order to take part, if you chose to tell"),
    ("registration", "language"): _l("The language you signed up in"),
    ("registration", "reference"): _l("The code in the link to your registration"),
    ("registration", "submission"): _l("The form’s number, so that one sign-up counts once"),
    ("message", "recipient"): _l("The address the mail went to"),
    ("message", "subject"): _l("The mail’s subject"),
    ("message", "body_text"): _l("The mail’s text"),
    ("message", "body_html"): _l("The mail’s text with layout"),
    ("association", "name"): _l("The association’s name"),
    ("association", "search_name"): _l("The name in a form we can find it by"),
    ("association", "kind_id"): _l("What kind of association or institution it is"),
    ("association", "district_id"): _l("The district it is in"),
    ("activity", "partner_id"): _l("The association that holds the activity with us"),
    ("activity", "contact_id"): _l("The member of staff to ask"),
    ("activity_facilitator", "user_id"): _l("The facilitator of an activity"),
    ("count", "registration_id"): _l("Which registration was counted; its name is erased, its number stays"),
    ("count", "counted_by_id"): _l("Who counted"),
    ("closing", "closed_by_id"): _l("Who closed or corrected the count"),
    ("user", "email"): _l("Work e-mail address"),
    ("user", "name"): _l("Name"),
    ("user", "phone"): _l("Work telephone"),
    ("user", "password_hash"): _l("A fingerprint of the password, never the password itself"),
    ("user", "session_key"): _l("The key of the session in the browser"),
    ("user", "role"): _l("Role in the portal"),
    ("registration", "activity_id"): _l("Which activity you signed up for"),
    ("registration", "standing"): _l("Whether you have a place, wait, or have cancelled"),
    ("registration", "queue_number"): _l("Your number in line"),
    ("registration", "created_at"): _l("When you signed up"),
    ("registration", "offer_expires_at"): _l("How long an offer holds"),
    ("registration", "erased_at"): _l("When your name was erased"),
    ("message", "registration_id"): _l("Which registration the mail is about"),
    ("message", "message_id"): _l("The mail’s own number"),
    ("message", "kind"): _l("What kind of mail it is"),
    ("message", "language"): _l("The mail’s language"),
    ("message", "state"): _l("Whether the mail is sent"),
    ("message", "attempts"): _l("How many times we tried to send it"),
    ("message", "created_at"): _l("When the mail was written"),
    ("message", "next_try_at"): _l("When we try to send it again"),
    ("message", "sent_at"): _l("When the mail was sent"),
    ("closing", "reason"): _l("Why a count was corrected, without names"),
    ("user", "active"): _l("Whether the account is open"),
    ("user", "created_at"): _l("When the account was made"),
    ("rate_limit", "key"): _l("A keyed fingerprint of the sender’s address, never the address"),
    ("rate_limit", "tries"): _l("How many tries"),
    ("rate_limit", "expires_at"): _l("When the tries are forgotten"),
    **partner_words.FIELDS,
}

PURPOSES: dict[Purpose, Any] = {
    Purpose.TAKE_PART: _l("To keep your place and show you your registration"),
    Purpose.CONTACT: _l("To know whom to write or talk to"),
    Purpose.ACCESS: _l("So that you can take part"),
    Purpose.PARTNERSHIP: _l("To work together with the association"),
    Purpose.COUNT: _l("To count activities and people"),
    Purpose.SIGN_IN: _l("To log in"),
    Purpose.DELIVER: _l("To send you the mail, and again if it does not arrive"),
    Purpose.PROTECT: _l("To stop somebody trying passwords or flooding the forms"),
    Purpose.PLAN: _l("To plan who does what"),
    Purpose.ANSWER: _l("To answer what you asked for"),
    Purpose.ACCOUNT_FOR: _l("So that it can be seen who did what"),
}

BASES: dict[Basis, Any] = {
    Basis.PUBLIC_TASK: _l("The city’s task as an authority (GDPR article 6(1)(e))"),
    Basis.OWN_CHOICE: _l("You chose to tell (GDPR article 9(2)(a))"),
}

PERIODS: dict[Kept, Any] = {
    Kept.DAYS_AFTER_ACTIVITY: _l("Erased some days after the activity, 30 unless its type says otherwise"),
    Kept.WHILE_COOPERATING: _l("While we work together"),
    Kept.WHILE_EMPLOYED: _l("While the person works with us"),
    Kept.MINUTES: _l("Minutes, a day at most"),
    Kept.WITH_THE_FIGURES: _l("As long as the figures, without name or address"),
    Kept.AFTER_THE_ANSWER: _l("Erased 90 days after the enquiry is closed"),
    Kept.TWO_YEARS: _l("Two years"),
}
