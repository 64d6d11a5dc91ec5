"""What the faces on real platforms share: the whole, connected, and what can be pressed there."""

from __future__ import annotations

import asyncio
import contextlib

from bot.app import App
from bot.platforms.terminal import Seen
from bot.sdk.ports import Connects

from .turns import PATIENCE


class Moored(App):
    """The whole, connected; closing it leaves the platform's people and rooms for a restart."""

    moorings: contextlib.AsyncExitStack

    async def close(self) -> None:
        """Disconnect, then close the database."""
        await self.moorings.aclose()
        await super().close()


async def until_connected(platform: Connects, running: asyncio.Task[None]) -> None:
    """Wait until a platform that runs hears people. Raises TimeoutError, or what ended it before."""
    waiting = asyncio.create_task(platform.until_connected())
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if running.done():
        await running


def labels_of(message: Seen) -> list[str]:
    """What can be pressed or chosen there, in order."""
    if message.form is not None and message.form.choices:
        return list(message.form.choices)
    return [button.label for button in message.buttons if button.token is not None]
