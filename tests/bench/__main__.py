"""How much the portal's pages cost, as multiples of a bare Flask page in the same run: `make bench`.

Ratios rather than milliseconds, so that two machines, and two days, can be compared.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from portal import clock, create_app
from portal.activities.links import activity_url
from portal.associations.models import Association
from portal.database import db
from portal.demo.fill import fill
from portal.forum.models import Invitation
from portal.mailings.service import send
from portal.web.links import sign
from tests.associations import enter_as, make_association
from tests.conftest import settings_for
from tests.mailings import draft_to_parties, many_parties
from tests.make import make_activity, make_user
from tests.page import PageClient

ROUNDS = 7
SECONDS_A_ROUND = 0.4


def cost(call: Callable[[], object]) -> float:
    """Seconds for one call: the median over the rounds of each round's average."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        calls, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS_A_ROUND:
            call()
            calls += 1
        rounds.append((time.perf_counter() - began) / calls)
    return statistics.median(rounds)


def bare_page() -> Callable[[], object]:
    """A Flask page that does nothing."""
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: "ok")
    client = bare.test_client()
    return lambda: client.get("/")


def pages(app: Flask) -> dict[str, Callable[[], object]]:
    """What is measured: each call answers as it would answer a visitor."""
    reader, staff, contact = app.test_client(), app.test_client(), app.test_client()
    writer = PageClient(app, app.response_class)
    activity = make_activity("youth_workshop", capacity=5000, max_heads=28)
    with staff.session_transaction() as session:
        session["_user_id"], session["_fresh"] = make_user().session_key, True
    association = db.session.scalars(select(Association).order_by(Association.id)).first()
    assert association is not None
    enter_as(contact, association)
    invitation = db.session.scalars(select(Invitation)).first()
    assert invitation is not None
    answer_page = f"/da/invitations/{sign(invitation.reference)}"
    for number in range(1000):
        make_association(f"Foreningen Nummer {number}")

    full, writer_of_many = make_activity("youth_workshop"), make_user(email="many@vink.example")
    many_parties(full, 10_000)
    mailing = draft_to_parties(full, writer_of_many)
    send(mailing.id, revision=0, actor=writer_of_many, now=clock.now())

    def get(path: str, reader: FlaskClient = reader) -> Callable[[], object]:
        def fetch() -> object:
            g.__dict__.clear()  # the application's context is one for all of them: nobody's log-in may stay
            answer = reader.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return answer

        return fetch

    def sign_up() -> object:
        party = {
            "name": "Leyla Eksempelsen", "email": "leyla@skole.example", "group": "8.b", "heads": "1",
            "age_band": "15_17", "language": "da", "submission": str(uuid4()),
        }  # fmt: skip
        answer = writer.open(f"/da/activities/{activity.id}/sign-up", method="POST", data=party)
        assert answer.status_code in {302, 303}, answer.status_code
        return answer

    return {
        "front page": get("/da/"),
        "list of activities": get("/da/activities"),
        "one activity": get(activity_url(activity, "da")),
        "sign-up (POST, with its mail)": sign_up,
        "an invitation's answer page": get(answer_page),
        "an association's room": get("/da/my-association/", contact),
        "address book of 1,000": get("/da/staff/associations", staff),
        "one association": get(f"/da/staff/associations/{association.id}", staff),
        "a forum meeting": get(f"/da/staff/forum/{invitation.activity_id}", staff),
        "a mail to 10,000 on its way": get(f"/da/staff/mailings/{mailing.id}", staff),
        "board of engagements": get("/da/staff/engagements", staff),
    }


def main() -> int:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(f"sqlite:///{Path(folder) / 'bench.db'}", sign_up_limit="1000000 per hour"))
        with app.app_context():
            upgrade()
            fill(now=clock.now())
            base = cost(bare_page())
            print(f"{'a bare Flask page':<34}{1:>8.1f}   ({base * 1000:.2f} ms on this machine)")
            for name, call in pages(app).items():
                print(f"{name:<34}{cost(call) / base:>8.1f}")
            db.session.remove()
            db.engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
