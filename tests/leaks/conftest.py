from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.testing.discord_server import DiscordServer


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """The stand-in, for a Hearth in a process of its own."""
    async with DiscordServer.running(rate_limits=False) as server:
        yield server
        assert [str(one) for one in server.violations] == []
