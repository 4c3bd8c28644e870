"""Enquiries for tests: what somebody asks, and where its page is."""

import uuid
from datetime import datetime

from portal import clock
from portal.database import db
from portal.enquiries.models import Enquiry
from portal.enquiries.rules import Wish
from portal.enquiries.service import Asked, ask
from portal.web.links import sign

SCHOOL = {
    "wish": "workshop", "organisation": "Prøveskolen", "group": "8.b", "heads": "24", "age_band": "15_17",
    "when": "Torsdage i uge 49", "spoken": ["da", "en"], "needs": "En rampe", "message": "Gerne om nettet.",
    "name": "Leyla Eksempelsen", "email": "leyla@skole.example", "phone": "33663366", "language": "da",
}  # fmt: skip


def form(**changes: object) -> dict[str, object]:
    """The public form as somebody fills it in, with a number of its own."""
    return {**SCHOOL, "submission": str(uuid.uuid4()), **changes}


def asked(wish: Wish = Wish.WORKSHOP, *, now: datetime | None = None, **values: object) -> Enquiry:
    """An enquiry that waits for its answer."""
    given: dict[str, object] = {
        "wish": wish, "language": "da", "submission": str(uuid.uuid4()), "email": "leyla@skole.example",
        "organisation": "Prøveskolen", "group_name": "8.b", "name": "Leyla Eksempelsen", "phone": "+4533663366",
        "heads": 24, "message": "Gerne om nettet.", **values,
    }  # fmt: skip
    return ask(Asked(**given), now=now or clock.now())  # type: ignore[arg-type]


def path_of(enquiry: Enquiry) -> str:
    """The asker's page."""
    return f"/da/enquiries/{sign(enquiry.reference or '')}"


def afresh(enquiry: Enquiry | int) -> Enquiry:
    """The enquiry as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Enquiry, enquiry if isinstance(enquiry, int) else enquiry.id)
