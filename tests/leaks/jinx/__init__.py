"""A cog that does everything wrong that a careless author might, with the member's own words in hand."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import warnings
from collections.abc import Callable
from typing import Annotated

from bot.sdk import Cog, Context, Form, Plain, Refused, Upload, Upto, View


class Jinx:
    """`looks` are called while a handler runs: a test's chance to look around in memory."""

    def __init__(self, supplies: object) -> None:
        self.looks: list[Callable[[], None]] = []
        self.begun = asyncio.Event()
        self.started = 0
        self.sent: tuple[str, bytes] | None = None


cog = Cog("jinx", service=Jinx, stores=False)


class Sending(Form):
    """Send something"""

    words: Annotated[str, Upto(300)]
    paper: Upload | None = None


class Careless(Exception):
    """Keeps what it was given, as a library's errors do."""

    def __init__(self, words: str) -> None:
        super().__init__(f"cannot handle {words!r}")
        self.words = words


@cog.command(private=True)
async def stumble(ctx: Context[Jinx], words: Annotated[str, Upto(300)]) -> View:
    """Fail with the words, the account and the name in the exception, and in those behind it."""
    try:
        raise Careless(words)
    except Careless as error:
        raise RuntimeError(f"{ctx.person.account} {ctx.person.name} {ctx.place.id} {words}") from error


@cog.command(private=True)
async def scatter(ctx: Context[Jinx], words: Annotated[str, Upto(300)]) -> View:
    """Leave behind a task that fails unseen, a callback that fails, and a warning."""
    loop = asyncio.get_running_loop()

    async def fails() -> None:
        await asyncio.sleep(0)
        raise Careless(words)

    def stumbles(said: str) -> None:
        raise Careless(said)

    task = asyncio.ensure_future(fails())
    loop.call_soon(stumbles, words)
    await asyncio.wait([task])
    del task
    gc.collect()
    lost = loop.create_future()
    lost.set_exception(Careless(words))
    del lost
    gc.collect()
    with contextlib.suppress(UserWarning):
        warnings.warn(f"coercing {words!r}", UserWarning, stacklevel=1)
    await asyncio.sleep(0)
    return View("done")


@cog.command(private=True)
async def confide(ctx: Context[Jinx], words: Annotated[str, Upto(300)]) -> View:
    """Log an error as one does, with the exception."""
    try:
        raise Careless(words)
    except Careless:
        logging.getLogger("cogs.jinx").exception("it went wrong")
    return View("done")


@cog.command(private=True)
async def linger(ctx: Context[Jinx], words: Annotated[str, Upto(300)]) -> View:
    """Wait until cancelled."""
    ctx.service.started += 1
    ctx.service.begun.set()
    await asyncio.Event().wait()
    return View(Plain(words))


@cog.command(private=True)
async def peek(ctx: Context[Jinx], words: Annotated[str, Upto(300)]) -> View:
    """Let the test look around."""
    for look in ctx.service.looks:
        look()
    return View(Plain(words))


@cog.command(private=True)
async def send(ctx: Context[Jinx], sending: Sending) -> View:
    """Take a file; words that begin with `no` are refused."""
    if sending.words.startswith("no"):
        raise Refused("not-taken", field="words")
    if sending.paper is not None:
        ctx.service.sent = (sending.paper.name, await sending.paper.read())
    for look in ctx.service.looks:
        look()
    return View("done")
