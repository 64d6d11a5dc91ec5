"""A cog whose bell rings every second, each time with a button for a check-in: prompts, only faster.

The environment says when it begins (ISO, UTC) and how often it rings, so that every start plans the same.
It writes down what it hears of each.
"""

from __future__ import annotations

import asyncio
import datetime
import os
from pathlib import Path

from bot.sdk import Button, Cog, Context, Fate, Once, Planned, Planning, Post, Slot, View, text
from cogs.checkins import checkin_tap
from cogs.checkins.service import Mood, mark_of

BEGIN = "HEARTH_TEST_BELLS_FROM"
COUNT = "HEARTH_TEST_BELLS"
TOLD = "HEARTH_TEST_BELLS_TOLD"
"""The file in which the cog writes what it hears: a line for each telling."""
WHERE = "HEARTH_TEST_BELLS_IN"
"""The one room in which all of them ring; three in turn without it."""
ROOMS = ("#evening", "#morning", "#night")


class Bell:
    def __init__(self, supplies: object) -> None:
        pass


cog = Cog("bell", service=Bell, stores=False)


async def _every_second(planning: Planning[Bell]) -> list[Planned]:
    begin = datetime.datetime.fromisoformat(os.environ[BEGIN])
    return [
        Planned(
            f"b{number}", Once(begin + datetime.timedelta(seconds=number)), "UTC", args={"number": number}
        )
        for number in range(int(os.environ[COUNT]))
    ]


async def _rung(ctx: Context[Bell], slot: Slot, fate: Fate, ref: str | None) -> None:
    if TOLD in os.environ:  # a pipe opens when somebody reads; whatever else has begun goes on meanwhile
        await asyncio.to_thread(_write, Path(os.environ[TOLD]), f"{slot.args['number']} {fate.value} {ref}\n")


def _write(file: Path, line: str) -> None:
    with file.open("a") as told:
        told.write(line)


@cog.schedule(_every_second, settled=_rung)
async def ring(ctx: Context[Bell], slot: Slot) -> Post:
    number = int(str(slot.args["number"]))
    room = ctx.room(os.environ.get(WHERE) or ROOMS[number % len(ROOMS)])
    tap = Button("tap", checkin_tap, mood=Mood.BETWEEN, slot=mark_of(ctx.space.id, "", slot.name, slot.due))
    return Post(room, View(text("rings", number=number), buttons=[tap]))
