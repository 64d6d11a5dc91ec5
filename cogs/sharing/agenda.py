"""Enters in the agenda what the rules say is to come out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from bot.sdk import Context, Planned

from . import cog, moments
from .plans import Plan, What
from .service import Sharing

_GRACE = {What.TELL: datetime.timedelta(days=2)}
_WEEK = datetime.timedelta(days=7)
"""A share that was promised comes out late rather than never; its room is still there."""


async def planned(ctx: Context[Sharing], plans: Iterable[Plan]) -> None:
    """Enter these. A crash before that loses nothing: at start everything is planned anew from the rows."""
    for plan in plans:
        await ctx.agenda.plan(cog.schedules[plan.what.value], ctx.space.id, as_planned(plan))


def as_planned(plan: Plan) -> Planned:
    """A plan as the agenda takes it; its name is a random id."""
    return Planned(plan.name, moments.once(plan.due), "UTC", _GRACE.get(plan.what, _WEEK))
