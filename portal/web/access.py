"""Who may open a page: denied unless the view says so.

Every view wears one of `public`, `contacts`, `roles(...)`. A view without is answered 403, and fails a test.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers.response import Response

from portal.accounts.rules import Role
from portal.associations.sessions import logged_in_contact

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
CONTACTS = "contacts"


def public(view: View) -> View:
    """Anyone may open the page."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def contacts(view: View) -> View:
    """Only those who are logged in for an association; `associations.sessions.current_contact` says for which."""
    view.access = CONTACTS  # type: ignore[attr-defined]
    return view


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """A form page of the back office that takes files: from those who may open it requests of up to `most_bytes` are
    read, so that a file that is larger than the form allows is refused beside its field, with everything else as typed.
    """

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def roles(allowed: frozenset[Role]) -> Callable[[View], View]:
    """Only those who are logged in with one of the roles."""

    def mark(view: View) -> View:
        view.access = allowed  # type: ignore[attr-defined]
        return view

    return mark


def keeps_input(view: View) -> View:
    """A form page that answers a missing or old CSRF token with the form as typed.

    The view must write only after its Flask-WTF form validated, which checks the token again.
    """
    view.keeps_input = True  # type: ignore[attr-defined]
    return view


def declared_access(endpoint: str | None) -> Any:
    """What the endpoint's view declares, or None."""
    return getattr(current_app.view_functions.get(endpoint or ""), "access", None)


def guard(app: Flask) -> None:
    """Asks before each request."""

    @app.before_request
    def check_access() -> Response | None:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception  # a host that is not ours: nobody else need look at the request
        if request.endpoint is None:
            return None  # nothing there: the router's own 404 or 405
        access = declared_access(request.endpoint)
        if access == PUBLIC:
            return None
        if access is None:
            abort(403)
        if access == CONTACTS:
            return None if logged_in_contact() else redirect(url_for("my_association.login"))
        if not current_user.is_authenticated:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.login", next=back))
        if current_user.role not in access:
            abort(403)
        most = getattr(current_app.view_functions[request.endpoint], "most_bytes", None)
        if most is not None:
            request.max_content_length = most
        return None
