"""What is in the room, and when a tap was made: plain figures."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.attendance.rules import moment_counted, room_so_far

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
MAIN = 1
walk_ins = st.dictionaries(st.integers(1, 6), st.integers(-50, 500))


@given(st.integers(0, 500), st.integers(0, 500), walk_ins)
def test_the_room_adds_up(expected: int, arrived: int, came: dict[int, int]) -> None:
    room = room_so_far(expected, arrived, MAIN, came.items())
    assert room.total == sum(room.by_audience.values()) == room.arrived + room.walk_ins
    assert all(heads >= 0 for heads in room.by_audience.values())
    assert room.by_audience[MAIN] == arrived + max(0, came.get(MAIN, 0))


@given(st.timedeltas(timedelta(days=-10), timedelta(days=10)))
def test_a_device_is_believed_for_three_days(ago: timedelta) -> None:
    moment = moment_counted(NOW - ago, NOW)
    believed = timedelta(0) <= ago <= timedelta(days=3)
    assert moment == (NOW - ago if believed else NOW)


def test_a_device_without_a_time_zone_is_not_believed() -> None:
    assert moment_counted(None, NOW) == NOW
    assert moment_counted(NOW.replace(tzinfo=None), NOW) == NOW
