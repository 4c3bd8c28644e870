"""A real browser on a real portal. Skipped, and said so, where the machine has no Chromium."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from flask_migrate import upgrade
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from portal import create_app
from portal.config import read_settings
from portal.database import db
from tests.browser.content import fill
from tests.serving import served

PROJECT = Path(__file__).resolve().parent.parent.parent
AXE = PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("PORTAL_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need Chromium; without it they are skipped by name."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one portal, and axe looks once, for all of them
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def filled_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A database with a plan, people and activities."""
    file = tmp_path_factory.mktemp("browser") / "portal.db"
    environment = {"PORTAL_DEMO": "1", "PORTAL_DEMO_DATABASE_URL": f"sqlite:///{file}"}
    app = create_app(read_settings(environment))
    with app.app_context():
        upgrade()
        fill()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def address(filled_app: Flask) -> Iterator[str]:
    """The portal's address. It runs as a demo, so that mail can be read in its mailbox."""
    settings = filled_app.extensions["settings"]
    demo = {"PORTAL_DEMO": "1", "PORTAL_DEMO_DATABASE_URL": settings.database_url}
    with served(None, workers=1, threads=8, **demo) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the machine."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        with closing(playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)) as found:
            yield found


@pytest.fixture(params=["da", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    return str(request.param)


SEEN: set[tuple[object, ...]] = set()  # what axe has looked at in this run


class Visitor:
    """Somebody with a phone of 390 pixels, reading one language."""

    asks_axe = True

    def __init__(self, page: Page, app: Flask, address: str, lang: str) -> None:
        self.page, self.app, self.address, self.lang = page, app, address, lang
        self.faults: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else self.faults.append(r.url))

    def _note(self, message: ConsoleMessage) -> None:
        expected = "status of 4" in message.text  # an answer that a test asks for on purpose
        if message.type in {"error", "warning"} and not expected:
            self.faults.append(message.text)

    def say(self, text: str, **values: object) -> str:
        """A text of the interface in this language."""
        with self.app.test_request_context(), force_locale(self.lang):
            return gettext(text, **values)

    def open(self, path: str) -> None:
        """Goes to a page under this language and looks at it."""
        self.page.goto(f"{self.address}/{self.lang}{path}")
        self.look()

    def press(self, text: str, **values: object) -> None:
        """Presses the button with that text and looks at the page it leads to."""
        self.page.get_by_role("button", name=self.say(text, **values), exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, text: str | re.Pattern[str]) -> None:
        """Follows the link with that text in the page's content."""
        name = self.say(text) if isinstance(text, str) else text
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def field(self, label: str) -> object:
        """The field with that label."""
        return self.page.get_by_label(re.compile("^" + re.escape(self.say(label))))

    def fill(self, label: str, value: str) -> None:
        """Writes in the field with that label."""
        self.page.get_by_label(re.compile("^" + re.escape(self.say(label)))).first.fill(value)

    def heading(self) -> str:
        """The page's h1."""
        return self.page.locator("h1").inner_text().strip()

    def look(self) -> None:
        """No fault in the console, no sideways scrolling, no WCAG fault that axe finds.

        axe takes longer than all else, so it looks once at each page of a kind: the same address but for its numbers
        and secrets, in the same language and width, with as many forms and alerts.
        """
        assert not self.faults, self.faults
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"
        kind = (re.sub(r"[\w-]*\d[\w.-]*", "N", urlsplit(self.page.url).path), self.page.viewport_size["width"],
                *(self.page.locator(what).count() for what in ("main form", ".alert", "main table")))  # fmt: skip
        if not self.asks_axe or kind in SEEN:
            return
        SEEN.add(kind)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'],"
            " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        said = [f"{v['id']}: {[n['html'][:120] for n in v['nodes']][:3]}" for v in found["violations"]]
        assert not said, f"{self.page.url}: {said}"


@pytest.fixture
def visitor(browser: Browser, filled_app: Flask, address: str, lang: str) -> Iterator[Visitor]:
    """A visitor with an empty browser."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=lang)
    with closing(context):
        yield Visitor(context.new_page(), filled_app, address, lang)
