"""A private feed for a calendar program: whoever has its address reads it."""

from flask import Blueprint, Response, abort, current_app, request

from portal import clock
from portal.calendars.feeds import feed_file
from portal.calendars.queries import feed_by_token
from portal.config import Settings
from portal.web.access import public
from portal.web.locale import language

calendars = Blueprint("calendars", __name__)


@calendars.get("/calendar/<any(da, en):lang>/<token>.ics")
@public
def feed(token: str) -> Response:
    """The feed at this address; 404 for one that has ended as for one that never was, each after the same look-up."""
    found = feed_by_token(token)
    if found is None:
        abort(404)
    settings: Settings = current_app.extensions["settings"]
    response = Response(feed_file(found, language(), settings, now=clock.now()), mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-cache"  # kept for asking whether it changed, by nobody between
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    response.make_conditional(request)
    return response


feed.forgets = True  # type: ignore[attr-defined]
