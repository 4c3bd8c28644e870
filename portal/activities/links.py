"""Where an activity's page is, in each language."""

from portal.activities.models import Activity
from portal.activities.rules import Visibility, slug_of
from portal.web.links import link_to
from portal.web.locale import language, text_of


def slug_for(activity: Activity, lang: str | None = None) -> str:
    """The end of the address: the title in that language, or the secret key of an unlisted activity."""
    if activity.visibility is Visibility.UNLISTED:
        return activity.link_key
    return slug_of(text_of(activity, "title", lang).text)


def activity_url(activity: Activity, lang: str | None = None) -> str:
    """The page's path, such as `/da/activities/12-bag-om-skaermen`."""
    lang = lang or language()
    return f"/{lang}/activities/{activity.id}-{slug_for(activity, lang)}"


def activity_address(activity: Activity, lang: str) -> str:
    """The page's absolute address, for mail, files and search engines."""
    return link_to("activities.show", lang, id=activity.id, slug=slug_for(activity, lang))
