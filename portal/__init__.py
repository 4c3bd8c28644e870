"""The portal: `create_app` puts the house together."""

from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import clock
from portal.associations.sessions import current_contact
from portal.cli import register_commands
from portal.config import PROJECT, SettingError, Settings, read_settings
from portal.database import db
from portal.errors import register_error_pages
from portal.routes import register_routes
from portal.tables import TABLES
from portal.web import access, csrf, headers, limits
from portal.web.addresses import limit_numbers
from portal.web.links import mail_address
from portal.web.locale import register_locale, text_of
from portal.web.markdown import markdown
from portal.web.sessions import LIFETIME, StaffSessions


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """The application for `settings` (read from the environment where None is given).

    `config` overrides Flask's configuration, for tests. SettingError where a setting is wrong.
    """
    settings = settings or read_settings()
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key or None,
        SQLALCHEMY_DATABASE_URI=settings.database_uri,
        # What was typed stays out of the log: without this, a database error brings its statement's values along.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "hide_parameters": True},
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        COMPRESS_MIMETYPES=["text/html", "application/json", "text/calendar", "application/xml"],
    )
    app.config.update(config)
    app.session_interface = StaffSessions()
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as babel.cfg extracts them
    app.jinja_env.globals.update(settings=settings, now=clock.now, tagline=lambda: text_of(settings, "tagline"))
    app.jinja_env.globals.update(current_contact=current_contact)
    app.jinja_env.filters.update(markdown=markdown, mail_address=mail_address)

    _make_folder(settings)
    db.init_app(app)
    app.extensions["tables"] = TABLES
    Migrate(app, db, directory=str(PROJECT / "migrations"), render_as_batch=True, compare_type=True)
    limit_numbers(app)
    register_locale(app)
    access.guard(app)
    csrf.protect(app)
    limits.register_limits(app)
    headers.send_headers(app)
    Compress(app)
    register_error_pages(app)
    register_routes(app)
    register_commands(app)

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=f"{app.root_path}/static",
        prefix="static/",
        max_age=60,
        immutable_file_test=_is_hashed,
        add_headers_function=_keep_type,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = [host.strip() for host in settings.trusted_hosts.split(",")]
    return app


def _make_folder(settings: Settings) -> None:
    """SQLite makes its file but not the folder, which a fresh clone does not have."""
    if settings.sqlite_file is None:
        return
    try:
        settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingError(f"PORTAL_DATABASE_URL: {fault.strerror}: {settings.sqlite_file.parent}") from fault


def _keep_type(headers: Any, _path: str, _url: str) -> None:
    """A built file is what its type says, whatever a browser guesses."""
    headers["X-Content-Type-Options"] = "nosniff"


def _is_hashed(_path: str, url: str) -> bool:
    """Built files carry a hash in their name, so browsers may keep them for good."""
    return url.startswith("/static/build/")
