"""How a goal stands, with words made from its figures, so that text and sum cannot differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.goals import words
from portal.goals.models import Goal
from portal.goals.rules import SMALL, Coming, Forecast, Line, Pace


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

    @property
    def planned(self) -> int:
        """What planned activities are expected to bring, in the goal's unit."""
        return self.forecast.brings

    @property
    def missing(self) -> int:
        """How much the target lacks when what is planned has been held."""
        return max(0, self.target - self.value - self.planned)

    @property
    def sentence(self) -> str:
        """The sentence under the bar."""
        return words.sentence(self.goal.unit, self.forecast, self.missing, self.pace, self.reached_on)

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
    """A goal as the front page shows it. `value` is 0 where the true figure is small: no bar gives it away."""

    status: Status
    small: bool

    @property
    def name_da(self) -> str:
        """The Danish name."""
        return self.status.goal.name_da

    @property
    def name_en(self) -> str:
        """The English name."""
        return self.status.goal.name_en

    @property
    def value(self) -> int:
        """The figure, for the bar."""
        return 0 if self.small else self.status.value

    @property
    def value_text(self) -> str:
        """The figure in words or digits."""
        return words.fewer_than(SMALL) if self.small else words.figure(self.status.value)

    @property
    def planned(self) -> int:
        """What is planned, in the goal's unit."""
        return self.status.planned

    @property
    def target(self) -> int:
        """The year's target."""
        return self.status.target

    @property
    def sentence(self) -> str:
        """The sentence under the bar; with a small figure it says nothing that would let one work it out."""
        if self.small:
            return words.planned(self.status.goal.unit, self.status.forecast)
        return self.status.sentence

    @property
    def unit_text(self) -> str:
        """The unit in words, to stand after the target."""
        return self.status.unit_text
