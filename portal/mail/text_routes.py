"""The words of the portal's messages: read, changed and tried out by staff."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers.response import Response

from portal import clock
from portal.accounts.rules import STAFF
from portal.activities.models import ActivityType
from portal.activities.queries import activity_types
from portal.associations.meanwhile import Change
from portal.errors import RuleError
from portal.mail import text_service
from portal.mail.framing import policy_for, preview_of
from portal.mail.models import MailText
from portal.mail.placeholders import example_letter, example_of, example_start, known_to
from portal.mail.text_forms import MailTextForm, missing_points
from portal.mail.text_service import TextDraft, state_of
from portal.mail.wording import GROUPS, KINDS, MailKind, fill
from portal.web.access import keeps_input, roles
from portal.web.limits import may_test_mail
from portal.web.locale import LANGUAGES, language, text_of
from portal.web.reading import read_number

mail_texts = Blueprint("mail_texts", __name__, url_prefix="/<any(da, en):lang>")


@mail_texts.get("/staff/mail-texts")
@roles(STAFF)
def index() -> str:
    """Every kind of message, and whether its words are the portal's own."""
    groups = {group: [kind for kind in KINDS.values() if kind.group == group] for group in GROUPS}
    return render_template(
        "mail_texts/index.html",
        groups={GROUPS[group]: kinds for group, kinds in groups.items() if kinds},
        changed=text_service.changed_texts(),
        types={each.id: each for each in activity_types(active_only=False)},
    )


@mail_texts.route("/staff/mail-texts/<kind>", methods=["GET", "POST"])
@roles(STAFF)
@keeps_input
def edit(kind: str) -> Response | tuple[str, int]:
    """The words of one kind, for all types or for `?type=`: saved, shown as they would look, or sent as a test."""
    page = TextPage(kind)
    form = page.form
    if not form.validate_on_submit():
        return page.answer(422 if form.errors else 200)
    draft = form.draft(page.before)
    wish = request.form.get("wish", "save")
    if wish == "preview":
        return page.answer(preview=draft)
    if wish == "test":
        page.send_test(draft)
        return page.answer(422 if form.errors else 200)
    try:
        saved = text_service.save_text(
            page.kind, page.type_id, draft, seen=form.seen.data or "", actor=current_user, now=clock.now()
        )
    except RuleError:
        return TextPage(kind).answer_of_late_comer(draft)
    flash(_("Saved.") if saved else _("Saved. These are the words that held before any change."), "success")
    return redirect(page.url, 303)  # which says what is missing in them


@mail_texts.post("/staff/mail-texts/<kind>/take-back")
@roles(STAFF)
def take_back(kind: str) -> Response:
    """The portal's own words hold again, or for one type those of all types."""
    page = TextPage(kind)
    try:
        if text_service.take_back(page.kind, page.type_id, seen=request.form.get("seen", "")):
            flash(_("The changed words are gone. These hold now."), "success")
    except RuleError:
        flash(_("Somebody has changed the words just now, so nothing was taken back. Read them first."), "warning")
    return redirect(page.url, 303)


class TextPage:
    """The page of one kind, for all types or for the one in the address."""

    def __init__(self, key: str) -> None:
        if key not in KINDS:
            abort(404)
        self.kind: MailKind = KINDS[key]
        self.types = activity_types(active_only=False) if self.kind.of_type else []
        self.type = self._asked_type()
        self.type_id = self.type.id if self.type else None
        self.texts = {text.type_id: text for text in text_service.texts_of(self.kind)}
        self.text: MailText | None = self.texts.get(self.type_id)
        self.before = text_service.draft_of(self.text or self.texts.get(None), self.kind)
        self.form = self._form()
        self.sent = False

    def _asked_type(self) -> ActivityType | None:
        asked = request.args.get("type", "")
        if not asked or not self.kind.of_type:
            return None
        found = next((each for each in self.types if each.id == read_number(asked)), None)
        if found is None:
            abort(404)  # what is typed for one type must not come to hold for all
        return found

    def _form(self) -> MailTextForm:
        form = MailTextForm(self.kind, data={**asdict(self.before), "seen": state_of(self.text)})
        if self.type is not None and self.neutral:
            form.keep_subject()
        return form

    @property
    def neutral(self) -> bool:
        """Whether the type's subjects are neutral, and not to be changed."""
        return bool(self.type and self.type.neutral_mail and self.kind.neutral_subject)

    @property
    def type_choices(self) -> list[tuple[int, str]]:
        """The types in use, for a list to choose from; those without use that have words of their own are linked."""
        return [(each.id, text_of(each, "name").text) for each in self.types if each.active]

    def type_of(self, type_id: int) -> ActivityType:
        """The type with that number."""
        return next(each for each in self.types if each.id == type_id)

    @property
    def url(self) -> str:
        """The page's own address."""
        return url_for("mail_texts.edit", kind=self.kind.key, type=self.type_id)

    def send_test(self, draft: TextDraft) -> None:
        """At most one a minute to each; anything else is told in the form."""
        if may_test_mail(current_user.email):
            text_service.send_test(
                self.kind, draft, language(), neutral=self.neutral, actor=current_user, now=clock.now()
            )
            self.sent = True
        else:
            self.form.form_errors.append(_("One test a minute is enough. Please wait a moment."))

    def answer_of_late_comer(self, draft: TextDraft) -> Response:
        """Somebody saved first: theirs beside what was typed, which the next save keeps."""
        changes = [
            Change(str(self.form[name].label.text), theirs, yours, False)
            for name, theirs in asdict(self.before).items()
            if name in self.form and (yours := getattr(draft, name)) != theirs
        ]
        self.form.seen.data = state_of(self.text)
        return self.answer(422, changes=changes)

    def answer(self, status: int = 200, preview: TextDraft | None = None, **more: Any) -> Response:
        """The page, with a policy that lets the previewed letters have their own style."""
        now, start = clock.now(), example_start(clock.now())
        letters = []
        for lang in LANGUAGES if preview else ():
            letter = example_letter(self.kind, lang, preview.words(lang), now=now, neutral=self.neutral)  # type: ignore[union-attr]
            letters.append(preview_of(letter, lang))
        page = render_template(
            "mail_texts/edit.html",
            page=self,
            form=self.form,
            kind=self.kind,
            letters=letters,
            warnings=missing_points(self.kind, preview or self.before),
            placeholders={
                name: (each.meaning, example_of(each.example, start)) for name, each in known_to(self.kind).items()
            },
            neutral_subjects={lang: self._neutral_subject(lang) for lang in LANGUAGES},
            **{"changes": None, **more},
        )
        response = make_response(page, status)
        if letters:
            response.headers["Content-Security-Policy"] = policy_for(letters[0].html)
        return response

    def _neutral_subject(self, lang: str) -> str:
        with force_locale(lang):
            return fill(str(self.kind.neutral_subject), {"unit": current_app.extensions["settings"].wordmark})
