"""Times, days and zones as people write and read them."""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
import zoneinfo
from collections.abc import Sequence
from typing import Any

from bot.sdk import Refused

EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset((6, 7))

_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(a\.?m\.?|p\.?m\.?|uhr|h)?\Z")
_DAYS = (
    ("mon", "monday", "mo", "montag"),
    ("tue", "tuesday", "tues", "di", "dienstag"),
    ("wed", "wednesday", "mi", "mittwoch"),
    ("thu", "thursday", "thurs", "thur", "do", "donnerstag"),
    ("fri", "friday", "fr", "freitag"),
    ("sat", "saturday", "sa", "samstag", "sonnabend"),
    ("sun", "sunday", "so", "sonntag"),
)
DAY_NAMES = tuple(names[1] for names in _DAYS)
"""Monday to Sunday, in English and small letters."""
_MANY = {
    "every day": EVERY_DAY, "everyday": EVERY_DAY, "daily": EVERY_DAY, "all": EVERY_DAY,
    "jeden tag": EVERY_DAY, "täglich": EVERY_DAY, "alle": EVERY_DAY,
    "weekdays": WEEKDAYS, "weekday": WEEKDAYS, "werktags": WEEKDAYS, "wochentags": WEEKDAYS,
    "weekend": WEEKEND, "weekends": WEEKEND, "wochenende": WEEKEND, "am wochenende": WEEKEND,
}  # fmt: skip


def read_time(written: str) -> datetime.time:
    """A time of day: `19:00`, `7pm`, `19 Uhr`. Raises `Refused("time-unclear")`."""
    found = _TIME.match(written.strip().casefold())
    if found is None:
        raise Refused("time-unclear", field="at")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            raise Refused("time-unclear", field="at")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Refused("time-unclear", field="at")
    return datetime.time(hour, minute)


def read_days(written: str) -> frozenset[int]:
    """Days of the week as ISO numbers: `mon, thu`, `Mo-Fr`, `every day`. Raises `Refused("days-unclear")`."""
    plain = " ".join(written.casefold().replace("–", "-").split())
    if plain in _MANY:
        return _MANY[plain]
    days: set[int] = set()
    for part in re.split(r"\s*(?:[,;&/+]|\s(?:and|und)\s|\s)\s*", re.sub(r"\s*-\s*", "-", plain)):
        first, dash, last = part.partition("-")
        start, end = _day(first), _day(last) if dash else _day(first)
        days.update((day - 1) % 7 + 1 for day in range(start, end + (7 if end < start else 0) + 1))
    return frozenset(days)


def _day(word: str) -> int:
    for number, names in enumerate(_DAYS, start=1):
        if word.rstrip("s.") in names or word.rstrip(".") in names:
            return number
    raise Refused("days-unclear", field="days")


def read_wish(
    at: str | None, days: str | None, zone: str | None
) -> tuple[datetime.time | None, frozenset[int] | None, str | None]:
    """Time, days and zone, also where words typed in a row were cut in other places than they were meant:
    `7 pm`, `19 Uhr`, `19:00 every day`, `19:00 mon thu Europe/Berlin`. Raises `Refused` for what cannot be
    read."""
    try:
        return _read(at, days, zone)
    except Refused as error:
        words = " ".join(one for one in (at, days, zone) if one).split()
        for first in range(min(_LONGEST_TIME, len(words)), 0, -1) if at is not None else (0,):
            for last in range(len(words), first - 1, -1):
                cuts = (words[:first], words[first:last], words[last:])
                with contextlib.suppress(Refused):
                    return _read(*(" ".join(cut) or None for cut in cuts))
        raise error from None


def _read(
    at: str | None, days: str | None, zone: str | None
) -> tuple[datetime.time | None, frozenset[int] | None, str | None]:
    return (
        read_time(at) if at is not None else None,
        read_days(days) if days is not None else None,
        read_zone(zone) if zone is not None else None,
    )


_LONGEST_TIME = 2
"""Words of a time: `19 Uhr`."""


@functools.lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    known = {name.casefold(): name for name in names if not name.startswith(("Etc/", "posix/", "right/"))}
    for name in names:
        if name.casefold() in known:
            known.setdefault(name.rsplit("/", 1)[-1].casefold(), name)
    return known


def read_zone(written: str) -> str:
    """A zone by its IANA name or its city. Raises `Refused("zone-unclear")`."""
    found = _zones().get("_".join(written.casefold().split()))
    if found is None:
        raise Refused("zone-unclear", field="zone")
    return found


def zones_like(typed: str, most: int = 25) -> Sequence[str]:
    """Zones whose name has in it what was typed, those that begin with it first."""
    wanted = "_".join(typed.casefold().split())
    names = sorted({name for key, name in _zones().items() if wanted in key})
    return sorted(names, key=lambda name: not name.rsplit("/", 1)[-1].casefold().startswith(wanted))[:most]


def wall(at: datetime.datetime, zone: str) -> datetime.datetime:
    """An instant on the wall clock of a zone."""
    return at.astimezone(zoneinfo.ZoneInfo(zone))


def midnight(day: datetime.date, zone: str) -> datetime.datetime:
    """The instant (UTC) at which a day begins in a zone."""
    begins = datetime.datetime.combine(day, datetime.time(), zoneinfo.ZoneInfo(zone))
    return begins.astimezone(datetime.UTC)


def told(at: datetime.datetime, language: str) -> str:
    """A day and a time in few words: `Mon 16 Nov, 19:05`. `at` stands on the wall clock to show."""
    from babel.dates import format_skeleton

    return f"{format_skeleton('MMMEd', at, locale=locale_of(language))}, {at:%H:%M}"


def told_day(day: datetime.date, language: str) -> str:
    """A day in few words: `16 November 2026`."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale_of(language)))


def locale_of(language: str) -> Any:
    """What Babel knows about a language (`de`, `en-GB`); about English where it knows nothing."""
    from babel import Locale, UnknownLocaleError

    for name in (language, language.split("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
