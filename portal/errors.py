"""What a rule refuses, and the pages for what goes wrong."""

import logging
import traceback
from collections.abc import Iterator, Mapping

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers.response import Response as BaseResponse

log = logging.getLogger(__name__)


class RuleError(Exception):
    """A rule said no. `key` names the rule, `field` the form's field it belongs to, `facts` what its text tells."""

    def __init__(self, key: str, field: str | None = None, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.facts: Mapping[str, object] = facts


def log_fault(log: logging.Logger, what: str, error: BaseException) -> None:
    """Logs a fault with its traceback, without the words of a database's error: those repeat what was typed."""
    faults = list(_chain(error))
    if not any(isinstance(fault, SQLAlchemyError) for fault in faults):
        log.error("%s", what, exc_info=error)
        return
    lines = [what]
    for fault in faults:
        lines += [line.rstrip("\n") for line in traceback.format_tb(fault.__traceback__)]
        lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}")
    log.error("%s", "\n".join(lines))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The fault and those that it came from, the first one first."""
    if error is not None:
        yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


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

    @app.errorhandler(SecurityError)
    def wrong_host(_error: SecurityError) -> BaseResponse:
        # No page has an address under a host that is not ours, so there is none to show.
        return BaseResponse("Unknown host name. / Ukendt værtsnavn.\n", 400, mimetype="text/plain")

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
        log_fault(log, f"fault in {request.method} {request.endpoint}", error)
        g.broken = True
        return error_page(500)
