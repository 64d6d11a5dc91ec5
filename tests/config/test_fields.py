"""Each type of setting: what it takes, and what it says of the rest."""

# ruff: noqa: E501 - findings stand in one line, as people see them

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from pydantic import create_model

from bot.config import codes
from bot.config.check import check
from bot.config.documents import load
from bot.config.fields import (
    CountryCode,
    Cron,
    Days,
    Duration,
    Language,
    Line,
    RoomName,
    Settings,
    ShortName,
    WallTime,
    Words,
    Zone,
    day_numbers,
    duration_text,
)
from bot.config.zones import zone_of_country


def read(kind: Any, written: str, context: dict[str, Any] | None = None) -> tuple[Any, list[str]]:
    model = create_model("Model", __base__=Settings, x=(kind, ...))
    document, findings = load(f"x: {written}\n", "f")
    assert document is not None
    assert findings == []
    checked, findings = check(document, model, context)
    return getattr(checked, "x", None), [found.sentence for found in findings]


GOOD: list[tuple[Any, str, Any]] = [
    (Zone, "Europe/London", "Europe/London"),
    (Zone, "europe/london", "Europe/London"),
    (Zone, "America/New York", "America/New_York"),
    (Zone, "UTC", "UTC"),
    (Zone, "US/Eastern", "US/Eastern"),
    (Zone, "Asia/Calcutta", "Asia/Calcutta"),
    (Duration, "10s", timedelta(seconds=10)),
    (Duration, "30m", timedelta(minutes=30)),
    (Duration, "2h", timedelta(hours=2)),
    (Duration, "3d", timedelta(days=3)),
    (Duration, "2 w", timedelta(weeks=2)),
    (Duration, "1h30m", timedelta(minutes=90)),
    (Duration, "1 hour 30 minutes", timedelta(minutes=90)),
    (Duration, "0s", timedelta()),
    (WallTime, "19:00", time(19)),
    (WallTime, '"07:05"', time(7, 5)),
    (WallTime, "0:00", time()),
    (Days, "[wed, mon]", ("mon", "wed")),
    (Days, "Friday", ("fri",)),
    (Days, "[Sat, SUNDAY]", ("sat", "sun")),
    (Cron, "0 19 * * 1,3", "0 19 * * 1,3"),
    (Cron, '"0  19 * * MON"', "0 19 * * MON"),
    (Cron, "0 0 29 2 *", "0 0 29 2 *"),
    (Cron, '"0 0 */7 * MON#5"', "0 0 */7 * MON#5"),
    (Cron, '"0 0 31 2 MON"', "0 0 31 2 MON"),
    (Cron, "0 0 L 2 *", "0 0 L 2 *"),
    (Cron, "0 0 * 2 MON#5", "0 0 * 2 MON#5"),
    (Cron, "0 0 LW * *", "0 0 LW * *"),
    (Language, "de", "de"),
    (Language, "pt_br", "pt-BR"),
    (Language, "no", "no"),
    (Language, "zh-hant-tw", "zh-Hant-TW"),
    (Language, "es-419", "es-419"),
    (Language, "fil", "fil"),
    (CountryCode, "NO", "NO"),
    (CountryCode, "gb", "GB"),
    (CountryCode, "xk", "XK"),
    (RoomName, '"#evening"', "#evening"),
    (RoomName, "123456789012345678", "123456789012345678"),
    (Line, "2026", "2026"),
    (Line, "1.50", "1.50"),
    (Line, "True", "True"),
    (Line, "0123", "0123"),
    (Words, "|\n  one\n  two\n", "one\ntwo"),
    (ShortName, "evening-2", "evening-2"),
    (bool, "yes", True),
    (bool, "off", False),
    (int, "5", 5),
    (int, '"5"', 5),
    (float, "5", 5.0),
]


@pytest.mark.parametrize(("kind", "written", "value"), GOOD)
def test_what_is_taken(kind: Any, written: str, value: Any) -> None:
    assert read(kind, written) == (value, [])


