"""The address book's filters, which saved segments and invitations share.

A segment is the list's own query string: `associations_in(wanted_of(parse_qs(segment.query)))`. A part of an address
that makes no sense is left out; a key of a kind, district or tag that does not exist finds nobody, so that a segment
whose district was renamed away never invites everybody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from portal.activities.models import Activity
from portal.activities.rules import State
from portal.associations.charter_queries import charter_status
from portal.associations.models import Association, AssociationKind, Contact, District, OtherName, Tag
from portal.associations.queries import in_danish_order
from portal.associations.rules import CONFIRM_EVERY, CharterStatus, words_of
from portal.database import db
from portal.forum.models import Invitation
from portal.forum.own_answers import by_itself
from portal.forum.queries import of_forum
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE
from portal.web.reading import read_number

Q_MAX = 60  # so that every query string fits into a segment, even one of 60 letters that take four bytes
MEETINGS_OFFERED = 24
FORUM = ("member", "former", "never")
NEXT = "next"  # as an `unanswered` meeting: whichever comes next
STATES = ("active", "inactive", "all")
# What a list may load of a contact: never its name, which would reveal belief.
IN_LIST = (
    joinedload(Association.kind),
    joinedload(Association.district),
    selectinload(Association.contacts).load_only(
        Contact.association_id, Contact.role, Contact.email, Contact.position, Contact.confirmed_at, raiseload=True
    ),
)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `kind`, `district` and `tag` are keys, `unanswered` is a forum meeting's activity
    id in digits, or NEXT, which a saved search keeps asking for however many meetings have been.

    `forum` is one of FORUM or empty, `state` one of STATES. `unconfirmed` asks for those where no contact has said
    within a year that the record is right.
    """

    q: str = ""
    kind: str = ""
    district: str = ""
    tag: str = ""
    forum: str = ""
    charter: CharterStatus | None = None
    unanswered: str = ""
    unconfirmed: bool = False
    state: str = "active"

    @property
    def args(self) -> dict[str, str]:
        """The parts of the address that ask for this, always in the same order; what is usual is left out."""
        given = {
            "q": self.q,
            "kind": self.kind,
            "district": self.district,
            "tag": self.tag,
            "forum": self.forum,
            "charter": self.charter.value if self.charter else "",
            "unanswered": self.unanswered,
            "unconfirmed": "1" if self.unconfirmed else "",
            "state": self.state if self.state != "active" else "",
        }
        return {name: value for name, value in given.items() if value}

    @property
    def query(self) -> str:
        """The canonical query string: the same filters always make the same one."""
        return urlencode(self.args)


def wanted_of(args: Mapping[str, Any]) -> Wanted:
    """Reads ?q= ?kind= ?district= ?tag= ?forum= ?charter= ?unanswered= ?unconfirmed=1 ?state=.

    `args` is a request's, or what `parse_qs` makes of a segment's query.
    """

    def typed(name: str) -> str:
        value = args.get(name, "")
        first = value[0] if isinstance(value, list) and value else value
        return first.strip() if isinstance(first, str) else ""

    def key(name: str) -> str:
        return found if re.fullmatch(r"[a-z0-9_]{1,40}", found := typed(name)) else ""

    def one_of(name: str, words: Sequence[str], usual: str = "") -> str:
        return found if (found := typed(name)) in words else usual

    q = " ".join("".join(c if c.isprintable() else " " for c in typed("q")).split())[:Q_MAX].strip()
    charter = one_of("charter", [status.value for status in CharterStatus])
    return Wanted(
        q=q if words_of(q) else "",
        kind=key("kind"),
        district=key("district"),
        tag=key("tag"),
        forum=one_of("forum", FORUM),
        charter=CharterStatus(charter) if charter else None,
        unanswered=NEXT if typed("unanswered") == NEXT else str(read_number(typed("unanswered")) or ""),
        unconfirmed=typed("unconfirmed") == "1",
        state=one_of("state", STATES, "active"),
    )


