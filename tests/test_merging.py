"""Merging keeps every registration, count and contact; duplicates are found by name and mailbox."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.associations.charter_models import CharterAnswer, CharterVersion
from portal.associations.duplicates import Entry, Sameness, probable_pairs
from portal.associations.merge_clashes import CLASHES
from portal.associations.merging import compare, membership, merge, references, unique_beside
from portal.associations.models import AccessLink, Association, Contact, OtherName, Tag
from portal.associations.rules import CharterAnswerKind, LinkPurpose, search_name
from portal.associations.service import find_association
from portal.attendance.models import Count
from portal.attendance.rules import CountKind, Method
from portal.database import Base, db, writing
from portal.errors import RuleError
from portal.forum.models import Invitation
from portal.forum.rules import Answer
from portal.goals.figures import key_figures
from portal.log.models import Event, LogEntry
from portal.registrations.models import Registration
from tests.associations import make_association
from tests.count import make_party
from tests.goals import close
from tests.make import log_in, make_activity, make_user
from tests.page import PageClient

NOW = datetime(2026, 11, 18, 11, tzinfo=UTC)


def sums() -> tuple[int, ...]:
    """Heads, registrations, counted heads and counts in the whole database."""
    db.session.rollback()
    columns = (func.sum(Registration.heads), func.count(Registration.id), func.sum(Count.heads), func.count(Count.id))
    return tuple(int(db.session.scalar(select(column)) or 0) for column in columns)


def count_heads(registration: Registration, heads: int, number: int) -> None:
    """Arrived heads of a party."""
    with writing() as session:
        session.add(
            Count(id=f"{number:036}", activity_id=registration.activity_id, kind=CountKind.ARRIVED, method=Method.LIST,
                  heads=heads, registration_id=registration.id, number=number, counted_at=NOW, recorded_at=NOW)
        )  # fmt: skip


def invite(activity_id: int, association: Association, answer: Answer | None, **values: Any) -> None:
    """An invitation, answered or not."""
    with writing() as session:
        invitation = Invitation(
            activity_id=activity_id, association_id=association.id, reference=f"ref-{association.id}-{activity_id}",
            answer=answer, answered_at=NOW if answer else None, invited_at=NOW, **values,
        )  # fmt: skip
        session.add(invitation)


def answer_charter(association: Association, day: date, answer: CharterAnswerKind) -> None:
    """What an association answered."""
    with writing() as session:
        version = session.scalars(select(CharterVersion.id)).first()
        session.add(
            CharterAnswer(association_id=association.id, version_id=version, answer=answer, role=f"role {day}",
                          answered_on=day, created_at=NOW)
        )  # fmt: skip


def test_everything_that_points_to_an_association_is_known(app: Flask) -> None:
    tables = {column.table.name for column in references()}
    assert {"registration", "engagement", "enquiry", "message", "log_entry", "activity", "topic", "decision"} <= tables
    pointing = {
        table.name for table in Base.metadata.sorted_tables for column in table.columns
        for key in column.foreign_keys if key.target_fullname == "association.id"
    }  # fmt: skip
    assert tables == pointing
    # A table in which two rows of one association could clash says which of them stays.
    assert {column.table.name for column in references() if unique_beside(column)} == set(CLASHES)


def test_a_merge_keeps_registrations_counts_contacts_and_answers(app: Flask) -> None:
    actor = make_user()
    kept = make_association("Kvindenetværket Kanelblomst", forum_since=date(2018, 1, 1), cvr=None)
    other = make_association("Kanelblomst, kvindenetværk", "association", "valby", forum_since=date(2016, 4, 13),
                             cvr="10150817", email="KONTAKT@kanelblomst.example".lower())  # fmt: skip
    meeting, second = make_activity("forum_meeting"), make_activity("forum_meeting", partner_id=other.id)
    parties = [make_party(meeting, 2, association_id=kept.id), make_party(meeting, 3, association_id=other.id),
               make_party(second, 4, association_id=other.id)]  # fmt: skip
    for number, party in enumerate(parties, 1):
        count_heads(party, number, number)
    invite(meeting.id, kept, None)
    invite(meeting.id, other, Answer.YES, registration_id=parties[1].id)
    invite(second.id, other, Answer.NO)
    answer_charter(other, date(2020, 5, 1), CharterAnswerKind.ACCEPTED)
    answer_charter(other, date(2024, 5, 1), CharterAnswerKind.WITHDRAWN)
    answer_charter(kept, date(2022, 5, 1), CharterAnswerKind.ACCEPTED)
    with writing() as session:
        old = session.get_one(Association, other.id)
        tag = session.scalars(select(Tag)).first()
        assert tag is not None
        old.tags.append(tag)
        session.get_one(Association, kept.id).tags.append(tag)
        old.contacts[0].name, old.contacts[0].phone = "Asta Prøvesen", "+4533663366"
        old.contacts.append(Contact(role="Kasserer", email="b@b.example", session_key="b", position=1, created_at=NOW))
        session.add(
            AccessLink(contact_id=old.contacts[0].id, purpose=LinkPurpose.LOG_IN, token_hash="t", created_at=NOW,
                       expires_at=NOW)
        )  # fmt: skip
        old.other_names.append(OtherName(name="Kanel", search_name="kanel"))
    other_id = other.id
    before, rows = sums(), db.session.scalar(select(func.count(CharterAnswer.id)))
    shown = compare(kept.id, other.id)
    assert (shown.counts, shown.meetings, shown.twice, shown.since) == (2, 2, 1, date(2016, 4, 13))
    assert (shown.clashes["contact"], shown.clashes["invitation"]) == (1, 1)
    assert shown.differing == ("name", "kind_id", "district_id")
    assert shown.fewer_institutions
    merge(kept.id, other.id, frozenset({"kind_id"}), revisions=(0, 0), actor=actor, now=NOW)
    assert sums() == before
    db.session.expire_all()
    one = db.session.scalars(select(Association)).one()
    assert one.kind is not None
    assert one.district is not None
    assert (one.id, one.name, one.kind.key, one.district.key, one.cvr, one.revision, one.forum_since) == (
        kept.id, "Kvindenetværket Kanelblomst", "association", "bispebjerg", "10150817", 1, date(2016, 4, 13),
    )  # fmt: skip
    assert [(c.email, c.name, c.phone) for c in one.contacts] == [
        ("kontakt@kanelblomst.example", "Asta Prøvesen", "+4533663366"), ("b@b.example", None, None),
    ]  # fmt: skip
    assert db.session.scalars(select(AccessLink.contact_id)).all() == [one.contacts[0].id]
    assert [name.name for name in one.other_names] == ["Kanel", "Kanelblomst, kvindenetværk"]
    assert find_association(db.session(), "kanelblomst kvindenetvaerk") is one
    assert len(one.tags) == 1
    assert {party.association_id for party in db.session.scalars(select(Registration))} == {kept.id}
    invited = db.session.scalars(select(Invitation).order_by(Invitation.activity_id)).all()
    assert [(i.answer, i.registration_id, i.reference) for i in invited] == [
        (Answer.YES, parties[1].id, f"ref-{other_id}-{meeting.id}"), (Answer.NO, None, f"ref-{other_id}-{second.id}"),
    ]  # fmt: skip
    answers = db.session.scalars(select(CharterAnswer).order_by(CharterAnswer.id)).all()
    assert [a.answered_on.year for a in answers] == [2020, 2022, 2024]
    assert (len(answers), answers[-1].answer, answers[-1].role) == (
        rows,
        CharterAnswerKind.WITHDRAWN,
        "role 2024-05-01",
    )
    entry = db.session.scalars(select(LogEntry).where(LogEntry.event == Event.MERGED)).one()
    assert (entry.association_id, entry.subject, entry.user_id) == (kept.id, "Kanelblomst, kvindenetværk", actor.id)


def test_figures_stay_and_distinct_associations_fall_by_one(app: Flask, noon: datetime) -> None:
    day = noon - timedelta(days=10)
    kept, other = make_association("Sangforeningen"), make_association("Sang Foreningen")
    meeting = make_activity("forum_meeting", day)
    for number, association in enumerate((kept, other), 1):
        count_heads(make_party(meeting, 2, association_id=association.id), 2, number)
    close(meeting, {"association_representatives": 4})
    before = key_figures(day.date(), noon.date())
    merge(kept.id, other.id, frozenset(), revisions=(0, 0), actor=make_user(), now=noon)
    db.session.rollback()
    after = key_figures(day.date(), noon.date())
    differing = {key: (value, after[key]) for key, value in before.items() if value != after[key]}
    assert list(differing.values()) == [(2, 1)]


def test_membership_is_the_longest_of_both() -> None:
    def side(since: date | None, until: date | None) -> Association:
        return Association(forum_since=since, forum_until=until)

    early, late, end = date(2016, 1, 1), date(2020, 1, 1), date(2022, 1, 1)
    assert membership(side(None, None), side(None, None)) == (None, None)
    assert membership(side(late, None), side(early, end)) == (early, None)
    assert membership(side(early, late), side(late, end)) == (early, end)
    assert membership(side(None, None), side(early, end)) == (early, end)


def test_a_merge_in_the_browser_says_first_what_happens(client: PageClient) -> None:
    log_in(client)
    kept = make_association("Idrætsklubben Tågehornet", "association", email="a@taage.example")
    other = make_association("Tågehornet", "faith", "valby", email="a@taage.example")
    make_party(make_activity("forum_meeting"), 3, association_id=other.id)
    index = client.get("/en/staff/duplicates").text
    assert "the same mailbox, one name inside the other" in index
    path = f"/en/staff/duplicates/{kept.id}/{other.id}"
    assert path in index
    page = client.get(path).text
    for words in ("1 registration, 1 meeting", "Both records side by side", "Faith-based association", "1 mailbox is"):
        assert words in page, words
    with writing() as session:
        session.get_one(Association, other.id).revision = 4
    data = {"kept_revision": "0", "other_revision": "0", "name": "other", "kind_id": "kept"}
    refused = client.post(path, data=data)
    assert refused.status_code == 422
    assert "Somebody changed one of the two meanwhile" in refused.text
    assert 'value="4"' in refused.text
    assert client.post(path, data={**data, "other_revision": "4"}).status_code == 303
    db.session.rollback()
    one = db.session.scalars(select(Association)).one()
    assert (one.id, one.name, [n.name for n in one.other_names]) == (
        kept.id,
        "Tågehornet",
        ["Idrætsklubben Tågehornet"],
    )
    again = client.post(path, data=data)
    assert again.status_code == 404
    assert "removed or merged meanwhile" in again.text


def test_an_association_is_not_merged_with_itself(client: PageClient) -> None:
    log_in(client)
    kept = make_association("Sangforeningen")
    words = "cannot be merged with itself"
    for answer in (
        client.get("/en/staff/duplicates?kept=sangforeningen&other=Sangforeningen"),
        client.get(f"/en/staff/duplicates/{kept.id}/{kept.id}"),
        client.post(f"/en/staff/duplicates/{kept.id}/{kept.id}"),
    ):
        assert answer.status_code == 422
        assert words in answer.text
        assert 'id="other-error"' in answer.text
    with pytest.raises(RuleError):
        merge(kept.id, kept.id, frozenset(), revisions=(0, 0), actor=make_user(email="x@vink.example"), now=clock.now())
    unknown = client.get("/en/staff/duplicates?kept=Sangforeningen&other=Dansegruppen")
    assert (unknown.status_code, "We do not find it" in unknown.text) == (422, True)
    dance = make_association("Dansegruppen", email=None)
    found = client.get("/en/staff/duplicates?kept=sangforeningen&other=dansegruppen")
    assert found.headers["Location"].endswith(f"/{kept.id}/{dance.id}")
    assert client.get(f"/en/staff/duplicates?id={kept.id}").text.count('value="Sangforeningen"') == 1


def entry(id_: int, name: str, *mailboxes: str) -> Entry:
    return Entry(id_, name, (search_name(name),), frozenset(mailboxes))


def test_duplicates_are_found_by_words_mailboxes_slips_and_parts() -> None:
    found = probable_pairs(
        [
            entry(1, "Kvindenetværket Kanelblomst"), entry(2, "Kanelblomst, Kvindenetvaerket"),
            entry(3, "Kvindenetværket Kanelblomsten"), entry(4, "Boldklubben", "a@a.example"),
            entry(5, "Sangforeningen", "a@a.example"), entry(6, "Afdeling Vest 1"), entry(7, "Afdeling Vest 2"),
            entry(8, "Den lange Kanelblomst Kvindenetværket"), entry(9, "Tågehornet"),
            entry(10, "Foreningen Tågehornet"),
        ]
    )  # fmt: skip
    pairs = {(pair.first.id, pair.second.id): pair.why for pair in found}
    assert pairs[1, 2] == (Sameness.WORDS,)
    assert pairs[4, 5] == (Sameness.MAILBOX,)
    assert pairs[9, 10] == (Sameness.INSIDE,)
    assert pairs[1, 8] == (Sameness.INSIDE,)
    assert (6, 7) not in pairs
    assert found[0].why[0] is Sameness.WORDS


def test_five_thousand_associations_are_compared_soon() -> None:
    many = [
        entry(n, f"Foreningen for Prøver nummer {n} i {'abcdefghij'[n % 10] * 6}", f"m{n}@x.example")
        for n in range(5000)
    ]
    began = clock.now()
    probable_pairs(many)
    assert clock.now() - began < timedelta(seconds=8)
