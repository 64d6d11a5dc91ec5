"""Storage that cannot be opened at the start, and can a moment later."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

from bot.testing.discord_server import DiscordServer

from .running import hearth_run


async def test_hearth_serves_everything_once_its_database_is_free(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth_run(server, guild, tmp_path) as process:
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    other = sqlite3.connect(tmp_path / "state" / "hearth.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with hearth_run(server, guild, tmp_path) as process:
        await process.logged("everybody who needs more than /crisis is turned away")
        status, words = await process.asked("/healthz")
        assert (status, "crisis-only" in words) == (503, True)
        asked = await ana.slash(guild, "crisis")
        await asked.answered(30)
        assert "116 123" in asked.text
        other.execute("ROLLBACK")
        other.close()
        await process.logged("Storage can be opened again")
        await server.until(lambda: len(server.gateway.connected()) == 1 and _serves(process.lines), 30)
        opened = await ana.slash(guild, "privacy")
        await opened.answered(30)
        assert "what I keep about you" in opened.text
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0


def _serves(lines: list[str]) -> bool:
    return sum("State is kept in" in line for line in lines) == 2
