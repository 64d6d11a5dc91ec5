"""Waiting for what nothing tells of."""

from __future__ import annotations

import asyncio

import pytest

from bot.testing.turns import until


async def test_what_changes_in_a_turn_of_the_loop_is_seen_without_waking_it() -> None:
    done: list[str] = []
    looks: list[bool] = []

    def first() -> bool:
        looks.append("first" in done)
        return looks[-1]

    waiting = asyncio.gather(until(first), until(lambda: "second" in done))
    asyncio.get_running_loop().call_later(0.05, done.append, "second")
    await asyncio.to_thread(done.append, "first")
    await waiting
    assert looks[-1]
    assert len(looks) < 15, "it looks after what happens, not every few milliseconds"


async def test_what_looking_raises_is_raised() -> None:
    found: dict[str, bool] = {}
    asyncio.get_running_loop().call_soon(found.update, {"here": True})
    with pytest.raises(KeyError):
        await until(lambda: found and found["there"])


async def test_it_does_not_wait_for_good() -> None:
    with pytest.raises(TimeoutError):
        await until(lambda: False, 0.0)
