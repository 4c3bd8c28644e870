"""What the browser tests' portal has in it."""

from dataclasses import replace
from datetime import date, timedelta

from portal import clock
from portal.accounts.rules import Role
from portal.activities.rules import RegistrationMode
from portal.goals.plan_file import default_plan
from portal.goals.service import load_plan
from tests.make import district_of, make_activity, make_user


def fill() -> None:
    """A plan, three accounts, and one activity for each journey and language."""
    make_user(Role.STAFF)
    make_user(Role.FACILITATOR)
    make_user(Role.ADMINISTRATOR)
    year = clock.today().year
    plan = replace(default_plan(), starts=date(year, 1, 1), ends=date(year, 12, 31))
    load_plan(plan, now=clock.now())
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    place = {"venue": "Biblioteket", "address": "Biblioteksvej 1", "district_id": district_of("valby").id}
    for lang in ("da", "en"):
        mark = {"da": "dansk", "en": "engelsk"}[lang]
        make_activity(
            "forum_meeting", now + timedelta(days=20), title_da=f"Forum {mark}", title_en=f"Forum {mark}", **place
        )
        make_activity(
            "youth_workshop", now + timedelta(days=15), title_da=f"Klasse {mark}", title_en=f"Klasse {mark}", **place
        )
        make_activity(
            "youth_workshop", now + timedelta(days=16), title_da=f"Ung {mark}", title_en=f"Ung {mark}",
            mode=RegistrationMode.PERSON, max_heads=4, **place,
        )  # fmt: skip
        make_activity(
            "dialogue_area", now - timedelta(minutes=30), title_da=f"Dialog {mark}", title_en=f"Dialog {mark}", **place
        )
