"""The moderators' desk: what was said comes here, is decided here, and never with a name."""

from __future__ import annotations

from typing import Annotated

from bot.sdk import (
    Button,
    Context,
    Edit,
    Level,
    Message,
    Place,
    Plain,
    Refused,
    Style,
    Upto,
    View,
    label,
    text,
)

from . import cog
from .agenda import planned
from .forms import Asking, Deciding
from .moderating import Decided, Scope, Why
from .outbox import Card
from .replying import Report
from .service import Sharing
from .showing import desk_view
from .standing import IN_SIGHT, State


def room(ctx: Context[Sharing]) -> Place:
    """The moderators' room. Raises `Refused("no-desk")` where the profile names none."""
    if ctx.space.moderators_room is None:
        raise Refused("no-desk")
    return ctx.room(ctx.space.moderators_room)


# --- before it comes out ------------------------------------------------------------------------------


@cog.command(name="share-approve", private=True, listed=False, level=Level.MODERATOR)
async def share_approve(ctx: Context[Sharing], share: str) -> list[View | Edit]:
    """Let a share come out."""
    decided = await ctx.service.moderating.approve(share, at=ctx.now, cause=ctx.cause)
    return await _done(ctx, decided, "approved")


@cog.command(name="share-ask-change", private=True, listed=False, level=Level.MODERATOR)
async def share_ask_change(ctx: Context[Sharing], share: str, asking: Asking) -> list[View | Edit]:
    """Ask its author to change something, without learning who it is."""
    decided = await ctx.service.moderating.ask_change(share, asking.text, at=ctx.now, cause=ctx.cause)
    return await _done(ctx, decided, "change-asked")


@cog.command(name="share-decline", private=True, listed=False, level=Level.MODERATOR)
async def share_decline(
    ctx: Context[Sharing], share: str, why: Why | None = None
) -> View | list[View | Edit]:
    """Do not let a share come out, and say why."""
    if why is None:
        reasons = [Button(label(one), share_decline, share=share, why=one) for one in Why]
        return View("decline-why", buttons=reasons)
    decided = await ctx.service.moderating.decline(share, why, at=ctx.now, cause=ctx.cause)
    return await _done(ctx, decided, "declined")


async def _done(ctx: Context[Sharing], decided: Decided, what: str) -> list[View | Edit]:
    await planned(ctx, decided.plans)
    answer = View(f"{what}-now")
    if decided.desk is None or not decided.desk_ref:
        return [answer]
    there = View(f"desk-{what}", handle=Plain(decided.handle))
    return [Edit(decided.desk, decided.desk_ref, there), answer]


def review_view(card: Card) -> View:
    """A share or reply that waits for a decision."""
    return desk_view(card, "desk-review-reply" if card.reply else "desk-review", [
        Button("button-approve", share_approve, share=card.id, style=Style.MAIN),
        Button("button-ask-change", share_ask_change, share=card.id),
        Button("button-decline", share_decline, share=card.id),
        Button("button-mute", share_mute, what=card.id),
    ], "desk-footer")  # fmt: skip


# --- when it stands there -----------------------------------------------------------------------------


@cog.command(private=True, level=Level.MODERATOR)
async def moderate(ctx: Context[Sharing], handle: Annotated[str, Upto(60)]) -> View:
    """Act on a share or reply by its short name, such as "amber 7". Nobody learns who wrote it."""
    return _controls(await ctx.service.moderating.find(ctx.space.id, handle))


@cog.command(name="moderate-this", private=True, level=Level.MODERATOR)
async def moderate_this(ctx: Context[Sharing], message: Message) -> View:
    """Act on this share or anonymous reply. Nobody learns who wrote it."""
    return _controls(await ctx.service.moderating.find_at(message.place, message.ref))


@cog.command(name="share-hide", private=True, listed=False, level=Level.MODERATOR)
async def share_hide(ctx: Context[Sharing], what: str, hide: bool) -> View:
    """Cover what a share or reply says, or show it again."""
    card, plans = await ctx.service.moderating.cover(what, hidden=hide, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("hidden-now" if hide else "restored-now", buttons=controls(card))


@cog.command(name="share-close", private=True, listed=False, level=Level.MODERATOR)
async def share_close(ctx: Context[Sharing], what: str, close: bool) -> View:
    """Take no more replies, or take them again."""
    card, plans = await ctx.service.moderating.close(what, takes=not close, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("closed-now" if close else "opened-now", buttons=controls(card))


@cog.command(name="share-mute", private=True, listed=False, level=Level.MODERATOR)
async def share_mute(ctx: Context[Sharing], what: str, scope: Scope | None = None) -> View:
    """Mute the voice that wrote it, without learning whose it is."""
    if scope is None:
        scopes = [Button(label(one), share_mute, what=what, scope=one) for one in Scope]
        return View("mute-how", buttons=scopes)
    muted = await ctx.service.moderating.mute(ctx.space.id, what, scope, at=ctx.now, cause=ctx.cause)
    await planned(ctx, muted.plans)
    lift = Button("button-lift", share_lift, mute=muted.id)
    return View(
        "muted-thread" if scope is Scope.THREAD else "muted-now",
        handle=Plain(muted.handle), until=f"{muted.until}", buttons=[lift],
    )  # fmt: skip


@cog.command(name="share-lift", private=True, listed=False, level=Level.MODERATOR)
async def share_lift(ctx: Context[Sharing], mute: str) -> View:
    """End this mute, and no other."""
    await ctx.service.moderating.lift(mute, cause=ctx.cause)
    return View("lifted")


def _controls(card: Card) -> View:
    if card.state is State.GONE:
        return View("moderate-gone", handle=Plain(card.handle), buttons=controls(card))
    return desk_view(card, "moderate-title", controls(card), "moderate-footer")


def controls(card: Card) -> list[Button]:
    """What moderators can do; mostly with what stands in the room."""
    mute = Button("button-mute", share_mute, what=card.id)
    if card.state not in IN_SIGHT:
        return [mute]
    hide = Button(
        "button-restore" if card.hidden else "button-hide", share_hide, what=card.id, hide=not card.hidden
    )
    close = Button(
        "button-close" if card.open else "button-reopen", share_close, what=card.id, close=card.open
    )
    return [hide, close, mute]


def report_view(card: Card, why: Report) -> View:
    """What a member reported, and never who."""
    return desk_view(card, f"desk-report-{why.value}", controls(card), "desk-report-footer")


# --- appeals ------------------------------------------------------------------------------------------


@cog.command(name="share-decide", private=True, listed=False, level=Level.MODERATOR)
async def share_decide(ctx: Context[Sharing], appeal: str, deciding: Deciding) -> View:
    """Answer an appeal, without learning whose it is."""
    plans = await ctx.service.moderating.answer(appeal, deciding.text, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("appeal-answered")


def appeal_view(id: str, handle: str, words: str) -> View:
    """An appeal before moderators."""
    return View(
        Plain(words), title=text("desk-appeal", handle=Plain(handle)), footer="desk-footer",
        buttons=[Button("button-decide", share_decide, appeal=id, style=Style.MAIN)],
    )  # fmt: skip
