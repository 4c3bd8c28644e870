"""The public pages: what is on, one activity, and its calendar file."""

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from werkzeug.wrappers.response import Response as BaseResponse

from portal import clock
from portal.activities import queries
from portal.activities.calendar import Entry, calendar_file, subscription_address
from portal.activities.filters import asked_of_list
from portal.activities.links import activity_address, activity_url, slug_for
from portal.activities.models import Activity
from portal.activities.rules import SIGN_UP_MODES, Provision, RegistrationMode, State, Visibility, sign_up_closed
from portal.activities.words import date_weekday, language_names, place_line
from portal.config import Settings
from portal.enquiries.rules import SUGGESTED_TYPES, Wish
from portal.forum.queries import public_part
from portal.paging import page_number
from portal.registrations.queries import Places, places_of
from portal.web.access import public
from portal.web.links import link_to
from portal.web.locale import LANGUAGES, language, text_of
from portal.web.markdown import markdown

activities = Blueprint("activities", __name__, url_prefix="/<any(da, en):lang>")
activities.add_app_template_global(activity_url, "activity_url")
activities.add_app_template_global(place_line, "place_line")
activities.add_app_template_filter(date_weekday, "date_weekday")
DESCRIPTION_LENGTH = 155


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


@activities.get("/activities")
@public
def index() -> str:
    """What is on, with filters that work as plain links."""
    asked = asked_of_list(request.args)
    page = queries.public_activities(asked.wanted, clock.now(), page_number(request.args.get("page")))
    args: dict[str, Any] = dict(asked.args)
    feed = link_to("feeds.calendar", language(), **args)
    return render_template(
        "activities/index.html",
        asked=asked,
        page=page,
        places=places_of([activity.id for activity in page.items]),
        page_url=lambda number: url_for("activities.index", page=number, **args),
        feed_address=feed,
        feed_link=subscription_address(feed),
    )


def _visible(id: int, slug: str) -> Activity:
    activity = queries.activity_by_id(id)
    if activity is None or not activity.may_be_seen(slug):
        abort(404)
    return activity


@activities.get("/activities/<int:id>-<slug>")
@public
def show(id: int, slug: str) -> str | BaseResponse:
    """One activity, with all a participant needs."""
    activity = _visible(id, slug)
    if slug != slug_for(activity):
        return redirect(activity_url(activity), 301)
    return activity_page(activity)


def activity_page(activity: Activity, *, preview: bool = False) -> str:
    """The activity's public page; a `preview` is for staff, and looks as it will once a draft is published."""
    now = clock.now()
    places = places_of([activity.id])[activity.id]
    desk = activity.registers_at or activity
    if preview and desk.state is State.DRAFT:
        places = replace(places, closed=sign_up_closed(replace(desk.terms, state=State.PUBLISHED), now))
    unlisted = desk.visibility is Visibility.UNLISTED
    arranged = activity.mode is RegistrationMode.ARRANGED
    return render_template(
        "activities/show.html",
        activity=activity,
        places=places,
        sign_up_url=url_for("registrations.sign_up", id=desk.id, key=desk.link_key if unlisted else None),
        sign_up=desk.mode in SIGN_UP_MODES,
        closed=places.closed,
        deadline=desk.deadline,
        members=[meeting for meeting in queries.series_members(activity) if meeting.id != activity.id],
        spoken=language_names(activity.languages),
        contact=activity.contact if activity.contact and activity.contact.active else None,
        description=_plain(activity),
        addresses={lang: activity_address(activity, lang) for lang in LANGUAGES},
        canonical=activity_address(activity, language()),
        event=structured_data(activity, places),
        begun=now >= activity.starts_at,
        over=now >= activity.ends_at,
        in_calendars=activity.state is State.PUBLISHED and now < activity.starts_at and not arranged,
        forum=public_part(activity, now),
        preview=preview,
        wish=next((wish for wish, key in SUGGESTED_TYPES.items() if key == activity.type.key), Wish.OTHER),
    )


@activities.get("/activities/<int:id>-<slug>.ics")
@public
def calendar(id: int, slug: str) -> Response:
    """The activity for the visitor's own calendar."""
    activity = _visible(id, slug)
    name = "activity" if activity.type.neutral_mail else slug_for(activity)
    if activity.visibility is Visibility.UNLISTED:
        name = "activity"
    file = calendar_file([Entry(activity)], language(), _settings())
    response = Response(file, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _plain(activity: Activity) -> str:
    """The description's beginning as plain text, for search engines."""
    text = " ".join(markdown(text_of(activity, "description").text).striptags().split())
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    return text[:DESCRIPTION_LENGTH].rpartition(" ")[0] + " …"


def structured_data(activity: Activity, places: Places) -> Markup:
    """The activity as a schema.org Event, safe inside a script element."""
    lang = language()
    title, settings = text_of(activity, "title"), _settings()
    called_off = activity.state is State.CALLED_OFF
    event: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": title.text,
        "description": _plain(activity) or title.text,
        "url": activity_address(activity, lang),
        "startDate": clock.local(activity.starts_at).isoformat(),
        "endDate": clock.local(activity.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if called_off else 'Scheduled'}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "inLanguage": [code for code in activity.languages.split(",") if code],
        "isAccessibleForFree": True,
        "audience": {"@type": "Audience", "audienceType": text_of(activity.audience, "name").text},
        "location": {
            "@type": "Place",
            "name": activity.venue or (activity.district.name if activity.district else settings.wordmark),
            "address": {
                "@type": "PostalAddress",
                "streetAddress": activity.address,
                "addressCountry": "DK",
            },
        },
        "organizer": {"@type": "Organization", "name": settings.wordmark, "url": link_to("pages.front", lang)},
        "offers": {"@type": "Offer", "price": 0, "priceCurrency": "DKK", "url": activity_address(activity, lang)},
    }
    if not activity.venue and not activity.address:
        del event["location"]["address"]["streetAddress"]
    if places.capacity is not None:
        event["maximumAttendeeCapacity"] = places.capacity
        full = places.left == 0
        event["offers"]["availability"] = f"https://schema.org/{'SoldOut' if full else 'InStock'}"
    if activity.wheelchair is not Provision.ASK:
        event["location"]["amenityFeature"] = {
            "@type": "LocationFeatureSpecification",
            "name": "Wheelchair access",
            "value": activity.wheelchair is Provision.YES,
        }
    return htmlsafe_json_dumps(event, dumps=json.dumps, ensure_ascii=False)
