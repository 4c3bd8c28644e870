"""Logging in and out, and the administrator's page of accounts."""

import secrets
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts import queries, service
from portal.accounts.forms import ROLES, LoginForm, UserForm
from portal.accounts.models import User
from portal.accounts.rules import ADMINISTRATORS, EVERY_ROLE, Role
from portal.config import Settings
from portal.errors import RuleError
from portal.web.access import keeps_input, public, roles
from portal.web.limits import account_from_here, limiter, named_account, times

accounts = Blueprint("accounts", __name__, url_prefix="/<any(da, en):lang>")
login_manager = LoginManager()
login_manager.session_protection = "basic"

FAULTS = {
    "bad_email": _l("This is not an e-mail address."),
    "taken": _l("There is an account with this address already."),
    "yourself": _l("You cannot close your own account."),
    "last": _l("This is the last administrator. Make another one first."),
    "unknown": _l("There is no such account."),
    "unknown_role": _l("Choose one of the roles."),
}


@login_manager.user_loader
def load_user(session_key: str) -> User | None:
    """Flask-Login's question at each request."""
    return queries.user_of_session(session_key)


def safe_next(target: str | None) -> str | None:
    """A path of this portal, or None: never an address elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return None
    return target


def _limit() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.login_limit


def _failed(response: Response) -> bool:
    """Only failed tries count, or the eleventh colleague behind the city's one address could not log in."""
    return response.status_code == 422


@accounts.route("/login", methods=["GET", "POST"])
@public
@keeps_input
@limiter.limit(_limit, methods=["POST"], key_func=account_from_here, deduct_when=_failed)
@limiter.limit(lambda: times(_limit(), 5), methods=["POST"], deduct_when=_failed)
@limiter.limit(lambda: times(_limit(), 10), methods=["POST"], key_func=named_account, deduct_when=_failed)
def login() -> str | Response | tuple[str, int]:
    """E-mail and password; one answer for every fault."""
    if current_user.is_authenticated:
        return redirect(url_for("goals.dashboard"))
    form = LoginForm()
    if form.validate_on_submit():
        user = service.authenticate(form.email.data or "", form.password.data or "")
        if user is not None:
            session.clear()
            session.permanent = True
            login_user(user)
            return redirect(safe_next(request.args.get("next")) or url_for("goals.dashboard"))
        form.form_errors.append(_("The e-mail address or the password is wrong."))
    return render_template("accounts/login.html", form=form), 422 if form.errors else 200


@accounts.post("/logout")
@roles(EVERY_ROLE)
def logout() -> Response:
    """Ends every session of the account: a copy of its cookie is worth nothing afterwards."""
    service.end_sessions(current_user.id)
    logout_user()
    session.clear()
    flash(_("You are logged out."), "success")
    return redirect(url_for("pages.front"))


@accounts.route("/staff/users", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
@keeps_input
def users() -> str | tuple[str, int]:
    """All accounts, and a form for a new one."""
    form = UserForm()
    if form.validate_on_submit():
        made = secrets.token_urlsafe(12)
        try:
            service.create_user(form.email.data, form.name.data, Role(form.role.data), made, now=clock.now())
        except RuleError as fault:
            form.email.errors = [*form.email.errors, FAULTS[fault.key]]
        else:
            return _users_page(UserForm(formdata=None), _("The account is made"), (form.email.data, made))
    return _users_page(form), 422 if form.errors else 200


def _users_page(form: UserForm, told: str = "", password: tuple[str, str] | None = None) -> str:
    """The page; `password` is an address and its new password, which is nowhere to be seen again."""
    return render_template(
        "accounts/users.html", form=form, users=queries.all_users(), told=told, password=password, roles=ROLES
    )


@accounts.post("/staff/users/<int:user_id>/role")
@roles(ADMINISTRATORS)
def set_role(user_id: int) -> Response:
    """Gives an account another role."""
    try:
        if request.form.get("role") not in set(Role):
            raise RuleError("unknown_role")
        user = service.set_role(user_id, Role(request.form["role"]))
    except RuleError as fault:
        flash(FAULTS[fault.key], "error")
    else:
        flash(_("The role of %(name)s is changed.", name=user.name), "success")
        if current_user.role not in ADMINISTRATORS:
            return redirect(url_for("goals.dashboard"), 303)
    return redirect(url_for("accounts.users"), 303)


@accounts.route("/staff/users/<int:user_id>/password", methods=["GET", "POST"])
@roles(ADMINISTRATORS)
def new_password(user_id: int) -> str | Response:
    """Makes a new password, shows it this once, and ends the account's sessions; one's own goes on here."""
    if request.method == "GET":  # the language link of the answer
        return redirect(url_for("accounts.users"))
    made = secrets.token_urlsafe(12)
    try:
        user = service.set_password(user_id, made)
    except RuleError as fault:
        flash(FAULTS[fault.key], "error")
        return redirect(url_for("accounts.users"), 303)
    if user.id == current_user.id:
        login_user(user)
    return _users_page(UserForm(formdata=None), _("There is a new password"), (user.email, made))


@accounts.post("/staff/users/<int:user_id>/active")
@roles(ADMINISTRATORS)
def set_active(user_id: int) -> Response:
    """Closes or opens an account."""
    try:
        user = service.set_active(user_id, request.form.get("active") == "1", actor=current_user)
    except RuleError as fault:
        flash(FAULTS[fault.key], "error")
    else:
        text = _("The account is open again.") if user.active else _("The account is closed and logged out everywhere.")
        flash(text, "success")
    return redirect(url_for("accounts.users"))
