"""Papers: files for a meeting, taken by what they are, kept in the database."""

from datetime import datetime

from portal.accounts.models import User
from portal.database import writing
from portal.errors import RuleError
from portal.forum.files import clean_name, kind_of
from portal.forum.meetings import meeting_to_work_on
from portal.forum.models import Paper
from portal.forum.queries import paper_count
from portal.forum.rules import MOST_PAPERS, Readers
from portal.web.rules import looks_like_cpr


def add_paper(
    activity_id: int, title: str, file_name: str, content: bytes, readers: Readers, *, now: datetime, actor: User
) -> Paper:
    """Stores a file with a meeting.

    RuleError: those of `files.kind_of`, `no_title` and `looks_like_cpr` (also for the file's name), `too_many_papers`,
    `unknown_meeting`.
    """
    kind = kind_of(content)
    name = clean_name(file_name, kind.ending)
    if looks_like_cpr(name):
        raise RuleError("looks_like_cpr", "file")
    if not title:
        raise RuleError("no_title", "title")
    if looks_like_cpr(title):
        raise RuleError("looks_like_cpr", "title")
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        if paper_count(activity_id) >= MOST_PAPERS:
            raise RuleError("too_many_papers", "file", most=MOST_PAPERS)
        paper = Paper(
            activity_id=activity_id, title=title, file_name=name, media_type=kind.media_type, size=len(content),
            content=content, readers=readers, uploaded_by_id=actor.id, created_at=now,
        )  # fmt: skip
        session.add(paper)
        return paper


def remove_paper(activity_id: int, paper_id: int) -> None:
    """Deletes a paper for good. RuleError: `unknown_paper`, `unknown_meeting`."""
    with writing() as session:
        meeting_to_work_on(session, activity_id)
        paper = session.get(Paper, paper_id)
        if paper is None or paper.activity_id != activity_id:
            raise RuleError("unknown_paper")
        session.delete(paper)
