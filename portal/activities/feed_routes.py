"""For machines: the calendar feed, the sitemap and robots.txt."""

from datetime import date

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext as _

from portal import clock
from portal.activities import queries
from portal.activities.calendar import Entry, Head, calendar_file, feed_version
from portal.activities.filters import asked_of_list
from portal.activities.links import activity_address
from portal.activities.queries import PublicFilter
from portal.config import Settings
from portal.web.access import public
from portal.web.links import link_to
from portal.web.locale import LANGUAGES, language

feeds = Blueprint("feeds", __name__)
SITEMAP_MAX = 10_000
PAGES = (
    "pages.front",
    "activities.index",
    "pages.about",
    "pages.what_we_store",
    "pages.privacy",
    "pages.accessibility",
    "pages.concerned",
    "pages.cookies",
)
NOT_FOR_ROBOTS = ("login", "staff", "registrations", "offers", "demo")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


@feeds.get("/calendar/<any(da, en):lang>.ics")
@public
def calendar() -> Response:
    """The list as a calendar to subscribe to, with the list's filters; unchanged it costs a 304."""
    lang, now = language(), clock.now()
    asked, settings = asked_of_list(request.args), _settings()
    activities = _("Activities")
    head = Head(
        f"{settings.wordmark}: {activities}",
        source=link_to("feeds.calendar", lang, **asked.args),
        page=link_to("activities.index", lang, **asked.args),
    )
    # Whoever follows the list does not go to all of it: the time stays free.
    entries = [Entry(activity, blocks=False) for activity in queries.feed_activities(asked.wanted, now)]
    # The file of the first entry stands for how all are written; the rows for everything that is in them.
    version = feed_version(calendar_file(entries[:1], lang, settings, head=head), entries)
    response = Response(mimetype="text/calendar")
    response.headers["Cache-Control"] = "public, max-age=900"
    response.last_modified = queries.feeds_changed_at(now)
    response.set_etag(version)
    known = {tag.partition(":")[0] for tag in request.if_none_match.as_set(include_weak=True)}  # with how it was packed
    if version in known:
        response.status_code = 304
        return response
    response.set_data(calendar_file(entries, lang, settings, head=head))
    response.make_conditional(request)
    return response


calendar.forgets = True  # type: ignore[attr-defined]


@feeds.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every public page and every public activity to come, in both languages."""
    entries: list[tuple[dict[str, str], date | None]] = [
        ({lang: link_to(endpoint, lang) for lang in LANGUAGES}, None) for endpoint in PAGES
    ]
    found = queries.all_public_activities(PublicFilter(), clock.now(), SITEMAP_MAX)
    entries += [({lang: activity_address(a, lang) for lang in LANGUAGES}, a.changed_at.date()) for a in found]
    response = Response(render_template("activities/sitemap.xml", entries=entries), mimetype="application/xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@feeds.get("/robots.txt")
@public
def robots() -> Response:
    """Search engines find the public pages, and nothing behind a personal link."""
    lines = ["User-agent: *", "Disallow: /calendar/"]
    lines += [f"Disallow: /{lang}/{folder}" for lang in LANGUAGES for folder in NOT_FOR_ROBOTS]
    lines += ["Disallow: /*/sign-up", "", f"Sitemap: {link_to('feeds.sitemap', 'da')}", ""]
    response = Response("\n".join(lines), mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
