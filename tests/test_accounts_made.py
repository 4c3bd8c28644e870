"""Making accounts: by command and by page; what is stored, who may be closed, how often one may try."""

import threading
from typing import Any

import pytest
from argon2 import PasswordHasher, Type
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.accounts import service
from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.accounts.service import authenticate, create_user, set_active
from portal.database import db
from portal.errors import RuleError
from tests.conftest import HASHER, settings_for
from tests.make import PASSWORD, log_in, make_user
from tests.page import PageClient

ADDRESS = "asta@vink.example"


def create(app: Flask, *arguments: str, **kwargs: Any) -> Any:
    """The answer of `flask user create`."""
    return app.test_cli_runner().invoke(args=["user", "create", *arguments], **kwargs)


def users() -> int:
    """How many accounts there are."""
    return db.session.scalar(select(func.count(User.id))) or 0


@pytest.mark.parametrize("role", list(Role))
def test_the_command_makes_an_account(app: Flask, role: Role) -> None:
    answer = create(app, f" {ADDRESS.upper()}", "--role", role.value, "--password", PASSWORD, "--name", "Asta Prøvesen")
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.role, user.name, user.active) == (ADDRESS, role, "Asta Prøvesen", True)
    assert authenticate(ADDRESS, PASSWORD) is not None


def test_the_command_makes_a_password_and_tells_it_once(app: Flask) -> None:
    answer = create(app, ADDRESS, "--role", "staff", "--generate")
    assert answer.exit_code == 0, answer.output
    made = answer.output.strip().rpartition(" ")[2]
    assert len(made) >= 12
    assert authenticate(ADDRESS, made) is not None
    other = create(app, "bo@vink.example", "--role", "staff", "--generate")
    assert made not in other.output


def test_the_command_asks_for_a_password(app: Flask) -> None:
    answer = create(app, ADDRESS, "--role", "staff", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    assert authenticate(ADDRESS, PASSWORD) is not None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no address", "--role", "staff", "--password", PASSWORD), "no address is not an e-mail address"),
        (("taken@vink.example", "--role", "staff", "--password", PASSWORD), "there is an account for taken@"),
        ((ADDRESS, "--role", "staff", "--password", "eleven char"), "too short"),
        ((ADDRESS, "--role", "staff", "--password", "x" * 201), "too long"),
        ((ADDRESS, "--role", "emperor", "--password", PASSWORD), "emperor"),
        ((ADDRESS, "--password", PASSWORD), "--role"),
        (("--role", "staff", "--password", PASSWORD), "EMAIL"),
    ],
)
def test_the_command_names_what_is_wrong(app: Flask, arguments: tuple[str, ...], says: str) -> None:
    make_user(Role.STAFF, "taken@vink.example")
    answer = create(app, *arguments)
    assert answer.exit_code != 0
    assert says in answer.output
    assert "Traceback" not in answer.output
    assert users() == 1


def test_the_password_is_stored_as_argon2_only(app: Flask) -> None:
    user = make_user(Role.STAFF, ADDRESS)
    assert user.password_hash.startswith("$argon2id$")
    # OWASP's least for argon2id; the tests' own hashes are cheaper.
    assert (HASHER.type, HASHER.time_cost >= 2, HASHER.memory_cost >= 19_456) == (Type.ID, True, True)
    assert PasswordHasher().verify(user.password_hash, PASSWORD)
    row = db.session.execute(select(User.__table__)).one()
    assert PASSWORD not in " ".join(map(str, row))
    assert make_user(Role.STAFF, "bo@vink.example").password_hash != user.password_hash


def test_the_page_tells_what_is_wrong_with_an_account(client: PageClient) -> None:
    log_in(client, Role.ADMINISTRATOR)
    for email, says in (
        ("no address", "This is not an e-mail address."),
        ("Administrator@vink.example", "There is an account with this address already."),
    ):
        sent = {"name": "Asta Prøvesen", "email": email, "role": "staff"}
        answer = client.post("/en/staff/users", data=sent)
        assert answer.status_code == 422
        assert says in answer.text
    assert users() == 1


