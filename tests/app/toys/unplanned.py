"""A cog that cannot plan and cannot age out."""

import datetime
from typing import Any

from bot.sdk import Cog, Post, Supplies


class Service:
    """Breaks whenever it is asked by itself."""

    def __init__(self, supplies: Supplies) -> None:
        self.aged = 0

    async def age_out(self, now: datetime.datetime) -> None:
        raise RuntimeError("on purpose")


cog = Cog("unplanned", service=Service)


async def _plan(planning: Any) -> list[Any]:
    raise RuntimeError("on purpose")


@cog.schedule(_plan)
async def never(ctx: Any, slot: Any) -> Post | None:
    """Nothing."""
    return None
