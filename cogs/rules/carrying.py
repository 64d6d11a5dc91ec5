"""What is carried out by itself: what rules lead to, breaks that end, what was held comes back, and the rules
that platforms keep."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from bot.sdk import (
    Button,
    Context,
    Fate,
    Field,
    Once,
    Plain,
    Planned,
    Planning,
    Post,
    Remove,
    Slot,
    Space,
    TimeOut,
    View,
    text,
)

from . import What, cog, look, rules, rules_nudges, to_moderators
from .owing import GRACE, Duty, Kind
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


async def breaks_end(ctx: Context[Moderation], out: Sequence[Out]) -> None:
    """Plan the end of breaks: at once, where they are over already."""
    for one in out:
        await ctx.agenda.plan(break_ends, ctx.space.id, _ends(one))


def _ends(out: Out) -> Planned:
    return Planned(out.id, _once(out.until), "UTC", _GRACE, to=out.place)


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
    await breaks_end(ctx, out)
    return [TimeOut(one.person, one.place, one.until) for one in out if one.until > ctx.now]


# --- what a rule led to -------------------------------------------------------------------------------


async def act_of(ctx: Context[Moderation], duty: Duty) -> View | Post | Remove | TimeOut | None:
    """What is to be done, as it stands now; None where nothing is. A view is for its person alone."""
    match duty.kind:
        case Kind.REMOVE:
            return Remove(duty.place, duty.told["ref"])
        case Kind.BREAK:
            out = await ctx.service.limits.lasts(duty.told["break"], ctx.now)
            return TimeOut(out.person, out.place, out.until) if out is not None else None
        case Kind.FOLD:
            return Post(duty.place, shown(duty.again))
        case Kind.TELL:
            return _told(duty.told["says"], duty.told["hints"], offers=duty.told["hears"])
        case Kind.ASK:
            return next(iter(to_moderators(ctx, look("case-came", duty.number))), None)


def _told(says: str, hints: Sequence[str], *, offers: bool) -> View:
    """What somebody is told, by direct message, about what they just wrote."""
    buttons = [Button("button-mine", rules, what=What.MINE)]
    if offers:
        buttons.append(Button("button-no-nudges", rules_nudges, wanted=False))
    return View(
        says,
        fields=[Field("rules-say", Plain("\n".join(hints)))] if hints else [],
        buttons=buttons,
    )


async def _left(planning: Planning[Moderation]) -> list[Planned]:
    left = await planning.service.owing.left(planning.space.id)
    return [_due(planning.space, duty, at) for duty, at in left]


async def _made_up(ctx: Context[Moderation], slot: Slot, fate: Fate, ref: str | None) -> None:
    await ctx.service.owing.done([slot.name])


@cog.schedule(_left, settled=_made_up)
async def makes_up(ctx: Context[Moderation], slot: Slot) -> Post | Remove | TimeOut | None:
    """Do what was decided before the end of the process, or could not be done at once."""
    duty = await ctx.service.owing.duty(slot.name)
    if duty is None:
        return None
    if duty.kind is Kind.ASK and ctx.space.moderators_room is not None:
        return Post(ctx.room(ctx.space.moderators_room), look("case-came", duty.number))
    act = await act_of(ctx, duty)
    return Post(duty.person, act) if isinstance(act, View) else act


async def later(ctx: Context[Moderation], duty: Duty) -> None:
    """Leave something to the agenda."""
    if duty.id:
        await ctx.agenda.plan(makes_up, ctx.space.id, _due(ctx.space, duty, ctx.now))


def _due(space: Space, duty: Duty, at: datetime.datetime) -> Planned:
    to = (space.moderators_room or "") if duty.kind is Kind.ASK else duty.person
    return Planned(duty.id, _once(at), "UTC", GRACE, to=to)


def _comes(case: str, at: datetime.datetime) -> Planned:
    return Planned(case, _once(at), "UTC", _GRACE)


def _once(at: datetime.datetime) -> Once:
    return Once(at.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None))


__all__ = ["act_of", "break_ends", "breaks_end", "comes_back", "decided", "later", "makes_up"]
