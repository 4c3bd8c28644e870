"""Every capability's routes, put on the application."""

from flask import Flask


def register_routes(app: Flask) -> None:
    """Registers the blueprints; the import is here so that routes may use the finished parts."""
    from portal.accounts.routes import accounts, login_manager
    from portal.activities.feed_routes import feeds
    from portal.activities.routes import activities
    from portal.activities.staff_routes import activities_staff
    from portal.activities.type_routes import activity_types
    from portal.associations.charter_routes import charter_staff
    from portal.associations.contact_routes import contacts_staff
    from portal.associations.kind_routes import kinds
    from portal.associations.merge_routes import merges
    from portal.associations.my_routes import my_association
    from portal.associations.segment_routes import segments
    from portal.associations.staff_routes import associations_staff
    from portal.associations.unsubscribe_routes import unsubscribing
    from portal.attendance.routes import attendance
    from portal.calendars import staff_routes  # noqa: F401 - it adds to calendars
    from portal.calendars.my_routes import my_calendar
    from portal.calendars.routes import calendars
    from portal.demo.routes import demo
    from portal.engagements.session_routes import engagements
    from portal.enquiries.routes import enquiries
    from portal.enquiries.schedule_routes import enquiries_staff
    from portal.forum import agenda_routes, inviting_routes, topic_routes  # noqa: F401 - they add to others' blueprints
    from portal.forum.invitation_routes import invitations, invitations_staff
    from portal.forum.minutes_routes import minutes
    from portal.forum.my_routes import my_forum
    from portal.forum.staff_routes import forum_staff
    from portal.goals.reach_routes import reach
    from portal.goals.routes import goals
    from portal.imports.upload_routes import uploads
    from portal.jobs.staff_routes import jobs
    from portal.mail.message_routes import messages
    from portal.mail.text_routes import mail_texts
    from portal.mailings.staff_routes import mailings
    from portal.privacy.my_routes import my_data
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
        charter_staff,
        merges,
        my_association,
        unsubscribing,
        segments,
        associations_staff,
        contacts_staff,
        kinds,
        engagements,
        enquiries,
        enquiries_staff,
        invitations,
        invitations_staff,
        minutes,
        my_forum,
        forum_staff,
        reach,
        uploads,
        messages,
        mailings,
        jobs,
        mail_texts,
        my_data,
        calendars,
        my_calendar,
    ):
        app.register_blueprint(blueprint)
    if app.extensions["settings"].demo:
        app.register_blueprint(demo)
