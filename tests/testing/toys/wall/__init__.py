"""A toy cog: what is done with posts after they are posted, with threads, and with messages of others."""

from __future__ import annotations

import datetime
from collections.abc import AsyncGenerator
from typing import Annotated

from bot.sdk import (
    Button,
    Cog,
    Context,
    Edit,
    Fate,
    Form,
    Message,
    Once,
    Person,
    Place,
    Plain,
    Planned,
    Planning,
    Post,
    Profile,
    Remove,
    Slot,
    Supplies,
    TimeOut,
    Upto,
    View,
    Wrote,
)  # fmt: skip


class WallSettings(Profile):
    """What the wall looks at."""

    watch: bool = False


class Wall:
    """Remembers, in memory, what hangs on it."""

    def __init__(self, supplies: Supplies) -> None:
        self.clock = supplies.clock
        self.words: dict[str, str] = {}
        self.fates: list[tuple[str, Fate]] = []
        self.hung: dict[str, tuple[Place, str]] = {}
        self.seen: list[Wrote] = []
        self.reached: list[bool] = []
        self.hushed: Person | None = None
        self.told: list[tuple[Message, str]] = []

    async def export(self, person: Person) -> list[str]:
        return []

    async def forget(self, person: Person) -> None:
        self.words.clear()


cog = Cog("wall", service=Wall, settings=WallSettings, stores=False)


async def _nothing_yet(planning: Planning[Wall]) -> list[Planned]:
    return []


async def _settled(ctx: Context[Wall], slot: Slot, fate: Fate, ref: str | None) -> None:
    ctx.service.fates.append((slot.name, fate))
    if ref:
        ctx.service.hung[slot.name] = (ctx.room(str(slot.args["room"])), ref)


@cog.schedule(_nothing_yet, settled=_settled)
async def hang(ctx: Context[Wall], slot: Slot) -> Post:
    """Hang it up."""
    return Post(ctx.room(str(slot.args["room"])), sheet(ctx.service.words[slot.name]))


def sheet(words: str) -> View:
    """What hangs on the wall: folded, with a button in sight."""
    return View(
        Plain(words), title="sheet", warning="warning", footer="footer", buttons=[Button("button-wave", wave)]
    )


@cog.command(private=True)
async def pin(ctx: Context[Wall], name: str, words: Annotated[str, Upto(3000)]) -> View:
    """Pin something to the wall."""
    ctx.service.words[name] = words
    at = (ctx.now + datetime.timedelta(minutes=5)).replace(tzinfo=None)
    planned = Planned(name, Once(at), "UTC", args={"room": "#ring"})
    await ctx.agenda.plan(hang, ctx.space.id, planned)
    return View("pinned")


@cog.command()
async def wave(ctx: Context[Wall]) -> View:
    """Wave at the wall."""
    return View("waved")


@cog.command(private=True)
async def mend(ctx: Context[Wall], name: str, words: str) -> list[Edit | View]:
    """Write something else on a sheet."""
    place, ref = ctx.service.hung[name]
    return [Edit(place, ref, sheet(words)), View("mended")]


@cog.command(private=True)
async def tear(ctx: Context[Wall], name: str) -> list[Remove | View]:
    """Take a sheet down."""
    place, ref = ctx.service.hung[name]
    return [Remove(place, ref), View("torn")]


@cog.command(private=True)
async def below(ctx: Context[Wall], name: str, words: str) -> list[Post | View]:
    """Write below a sheet."""
    place, ref = ctx.service.hung[name]
    return [Post(place.under(ref, f"under {name}"), View(Plain(words))), View("written")]


@cog.command(private=True)
async def many(ctx: Context[Wall]) -> View:
    """How many read here."""
    readers = await ctx.readers(ctx.place)
    return View("readers", count=readers if readers is not None else -1)


class Telling(Form):
    """What about it?"""

    words: Annotated[str, Upto(200)]


@cog.command(private=True)
async def point(ctx: Context[Wall], message: Message, telling: Telling) -> View:
    """Point at a message."""
    ctx.service.told.append((message, telling.words))
    whose = Plain(message.author.name) if message.author is not None else "whose-hearth"
    return View("pointed", whose=whose, words=Plain(message.text))


@cog.command(private=True)
async def hush(ctx: Context[Wall], message: Message) -> list[TimeOut | View]:
    """Let whoever wrote this rest."""
    assert message.author is not None
    ctx.service.hushed = message.author
    return [TimeOut(message.author, ctx.place, ctx.now + datetime.timedelta(minutes=5)), View("hushed")]


@cog.command(private=True)
async def unhush(ctx: Context[Wall]) -> list[TimeOut | View]:
    """Let them write again."""
    assert ctx.service.hushed is not None
    return [TimeOut(ctx.service.hushed, ctx.place), View("unhushed")]


@cog.watch(lambda settings: settings is not None and settings.watch)
async def look(ctx: Context[Wall], wrote: Wrote) -> AsyncGenerator[View | Remove, bool]:
    """Ask for quiet."""
    ctx.service.seen.append(wrote)
    if "loud" in wrote.message.text:
        yield View("quiet-please")
        ctx.service.reached.append((yield Remove(wrote.message.place, wrote.message.ref)))
