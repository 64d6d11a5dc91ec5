"""What the faces on real platforms share: the whole, connected, and what can be pressed there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from bot.app import App
from bot.platforms.terminal import Seen

_PATIENCE = 20.0


class Moored(App):
    """The whole, connected; closing it leaves the platform's people and rooms for a restart."""

    moorings: contextlib.AsyncExitStack

    async def close(self) -> None:
        """Disconnect, then close the database."""
        await self.moorings.aclose()
        await super().close()


def labels_of(message: Seen) -> list[str]:
    """What can be pressed or chosen there, in order."""
    if message.form is not None and message.form.choices:
        return list(message.form.choices)
    return [button.label for button in message.buttons if button.token is not None]


async def until(true: Callable[[], object]) -> None:
    """Wait for something inside this process that nothing tells of. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE):
        while not true():  # noqa: ASYNC110 - the platforms have no events for tests to wait on
            await asyncio.sleep(0.005)