BAD: list[tuple[Any, str, str]] = [
    (Zone, "Europe/Lundon", 'x is "Europe/Lundon", which is no time zone; expected the name of a time zone, such as Europe/London; did you mean "Europe/London"?'),
    (Zone, "Paris", 'x is "Paris", which is no time zone; expected the name of a time zone, such as Europe/London; did you mean "Europe/Paris"?'),
    (Zone, "Zürich", 'x is "Zürich", which is no time zone; expected the name of a time zone, such as Europe/London; did you mean "Europe/Zurich"?'),
    (Zone, "Manchester", 'x is "Manchester", which is no time zone; expected the name of a time zone, such as Europe/London'),
    (Zone, "Europe/Munich", 'x is "Europe/Munich", which is no time zone; expected the name of a time zone, such as Europe/London'),
    (Zone, "EST", 'x is "EST", which ignores summer time; expected the name of a time zone, such as Europe/London; did you mean "America/New_York"?'),
    (Zone, "CEST", 'x is "CEST", which is no time zone; expected the name of a time zone, such as Europe/London; did you mean "Europe/Berlin"?'),
    (Zone, "posix/Europe/London", 'x is "posix/Europe/London", which is no time zone; expected the name of a time zone, such as Europe/London; did you mean "Europe/London"?'),
    (Zone, "../../etc/passwd", 'x is "../../etc/passwd", which is no time zone; expected the name of a time zone, such as Europe/London'),
    (Zone, "", "x is empty; expected text"),
    (Duration, "-2h", 'x is "-2h", which is negative; expected a length of time, such as 10s, 30m, 2h or 3d'),
    (Duration, "-5", "x is -5, which is negative; expected a length of time, such as 10s, 30m, 2h or 3d"),
    (Duration, "10", "x is 10 without a unit; expected a length of time, such as 10s, 30m, 2h or 3d"),
    (Duration, "2 fortnights", 'x is "2 fortnights"; expected a length of time, such as 10s, 30m, 2h or 3d'),
    (Duration, "11y", 'x is "11y"; expected a length of time, such as 10s, 30m, 2h or 3d'),
    (Duration, "999999999w", 'x is "999999999w"; expected at most ten years'),
    (Duration, "yes", 'x is "yes"; expected a length of time, such as 10s, 30m, 2h or 3d'),
    (Duration, "true", "x is true; expected a length of time, such as 10s, 30m, 2h or 3d"),
    (Duration, "[2h]", "x is a list; expected a length of time, such as 10s, 30m, 2h or 3d"),
    (WallTime, "19", 'x is 19; expected a time of day, such as 19:00; did you mean "19:00"?'),
    (WallTime, "24:00", 'x is "24:00"; expected a time of day, such as 19:00'),
    (WallTime, "7pm", 'x is "7pm"; expected a time of day, such as 19:00'),
    (WallTime, "", "x is empty; expected a time of day, such as 19:00"),
    (Days, "[mon, tusday]", 'x has "tusday", which is no day of the week; expected days of the week, such as [mon, wed, fri]; did you mean "tue"?'),
    (Days, "[mon, monday]", "x has mon twice; expected each day once"),
    (Days, "[]", "x is an empty list; expected days of the week, such as [mon, wed, fri]"),
    (Days, "[1]", "x has 1, which is no day of the week; expected days of the week, such as [mon, wed, fri]"),
    (Cron, "0 19 * *", 'x is "0 19 * *", which has 4 parts; expected five: minute, hour, day of month, month and day of week, such as "0 19 * * 1,3"'),
    (Cron, "0 0 19 * * 1", 'x is "0 0 19 * * 1", which has 6 parts; expected five: minute, hour, day of month, month and day of week, such as "0 19 * * 1,3"'),
    (Cron, "0 25 * * *", 'x is "0 25 * * *", whose hour is not possible; expected minute, hour, day of month, month and day of week, such as "0 19 * * 1,3"'),
    (Cron, "0 0 31 2 *", 'x is "0 0 31 2 *", whose day of month is not possible; expected minute, hour, day of month, month and day of week, such as "0 19 * * 1,3"'),
    (Cron, '"0 0 */31 * MON#5"', 'x is "0 0 */31 * MON#5", a day that never comes; expected minute, hour, day of month, month and day of week, such as "0 19 * * 1,3"'),
    (Cron, "0 19 * * 1–5", 'x is "0 19 * * 1–5", with a long dash; expected a plain hyphen; did you mean "0 19 * * 1-5"?'),
    (Cron, f"0 0 {'9' * 5000} * *", "x is too long; expected at most 200 characters"),
    (Language, "english", 'x is "english", which is no code of a language; expected a code such as en, de or pt-BR; did you mean "en"?'),
    (Language, "qq", 'x is "qq", which is no code of a language; expected a code such as en, de or pt-BR'),
    (Language, "en-XX", 'x is "en-XX", which is no code of a language; expected a code such as en, de or pt-BR'),
    (Language, "../", 'x is "../", which is no code of a language; expected a code such as en, de or pt-BR'),
    (CountryCode, "UK", 'x is "UK", which is no code of a country; expected two letters, such as GB or DE; did you mean "GB"?'),
    (CountryCode, "Norway", 'x is "Norway", which is no code of a country; expected two letters, such as GB or DE; did you mean "NO"?'),
    (CountryCode, "Österreich", 'x is "Österreich", which is no code of a country; expected two letters, such as GB or DE; did you mean "AT"?'),
    (CountryCode, "false", 'x is "false", which is no code of a country; expected two letters, such as GB or DE'),
    (Line, '"a\\nb"', "x goes over several lines; expected one line"),
    (Line, "x" * 101, "x is too long; expected at most 100 characters"),
    (Words, '"a\\eb"', "x holds control characters; expected plain text"),
    (Words, "''", 'x is "", which is too short; expected at least 1 characters'),
    (ShortName, "The Evening", "x is no short name; expected up to 40 small letters, digits, - and _"),
    (int, "true", "x is true; expected a whole number"),
    (int, "0123", 'x is "0123"; expected a whole number, such as 123'),
    (int, "1_000", 'x is "1_000"; expected a whole number, such as 1000'),
    (int, "5.5", "x is 5.5; expected a whole number"),
    (int, "five", 'x is "five"; expected a whole number'),
    (bool, "maybe", 'x is "maybe"; expected true or false'),
    (bool, "5", "x is 5; expected true or false"),
    (float, '"nan"', 'x is "nan"; expected a number that has an end'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "written", "sentence"), BAD)
