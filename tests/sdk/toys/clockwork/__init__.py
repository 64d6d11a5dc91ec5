"""A toy cog that speaks by itself."""

from __future__ import annotations

import datetime
from typing import Any

from bot.sdk import Cog, Cron, Daily, Person, Plain, Planned, Planning, Post, Refused, Supplies, View, text


class Clockwork:
    """What is planned, and what its handlers were given."""

    def __init__(self, supplies: Supplies) -> None:
        self.planned: list[Planned] = [
            Planned("room|one", Daily(datetime.time(19, 30)), "Europe/London", args={"secret": "zq7mark"})
        ]
        self.slots: list[Any] = []
        self.refuse: Exception | None = None
        self.room = "#ring"
        self.silent = False


cog = Cog("clockwork", service=Clockwork)


async def _plan(planning: Planning[Clockwork]) -> list[Planned]:
    return planning.service.planned


@cog.schedule(_plan)
async def rings(ctx: Any, slot: Any) -> Post | None:
    """Ring in a room, or for one person."""
    service: Clockwork = ctx.service
    service.slots.append((slot.name, slot.due, dict(slot.args)))
    if service.refuse is not None:
        raise service.refuse
    if service.silent:
        return None
    if "who" in slot.args:
        return Post(
            Person("house", str(slot.args["who"]), ctx.space.id), View("rings", name=Plain(slot.name))
        )
    return Post(ctx.room(service.room), View(text("rings", name=Plain(slot.name))))


__all__ = ["Cron", "Refused", "cog"]
