"""How a goal stands, with words made from its figures, so that text and sum cannot differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.goals import words
from portal.goals.forecast import Coming, Forecast
from portal.goals.models import Goal
from portal.goals.rules import HEAD_UNITS, SMALL, Line, Pace, Unit, pace


@dataclass(frozen=True)
class Status:
    """How a goal stands in a year: figures in the goal's unit, what they are made of, and words made from them.

    `span` is the days that count, both ends included.
    """

    goal: Goal
    year: int
    span: tuple[date, date]
    value: int
    forecast: Forecast
    target: int
    pace: Pace
    reached_on: date | None
    lines: Sequence[Line]
    coming: Sequence[Coming]
    uncounted: int = 0

    @property
    def planned(self) -> int:
        """What planned activities are expected to bring, in the goal's unit."""
        return self.forecast.brings

    @property
    def missing(self) -> int:
        """How much the target lacks when what is planned has been held and counted; at the end, what it lacks."""
        planned = 0 if self.pace is Pace.MISSED else self.planned
        return max(0, self.target - self.value - planned)

    @property
    def sentence(self) -> str:
        """The sentence under the bar."""
        said = words.sentence(self.goal.unit, self.forecast, self.missing, self.pace, self.reached_on)
        open_year = self.pace in {Pace.PLANNED, Pace.SHORT}
        return f"{said} {words.waiting(self.uncounted)}" if self.uncounted and open_year else said

    @property
    def unit_text(self) -> str:
        """The unit in words, to stand after the target."""
        return words.unit(self.goal.unit, self.target)

    @property
    def rule_text(self) -> str:
        """What the goal counts, in plain words."""
        return words.rule(self.goal)


@dataclass(frozen=True)
class PublicGoal:
    """A goal as the front page shows it. What must not be known is not in it.

    With a `small` figure of people, `value` and `planned` are 0, and only how many activities are planned is said.
    `planned` is 0 too, and `pace` None, where the forecast rests on a small figure.
    """

    name_da: str
    name_en: str
    unit: Unit
    target: int
    small: bool
    value: int
    planned: int
    activities: int
    pace: Pace | None

    @property
    def value_text(self) -> str:
        """The figure in words or digits."""
        return words.fewer_than(SMALL) if self.small else words.figure(self.value)

    @property
    def sentence(self) -> str:
        """The sentence under the bar."""
        if self.pace is None:
            return words.planned_activities(self.activities)
        planned = 0 if self.pace is Pace.MISSED else self.planned
        missing = max(0, self.target - self.value - planned)
        return words.public_sentence(self.unit, Forecast(self.activities, self.planned), missing, self.pace)

    @property
    def unit_text(self) -> str:
        """The unit in words, to stand after the target."""
        return words.unit(self.unit, self.target)


def public_goal(goal: Goal, value: int, ahead: Forecast, *, on_few: bool, year_over: bool) -> PublicGoal:
    """What may be known of a goal. `on_few` says that the forecast rests on a small figure."""
    small = goal.unit in HEAD_UNITS and 0 < value < SMALL  # nobody hides behind a 0
    silent = small or (goal.unit in HEAD_UNITS and (on_few or 0 < ahead.brings < SMALL))
    stands = pace(value, ahead.brings, goal.target, year_over)
    # The value alone tells whether the goal is reached or missed.
    told = stands in {Pace.REACHED, Pace.MISSED} or not silent
    return PublicGoal(
        goal.name_da, goal.name_en, goal.unit, goal.target, small,
        value=0 if small else value,
        planned=0 if silent else ahead.brings,
        activities=ahead.activities,
        pace=stands if told and not small else None,
    )  # fmt: skip
