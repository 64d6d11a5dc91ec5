"""What Hearth does once it serves: memory is looked after again, and people come before housekeeping."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from bot import serving
from bot.app import App

from .test_whatever_breaks import config


class Coming:
    """A platform that is connected when the test says so."""

    name = "coming"

    def __init__(self) -> None:
        self.asked, self.there = asyncio.Event(), asyncio.Event()

    @property
    def connected(self) -> bool:
        return self.there.is_set()

    async def until_connected(self) -> None:
        self.asked.set()
        await self.there.wait()


async def test_the_collector_works_again_while_hearth_serves(tmp_path: Path) -> None:
    gc.disable()  # as `hearth run` starts
    try:
        app = await App.open(config(tmp_path / "home"), environ={})
        try:
            await app.run()  # ends at once: there is no platform to serve
            assert gc.isenabled()
        finally:
            await app.close()
    finally:
        gc.enable()


async def test_housekeeping_waits_until_every_platform_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_SETTLES", 0.0)
    monkeypatch.setattr(serving, "_MOST", 60.0)
    first, second = Coming(), Coming()
    settled = asyncio.create_task(serving.until_settled([first, second]))  # type: ignore[list-item]  # all that is asked of them
    async with asyncio.timeout(10):
        for one in (first, second):
            await one.asked.wait()
            assert not settled.done()
            one.there.set()
        await settled


async def test_housekeeping_does_not_wait_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_SETTLES", 0.0)
    monkeypatch.setattr(serving, "_MOST", 0.0)
    never = Coming()
    await serving.until_settled([never])  # type: ignore[list-item]  # all that is asked of it
    assert not never.connected
