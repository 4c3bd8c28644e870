"""CSRF everywhere, without losing what was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

View = TypeVar("View", bound=Callable[..., Any])
protection = CSRFProtect()


def without_token(view: View) -> View:
    """For the one view that mail programs post to for their readers (RFC 8058): they have no session and no token.

    It must do a single thing, which a signed link allows by itself.
    """
    view.without_token = True  # type: ignore[attr-defined]
    return view


def protect(app: Flask) -> None:
    """Checks the token before every view that writes; views marked `keeps_input` show their form again."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    app.config["WTF_CSRF_SSL_STRICT"] = False  # the referrer policy is same-origin, proxies may strip it
    protection.init_app(app)

    @app.before_request
    def check_token() -> None:
        if request.is_json and request.method == "POST":
            abort(400)  # no view reads JSON; Flask-WTF would, however deeply it is nested
        if not app.config.get("WTF_CSRF_ENABLED", True):
            return
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "without_token", False):
            return
        try:
            protection.protect()
        except CSRFError:
            if not getattr(view, "keeps_input", False):
                raise
