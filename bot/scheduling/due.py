"""When a rule is due: wall clock plus IANA zone in, moments in UTC out.

Every rule names wall times; a wall time becomes a moment by one sentence, `resolve_wall`: the first moment
at which the zone's clock shows that time or has gone past it. From this follows what people expect on odd
days: a time that a clock change skips (half an hour on Lord Howe, a whole day in Apia) is due once, at the
first valid moment after it; a time that comes twice is due once, the first time; and several times in one
gap are one moment, due once.

Cron expressions are computed by cronsim, on plain calendar days without a zone; its own treatment of zones
is not used, since it is wrong for a missing day and repeats `*` rules in a doubled hour. Its dialect is
Debian's: five fields, names of days and months, Sunday as 0 and 7, `L`, `LW` and `#`; day of month and day
of week are joined by OR unless one of them starts with a star.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from cronsim.cronsim import Field

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(1, 8))
"""All ISO days of the week, Monday 1 to Sunday 7."""
_LONGEST_EXPRESSION = 200
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# These open, but mean another clock on another machine, count leap seconds, or are no place.
_NOT_ZONES = ("posix/", "right/", "localtime", "posixrules", "Factory")


class BadRule(ValueError):
    """The text is no rule; the message says which part, without repeating what was typed."""


class UnknownZone(ValueError):
    """The name is not in the IANA time zone database of this machine."""


@dataclass(frozen=True, slots=True)
class CronRule:
    """A cron expression of five fields, in wall time. Raises `BadRule` where cronsim refuses it."""

    expression: str

    def __post_init__(self) -> None:
        expression = " ".join(self.expression.split())
        if len(expression) > _LONGEST_EXPRESSION:
            raise BadRule(f"Longer than {_LONGEST_EXPRESSION} characters")
        if len(expression.split()) != 5:
            raise BadRule("Expected five fields: minute, hour, day of month, month, day of week")
        try:
            CronSim(expression, _EPOCH)
            _refuse_steps_of_one(expression)
        except CronSimError as error:
            raise BadRule(str(error)) from None
        object.__setattr__(self, "expression", expression)


def _refuse_steps_of_one(expression: str) -> None:
    # cronsim takes 5-5/10 for 5/10, many times where cron says once; nobody means it, so nobody gets either.
    for field, text in zip(tuple(Field)[1:], expression.upper().split(), strict=True):
        for term in text.split(","):
            span, step, _ = term.partition("/")
            if step and "-" in span and len(field.parse(span)) == 1:
                raise CronSimError(f"{field.msg()}: a range of one value takes no step")


@dataclass(frozen=True, slots=True)
class DailyRule:
    """A wall time in whole minutes on some days of the week (ISO numbers, Monday 1 to Sunday 7)."""

    at: time
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None or self.at.second or self.at.microsecond:
            raise BadRule("Expected a wall time in whole minutes")
        if not self.days or not self.days <= EVERY_DAY:
            raise BadRule("Expected days of the week from 1 (Monday) to 7 (Sunday)")

    @property
    def expression(self) -> str:
        """The same rule as a cron expression."""
        days = "*" if self.days == EVERY_DAY else ",".join(map(str, sorted(self.days)))
        return f"{self.at.minute} {self.at.hour} * * {days}"


@dataclass(frozen=True, slots=True)
class OnceRule:
    """One wall time (naive, whole seconds), then never again."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None or self.at.microsecond:
            raise BadRule("Expected a wall time in whole seconds, without a zone")


Rule = CronRule | DailyRule | OnceRule


def rule_text(rule: Rule) -> str:
    """The rule in one line, to store and to read: `cron 30 19 * * 1`, `daily 19:30 mon,thu`, `once …`."""
    if isinstance(rule, CronRule):
        return f"cron {rule.expression}"
    if isinstance(rule, OnceRule):
        return f"once {rule.at.isoformat()}"
    if rule.days == EVERY_DAY:
        return f"daily {rule.at:%H:%M}"
    return f"daily {rule.at:%H:%M} " + ",".join(_DAY_NAMES[day - 1] for day in sorted(rule.days))


