"""Reading: a tap, a reply under one's name or without it, and saying that something is wrong."""

from __future__ import annotations

from typing import Annotated

from bot.sdk import Button, Context, Field, Message, Plain, Post, Refused, Style, Upto, View, label, text

from . import cog, desk
from .agenda import planned
from .asking import share_read
from .forms import Answering, Openly
from .here import again, shown_there, today
from .outbox import Card
from .panel import receipt_view
from .replying import Report
from .service import Sharing
from .showing import (
    below,
    crisis_button,
    pictures_of,
    preview_view,
    send_label,
    titled,
    told_privately,
    warning_of,
    words_of,
)
from .standing import State
from .taps import Kind
from .writing import Said, Where

# --- taps ---------------------------------------------------------------------------------------------


@cog.command(name="share-tap", private=True, listed=False)
async def share_tap(ctx: Context[Sharing], share: str, kind: Kind) -> View:
    """A tap under a share."""
    tapped = await ctx.service.replying.tap(ctx.person, share, kind, at=ctx.now, cause=ctx.cause)
    await planned(ctx, tapped.plans)
    return View("tapped" if tapped.on else "tap-taken-back")


# --- a share by its short name ------------------------------------------------------------------------


@cog.command(private=True)
async def answer(ctx: Context[Sharing], handle: Annotated[str, Upto(60)]) -> View:
    """Answer a share by its short name, such as "amber 7": the same as the buttons below it."""
    return await _looked_at(ctx, await ctx.service.replying.look(ctx.person, handle), False)


@cog.command(name="share-look", private=True, listed=False)
async def share_look(ctx: Context[Sharing], share: str) -> View:
    """Show a share all the same."""
    return await _looked_at(ctx, await ctx.service.replying.share(share), True)


async def _looked_at(ctx: Context[Sharing], card: Card, anyway: bool) -> View:
    if card.hidden:
        return View("post-covered", title=titled(card))
    warning = warning_of(card.said)
    if warning is not None and not anyway:
        avoided = card.said.theme in await ctx.service.writing.filtered(ctx.person)
        return View(
            text("look-avoided" if avoided else "look-warning", warning=warning),
            title=titled(card), buttons=[Button("button-look", share_look, share=card.id)],
        )  # fmt: skip
    return View(
        Plain(card.said.text), title=titled(card), fields=words_of(card), files=pictures_of(card),
        footer=below(card), buttons=reader_buttons(card), passing=True,
    )  # fmt: skip


def reader_buttons(card: Card) -> list[Button]:
    """What a reader can do with a share."""
    buttons = [Button(label(kind), share_tap, share=card.id, kind=kind) for kind in Kind]
    if card.open:
        buttons.append(Button("button-openly", share_openly, share=card.id))
        buttons.append(Button("button-reply", share_reply, share=card.id, style=Style.MAIN))
    buttons.append(Button("button-more", share_more, what=card.id))
    return buttons


# --- replying -----------------------------------------------------------------------------------------


@cog.command(name="share-openly", private=True, listed=False)
async def share_openly(ctx: Context[Sharing], share: str, openly: Openly) -> list[View | Post]:
    """Reply under one's own name, at once."""
    card = await ctx.service.replying.share(share)
    if not card.open or card.hidden or card.place is None:
        raise Refused("replies-closed")
    thread = card.place.under(card.ref, card.handle.capitalize())
    screened, told = await ctx.service.writing.screen(ctx.person, card.place, Said(openly.text), ctx.language)
    name = Plain(ctx.person.name) if ctx.person.name else text("somebody")
    answer = View(
        "said-openly", fields=told_privately(screened, told),
        buttons=crisis_button(ctx) if screened.danger else [],
    )  # fmt: skip
    return [Post(thread, View(Plain(screened.text), title=name)), answer]


@cog.command(name="share-reply", private=True, listed=False)
async def share_reply(ctx: Context[Sharing], share: str, answering: Answering) -> View:
    """Reply without one's name."""
    return await _reply(ctx, share, answering)