def test_nobody_closes_themselves_or_the_last_administrator(client: PageClient) -> None:
    me = log_in(client, Role.ADMINISTRATOR)
    page = client.post(f"/en/staff/users/{me.id}/active", data={"active": "0"}, follow_redirects=True).text
    assert "You cannot close your own account." in page
    other = make_user(Role.ADMINISTRATOR, "other@vink.example")
    set_active(other.id, False, actor=me)
    for actor, closed, key in ((me, me, "yourself"), (other, me, "last")):
        with pytest.raises(RuleError, match=key):
            set_active(closed.id, False, actor=actor)
    db.session.expire_all()
    assert me.active
    with pytest.raises(RuleError, match="unknown"):
        set_active(10**6, False, actor=me)


def test_the_same_address_at_once_makes_one_account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have found the address free before either has written; SQLite lets one begin after the other anyway."""
    told: list[str] = []
    meeting = threading.Barrier(2)
    hash_of = service.HASHER.hash

    class Slow:
        """Lets both get as far as the writing."""

        def hash(self, password: str) -> str:
            hashed = hash_of(password)
            meeting.wait(20)
            return hashed

    monkeypatch.setattr(service, "HASHER", Slow())
    if db.engine.dialect.name == "postgresql":  # and there both look before either has committed
        monkeypatch.setattr(service, "User", slow_user(threading.Barrier(2)))

    def make() -> None:
        with app.app_context():
            try:
                create_user(ADDRESS, "Asta Prøvesen", Role.STAFF, PASSWORD, now=clock.now())
            except RuleError as fault:
                told.append(fault.key)
            else:
                told.append("made")

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == ["made", "taken"]
    assert users() == 1


def slow_user(meeting: threading.Barrier) -> Any:
    """The table, whose rows are made when both have looked for the address."""

    class Slow:
        id, email = User.id, User.email

        def __new__(cls, **values: Any) -> Any:
            meeting.wait(20)
            return User(**values)

    return Slow


@pytest.fixture
def few_tries(app: Flask, database_url: str) -> Any:
    """One failed try an hour for each account from each sender: 5 for a sender, 10 for an account."""
    before = app.extensions["settings"]
    app.extensions["settings"] = settings_for(database_url, login_limit="1 per hour; 100 per day")
    yield
    app.extensions["settings"] = before


def try_to_log_in(client: PageClient, email: str, sender: int = 1, password: str = "wrong") -> TestResponse:
    """The answer to somebody at one address."""
    here = {"REMOTE_ADDR": f"192.0.2.{sender}"}
    return client.post("/en/login", data={"email": email, "password": password}, environ_base=here)


@pytest.mark.usefixtures("few_tries")
def test_one_sender_fails_so_often_and_gets_a_whole_page(client: PageClient) -> None:
    make_user(Role.STAFF, ADDRESS)
    tries = [try_to_log_in(client, f"nobody{n}@vink.example") for n in range(6)]
    assert [answer.status_code for answer in tries] == [422] * 5 + [429]
    assert "Too many tries" in tries[5].text
    assert 'class="site-header"' in tries[5].text
    assert try_to_log_in(client, ADDRESS, sender=2, password=PASSWORD).status_code == 302, "others are held back too"


@pytest.mark.usefixtures("few_tries")
def test_one_account_is_tried_once_from_here_and_so_often_from_anywhere(client: PageClient) -> None:
    make_user(Role.STAFF, ADDRESS)
    written = (ADDRESS, ADDRESS.upper(), f" {ADDRESS}")
    assert [try_to_log_in(client, email).status_code for email in written] == [422, 429, 429]
    codes = [try_to_log_in(client, written[n % 3], sender=n).status_code for n in range(2, 12)]
    assert codes == [422] * 9 + [429]


@pytest.mark.usefixtures("few_tries")
def test_those_who_know_their_password_are_not_counted(app: Flask, client: PageClient) -> None:
    make_user(Role.STAFF, ADDRESS)
    for _ in range(12):
        visitor = app.test_client()
        assert isinstance(visitor, PageClient)
        assert try_to_log_in(visitor, ADDRESS, password=PASSWORD).status_code == 302
