"""What is carried out by itself: breaks from writing end, what was held comes back, platforms keep rules."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from bot.sdk import Context, Fate, Once, Plain, Planned, Planning, Post, Slot, TimeOut, View, text

from . import cog
from .service import Moderation
from .story import Again, CaseStory, Out

_GRACE = datetime.timedelta(days=30)
"""Somebody may write again, and sees again what was held, late rather than never."""
_LONGEST_NAME = 60


@cog.when_in_force
async def in_force(planning: Planning[Moderation]) -> None:
    """Know who is limited, and let the platforms that can keep rules keep these and no others."""
    await planning.service.limits.load(planning.space.id)
    await planning.service.judging.keep_natively(planning.space)


# --- breaks from writing ------------------------------------------------------------------------------


async def _breaks(planning: Planning[Moderation]) -> list[Planned]:
    return [_ends(out) for out in await planning.service.limits.breaks(planning.space.id)]


async def _break_over(ctx: Context[Moderation], slot: Slot, fate: Fate, ref: str | None) -> None:
    await ctx.service.limits.ended(slot.name, ctx.now)


@cog.schedule(_breaks, settled=_break_over)
async def break_ends(ctx: Context[Moderation], slot: Slot) -> TimeOut | None:
    """Let somebody write again: not every platform does that by itself."""
    out = await ctx.service.limits.over(slot.name, ctx.now)
    return TimeOut(out.person, out.place) if out is not None else None


async def begun(ctx: Context[Moderation], out: Sequence[Out]) -> list[TimeOut]:
    """Let people not write for as long as these say, and plan their end. What is over already is ended by
    the agenda, at once and after a crash, too."""
    for one in out:
        await ctx.agenda.plan(break_ends, ctx.space.id, _ends(one))
    return [TimeOut(one.person, one.place, one.until) for one in out if one.until > ctx.now]


def _ends(out: Out) -> Planned:
    return Planned(out.id, _once(out.until), "UTC", _GRACE)


# --- what was held ------------------------------------------------------------------------------------


async def _backs(planning: Planning[Moderation]) -> list[Planned]:
    return [_comes(case, at) for case, at in await planning.service.limits.backs(planning.space.id)]


async def _is_back(ctx: Context[Moderation], slot: Slot, fate: Fate, ref: str | None) -> None:
    await ctx.service.limits.went_back(slot.name)


@cog.schedule(_backs, settled=_is_back)
async def comes_back(ctx: Context[Moderation], slot: Slot) -> Post | None:
    """Post again what was held, and say whose it is."""
    again = await ctx.service.cases.again(slot.name)
    return Post(again.place, shown(again)) if again is not None else None


def shown(again: Again) -> View:
    """Somebody's words as Hearth posts them for them, under a warning where there is one."""
    warning = None
    if again.warning is not None:
        warning = Plain(again.warning) if again.warning else text("fold-warning")
    name = again.name if len(again.name) <= _LONGEST_NAME else again.name[: _LONGEST_NAME - 1] + "…"
    return View(
        Plain(again.words),
        title=text("in-their-name", name=Plain(name or "?")),
        warning=warning,
        footer="without-files" if again.files else None,
    )


async def decided(ctx: Context[Moderation], story: CaseStory, out: Sequence[Out]) -> list[TimeOut]:
    """What follows from a moderator's decision."""
    for case, at in await ctx.service.limits.backs(ctx.space.id):
        if case == story.id:
            await ctx.agenda.plan(comes_back, ctx.space.id, _comes(case, at))
    return await begun(ctx, out)


def _comes(case: str, at: datetime.datetime) -> Planned:
    return Planned(case, _once(at), "UTC", _GRACE)


def _once(at: datetime.datetime) -> Once:
    return Once(at.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None))


__all__ = ["begun", "break_ends", "comes_back", "decided", "shown"]
