"""The charter in the back office: its versions, where associations stand, what they answered, the reminder."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.associations import charter_queries as queries
from portal.associations import charter_service as service
from portal.associations.answer_routes import ANSWERS
from portal.associations.charter_forms import AnswerForm, VersionForm
from portal.associations.charter_models import CharterVersion
from portal.associations.models import Association
from portal.associations.rules import CharterAnswerKind, CharterStatus
from portal.associations.words import CHARTER, CHARTER_BADGES
from portal.database import db
from portal.errors import RuleError
from portal.log.service import note_look
from portal.paging import page_number
from portal.web.access import keeps_input, roles

charter_staff = Blueprint("charter_staff", __name__, url_prefix="/<any(da, en):lang>/staff/charter")

REMINDABLE = (CharterStatus.UNANSWERED, CharterStatus.EARLIER_VERSION)
REFUSALS = {
    "nothing_to_withdraw": _l("There is no acceptance to withdraw."),
    "in_the_future": _l("The day has not come yet."),
    "unknown_version": _l("Choose one of those in the list."),
    "unknown_association": _l("It is not there any more."),
    "no_draft": _l("There is no draft any more."),
    "text_missing": _l("Write the text in both languages first."),
    "changed_meanwhile": _l("Somebody else changed this while you were writing. Look below, and save again."),
}


def _status(text: str | None) -> CharterStatus | None:
    return CharterStatus(text) if text in set(CharterStatus) else None


@charter_staff.get("")
@roles(STAFF)
def index() -> str:
    """Where every active association stands, and the charter's versions."""
    status = _status(request.args.get("status"))
    page, standings = queries.standings(status, page_number(request.args.get("page")))
    versions = queries.all_versions()
    return render_template(
        "associations/charter/index.html",
        status=status,
        page=page,
        standings=standings,
        counts=queries.status_counts(),
        due=queries.due_for_reminder(status, clock.now()) if status in REMINDABLE else None,
        versions=versions,
        draft=next((version for version in versions if version.published_at is None), None),
        newest=queries.newest_version(),
        words=CHARTER,
        badges=CHARTER_BADGES,
        page_url=lambda number: url_for("charter_staff.index", status=status, page=number),
    )


@charter_staff.post("/remind")
@roles(STAFF)
def remind() -> Response:
    """Writes to those who stand so and were not reminded lately."""
    status = _status(request.form.get("status"))
    if status not in REMINDABLE:
        flash(_("Choose one of those in the list."), "error")
        return redirect(url_for("charter_staff.index"), 303)
    number = service.remind(status, actor=current_user, now=clock.now())
    if number:
        flash(ngettext("%(num)d mail is on its way.", "%(num)d mails are on their way.", number), "success")
    else:
        flash(_("Nobody was left to remind: everybody with a mailbox got a mail within the last 14 days."), "info")
    return redirect(url_for("charter_staff.index", status=status), 303)


@charter_staff.get("/versions/<int:version_id>")
@roles(STAFF)
def version(version_id: int) -> str:
    """A version's text in both languages."""
    found = queries.version_by_id(version_id)
    if found is None:
        abort(404)
    return render_template("associations/charter/version.html", version=found, mark=service.mark_of(found))


def _draft() -> CharterVersion | None:
    return next((version for version in queries.all_versions() if version.published_at is None), None)


@charter_staff.route("/draft", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def draft() -> Response | tuple[str, int]:
    """Writes the next version; it begins with the text that holds."""
    found = _draft()
    start = found or queries.newest_version()
    given = {"text_da": start.text_da, "text_en": start.text_en} if start else {}
    form = VersionForm(data={**given, "began": service.mark_of(found)})
    theirs = None
    if form.validate_on_submit():
        try:
            saved = service.save_draft(
                form.text_da.data, form.text_en.data, began=form.began.data or "", now=clock.now()
            )
        except RuleError as fault:
            form.form_errors.append(str(REFUSALS[fault.key]))
            form.began.data = str(fault.facts["mark"])
            theirs = fault.facts
        else:
            flash(_("The draft is saved. Read it once more, and publish it."), "success")
            return redirect(url_for("charter_staff.version", version_id=saved.id), 303)
    page = render_template("associations/charter/draft.html", form=form, draft=_draft(), theirs=theirs)
    return page, 422 if form.errors else 200


@charter_staff.post("/draft/publish")
@roles(STAFF)
def publish() -> Response:
    """Publishes the draft as it was read on its page."""
    try:
        published = service.publish(began=request.form.get("began", ""), now=clock.now())
    except RuleError as fault:
        flash(str(REFUSALS[fault.key]), "error")
        found = _draft()
        if found is not None:
            return redirect(url_for("charter_staff.version", version_id=found.id), 303)
    else:
        flash(_("Version %(number)s is published, and holds from now on.", number=published.number), "success")
    return redirect(url_for("charter_staff.index"), 303)


@charter_staff.post("/draft/drop")
@roles(STAFF)
def drop() -> Response:
    """Throws the draft away."""
    service.drop_draft()
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for("charter_staff.index"), 303)


def _association(association_id: int) -> Association:
    found = db.session.get(Association, association_id)
    if found is None:
        abort(404)
    return found


@charter_staff.route("/associations/<int:association_id>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def association(association_id: int) -> Response | tuple[str, int]:
    """What an association answered, and a form to put an answer down; that somebody looked is noted."""
    _association(association_id)
    if request.method == "GET":
        note_look(association_id, actor=current_user, now=clock.now())
    form = AnswerForm(data={"answer": CharterAnswerKind.ACCEPTED.value, "answered_on": clock.today()})
    form.set_choices(queries.published_versions())
    if form.validate_on_submit():
        try:
            service.answer_charter(association_id, form.said(), actor=current_user, now=clock.now())
        except RuleError as fault:
            field = form[fault.field] if fault.field and fault.field in form else form.answer
            field.errors = [*field.errors, str(REFUSALS[fault.key])]
        else:
            flash(_("The answer is put down."), "success")
            return redirect(url_for("charter_staff.association", association_id=association_id), 303)
    page = render_template(
        "associations/charter/association.html",
        association=_association(association_id),
        form=form,
        status=queries.charter_statuses([association_id])[association_id],
        answers=queries.answers_of(association_id),
        words=CHARTER,
        badges=CHARTER_BADGES,
        answer_words=ANSWERS,
    )
    return page, 422 if form.errors else 200
