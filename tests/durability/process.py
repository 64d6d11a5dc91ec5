"""`hearth run` in a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.testing.discord_server import DiscordServer
from bot.testing.discord_server.state import Guild

from .news import tell, until

ROOT = Path(__file__).parents[2]
COGS = "[crisis, checkins, privacy, help, tests.durability.bell]"


ALL_TOLD = "that is all that goes on"
"""The last line of what a process says about itself: see `tests.durability.pointed`."""

_all: list[Command] = []


async def end_all() -> None:
    """Kill what still runs, however a test ended."""
    while _all:
        one = _all.pop()
        if one.running:
            await Command.kill(one)


async def _listen(said: asyncio.StreamReader) -> None:
    """Each time that a process uses its database it says so: see `tests.durability.pointed`."""
    while await said.read(4096):
        tell()


class Command:
    """One `hearth run` after another, on the same files. `log` keeps what all of them wrote."""

    def __init__(
        self,
        folder: Path,
        config: str,
        profile: str,
        environ: dict[str, str],
        *,
        discord: str = "http://127.0.0.1:9",
        before: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.log = folder / "log"
        self.ahead = folder / "ahead"
        """How many seconds its clock is ahead."""
        self._discord = discord
        self._before = tuple(before)
        self._process: asyncio.subprocess.Process | None = None
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")}
        self._environ |= {"PYTHONPATH": str(ROOT)} | environ
        folder.mkdir(parents=True, exist_ok=True)
        self.ahead.write_text("0")
        (folder / "space.yaml").write_text(profile)
        self.config = folder / "config.yaml"
        self.config.write_text(config)
        _all.append(self)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, whether it gets anywhere or not."""
        assert not self.running
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._before, sys.executable, "-m", "tests.durability.pointed", self._discord,
                str(self.ahead), "run", "--config", str(self.config),
                cwd=ROOT, env=self._environ, stderr=log, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self._process.stdout is not None
        self._listening = asyncio.create_task(_listen(self._process.stdout))

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.tell(signal.SIGTERM)
        return await self.ended(20)

    async def ended(self, within: float) -> int:
        """The exit code. Where it does not end in time, that fails with what it is doing instead."""
        assert self._process is not None
        try:
            return await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            self.tell(signal.SIGUSR2)
            with contextlib.suppress(TimeoutError):
                await until(lambda: ALL_TOLD in self.log.read_text(), 10)
            raise AssertionError(f"it does not end:\n{self.log.read_text()}") from None


class Process(Command):
    """`hearth run` on the Discord stand-in."""

    def __init__(
        self,
        server: DiscordServer,
        guild: Guild,
        folder: Path,
        profile: str,
        environ: dict[str, str],
        *,
        cogs: str = COGS,
        before: Sequence[str] = (),
    ) -> None:
        self.server = server
        config = (
            f"home: state\ndiscord: {{token_env: HEARTH_DISCORD_TOKEN}}\ncogs: {cogs}\n"
            f"spaces: {{circle: {{profile: space.yaml, discord: {guild.id}}}}}\n"
            "limits: {commands_per_minute: 600}\n"
        )
        environ = {"HEARTH_DISCORD_TOKEN": server.token} | environ
        super().__init__(folder, config, profile, environ, discord=server.url, before=before)

    async def usable(self, seconds: float = 120.0) -> None:
        """Wait until it serves people."""
        assert self._process is not None
        usable = asyncio.create_task(self._usable(seconds))
        ended = asyncio.create_task(self._process.wait())
        await asyncio.wait({usable, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        assert usable.done(), f"it ended by itself:\n{self.log.read_text()}"
        await usable

    async def _usable(self, seconds: float) -> None:
        await self.server.connected(1, seconds)
        await self.server.until(lambda: self.server.global_commands, seconds)

    async def kill(self) -> None:
        """kill -9; the connections are known to be gone on return."""
        await super().kill()
        await self.server.until(lambda: not self.server.gateway.connected(), 20)
