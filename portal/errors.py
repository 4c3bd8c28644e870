"""What a rule refuses, and the pages for what goes wrong."""

import logging
from collections.abc import Mapping

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers.response import Response as BaseResponse

log = logging.getLogger(__name__)


class RuleError(Exception):
    """A rule said no. `key` names the rule, `field` the form's field it belongs to, `facts` what its text tells."""

    def __init__(self, key: str, field: str | None = None, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.facts: Mapping[str, object] = facts


def _texts(code: int) -> tuple[str, str]:
    match code:
        case 403:
            return (
                _("You do not have access to this page"),
                _("Log in with another account, or go back to the front page."),
            )
        case 404:
            return (
                _("We cannot find the page"),
                _("The address may be mistyped, or the page has been moved or taken down."),
            )
        case 405:
            return _("This page does not take that"), _("Go back and use the buttons on the page.")
        case 413:
            return _("That was too much at once"), _("What you sent is too large. Make it smaller and try again.")
        case 429:
            return _("Too many tries"), _("Wait a while and try again. Nothing you did before is lost.")
        case 400:
            return _("We could not read that"), _("Go back, check what you wrote and try again.")
        case _:
            return _("Something went wrong at our end"), _("Try again in a moment. If it goes on, write or call us.")


def error_page(code: int, text: str | None = None) -> tuple[str, int]:
    """The page for an error, in the reader's language, with ways on."""
    heading, usual = _texts(code)
    return render_template("errors/error.html", code=code, heading=heading, text=text or usual), code


def register_error_pages(app: Flask) -> None:
    """Every HTTP error and every unexpected fault gets the same kind of page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> BaseResponse | tuple[str, int]:
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response()
        text = None
        if isinstance(error, CSRFError):
            text = _("The page had been open too long, or your browser refuses cookies. Go back, reload and try again.")
        known = error.code if error.code in {400, 403, 404, 405, 413, 429} else (500 if error.code >= 500 else 400)
        return error_page(known, text)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> tuple[str, int]:
        # The path may hold a secret link, so the log names the endpoint instead.
        log.error("fault in %s %s", request.method, request.endpoint, exc_info=error)
        g.broken = True
        return error_page(500)
