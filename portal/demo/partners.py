"""What the demo's associations do with the unit: capacity building, the forum's year, enquiries."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import AgeBand
from portal.associations.models import Association, District
from portal.associations.rules import search_name
from portal.demo.content import GROUP_LEADERS
from portal.demo.partner_texts import ENGAGEMENTS, ENQUIRIES, GOALS, MINUTES, NEEDS, PAPER, PLAN, TASKS, TOPICS
from portal.engagements.models import Engagement, EngagementTopic
from portal.engagements.rules import Moment, Phase
from portal.engagements.service import NextStep, agree_plan, assess, follow_up, move, note_needs_talk, start_engagement
from portal.engagements.session_service import link_session
from portal.enquiries import service as enquiries
from portal.enquiries.rules import Wish
from portal.forum.agenda import publish_agenda, start_from_standard
from portal.forum.invitations import answer, invite
from portal.forum.minutes import DecisionDraft, MinutesDraft, add_decision, mark_done, save_minutes
from portal.forum.papers import add_paper
from portal.forum.rules import Readers, TopicState
from portal.forum.topics import TopicAnswer, answer_topic, propose_topic, seen
from portal.registrations.models import Registration


class Partners:
    """Knows the associations by name, who works, and what time it is."""

    def __init__(self, session: Session, staff: User, colleague: User, now: datetime) -> None:
        self.session, self.staff, self.colleague, self.now = session, staff, colleague, now
        self.today = clock.local(now).date()
        self.topics = {topic.key: topic.id for topic in session.scalars(select(EngagementTopic))}
        self.asked = 0

    def named(self, name: str) -> Association:
        """The association of that name."""
        return self.session.scalars(select(Association).where(Association.search_name == search_name(name))).one()

    def course(self, name: str, meetings: Sequence[Activity]) -> None:
        """An engagement whose sessions are these: begun two months before, followed up and ended where time allows."""
        first, last = meetings[0], meetings[-1]
        talked = clock.local(first.starts_at).date() - timedelta(days=40)
        found = self._until_plan(name, talked, self.staff)
        for meeting in meetings:
            link_session(found.id, meeting.id, actor=self.staff, now=first.created_at)
        began = min(first.ends_at + timedelta(hours=1), self.now)
        self._move(found, Phase.SESSIONS, began)
        if last.ends_at > self.now:
            self._next(found, f"Forbered møde {len(meetings)} om regnskab", clock.local(last.starts_at).date())
            return
        self._move(found, Phase.FOLLOW_UP, last.ends_at + timedelta(days=1))
        done = clock.local(last.ends_at).date() + timedelta(days=183)
        if done > self.today:
            return
        levels = {self.topics[key]: level for key, level in zip(GOALS, (4, 4, 5), strict=True)}
        assess(found.id, Moment.AFTER, done, levels, revision=self._revision(found), actor=self.staff, now=_noon(done))
        reached = [goal.id for goal in found.goals[:2]]
        words = "Bestyrelsen har delt opgaverne og holdt generalforsamling efter de nye vedtægter."
        follow_up(found.id, done, done, words, reached, NextStep(), revision=self._revision(found), actor=self.staff,
                  now=_noon(done))  # fmt: skip
        self._move(found, Phase.ENDED, _noon(done))

    def begun(self) -> None:
        """Engagements on their way to a plan: one in each of the first phases, one of them late with its next step."""
        for name, phase, days, step, in_days in ENGAGEMENTS:
            started = self.today - timedelta(days=days)
            if phase is Phase.PLAN:
                found = self._until_plan(name, started, self.colleague)
            else:
                found = self._start(name, started, self.colleague)
                if phase is Phase.NEEDS_TALK:
                    self._move(found, Phase.NEEDS_TALK, _noon(started + timedelta(days=3)))
            self._next(found, step, self.today + timedelta(days=in_days))

    def _start(self, name: str, day: date, responsible: User) -> Engagement:
        return start_engagement(
            self.named(name).id, started_on=day, responsible_id=responsible.id, actor=responsible, now=_noon(day)
        )

    def _until_plan(self, name: str, day: date, responsible: User) -> Engagement:
        found = self._start(name, day, responsible)
        talked, agreed = day + timedelta(days=7), day + timedelta(days=21)
        note_needs_talk(found.id, talked, NEEDS, NextStep(), revision=self._revision(found), actor=responsible,
                        now=_noon(talked))  # fmt: skip
        self._move(found, Phase.PLAN, _noon(talked))
        goals = {self.topics[key]: words for key, words in GOALS.items()}
        agree_plan(found.id, agreed, PLAN, goals, NextStep(), revision=self._revision(found), actor=responsible,
                   now=_noon(agreed))  # fmt: skip
        levels = {self.topics[key]: level for key, level in zip(GOALS, (2, 3, 2), strict=True)}
        assess(found.id, Moment.BEFORE, agreed, levels, revision=self._revision(found), actor=responsible,
               now=_noon(agreed))  # fmt: skip
        return found

    def _next(self, found: Engagement, step: str, on: date) -> None:
        """Writes down what happens next, together with what stands about the needs talk."""
        note_needs_talk(found.id, found.needs_talk_on, found.needs, NextStep(step, on), revision=self._revision(found),
                        actor=self.staff, now=self.now)  # fmt: skip

    def _move(self, found: Engagement, to: Phase, at: datetime) -> None:
        move(found.id, to, revision=self._revision(found), actor=self.staff, now=min(at, self.now))

    def _revision(self, found: Engagement) -> int:
        self.session.refresh(found)
        return found.revision

    def held_meeting(self, meeting: Activity, number: int) -> None:
        """A forum meeting that was held: agenda, minutes, a decision and a task; older tasks are done."""
        start_from_standard(meeting.id, ("ordinary", "theme", "annual")[number % 3])
        publish_agenda(meeting.id, now=meeting.created_at)
        text_da, text_en = MINUTES[number % len(MINUTES)]
        later = min(meeting.ends_at + timedelta(days=3), self.now)
        readers = (Readers.ALL, Readers.MEMBERS)[number % 2]
        save_minutes(meeting.id, MinutesDraft(text_da, text_en, readers), revision=0, now=later)
        for place, (task_da, task_en, name) in enumerate(TASKS[number % len(TASKS)]):
            due = clock.local(meeting.starts_at).date() + timedelta(days=45)
            doer = self.named(name).id if name else None
            decision = add_decision(
                meeting.id, DecisionDraft(task_da, task_en, place > 0, doer, due if place else None)
            )
            if place and due < self.today:
                mark_done(decision.id, due, now=self.now)

    def topics_proposed(self, coming: Activity) -> None:
        """Topics from associations: one on the agenda of the coming meeting, one kept for later, two unanswered."""
        made_at = self.now - timedelta(days=24)
        for place, (name, lang, title, text, state, words) in enumerate(TOPICS):
            at = made_at + timedelta(days=place * 3)
            topic = propose_topic(self.named(name).id, title, text, lang, now=at)
            if state is not TopicState.PROPOSED:
                self.session.flush()
                meeting_id = coming.id if state is TopicState.ON_AGENDA else None
                answer_topic(topic.id, TopicAnswer(state, words, meeting_id), began=seen(topic), actor=self.staff,
                             now=at + timedelta(days=2))  # fmt: skip

    def coming_meeting(self, meeting: Activity) -> None:
        """The next meeting: agenda and a paper, every member invited; those not signed up are silent, but two."""
        invited = self.now - timedelta(days=14)
        start_from_standard(meeting.id, "ordinary")
        publish_agenda(meeting.id, now=invited)
        add_paper(meeting.id, "Spilleregler for samtalen", "spilleregler.pdf", PAPER, Readers.ALL, now=invited,
                  actor=self.staff)  # fmt: skip
        members = select(Association.id).where(Association.forum_since.is_not(None), Association.forum_until.is_(None))
        invite(meeting.id, list(self.session.scalars(members)), actor=self.staff, now=invited)
        comes = select(Registration.association_id).where(Registration.activity_id == meeting.id)
        silent = members.where(Association.id.not_in(comes.where(Registration.association_id.is_not(None))))
        for place, number in enumerate(self.session.scalars(silent.order_by(Association.id).limit(2)).all()):
            answer(meeting.id, number, place == 0, 1, now=invited + timedelta(days=1, hours=place * 3))

    def enquiries(self) -> None:
        """Enquiries in every state, one of them late."""
        districts = {district.key: district.id for district in self.session.scalars(select(District))}
        for wish, leader, lang, days, district, when, message, reply, state in ENQUIRIES:
            name, email, group = GROUP_LEADERS[leader]
            at = self.now - timedelta(days=days)
            self.asked += 1
            found = enquiries.ask(
                enquiries.Asked(
                    wish=Wish(wish), language=lang, submission=str(UUID(int=self.asked, version=4)), email=email,
                    organisation=group.split(",")[0], group_name=group, name=name, heads=24,
                    age_band=AgeBand.FROM_15, district_id=districts[district], when_text=when, message=message,
                ),
                now=at,
            )  # fmt: skip
            if state == "answered":
                enquiries.answer(found.id, reply, actor=self.colleague, now=at + timedelta(days=1))
            elif state == "declined":
                enquiries.decline(found.id, reply, actor=self.colleague, now=at + timedelta(days=1))


def _noon(day: date) -> datetime:
    return clock.at_local(day, time(12))