@cog.command(name="reply-anonymously", private=True)
async def reply_anonymously(ctx: Context[Sharing], message: Message, answering: Answering) -> View:
    """Reply to a share without your name. You see it first, and nobody learns it was you."""
    card = await ctx.service.replying.look_at(message.place, message.ref)
    return await _reply(ctx, card.id, answering)


@cog.command(name="share-reply-change", private=True, listed=False)
async def share_reply_change(ctx: Context[Sharing], pending: str, answering: Answering) -> View:
    """Write the reply differently."""
    words = await ctx.service.writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") != "reply":
        raise Refused("preview-gone")
    return await _reply(ctx, words["share"], answering, instead_of=pending)


@cog.command(name="share-reply-drop", private=True, listed=False)
async def share_reply_drop(ctx: Context[Sharing], pending: str) -> View:
    """Throw the reply away."""
    await ctx.service.writing.throw_away(ctx.person, pending, cause=ctx.cause)
    return View("thrown-away")


@cog.command(name="share-reply-send", private=True, listed=False)
async def share_reply_send(ctx: Context[Sharing], pending: str) -> View:
    """Send the reply."""
    writing = ctx.service.writing
    words = await writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") == "reply":
        where = await _where(ctx, words["share"])
        await writing.agree(ctx.person, at=ctx.now)
    else:
        where = Where("", "", ctx.language, ctx.space.zone, shown_there(ctx.space, ""))
    receipt = await writing.send_reply(
        ctx.person, pending, where, at=ctx.now, today=today(ctx, where), cause=ctx.cause
    )
    await planned(ctx, receipt.plans)
    return receipt_view(receipt)


@cog.command(name="share-speak", private=True, listed=False)
async def share_speak(ctx: Context[Sharing], share: str, key: str, answering: Answering) -> View:
    """Reply as the author, who shows that by the code."""
    return await _reply(ctx, share, answering, key=key)


async def _where(ctx: Context[Sharing], share: str) -> Where:
    card = await ctx.service.replying.share(share)
    return again(ctx, card.room, card.group)


async def _reply(
    ctx: Context[Sharing], share: str, answering: Answering, *, key: str = "", instead_of: str = ""
) -> View:
    """A reply as it would be seen; with a panel's `key` it speaks as the author."""
    card = await ctx.service.replying.share(share)
    where = again(ctx, card.room, card.group)
    assert card.place is not None
    seen = await ctx.service.writing.reply(
        ctx.person, share, Said(answering.text), card.place, ctx.language,
        at=ctx.now, key=key, instead_of=instead_of, cause=ctx.cause,
    )  # fmt: skip
    return preview_view(ctx, seen, where, card.place.name or where.room, [
        Button(send_label(seen), share_reply_send, style=Style.MAIN, pending=seen.id),
        Button("button-change", share_reply_change, pending=seen.id),
        Button("button-throw-away", share_reply_drop, pending=seen.id),
        *([] if seen.agreed else [Button("button-promise", share_read, pending=seen.id)]),
    ])  # fmt: skip


# --- something is wrong -------------------------------------------------------------------------------


@cog.command(name="share-more", private=True, listed=False)
async def share_more(ctx: Context[Sharing], what: str) -> View:
    """What else can be done about it."""
    card = await ctx.service.moderating.card(what)
    if card.state not in (State.POSTED, State.HIDDEN):
        raise Refused("no-such-share")
    buttons = [Button(label(why), share_report, what=what, why=why) for why in Report]
    return View(
        "more", handle=Plain(card.handle), fields=[Field("more-who-name", "more-who")], buttons=buttons
    )


@cog.command(name="share-report", private=True, listed=False)
async def share_report(ctx: Context[Sharing], what: str, why: Report) -> list[View | Post]:
    """Tell moderators, who never learn by whom."""
    room = desk.room(ctx)
    reported = await ctx.service.replying.report(ctx.person, what, why, at=ctx.now, cause=ctx.cause)
    await planned(ctx, reported.plans)
    help_first = crisis_button(ctx) if why is Report.WORRIED else []
    answer = View(f"reported-{why.value}", buttons=help_first)
    if not reported.fresh:
        return [answer]
    return [Post(room, desk.report_view(reported.card, why)), answer]