def test_what_is_refused_and_how(kind: Any, written: str, sentence: str) -> None:
    assert read(kind, written) == (None, [sentence])


def test_a_room_is_looked_up_where_the_rooms_are_known() -> None:
    known = {"rooms": ["Evening", "#moderators"]}

    assert read(RoomName, '"#evening"', known) == ("#evening", [])
    assert read(RoomName, "moderators", known) == ("moderators", [])
    _, said = read(RoomName, "evning", known)
    assert said == [
        'x is "evning", a room that is not there; expected the name of a room of this space; did you mean "Evening"?'
    ]


def test_days_as_numbers_and_durations_as_text() -> None:
    assert day_numbers(("mon", "sun")) == {1, 7}
    assert duration_text(timedelta(minutes=90)) == "1h30m"
    assert duration_text(timedelta()) == "0s"


def test_the_codes_are_those_of_the_library() -> None:
    from babel import Locale

    locale = Locale("en")
    assert {code for code in locale.languages if len(code) == 2} == codes.LANGUAGES
    assert len(codes.COUNTRIES) == 250
    assert not codes.COUNTRIES - set(locale.territories)


def test_a_country_has_a_zone_where_all_its_clocks_show_the_same() -> None:
    """Germany has two, which have always agreed since 1980; in the others they differ, or there is none."""
    assert zone_of_country("DE") == "Europe/Berlin"
    assert zone_of_country("GB") == "Europe/London"
    assert {zone_of_country(one) for one in ("US", "ES", "PT", "XX", "")} == {""}
