"""No more invitations and news: by the link in the mail, by the mail program itself, in the association's room."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from portal.associations.models import Association, Contact
from portal.associations.unsubscribing import unsubscribe_address, unsubscribe_token
from portal.database import db, writing
from portal.log.models import Event, LogEntry
from tests.associations import make_association
from tests.page import PageClient

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link_of(association: Association, lang: str = "da") -> str:
    """The path of the link that the association's first contact gets in its mail."""
    return urlsplit(unsubscribe_address(association.contacts[0], lang)).path


def stopped(association: Association) -> bool:
    """Whether its first contact wants no more."""
    db.session.rollback()
    query = select(Contact.unsubscribed_at).where(Contact.association_id == association.id).order_by(Contact.position)
    return db.session.scalars(query).first() is not None


def noted() -> list[tuple[int | None, str]]:
    """The log's lines about contacts: by whom, and of what."""
    query = select(LogEntry.user_id, LogEntry.subject).where(LogEntry.event == Event.CONTACT_CHANGED)
    return [(user, subject) for user, subject in db.session.execute(query.order_by(LogEntry.id))]


def test_the_link_shows_a_page_and_only_its_button_stops_the_mail(client: PageClient, noon: datetime) -> None:
    association = make_association()
    path = link_of(association, "en")
    page = client.get(path).text
    assert association.name in page
    assert association.contacts[0].email not in page
    assert not stopped(association)
    for _twice in range(2):
        answer = client.post(path)
        assert answer.status_code == 303
        page = client.get(answer.headers["Location"]).text
        assert "We send you no more invitations and news" in page
    assert db.session.scalars(select(Contact.unsubscribed_at)).all() == [noon]
    assert client.post(f"{path}/undo", csrf=False).status_code == 400
    assert stopped(association)
    assert client.post(f"{path}/undo").status_code == 303
    assert not stopped(association)
    assert noted() == [(None, "unsubscribed")] * 2


def test_a_mail_program_stops_it_with_one_post_and_nothing_else_goes_without_a_token(
    client: PageClient, app: Flask
) -> None:
    association, other = make_association(), make_association("Nabonetværket")
    answer = client.post(link_of(association), data=ONE_CLICK, csrf=False)
    assert answer.status_code == 200
    assert (stopped(association), stopped(other)) == (True, False)
    assert (
        client.post(link_of(other), data=ONE_CLICK, csrf=False, content_type="multipart/form-data").status_code == 200
    )
    assert stopped(other)
    assert client.post(f"{link_of(other)}/undo", data=ONE_CLICK, csrf=False).status_code == 400
    free = [name for name, view in app.view_functions.items() if getattr(view, "without_token", False)]
    assert free == ["unsubscribing.unsubscribe"]


def test_a_link_ends_with_its_mailbox_and_bad_ones_all_look_alike(client: PageClient, app: Flask) -> None:
    association, other = make_association(), make_association("Nabonetværket")
    token, theirs = (unsubscribe_token(one.contacts[0]) for one in (association, other))
    with writing() as session:
        session.merge(association.contacts[0]).email = "ny@kanelblomst.example"
    signature = theirs.partition(".")[2]
    number = association.contacts[0].id
    bad = [token, "x", "1", "0.x", f"{number}.{signature}", f"{2**31}.{signature}", f"{10**25}.{signature}", "²." + "a",
           f"-{number}.{signature}", f"{token}x", f"0{theirs}", "%00", "." + "A" * 500]  # fmt: skip
    answers = set()
    for one in bad:
        answers.add(client.get(f"/en/unsubscribe/{one}").status_code)
        answers.add(client.post(f"/en/unsubscribe/{one}", data=ONE_CLICK, csrf=False).status_code)
        answers.add(client.post(f"/en/unsubscribe/{one}/undo").status_code)
    assert answers == {404}
    texts = {client.get(f"/en/unsubscribe/{one}").text.partition("<main")[2].partition("</main")[0] for one in bad[:4]}
    assert len(texts) == 1
    assert association.name not in texts.pop()
    assert not stopped(association)
    assert not stopped(other)
