"""A cog that takes its time, falls over, and rings a bell soon after the start."""

from __future__ import annotations

import asyncio
import datetime
import os
from pathlib import Path

from bot.sdk import Cog, Context, Once, Planned, Planning, Post, Slot, View

GATE = "HEARTH_TEST_GATE"
"""The variable that names the file for which `dawdle` waits."""
SECRET = "what a member wrote"


class Porch:
    def __init__(self, supplies: object) -> None:
        pass


cog = Cog("porch", service=Porch, stores=False)


@cog.command(private=True, slow=True)
async def dawdle(ctx: Context[Porch]) -> View:
    """Answer when the gate opens."""
    gate = Path(os.environ[GATE])
    while not gate.exists():
        await asyncio.sleep(0.02)
    return View("dawdled")


@cog.command(private=True)
async def stumble(ctx: Context[Porch]) -> View:
    """Fall over."""
    raise RuntimeError(SECRET)


async def _soon(planning: Planning[Porch]) -> list[Planned]:
    at = (planning.now + datetime.timedelta(seconds=2)).replace(tzinfo=None, microsecond=0)
    return [Planned("bell", Once(at), "UTC")]


@cog.schedule(_soon)
async def bell(ctx: Context[Porch], slot: Slot) -> Post:
    return Post(ctx.room("#evening"), View("rings"))
