"""Language in the address, texts with a fallback, dates and numbers as people write them."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, get_locale
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError
from werkzeug.wrappers.response import Response

from portal.clock import local
from portal.config import PROJECT

LANGUAGES = ("da", "en")
View = TypeVar("View", bound=Callable[..., Any])
babel = Babel()


@dataclass(frozen=True)
class Text:
    """A text in the reader's language, or in the other one where that is missing (`fallback`)."""

    text: str
    lang: str
    fallback: bool

    def __str__(self) -> str:
        return self.text


def language() -> str:
    """The language of this page, mail or file: `da` or `en`."""
    return str(get_locale() or "da")


def text_of(thing: Any, name: str, lang: str | None = None) -> Text:
    """`thing`'s text `name` in the reader's language, else in the other one."""
    wanted = lang or language()
    other = "en" if wanted == "da" else "da"
    text = getattr(thing, f"{name}_{wanted}")
    if text:
        return Text(text, wanted, False)
    fallback = getattr(thing, f"{name}_{other}")
    return Text(fallback, other, True) if fallback else Text("", wanted, False)


def preferred_language() -> str:
    """What the visitor chose before, or what the browser asks for; Danish otherwise."""
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, default="da")


def _select_language() -> str:
    if not has_request_context():
        return "da"
    # An address that leads nowhere has no view to take its language; the reader still sees which one it asks for.
    asked = request.path.split("/", 2)[1]
    return g.get("lang") or (asked if asked in LANGUAGES else preferred_language())


def shown_on(endpoint: str) -> Callable[[View], View]:
    """For a view that only takes POST: the page that its answer with faults shows, under the same parts of address."""

    def mark(view: View) -> View:
        view.shown_on = endpoint  # type: ignore[attr-defined]
        return view

    return mark


def typed_form() -> list[tuple[str, str]]:
    """What was typed in a form that is shown again, so that the other language can show it too.

    Empty on any other page, and where a password is among it.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "keeps_input", False) or g.get("broken"):
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # it was too much to be read
        return []
    typed = [pair for pair in sent if pair[0] not in {"csrf_token", "language_only"}]
    return [] if any("password" in name for name, _value in typed) else typed


def same_page(lang: str, *, query: bool = True, posted: bool = False) -> str:
    """The address of this page in a language, with its query unless `query` is False; the front page where it has none.

    With `posted` it is the address that a form on this page was sent to.

    The query is put together here: among `url_for`'s own arguments `?endpoint=` or `?_scheme=` would mean something.
    """
    if request.endpoint and request.view_args is not None and "lang" in g.get("seen_args", ()):
        page = getattr(current_app.view_functions[request.endpoint], "shown_on", request.endpoint)
        page = request.endpoint if posted else page
        if posted or any("GET" in (rule.methods or ()) for rule in current_app.url_map.iter_rules(page)):
            try:
                path = url_for(page, **{**request.view_args, "lang": lang})
            except BuildError:
                return url_for("pages.front", lang=lang)
            asked = urlencode(list(request.args.items(multi=True))) if query else ""
            return f"{path}?{asked}" if asked else path
    return url_for("pages.front", lang=lang)


def date_long(moment: datetime | date) -> str:
    """`torsdag den 8. november 2018` / `Thursday 8 November 2018`."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    if language() == "da":
        return babel_date(day, "full", locale="da")
    return babel_date(day, "EEEE d MMMM y", locale="en_GB")


