"""What people write to each other, held against the rules, and what is done about it."""

from __future__ import annotations

from typing import Any

from bot.sdk import Button, Context, Field, Level, Plain, Post, Remove, Style, TimeOut, View, Wrote

from . import What as Part
from . import carrying, cog, look, rules, rules_nudges, to_moderators
from .book import settings_of
from .matching.facts import Attachment
from .matching.facts import Message as Written
from .service import Moderation
from .story import Again, Decision

_Acts = list[View | Post | Remove | TimeOut]


def _wants(settings: Any) -> bool:
    return settings is not None and (settings.has_rules or settings.agreement is not None)


@cog.watch(_wants)
async def seen(ctx: Context[Moderation], wrote: Wrote) -> _Acts:
    """Hold what somebody wrote against the rules, and do what follows."""
    if wrote.stopped_by:
        return await _stopped(ctx, wrote)
    settings, message = settings_of(ctx.space), wrote.message
    spared = ctx.level >= Level.MODERATOR and not settings.moderators_too
    agreement = settings.agreement
    must = agreement is not None and agreement.before_writing and not spared
    if (
        must
        and agreement is not None
        and not await ctx.service.consent.has_agreed(ctx.person, agreement.mark)
    ):
        return [Remove(message.place, message.ref), _read("agree-first")]
    if not wrote.edited and ctx.service.limits.too_soon(ctx.person, ctx.now, settings.pace):
        done: _Acts = [Remove(message.place, message.ref)]
        if await ctx.service.limits.first_told(ctx.person, ctx.now):
            done.append(View("told-slow", buttons=[Button("button-mine", rules, what=Part.MINE)]))
        return done
    hits = await ctx.service.judging.met(ctx.person, _as_written(ctx, wrote), ctx.space, ctx.level)
    if not hits:
        return [] if spared else await _asked(ctx)
    found = await ctx.service.judging.decide(
        ctx.person, hits, ctx.space, at=ctx.now, room=ctx.place.name, ref=message.ref, words=message.text,
        place=message.place, files=len(wrote.files),
        language=ctx.group.language if ctx.group is not None else None, cause=ctx.cause,
    )  # fmt: skip
    done = [] if spared else await _asked(ctx)
    folded = _folded(ctx, wrote, found)
    if found.has("hold") or found.has("remove") or folded is not None:
        done.append(Remove(message.place, message.ref))
    if folded is not None:
        done.append(Post(message.place, folded))
    done += await carrying.begun(ctx, found.out)
    told = _told_its_writer(found, folded=folded is not None)
    if told is not None:
        done.append(told)
    return [*done, *_asking(ctx, found)]


async def _stopped(ctx: Context[Moderation], wrote: Wrote) -> _Acts:
    """What a platform stopped by itself: nothing is left to take away, and its writer has read why."""
    hit = await ctx.service.judging.stopped(ctx.space, wrote.stopped_by)
    if hit is None:
        return []
    found = await ctx.service.judging.decide(
        ctx.person, [hit], ctx.space, at=ctx.now, room=ctx.place.name, words=wrote.message.text,
        place=wrote.message.place, stopped=True, keyword=wrote.keyword, cause=ctx.cause,
    )  # fmt: skip
    return [*await carrying.begun(ctx, found.out), *_asking(ctx, found)]


def _asking(ctx: Context[Moderation], found: Decision) -> list[Post]:
    asks = found.has("hold") or found.has("ask")
    return to_moderators(ctx, look("case-came", found.number)) if asks else []


async def _asked(ctx: Context[Moderation]) -> _Acts:
    """The agreement, before somebody who has not seen it: once."""
    agreement = settings_of(ctx.space).agreement
    if agreement is None or not await ctx.service.consent.ask_to_agree(ctx.person, agreement.mark):
        return []
    return [_read("agree-please")]


def _read(key: str) -> View:
    return View(key, buttons=[Button("button-read", rules, what=Part.READ, style=Style.MAIN)])


def _folded(ctx: Context[Moderation], wrote: Wrote, found: Decision) -> View | None:
    """What Hearth posts in the place of a message that gets a warning. Platforms let nobody fold somebody
    else's message; one of files alone stays as it is, since they could not come along."""
    fold = next((each for each in found.actions if each.kind == "fold"), None)
    words = wrote.message.text
    if fold is None or found.has("hold") or found.has("remove") or not words.strip():
        return None
    place, name = wrote.message.place, ctx.person.name
    return carrying.shown(Again(place, name, words, str(fold.value or ""), len(wrote.files)))


def _as_written(ctx: Context[Moderation], wrote: Wrote) -> Written:
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


def _told_its_writer(found: Decision, *, folded: bool) -> View | None:
    """What somebody is told, by direct message, about what they just wrote; nothing they refused to hear."""
    taken = None
    if found.has("hold"):
        taken = "told-held"
    elif found.has("remove"):
        taken = "told-taken"
    elif "time_out" in found.until:
        taken = "told-break"
    elif folded:
        taken = "told-folded"
    hints: list[str] = []
    if found.told or taken is not None:
        hints += [says for _, says in found.nudges if says]
    if found.told:
        hints += [str(each.value) for each in found.actions if each.kind == "suggest"]
    if taken is None and not hints:
        return None
    buttons = [Button("button-mine", rules, what=Part.MINE)]
    if found.told:
        buttons.append(Button("button-no-nudges", rules_nudges, wanted=False))
    return View(
        taken or "told-hint",
        fields=[Field("rules-say", Plain("\n".join(hints)))] if hints else [],
        buttons=buttons,
    )
