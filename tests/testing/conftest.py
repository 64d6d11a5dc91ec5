import pytest

from bot.testing.chat import Chat


@pytest.fixture
async def garden(tmp_path, monkeypatch):
    """A conversation with the toy cog beside this file."""
    async with await Chat.open(tmp_path / "hearth", cogs=["toys.garden"]) as conversation:
        yield conversation
