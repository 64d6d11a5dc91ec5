"""A cog that uses every word of the vocabulary, for the tests of the Discord side."""

from __future__ import annotations

import asyncio
from typing import Annotated

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Field,
    File,
    Form,
    Level,
    Lines,
    Message,
    Option,
    Pages,
    Person,
    Picture,
    Plain,
    Post,
    Refused,
    Scene,
    Style,
    Suggest,
    Table,
    Upload,
    Upto,
    View,
    text,
)


class Garden:
    """What the gate of the slow command waits for, and what was planted."""

    gate: asyncio.Event
    planted: list[Planting]
    started: int

    def __init__(self, supplies: object) -> None:
        self.gate = asyncio.Event()
        self.planted = []
        self.started = 0


cog = Cog("garden", service=Garden, stores=False)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Bed(Choice):
    NORTH = "north"
    SOUTH = "south"
    POND = "pond"


class Planting(Form):
    """Plant something"""

    name: Annotated[str, Upto(40)]
    bed: Bed
    sunny: bool
    note: Annotated[str, Lines(4), Upto(300)] = ""
    picture: Upload | None = None


@cog.command(private=True)
async def plant(ctx: Context[Garden], planting: Planting) -> View:
    """Plant something."""
    if planting.name == "nettle":
        raise Refused("no-nettles", field="name")
    ctx.service.planted.append(planting)
    size = len(await planting.picture.read()) if planting.picture is not None else 0
    return View(
        "planted", name=Plain(planting.name), bed=planting.bed.value, sunny=str(planting.sunny), size=size
    )


@cog.command()
async def beds(ctx: Context[Garden]) -> View:
    """Show the beds."""
    return View(
        "beds-text",
        title="beds-title",
        fields=[Field("number", Plain("*4141\n116 123"), copy=True), Field("who", Plain("everybody"))],
        table=Table(["bed", "plants"], [[Plain("North"), Plain("3")], [Plain("South"), Plain("*12*")]]),
        buttons=[
            Button("water", water, style=Style.MAIN, bed="north"),
            Button("secretly", hush, style=Style.DANGER),
            Button("plant", plant),
            Button("site", url="https://garden.example"),
        ],
        footer="small",
    )


@cog.command(listed=False)
async def water(ctx: Context[Garden], bed: str) -> View:
    """Water a bed."""
    return View("watered", bed=bed)


@cog.command(private=True)
async def hush(ctx: Context[Garden]) -> View:
    """Say something privately."""
    return View("hush", buttons=[Button("tidy", tidy)])


@cog.command(private=True)
async def pictures(ctx: Context[Garden]) -> View:
    """Show pictures."""
    return View(
        "two-files",
        files=[
            Picture("rose one.png", PNG, "a-rose"),
            Picture("rose two.png", PNG, "a-rose"),
            File("list.json", b"{}", "the-list", "application/json"),
        ],
    )


@cog.command()
async def harvest(ctx: Context[Garden]) -> View:
    """Take a long time, in public."""
    await ctx.progress("picking")
    ctx.service.started += 1
    await ctx.service.gate.wait()
    return View("harvested")


@cog.command(slow=True)
async def weed(ctx: Context[Garden]) -> View:
    """Refuse, late."""
    raise Refused("no-weeds")


@cog.command()
async def seeds(ctx: Context[Garden], page: int = 0) -> View:
    """Turn pages."""
    return View(
        "seeds", pages=Pages([Field(Plain(f"seed {n}"), Plain("x")) for n in range(7)], seeds, page=page)
    )


def _fruits(scene: Scene, typed: str) -> list[Option]:
    return [Option(one, Plain(one.title())) for one in ("apple", "apricot", "plum") if one.startswith(typed)]


@cog.command(private=True)
async def pick(
    ctx: Context[Garden],
    fruit: Annotated[str, Upto(20), Suggest(_fruits)],
    how_many: int = 1,
    ripe: bool = True,
    bed: Bed | None = None,
    friend: Person | None = None,
    photo: Upload | None = None,
) -> View:
    """Pick fruit."""
    sent = (await photo.read()).decode() if photo is not None else "none"
    return View(
        "picked", fruit=Plain(fruit), many=how_many, ripe=str(ripe), bed=bed.value if bed else "none",
        friend=Plain(friend.name) if friend else "none", photo=Plain(sent),
    )  # fmt: skip


@cog.command()
async def echo(ctx: Context[Garden], words: Annotated[str, Upto(4000)]) -> View:
    """Say it again."""
    return View(Plain(words))


@cog.command(level=Level.MODERATOR)
async def tidy(ctx: Context[Garden]) -> View:
    """Tidy up."""
    return View("tidied")


@cog.command(level=Level.MODERATOR, private=True)
async def uproot(ctx: Context[Garden], message: Message) -> View:
    """Look at what somebody wrote."""
    return View("uprooted", words=Plain(message.text), level=ctx.level.name)


@cog.command(name="open", group="shed", level=Level.FACILITATOR)
async def shed_open(ctx: Context[Garden]) -> View:
    """Open the shed."""
    return View("opened", buttons=[Button("tidy", shed_close)])


@cog.command(name="close", group="shed", level=Level.FACILITATOR)
async def shed_close(ctx: Context[Garden]) -> View:
    """Close the shed."""
    return View("closed")


@cog.command(private=True)
async def call(ctx: Context[Garden], words: Annotated[str, Upto(100)]) -> list[Post | View]:
    """Call into the evening room."""
    return [Post(ctx.room("#evening"), View(Plain(words))), View("called")]


@cog.command(private=True)
async def stumble(ctx: Context[Garden]) -> View:
    """Fall over."""
    raise RuntimeError("a member's words")


@cog.command(private=True)
async def whereami(ctx: Context[Garden]) -> View:
    """Say who and where."""
    return View(
        text(
            "where", level=ctx.level.name, space=ctx.space.id, name=Plain(ctx.person.name),
            kind=ctx.place.kind.value, parent=Plain(ctx.place.parent or "none"), room=Plain(ctx.place.name),
        )
    )  # fmt: skip
