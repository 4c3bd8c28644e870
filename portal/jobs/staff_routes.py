"""What the portal does by itself: how each job went last, and when it comes again."""

from flask import Blueprint, current_app, render_template

from portal import clock
from portal.accounts.rules import STAFF
from portal.config import Settings
from portal.jobs.queries import jobs_of, last_sign
from portal.jobs.rules import Name, is_silent
from portal.jobs.words import NAMES, STANDINGS, TIMES, in_readers_words
from portal.web.access import roles

jobs = Blueprint("jobs", __name__, url_prefix="/<any(da, en):lang>")


@jobs.get("/staff/jobs")
@roles(STAFF)
def index() -> str:
    """Every job of the worker, and whether a worker is alive."""
    settings: Settings = current_app.extensions["settings"]
    now, seen = clock.now(), last_sign()
    return render_template(
        "jobs/index.html",
        rows=jobs_of(list(NAMES), now),
        off=set() if settings.retention_reference else {Name.RETENTION},
        seen=seen,
        silent=is_silent(seen, now),
        names=NAMES,
        times=TIMES,
        standings=STANDINGS,
        in_readers_words=in_readers_words,
    )
