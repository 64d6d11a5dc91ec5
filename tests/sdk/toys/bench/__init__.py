"""A toy cog for trying the pipeline: one command for each thing that can happen on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Field,
    Form,
    Kept,
    Level,
    Lines,
    Option,
    Pages,
    Person,
    Plain,
    Post,
    Refused,
    Scene,
    Suggest,
    Supplies,
    Upload,
    Upto,
    View,
    label,
    text,
)  # fmt: skip


class Bench:
    """Keeps what it was told, in memory, and holds up whoever waits for its gate."""

    def __init__(self, supplies: Supplies) -> None:
        self.notes: list[str] = []
        self.runs: list[str] = []
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()
        self.refuse: Exception | None = None

    async def export(self, person: Person) -> list[str]:
        return self.notes

    async def forget(self, person: Person) -> None:
        self.notes.clear()


cog = Cog("bench", service=Bench, keeps=[Kept("notes")])


class Size(Choice):
    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"


class Colour(Choice):
    RED = "red"
    GREEN = "green"


class Everything(Form):
    """All kinds of questions"""

    words: Annotated[str, Upto(40)]
    story: Annotated[str, Upto(4000), Lines(4)] = ""
    count: int = 0
    sure: bool = False
    size: Size = Size.SMALL


class Note(Form):
    """A note"""

    words: Annotated[str, Upto(4000), Lines(9)]


class Two(Form):
    """Two words"""

    first: str
    second: Annotated[str, Upto(20)] = ""


class Files(Form):
    """A file and a word"""

    file: Upload
    words: str = ""


class Shy(Form):
    """Asked by where one is"""

    words: str
    size: Size = Size.LARGE

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Sequence[Option] | None]:
        if scene.place.direct:
            return {"size": None}
        return {"size": [Option("middle", Plain("In between")), Option("large", Plain("Big"))]}


def _plants(scene: Scene, typed: str) -> list[Option]:
    if typed == "boom":
        raise RuntimeError(typed)
    return [Option(one, Plain(one.title())) for one in ("fern", "moss") if one.startswith(typed)]


@cog.command()
async def plant(
    ctx: Context[Bench],
    what: Annotated[str, Upto(60), Suggest(_plants)],
    size: Size | None = None,
    count: int = 1,
    deep: bool = False,
) -> View:
    """Plant something."""
    where = label(size) if size is not None else Plain("any")
    return View(
        text("planted", what=Plain(what), size=where, count=count, deep="yes" if deep else "no"),
        buttons=[Button("look", look, count=count), Button("hide", secret)],
    )


@cog.command()
async def say(ctx: Context[Bench], words: str) -> View:
    """Say it again."""
    return View(Plain(words))


@cog.command(private=True)
async def look(ctx: Context[Bench], count: int = 0, size: Size | None = None) -> View:
    """Look closely."""
    return View(text("looked", count=count), buttons=[Button("look", look, count=count + 1, size=size)])


@cog.command(private=True, listed=False)
async def secret(ctx: Context[Bench]) -> View:
    """Reached by a button only."""
    return View("secret")


@cog.command(group="box", name="open", private=True)
async def box_open(ctx: Context[Bench]) -> View:
    """Open the box."""
    return View("opened")


@cog.command(group="box", name="close", private=True)
async def box_close(ctx: Context[Bench]) -> View:
    """Close the box."""
    return View("closed")


@cog.command(group="tools", name="count", level=Level.FACILITATOR, private=True)
async def tools_count(ctx: Context[Bench]) -> View:
    """Count the tools."""
    return View("counted", buttons=[Button("again-tools", tools_count)])


@cog.command(level=Level.MODERATOR)
async def sweep(ctx: Context[Bench]) -> View:
    """Sweep the floor."""
    return View("swept", buttons=[Button("sweep-again", sweep)])


@cog.command(private=True)
async def fill(ctx: Context[Bench], everything: Everything) -> View:
    """Answer everything."""
    said = (
        f"{everything.words}|{everything.story}|{everything.count}|{everything.sure}|{everything.size.value}"
    )
    ctx.service.notes.append(said)
    return View(Plain(said))


@cog.command(private=True)
async def note(ctx: Context[Bench], note: Note) -> View:
    """Keep a note."""
    if ctx.service.refuse is not None:
        raise ctx.service.refuse
    ctx.service.notes.append(note.words)
    return View("noted")


@cog.command(private=True)
async def two(ctx: Context[Bench], two: Two) -> View:
    """Keep two words."""
    if two.second == "no":
        raise Refused("not-that", field="second")
    if two.second == "never":
        raise Refused("not-that")
    ctx.service.notes.append(f"{two.first}+{two.second}")
    return View("noted")


@cog.command(private=True)
async def titled(ctx: Context[Bench], title: Annotated[str, Upto(200)], note: Note) -> View:
    """Keep a note under a title."""
    ctx.service.notes.append(f"{title}: {note.words}")
    return View("noted")


@cog.command(private=True)
async def bring(ctx: Context[Bench], files: Files) -> View:
    """Bring a file."""
    data = await files.file.read()
    ctx.service.notes.append(f"{files.file.name} {len(data)} {files.words}")
    return View("noted")


@cog.command()
async def shy(ctx: Context[Bench], shy: Shy) -> View:
    """Say where you are."""
    return View(Plain(f"{shy.words}|{shy.size.value}|{ctx.group.id if ctx.group else '-'}"))


@cog.command(private=True)
async def fails(ctx: Context[Bench], words: str = "") -> View:
    """Break."""
    raise RuntimeError(f"{words} {ctx.person.account} {ctx.person.name}")


@cog.command(private=True)
async def speechless(ctx: Context[Bench]) -> View:
    """Refuse without a text."""
    raise Refused("no-such-text-anywhere")


@cog.command(private=True)
async def waits(ctx: Context[Bench]) -> View:
    """Take long."""
    ctx.service.runs.append("waits")
    ctx.service.begun.set()
    await ctx.service.gate.wait()
    return View("done")


@cog.command(private=True, slow=True)
async def crawls(ctx: Context[Bench]) -> View:
    """Take long from the beginning."""
    await ctx.progress("half")
    return View("done")


@cog.command()
async def tells(ctx: Context[Bench]) -> Post:
    """Post to the ring and say nothing."""
    return Post(ctx.room("#ring"), View("swept"))


@cog.command(private=True)
async def pages(ctx: Context[Bench], page: int = 0) -> View:
    """Turn pages."""
    return View(
        "paged", pages=Pages([Field(Plain(str(n)), Plain(f"row {n}")) for n in range(7)], pages, page)
    )


@cog.command(private=True)
async def wordy(ctx: Context[Bench]) -> View:
    """Offer a button with too much in it."""
    return View("done", buttons=[Button("look", look, count="9" * 90)])
