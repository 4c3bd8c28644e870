"""The inbox: who asks, what is answered, and who takes it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.rules import STAFF
from portal.activities.words import language_names
from portal.enquiries import queries, service
from portal.enquiries.forms import AnswerForm
from portal.enquiries.letters import suggested_refusal
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import ERASED_AFTER, LATE_AFTER, OPEN, Tab, Wish
from portal.enquiries.waiting import working_days_waited
from portal.enquiries.words import FAULTS, STATE_BADGES, STATES, TABS, WISHES, WISHES_SHORT
from portal.errors import RuleError
from portal.log.service import note_look
from portal.paging import page_number
from portal.registrations.forms import AGE_BANDS
from portal.web.access import keeps_input, roles
from portal.web.forms import put_beside
from portal.web.locale import shown_on
from portal.web.reading import read_number

enquiries_staff = Blueprint("enquiries_staff", __name__, url_prefix="/<any(da, en):lang>/staff/enquiries")
WORDS = {"states": STATES, "state_badges": STATE_BADGES, "wishes": WISHES_SHORT}


@enquiries_staff.get("")
@roles(STAFF)
def index() -> str:
    """The inbox in tabs, by wish; no person's name stands here."""
    now = clock.now()
    asked, wished = request.args.get("tab", ""), request.args.get("wish", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.OPEN
    wish = Wish(wished) if wished in set(Wish) else None
    page = queries.inbox(tab, wish, current_user.id, now, page_number(request.args.get("page")))
    return render_template(
        "enquiries/staff/index.html",
        tab=tab,
        tabs=TABS,
        sizes=queries.tab_sizes(current_user.id, now),
        wish=wish,
        page=page,
        page_url=lambda number: url_for("enquiries_staff.index", tab=tab, wish=wish, page=number),
        waited=lambda enquiry: working_days_waited(enquiry.last_words_at, now),
        late_after=LATE_AFTER,
        **WORDS,
    )


def found(id: int) -> Enquiry:
    """The enquiry with everything its page shows; 404 where there is none."""
    enquiry = queries.enquiry_by_id(id)
    if enquiry is None:
        abort(404)
    return enquiry


def _page(enquiry: Enquiry, form: AnswerForm | None = None) -> tuple[str, int]:
    now = clock.now()
    form = form or AnswerForm(formdata=None)
    form.seen.data = enquiry.seen_mark
    page = render_template(
        "enquiries/staff/show.html",
        enquiry=enquiry,
        form=form,
        asks_for=WISHES[enquiry.wish],
        age_name=dict(AGE_BANDS).get(enquiry.age_band or ""),
        spoken=language_names(enquiry.spoken),
        waited=working_days_waited(enquiry.last_words_at, now),
        late_after=LATE_AFTER,
        is_open=enquiry.state in OPEN,
        agreed=enquiry.registration is not None and service.has_live_activity(enquiry),
        live=service.has_live_activity(enquiry),
        staff=accounts.staff_members(),
        erased_on=enquiry.closed_at + ERASED_AFTER if enquiry.closed_at else None,
        **WORDS,
    )
    return page, 422 if form.errors or form.form_errors else 200


@enquiries_staff.get("/<int:id>")
@roles(STAFF)
def show(id: int) -> tuple[str, int]:
    """All about one enquiry, with what can be done with it."""
    enquiry = found(id)
    if enquiry.association_id is not None:
        note_look(enquiry.association_id, actor=current_user, now=clock.now())
        enquiry = found(id)
    return _page(enquiry)


def put_fault(form: Any, fault: RuleError) -> None:
    """Shows a refusal beside its field, or at the top of the form."""
    if fault.key == "unknown_enquiry":
        abort(404)
    put_beside(form, fault.field, str(FAULTS[fault.key]))


@enquiries_staff.post("/<int:id>/answer")
@roles(STAFF)
@keeps_input
@shown_on("enquiries_staff.show")
def answer(id: int) -> Response | tuple[str, int]:
    """Writes to the asker; whoever answers first owns the enquiry."""
    found(id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            service.answer(id, form.words.data, actor=current_user, now=clock.now(), seen=form.seen.data)
        except RuleError as fault:
            put_fault(form, fault)
        else:
            flash(_("The answer is on its way by mail."), "success")
            return redirect(url_for("enquiries_staff.show", id=id), 303)
    return _page(found(id), form)


@enquiries_staff.route("/<int:id>/decline", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def decline(id: int) -> Response | tuple[str, int]:
    """Says no, kindly, from a text that can be changed."""
    enquiry = found(id)
    form = AnswerForm(seen=enquiry.seen_mark, words=suggested_refusal(enquiry))
    if form.validate_on_submit():
        try:
            service.decline(id, form.words.data, actor=current_user, now=clock.now(), seen=form.seen.data)
        except RuleError as fault:
            put_fault(form, fault)
            enquiry = found(id)
        else:
            flash(_("The enquiry is declined, and the asker has it by mail."), "success")
            return redirect(url_for("enquiries_staff.index"), 303)
    form.seen.data = enquiry.seen_mark
    page = render_template("enquiries/staff/decline.html", enquiry=enquiry, form=form, is_open=enquiry.state in OPEN)
    return page, 422 if form.errors or form.form_errors else 200


def _done(id: int, write: Callable[[], Enquiry], said: str) -> Response:
    """One button's answer: what was done, or why not."""
    found(id)
    try:
        write()
    except RuleError as fault:
        if fault.key == "owner_changed":
            owner = str(fault.facts["owner"])
            text = _("%(name)s has taken it meanwhile.", name=owner) if owner else _("Nobody has it any more.")
        else:
            text = str(FAULTS[fault.key])
        flash(text, "error")
    else:
        flash(said, "success")
    return redirect(url_for("enquiries_staff.show", id=id), 303)


@enquiries_staff.post("/<int:id>/owner")
@roles(STAFF)
def give(id: int) -> Response:
    """Takes the enquiry, or gives it to a colleague."""
    user, before = (read_number(request.form.get(name)) for name in ("owner", "before"))
    said = _("It is yours now.") if user == current_user.id else _("It is given to your colleague.")
    return _done(id, lambda: service.give_to(id, user or 0, before=before), said)


@enquiries_staff.post("/<int:id>/close")
@roles(STAFF)
def close(id: int) -> Response:
    """There is nothing more to do."""
    return _done(id, lambda: service.close(id, now=clock.now()), _("The enquiry is closed."))


@enquiries_staff.post("/<int:id>/reopen")
@roles(STAFF)
def reopen(id: int) -> Response:
    """Opens a closed one again."""
    return _done(id, lambda: service.reopen(id, now=clock.now()), _("The enquiry is open again."))
