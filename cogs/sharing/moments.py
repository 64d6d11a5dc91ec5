"""When something anonymous comes out: always at random, so that nobody can lay it beside who was there."""

from __future__ import annotations

import datetime
import secrets
import zoneinfo

from bot.sdk import Once

from .settings import Delay, Hours

SOON = datetime.timedelta(seconds=2)
"""What need not wait: whole seconds, so that it lies surely ahead."""


def between(least: datetime.timedelta, most: datetime.timedelta) -> datetime.timedelta:
    """A random length of time, in whole seconds."""
    return least + datetime.timedelta(seconds=secrets.randbelow(int((most - least).total_seconds()) + 1))


def when(now: datetime.datetime, delay: Delay, hours: Hours | None, zone: str) -> datetime.datetime:
    """A random moment (UTC) after the community's delay, within its hours."""
    due = _up(now) + between(delay.least, delay.most)
    if hours is not None and not hours.open_at(wall(due, zone).time()):
        due = _opening(due, hours, zone) + between(datetime.timedelta(0), delay.most)
    return whole(due.astimezone(datetime.UTC))


def soon(now: datetime.datetime) -> datetime.datetime:
    """A moment from now: for what stands in sight already."""
    return whole(now) + SOON


def later(now: datetime.datetime, least: int, most: int) -> datetime.datetime:
    """A random moment between so many minutes from now."""
    return _up(now) + between(datetime.timedelta(minutes=least), datetime.timedelta(minutes=most))


def whole(at: datetime.datetime) -> datetime.datetime:
    """In whole seconds, as rules count them."""
    return at.replace(microsecond=0)


def _up(at: datetime.datetime) -> datetime.datetime:
    """The next whole second: a delay is never shorter than it says, not by a part of one."""
    return whole(at + datetime.timedelta(microseconds=999_999))


def wall(at: datetime.datetime, zone: str) -> datetime.datetime:
    """An instant on the wall clock of a zone."""
    return at.astimezone(zoneinfo.ZoneInfo(zone))


def once(due: datetime.datetime) -> Once:
    """The rule for that moment, to be planned in UTC."""
    return Once(whole(due.astimezone(datetime.UTC)).replace(tzinfo=None))


def _opening(after: datetime.datetime, hours: Hours, zone: str) -> datetime.datetime:
    day = wall(after, zone).date()
    while True:
        opens = datetime.datetime.combine(day, hours.opens, zoneinfo.ZoneInfo(zone))
        if opens.astimezone(datetime.UTC) >= after:
            return opens.astimezone(datetime.UTC)
        day += datetime.timedelta(days=1)
