from collections.abc import AsyncIterator

import pytest

from bot.testing.chat import Chat
from bot.testing.discord_server import DiscordServer


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer.running(check_answers=True) as server:
        yield server
    assert "\n".join(str(one) for one in server.misspoken) == ""


@pytest.fixture
async def garden(tmp_path, monkeypatch):
    """A conversation with the toy cog beside this file."""
    async with await Chat.open(tmp_path / "hearth", cogs=["toys.garden"]) as conversation:
        yield conversation
