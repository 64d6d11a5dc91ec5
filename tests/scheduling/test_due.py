"""Due times on the days that break schedulers, as tables of wall time and moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.scheduling.due import (
    BadRule,
    CronRule,
    DailyRule,
    OnceRule,
    Rule,
    UnknownZone,
    between,
    latest_due,
    next_due,
    parse_rule,
    resolve_wall,
    rule_text,
)

# Zone, wall time, the moment in UTC, and why. From the IANA database's own rules for that day.
WALL = [
    ("Europe/London", "2026-03-29T00:59", "2026-03-29T00:59", "the last minute before the gap"),
    ("Europe/London", "2026-03-29T01:00", "2026-03-29T01:00", "the gap's first minute"),
    ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:00", "in the gap: 02:00 summer time"),
    ("Europe/London", "2026-03-29T01:59:59.5", "2026-03-29T01:00", "the gap's last half second"),
    ("Europe/London", "2026-03-29T02:00", "2026-03-29T01:00", "the first valid moment"),
    ("Europe/London", "2026-03-29T02:01", "2026-03-29T01:01", "after the gap"),
    ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "doubled: the first, in summer time"),
    ("Europe/London", "2026-10-25T02:00", "2026-10-25T02:00", "after the doubled hour"),
    ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", "in the gap"),
    ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "doubled"),
    ("Australia/Lord_Howe", "2025-10-05T02:15", "2025-10-04T15:30", "a gap of half an hour"),
    ("Australia/Lord_Howe", "2025-10-05T02:45", "2025-10-04T15:45", "after a gap of half an hour"),
    ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "half an hour doubled"),
    ("Australia/Lord_Howe", "2026-04-05T01:15", "2026-04-04T14:15", "not doubled yet"),
    ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00", "midnight does not exist"),
    ("Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00", "nor half past"),
    ("Africa/Cairo", "2025-10-30T23:30", "2025-10-30T20:30", "the hour before midnight doubled"),
    ("Europe/Dublin", "2026-03-29T01:30", "2026-03-29T01:00", "standard time is the summer one"),
    ("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:30", "and winter the exception"),
    ("Africa/Casablanca", "2025-02-23T02:30", "2025-02-23T01:30", "Ramadan begins: doubled"),
    ("Africa/Casablanca", "2025-04-06T02:30", "2025-04-06T02:00", "Ramadan is over: a gap"),
    ("Africa/Casablanca", "2025-03-10T19:30", "2025-03-10T19:30", "during Ramadan"),
    ("Africa/Casablanca", "2025-05-10T19:30", "2025-05-10T18:30", "the rest of the year"),
    ("Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59", "the last minute before the missing day"),
    ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00", "the missing day begins"),
    ("Pacific/Apia", "2011-12-30T19:30", "2011-12-30T10:00", "in the missing day"),
    ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00", "the first valid moment"),
    ("Pacific/Apia", "2011-12-31T19:30", "2011-12-31T05:30", "the day after"),
    ("Pacific/Kwajalein", "1993-08-21T12:00", "1993-08-21T12:00", "another missing day"),
    ("America/Santiago", "2025-09-07T00:00", "2025-09-07T04:00", "midnight does not exist"),
    ("America/Havana", "2026-03-08T00:30", "2026-03-08T05:00", "nor in Havana"),
    ("Asia/Kathmandu", "2026-06-01T12:00", "2026-06-01T06:15", "45 minutes"),
    ("Asia/Pyongyang", "2018-05-04T23:45", "2018-05-04T15:00", "half an hour skipped for good"),
    ("America/Caracas", "2007-12-09T02:45", "2007-12-09T06:45", "half an hour doubled for good"),
    ("Antarctica/Troll", "2026-03-29T02:30", "2026-03-29T01:00", "a gap of two hours"),
    ("UTC", "2026-03-29T01:30", "2026-03-29T01:30", "no changes at all"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(rule: Rule, zone: str, start: str, end: str) -> list[str]:
    return [f"{due:%m-%dT%H:%M}" for due in between(rule, zone, at(start), at(end))]


@pytest.mark.parametrize(("zone", "wall", "moment", "why"), WALL, ids=lambda value: str(value)[:40])
def test_a_wall_time_is_the_first_valid_moment(zone: str, wall: str, moment: str, why: str) -> None:
    assert resolve_wall(datetime.fromisoformat(wall), zone) == at(moment), why
    assert resolve_wall(datetime.fromisoformat(wall).replace(fold=1), zone) == at(moment)


@pytest.mark.parametrize(("zone", "wall", "moment", "why"), WALL, ids=lambda value: str(value)[:40])
def test_every_rule_agrees_with_it_and_is_due_once(zone: str, wall: str, moment: str, why: str) -> None:
    local = datetime.fromisoformat(wall).replace(microsecond=0, second=0)
    due = resolve_wall(local, zone)
    cron = CronRule(f"{local.minute} {local.hour} {local.day} {local.month} *")
    once = OnceRule(local)
    for rule in (cron, once):
        window = (due - timedelta(days=3), due + timedelta(days=3))
        assert list(between(rule, zone, *window)) == [due]
        assert next_due(rule, zone, due - timedelta(microseconds=1)) == due
        assert latest_due(rule, zone, due) == due
        assert latest_due(rule, zone, due + timedelta(hours=30)) == due
    assert next_due(once, zone, due) is None
    assert latest_due(once, zone, due - timedelta(microseconds=1)) is None


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("Europe/London", "2026-03-28T12:00", ["03-29T01:00", "03-30T00:30", "03-31T00:30"]),
        ("Europe/London", "2026-10-24T12:00", ["10-25T00:30", "10-26T01:30", "10-27T01:30"]),
        ("Europe/Dublin", "2026-10-24T12:00", ["10-25T00:30", "10-26T01:30", "10-27T01:30"]),
    ],
)
def test_half_past_one_every_night_comes_once_a_night(zone: str, start: str, expected: list[str]) -> None:
    end = (at(start) + timedelta(days=3)).isoformat()
    for rule in (CronRule("30 1 * * *"), DailyRule(time(1, 30))):
        assert dues(rule, zone, start, end[:16]) == expected


def test_the_missing_day_in_apia_loses_and_doubles_nothing() -> None:
    evening = DailyRule(time(19, 30))
    assert dues(evening, "Pacific/Apia", "2011-12-28T12:00", "2012-01-02T00:00") == [
        "12-29T05:30",
        "12-30T05:30",
        "12-30T10:00",  # the evening of the day that was not
        "12-31T05:30",
        "01-01T05:30",
    ]
    hourly = dues(CronRule("0 * * * *"), "Pacific/Apia", "2011-12-30T08:30", "2011-12-30T12:30")
    assert hourly == ["12-30T09:00", "12-30T10:00", "12-30T11:00", "12-30T12:00"]
    friday = CronRule("0 12 * * 5")  # the 30th would have been a Friday
    assert dues(friday, "Pacific/Apia", "2011-12-25T00:00", "2012-01-08T00:00") == [
        "12-30T10:00",
        "01-05T22:00",
    ]


def test_a_gap_is_one_moment_and_a_doubled_hour_one_hour() -> None:
    quarter = CronRule("*/15 * * * *")
    spring = dues(quarter, "Europe/London", "2026-03-29T00:40", "2026-03-29T01:20")
    assert spring == ["03-29T00:45", "03-29T01:00", "03-29T01:15"]
    autumn = dues(quarter, "Europe/London", "2026-10-25T00:25", "2026-10-25T02:20")
    assert autumn == ["10-25T00:30", "10-25T00:45", "10-25T02:00", "10-25T02:15"]
    # Asked in the second pass of the hour: what the clock shows again has been.
    assert next_due(quarter, "Europe/London", at("2026-10-25T01:05")) == at("2026-10-25T02:00")
    assert latest_due(quarter, "Europe/London", at("2026-10-25T01:05")) == at("2026-10-25T00:45")


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        ("0 12 29 2 *", "2026-01-01", ["2028-02-29", "2032-02-29"]),
        ("0 12 29 2 *", "2096-03-01", ["2104-02-29", "2108-02-29"]),  # 2100 is no leap year
        ("0 12 31 * *", "2026-01-31T13", ["2026-03-31", "2026-05-31", "2026-07-31"]),
        ("0 12 L * *", "2028-02-01", ["2028-02-29", "2028-03-31"]),
        ("0 12 13 * 5", "2026-02-01", ["2026-02-06", "2026-02-13", "2026-02-20", "2026-02-27", "2026-03-06"]),
        ("0 12 13 * 5", "2026-12-01", ["2026-12-04", "2026-12-11", "2026-12-13", "2026-12-18"]),
        ("0 12 * * 0", "2026-11-20", ["2026-11-22", "2026-11-29"]),
        ("0 12 * * 7", "2026-11-20", ["2026-11-22", "2026-11-29"]),
        ("0 12 * * SUN", "2026-11-20", ["2026-11-22", "2026-11-29"]),
        ("0 12 * * 5-7", "2026-11-20T13", ["2026-11-21", "2026-11-22", "2026-11-27"]),
        ("0 12 */10 * *", "2026-02-01", ["2026-02-01", "2026-02-11", "2026-02-21", "2026-03-01"]),
        ("0 12 1-7 * MON", "2026-12-06", ["2026-12-06", "2026-12-07", "2026-12-14", "2026-12-21"]),
        ("0 12 * 2,8 1#1", "2026-01-01", ["2026-02-02", "2026-08-03"]),
    ],
)
def test_days_of_cron(expression: str, start: str, expected: list[str]) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
    for day in expected:
        found = next_due(CronRule(expression), "UTC", moment)
        assert found is not None
        assert found == at(f"{day}T12:00")
        moment = found


def test_days_of_a_daily_rule_are_iso_days() -> None:
    rule = DailyRule(time(19, 30), frozenset({1, 7}))
    assert dues(rule, "UTC", "2026-11-20T00:00", "2026-12-01T00:00") == [
        "11-22T19:30",
        "11-23T19:30",
        "11-29T19:30",
        "11-30T19:30",
    ]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (CronRule(" 30  19 * * mon "), "cron 30 19 * * mon"),
        (DailyRule(time(7, 5)), "daily 07:05"),
        (DailyRule(time(19, 30), frozenset({7, 1, 4})), "daily 19:30 mon,thu,sun"),
        (OnceRule(datetime.fromisoformat("2026-03-29T01:30")), "once 2026-03-29T01:30:00"),
    ],
)
def test_a_rule_is_stored_as_a_line(rule: Rule, text: str) -> None:
    assert rule_text(rule) == text
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly 19:30",
        "cron",
        "cron * * * *",
        "cron 0 0 0 1 1 *",
        "cron 60 * * * *",
        "cron 0 24 * * *",
        "cron 0 0 30 2 *",
        "cron 0 0 * * 8",
        "cron */0 * * * *",
        "cron 5-1 * * * *",
        "cron 0,5-5/10 * * * *",
        "cron 0 0 * * mon-1/2",
        "cron a b c d e",
        "cron ٣ * * * *",
        "cron @daily",
        "cron " + "1," * 200 + "1 * * * *",
        "daily",
        "daily 25:00",
        "daily 19:30:30",
        "daily 19:30+01:00",
        "daily 19:30 mon,xyz",
        "once tomorrow",
        "once 2026-03-29T01:30+00:00",
    ],
)
def test_what_is_no_rule_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadRule) as caught:
        parse_rule(text)
    assert len(str(caught.value)) > 5
    assert "xyz" not in str(caught.value)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Europe",
        "Mars/Base",
        "../../etc/passwd",
        "/etc/passwd",
        "a\0b",
        "right/UTC",
        "localtime",
        "x" * 999,
    ],
)
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        resolve_wall(datetime.fromisoformat("2026-01-01T00:00"), zone)
    with pytest.raises(UnknownZone):
        next_due(DailyRule(time(1)), zone, at("2026-01-01T00:00"))


def test_aware_and_naive_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="naive"):
        resolve_wall(at("2026-01-01T00:00"), "UTC")
    with pytest.raises(ValueError, match="aware"):
        next_due(DailyRule(time(1)), "UTC", datetime.fromisoformat("2026-01-01T00:00"))


def test_the_calendar_ends() -> None:
    assert next_due(DailyRule(time(23, 30)), "America/New_York", at("9999-12-31T23:45")) is None
    assert latest_due(DailyRule(time(1)), "Asia/Tokyo", at("0001-01-01T00:00")) is None
