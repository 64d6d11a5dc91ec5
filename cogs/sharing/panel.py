"""The receipt, and the author's panel: everything that the holder of its code can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.sdk import Button, Command, Context, Field, Plain, Post, Refused, Scene, Style, View, text

from . import cog
from .agenda import planned
from .forms import Adding, Appealing, Code, Rewording, Telling, Theme, themes
from .here import again
from .receipts import Panel
from .said import Said
from .service import Sharing
from .showing import DANGER, crisis_button, how_it_stands, spoken_by, told_privately
from .standing import IN_SIGHT, Goal, State
from .writing import Receipt


class Rewriting(Telling):
    """Change what you shared"""

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Any]:
        """As for a new one; its picture stays as it is."""
        return {**super().offer(scene), "picture": None}


@cog.command(name="my-share", private=True)
async def my_share(ctx: Context[Sharing], code: Code) -> View:
    """Open what you shared or replied, with the code of its receipt: add, change, take down."""
    return panel_view(ctx, await ctx.service.receipts.open(ctx.person, code.code, at=ctx.now))


@cog.command(name="share-panel", private=True, listed=False)
async def share_panel(ctx: Context[Sharing], share: str, key: str) -> View:
    """The panel again."""
    return panel_view(ctx, await ctx.service.receipts.panel(share, key))


@cog.command(name="share-copy", private=True, listed=False)
async def share_copy(ctx: Context[Sharing], pending: str) -> list[View | Post]:
    """Have the receipt as a direct message."""
    receipt = await ctx.service.writing.code_again(ctx.person, pending, ctx.now)
    kept = View("receipt-message", fields=[Field("receipt-code", Plain(receipt.code), copy=True)])
    return [Post(ctx.person, kept), View("receipt-copied")]


@cog.command(name="share-add", private=True, listed=False)
async def share_add(ctx: Context[Sharing], share: str, key: str, adding: Adding) -> View:
    """Add words below what was shared."""
    panel = await ctx.service.receipts.panel(share, key)
    words, told = await _screened(ctx, panel, adding.text)
    where = again(ctx, panel.room, panel.group)
    changed = await ctx.service.receipts.add(
        ctx.person, share, key, words, where, at=ctx.now, cause=ctx.cause
    )
    await planned(ctx, changed.plans)
    return _done(ctx, "changed-soon", changed, told)


@cog.command(name="share-edit", private=True, listed=False)
async def share_edit(ctx: Context[Sharing], share: str, key: str, rewriting: Rewriting) -> View:
    """Put other words in their place; where moderators asked for a change, this is the answer."""
    panel = await ctx.service.receipts.panel(share, key)
    where = again(ctx, panel.room, panel.group)
    words, told = await _screened(ctx, panel, rewriting.text)
    names = dict(themes(where.settings))
    theme = "" if rewriting.theme is Theme.NONE else rewriting.theme.value
    warning = (await _screened(ctx, panel, rewriting.warning))[0] if rewriting.warning.strip() else ""
    said = Said(words, rewriting.wants, theme, names.get(rewriting.theme, ""), warning)
    if panel.state is State.CHANGE:
        return await _reviewed_again(ctx, panel, said, told)
    changed = await ctx.service.receipts.edit(
        ctx.person, share, key, said, where, at=ctx.now, cause=ctx.cause
    )
    await planned(ctx, changed.plans)
    return _done(ctx, "changed-soon", changed, told)


@cog.command(name="share-reword", private=True, listed=False)
async def share_reword(ctx: Context[Sharing], share: str, key: str, rewording: Rewording) -> View:
    """Put other words in the place of a reply that moderators would like changed."""
    panel = await ctx.service.receipts.panel(share, key)
    words, told = await _screened(ctx, panel, rewording.text)
    return await _reviewed_again(ctx, panel, Said(words), told)


async def _reviewed_again(ctx: Context[Sharing], panel: Panel, said: Said, told: Sequence[Field]) -> View:
    where = again(ctx, panel.room, panel.group)
    changed = await ctx.service.receipts.changed(
        ctx.person, panel.id, panel.key, said, where, at=ctx.now, cause=ctx.cause
    )
    await planned(ctx, changed.plans)
    return _done(ctx, "changed-review", changed, told)


@cog.command(name="share-replies", private=True, listed=False)
async def share_replies(ctx: Context[Sharing], share: str, key: str, on: bool) -> View:
    """Be told of replies, or not any more."""
    panel = await ctx.service.receipts.tell_replies(ctx.person, share, key, on=on, cause=ctx.cause)
    return _done(ctx, "replies-on" if on else "replies-off", panel)


@cog.command(name="share-cut", private=True, listed=False)
async def share_cut(ctx: Context[Sharing], share: str, key: str) -> View:
    """Destroy what leads to the author."""
    await ctx.service.receipts.cut(share, key, cause=ctx.cause)
    return View("cut")


@cog.command(name="share-down", private=True, listed=False)
async def share_down(ctx: Context[Sharing], share: str, key: str, sure: bool = False) -> View:
    """Take it down."""
    panel = await ctx.service.receipts.panel(share, key)
    if not sure:
        return View("down-sure-reply" if panel.reply else "down-sure", handle=Plain(panel.handle), buttons=[
            Button("button-down-sure", share_down, style=Style.DANGER, share=share, key=key, sure=True),
            _back(panel),
        ])  # fmt: skip
    plans = await ctx.service.receipts.take_down(share, key, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("reply-taken-back" if panel.reply else "down")


@cog.command(name="share-again", private=True, listed=False)
async def share_again(ctx: Context[Sharing], share: str, key: str) -> View:
    """Send it once more."""
    panel = await ctx.service.receipts.panel(share, key)
    where = again(ctx, panel.room, panel.group)
    changed = await ctx.service.receipts.again(ctx.person, share, key, where, at=ctx.now, cause=ctx.cause)
    await planned(ctx, changed.plans)
    return _done(ctx, "sent-again", changed)


@cog.command(name="share-appeal", private=True, listed=False)
async def share_appeal(ctx: Context[Sharing], share: str, key: str, appealing: Appealing) -> View:
    """Ask moderators to look again."""
    panel = await ctx.service.receipts.panel(share, key)
    if ctx.space.moderators_room is None:
        raise Refused("no-desk")
    screened, rules = await ctx.service.writing.screen(ctx.person, None, Said(appealing.text), ctx.language)
    plans = await ctx.service.receipts.appeal(
        ctx.person, share, key, screened.text, at=ctx.now, cause=ctx.cause
    )
    await planned(ctx, plans)
    return _done(ctx, "appeal-sent", panel, told_privately(screened, rules))


def receipt_view(receipt: Receipt) -> View:
    """The receipt: shown once, and again only to who pressed twice."""
    share, key = receipt.id, receipt.key
    copy = Button("button-copy", share_copy, pending=receipt.pending)
    if receipt.reply:
        says, can = "reply-sent", "receipt-can-reply"
        filled: dict[str, object] = {"name": spoken_by(receipt.name, author=receipt.author)}
        buttons = [Button("button-take-back", share_down, share=share, key=key, sure=True), copy]
    else:
        says, can, filled = "receipt", "receipt-can", {"handle": Plain(receipt.handle)}
        buttons = [copy, Button("button-tell-replies", share_replies, share=share, key=key, on=True)]
    return View(
        text(f"{says}-review" if receipt.review else says, **filled),
        fields=[Field("receipt-code", Plain(receipt.code), copy=True), Field("receipt-can-name", can)],
        buttons=[*buttons, Button("button-panel", share_panel, share=share, key=key)],
        passing=True,
    )


def panel_view(ctx: Context[Sharing], panel: Panel) -> View:
    """How it stands with a share or reply, and what can be done."""

    def button(label: str, command: Command, style: Style = Style.PLAIN, *, on: bool | None = None) -> Button:
        return Button(label, command, style=style, share=panel.id, key=panel.key, on=on)

    fields, buttons = [], []
    if panel.worried:
        fields.append(Field("notice-name", "notice-worried"))
        buttons += crisis_button(ctx)
    if panel.asked and panel.state is State.CHANGE:
        fields.append(Field("panel-asked", Plain(panel.asked)))
    if panel.reason and panel.state is State.DECLINED:
        fields.append(Field("panel-reason", f"why-{panel.reason}"))
    fields.append(Field("panel-reach", _reach(panel)))
    if panel.state is State.CHANGE:
        buttons.append(button("button-edit", share_reword if panel.reply else share_edit, Style.MAIN))
    if panel.state in (State.HELD, State.FAILED):
        buttons.append(button("button-again", share_again, Style.MAIN))
    if not panel.reply:
        buttons += _of_a_share(panel, button)
    if panel.reachable:
        buttons.append(button("button-cut", share_cut))
    if panel.state in (State.HIDDEN, State.DECLINED, State.POSTED):
        buttons.append(button("button-appeal", share_appeal))
    if panel.state is not State.POSTING:
        buttons.append(button("button-take-back" if panel.reply else "button-down", share_down, Style.DANGER))
    title = text("panel-title-reply" if panel.reply else "panel-title", handle=Plain(panel.handle))
    return View(
        how_it_stands(panel.state, panel.goal), title=title, fields=fields, buttons=buttons, passing=True
    )


def _of_a_share(panel: Panel, button: Callable[..., Button]) -> list[Button]:
    """What its author can do with a share while it stands there or is on its way."""
    buttons = []
    if panel.state is State.POSTED and panel.open:
        # Declared with the replies, whose receipts lead here.
        buttons.append(button("button-speak", cog.commands["share-speak"], Style.MAIN))
    if panel.goal is Goal.ROOM and panel.state in (State.QUEUED, State.POSTED) and panel.may_edit:
        buttons += [button("button-add", share_add), button("button-edit", share_edit)]
    if panel.replies:
        buttons.append(button("button-stop-replies", share_replies, on=False))
    elif panel.state in IN_SIGHT or panel.state is State.QUEUED:
        buttons.append(button("button-tell-replies", share_replies, on=True))
    return buttons


def _reach(panel: Panel) -> str:
    if panel.replies:
        return "reach-replies"
    return "reach-until-out" if panel.reachable else "reach-none"


def _back(panel: Panel) -> Button:
    return Button("button-panel", share_panel, share=panel.id, key=panel.key)


async def _screened(ctx: Context[Sharing], panel: Panel, words: str) -> tuple[str, list[Field]]:
    """The words as they go out, and what there is to say to their writer alone."""
    place = ctx.room(panel.room)
    screened, told = await ctx.service.writing.screen(ctx.person, place, Said(words), ctx.language)
    return screened.text, told_privately(screened, told)


def _done(ctx: Context[Sharing], key: str, panel: Panel, told: Sequence[Field] = ()) -> View:
    help_first = crisis_button(ctx) if any(one.name == DANGER for one in told) else []
    return View(key, fields=told, buttons=[*help_first, _back(panel)])
