"""Discord away, late, doubled or in trouble, with people in mid-sentence: nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer

from .house import House
from .news import until

CALLBACK = "POST /interactions/*/callback"
POST = "POST /channels/*/messages"
PROMPT = 'id: evening, at: "19:00"'


@pytest.fixture
async def house(server: DiscordServer, tmp_path: Path, clock: Clock) -> Any:
    house = House(server, tmp_path, clock, PROMPT)
    await house.start()
    yield house
    server.faults.clear()
    await house.stop()


async def asked(house: House) -> None:
    """Let the evening's prompt come."""
    house.set("2026-11-20T19:00")
    await house.tick()
    assert len(house.posts) == 1


# --- the same thing twice ---------------------------------------------------------------------------------


async def test_an_event_delivered_twice_is_one_checkin_and_one_thank_you(house: House) -> None:
    opened = await house.ana.slash(house.guild, "checkin", deliveries=2)
    await opened.answered()
    sent = await house.fill(house.ana, opened, "once", deliveries=2)
    assert await house.notes(house.ana) == ["once"]
    assert len(sent.messages) == 1
    assert house.entries == 1


async def test_an_event_that_comes_again_after_a_restart_changes_nothing(house: House) -> None:
    opened = await house.ana.slash(house.guild, "checkin")
    await opened.answered()
    sent = await house.fill(house.ana, opened, "once")
    await house.again()
    house.server.deliver(sent)  # a session that was resumed elsewhere, a proxy that repeats itself
    assert await house.notes(house.ana) == ["once"]
    assert len(sent.messages) == 1


async def test_a_double_press_within_five_milliseconds(house: House) -> None:
    await asked(house)
    (prompt,) = house.posts
    tap = prompt.labels[1]
    presses = await asyncio.gather(*(house.ana.press(prompt, tap) for _ in range(2)))
    for one in presses:
        await one.answered()
    assert house.entries == 1
    assert "Kept" in presses[0].text
    shares = await asyncio.gather(
        *(house.ana.press(presses[0].message, "Show the group, under my name") for _ in "12")
    )
    for one in shares:
        await one.answered()
    await until(lambda: len(house.posts) >= 2)
    assert [one.text.count("shares how it is") for one in house.posts] == [0, 1]
    assert house.entries == 1


# --- the gateway --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["close", "abort", "reconnect", "invalid"])
@pytest.mark.usefixtures("drawn")
async def test_what_is_pressed_while_the_gateway_is_away_is_kept_once_when_it_is_back(
    house: House, how: Any
) -> None:
    await asked(house)
    (prompt,) = house.posts
    house.server.gateway.accepting = False
    resumes = house.server.gateway.resumes
    await house.server.drop_gateway(how=how)
    pressed = await house.ana.press(prompt, prompt.labels[0])
    house.server.gateway.accepting = True
    await house.server.until(lambda: house.server.gateway.resumes > resumes, 30)
    # Discord replays it: it is stored, and once, even where the answer may come too late to be seen.
    await until(lambda: house.entries == 1)
    again = await house.ana.press(prompt, prompt.labels[0])
    await again.answered()
    assert house.entries == 1
    assert pressed.delivered == 1


async def test_ready_twice_and_a_session_that_is_lost(house: House, long: bool) -> None:
    await asked(house)
    (prompt,) = house.posts
    for _ in range(3 if long else 1):
        await house.server.drop_gateway(resumable=False)
        await house.server.until(lambda: not house.server.gateway.connected())
        await house.server.connected(timeout=30)
    assert house.server.gateway.identifies > 1
    pressed = await house.ana.press(prompt, prompt.labels[0])
    await pressed.answered()
    house.set("2026-11-21T19:00")
    await house.settled()
    assert house.posted == ["2026-11-20T19:00", "2026-11-21T19:00"]
    assert house.entries == 1
    assert house.results == ["sent", "sent"]


