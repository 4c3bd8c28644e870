"""An application with something of each kind in it, for the tests that walk every route."""

import re
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal import clock
from portal.accounts.rules import Role
from portal.associations.unsubscribing import unsubscribe_token
from portal.database import db, writing
from portal.goals.models import Area, Goal, Plan
from portal.goals.rules import GoalKind, Unit
from portal.imports.upload_service import take_in
from portal.mail.models import Message
from portal.registrations.service import SignUp, sign_up
from portal.web.access import CONTACTS
from portal.web.links import sign
from tests.associations import address_book_rows, enter_as, mailed_links, make_association
from tests.enquiries import asked
from tests.forum import FORUM_PAGES, invited, make_meeting, make_paper, work_on
from tests.goals import engaged
from tests.mailings import draft_to_parties, make_segment
from tests.make import make_activity, make_user
from tests.page import PageClient
from tests.uploads import listed


class Walk:
    """An application with something of each kind in it, and one visitor per role."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = PageClient
        self.users = {role: make_user(role) for role in Role}
        self.association = make_association()
        now = clock.now()
        activity = make_activity("youth_workshop", capacity=28)
        party = SignUp(heads=20, language="da", submission="1" * 32, name="Leyla Eksempelsen", email="l@skole.example")
        registration = sign_up(activity.id, party, now=now)
        with writing() as session:
            goal = Goal(
                key="g", kind=GoalKind.GOAL, unit=Unit.ACTIVITIES, name_da="Mål", name_en="Goal", target=10, position=1
            )
            plan = Plan(
                key="walk",
                name_da="Plan",
                name_en="Plan",
                starts=date(2026, 1, 1),
                ends=date(2026, 12, 31),
                created_at=now,
                areas=[Area(number=1, name_da="Område", name_en="Area", goals=[goal])],
            )
            session.add(plan)
        meeting = make_meeting()
        enquiry = asked()
        self.tokens = {
            **mailed_links(self.association),
            **{f"enquiries.{view}": sign(enquiry.reference or "") for view in ("follow", "write", "withdraw")},
            "invitations.answer": sign(invited(meeting, self.association, self.users[Role.STAFF]).reference),
        }
        contact = self.association.contacts[0]
        links = [view for view in app.view_functions if view.startswith("unsubscribing.")]
        self.tokens.update(dict.fromkeys(links, unsubscribe_token(contact)))
        message = db.session.scalars(select(Message.id).where(Message.registration_id == registration.id)).first()
        engagement = engaged(self.association.id)
        self.values: dict[str, Any] = {
            "paper_id": make_paper(meeting).id,
            **dict(zip(("item_id", "topic_id", "decision_id"), work_on(meeting), strict=True)),
            **address_book_rows(self.association),
            "lang": "da",
            "kind": "confirmed",
            "association_id": self.association.id,
            "version_id": 1,
            "slug": "x",
            "token": sign(registration.reference or ""),
            "id": activity.id,
            "registration_id": registration.id,
            "audience_id": activity.audience_id,
            "user_id": 10**6,
            "other_id": make_association("Boldklubben Skæve Mål", "association").id,
            "activity_id": activity.id,
        }
        # What `id` means where it is no activity's.
        upload = take_in(listed("Sangforeningen;;;;;;;;"), "x.csv", "da", actor=self.users[Role.FACILITATOR], now=now)
        self.ids = {
            **dict.fromkeys((name for name in app.view_functions if name.startswith("uploads.")), upload.id),
            "merges.show": self.association.id,
            **dict.fromkeys((name for name in app.view_functions if name.startswith("messages.")), message),
            **{
                f"invitations_staff.{view}": meeting.id
                for view in ("index", "choose", "invite", "remind", "by_telephone")
            },
            **dict.fromkeys(("my_forum.meeting", "my_forum.answer", "minutes.show"), meeting.id),
            **dict.fromkeys(FORUM_PAGES, meeting.id),
            **dict.fromkeys(
                (name for name in app.view_functions if name.startswith(("associations_staff.", "contacts_staff."))),
                self.association.id,
            ),
            **dict.fromkeys(("kinds.edit_kind", "kinds.edit_tag", "segments.delete"), 1),
            "registrations_staff.adopt": registration.id,
            "registrations_staff.address": registration.id,
            "registrations_staff.cancel": registration.id,
            "activity_types.edit": activity.type_id,
            "activity_types.edit_audience": activity.audience_id,
            **dict.fromkeys((name for name in app.view_functions if name.startswith("engagements.")), engagement.id),
            **dict.fromkeys((name for name in app.view_functions if name.startswith("enquiries_staff.")), enquiry.id),
            **dict.fromkeys(
                (name for name in app.view_functions if name.startswith("mailings.")),
                draft_to_parties(activity, self.users[Role.STAFF]).id,
            ),
            "mailings.to_parties": activity.id,
            "mailings.to_segment": make_segment().id,
            **dict.fromkeys(("goals.show", "goals.edit", "goals.delete"), goal.id),
            **dict.fromkeys(("goals.copy_plan", "goals.edit_plan", "goals.new"), plan.id),
        }

    def rules(self) -> list[Rule]:
        """Every route, in order."""
        return sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule)

    def path(self, rule: Rule, **changes: Any) -> str:
        """The route's address, with what is there for each of its parts."""
        path = rule.rule
        for kind, name in re.findall(r"<(?:([a-z]+(?:\([^)]*\))?):)?([a-z_]+)>", path):
            value = changes.get(name, self.values.get(name))
            if name == "id" and "id" not in changes:
                value = self.ids.get(rule.endpoint, value)
            if name == "token" and "token" not in changes:
                value = self.tokens.get(rule.endpoint, value)
            if value is None:
                assert kind.startswith("any("), f"no value for {name} in {rule.rule}"
                value = kind[4:-1].split(",")[0].strip()
            path = re.sub(rf"<[^<>]*\b{name}>", lambda _found, text=str(value): text, path)
        return path

    def visitor(self, role: Role | str | None) -> PageClient:
        """Somebody who is logged in with that role or for an association, or nobody."""
        client = self.app.test_client()
        assert isinstance(client, PageClient)
        if role == CONTACTS:
            enter_as(client, self.association)
        elif isinstance(role, Role):
            with client.session_transaction() as session:
                session["_user_id"] = self.users[role].session_key
                session["_fresh"] = True
        return client

    def entitled(self, rule: Rule) -> PageClient:
        """Somebody who may open the route."""
        return self.visitor(CONTACTS if self.access(rule) == CONTACTS else Role.ADMINISTRATOR)

    def access(self, rule: Rule) -> Any:
        """What the route's view declares."""
        return getattr(self.app.view_functions[rule.endpoint], "access", None)
