"""Districts, kinds of association, audiences and activity types, as the first release knows them.

Revision ID: 0002
Revises: 0001

Source: Copenhagen's ten districts, VINK's twelve activity types and the words of its log for 2016-17,
which adds the talk for pupils. All of it can be edited in the portal afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DISTRICTS = [
    ("indre_by", "Indre By"),
    ("oesterbro", "Østerbro"),
    ("noerrebro", "Nørrebro"),
    ("vesterbro", "Vesterbro/Kongens Enghave"),
    ("valby", "Valby"),
    ("vanloese", "Vanløse"),
    ("broenshoej", "Brønshøj-Husum"),
    ("bispebjerg", "Bispebjerg"),
    ("amager_oest", "Amager Øst"),
    ("amager_vest", "Amager Vest"),
]

KINDS = [
    ("association", "Forening", "Association", False),
    ("faith", "Trosbaseret forening", "Faith-based association", True),
    ("school", "Skole", "School", False),
    ("youth_club", "Ungdomsklub", "Youth club", False),
    ("housing", "Boligorganisation", "Housing organisation", False),
    ("network", "Netværk", "Network", False),
    ("authority", "Myndighed", "Authority", False),
    ("partner", "Samarbejdspartner", "Partner", False),
]

# key, Danish, English, other names (one a line), group, professional group
AUDIENCES = [
    ("young_people", "Unge", "Young people", "Elever/unge\nElever\nUnge i klub", "young_people", False),
    ("parents", "Forældre", "Parents", "Forældre og pårørende", "parents", False),
    ("residents", "Beboere", "Residents", "Borgere", "residents", False),
    ("womens_networks", "Kvindenetværk", "Women's networks", "", "residents", False),
    (
        "association_representatives",
        "Foreninger og nøgleaktører",
        "Associations and key actors",
        "Foreninger",
        "associations",
        False,
    ),
    ("boards", "Bestyrelser", "Boards", "", "associations", False),
    ("local_professionals", "Lokale fagpersoner", "Local professionals", "Fagpersoner", "professionals", False),
    ("housing_workers", "Boligsociale medarbejdere", "Social housing workers", "", "professionals", True),
    (
        "youth_education_teachers",
        "Lærere på ungdomsuddannelser",
        "Teachers in upper secondary education",
        "",
        "professionals",
        True,
    ),
    ("free_school_teachers", "Lærere på friskoler", "Teachers at independent schools", "", "professionals", True),
    ("street_workers", "Gadeplansmedarbejdere", "Street-level workers", "", "professionals", True),
    ("case_workers", "Sagsbehandlere", "Case workers", "", "professionals", True),
    ("club_workers", "Klubmedarbejdere", "Youth club workers", "", "professionals", True),
    ("psychiatry_staff", "Professionelle i psykiatrien", "Psychiatry staff", "", "professionals", True),
    ("police", "Politi", "Police", "", "professionals", True),
]

# key, Danish, English, other names, mode, visibility, minutes, capacity, most heads a party,
# asks name, asks age band, neutral mail, audience
TYPES = [
    ("forum_meeting", "Medborgerforum", "Citizens' forum", "Forummøde",
     "association", "public", 120, 25, 4, True, False, True, "association_representatives"),
    ("dialogue_area", "Dialogaktivitet", "Dialogue activity", "Dialogaktivitet i boligområde",
     "open", "public", 120, 40, 10, True, False, False, "residents"),
    ("capacity_session", "Kapacitetsopbygning", "Capacity building", "Kapacitetsopbygning (forløb)",
     "arranged", "unlisted", 120, 9, 9, True, False, True, "boards"),
    ("youth_workshop", "Ungeworkshop", "Youth workshop", "Workshop for unge",
     "group", "public", 135, 28, 28, True, True, False, "young_people"),
    ("parent_activity", "Forældreaktivitet", "Parent activity", "Aften for forældre",
     "person", "public", 120, 25, 6, False, False, True, "parents"),
    ("victim_narrative", "Dialogmøde om terrorofres fortællinger", "Dialogue meeting on a victim's narrative",
     "Dialogmøde", "arranged", "public", 120, 30, 30, True, True, True, "young_people"),
    ("staff_talk", "Vidensoplæg", "Staff talk", "Oplæg til personale",
     "group", "unlisted", 90, 60, 60, True, False, False, "local_professionals"),
    ("theme_day", "Temadag", "Theme day", "",
     "group", "public", 360, 80, 20, True, False, False, "local_professionals"),
    ("citizenship_class", "Medborgerskabsundervisning", "Citizenship class", "",
     "person", "public", 120, 20, 4, True, False, False, "residents"),
    ("ambassador_course", "Ambassadørforløb for unge", "Ambassador course for young people", "Ambassadørforløb",
     "person", "public", 120, 10, 1, True, True, False, "young_people"),
    ("train_the_trainer", "Kursus for lokale ressourcepersoner", "Train-the-trainer course", "",
     "person", "public", 360, 16, 2, True, False, False, "local_professionals"),
    ("inter_agency_course", "Tværfagligt kursus", "Inter-agency course", "",
     "arranged", "closed", 360, 24, 24, True, False, True, "police"),
    ("pupil_talk", "Elevoplæg", "Talk for pupils", "Oplæg for elever",
     "group", "public", 90, 60, 60, True, True, False, "young_people"),
]  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    meta = sa.MetaData()
    meta.reflect(connection, only=["district", "association_kind", "audience", "activity_type"])
    tables = meta.tables
    op.bulk_insert(
        tables["district"],
        [{"key": k, "name": n, "other_names": "", "position": i} for i, (k, n) in enumerate(DISTRICTS, 1)],
    )
    op.bulk_insert(
        tables["association_kind"],
        [
            {"key": k, "name_da": da, "name_en": en, "faith_based": faith, "position": i}
            for i, (k, da, en, faith) in enumerate(KINDS, 1)
        ],
    )
    op.bulk_insert(
        tables["audience"],
        [
            {"key": k, "name_da": da, "name_en": en, "other_names": others, "group": group,
             "professional_group": professional, "position": i, "active": True}
            for i, (k, da, en, others, group, professional) in enumerate(AUDIENCES, 1)
        ],
    )  # fmt: skip
    audience = tables["audience"]
    ids = {row.key: row.id for row in connection.execute(sa.select(audience.c.key, audience.c.id))}
    op.bulk_insert(
        tables["activity_type"],
        [
            {"key": row[0], "name_da": row[1], "name_en": row[2], "other_names": row[3], "mode": row[4],
             "visibility": row[5], "minutes": row[6], "capacity": row[7], "max_heads": row[8], "asks_name": row[9],
             "asks_age_band": row[10], "neutral_mail": row[11], "retention_days": 30, "audience_id": ids[row[12]],
             "position": i, "active": True}
            for i, row in enumerate(TYPES, 1)
        ],
    )  # fmt: skip


def downgrade() -> None:
    """Takes out these rows and no others; refused by the database while something still points to one."""
    connection = op.get_bind()
    for name, rows in (
        ("activity_type", TYPES),
        ("audience", AUDIENCES),
        ("association_kind", KINDS),
        ("district", DISTRICTS),
    ):
        table = sa.table(name, sa.column("key"))
        connection.execute(sa.delete(table).where(table.c.key.in_([row[0] for row in rows])))
