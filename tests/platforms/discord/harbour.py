"""Hearth on the Discord stand-in, started and stopped as a process would be."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.discord.platform import DiscordPlatform
from bot.testing.discord_server import DiscordServer, point_discord_py_at
from bot.testing.furnished import furnish
from bot.testing.moored import until_connected
from bot.testing.turns import until

GARDEN = "tests.platforms.discord.garden"
WALL = "tests.testing.toys.wall"


class Vault:
    """Bytes by name, in memory: what the app keeps in its database."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    async def load(self, name: str) -> bytes | None:
        return self.blobs.get(name)

    async def save(self, blobs: Any) -> None:
        self.blobs.update({name: one for name, one in blobs.items() if one is not None})


class Hearth:
    """Hearth, running."""

    def __init__(self, app: App, platform: DiscordPlatform, task: asyncio.Task[None]) -> None:
        self.app = app
        self.platform = platform
        self.task = task

    @property
    def garden(self) -> Any:
        return self.app.catalogue.cogs["garden"].service


@contextlib.asynccontextmanager
async def hearth(
    server: DiscordServer,
    folder: Path,
    *,
    cogs: Sequence[str] = ("crisis", GARDEN),
    spaces: dict[str, Space] | None = None,
    registered: bool = True,
    **options: Any,
) -> AsyncIterator[Hearth]:
    """Hearth, connected; with `registered`, its commands are offered already."""
    config = OperatorConfig(home=folder / "home", cogs=tuple(cogs), spaces=spaces or {})
    platform = DiscordPlatform(server.token, **options)
    await furnish(config)
    app = await App.open(config, platforms=[platform], environ={})
    assert not app.broken
    with point_discord_py_at(server):
        task = asyncio.create_task(platform.run(app.pipeline))
        try:
            await until_connected(platform, task)
            if registered:
                await until(lambda: platform._registered)
            yield Hearth(app, platform, task)
        finally:
            await platform.stop()
            try:
                await asyncio.wait_for(task, 10)
            finally:
                await app.close()
