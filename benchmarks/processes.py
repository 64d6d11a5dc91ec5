"""Processes that are measured from inside: each asks its own kernel what it has used.

A child reads JSON lines on standard input, {"do": name, …}, and answers each with one JSON line; the line it
prints first says that it is ready. `Measured` is the part that every measured child answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import cProfile
import gc
import inspect
import io
import json
import os
import pstats
import resource
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]

_PATIENCE = 120.0
_LINE = 2**24


class Child:
    """A process of ours that talks in lines of JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, module: str, *arguments: str, env: dict[str, str] | None = None
    ) -> AsyncIterator[Self]:
        """A started `python -m module …`, ended on leaving: kindly, then by force."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-m", module, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LINE,
            env={**os.environ, **(env or {})}, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), 15)
                except TimeoutError:
                    process.kill()
                    await process.wait()

    async def told(self, patience: float = _PATIENCE) -> Json:
        """The next line it says. Raises RuntimeError when it ended instead."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), patience)
        if not line:
            raise RuntimeError(f"the process ended with status {await self.process.wait()}")
        said: Json = json.loads(line)
        if "error" in said:
            raise RuntimeError(said["error"])
        return said

    async def ask(self, do: str, *, patience: float = _PATIENCE, **more: Any) -> Json:
        """One command and its answer, within `patience` seconds."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self.process.stdin.drain()
        return await self.told(patience)


class Measured:
    """The inside of a measured process: `serve` answers each line by the method `do_…` of its name."""

    def __init__(self) -> None:
        self._probe: asyncio.Task[None] | None = None
        self._late: list[float] = []

    async def serve(self) -> None:
        """Answer until standard input ends."""
        reader = asyncio.StreamReader(limit=_LINE)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            body: Json = json.loads(line)
            try:
                answer = getattr(self, f"do_{body.pop('do')}")(**body)
                if inspect.isawaitable(answer):
                    answer = await answer
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            say(answer or {})

    def do_cpu(self) -> Json:
        """Seconds of processor time so far, all threads."""
        return {"seconds": time.process_time()}

    def do_memory(self) -> Json:
        """MiB now: resident, and of that what no other process shares; and the highest so far."""
        gc.collect()
        sizes = {}
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
            name, _, size = line.partition(":")
            sizes[name] = int(size.split()[0]) / 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"rss": sizes["Rss"], "uss": sizes["Private_Clean"] + sizes["Private_Dirty"], "peak": peak}

    def do_watch(self) -> Json:
        """Begin to watch how late the event loop is."""
        self._late = []
        self._probe = asyncio.create_task(self._look())
        return {}

    async def do_lateness(self) -> Json:
        """How late the loop came to a timer since `watch`, in milliseconds: the longest, and all over 5.

        No later than the process used its processor meanwhile: what else runs here is not its doing.
        """
        assert self._probe is not None
        self._probe.cancel()
        await asyncio.gather(self._probe, return_exceptions=True)
        over = sorted((late * 1000 for late in self._late if late > 0.005), reverse=True)
        return {"longest": max(self._late, default=0.0) * 1000, "over": over[:50]}

    def do_profile(self) -> Json:
        """Begin to profile the event loop's thread."""
        self._profile = cProfile.Profile(time.thread_time)
        self._profile.enable()
        return {}

    def do_profiled(self, sort: str = "tottime", lines: int = 45) -> Json:
        """What took the time since `profile`."""
        self._profile.disable()
        told = io.StringIO()
        pstats.Stats(self._profile, stream=told).sort_stats(sort).print_stats(lines)
        return {"text": told.getvalue()}

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, before = loop.time() + 0.002, time.process_time()
            await asyncio.sleep(0.002)
            self._late.append(min(loop.time() - due, time.process_time() - before))


def say(line: Json) -> None:
    """One line to whoever measures."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
