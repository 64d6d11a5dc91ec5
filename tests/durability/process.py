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

ROOT = Path(__file__).parents[2]
COGS = "[crisis, checkins, privacy, help, tests.durability.bell]"


class Process:
    """One `hearth run` after another, on the same files. `log` keeps what all of them wrote."""

    def __init__(
        self,
        server: DiscordServer,
        guild: Guild,
        folder: Path,
        profile: str,
        environ: dict[str, str],
        *,
        before: Sequence[str] = (),
    ) -> None:
        self.server, self.folder = server, folder
        self.state = folder / "state"
        self.log = folder / "log"
        self.ahead = folder / "ahead"
        self._before = tuple(before)
        self._process: asyncio.subprocess.Process | None = None
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")}
        self._environ |= {"PYTHONPATH": str(ROOT), "HEARTH_DISCORD_TOKEN": server.token} | environ
        folder.mkdir(parents=True, exist_ok=True)
        self.ahead.write_text("0")
        (folder / "space.yaml").write_text(profile)
        self.config = folder / "config.yaml"
        self.config.write_text(
            f"home: state\ndiscord: {{token_env: HEARTH_DISCORD_TOKEN}}\ncogs: {COGS}\n"
            f"spaces: {{circle: {{profile: space.yaml, discord: {guild.id}}}}}\n"
            "limits: {commands_per_minute: 600}\n"
        )

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
                *self._before, sys.executable, "-m", "tests.durability.pointed", self.server.url,
                str(self.ahead), "run", "--config", str(self.config),
                cwd=ROOT, env=self._environ, stderr=log, stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip

    async def usable(self, seconds: float = 40.0) -> None:
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

    def tell(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """kill -9; the connections are known to be gone on return."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self.server.until(lambda: not self.server.gateway.connected(), 20)

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.tell(signal.SIGTERM)
        return await self.ended(20)

    async def ended(self, within: float) -> int:
        """The exit code; TimeoutError unless it ends in time."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within)
