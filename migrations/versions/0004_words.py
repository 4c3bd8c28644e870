"""Words that the address book starts from: kinds' other names, tags, topics for boards, the charter's first version.

Revision ID: 0004
Revises: 0003

Source: VINK's list of associations (kinds), its course for boards (topics) and the City of Copenhagen's charter as
the portal tells it. All of it can be edited in the portal afterwards.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = {
    "association": "Debatforening\nBeboerforening\nFrivillig social forening\nKulturforening\nIdrætsforening\n"
    "Ungdomsforening\nAssociation",
    "faith": "Moské\nMoskéforening\nMoskeforening\nMenighed\nTrossamfund\nKirke\nFaith-based association",
    "school": "Friskole\nUngdomsuddannelse\nGymnasium\nSchool",
    "youth_club": "Klub\nFritidsklub\nUngdomsskole\nYouth club",
    "housing": "Boligforening\nBoligselskab\nBoligsocial indsats\nHousing organisation",
    "network": "Forældrenetværk\nKvindenetværk\nFædrenetværk\nNetwork",
    "authority": "Kommune\nPoliti\nAuthority",
    "partner": "Partner",
}
TAGS = [
    ("works_with_youth", "Arbejder med unge", "Works with young people"),
    ("works_with_parents", "Arbejder med forældre", "Works with parents"),
    ("works_with_residents", "Arbejder med beboere", "Works with residents"),
    ("has_volunteers", "Har frivillige, der gerne hjælper til", "Has volunteers who like to help"),
]
TOPICS = [
    ("bylaws", "Vedtægter", "Bylaws", "Bestyrelsen kender vedtægterne og bruger dem.",
     "The board knows the bylaws and uses them."),
    ("general_meeting", "Generalforsamling", "General meeting",
     "Bestyrelsen kan indkalde til og holde en generalforsamling efter reglerne.",
     "The board can call and hold a general meeting by the rules."),
    ("board_duties", "Bestyrelsens opgaver", "Board duties", "Det er klart, hvem i bestyrelsen der gør hvad.",
     "It is clear who on the board does what."),
    ("accounts", "Regnskab", "Accounts", "Bestyrelsen har overblik over økonomien og regnskabet.",
     "The board has an overview of finances and accounts."),
    ("press", "Presse", "Press", "Bestyrelsen ved, hvem der udtaler sig til pressen, og hvordan.",
     "The board knows who speaks to the press, and how."),
    ("youth_in_board", "Unge i bestyrelsen", "Young people on the board",
     "Unge har reel indflydelse i bestyrelsen.", "Young people have a real say on the board."),
    ("democratic_participation", "Demokratisk deltagelse", "Democratic participation",
     "Foreningen deltager i det lokale demokrati, fx i råd og høringer.",
     "The association takes part in local democracy, such as councils and hearings."),
    ("handling_concern", "Håndtering af bekymring som procedure", "Handling concern, as a procedure",
     "Bestyrelsen har en aftalt procedure og ved, hvor man kan ringe hen.",
     "The board has an agreed procedure and knows where to call."),
]  # fmt: skip
CHARTER_DA = (
    "Foreninger og institutioner, der samarbejder med VINK, bekræfter, at samarbejdet bygger på Københavns Kommunes "
    "charter for demokratiske værdier: menings- og trosfrihed, ytringsfrihed og en fælles accept af menneskers "
    "ligeværd, frihed og personlige sikkerhed."
)
CHARTER_EN = (
    "Associations and institutions that cooperate with VINK confirm that the cooperation is based on the City of "
    "Copenhagen's charter for democratic values: freedom of thought and belief, freedom of speech and a shared "
    "acceptance of people's equal worth, freedom and personal safety."
)
WRITTEN = datetime(2026, 11, 21, tzinfo=UTC)


def upgrade() -> None:
    connection = op.get_bind()
    meta = sa.MetaData()
    meta.reflect(connection, only=["association_kind", "tag", "engagement_topic", "charter_version"])
    kind = meta.tables["association_kind"]
    for key, names in KINDS.items():
        connection.execute(kind.update().where(kind.c.key == key).values(other_names=names))
    op.bulk_insert(
        meta.tables["tag"],
        [
            {"key": k, "name_da": da, "name_en": en, "position": i, "active": True}
            for i, (k, da, en) in enumerate(TAGS, 1)
        ],
    )
    op.bulk_insert(
        meta.tables["engagement_topic"],
        [
            {"key": k, "name_da": da, "name_en": en, "statement_da": said_da, "statement_en": said_en,
             "position": i, "active": True}
            for i, (k, da, en, said_da, said_en) in enumerate(TOPICS, 1)
        ],
    )  # fmt: skip
    version = sa.table(
        "charter_version",
        *(sa.column(name) for name in ("number", "text_da", "text_en")),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        version,
        [{"number": 1, "text_da": CHARTER_DA, "text_en": CHARTER_EN, "created_at": WRITTEN, "published_at": WRITTEN}],
    )


def downgrade() -> None:
    """Takes out these rows and no others; refused by the database while something still points to one."""
    for name, rows in (("tag", TAGS), ("engagement_topic", TOPICS)):
        table = sa.table(name, sa.column("key"))
        op.execute(sa.delete(table).where(table.c.key.in_([row[0] for row in rows])))
    version = sa.table("charter_version", sa.column("number"))
    op.execute(sa.delete(version).where(version.c.number == 1))
    op.execute(sa.update(sa.table("association_kind", sa.column("other_names"))).values(other_names=""))
