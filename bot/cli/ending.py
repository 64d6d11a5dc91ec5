"""The end of a process: nothing that does not end by itself keeps it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

log = logging.getLogger("hearth")

_AT_LAST = 3.0
"""Seconds that what is left over may take to end. Everything acknowledged is committed by then, and the
database closed."""


def run_to_the_end(work: Coroutine[Any, Any, int]) -> int:
    """As `asyncio.run`. When `work` is done and a task or a thread goes on all the same, the process ends
    three seconds later without it, with the same code; the log says what it was doing."""
    ended: list[threading.Timer] = []

    async def whole() -> int:
        code = await work
        at_last = threading.Timer(_AT_LAST, _leave, (code, asyncio.get_running_loop()))
        at_last.daemon = True
        at_last.start()
        ended.append(at_last)
        return code

    try:
        return asyncio.run(whole())
    finally:
        for timer in ended:
            timer.cancel()


def _leave(code: int, loop: asyncio.AbstractEventLoop) -> None:
    log.error("What is left over does not end, and is left behind: %s", ", ".join(_left_over(loop)))
    sys.stderr.flush()
    os._exit(code)


def _left_over(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Where every other thread and every task is: files, lines and names of functions, never a value."""
    found = []
    names = {one.ident: one.name for one in threading.enumerate()}
    for ident, frame in sys._current_frames().items():
        if ident != threading.get_ident():
            at = traceback.extract_stack(frame)[-1]
            found.append(f"{names.get(ident, 'thread')} at {Path(at.filename).name}:{at.lineno} {at.name}")
    with contextlib.suppress(RuntimeError):  # the loop is at work meanwhile
        for task in asyncio.all_tasks(loop):
            found.append(f"task {getattr(task.get_coro(), '__qualname__', '?')}")
    return found
