"""What comes out by itself: shares and replies at random moments, changes, words to their authors."""

from __future__ import annotations

from bot.sdk import (
    Button,
    Context,
    Edit,
    Fate,
    Field,
    Place,
    Plain,
    Planned,
    Planning,
    Post,
    Refused,
    Remove,
    Slot,
    View,
    text,
)

from . import cog, desk
from .agenda import as_planned, planned
from .answering import reader_buttons, share_more, share_reply
from .outbox import Card, Notice
from .plans import What
from .service import Sharing
from .showing import covered, crisis_button, reply_view, share_view
from .standing import Goal, State


async def _of(planning: Planning[Sharing], what: What) -> list[Planned]:
    waiting = await planning.service.outbox.waiting(planning.space.id, planning.now, what)
    return [as_planned(plan) for plan in waiting]


# --- shares and replies -------------------------------------------------------------------------------


async def _posts(planning: Planning[Sharing]) -> list[Planned]:
    return await _of(planning, What.POST)


async def _posted(ctx: Context[Sharing], slot: Slot, fate: Fate, ref: str | None) -> None:
    """Note what came of it; who wrote it is told where it did not come out."""
    await planned(ctx, await ctx.service.outbox.settle(slot.name, slot.due, fate, ref, ctx.now))


@cog.schedule(_posts, settled=_posted)
async def post(ctx: Context[Sharing], slot: Slot) -> Post | None:
    """Put a share or an anonymous reply where it belongs: in its room, its thread, or before moderators."""
    outbox = ctx.service.outbox
    card = await outbox.where(slot.name)
    if card is None:
        return None
    if card.reply and (not card.open or card.place is None) and card.state is State.QUEUED:
        await planned(ctx, await outbox.give_up(slot.name, ctx.now))
        return None
    place = _place(ctx, card)
    handed = await outbox.hand_out(slot.name, slot.due, place)
    if handed is None:
        return None
    if handed.goal is Goal.REVIEW:
        return Post(place, desk.review_view(handed))
    if handed.reply:
        return Post(place, _reply(handed))
    return Post(place, share_view(handed, reader_buttons(handed)))


def _place(ctx: Context[Sharing], card: Card) -> Place:
    if card.goal is Goal.REVIEW:
        return desk.room(ctx)
    if card.reply:
        if card.place is None:
            raise Refused("no-such-place")
        return card.place
    return ctx.room(card.room)


def _reply(card: Card) -> View:
    more = Button("button-more", share_more, what=card.id)
    return reply_view(card, [Button("button-reply", share_reply, share=card.share), more])


# --- what stands there changes ------------------------------------------------------------------------


async def _updates(planning: Planning[Sharing]) -> list[Planned]:
    return await _of(planning, What.UPDATE)


@cog.schedule(_updates)
async def update(ctx: Context[Sharing], slot: Slot) -> Edit | Remove | None:
    """Show anew what stands there, or take it away."""
    card = await ctx.service.outbox.shown_anew(slot.name)
    if card is None or card.place is None or not card.ref:
        return None
    if card.state is State.GONE:
        return Remove(card.place, card.ref)
    if card.hidden:
        return Edit(card.place, card.ref, covered(card))
    if card.reply:
        return Edit(card.place, card.ref, _reply(card))
    return Edit(card.place, card.ref, share_view(card, reader_buttons(card)))


# --- private words to authors -------------------------------------------------------------------------


async def _tells(planning: Planning[Sharing]) -> list[Planned]:
    return await _of(planning, What.TELL)


async def _told(ctx: Context[Sharing], slot: Slot, fate: Fate, ref: str | None) -> None:
    """Note that it was told. A closed door is not knocked at again: the panel shows how it stands."""
    if not await ctx.service.outbox.told(slot.name, slot.due, ctx.now):
        return
    # The ledger would remember for ever which direct message it was, and thereby whose. What came in between
    # to be told went with it, and is planned anew.
    await ctx.service.supplies.wipe("tell", [slot.name])
    await planned(ctx, await ctx.service.outbox.to_tell(slot.name))


@cog.schedule(_tells, settled=_told)
async def tell(ctx: Context[Sharing], slot: Slot) -> Post | None:
    """Tell an author what became of their share, or that there are replies."""
    notice = await ctx.service.outbox.notice(slot.name, slot.due)
    if notice is None:
        return None
    return Post(notice.to, _notice_view(ctx, notice))


def _notice_view(ctx: Context[Sharing], notice: Notice) -> View:
    fields = []
    buttons: list[Button] = []
    for kind in notice.kinds:
        match kind:
            case "reply":
                says = text("notice-reply", replies=notice.replies)
            case "change":
                says = text("notice-change", asked=Plain(notice.asked))
            case "declined":
                says = text("notice-declined", why=text(f"why-{notice.reason}"))
            case "answered":
                says = text("notice-answered", answer=Plain(notice.answer))
            case "worried":
                says = text("notice-worried")
                buttons = crisis_button(ctx)
            case "held" if notice.review:
                says = text("notice-held-review")
            case _:
                says = text(f"notice-{kind}")
        fields.append(Field("notice-name", says))
    if notice.text and {"failed", "held", "declined"} & set(notice.kinds):
        fields.append(Field("notice-your-words", Plain(notice.text)))
    return View("notice", handle=Plain(notice.handle), fields=fields, buttons=buttons, passing=False)


# --- appeals ------------------------------------------------------------------------------------------


async def _appeals(planning: Planning[Sharing]) -> list[Planned]:
    return await _of(planning, What.APPEAL)


async def _appeal_posted(ctx: Context[Sharing], slot: Slot, fate: Fate, ref: str | None) -> None:
    """Note that moderators have it."""
    if fate is Fate.POSTED:
        await ctx.service.outbox.appeal_stands(slot.name)


@cog.schedule(_appeals, settled=_appeal_posted)
async def appeal(ctx: Context[Sharing], slot: Slot) -> Post | None:
    """Put an appeal before moderators."""
    found = await ctx.service.outbox.appeal(slot.name)
    if found is None:
        return None
    handle, words = found
    return Post(desk.room(ctx), desk.appeal_view(slot.name, handle, words))
