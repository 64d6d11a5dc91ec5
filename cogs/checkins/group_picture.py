"""How a group was, told so that nobody can be found in it.

Four things protect a person. A period has one picture only, of whole calendar weeks that are over, and
it is kept: two pictures around somebody's check-in do not exist. Everybody counts once, however often
they wrote. Shares are words with wide edges, and neither "all" nor "none" is among them, so that even a
group of one mind gives nobody away. And four weeks are shown only if, with every week taken out that may
be shown by itself, either nobody is left or enough people are.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import zoneinfo
from collections.abc import Collection, Iterable, Mapping

from .tables import Mood

WEEK = "week"
FOUR_WEEKS = "four-weeks"
_A_WEEK = datetime.timedelta(days=7)
_FIRST_MONDAY = datetime.date(1970, 1, 5)
_WORDS = ((0.15, "few"), (0.35, "some"), (0.65, "half"))
_MOST = "most"

Shares = Mapping[Mood, str]
"""Mood -> `few` (or none), `some`, `half` or `most` of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A period: its first day, the day after its last, and the same as instants in UTC."""

    name: str
    first: datetime.date
    after: datetime.date
    start: datetime.datetime
    end: datetime.datetime
    weeks: tuple[Window, ...] = ()


def window(period: str, zone: str, now: datetime.datetime) -> Window:
    """The last period that is over in this zone. Four weeks are the same four for everybody, for ever."""
    place = zoneinfo.ZoneInfo(zone)
    today = now.astimezone(place).date()
    monday = today - datetime.timedelta(days=today.weekday())
    if period == WEEK:
        return _window(WEEK, monday - _A_WEEK, 1, place)
    number = (monday - _FIRST_MONDAY) // _A_WEEK
    return _window(FOUR_WEEKS, _FIRST_MONDAY + (number // 4 - 1) * 4 * _A_WEEK, 4, place)


def shares(
    asked: Window,
    heard: Iterable[tuple[bytes, datetime.datetime, Mood]],
    people: int,
    shown: Collection[str],
) -> Shares | None:
    """About how much of each mood; None where fewer than `people` people would be told about.

    `heard` is (who, when, mood); `shown` names the periods that were shown before.
    """
    moods: dict[bytes, list[Mood]] = collections.defaultdict(list)
    by_week: dict[str, set[bytes]] = collections.defaultdict(set)
    for who, at, mood in heard:
        moods[who].append(mood)
        for week in asked.weeks:
            if week.start <= at < week.end:
                by_week[week.name].add(who)
    if len(moods) < people:
        return None
    unseen = [week for name, week in by_week.items() if len(week) < people and name not in shown]
    if unseen and len(set().union(*unseen)) < people:
        return None
    weights = dict.fromkeys(Mood, 0.0)
    for said in moods.values():
        for mood in said:
            weights[mood] += 1 / len(said) / len(moods)
    return {mood: _word(weight) for mood, weight in weights.items()}


def _word(share: float) -> str:
    return next((word for edge, word in _WORDS if share < edge), _MOST)


def _window(period: str, first: datetime.date, weeks: int, place: zoneinfo.ZoneInfo) -> Window:
    after = first + weeks * _A_WEEK
    start, end = (
        datetime.datetime.combine(day, datetime.time(), place).astimezone(datetime.UTC)
        for day in (first, after)
    )
    parts = tuple(
        _window(WEEK, first + week * _A_WEEK, 1, place) for week in range(weeks if weeks > 1 else 0)
    )
    return Window(f"{period} {first.isoformat()}", first, after, start, end, parts)
