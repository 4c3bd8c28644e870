"""Logging in for an association: a link by mail, its page with one button, and out again."""

from flask import current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers.response import Response

from portal import clock
from portal.associations import login_service
from portal.associations.access_links import LinkState, link_of, state_of
from portal.associations.my_forms import LinkForm
from portal.associations.my_room import my_association
from portal.associations.rules import LINK_LIVES, LinkPurpose
from portal.associations.sessions import current_contact, leave, logged_in_contact
from portal.associations.sessions import enter as let_in
from portal.config import Settings
from portal.errors import RuleError
from portal.web.access import contacts, keeps_input, public
from portal.web.limits import account_from_here, limiter, named_account, times
from portal.web.locale import language, shown_on

MINUTES = int(LINK_LIVES[LinkPurpose.LOG_IN].total_seconds() // 60)
ASKED = "link_asked"  # in the session: the address that a link was asked for, shown once


def _limit() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.login_limit


# Every try counts, known address or not: what is answered must not differ. `login_service.MOST_OPEN_LINKS` spares the
# mailbox itself.
@my_association.route("/login", methods=["GET", "POST"])
@public
@keeps_input
@limiter.limit(_limit, methods=["POST"], key_func=account_from_here)
@limiter.limit(lambda: times(_limit(), 5), methods=["POST"])
@limiter.limit(lambda: times(_limit(), 10), methods=["POST"], key_func=named_account)
def login() -> Response | tuple[str, int]:
    """Asks for a link; the answer is the same whatever the address."""
    if logged_in_contact():
        return redirect(url_for("my_association.home"))
    form = LinkForm()
    if form.validate_on_submit():
        login_service.ask_for_links(form.email.data, language(), now=clock.now())
        session[ASKED] = form.email.data
        return redirect(url_for("my_association.link_sent"), 303)
    return render_template("my/login.html", form=form, minutes=MINUTES), 422 if form.errors else 200


@my_association.get("/login/sent")
@public
def link_sent() -> str:
    """Look in your mailbox."""
    return render_template("my/link_sent.html", email=session.pop(ASKED, None), minutes=MINUTES)


def dead_link(state: str, purpose: LinkPurpose) -> tuple[str, int]:
    """The page of a link that does nothing any more, or never did, with the way to a new one."""
    page = render_template("my/dead_link.html", state=state, purpose=purpose, form=LinkForm(formdata=None))
    return page, 404 if state == LinkState.UNKNOWN else 410


@my_association.get("/enter/<token>")
@public
def enter(token: str) -> str | tuple[str, int]:
    """The link in the mail: nothing happens before the button, since mail scanners open links."""
    link = link_of(token, LinkPurpose.LOG_IN)
    state = state_of(link, clock.now())
    if link is None or state is not LinkState.OPEN:
        return dead_link(state, LinkPurpose.LOG_IN)
    return render_template("my/enter.html", contact=link.contact, token=token)


@my_association.post("/enter/<token>")
@public
@shown_on("my_association.enter")
def use_token(token: str) -> Response | tuple[str, int]:
    """Logs in, once; whoever was logged in in this browser is out."""
    try:
        contact = login_service.log_in(token, now=clock.now())
    except RuleError as fault:
        return dead_link(fault.key, LinkPurpose.LOG_IN)
    let_in(contact)
    return redirect(url_for("my_association.home"), 303)


@my_association.post("/log-out")
@contacts
def log_out() -> Response:
    """Ends every session of the contact: a copy of its cookie is worth nothing afterwards."""
    login_service.log_out_everywhere(current_contact.id)
    leave()
    flash(_("You are logged out."), "success")
    return redirect(url_for("pages.front"), 303)
