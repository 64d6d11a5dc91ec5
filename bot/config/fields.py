"""Types of settings, for profiles and cogs: each accepts what people write and says kindly what it wants.

All are `Annotated` types: use them as annotations in a pydantic model.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from bot.config.check import wrong
from bot.config.codes import COUNTRIES, LANGUAGES
from bot.config.findings import nearest, shown, written_as
from bot.config.phrases import phrase
from bot.config.zones import FIXED, nearest_zone, zone_named

if TYPE_CHECKING:
    from cronsim import CronSim

#: The longest length of time a setting may name.
LONGEST = timedelta(days=3653)

#: The key under which validators find the names of the space's rooms, if they are known.
ROOMS = "rooms"

#: The key under which validators find the names of what ships with Hearth, by what they name.
KNOWN = "known"

#: The JSON Schema format that marks a time zone; `bot.config.schema` lists the names beside it.
ZONE_FORMAT = "iana-time-zone"

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "w": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip
_AMOUNT = re.compile(r"([0-9]{1,9})\s*([a-z]+)\s*")
_WALL_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_LONGEST_CRON = 200
_CRON_PARTS = {
    "minute": "cron-minute",
    "hour": "cron-hour",
    "day of month": "cron-day-of-month",
    "month": "cron-month",
    "day of week": "cron-day-of-week",
}
"""The parts of a cron line as cronsim names them."""
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_DAY_NAMES = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


class Settings(BaseModel):
    """A group of settings: unknown names are refused, values never change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True, defer_build=True
    )


def _zone(written: str) -> str:
    name = zone_named(written)
    if name in FIXED:
        problem = phrase("zone-without-summer", value=shown(written))
        raise wrong(problem, phrase("want-zone"), FIXED[name])
    if name is None:
        problem = phrase("no-zone", value=shown(written))
        raise wrong(problem, phrase("want-zone"), lambda: nearest_zone(written))
    return name


def _duration(written: Any) -> Any:
    if isinstance(written, timedelta):
        length = written
    elif isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise wrong(phrase("is", v=written_as(written)), phrase("want-duration"))
    else:
        text = str(written).strip().casefold()
        if text[:1] in ("-", "–", "−"):
            raise wrong(phrase("duration-negative", value=shown(written)), phrase("want-duration"))
        if text.replace(".", "", 1).isdecimal():
            raise wrong(phrase("duration-no-unit", value=shown(written)), phrase("want-duration"))
        seconds, position = 0, 0
        while position < len(text):
            found = _AMOUNT.match(text, position)
            if found is None or found.group(2) not in _UNITS:
                raise wrong(phrase("is", v=shown(written)), phrase("want-duration"))
            seconds += int(found.group(1)) * _UNITS[found.group(2)]
            position = found.end()
        if not text:
            raise wrong(phrase("is", v=phrase("empty")), phrase("want-duration"))
        length = timedelta(seconds=min(seconds, 2 * int(LONGEST.total_seconds())))
    if length < timedelta(0):
        raise wrong(phrase("negative"), phrase("want-duration"))
    if length > LONGEST:
        raise wrong(phrase("is", v=shown(written)), phrase("want-ten-years-most"))
    return length


