from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.testing.discord_server import DiscordServer


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """The stand-in; at the end nothing may have been sent that Discord's documents forbid."""
    async with DiscordServer.running(check_answers=True) as server:
        yield server
        assert [str(one) for one in server.violations] == []
        assert server.unsupported == []