def associations_in(wanted: Wanted, *, now: datetime) -> Select[Association]:
    """The associations that fit all that is wanted, by name in Danish order, as a query to page, count or invite."""
    query = select(Association).where(*_has_words(wanted.q))
    if wanted.state != "all":
        query = query.where(Association.active.is_(wanted.state == "active"))
    if wanted.kind:
        query = query.where(Association.kind.has(AssociationKind.key == wanted.kind))
    if wanted.district:
        query = query.where(Association.district.has(District.key == wanted.district))
    if wanted.tag:
        query = query.where(Association.tags.any(Tag.key == wanted.tag))
    if wanted.forum:
        query = query.where(_membership(wanted.forum))
    if wanted.charter:
        query = query.where(charter_status() == wanted.charter.value)
    if wanted.unanswered == NEXT:
        query = query.where(without_answer(_next_meeting(now)))
    elif wanted.unanswered:
        query = query.where(without_answer(int(wanted.unanswered)))
    if wanted.unconfirmed:
        since = now - CONFIRM_EVERY
        query = query.where(~Association.contacts.any(Contact.confirmed_at >= since))
    return query.order_by(in_danish_order(Association.name), Association.id)


def _has_words(q: str) -> list[ColumnElement[bool]]:
    """Every word is found in the name, in another name, or is the CVR number; æ/ae, case and order do not matter."""
    found = []
    for word in words_of(q):
        ways = [
            Association.search_name.contains(word, autoescape=True),
            Association.other_names.any(OtherName.search_name.contains(word, autoescape=True)),
        ]
        if len(word) == 8 and word.isascii() and word.isdigit():
            ways.append(Association.cvr == word)
        found.append(or_(*ways))
    return found


def is_member() -> ColumnElement[bool]:
    """Whether it is in the citizen forum now; the same answer as `Association.is_member`."""
    return and_(Association.forum_since.is_not(None), Association.forum_until.is_(None))


def _membership(word: str) -> ColumnElement[bool]:
    if word == "member":
        return is_member()
    return Association.forum_since.is_(None) if word == "never" else Association.forum_until.is_not(None)


def _next_meeting(now: datetime) -> ScalarSelect[int]:
    """The number of the next published forum meeting; nobody owes an answer where there is none."""
    coming = of_forum().where(Activity.starts_at > now, Activity.state == State.PUBLISHED)
    return coming.with_only_columns(Activity.id).order_by(Activity.starts_at, Activity.id).limit(1).scalar_subquery()


def without_answer(activity_id: int | ScalarSelect[int]) -> ColumnElement[bool]:
    """Whether we still wait for its answer about a forum meeting.

    It has answered when its invitation has an answer or when it has made a registration that lives. An answer is
    expected of those invited and, before anybody is invited, of every member; a school that was never asked owes none.
    """
    invited = and_(Invitation.activity_id == activity_id, Invitation.association_id == Association.id)
    desk = select(func.coalesce(Activity.registers_at_id, Activity.id)).where(Activity.id == activity_id)
    registered = exists().where(
        Registration.activity_id == desk.scalar_subquery(),
        Registration.association_id == Association.id,
        Registration.standing.in_(ALIVE),
        by_itself(),
    )
    known = literal(True) if isinstance(activity_id, int) else activity_id.is_not(None)
    return and_(
        known,
        or_(exists().where(invited), is_member()),
        ~exists().where(invited, Invitation.answer.is_not(None)),
        ~registered,
    )


def meetings_to_ask_about(chosen: str, *, now: datetime) -> Sequence[Activity]:
    """The forum meetings to come, the nearest first, and the one that is asked for; for the list's filter."""
    coming = and_(Activity.ends_at > now, Activity.state == State.PUBLISHED)
    return db.session.scalars(
        of_forum()
        .where(or_(coming, Activity.id == (int(chosen) if chosen.isdigit() else 0)))
        .options(load_only(Activity.id, Activity.starts_at, Activity.ends_at, Activity.title_da, Activity.title_en))
        .order_by(Activity.starts_at)
        .limit(MEETINGS_OFFERED)
    ).all()
