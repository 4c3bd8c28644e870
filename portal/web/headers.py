"""What every answer says to the browser: a strict policy, and nothing from other hosts."""

from flask import Flask, request
from werkzeug.wrappers.response import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'none'; manifest-src 'self'"
)


def _keeps(endpoint: str) -> bool:
    """Whether a browser may keep the page for its back button: what everybody may see, and a form half filled in."""
    return endpoint.startswith(("pages.", "activities.")) or endpoint == "registrations.sign_up"


def send_headers(app: Flask) -> None:
    """Adds the security headers; a view that needs its own policy sets it and is left alone."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # No address of a manage page may leave with a link.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if app.config["SESSION_COOKIE_SECURE"] and request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        headers.setdefault("Cache-Control", "private, no-cache" if _keeps(request.endpoint or "") else "no-store")
        headers.add("Vary", "Cookie")
        return response
