"""What the browser tests' portal has in it: the demo, and what a journey changes, once for each language."""

from datetime import timedelta

from portal import clock
from portal.accounts.rules import Role
from portal.demo.fill import fill as fill_demo
from tests.make import district_of, make_activity, make_user


def fill() -> None:
    """The demo's content, three accounts with the tests' password, and activities that no two journeys share."""
    fill_demo(now=clock.now())
    make_user(Role.STAFF)
    make_user(Role.FACILITATOR)
    make_user(Role.ADMINISTRATOR)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    begun = now - timedelta(minutes=30)
    place = {"venue": "Biblioteket", "address": "Biblioteksvej 1", "district_id": district_of("valby").id}
    for lang in ("da", "en"):
        mark = {"da": "dansk", "en": "engelsk"}[lang]
        for kind, starts_at, title in (
            ("forum_meeting", now + timedelta(days=20), f"Forum {mark}"),
            ("youth_workshop", now + timedelta(days=1), f"Klasse {mark}"),
            ("youth_workshop", now + timedelta(days=12), f"Flyttes {mark}"),
            ("dialogue_area", begun, f"Dialog {mark}"),
            ("dialogue_area", begun, f"Uden net {mark}"),
        ):
            make_activity(kind, starts_at, title_da=title, title_en=title, **place)
