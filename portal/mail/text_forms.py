"""The shape of a message's words in both languages, and what is asked of them."""

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.mail.placeholders import TEXT_ONLY, known_to
from portal.mail.text_service import TextDraft
from portal.mail.wording import PARTS, PLACEHOLDER, MailKind, unknown_placeholders
from portal.web.forms import PortalForm, put_beside, text_field
from portal.web.locale import LANGUAGES

LONGEST_LINE = 160
LONGEST_BODY = 4000
LONGEST_CLOSING = 1000


class MailTextForm(PortalForm):
    """A message's words. `seen` is their state when the form was opened."""

    seen = HiddenField()
    subject_da = text_field(_l("Subject in Danish"), LONGEST_LINE, required=_l("Write the subject in Danish."))
    subject_en = text_field(_l("Subject in English"), LONGEST_LINE, required=_l("Write the subject in English."))
    heading_da = text_field(_l("Heading in Danish"), LONGEST_LINE, required=_l("Write the heading in Danish."))
    heading_en = text_field(_l("Heading in English"), LONGEST_LINE, required=_l("Write the heading in English."))
    body_da = text_field(_l("Text in Danish"), LONGEST_BODY, required=_l("Write the text in Danish."), area=True)
    body_en = text_field(_l("Text in English"), LONGEST_BODY, required=_l("Write the text in English."), area=True)
    closing_da = text_field(_l("Closing words in Danish"), LONGEST_CLOSING, area=True)
    closing_en = text_field(_l("Closing words in English"), LONGEST_CLOSING, area=True)

    def __init__(self, kind: MailKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def keep_subject(self) -> None:
        """Takes the subject out of the form: the activity type's subjects are neutral, and not to be changed."""
        del self.subject_da, self.subject_en

    def check(self) -> None:
        """Every placeholder is known, and stands where it may."""
        for name in (f"{part}_{lang}" for part in PARTS for lang in LANGUAGES):
            if name not in self:
                continue
            text = self[name].data or ""
            if unknown := unknown_placeholders(text, self.kind):
                put_beside(self, name, _unknown(unknown, self.kind))
            misplaced = sorted(TEXT_ONLY & set(PLACEHOLDER.findall(text)) & set(self.kind.placeholders))
            if misplaced and name.startswith(("subject", "heading")):
                names = _listed(misplaced)
                put_beside(self, name, _("%(placeholders)s can stand in the text only, not here.", placeholders=names))

    def draft(self, before: TextDraft) -> TextDraft:
        """The form as a draft; what it does not ask stays as `before`."""
        typed = {name: (self[name].data or "").replace("\r\n", "\n") for name in asdict(before) if name in self}
        return TextDraft(**{**asdict(before), **typed})


def missing_points(kind: MailKind, draft: TextDraft) -> list[str]:
    """Warnings: what the message is about is not said in one of the languages."""
    found = []
    for lang, language in (("da", _("the Danish words")), ("en", _("the English words"))):
        used = set(PLACEHOLDER.findall("\n".join(getattr(draft, f"{part}_{lang}") for part in PARTS)))
        if missing := [name for name in kind.needed if name not in used]:
            found.append(
                _(
                    "%(placeholders)s is not in %(words)s. Can the reader do without?",
                    placeholders=_listed(missing),
                    words=language,
                )
            )
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _unknown(unknown: list[str], kind: MailKind) -> str:
    known = _listed(list(known_to(kind)))
    braces = [part for part in unknown if part in "{}"]
    named = [part for part in unknown if part not in "{}"]
    told = []
    if named:
        told.append(_("%(placeholders)s is not known here.", placeholders=", ".join(named)))
    if braces:
        told.append(_("There is a brace alone: “%(brace)s”.", brace=braces[0]))
    return " ".join([*told, _("You can use %(known)s.", known=known)])
