"""An association's private calendar: make it, give it a new address, end it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.activities.calendar import subscription_address
from portal.associations.models import Association
from portal.associations.sessions import current_contact
from portal.calendars import service
from portal.calendars.queries import feed_of
from portal.web.access import contacts
from portal.web.links import link_to
from portal.web.locale import language

my_calendar = Blueprint("my_calendar", __name__, url_prefix="/<any(da, en):lang>/my-association/calendar")


def _association() -> Association:
    association: Association = current_contact.association
    return association


def _back() -> Response:
    return redirect(url_for("my_calendar.show"), 303)


@my_calendar.get("")
@contacts
def show() -> str:
    """What the association's calendar is, and its address."""
    feed = feed_of(_association())
    address = link_to("calendars.feed", language(), token=feed.token) if feed else ""
    return render_template(
        "calendars/my.html", feed=feed, address=address, link=subscription_address(address) if address else ""
    )


@my_calendar.post("/make")
@contacts
def make() -> Response:
    """Makes the calendar."""
    service.make_feed(_association(), now=clock.now())
    return _back()


@my_calendar.post("/new-address")
@contacts
def renew() -> Response:
    """Gives it a new address."""
    service.renew_address(_association(), now=clock.now())
    flash(_("The calendar has a new address, and the old one has ended."), "success")
    return _back()


@my_calendar.post("/end")
@contacts
def end() -> Response:
    """Ends it."""
    service.end_feed(_association(), now=clock.now())
    flash(_("The calendar has ended. Its address leads nowhere now."), "success")
    return _back()
