"""Which districts and audiences a year reached, and who could host where it did not."""

from flask import Blueprint, render_template, request

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.queries import years_with_activities
from portal.activities.words import GROUPS
from portal.goals.reach import reach_of
from portal.web.access import roles

reach = Blueprint("reach", __name__, url_prefix="/<any(da, en):lang>/staff/reach")


@reach.get("")
@roles(STAFF)
def index() -> str:
    """The year's districts and audiences; ?year= shows another one."""
    this_year = clock.today().year
    years = sorted({this_year, *(year for year in years_with_activities() if year <= this_year)})
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else this_year
    year = year if year in years else this_year
    return render_template(
        "goals/reach.html", year=year, years=years, this_year=this_year, reach=reach_of(year), groups=GROUPS
    )