@lru_cache(maxsize=512)
def parse_rule(text: str) -> Rule:
    """Read what `rule_text` wrote. Raises `BadRule`."""
    kind, _, rest = text.partition(" ")
    if kind == "cron":
        return CronRule(rest)
    try:
        if kind == "once":
            return OnceRule(datetime.fromisoformat(rest))
        if kind == "daily":
            at, _, days = rest.partition(" ")
            numbers = frozenset(_DAY_NAMES.index(day) + 1 for day in days.split(",")) if days else EVERY_DAY
            return DailyRule(time.fromisoformat(at), numbers)
    except BadRule:
        raise
    except ValueError:
        raise BadRule(f"Cannot read the time or days of a {kind} rule") from None
    raise BadRule("Expected a rule that starts with cron, daily or once")


def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name. Raises `UnknownZone`, also for names that lead out of the database."""
    if name.startswith(_NOT_ZONES):
        raise UnknownZone("Not a zone of a place")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # unknown, a path, a folder, another kind of file
        raise UnknownZone("Not in the time zone database") from None


def resolve_wall(wall: datetime, zone: str) -> datetime:
    """The first moment (UTC) at which the zone's clock shows the naive time `wall`, or has jumped past it.

    Raises `UnknownZone`; `ValueError` for an aware `wall`; `OverflowError` at the ends of the calendar.
    """
    return _resolve(wall, zone_named(zone))


def _resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    if wall.tzinfo is not None:
        raise ValueError("a wall time is naive")
    # With fold=0 a doubled time is its first occurrence, and a skipped one is read with the offset from
    # before the gap, which lands after it (PEP 495).
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(late, zone) == wall.replace(fold=0):
        return late
    # In a gap: read with the offset from after it, the same time lands before it. The change lies between the
    # two, always on a whole second.
    early = wall.replace(tzinfo=zone, fold=1, microsecond=0).astimezone(UTC)
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if _shown(middle, zone) < wall:
            early = middle
        else:
            late = middle
    return late


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock in the zone shows, as a naive time without a fold."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def next_due(rule: Rule, zone: str, after: datetime) -> datetime | None:
    """The first moment (UTC) strictly after `after` at which the rule is due; None where there is none left.

    `after` is aware. Raises `UnknownZone`.
    """
    return next(_moments(rule, zone_named(zone), _aware(after)), None)


def between(rule: Rule, zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """All due moments (UTC) after `start`, up to and including `end`, in order. Raises `UnknownZone`."""
    end = _aware(end)
    return itertools.takewhile(lambda due: due <= end, _moments(rule, zone_named(zone), _aware(start)))


def latest_due(rule: Rule, zone: str, at: datetime) -> datetime | None:
    """The last due moment (UTC) not after `at` (aware); None where there was none. Raises `UnknownZone`."""
    at, place = _aware(at), zone_named(zone)
    try:
        if isinstance(rule, OnceRule):
            walls = iter((rule.at,))
        else:
            local = at.astimezone(place)
            # In the second pass of a doubled hour the clock has already shown up to an hour more than now.
            repeated = (local.replace(fold=0).utcoffset() or timedelta()) - (local.utcoffset() or timedelta())
            newest = _shown(at, place) + max(repeated, timedelta())
            walls = CronSim(rule.expression, newest + _SECOND, reverse=True)
        return next((due for wall in walls if (due := _resolve(wall, place)) <= at), None)
    except OverflowError:
        return None


def _moments(rule: Rule, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    try:
        walls = (
            iter((rule.at,)) if isinstance(rule, OnceRule) else CronSim(rule.expression, _shown(after, zone))
        )
        for wall in walls:
            due = _resolve(wall, zone)
            if due > after:  # else a doubled time that has been, or one more time out of the same gap
                yield due
                after = due
    except OverflowError:  # the calendar ends in the year 9999
        return


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment in time is aware")
    return moment.astimezone(UTC)
