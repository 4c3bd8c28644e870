"""Sessions of staff and of associations' contacts end eight hours after the login, however much was done meanwhile."""

from datetime import UTC, datetime, timedelta

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from portal import clock

LIFETIME = timedelta(hours=8)
ENTERED = {"_user_id", "contact"}  # what a session holds once somebody has logged in


class StaffSessions(SecureCookieSessionInterface):
    """Flask's signed cookie with its end written in it, in whole seconds since 1970.

    Flask signs the cookie anew with each message or token put in it, and its age counts from there, so the end is
    written once: when somebody has logged in.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session, an empty one where it has ended."""
        found = super().open_session(app, request)
        if found and not ENTERED.isdisjoint(found) and found.get("ends", 0) <= clock.now().timestamp():
            return self.session_class()
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Writes the end into a session that somebody has just logged in with."""
        if not ENTERED.isdisjoint(session) and "ends" not in session:
            session["ends"] = int((clock.now() + LIFETIME).timestamp())
        super().save_session(app, session, response)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """When the browser drops the cookie: at that end, or when it is closed."""
        ends = session.get("ends")
        return datetime.fromtimestamp(ends, UTC) if ends else super().get_expiration_time(app, session)
