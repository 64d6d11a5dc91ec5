"""A toy cog: one of each word of the vocabulary."""

import datetime
from typing import Annotated

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Daily,
    Field,
    Form,
    Level,
    Lines,
    Option,
    Picture,
    Plain,
    Planned,
    Post,
    Refused,
    Suggest,
    Table,
    Upload,
    Upto,
    View,
    label,
    text,
)

cog = Cog("garden")
PLANTS = ("Bell heather", "Fern", "Moss")


class Mood(Choice):
    HEAVY = "heavy"
    GOOD_ENOUGH = "good-enough"


class Soil(Choice):
    CLAY = "clay"
    SAND = "sand"


class Score(Choice):
    NONE = "0"
    SOME = "1"
    MUCH = "2"


class Rated(Form):
    """How much rain?"""

    score: Score


class Today(Form):
    """How is it today?"""

    mood: Mood
    words: Annotated[str, Upto(40), Lines(3)] = ""


class Bring(Form):
    """Bring something"""

    file: Upload


@cog.command(private=True)
async def mood(ctx: Context, today: Today) -> View:
    """Say how the garden is."""
    if today.words == "storm":
        raise Refused("too-windy", field="words")
    if today.words == "frost":
        raise Refused("too-windy")
    return View(
        text("kept", mood=label(today.mood), words=Plain(today.words)), buttons=[Button("take-back", back)]
    )


@cog.command(private=True, listed=False)
async def back(ctx: Context) -> View:
    """Take it back."""
    return View("gone")


@cog.command(private=True, listed=False)
async def tap(ctx: Context, mood: Mood) -> View:
    """One tap."""
    return View(text("kept", mood=label(mood), words=Plain("")), buttons=[Button("take-back", back)])


@cog.command()
async def plant(
    ctx: Context,
    what: Annotated[str, Suggest(lambda scene, typed: [Option(p, Plain(p)) for p in PLANTS if typed in p])],
    soil: Soil | None = None,
) -> View:
    """Plant something for all to see."""
    return View(
        text("planted", what=Plain(what)),
        buttons=[
            Button("take-back", back),
            Button("same", again),
            Button("read-more", url="https://example.org"),
        ],
    )


@cog.command(listed=False)
async def again(ctx: Context) -> View:
    """Plant the same again."""
    return View(text("planted", what=Plain("The same")))


@cog.command()
async def echo(ctx: Context, words: str) -> View:
    """Say something back."""
    return View(
        "heard",
        title=Plain(words),
        fields=[Field(Plain(words), Plain(words)), Field("heard", Plain(words), copy=True)],
        table=Table([Plain("a"), Plain("b")], [[Plain(words), Plain("1")], [Plain("\u6c34"), Plain("2")]]),
    )


@cog.command(private=True)
async def draw(ctx: Context, days: int = 7) -> View:
    """Draw the garden."""
    return View("picture", files=[Picture("../gar\x1bden.png", b"\x89PNG", text("chart", days=days))])


@cog.command(private=True)
async def bring(ctx: Context, bring: Bring) -> View:
    """Bring a file."""
    data = await bring.file.read()
    return View(text("got", name=Plain(bring.file.name), size=len(data)))


@cog.command(private=True)
async def rate(ctx: Context, rated: Rated) -> View:
    """Say how much it rained."""
    return View(text("rated", value=rated.score.value))


@cog.command(level=Level.MODERATOR)
async def weed(ctx: Context) -> View:
    """Weed the garden."""
    return View("weeded")


async def _plan(planning):
    at = Daily(datetime.time(19, 30)), Daily(datetime.time(1, 30))
    zone = planning.space.zone
    return [Planned(f"{n}", rule, zone) for n, rule in enumerate(at)]


@cog.schedule(_plan)
async def asks(ctx: Context, slot) -> Post | None:
    """Ask."""
    place = ctx.room("#ring")
    return Post(place, View("ask", buttons=[Button(label(one), tap, mood=one) for one in Mood]))
