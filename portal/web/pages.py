"""The front page and the pages that tell about the portal."""

from datetime import date

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from sqlalchemy import text
from werkzeug.wrappers.response import Response as BaseResponse

from portal import clock
from portal.activities.queries import upcoming_activities
from portal.config import Settings
from portal.database import db
from portal.goals.queries import public_goals
from portal.privacy.queries import stored_tables
from portal.registrations.queries import places_of
from portal.web.access import public
from portal.web.locale import preferred_language

pages = Blueprint("pages", __name__)


@pages.get("/")
@public
def root() -> BaseResponse:
    """Sends people on by what they chose before or what their browser asks for."""
    return redirect(url_for("pages.front", lang=preferred_language()))


@pages.get("/<any(da, en):lang>/")
@public
def front() -> str:
    """What is coming up, the ways in, and the year."""
    upcoming = upcoming_activities(clock.now(), limit=6)
    places = places_of([activity.id for activity in upcoming])
    year = clock.today().year
    return render_template(
        "pages/front.html",
        upcoming=[(activity, places[activity.id]) for activity in upcoming],
        year=year,
        goals=public_goals(year, clock.now()),
    )


@pages.get("/<any(da, en):lang>/about")
@public
def about() -> str:
    """What the portal is."""
    return render_template("pages/about.html")


@pages.get("/<any(da, en):lang>/privacy")
@public
def privacy() -> str:
    """Privacy in plain words."""
    return render_template("pages/privacy.html")


@pages.get("/<any(da, en):lang>/what-we-store")
@public
def what_we_store() -> str:
    """Field by field, from the tables themselves."""
    return render_template("pages/what_we_store.html", tables=stored_tables())


@pages.get("/<any(da, en):lang>/accessibility")
@public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("pages/accessibility.html")


@pages.get("/was")
@public
def was() -> BaseResponse:
    """The statement's usual address (Digitaliseringsstyrelsen)."""
    return redirect(url_for("pages.accessibility", lang=preferred_language()))


@pages.get("/<any(da, en):lang>/cookies")
@public
def cookies() -> str:
    """The cookies there are."""
    return render_template("pages/cookies.html")


@pages.get("/<any(da, en):lang>/concerned")
@public
def concerned() -> str:
    """Whom to call. Nothing about this page is stored: no cookie, no log line, no count."""
    settings: Settings = current_app.extensions["settings"]
    checked = date.fromisoformat(settings.numbers_checked) if settings.numbers_checked else None
    return render_template("pages/concerned.html", numbers_checked=checked)


concerned.forgets = True  # type: ignore[attr-defined]


@pages.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@public
def readyz() -> Response:
    """The database answers and has its tables."""
    try:
        db.session.execute(text("SELECT 1 FROM activity LIMIT 1"))
    except Exception:
        return Response("not ready\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
