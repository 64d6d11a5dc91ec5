"""Due times against an oracle that shares nothing with them: a year of a zone's clock, read minute by minute.

The oracle never resolves a wall time. It watches the clock of the zone tick in UTC and notes when each
minute of the calendar is reached or jumped over; fields come from the generator as sets, so it parses no
cron either.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.scheduling.due import CronRule, between, latest_due, next_due

# Zone and a year worth watching there.
ZONES = {
    "Africa/Cairo": 2025,
    "Africa/Casablanca": 2025,
    "Africa/El_Aaiun": 2026,
    "America/Asuncion": 2024,
    "America/Caracas": 2016,
    "America/Havana": 2026,
    "America/Los_Angeles": 2026,
    "America/Mexico_City": 2022,
    "America/New_York": 2026,
    "America/Nuuk": 2023,
    "America/Phoenix": 2026,
    "America/Santiago": 2025,
    "America/Sao_Paulo": 2018,
    "America/St_Johns": 2011,  # changed at one minute past midnight
    "Antarctica/Casey": 2010,
    "Antarctica/Troll": 2026,
    "Asia/Amman": 2022,
    "Asia/Beirut": 2026,
    "Asia/Gaza": 2025,
    "Asia/Jerusalem": 2026,
    "Asia/Kabul": 2026,
    "Asia/Kathmandu": 2026,
    "Asia/Kolkata": 2026,
    "Asia/Pyongyang": 2018,
    "Asia/Tehran": 2022,
    "Asia/Tokyo": 2026,
    "Asia/Yangon": 2026,
    "Atlantic/Azores": 2026,
    "Australia/Adelaide": 2026,
    "Australia/Eucla": 2026,
    "Australia/Lord_Howe": 2026,
    "Europe/Dublin": 2026,
    "Europe/Istanbul": 2016,
    "Europe/London": 2026,
    "Europe/Moscow": 2011,
    "Pacific/Apia": 2011,
    "Pacific/Auckland": 2026,
    "Pacific/Chatham": 2026,
    "Pacific/Kiritimati": 2026,
    "Pacific/Marquesas": 2026,
    "UTC": 2024,
}
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Watched:
    """A zone's clock over a year and three days on either side."""

    def __init__(self, name: str, year: int) -> None:
        zone = ZoneInfo(name)
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        begin = datetime(year, 1, 1, tzinfo=UTC) - 3 * DAY
        end = datetime(year + 1, 1, 1, tzinfo=UTC) + 3 * DAY
        self.reached: dict[datetime, datetime] = {}  # calendar minutes near a change, and when
        self.changes: list[datetime] = []
        moment = begin
        while moment < end:  # no zone changes twice within three hours
            soon = moment + timedelta(hours=3)
            if moment.astimezone(zone).utcoffset() != soon.astimezone(zone).utcoffset():
                self.changes.append(moment)
                self._watch(zone, moment - 2 * DAY, soon + 2 * DAY)
            moment = soon
        self.zone = zone

    def _watch(self, zone: ZoneInfo, start: datetime, end: datetime) -> None:
        shown = newest = start.astimezone(zone).replace(tzinfo=None)
        self.reached[newest] = start
        moment = start
        while moment < end:
            moment += MINUTE
            shown = moment.astimezone(zone).replace(tzinfo=None)
            while newest < shown:
                newest += MINUTE
                self.reached[newest] = moment

    def moment(self, wall: datetime) -> datetime:
        if wall in self.reached:
            return self.reached[wall]
        # Far from any change there is one offset to try, and the clock itself confirms it.
        guess = wall.replace(tzinfo=UTC)
        guess -= guess.astimezone(self.zone).replace(tzinfo=UTC) - guess
        assert guess.astimezone(self.zone).replace(tzinfo=None) == wall
        return guess


watched = functools.lru_cache(maxsize=4)(Watched)


@st.composite
def field(draw: st.DrawFn, low: int, high: int, least: int = 1, most: int = 4) -> tuple[str, set[int]]:
    """One cron field as text and as the numbers that it stands for."""
    values = st.integers(low, high)
    kind = draw(st.sampled_from(["star", "list", "range", "step", "range step", "from step"]))
    if kind == "star":
        return "*", set(range(low, high + 1))
    if kind == "step":
        step = draw(st.integers(1, high))
        return f"*/{step}", set(range(low, high + 1, step))
    if kind == "from step":
        start, step = draw(values), draw(st.integers(1, high))
        return f"{start}/{step}", set(range(start, high + 1, step))
    if kind == "list":
        chosen = draw(st.lists(values, min_size=least, max_size=most))
        return ",".join(map(str, chosen)), set(chosen)
    start, end = sorted((draw(values), draw(values)))
    if kind == "range" or start == end:  # a step over one value is refused
        return f"{start}-{end}", set(range(start, end + 1))
    step = draw(st.integers(1, 9))
    return f"{start}-{end}/{step}", set(range(start, end + 1, step))


