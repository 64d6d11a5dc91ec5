"""Reading: a tap, a reply under one's name or without it, and saying that something is wrong."""

from __future__ import annotations

from typing import Annotated

from bot.sdk import Button, Context, Field, Message, Plain, Post, Refused, Style, Upto, View, label, text

from . import cog, desk
from .agenda import planned
from .asking import share_read
from .forms import Answering, Openly
from .here import again, is_small, shown_there, today
from .outbox import Card
from .panel import receipt_view
from .replying import Report
from .said import Said, Wants, Where
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

_HELPS = {Wants.LISTEN: Kind.HEARD, Wants.BEEN_THERE: Kind.ME_TOO}
"""The tap that is what somebody asked for. Whoever asked for ideas asked for words."""

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
    """What a reader can do with a share; what its author asked for asks for attention."""
    helps = _HELPS.get(card.said.wants)
    kinds = sorted(Kind, key=lambda kind: kind is not helps)
    buttons = [
        Button(label(kind), share_tap, share=card.id, kind=kind, style=_style(kind is helps))
        for kind in kinds
    ]
    if card.open:
        buttons.append(Button("button-openly", share_openly, share=card.id))
        buttons.append(Button("button-reply", share_reply, share=card.id, style=_style(helps is None)))
    buttons.append(Button("button-more", share_more, what=card.id))
    return buttons


def _style(helps: bool) -> Style:
    return Style.MAIN if helps else Style.PLAIN


# --- replying -----------------------------------------------------------------------------------------


@cog.command(name="share-openly", private=True, listed=False)
async def share_openly(ctx: Context[Sharing], share: str, openly: Openly) -> View | list[View | Post]:
    """Reply under one's own name, at once."""
    return await _openly(ctx, share, openly)


@cog.command(name="share-openly-change", private=True, listed=False)
async def share_openly_change(
    ctx: Context[Sharing], pending: str, openly: Openly
) -> View | list[View | Post]:
    """Write it differently, after it sounded like advice."""
    words = await ctx.service.writing.kind_of(ctx.person, pending, ctx.now)
    if words.get("kind") != "openly":
        raise Refused("preview-gone")
    return await _openly(ctx, words["share"], openly, instead_of=pending)


@cog.command(name="share-openly-send", private=True, listed=False)
async def share_openly_send(ctx: Context[Sharing], pending: str) -> list[View | Post]:
    """Send it as it is."""
    share, words = await ctx.service.writing.send_openly(ctx.person, pending, at=ctx.now, cause=ctx.cause)
    card = await ctx.service.replying.share(share)
    return [_under_ones_name(ctx, card, words), View("said-openly")]


async def _openly(
    ctx: Context[Sharing], share: str, openly: Openly, *, instead_of: str = ""
) -> View | list[View | Post]:
    card = await ctx.service.replying.share(share)
    if card.place is None:
        raise Refused("replies-closed")
    seen = await ctx.service.writing.openly(
        ctx.person, share, Said(openly.text), card.place, ctx.language,
        at=ctx.now, instead_of=instead_of, cause=ctx.cause,
    )  # fmt: skip
    told = told_privately(seen.screened, seen.rules)
    help_first = crisis_button(ctx) if seen.screened.danger else []
    if not seen.advice:
        answer = View("said-openly", fields=told, buttons=help_first)
        return [_under_ones_name(ctx, card, seen.said.text), answer]
    return View(
        Plain(seen.said.text), title="preview-title",
        fields=[Field("preview-look", "preview-advice"), *told],
        buttons=[
            *help_first,
            Button("button-send", share_openly_send, style=Style.MAIN, pending=seen.id),
            Button("button-change", share_openly_change, pending=seen.id),
            Button("button-throw-away", share_reply_drop, pending=seen.id),
        ],
        passing=True,
    )  # fmt: skip


def _under_ones_name(ctx: Context[Sharing], card: Card, words: str) -> Post:
    if card.place is None:
        raise Refused("replies-closed")
    thread = card.place.under(card.ref, card.handle.capitalize())
    return Post(thread, View(Plain(words), title=Plain(ctx.person.name) or text("somebody")))


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
        ctx.person, share, Said(answering.text), where, card.place, ctx.language,
        at=ctx.now, key=key, instead_of=instead_of, cause=ctx.cause,
    )  # fmt: skip
    small = seen.first and await is_small(ctx, card.place, where)
    return preview_view(ctx, seen, where, card.place.name or where.room, small=small, buttons=[
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
