"""`hearth run` in a process of its own, on the Discord stand-in of the test."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from bot.testing.discord_server import DiscordServer
from bot.testing.discord_server.state import Guild

ROOT = Path(__file__).parents[2]
COGS = "[crisis, checkins, privacy, help, tests.operations.porch]"


class Process:
    """A running `hearth run`, its log as it comes, and where it answers for its health."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path, port: int) -> None:
        self.process = process
        self.home = home
        self.port = port
        self.lines: list[str] = []
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for raw in self.process.stderr:
            self.lines.append(raw.decode().rstrip())
            self._more.set()
        self._more.set()

    @property
    def log(self) -> list[dict[str, Any]]:
        """Every line written so far, each a JSON object."""
        return [json.loads(line) for line in self.lines]

    async def logged(self, words: str, since: int = 0) -> dict[str, Any]:
        """The first line, after so many, whose message holds these words, waited for."""
        async with asyncio.timeout(20):
            while True:
                self._more.clear()
                for line in self.log[since:]:
                    if words in line["message"]:
                        return line
                assert not self._reading.done(), f"it ended without saying {words!r}: {self.lines}"
                await self._more.wait()

    async def asked(self, path: str) -> tuple[int, str]:
        """Status and body of what it tells about its health."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}{path}") as answer,
        ):
            return answer.status, await answer.text()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def ended(self, within: float = 10.0) -> int:
        """The exit code; TimeoutError unless it ends in time."""
        code = await asyncio.wait_for(self.process.wait(), within)
        await self._reading
        return code


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def configured(folder: Path, guild: Guild, port: int) -> Path:
    """A config for one community on the stand-in."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "space.yaml").write_text(
        "name: Evening circle\nzone: Europe/London\ncountry: GB\n"
        'groups:\n  evening: {name: Evening, room: "#evening"}\n'
    )
    config = folder / "config.yaml"
    config.write_text(
        f"home: state\ndiscord: {{token_env: HEARTH_DISCORD_TOKEN}}\ncogs: {COGS}\n"
        f"spaces: {{circle: {{profile: space.yaml, discord: {guild.id}}}}}\nhealth: {{port: {port}}}\n"
    )
    return config


@contextlib.asynccontextmanager
async def hearth_run(
    server: DiscordServer, guild: Guild, folder: Path, *, connected: bool = True, **environ: str
) -> AsyncIterator[Process]:
    """Start it; at the end it is killed if it still runs."""
    port = free_port()
    config = configured(folder, guild, port)
    env = {name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")}
    env |= {"PYTHONPATH": str(ROOT), "HEARTH_DISCORD_TOKEN": server.token} | environ
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.operations.pointed", server.url, "run", "--config", str(config),
        cwd=ROOT, env=env, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    process = Process(started, folder / "state", port)
    try:
        if connected:
            await asyncio.wait_for(_until_usable(server, process), 30)
        yield process
    except BaseException:
        print(*process.lines, sep="\n")  # for whoever reads why a test failed
        raise
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()
        await process._reading


async def _until_usable(server: DiscordServer, process: Process) -> None:
    waiting = asyncio.create_task(_usable(server))
    ended = asyncio.create_task(process.process.wait())
    await asyncio.wait({waiting, ended}, return_when=asyncio.FIRST_COMPLETED)
    assert waiting.done(), process.lines
    ended.cancel()


async def _usable(server: DiscordServer) -> None:
    await server.connected(1, 30)
    await server.until(lambda: server.global_commands, 30)