@st.composite
def crons(draw: st.DrawFn) -> tuple[str, list[set[int]]]:
    fields = [draw(field(low, high)) for low, high in ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))]
    return " ".join(text for text, _ in fields), [numbers for _, numbers in fields]


def expected(clock: Watched, text: str, fields: list[set[int]], day: date, last: date) -> list[datetime]:
    minutes, hours, days, months, weekdays = fields
    both = any(part.startswith("*") for part in (text.split()[2], text.split()[4]))
    found: set[datetime] = set()
    while day <= last:
        dom, dow = day.day in days, not weekdays.isdisjoint({day.isoweekday(), day.isoweekday() % 7})
        if day.month in months and ((dom and dow) if both else (dom or dow)):
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a calendar day has no zone
            for hour in hours:
                found.update(clock.moment(midnight + timedelta(hours=hour, minutes=each)) for each in minutes)
        day += DAY
    return sorted(found)


@pytest.mark.parametrize("name", ZONES)
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(cron=crons(), data=st.data())
def test_a_window_of_the_year_agrees(
    name: str, cron: tuple[str, list[set[int]]], data: st.DataObject
) -> None:
    clock = watched(name, ZONES[name])
    text, fields = cron
    try:
        rule = CronRule(text)
    except ValueError:
        # Only what no month of those named can have: the 31st of short months, together with a weekday.
        assert min(fields[2]) > 29
        return
    # Windows around a change where there is one, else anywhere in the year.
    anchor = None
    if clock.changes and data.draw(st.integers(0, 3)):
        minutes: int = data.draw(st.integers(-2400, 1800))
        anchor = clock.changes[data.draw(st.integers(0, len(clock.changes) - 1))] + minutes * MINUTE
    if anchor is None:
        anchor = (
            datetime.combine(clock.first, datetime.min.time(), UTC) + data.draw(st.integers(2, 360)) * DAY
        )
    start = max(anchor, datetime.combine(clock.first, datetime.min.time(), UTC) + DAY)
    start += timedelta(seconds=data.draw(st.integers(0, 59)))
    end = min(start + 2 * DAY, datetime.combine(clock.last, datetime.min.time(), UTC))
    if end <= start:
        return
    everything = expected(clock, text, fields, (start - 3 * DAY).date(), (end + 2 * DAY).date())
    low, high = bisect_right(everything, start), bisect_right(everything, end)
    assert list(between(rule, name, start, end)) == everything[low:high]
    if low < len(everything) and everything[low] < end:
        assert next_due(rule, name, start) == everything[low]
    if low > 0:
        assert latest_due(rule, name, start) == everything[low - 1]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("text", ["30 1 * * *", "15 2 13 * 5", "0 0 * * 0", "45 23 31 * *", "0 */6 */10 * *"])
def test_a_whole_year_agrees(name: str, text: str) -> None:
    clock = watched(name, ZONES[name])
    full = [range(60), range(24), range(1, 32), range(1, 13), range(8)]
    fields = [
        set(span[:: int(part[2:])]) if part.startswith("*/") else set(span) if part == "*" else {int(part)}
        for part, span in zip(text.split(), full, strict=True)
    ]
    start = datetime.combine(clock.first, datetime.min.time(), UTC) + DAY
    end = datetime.combine(clock.last, datetime.min.time(), UTC) - DAY
    everything = [
        moment for moment in expected(clock, text, fields, clock.first, clock.last) if start < moment <= end
    ]
    assert list(between(CronRule(text), name, start, end)) == everything
    assert len(everything) > 3


@given(st.text(alphabet="0123456789*/,-#LWSUNMOABC ", max_size=40))
@settings(max_examples=400, deadline=None, database=None)
def test_anything_typed_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = CronRule(text)
    except ValueError:
        return
    due = next_due(rule, "Europe/London", datetime(2026, 1, 1, tzinfo=UTC))
    assert due is None or latest_due(rule, "Europe/London", due) == due
