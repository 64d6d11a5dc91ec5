"""Editing, pausing and taking back a schedule, on the day itself, before and after the post."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.scheduling.due import BadRule, UnknownZone

from .conftest import Process
from .world import at, wanted

NAME = "s/checkins/evening"


async def posted_today(process: Process, rule: str = "daily 19:30", zone: str = "UTC") -> None:
    """The schedule stands, its slot of the 20th was posted on time, and it is eight in the evening."""
    await process.dispatcher.replan("s/", [wanted(rule, zone)])
    await process.dispatcher.pass_time(at("2026-11-20T20:00"), process.time.set)
    assert [due for due, _ in process.posts] == ["11-20T19:30"]


async def rest_of(process: Process, until: str) -> list[str]:
    """Everything posted from now until then."""
    already = len(process.posts)
    await process.dispatcher.pass_time(at(until), process.time.set)
    return [due for due, _ in process.posts[already:]]


@pytest.mark.parametrize(
    ("rule", "zone", "then"),
    [
        ("daily 19:30", "UTC", ["11-21T19:30"]),
        ("daily 21:00", "UTC", ["11-21T21:00"]),  # later the same day: the day had its post
        ("daily 18:00", "UTC", ["11-21T18:00"]),
        ("cron 0 21 * * *", "UTC", ["11-21T21:00"]),
        ("daily 19:30", "America/New_York", ["11-22T00:30"]),  # half past seven on the 21st over there
        ("daily 19:30", "Pacific/Auckland", ["11-21T06:30"]),  # where the 21st has long begun
        ("daily 21:00 fri", "UTC", []),
        ("daily 21:00 sat", "UTC", ["11-21T21:00"]),
        ("cron 0 9,21 * * *", "UTC", ["11-20T21:00", "11-21T09:00", "11-21T21:00"]),  # several a day go on
        ("cron 30 19,22 * * *", "UTC", ["11-20T22:30", "11-21T19:30"]),
        ("once 2026-11-20T21:00:00", "UTC", ["11-20T21:00"]),  # a moment that was named is meant
        ("once 2026-11-20T19:00:00", "UTC", []),
    ],
)
@pytest.mark.parametrize("restart", [False, True])
async def test_edited_after_the_post(
    process: Process, rule: str, zone: str, then: list[str], restart: bool
) -> None:
    await posted_today(process)
    await process.dispatcher.replan("s/", [wanted(rule, zone)])
    if restart:
        process.time.set(at("2026-11-20T20:10"))
        await process.start().replan("s/", [wanted(rule, zone)])
    end = "2026-11-22T01:00" if zone == "America/New_York" else "2026-11-21T22:00"
    assert await rest_of(process, end) == then


@pytest.mark.parametrize(
    ("rule", "zone", "then"),
    [
        ("daily 21:00", "UTC", ["11-20T21:00"]),
        ("daily 17:00", "UTC", []),  # past already: nothing is made up for
        ("daily 19:30", "Europe/Berlin", ["11-20T18:30"]),
        ("daily 19:30", "Europe/Istanbul", []),  # half past seven has been, ninety minutes ago
    ],
)
async def test_edited_before_the_post(process: Process, rule: str, zone: str, then: list[str]) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    process.time.set(at("2026-11-20T18:00"))
    await process.dispatcher.replan("s/", [wanted(rule, zone)])
    assert await rest_of(process, "2026-11-20T23:00") == then


async def test_edited_and_edited_back(process: Process) -> None:
    await posted_today(process)
    for rule in ("daily 21:00", "daily 19:30", "daily 20:30", "daily 19:30"):
        await process.dispatcher.replan("s/", [wanted(rule)])
    assert await rest_of(process, "2026-11-21T22:00") == ["11-21T19:30"]


@pytest.mark.parametrize(
    ("paused", "resumed", "then"),
    [
        ("18:30", "19:00", ["11-20T19:30"]),
        ("18:30", "19:31", []),  # resumed past the hour: the slot is not made up for
        ("19:31", "19:32", []),
        ("19:29", "21:00", []),
    ],
)
async def test_paused_and_resumed(process: Process, paused: str, resumed: str, then: list[str]) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    before = await rest_of(process, f"2026-11-20T{paused}")
    await process.dispatcher.remove(NAME)
    assert await rest_of(process, f"2026-11-20T{resumed}") == []
    await process.start().add(wanted("daily 19:30"))
    assert await rest_of(process, "2026-11-20T23:00") == [due for due in then if due not in before]
    assert await rest_of(process, "2026-11-21T23:00") == ["11-21T19:30"]


async def test_a_clock_set_back_and_a_new_start_repeat_nothing(process: Process) -> None:
    await posted_today(process)
    await process.dispatcher.remove("s/")
    process.time.set(at("2026-11-20T18:00"))
    await process.start().replan("s/", [wanted("daily 19:30")])
    assert await rest_of(process, "2026-11-20T23:00") == []


async def test_an_edit_after_a_post_by_a_wrong_clock_starts_at_once(process: Process) -> None:
    process.time.set(at("2036-11-20T19:00"))
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    await process.dispatcher.pass_time(at("2036-11-20T20:00"), process.time.set)
    process.time.set(at("2026-11-20T18:00"))
    await process.start().replan("s/", [wanted("daily 21:00")])
    assert process.ledger.dues() == ["2026-11-20T21:00"]


async def test_unchanged_rows_survive_an_edit_of_others(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30"), wanted("daily 08:00", name="s/other")])
    await process.dispatcher.replan("t/", [wanted("daily 19:30", name="t/elsewhere")])
    process.time.set(at("2026-11-20T19:40"))  # due, not yet sent
    await process.dispatcher.replan(
        "s/", [wanted("daily 19:30", grace=30), wanted("daily 09:00", name="s/new")]
    )
    assert process.ledger.dues() == ["2026-11-20T19:30", "2026-11-20T19:30", "2026-11-21T09:00"]
    await process.dispatcher.tick()
    assert sorted(process.room.names) == [NAME, "t/elsewhere"]


async def test_adding_one_leaves_its_namesakes_alone(process: Process) -> None:
    await process.dispatcher.add(wanted("daily 19:30", name="s/a"), wanted("daily 19:40", name="s/ab"))
    await process.dispatcher.add(wanted("daily 19:50", name="s/a"))
    assert process.ledger.dues() == ["2026-11-20T19:40", "2026-11-20T19:50"]
    await process.dispatcher.add(wanted("once 2026-11-19T17:00:00", name="s/a"))
    assert process.ledger.dues() == ["2026-11-20T19:40"]


async def test_what_is_to_happen_at_once_happens_once(process: Process) -> None:
    now = process.time.now.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    at_once = wanted(f"once {now.isoformat()}", name="s/a")
    late = wanted(f"once {(now - timedelta(days=2)).isoformat()}", name="s/b")
    await process.dispatcher.replan("s/", [at_once, late])
    await process.dispatcher.tick()
    assert len(process.posts) == 1
    await process.dispatcher.replan("s/", [at_once, late])
    await process.dispatcher.tick()
    assert len(process.posts) == 1


async def test_a_bad_plan_changes_nothing(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30")])
    good = wanted("daily 21:00")
    for bad in ([good, good], [wanted("daily 21:00", name="t/outside")]):
        with pytest.raises(ValueError, match="unique"):
            await process.dispatcher.replan("s/", bad)
    with pytest.raises(UnknownZone):
        await process.dispatcher.replan("s/", [good, wanted("daily 21:00", "Mars/Base", name="s/b")])
    broken = wanted("daily 21:00", name="s/b")
    object.__setattr__(broken, "rule", "weekly")
    with pytest.raises(BadRule):
        await process.dispatcher.replan("s/", [good, broken])
    assert process.ledger.dues() == ["2026-11-20T19:30"]


async def test_a_rule_that_can_no_longer_be_read_stops_nobody(process: Process) -> None:
    await process.dispatcher.replan("s/", [wanted("daily 19:30"), wanted("daily 19:30", name="s/z")])
    (row,) = await process.ledger.rows(NAME)
    object.__setattr__(row, "zone", "Mars/Base")
    await process.ledger.upsert_due([row])
    await process.dispatcher.pass_time(at("2026-11-21T20:00"), process.time.set)
    assert process.room.names == [NAME, "s/z", "s/z"]


async def test_what_a_person_owns_is_in_no_repr(process: Process) -> None:
    private = wanted("daily 19:30", name="s/@anna:example.org")
    await process.dispatcher.add(private)
    (row,) = await process.ledger.rows()
    assert "anna" not in repr(private) + repr(row)
    assert "room" not in repr(row)
    assert row.due - timedelta(minutes=90) == at("2026-11-20T18:00")
