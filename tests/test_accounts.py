"""Logging in: one answer for every fault."""

from portal.accounts.rules import Role
from tests.make import PASSWORD, make_user
from tests.page import PageClient


def test_unknown_address_and_wrong_password_answer_alike(client: PageClient) -> None:
    make_user(Role.STAFF, "bo@vink.example")
    wrong = client.post("/da/login", data={"email": "bo@vink.example", "password": "wrong wrong wrong"})
    unknown = client.post("/da/login", data={"email": "nobody@vink.example", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.data.replace(b"bo@", b"nobody@") == unknown.data
