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

from flask import Flask
from flask_migrate import upgrade

from portal import clock, create_app
from portal.activities.links import activity_url
from portal.database import db
from portal.demo.fill import fill
from tests.conftest import settings_for
from tests.make import make_activity
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
    reader, writer = app.test_client(), PageClient(app, app.response_class)
    activity = make_activity("youth_workshop", capacity=5000, max_heads=28)

    def get(path: str) -> Callable[[], object]:
        def fetch() -> object:
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
