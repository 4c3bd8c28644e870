"""A test client that looks at every page it fetches, and at what its forms lead to."""

import re
from collections import Counter
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from justhtml import JustHTML
from werkzeug.test import TestResponse

from portal.database import db

FIELDS = ("input", "select", "textarea")


def check_page(html: str) -> None:
    """Valid HTML, `lang`, a title, one h1, no id twice, a label for every field, no inline script or style.

    AssertionError says what is wrong.
    """
    document = JustHTML(html, sanitize=False, collect_errors=True)
    faults = [f"{e.line}:{e.column} {e.code}" for e in document.errors]
    assert not faults, f"not valid HTML: {faults[:5]}"
    root = document.query("html")[0]
    assert root.attrs.get("lang") in {"da", "en"}, "html has no lang"
    titles = [t.to_text().strip() for t in document.query("head title")]
    assert len(titles) == 1, "not one title"
    assert titles[0], "an empty title"
    assert len(document.query("h1")) == 1, f"{len(document.query('h1'))} h1"
    ids = Counter(node.attrs["id"] for node in document.query("[id]"))
    assert not [i for i, n in ids.items() if n > 1], f"ids twice: {[i for i, n in ids.items() if n > 1]}"
    labelled = {node.attrs.get("for") for node in document.query("label")}
    for kind in FIELDS:
        for field in document.query(kind):
            if field.attrs.get("type") in {"hidden", "submit", "button"}:
                continue
            named = field.attrs.get("id") in labelled or "aria-label" in field.attrs or "aria-labelledby" in field.attrs
            assert named, f"a field without a label: {field.attrs}"
    for node in document.query("[aria-describedby], [aria-labelledby]"):
        for name in ("aria-describedby", "aria-labelledby"):
            for target in (node.attrs.get(name) or "").split():
                assert target in ids, f"{name} names {target}, which is not there"
    for form in document.query("form"):
        if (form.attrs.get("method") or "get").lower() == "post":
            assert form.query("input[name=csrf_token]"), f"a form without a CSRF token: {form.attrs}"
    for image in document.query("img"):
        assert "alt" in image.attrs, f"an image without alt: {image.attrs}"
    assert not document.query("[style]"), "an inline style"
    assert not re.search(r"<script(?![^>]*\b(src=|type=.application/ld\+json))", html), "an inline script"
    for link in document.query("a"):
        assert link.attrs.get("href"), f"a link that leads nowhere: {link.to_text()}"


class PageClient(FlaskClient):
    """Fetches like Flask's client and checks each HTML page on the way.

    A POST brings a good CSRF token along, as a browser's form does; `csrf=False` leaves it out.
    """

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """One request; AssertionError where the page is not fit to show."""
        if csrf and kwargs.get("method") == "POST":
            with self.session_transaction() as session:
                raw = session.setdefault("csrf_token", "a raw token")
            token = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"X-CSRFToken": token, **headers}
        if has_app_context():  # the fixture's; without this, one request's language would stay for the next
            g.__dict__.clear()
        response = super().open(*args, **kwargs)
        if has_app_context():  # the session is the fixture's too: what the view did not commit must not be seen
            db.session.rollback()
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 307, 308}:
            check_page(response.get_data(as_text=True))
        return response
