"""A cog that takes its time, falls over, and rings a bell soon after the start."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import signal

from bot.sdk import Cog, Context, Once, Planned, Planning, Post, Slot, View

GATE = signal.SIGUSR1
"""For what `dawdle` waits."""
SECRET = "what a member wrote"


class Porch:
    def __init__(self, supplies: object) -> None:
        self.opened = asyncio.Event()
        self.clinging: asyncio.Task[None] | None = None


cog = Cog("porch", service=Porch, stores=False)


@cog.command(private=True, slow=True)
async def dawdle(ctx: Context[Porch]) -> View:
    """Answer when the gate opens: by a signal."""
    await ctx.service.opened.wait()
    return View("dawdled")


@cog.command(private=True)
async def stumble(ctx: Context[Porch]) -> View:
    """Fall over."""
    raise RuntimeError(SECRET)


async def _clinging() -> None:
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


@cog.command(private=True)
async def cling(ctx: Context[Porch]) -> View:
    """Leave something behind that never ends."""
    ctx.service.clinging = asyncio.create_task(_clinging())
    return View("dawdled")


async def _soon(planning: Planning[Porch]) -> list[Planned]:
    asyncio.get_running_loop().add_signal_handler(GATE, planning.service.opened.set)
    at = (planning.now + datetime.timedelta(seconds=2)).replace(tzinfo=None, microsecond=0)
    return [Planned("bell", Once(at), "UTC")]


@cog.schedule(_soon)
async def bell(ctx: Context[Porch], slot: Slot) -> Post:
    return Post(ctx.room("#evening"), View("rings"))
