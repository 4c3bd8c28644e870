"""Every capability's routes, put on the application."""

from flask import Flask


def register_routes(app: Flask) -> None:
    """Registers the blueprints; the import is here so that routes may use the finished parts."""
    from portal.accounts.routes import accounts, login_manager
    from portal.activities.feed_routes import feeds
    from portal.activities.routes import activities
    from portal.activities.staff_routes import activities_staff
    from portal.activities.type_routes import activity_types
    from portal.attendance.routes import attendance
    from portal.demo.routes import demo
    from portal.goals.routes import goals
    from portal.registrations.routes import registrations
    from portal.registrations.staff_routes import registrations_staff
    from portal.web.pages import pages

    login_manager.init_app(app)
    for blueprint in (
        pages,
        accounts,
        activities,
        feeds,
        registrations,
        activities_staff,
        activity_types,
        registrations_staff,
        attendance,
        goals,
    ):
        app.register_blueprint(blueprint)
    if app.extensions["settings"].demo:
        app.register_blueprint(demo)
