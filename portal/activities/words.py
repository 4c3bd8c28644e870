"""What the choices about an activity are called on pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import SelectChoice

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import AudienceGroup, Provision, RegistrationMode, State, Visibility
from portal.associations.models import District
from portal.web.locale import date_short, language, on_one_line

MODES: dict[RegistrationMode, Any] = {
    RegistrationMode.OPEN: _l("Open door: no sign-up"),
    RegistrationMode.PERSON: _l("One person signs up, perhaps with others"),
    RegistrationMode.GROUP: _l("A group, by headcount"),
    RegistrationMode.ASSOCIATION: _l("An association, with representatives"),
    RegistrationMode.ARRANGED: _l("By arrangement with us only"),
}
VISIBILITIES: dict[Visibility, Any] = {
    Visibility.PUBLIC: _l("Public: in the list and found by search engines"),
    Visibility.UNLISTED: _l("By link only: whoever has the link"),
    Visibility.CLOSED: _l("Closed: counted, but never shown"),
}
STATES: dict[State, Any] = {
    State.DRAFT: _l("Draft"),
    State.PUBLISHED: _l("Published"),
    State.CALLED_OFF: _l("Called off"),
}
STATE_BADGES = {State.DRAFT: "warning", State.PUBLISHED: "success", State.CALLED_OFF: "error"}
PROVISIONS: dict[Provision, Any] = {
    Provision.YES: _l("Yes"),
    Provision.NO: _l("No"),
    Provision.ASK: _l("Ask us"),
}
GROUPS: dict[AudienceGroup, Any] = {
    AudienceGroup.YOUNG_PEOPLE: _l("Young people"),
    AudienceGroup.PARENTS: _l("Parents"),
    AudienceGroup.RESIDENTS: _l("Residents"),
    AudienceGroup.ASSOCIATIONS: _l("Associations"),
    AudienceGroup.PROFESSIONALS: _l("Professionals"),
}


def language_name(code: str) -> str:
    """A language's name in the reader's language; the code itself where it is unknown."""
    return str(Locale.parse(language()).languages.get(code, code))


def language_names(codes: str) -> list[str]:
    """The names behind codes such as `da,en`; what is written out already stays."""
    return [language_name(code.strip()) for code in codes.split(",") if code.strip()]


def place_line(activity: Activity) -> str:
    """Venue, address and district on one line, without naming the district twice: `Salen, Testvej 1, 2500 Valby`."""
    parts = [part for part in (activity.venue, activity.address) if part]
    if activity.district and not (parts and parts[-1].casefold().endswith(activity.district.name.casefold())):
        parts.append(activity.district.name)
    return ", ".join(parts)


def date_weekday(moment: datetime) -> Markup:
    """`tors. 3.12.2026` / `Thu 3 Dec 2026`, for the back office's tables."""
    weekday = format_date(clock.local(moment).date(), "EEE", locale="da" if language() == "da" else "en_GB")
    return on_one_line(f"{weekday} {date_short(moment)}")


def choices(words: dict[Any, Any]) -> list[SelectChoice]:
    """The words as a form field's choices."""
    return [SelectChoice(key.value, text) for key, text in words.items()]


def district_choices(districts: Sequence[District], none: str) -> list[SelectChoice]:
    """The districts to choose among; `none` is what no district is called there."""
    return [SelectChoice("", none), *(SelectChoice(str(each.id), each.name) for each in districts)]
