"""The private calendar of a member of staff or a facilitator: make it, choose what is in it, end it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import EVERY_ROLE, STAFF
from portal.activities.calendar import subscription_address
from portal.calendars import service
from portal.calendars.queries import feed_of
from portal.calendars.routes import calendars
from portal.calendars.rules import Scope
from portal.web.access import roles
from portal.web.links import link_to
from portal.web.locale import language


def _user() -> User:
    user: User = current_user._get_current_object()
    return user


def _asked_scope() -> Scope:
    asked = request.form.get("scope")
    return Scope(asked) if asked in set(Scope) else Scope.MINE


def _back() -> Response:
    return redirect(url_for("calendars.mine"), 303)


@calendars.get("/<any(da, en):lang>/staff/calendar")
@roles(EVERY_ROLE)
def mine() -> str:
    """What the private calendar is, and its address."""
    feed = feed_of(_user())
    address = link_to("calendars.feed", language(), token=feed.token) if feed else ""
    return render_template(
        "calendars/mine.html",
        feed=feed,
        address=address,
        link=subscription_address(address) if address else "",
        may_have_all=current_user.role in STAFF,
    )


@calendars.post("/<any(da, en):lang>/staff/calendar/make")
@roles(EVERY_ROLE)
def make() -> Response:
    """Makes the calendar."""
    service.make_feed(_user(), _asked_scope(), now=clock.now())
    return _back()


@calendars.post("/<any(da, en):lang>/staff/calendar/scope")
@roles(STAFF)
def choose() -> Response:
    """Chooses what is in it."""
    service.choose_scope(_user(), _asked_scope())
    flash(_("Saved. Your calendar program shows it the next time it looks."), "success")
    return _back()


@calendars.post("/<any(da, en):lang>/staff/calendar/new-address")
@roles(EVERY_ROLE)
def renew() -> Response:
    """Gives it a new address."""
    service.renew_address(_user(), now=clock.now())
    flash(_("The calendar has a new address, and the old one has ended."), "success")
    return _back()


@calendars.post("/<any(da, en):lang>/staff/calendar/end")
@roles(EVERY_ROLE)
def end() -> Response:
    """Ends it."""
    service.end_feed(_user(), now=clock.now())
    flash(_("The calendar has ended. Its address leads nowhere now."), "success")
    return _back()
