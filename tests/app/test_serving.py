"""What Hearth does once it serves: memory is looked after again, and people come before housekeeping."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from bot import serving
from bot.app import App

from .test_whatever_breaks import config


class Coming:
    """A platform that is connected when it was asked so often."""

    name = "coming"

    def __init__(self, looks: int) -> None:
        self.left = looks

    @property
    def connected(self) -> bool:
        self.left -= 1
        return self.left < 0


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
    monkeypatch.setattr(serving, "_LOOK", 0.0)
    monkeypatch.setattr(serving, "_SETTLES", 0.0)
    coming = [Coming(3), Coming(0)]
    await serving.until_settled(coming)  # type: ignore[arg-type]  # all that is asked of them
    assert coming[0].left < 0


async def test_housekeeping_does_not_wait_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LOOK", "_SETTLES", "_MOST"):
        monkeypatch.setattr(serving, name, 0.0)
    never = Coming(10**9)
    await serving.until_settled([never])  # type: ignore[list-item]  # all that is asked of it
    assert never.left > 0
