"""What people write to each other, held against the rules, and what is done about it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from bot.sdk import Button, Context, Level, Post, Remove, Style, TimeOut, View, Wrote

from . import What as Part
from . import carrying, cog, rules
from .book import settings_of
from .owing import TWICE, Kind
from .service import Moderation
from .story import Decision

if TYPE_CHECKING:
    from .matching.facts import Message as Written
    from .matching.rules import Hit

_Acts = list[View | Remove]


def _wants(settings: Any) -> bool:
    return settings is not None and (settings.has_rules or settings.agreement is not None)


@cog.watch(_wants)
async def seen(
    ctx: Context[Moderation], wrote: Wrote
) -> AsyncGenerator[View | Post | Remove | TimeOut, bool]:
    """Hold what somebody wrote against the rules, and do what follows.

    What can be done twice is known to be done before anybody is told of it; what does not reach its place
    now is left to the agenda, which tries again.
    """
    first, found = await (_stopped(ctx, wrote) if wrote.stopped_by else _held_against(ctx, wrote))
    for act in first:
        yield act
    if found is None:
        return
    with ctx.service.owing.in_hand(found.duties):
        await carrying.breaks_end(ctx, found.out)
        failed = [one for one in found.duties if one.kind is Kind.FOLD]
        for duty in (one for one in found.duties if one.kind in TWICE):
            done = await carrying.act_of(ctx, duty)
            if done is not None and not (yield done):
                failed.append(duty)
        await ctx.service.owing.done([one.id for one in found.duties if one not in failed])
        for duty in (one for one in found.duties if one.kind in (Kind.TELL, Kind.ASK)):
            done = await carrying.act_of(ctx, duty)
            if done is not None:
                yield done
    for duty in failed:
        await carrying.later(ctx, duty)


async def _held_against(ctx: Context[Moderation], wrote: Wrote) -> tuple[_Acts, Decision | None]:
    """What is done before anything else, and what the rules lead to."""
    settings, message = settings_of(ctx.space), wrote.message
    spared = ctx.level >= Level.MODERATOR and not settings.moderators_too
    agreement = settings.agreement
    must = agreement is not None and agreement.before_writing and not spared
    if (
        must
        and agreement is not None
        and not await ctx.service.consent.has_agreed(ctx.person, agreement.mark)
    ):
        return [Remove(message.place, message.ref), _read("agree-first")], None
    if not wrote.edited and ctx.service.limits.too_soon(ctx.person, ctx.now, settings.pace):
        done: _Acts = [Remove(message.place, message.ref)]
        if await ctx.service.limits.first_told(ctx.person, ctx.now):
            done.append(View("told-slow", buttons=[Button("button-mine", rules, what=Part.MINE)]))
        return done, None
    hits: list[Hit] = []
    if await ctx.service.judging.book(ctx.space) is not None:
        hits = await ctx.service.judging.met(ctx.person, _as_written(ctx, wrote), ctx.space, ctx.level)
    if not hits:
        return [] if spared else await _asked(ctx), None
    found = await ctx.service.judging.decide(
        ctx.person, hits, ctx.space, at=ctx.now, room=ctx.place.name, ref=message.ref, words=message.text,
        place=message.place, files=len(wrote.files),
        language=ctx.group.language if ctx.group is not None else None, cause=ctx.cause,
    )  # fmt: skip
    return [] if spared else await _asked(ctx), found


async def _stopped(ctx: Context[Moderation], wrote: Wrote) -> tuple[_Acts, Decision | None]:
    """What a platform stopped by itself: nothing is left to take away, and its writer has read why."""
    hit = await ctx.service.judging.stopped(ctx.space, wrote.stopped_by)
    if hit is None:
        return [], None
    found = await ctx.service.judging.decide(
        ctx.person, [hit], ctx.space, at=ctx.now, room=ctx.place.name, words=wrote.message.text,
        place=wrote.message.place, stopped=True, keyword=wrote.keyword, cause=ctx.cause,
    )  # fmt: skip
    return [], found


async def _asked(ctx: Context[Moderation]) -> _Acts:
    """The agreement, before somebody who has not seen it: once."""
    agreement = settings_of(ctx.space).agreement
    if agreement is None or not await ctx.service.consent.ask_to_agree(ctx.person, agreement.mark):
        return []
    return [_read("agree-please")]


def _read(key: str) -> View:
    return View(key, buttons=[Button("button-read", rules, what=Part.READ, style=Style.MAIN)])


def _as_written(ctx: Context[Moderation], wrote: Wrote) -> Written:
    from .matching.facts import Attachment
    from .matching.facts import Message as Written

    files = tuple(Attachment(each.name, each.type, each.size) for each in wrote.files)
    return Written(
        wrote.message.text,
        roles=ctx.person.roles,
        room=ctx.place.name,
        group=ctx.group.id if ctx.group is not None else "",
        at=(wrote.at or ctx.now) if wrote.edited else ctx.now,
        edited_at=ctx.now if wrote.edited else None,
        joined_at=wrote.joined,
        people=tuple(map(str, range(wrote.mentions))),
        everyone=wrote.everyone,
        whole_room=wrote.everyone,
        attachments=files,
    )
