"""Sharing: the form, the private look at it with the promise, and sending it."""

from __future__ import annotations

import base64
from typing import Annotated

from bot.sdk import (
    Button,
    Context,
    Level,
    Plain,
    Post,
    Refused,
    Says,
    Style,
    Upload,
    Upto,
    View,
    aside,
    label,
    text,
)

from . import cog
from .agenda import planned
from .forms import Telling, Theme, themes
from .here import again, is_small, meant, shown_there, today
from .panel import receipt_view
from .pictures import LARGEST, made_anew
from .said import Said, Where
from .service import Sharing
from .settings import SharingSettings
from .showing import preview_view, promise, send_label


@cog.command(private=True)
async def share(
    ctx: Context[Sharing],
    telling: Telling,
    group: Annotated[str, Upto(60)] | None = None,
) -> View:
    """Say what you can't say under your name. You see it first, and nobody learns it was you."""
    return await _looked_at(ctx, telling, await meant(ctx, group), "")


@cog.command(name="share-change", private=True, listed=False)
async def share_change(ctx: Context[Sharing], pending: str, telling: Telling) -> View:
    """Write it differently, before it is sent."""
    words = await ctx.service.writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") != "share":
        raise Refused("preview-gone")
    return await _looked_at(ctx, telling, again(ctx, words["room"], words["group"]), pending)


@cog.command(name="share-drop", private=True, listed=False)
async def share_drop(ctx: Context[Sharing], pending: str) -> View:
    """Throw away what was written."""
    await ctx.service.writing.throw_away(ctx.person, pending, cause=ctx.cause)
    return View("thrown-away")


@cog.command(name="share-send", private=True, listed=False)
async def share_send(ctx: Context[Sharing], pending: str, sure: bool = False) -> View:
    """Send it."""
    writing = ctx.service.writing
    words = await writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") == "share":
        where = again(ctx, words["room"], words["group"])
        place = ctx.room(where.room)
        if not sure and await is_small(ctx, place, where):
            return View("small-group", buttons=[
                Button("button-send-sure", share_send, style=Style.MAIN, pending=pending, sure=True),
                Button("button-throw-away", share_drop, pending=pending),
            ])  # fmt: skip
        await writing.agree(ctx.person, at=ctx.now)
        receipt = await writing.send_share(
            ctx.person, pending, where, at=ctx.now, today=today(ctx, where), cause=ctx.cause
        )
    else:
        # Pressed again: the same receipt, whatever is set up there by now.
        nowhere = Where("", "", ctx.language, ctx.space.zone, SharingSettings())
        receipt = await writing.send_share(
            ctx.person, pending, nowhere, at=ctx.now, today=ctx.now.date(), cause=ctx.cause
        )
    await planned(ctx, receipt.plans)
    return receipt_view(receipt)


@cog.command(name="share-promise", private=True)
async def share_promise(ctx: Context[Sharing]) -> View:
    """Read what holds for anonymous sharing: who could find out, what is kept, what if life is in danger."""
    agreed = await ctx.service.writing.has_agreed(ctx.person)
    settings = (await meant(ctx)).settings
    buttons = [] if agreed else [Button("button-agree", share_agree, style=Style.MAIN)]
    return View("promise", fields=promise(settings), buttons=buttons)


@cog.command(name="share-read", private=True, listed=False)
async def share_read(ctx: Context[Sharing], pending: str) -> View:
    """Read in full what holds where this is to go."""
    words = await ctx.service.writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") == "reply":
        card = await ctx.service.replying.share(words["share"])
        words = {"room": card.room, "group": card.group}
    elif words.get("kind") != "share":
        raise Refused("preview-gone")
    return View("promise", fields=promise(again(ctx, words["room"], words["group"]).settings))


@cog.command(name="share-invite", private=True, level=Level.MODERATOR)
async def share_invite(ctx: Context[Sharing]) -> list[View | Post]:
    """Post a message with the button "Share anonymously" into this room, for you to pin."""
    where = await meant(ctx)
    here = ctx.room(where.room) if ctx.place.direct else ctx.place
    named = None if ctx.group is not None and ctx.group.id == where.group else where.group or None
    invitation = View(
        "invitation", title="invitation-title", footer="invitation-footer",
        buttons=[Button("button-share", share, style=Style.MAIN, group=named)],
    )  # fmt: skip
    return [Post(here, invitation), View("invited")]


@cog.command(name="share-agree", private=True, listed=False)
async def share_agree(ctx: Context[Sharing]) -> View:
    """Agree to the promise, without sharing anything yet."""
    await ctx.service.writing.agree(ctx.person, at=ctx.now, cause=ctx.cause)
    return View("agreed")


@cog.command(name="share-filter", private=True)
async def share_filter(ctx: Context[Sharing]) -> View:
    """Choose themes you would rather not read when I show you a share."""
    return _filter(ctx, await ctx.service.writing.filtered(ctx.person))


@cog.command(name="share-fold", private=True, listed=False)
async def share_fold(ctx: Context[Sharing], theme: Theme) -> View:
    """Choose a theme, or take that back."""
    chosen = await ctx.service.writing.turn_filter(ctx.person, theme.value, cause=ctx.cause)
    return _filter(ctx, chosen)


def _filter(ctx: Context[Sharing], chosen: frozenset[str]) -> View:
    settings = shown_there(ctx.space, ctx.group.id if ctx.group is not None else "")
    buttons, names = [], []
    for theme, words in themes(settings):
        name: Says = Plain(words) if words else label(theme)
        on = theme.value in chosen
        if on:
            names.append(ctx.say(name))
        key = "button-theme-on" if on else "button-theme-off"
        buttons.append(Button(text(key, theme=name), share_fold, theme=theme))
    if names:
        return View("filter", themes=Plain(", ".join(names)), buttons=buttons)
    return View("filter-none", buttons=buttons)


async def _looked_at(ctx: Context[Sharing], telling: Telling, where: Where, instead_of: str) -> View:
    place = ctx.room(where.room)
    names = dict(themes(where.settings))
    theme = "" if telling.theme is Theme.NONE else telling.theme.value
    said = Said(telling.text, telling.wants, theme, names.get(telling.theme, ""), telling.warning)
    picture = await _picture(telling.picture, where)
    seen = await ctx.service.writing.share(
        ctx.person, said, where, place, ctx.language,
        at=ctx.now, picture=picture, instead_of=instead_of, cause=ctx.cause,
    )  # fmt: skip
    return preview_view(ctx, seen, where, place.name or where.room, [
        Button(send_label(seen), share_send, style=Style.MAIN, pending=seen.id),
        Button("button-change", share_change, pending=seen.id),
        Button("button-throw-away", share_drop, pending=seen.id),
        Button("button-promise", share_read, pending=seen.id),
    ])  # fmt: skip


async def _picture(upload: Upload | None, where: Where) -> dict[str, str] | None:
    if upload is None:
        return None
    if not where.settings.pictures:
        raise Refused("no-pictures", field="picture")
    if upload.size > LARGEST:
        raise Refused("picture-large", field="picture")
    type, data = await aside(made_anew, await upload.read())
    return {"type": type, "data": base64.b64encode(data).decode(), "alt": ""}
