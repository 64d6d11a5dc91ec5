"""Storage that cannot be opened at the start, and can a moment later."""

from __future__ import annotations

import asyncio
import itertools
import signal
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from bot.app import App
from bot.cli import running
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform
from bot.storage.errors import AlreadyRunning
from bot.testing.discord_server import DiscordServer

from .pointed import OPENED
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


async def test_it_ends_when_told_to_while_it_tries_to_open_its_database(
    server: DiscordServer, tmp_path: Path
) -> None:
    """What is half open would keep the process from ending."""
    guild = server.add_guild("Harbour", ["evening"])
    async with hearth_run(server, guild, tmp_path) as process:
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    other = sqlite3.connect(tmp_path / "state" / "hearth.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        async with hearth_run(server, guild, tmp_path) as process:
            await process.logged("everybody who needs more than /crisis is turned away")
            await process.logged(OPENED, since=len(process.lines))
            process.tell(signal.SIGTERM)
            assert await process.ended() == 0
    finally:
        other.close()


def _serves(lines: list[str]) -> bool:
    return sum("State is kept in" in line for line in lines) == 2


async def test_the_key_put_back_is_enough(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    async with hearth_run(server, guild, tmp_path) as process:
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    key = tmp_path / "state" / "master.key"
    kept = key.read_bytes()
    key.rename(tmp_path / "aside")
    async with hearth_run(server, guild, tmp_path) as process:
        await process.logged("everybody who needs more than /crisis is turned away")
        (tmp_path / "aside").rename(key)
        await process.logged("Storage can be opened again")
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    assert key.read_bytes() == kept


async def test_another_process_that_took_the_database_meanwhile_ends_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would answer the same people. A restore has the database for a moment only: that is waited for."""
    config = _circle(tmp_path, monkeypatch)
    other = await App.open(config, environ={})
    waiting = asyncio.create_task(running._reopened(config, ""))
    with pytest.raises(AlreadyRunning):
        await waiting
    monkeypatch.setattr(running, "_AGAIN", 0.2)
    waiting = asyncio.create_task(running._reopened(config, ""))
    await asyncio.sleep(0)
    await other.close()
    app = await waiting
    assert app.trouble is None
    await app.close()


async def test_nothing_stays_half_open_wherever_it_is_told_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _circle(tmp_path, monkeypatch)
    for connection in itertools.chain(range(6), itertools.count(6, 6)):
        ended = await _ended_at(connection, config)
        # Whoever comes next finds the lock free.
        app = await App.open(config, platforms=[TerminalPlatform(tmp_path / "files")], environ={})
        assert app.trouble is None
        await app.close()
        if not ended:
            break
    assert connection > 20, "it was open before it was told to end"


async def _ended_at(number: int, config: OperatorConfig) -> bool:
    """Open everything, and end that as soon as the nth connection to a database is in use (0: before it has
    begun). Whether it got so far."""
    loop = asyncio.get_running_loop()
    opening = asyncio.create_task(running._reopened(config, ""))
    numbers = itertools.count(1)

    def used(*_: object) -> None:
        if next(numbers) == number:
            loop.call_soon_threadsafe(opening.cancel)

    event.listen(Pool, "checkout", used)
    try:
        if not number:
            opening.cancel()
        app = await opening
    except asyncio.CancelledError:
        return True
    finally:
        event.remove(Pool, "checkout", used)
    await app.close()
    return False


def _circle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> OperatorConfig:
    """A community in the terminal, whose Hearth tries again without a pause."""
    monkeypatch.setattr(running, "_AGAIN", 0.0)
    monkeypatch.setattr(running, "platforms_of", lambda config, shards: [TerminalPlatform(folder / "files")])
    (folder / "space.yaml").write_text("name: Evening circle\nzone: Europe/London\ncountry: GB\n")
    space = Space(profile=folder / "space.yaml", terminal=True)
    return OperatorConfig(home=folder / "home", spaces={"circle": space})
