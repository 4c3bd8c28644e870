"""The kinds of message about a registration, with the portal's own words for them."""

from flask_babel import lazy_gettext as _l

from portal.mail.wording import MailKind, Words, declare

ABOUT = ("title", "places", "heads", "when", "where")
TABLE = ("when", "where", "places")
MANAGE = _l("See or change the registration")
SEE = _l("See the activity")
WHAT_ELSE = _l("See what else is on")

declare(
    MailKind(
        "confirmed",
        _l("Place confirmed"),
        Words(
            _l("You are registered: {title}"),
            _l("You are registered"),
            _l("We have kept {places} for you at “{title}”."),
            _l("Can't you come, or will you be fewer? Tell us with the button, so that others can have the places."),
        ),
        ABOUT,
        _l("{unit}: your registration is confirmed"),
        of_type=True,
        needed=("title",),
        rows=TABLE,
        button=MANAGE,
    ),
    MailKind(
        "waiting",
        _l("On the waiting list"),
        Words(
            _l("You are on the waiting list: {title}"),
            _l("You are on the waiting list"),
            _l(
                "We do not have {places} for you at “{title}” right now. You are number {number} in line.\n\n"
                "We write to you as soon as there is room. You need not do anything until then."
            ),
        ),
        (*ABOUT, "number"),
        _l("{unit}: you are on the waiting list"),
        of_type=True,
        needed=("title", "number"),
        rows=("when", "where"),
        button=MANAGE,
    ),
    MailKind(
        "some_free",
        _l("Some places free, too few for the party"),
        Words(
            _l("Some places are free: {title}"),
            _l("Some places are free"),
            _l(
                "{free} at “{title}” can be yours right now, but you are {heads}. You are first in line.\n\n"
                "If fewer of you can come, take what is free with the button. "
                "If not, you need not do anything: you keep your place in line."
            ),
        ),
        (*ABOUT, "free"),
        _l("{unit}: some places are free"),
        of_type=True,
        needed=("title", "free"),
        rows=("when", "where"),
        button=_l("See what is free"),
    ),
    MailKind(
        "offer",
        _l("Offer of places"),
        Words(
            _l("There is room for you: {title}"),
            _l("There is room for you"),
            _l(
                "We hold {places} for you at “{title}”.\n\n"
                "Answer yes or no by {until}. After that, the places go to the next in line."
            ),
        ),
        (*ABOUT, "until"),
        _l("{unit}: there is room for you"),
        of_type=True,
        needed=("title", "until"),
        rows=TABLE,
        button=_l("Answer yes or no"),
    ),
    MailKind(
        "lapsed",
        _l("Offer not taken"),
        Words(
            _l("The offer has expired: {title}"),
            _l("The offer has expired"),
            _l(
                "We did not hear from you in time, so the places at “{title}” have gone to the next in line.\n\n"
                "You are welcome to sign up again."
            ),
        ),
        ABOUT,
        _l("{unit}: the offer has expired"),
        of_type=True,
        needed=("title",),
        button=SEE,
    ),
    MailKind(
        "moved_up",
        _l("Places from the waiting list"),
        Words(
            _l("You have a place now: {title}"),
            _l("You have a place now"),
            _l(
                "There was room, so you have moved up from the waiting list.\n\n"
                "We have kept {places} for you at “{title}”."
            ),
            _l("Can't you come, or will you be fewer? Tell us with the button, so that others can have the places."),
        ),
        ABOUT,
        _l("{unit}: you have a place now"),
        of_type=True,
        needed=("title",),
        rows=TABLE,
        button=MANAGE,
    ),
    MailKind(
        "heads_changed",
        _l("Number changed"),
        Words(
            _l("Your registration has changed: {title}"),
            _l("Your registration has changed"),
            _l("You have changed the number of places at “{title}” from {before} to {heads}."),
        ),
        (*ABOUT, "before"),
        _l("{unit}: your registration has changed"),
        of_type=True,
        needed=("title",),
        rows=TABLE,
        button=MANAGE,
    ),
    MailKind(
        "cancelled",
        _l("Cancelled"),
        Words(
            _l("You have cancelled: {title}"),
            _l("You have cancelled"),
            _l(
                "Your registration for “{title}” is cancelled, and the places go to others. Thank you for telling us."
            ),
        ),
        ABOUT,
        _l("{unit}: you have cancelled"),
        of_type=True,
        needed=("title",),
        button=SEE,
    ),
    MailKind(
        "declined",
        _l("Said no to an offer"),
        Words(
            _l("You have said no, thank you: {title}"),
            _l("You have said no, thank you"),
            _l("The places at “{title}” go to the next in line. Thank you for answering."),
        ),
        ABOUT,
        _l("{unit}: you have said no, thank you"),
        of_type=True,
        needed=("title",),
        button=SEE,
    ),
    MailKind(
        "called_off",
        _l("Called off"),
        Words(
            _l("Called off: {title}"),
            _l("The activity is called off"),
            _l(
                "We are sorry: “{title}” is called off. You need not do anything.\n\n"
                "The reason: {reason}"
            ),
        ),
        (*ABOUT, "reason"),
        _l("{unit}: the meeting is called off"),
        of_type=True,
        needed=("title", "reason"),
        rows=("when",),
        button=WHAT_ELSE,
    ),
    MailKind(
        "called_off_meeting",
        _l("One meeting of a course called off"),
        Words(
            _l("A meeting is called off: {title}"),
            _l("A meeting is called off"),
            _l(
                "We are sorry: the meeting on {day} in “{title}” is called off.\n\n"
                "The reason: {reason}\n\n"
                "The other meetings are held as planned, and your registration holds for them."
            ),
        ),
        (*ABOUT, "reason", "day"),
        _l("{unit}: a meeting is called off"),
        of_type=True,
        needed=("title", "day", "reason"),
        rows=("when",),
        button=MANAGE,
    ),
    MailKind(
        "called_off_course",
        _l("The rest of a course called off"),
        Words(
            _l("Called off: {title}"),
            _l("The activity is called off"),
            _l(
                "We are sorry: all meetings still to come in “{title}” are called off.\n\n"
                "The reason: {reason}"
            ),
        ),
        (*ABOUT, "reason"),
        _l("{unit}: the meeting is called off"),
        of_type=True,
        needed=("title", "reason"),
        rows=("when",),
        button=WHAT_ELSE,
    ),
    MailKind(
        "moved",
        _l("New time or place"),
        Words(
            _l("New time or place: {title}"),
            _l("New time or place"),
            _l("“{title}” has moved. Your registration still holds."),
            _l("Does it not suit you any more? Please cancel with the button, so that others can have the places."),
        ),
        ABOUT,
        _l("{unit}: new time or place"),
        of_type=True,
        needed=("title",),
        rows=("earlier", "now", "places"),
        button=MANAGE,
    ),
    MailKind(
        "meeting_added",
        _l("More meetings in a course"),
        Words(
            _l("The course has got longer: {title}"),
            _l("The course has got longer"),
            _l("We have added {meetings} to “{title}”. Your registration holds there too."),
        ),
        (*ABOUT, "meetings"),
        _l("{unit}: the course has got longer"),
        of_type=True,
        needed=("title",),
        rows=TABLE,
        button=MANAGE,
    ),
    MailKind(
        "reminder",
        _l("Reminder before the meeting"),
        Words(
            _l("See you soon: {title}"),
            _l("See you soon"),
            _l("“{title}” is on {day}. We have kept {places} for you."),
            _l("Can't you come, or will you be fewer? Tell us with the button, so that others can have the places."),
        ),
        (*ABOUT, "day"),
        _l("{unit}: see you soon"),
        of_type=True,
        needed=("title",),
        rows=TABLE,
        button=MANAGE,
    ),
)  # fmt: skip
