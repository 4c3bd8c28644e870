"""CSRF everywhere, without losing what was typed."""

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

protection = CSRFProtect()


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
        try:
            protection.protect()
        except CSRFError:
            view = current_app.view_functions.get(request.endpoint or "")
            if not getattr(view, "keeps_input", False):
                raise
