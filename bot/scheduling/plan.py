"""What an edit, a pause or a new schedule does to the row that waits, and what a late dispatcher still sends.

Pure functions over values. The promises they keep: an unchanged schedule keeps its row (so that a restart
neither repeats nor forgets a slot), a schedule that is new or comes back starts with its next slot and
makes up for nothing, and an edit never brings a second post on a day that had its one.
"""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, date, datetime, time, timedelta

from bot.scheduling.due import (
    BadRule,
    OnceRule,
    UnknownZone,
    between,
    latest_due,
    next_due,
    parse_rule,
    resolve_wall,
    zone_named,
)
from bot.scheduling.needs import DueRow, Slot, Step, Wanted

_ASTRAY = timedelta(days=2)
"""How far beyond a row may stand past its rule's next slot: an edit may leave out one day, nothing leaves
out two.
"""
_INSTANT = timedelta(microseconds=1)


def keeps(row: DueRow, wanted: Wanted, now: datetime) -> bool:
    """Whether a schedule's row goes on waiting for the slot that it has."""
    return (row.rule, row.zone) == (wanted.rule, wanted.zone) and not astray(row, now)


def in_lane(wanted: Wanted, row: DueRow) -> Wanted:
    """The schedule in the lane of the row that stands for it, where it does not name one itself: what was
    found out once, with every platform connected, is not forgotten by a start."""
    return wanted if wanted.lane else dataclasses.replace(wanted, lane=row.lane)


def waiting(wanted: Wanted, due: datetime) -> DueRow:
    """The row of this schedule, with its next slot at `due`."""
    fields = {field.name: getattr(wanted, field.name) for field in dataclasses.fields(Wanted)}
    return DueRow(**fields, due=due)


def first_due(wanted: Wanted, latest: Slot | None, now: datetime) -> datetime | None:
    """The first slot after `now` of a schedule that is new, changed or back from a pause; None without one.

    `latest` is the last slot that it posted, under whatever rule and zone it had then. A rule
    that is due once a day leaves out the day whose post is already there: the wall date of the last post
    where it was made. Rules that are due several times a day go on with their next time. What is to happen
    once and was never posted happens at once where its time has passed by less than its grace. Raises
    `BadRule` and `UnknownZone`.
    """
    rule = parse_rule(wanted.rule)
    first = next_due(rule, wanted.zone, now)
    if first is None and latest is None and isinstance(rule, OnceRule):
        # What is to be done at once is due by the time it is entered.
        due = latest_due(rule, wanted.zone, now)
        return due if due is not None and now - due <= wanted.grace else None
    if first is None or latest is None or isinstance(rule, OnceRule):
        return first
    if latest.due > now + _ASTRAY:  # posted by a clock that was wrong
        return first
    had_its_post = _wall_date(latest.due, latest.zone)
    start, end = (
        resolve_wall(datetime.combine(day, time()), wanted.zone) - _INSTANT
        for day in (had_its_post, had_its_post + timedelta(days=1))
    )
    if len(list(itertools.islice(between(rule, wanted.zone, start, end), 2))) > 1:
        return first
    return next_due(rule, wanted.zone, max(now, end))


def astray(row: DueRow, now: datetime) -> bool:
    """Whether a row waits for a time that only a wrong clock can have moved it to.

    A clock that ran years ahead takes rows along with it; when it is right again they would be silent for
    years.
    """
    try:
        expected = next_due(parse_rule(row.rule), row.zone, now + _ASTRAY)
    except (BadRule, UnknownZone):
        return False
    return expected is not None and row.due > expected


def step(row: DueRow, now: datetime, attentive_since: datetime, queueing: timedelta) -> Step:
    """What to do at `now` with a row that is due: at most its latest slot is sent, if it is not too late.

    What fell due while the dispatcher was at work (at or after `attentive_since`) is late only because it
    queued: it may take `queueing` even where its grace is shorter.
    """
    latest, upcoming = row.due, None
    try:
        rule = parse_rule(row.rule)
        latest = max(row.due, latest_due(rule, row.zone, now) or row.due)
        upcoming = next_due(rule, row.zone, now)
    except (BadRule, UnknownZone):
        pass  # The zone database or the program changed under the row: this slot, and none after it.
    sendable = now <= send_until(row, latest, attentive_since, queueing)
    return Step(claim=latest if sendable else None, next=upcoming)


def send_until(row: DueRow, due: datetime, attentive_since: datetime, queueing: timedelta) -> datetime:
    """The last moment at which the slot of this row at `due` may be sent."""
    return due + (max(row.grace, queueing) if due >= attentive_since else row.grace)


def _wall_date(moment: datetime, zone: str) -> date:
    try:
        return moment.astimezone(zone_named(zone)).date()
    except UnknownZone:
        return moment.astimezone(UTC).date()
