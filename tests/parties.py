"""Parties for tests: what they send, how they stand, what they were told."""

import uuid

from sqlalchemy import select

from portal.database import db
from portal.mail.models import Message
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.registrations.service import SignUp
from portal.web.links import sign

CLASS = {"name": "Leyla Eksempelsen", "group": "Skolen, 8B", "heads": "24", "email": "leyla@skole.example",
         "age_band": "15_17", "language": "da"}  # fmt: skip


def party(heads: int = 1, **values: object) -> SignUp:
    given: dict[str, object] = {"heads": heads, "language": "da", "submission": str(uuid.uuid4()),
                                "email": "en@skole.example", **values}  # fmt: skip
    return SignUp(**given)  # type: ignore[arg-type]


def sent(kind: str | None = None) -> list[Message]:
    query = select(Message).order_by(Message.id)
    return list(db.session.scalars(query.where(Message.kind == kind) if kind else query))


def standing_of(registration: Registration) -> Standing:
    db.session.expire_all()
    return db.session.get_one(Registration, registration.id).standing


def path_of(registration: Registration) -> str:
    return f"/da/registrations/{sign(registration.reference or '')}"