def duration_text(length: timedelta) -> str:
    """A length of time as one writes it in a profile: 90 minutes are `1h30m`."""
    seconds = int(length.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"


def _wall_time(written: Any) -> Any:
    if isinstance(written, time):
        return written
    found = _WALL_TIME.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None or int(found.group(1)) > 23 or int(found.group(2)) > 59:
        near = f"{written:02}:00" if type(written) is int and 0 <= written < 24 else ""
        raise wrong(phrase("is", v=written_as(written)), phrase("want-time"), near)
    return time(int(found.group(1)), int(found.group(2)))


def _cron(written: str) -> str:
    from cronsim import CronSim, CronSimError

    expression = " ".join(written.split())
    if len(expression) > _LONGEST_CRON:
        raise wrong(phrase("too-long"), phrase("want-characters-most", max_length=_LONGEST_CRON))
    fields = len(expression.split())
    if fields != 5:
        raise wrong(phrase("cron-parts", value=shown(written), parts=fields), phrase("want-cron-five"))
    if dash := re.search("[–—−]", expression):
        problem = phrase("cron-long-dash", value=shown(written))
        raise wrong(problem, phrase("want-hyphen-plain"), expression.replace(dash.group(), "-"))
    try:
        # Any moment serves: it is read for its parts, not for when it is due.
        schedule = CronSim(expression, _ANY_MOMENT)
    except CronSimError as error:
        part = str(error).removeprefix("Bad ").replace("-", " ")
        said = phrase(_CRON_PARTS[part]) if part in _CRON_PARTS else part
        raise wrong(phrase("cron-impossible", value=shown(written), part=said), phrase("want-cron")) from None
    except (ValueError, AssertionError):
        raise wrong(phrase("is", v=shown(written)), phrase("want-cron")) from None
    if not _ever_due(schedule):
        raise wrong(phrase("cron-never", value=shown(written)), phrase("want-cron"))
    return expression


def _ever_due(schedule: CronSim) -> bool:
    """Whether some month of some year has a day that matches; cronsim itself refuses the 31st of February.

    Only "the nth weekday, and on that day of the month" can still be impossible. Each day of the month falls
    on each weekday in some year, so it is enough to ask whether the day lies in the nth week.
    """
    if not schedule.day_and:
        return True
    for month in schedule.months:
        for length in (28, 29) if month == 2 else (30,) if month in (4, 6, 9, 11) else (31,):
            last = {schedule.LAST: {length}, schedule.LAST_WEEKDAY: {length - 2, length - 1, length}}
            days = {each for day in schedule.days for each in last.get(day, {day}) if each <= length}
            for weekday in schedule.weekdays:
                nth = weekday[1] if isinstance(weekday, tuple) else None
                if any(
                    nth is None or (day + 7 > length if nth < 0 else (day + 6) // 7 == nth) for day in days
                ):
                    return True
    return False


def _short_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise wrong(phrase("no-short-name"), phrase("want-short-name"))
    return name


def _days(written: Any) -> Any:
    items = written if isinstance(written, (list, tuple)) else [written]
    days: list[str] = []
    for item in items:
        plain = item.strip().casefold() if isinstance(item, str) else ""
        found = next(
            (short for short, full in _DAY_NAMES.items() if plain in (short, full, short + "s")), None
        )
        if found is None:
            near = functools.partial(_nearest_day, plain)
            raise wrong(phrase("no-day", value=shown(item)), phrase("want-days"), near)
        if found in days:
            raise wrong(phrase("day-twice", day=found), phrase("want-each-day-once"))
        days.append(found)
    if not days:
        raise wrong(phrase("empty-list"), phrase("want-days"))
    return tuple(sorted(days, key=list(_DAY_NAMES).index))


def _nearest_day(plain: str) -> str:
    short = nearest(plain, _DAY_NAMES)
    full = nearest(plain, _DAY_NAMES.values())
    return short or full[:3]


def _language(written: str) -> str:
    parts = written.strip().replace("_", "-").split("-")
    language, *rest = parts
    code = language.casefold()
    script = rest.pop(0).title() if rest and len(rest[0]) == 4 and rest[0].isalpha() else ""
    region = rest.pop(0).upper() if rest else ""
    known = code in LANGUAGES or (len(code) == 3 and _has_locale(code))
    if rest or not known or (region and region not in COUNTRIES and region != "419"):
        raise wrong(
            phrase("no-language", value=shown(written)),
            phrase("want-language"),
            lambda: _nearest_language(written),
        )
    return "-".join(filter(None, (code, script, region)))


def _has_locale(code: str) -> bool:
    from babel import localedata

    return code.isascii() and code.isalpha() and bool(localedata.exists(code))


def _nearest_language(written: str) -> str:
    return _code_named(written, "languages", LANGUAGES)


def _country(written: str) -> str:
    code = written.strip().upper()
    if code not in COUNTRIES:
        raise wrong(
            phrase("no-country", value=shown(written)),
            phrase("want-country"),
            lambda: "GB" if code == "UK" else _code_named(written, "territories", COUNTRIES),
        )
    return code


def _code_named(written: str, kind: Literal["languages", "territories"], codes: Collection[str]) -> str:
    """The code of a language or country that someone wrote as a word, in a language that Hearth speaks."""
    from babel import Locale

    names = {
        name: code
        for tongue in ("de", "en")
        for code, name in getattr(Locale(tongue), kind).items()
        if code in codes
    }
    found: str = names.get(nearest(written, names), "")
    return found


def _room(written: str, info: ValidationInfo) -> str:
    rooms: Collection[str] | None = (info.context or {}).get(ROOMS)
    if rooms is None:
        return written
    plain = _plain_room(written)
    if plain not in {_plain_room(room) for room in rooms}:
        raise wrong(
            phrase("no-room", value=shown(written)),
            phrase("want-room"),
            lambda: nearest(written, rooms),
        )
    return written


def known(what: str, called: str) -> AfterValidator:
    """What a setting adds that names something in Hearth's own data, such as a set of prompts.

    Whoever checks a profile for its author is told of a name that is not there; a profile in force goes on
    without it, since data may change with a new version. `called` says what the name should be.
    """

    def validated(written: str, info: ValidationInfo) -> str:
        names: Collection[str] | None = (info.context or {}).get(KNOWN, {}).get(what)
        if names is not None and written not in names:
            problem = phrase("not-there", value=shown(written))
            raise wrong(problem, called, lambda: nearest(written, names))
        return written

    return AfterValidator(validated)


def _plain_room(name: str) -> str:
    return name.strip().removeprefix("#").casefold()


def _words(written: str) -> str:
    if any(ord(each) < 32 and each not in "\n\t" for each in written):
        raise wrong(phrase("control-characters"), phrase("want-plain-text"))
    return written


def _line(written: str) -> str:
    if "\n" in written:
        raise wrong(phrase("several-lines"), phrase("want-one-line"))
    return _words(written)


Zone = Annotated[
    str,
    StringConstraints(max_length=100),
    AfterValidator(_zone),
    WithJsonSchema(
        {"type": "string", "format": ZONE_FORMAT, "examples": ["Europe/London", "America/New_York"]}
    ),
]
"""An IANA time zone by name; any case and old names are understood, the value has IANA's spelling."""

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^([0-9]+\s*[a-z]+\s*)+$", "examples": ["30m", "2h", "3d"]}
    ),
]
"""A length of time such as `10s`, `30m`, `2h`, `1h30m` or `3d`; at least nothing, at most ten years."""

