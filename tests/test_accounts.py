"""Logging in: one answer for every fault."""

import re

from portal.accounts.rules import Role
from tests.make import PASSWORD, make_user
from tests.page import PageClient


def test_unknown_address_and_wrong_password_answer_alike(client: PageClient) -> None:
    make_user(Role.STAFF, "bo@vink.example")
    wrong = client.post("/da/login", data={"email": "bo@vink.example", "password": "wrong wrong wrong"})
    unknown = client.post("/da/login", data={"email": "nobody@vink.example", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 422
    # The forms' tokens carry the second they were made in.
    pages = [re.sub(r'name="csrf_token"[^>]*', "", answer.get_data(as_text=True)) for answer in (wrong, unknown)]
    assert pages[0].replace("bo@", "nobody@") == pages[1]
