"""The form with which an association answers an invitation: one press for yes and how many, one for no."""

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.errors import RuleError
from portal.forum.invitations import answer
from portal.forum.own_answers import OwnAnswer
from portal.forum.rules import Answer
from portal.registrations.rules import MAX_HEADS
from portal.registrations.words import REFUSALS, refusal
from portal.web.forms import PortalForm, WholeNumberField

BUTTONS_UP_TO = 6  # more heads than this are typed
SPOKEN = {"closed", "too_many_heads", "no_room", *REFUSALS}


class AnswerForm(PortalForm):
    """Yes with how many, or no. `most` is what one association may bring."""

    answer = HiddenField()
    heads = WholeNumberField(_l("How many come?"), 1, MAX_HEADS)
    most = MAX_HEADS

    @classmethod
    def at(cls, activity: Activity, own: OwnAnswer, *, by_staff: bool = False) -> "AnswerForm":
        """The form with the meeting's bounds; a no needs no number. What was agreed before may stay."""
        form = cls()
        desk = activity.registers_at or activity
        form.most = desk.capacity or desk.max_heads if by_staff else min(desk.max_heads, desk.capacity or MAX_HEADS)
        if own.party is not None:
            form.most = max(form.most, own.party.heads)
        form.heads.set_bounds(1, form.most)
        if request.form.get("answer") == Answer.NO:
            form.heads.data = 1  # whatever stands there: it is not asked for
        elif not form.is_submitted() and own.party is not None:
            form.heads.data = own.party.heads
        return form

    @property
    def pressed(self) -> bool:
        """Whether so few may come that each number is a button of its own."""
        return self.most <= BUTTONS_UP_TO

    def check(self) -> None:
        """It is a yes or a no."""
        if self.answer.data not in set(Answer):
            self.form_errors.append(_("Choose yes or no."))

    def save(self, activity: Activity, association_id: int, *, now: datetime, actor: User | None = None) -> bool:
        """Gives the answer; False, with the reason beside its field, where a rule refuses it."""
        yes = self.answer.data == Answer.YES
        try:
            answer(activity.id, association_id, yes, self.heads.data or 1, now=now, actor=actor)
        except RuleError as fault:
            text = refusal(fault) if fault.key in SPOKEN else _("Sign-up is not open.")
            if fault.field == "heads" or fault.key == "offer_fewer_only":
                self.heads.errors = [text]
            else:
                self.form_errors.append(text)
            return False
        return True