def date_short(moment: datetime | date) -> str:
    """`8.11.2018` / `8 Nov 2018`."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    if language() == "da":
        return f"{day.day}.{day.month}.{day.year}"
    return babel_date(day, "d MMM y", locale="en_GB")


def time_range(start: datetime, end: datetime) -> str:
    """`kl. 9.00-11.30` / `09:00-11:30`."""
    first, last = local(start), local(end)
    if language() == "da":
        return f"kl. {first.hour}.{first:%M}-{last.hour}.{last:%M}"
    return f"{first:%H:%M}-{last:%H:%M}"


def clock_time(moment: datetime) -> str:
    """`kl. 17.00` / `17:00`."""
    here = local(moment)
    return f"kl. {here.hour}.{here:%M}" if language() == "da" else f"{here:%H:%M}"


def day_and_time(moment: datetime) -> str:
    """`torsdag den 8. november 2018 kl. 17.00` / `Thursday 8 November 2018, 17:00`."""
    return date_long(moment) + (" " if language() == "da" else ", ") + clock_time(moment)


def short_day_and_time(moment: datetime) -> str:
    """`8.11.2018 kl. 17.00` / `8 Nov 2018, 17:00`."""
    return date_short(moment) + (" " if language() == "da" else ", ") + clock_time(moment)


def when(start: datetime, end: datetime) -> str:
    """`torsdag den 8. november 2018 kl. 17.00-19.00`; a meeting over midnight names both days."""
    separator = " " if language() == "da" else ", "
    if local(start).date() != local(end).date():
        return " – ".join(day_and_time(moment) for moment in (start, end))
    return date_long(start) + separator + time_range(start, end)


def on_one_line(text: str) -> Markup:
    """The text for a page, kept on one line: "17.00-19.00" would break after the dash."""
    return Markup('<span class="nowrap">{}</span>').format(text)


def when_on_page(start: datetime, end: datetime) -> Markup:
    """`when` for a page, with the times kept on one line."""
    text, times = when(start, end), time_range(start, end)
    head, found, _rest = text.rpartition(times)
    return escape(head) + on_one_line(times) if found else escape(text)


def moment_on_page(words: Callable[[datetime], str]) -> Callable[[datetime], Markup]:
    """A day and its time for a page, where "kl. 17.00" is kept on one line."""

    def shown(moment: datetime) -> Markup:
        time = clock_time(moment)
        return escape(words(moment).removesuffix(time)) + on_one_line(time)

    return shown


TIMES = re.compile(r"(?:kl\. )?\d{1,2}[.:]\d{2}(?:-\d{1,2}[.:]\d{2})?")


def whole_times(text: str) -> Markup:
    """The text of a letter with each time of day kept on one line."""
    return Markup(TIMES.sub(lambda found: on_one_line(found[0]), escape(text)))  # noqa: S704 - it is escaped first


def number(value: int | float) -> str:
    """`1.883` / `1,883`."""
    return format_decimal(value, locale="da" if language() == "da" else "en_GB")


def phone(e164: str | None) -> str:
    """`+45 33 66 33 66`."""
    if e164 and e164.startswith("+45") and len(e164) == 11:
        digits = e164[3:]
        return "+45 " + " ".join(digits[i : i + 2] for i in range(0, 8, 2))
    return e164 or ""


def danish_order(text: str) -> tuple[Any, ...]:
    """A sort key for a-z, æ, ø, å."""
    order = {"æ": "{", "ø": "|", "å": "}", "ä": "{", "ö": "|"}
    return tuple(
        order.get(c) or unicodedata.normalize("NFKD", c)[0] for c in unicodedata.normalize("NFC", text.casefold())
    )


@cache
def _manifest(folder: str) -> dict[str, str]:
    with open(f"{folder}/build/manifest.json", encoding="utf-8") as file:
        return dict(json.load(file))


def _part(pattern: str) -> Any:
    def filtered(moment: datetime | date) -> str:
        day = local(moment).date() if isinstance(moment, datetime) else moment
        return babel_date(day, pattern, locale="da" if language() == "da" else "en_GB")

    return filtered


def register_locale(app: Flask) -> None:
    """Puts the language in every address, and texts, dates and numbers in every template."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PROJECT / "translations")
    babel.init_app(app, default_locale="da", locale_selector=_select_language)
    static = f"{app.root_path}/static"

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is not None and "lang" in values:
            g.lang = values.pop("lang")
            g.seen_args = ("lang",)

    @app.url_defaults
    def put_language(endpoint: str, values: dict[str, Any]) -> None:
        if (
            "lang" not in values
            and endpoint in app.view_functions
            and app.url_map.is_endpoint_expecting(endpoint, "lang")
        ):
            values["lang"] = language()

    @app.after_request
    def remember_language(response: Response) -> Response:
        lang = g.get("lang")
        forgets = getattr(app.view_functions.get(request.endpoint or ""), "forgets", False)
        if lang and not forgets and preferred_language() != lang:
            response.set_cookie(
                "language",
                lang,
                max_age=31536000,
                samesite="Lax",
                httponly=True,
                secure=app.config["SESSION_COOKIE_SECURE"],
            )
        return response

    def asset(name: str) -> str:
        return "/static/build/" + _manifest(static)[name]

    app.jinja_env.globals.update(
        asset=asset,
        icon_url=lambda: asset("icons.svg"),
        same_page=same_page,
        typed_form=typed_form,
        text_of=text_of,
        languages=LANGUAGES,
        time_range=lambda start, end: on_one_line(time_range(start, end)),
        when=when_on_page,
        nav_active=lambda prefix: bool(request.endpoint and request.endpoint.startswith(prefix)),
    )
    app.jinja_env.filters.update(
        date_long=date_long,
        date_short=date_short,
        clock_time=clock_time,
        moment=moment_on_page(day_and_time),
        moment_short=moment_on_page(short_day_and_time),
        number=number,
        whole_times=whole_times,
        phone=phone,
        weekday=_part("EEEE"),
        day_number=_part("d"),
        month_short=_part("MMM"),
        month_long=_part("MMMM"),
    )