WallTime = Annotated[
    time,
    BeforeValidator(_wall_time),
    PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$", "examples": ["19:00"]}),
]
"""A time on the wall clock, such as `19:00`, quotes or none; naive, in whole minutes."""

Cron = Annotated[
    str,
    AfterValidator(_cron),
    WithJsonSchema({"type": "string", "examples": ["0 19 * * 1,3,5"]}),
]
"""A cron expression of five parts, as cronsim reads it; one that is never due is refused."""

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Days = Annotated[
    tuple[Day, ...],
    BeforeValidator(_days),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"enum": list(_DAY_NAMES)}, "minItems": 1, "uniqueItems": True},
                {"enum": list(_DAY_NAMES)},
            ]
        }
    ),
]
"""Days of the week, `[mon, wed]` or a single `mon`; the value is a tuple in the order of the week."""

Language = Annotated[
    str,
    AfterValidator(_language),
    WithJsonSchema(
        {"type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$", "examples": ["en", "pt-BR"]}
    ),
]
"""A language by its short BCP 47 code: `en`, `pt-BR`, `zh-Hant`."""

CountryCode = Annotated[
    str,
    AfterValidator(_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$", "examples": ["GB", "DE"]}),
]
"""A country by its two letters of ISO 3166-1, in upper or lower case."""

RoomName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
    AfterValidator(_line),
    AfterValidator(_room),
]
"""A room by its name, address or id; one of the space's, `#` and case aside, if those are known."""

ShortName = Annotated[
    str,
    AfterValidator(_short_name),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,39}$"}),
]
"""A name that never changes, for rows and tokens: small letters, digits, `-` and `_`, up to 40 characters."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_line)
]
"""A short text on one line, up to 100 characters."""

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_words)
]
"""A text of up to 2,000 characters, as Discord takes in one message."""


def day_numbers(days: Sequence[Day]) -> frozenset[int]:
    """Days as ISO numbers, Monday 1 to Sunday 7, as schedules want them."""
    return frozenset(list(_DAY_NAMES).index(day) + 1 for day in days)