async def test_a_prompt_due_while_the_gateway_is_away_is_posted_all_the_same(house: House) -> None:
    house.server.gateway.accepting = False
    await house.server.drop_gateway(how="abort")
    house.set("2026-11-20T19:00")
    await house.settled()
    assert house.posted == ["2026-11-20T19:00"]
    house.server.gateway.accepting = True
    await house.server.connected(timeout=30)
    assert len(house.posts) == 1


# --- answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "before"},
        {"drop": "after"},
        {"drop": "after", "times": 2},
        {"status": 500},
        {"status": 503, "times": 2},
        {"status": 429, "retry_after": 0.3},
    ],
    ids=str,
)
@pytest.mark.usefixtures("drawn")
async def test_an_answer_in_trouble_is_one_checkin_and_one_thank_you(house: House, fault: Any) -> None:
    opened = await house.ana.slash(house.guild, "checkin")
    await opened.answered()
    struck = house.server.fail_next(CALLBACK, **fault)
    sent = await house.fill(house.ana, opened, "once")
    await until(lambda: struck not in house.server.faults.waiting)
    assert await house.notes(house.ana) == ["once"]
    assert len(sent.messages) == 1


async def test_an_answer_that_never_gets_through_leaves_what_was_kept_kept(house: House) -> None:
    await asked(house)
    (prompt,) = house.posts
    house.server.fail_next(CALLBACK, drop="before", times=50)
    pressed = await house.ana.press(prompt, prompt.labels[0])
    await until(lambda: house.entries == 1)
    house.server.faults.clear()
    # Nobody told ana, so she taps again: that is the same answer.
    again = await house.ana.press(prompt, prompt.labels[0])
    await again.answered()
    assert "Changed" in again.text
    assert house.entries == 1
    assert not pressed.messages or pressed.message.ephemeral


# --- scheduled posts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "before"},
        {"drop": "before", "times": 2},
        {"drop": "after"},
        {"drop": "after", "times": 2},
        {"status": 500, "times": 2},
        {"status": 502, "times": 4},
        {"status": 429, "retry_after": 1.5},
        {"status": 429, "retry_after": 1.5, "overall": True},
    ],
    ids=str,
)
@pytest.mark.usefixtures("drawn")
async def test_a_post_in_trouble_comes_once(house: House, fault: Any) -> None:
    house.server.fail_next(POST, **fault)
    house.set("2026-11-20T19:00")
    await until(lambda: house.results == ["sent"], 30)
    assert house.posted == ["2026-11-20T19:00"]
    times = house.server.stats.times["POST /channels/{channel_id}/messages"]
    assert len(times) <= 1 + fault.get("times", 1)
    if "retry_after" in fault:
        assert times[1] - times[0] >= 1.5  # as long as Discord asked, and no knocking in between


async def test_a_limit_of_two_minutes_at_the_due_instant(house: House, long: bool) -> None:
    """The prompt waits as long as it was told; the room's people and `/crisis` wait for nothing."""
    seconds = 120.0 if long else 3.0
    house.server.fail_next(POST, 429, retry_after=seconds)
    house.set("2026-11-20T19:00")
    await house.tick()
    for _ in range(5):
        called = await house.ana.slash(house.guild, "crisis")
        await called.answered()
        assert "116 123" in called.text
    await house.check_in(house.ben, "meanwhile")
    assert house.posts == []
    assert house.results == ["claimed"]
    await until(lambda: house.results == ["sent"], seconds + 30)
    times = house.server.stats.times["POST /channels/{channel_id}/messages"]
    assert len(times) == 2
    assert times[1] - times[0] >= seconds
    assert len(house.posts) == 1


async def test_a_restart_while_discord_says_to_wait_posts_once(house: House) -> None:
    house.server.fail_next(POST, 429, retry_after=120)
    house.set("2026-11-20T19:00")
    await house.tick()
    await house.crash()
    house.server.fail_next(POST, 429, retry_after=1.2)
    await house.start()
    await until(lambda: house.results == ["sent"], 30)
    assert len(house.posts) == 1
