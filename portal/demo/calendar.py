"""When the demo's activities are: a usual year, and what comes after today."""

from dataclasses import dataclass
from datetime import date, timedelta

# Week of the year, day of the week (0 Monday), hour, and heads that came: one usual year.
# By the end of November it holds 7 of 10 dialogue activities, 4 institutions and about 170 young people in workshops.
USUAL_YEAR: dict[str, tuple[tuple[int, int, int, int], ...]] = {
    "forum_meeting": ((6, 2, 17, 18), (22, 2, 17, 21), (36, 2, 17, 17), (46, 2, 17, 19)),
    "dialogue_area": (
        (4, 3, 16, 31), (9, 1, 17, 24), (13, 3, 16, 18), (18, 2, 17, 35), (23, 3, 16, 27), (37, 1, 17, 22),
        (42, 3, 16, 29), (48, 3, 16, 26), (49, 1, 17, 33), (50, 3, 16, 21),
    ),
    "youth_workshop": (
        (5, 1, 9, 24), (10, 3, 10, 26), (14, 2, 9, 22), (20, 1, 10, 27), (35, 3, 9, 23), (39, 1, 9, 25),
        (44, 2, 10, 24), (49, 3, 9, 26), (50, 1, 9, 22),
    ),
    "parent_activity": ((7, 1, 19, 4), (19, 3, 19, 11), (40, 1, 19, 9)),
    "victim_narrative": ((11, 3, 10, 26), (45, 1, 10, 24)),
    "staff_talk": (
        (3, 2, 13, 38), (6, 4, 13, 22), (11, 1, 14, 17), (17, 3, 13, 41), (21, 2, 14, 15), (33, 3, 13, 29),
        (36, 1, 14, 33), (41, 4, 13, 26), (45, 2, 13, 19),
    ),
    "theme_day": ((12, 3, 9, 63), (43, 1, 9, 58)),
    "train_the_trainer": ((16, 2, 9, 12), (16, 3, 9, 12)),
    "inter_agency_course": ((38, 1, 9, 17), (38, 2, 9, 17)),
    "pupil_talk": ((14, 3, 10, 44), (25, 1, 10, 51), (42, 1, 10, 38)),
}  # fmt: skip

# Courses: the type, who holds or gets it, whether the group stays the same, heads, and each meeting's week.
COURSES: tuple[tuple[str, str, bool, int, int, tuple[int, ...]], ...] = (
    ("capacity_session", "Moskéforeningen Havnelyset", True, 18, 7, (6, 8, 10, 12)),
    ("capacity_session", "Kulturforeningen Syv Broer", True, 17, 6, (15, 17, 19, 21)),
    ("capacity_session", "Idrætsklubben Tågehornet", True, 18, 9, (33, 35, 37, 39)),
    ("capacity_session", "Beboerforeningen Den Grønne Trappe", True, 17, 5, (41, 43, 45, 48)),
    ("capacity_session", "Debatklubben Spørgsmålstegnet", True, 18, 8, (48, 49, 50, 51)),
    ("citizenship_class", "Kvindenetværket Kanelblomst", True, 17, 14, (9, 10, 11)),
    ("citizenship_class", "Kvindenetværket Kanelblomst", True, 17, 16, (37, 38, 39)),
    ("ambassador_course", "Ungdomsforeningen Papirdragen", True, 16, 10, (34, 35, 36, 37, 38)),
)

PROFESSIONS = ("club_workers", "youth_education_teachers", "housing_workers", "case_workers")


@dataclass(frozen=True)
class Coming:
    """An activity after today: in so many days, at an hour, and what is special about it.

    `parties` are the heads of those who have signed up, `waiting` of those in line after them, `meetings` the days
    of a course after its first meeting. `places` makes it open to single young people: so many places, at most four
    a party.
    """

    kind: str
    in_days: int
    hour: int
    parties: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    special: str = ""
    places: int = 0
    meetings: tuple[int, ...] = ()


COMING = (
    # The first six stand on the front page: something for everybody, and one of them full.
    Coming("youth_workshop", 2, 16, (1, 2, 1, 1, 3, 1), places=20),
    Coming("dialogue_area", 3, 16),
    Coming("youth_workshop", 4, 9, (28,)),
    Coming("forum_meeting", 5, 17, (2, 1, 2, 1, 1, 2, 1, 2, 1, 1, 2, 1, 2)),
    Coming("parent_activity", 5, 19, (2, 1, 2, 1)),
    Coming("youth_workshop", 6, 15, (1, 1, 2, 1, 4, 1, 2, 1, 1), places=16),
    Coming("pupil_talk", 5, 10, (26, 22), special="called_off"),
    Coming("citizenship_class", 7, 17, (1, 2, 1, 1, 3, 1, 2, 1, 1, 1), meetings=(13, 20)),
    Coming("staff_talk", 8, 13, (26,)),
    Coming("youth_workshop", 6, 17, (2, 1, 2, 1, 4, 1, 2, 1, 2), (4, 2), "passed_over", places=16),
    Coming("youth_workshop", 9, 10, (28,), (24, 18), "offered"),
    Coming("dialogue_area", 10, 17, special="called_off"),
    Coming("youth_workshop", 11, 16, (2, 1), places=18),
    Coming("capacity_session", 13, 18, meetings=(27, 41, 54)),
    Coming("ambassador_course", 14, 16, (1,) * 10, (1, 1, 1), meetings=(21, 28, 35, 42)),
    Coming("youth_workshop", 16, 9, (22,), special="deadline"),
    Coming("dialogue_area", 18, 16),
    Coming("staff_talk", 20, 14, (17,), special="english_missing"),
    Coming("youth_workshop", 23, 12, (), special="english_missing"),
    Coming("victim_narrative", 25, 10),
    Coming("train_the_trainer", 27, 9, (1, 2, 1, 1, 2), meetings=(28,)),
    Coming("youth_workshop", 31, 9, (28,), (26,)),
    Coming("theme_day", 33, 9, (6, 4, 8, 3, 5)),
    Coming("dialogue_area", 35, 17),
    Coming("youth_workshop", 38, 10),
    Coming("inter_agency_course", 40, 9),
    Coming("parent_activity", 44, 19, (2,), special="unlisted"),
    Coming("pupil_talk", 46, 10),
    Coming("dialogue_area", 48, 16),
    Coming("youth_workshop", 50, 9, (25,)),
    Coming("forum_meeting", 53, 17, (1, 2, 1)),
    Coming("dialogue_area", 63, 16, special="draft"),
    Coming("theme_day", 75, 9, special="draft"),
)


def day_of(year: int, week: int, weekday: int) -> date:
    """That day of that ISO week; never 14 or 15 February, when the city remembers."""
    return spared(date.fromisocalendar(year, week, weekday + 1))


def workday(day: date) -> date:
    """The day, or the Monday after it where it falls on a weekend."""
    return spared(day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0))


def spared(day: date) -> date:
    """The day, two days later where it is 14 or 15 February, and past the holidays around New Year."""
    if (day.month, day.day) in {(2, 14), (2, 15)}:
        day += timedelta(days=2)
    while (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2) or day.weekday() > 4:
        day += timedelta(days=1)
    return day
