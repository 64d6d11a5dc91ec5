"""Time zones by the names that people write."""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import zoneinfo
from datetime import UTC, datetime

# These open on some machines, but mean another clock elsewhere, count leap seconds, or are no place.
_NO_PLACES = ("posix/", "right/", "localtime", "posixrules", "Factory", "SystemV/")
FIXED = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
"""Fixed offsets that stand still in summer, and the place that who writes them means."""
# What clocks are called in summer is no zone; by its letters the nearest name is another continent's.
_CALLED = FIXED | {
    "CEST": "Europe/Berlin",
    "BST": "Europe/London",
    "EEST": "Europe/Athens",
    "EDT": "America/New_York",
    "CDT": "America/Chicago",
    "CST": "America/Chicago",
    "MDT": "America/Denver",
    "PDT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
}
_ALIKE = 0.82
"""As similar as a slip of the pen: Londn and London. Two different cities are less: Manchester and Maseru."""
_MONTHS = [datetime(year, month, 1, tzinfo=UTC) for year in range(2026, 2036) for month in range(1, 13)]


@functools.lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The names of IANA time zones on this machine, old names that still work included."""
    return frozenset(name for name in zoneinfo.available_timezones() if not name.startswith(_NO_PLACES))


@functools.lru_cache(maxsize=1)
def _by_plain_name() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(zone_names(), reverse=True)}


@functools.lru_cache(maxsize=1)
def _by_city() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in sorted(zone_names(), key=lambda each: (each.count("/") != 1, each)):
        found.setdefault(name.rsplit("/", 1)[-1].casefold(), name)
    return found


def zone_named(written: str) -> str | None:
    """The zone that is called so, in any case and with spaces, in IANA's spelling."""
    return _by_plain_name().get(written.casefold().strip().replace(" ", "_"))


def nearest_zone(written: str) -> str:
    """The zone that was meant by a name with a slip in it, or by its city alone. Empty where none is so
    close: another city's zone, taken for it, would move every prompt to another hour."""
    plain = written.casefold().strip().replace(" ", "_")[:64]
    if plain.upper() in _CALLED:
        return _CALLED[plain.upper()]
    area, _, city = plain.rpartition("/")
    there = {each: name for each, name in _by_city().items() if name.casefold().startswith(f"{area}/")}
    cities = there or _by_city()
    if city in cities:
        return cities[city]
    close = difflib.get_close_matches(city, cities, n=1, cutoff=_ALIKE)
    return cities[close[0]] if close else ""


@functools.lru_cache(maxsize=8)
def zone_of_country(country: str) -> str:
    """The zone of a country, by its two letters, in which all clocks show the same; empty where they differ.

    By IANA's `zone.tab` (package `tzdata`), in which the most populous zone comes first; whether clocks
    agree is looked up month by month for ten years.
    """
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    names = [name for code, _, name, *_ in rows if code == country]
    clocks = {tuple(at.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() for at in _MONTHS) for name in names}
    return names[0] if len(clocks) == 1 else ""
