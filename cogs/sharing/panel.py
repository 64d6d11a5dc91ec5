"""The author's panel: everything that the holder of a receipt's code can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sdk import Button, Command, Context, Field, Plain, Refused, Scene, Style, View, text

from . import cog
from .agenda import planned
from .answering import replied
from .forms import Adding, Answering, Appealing, Code, Telling, Theme, themes
from .here import again
from .receipts import Panel
from .service import Sharing
from .showing import how_it_stands
from .standing import IN_SIGHT, Goal, State
from .writing import Said


class Rewriting(Telling):
    """Change what you shared"""

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Any]:
        """As for a new one; its picture stays as it is."""
        return {**super().offer(scene), "picture": None}


@cog.command(name="my-share", private=True)
async def my_share(ctx: Context[Sharing], code: Code) -> View:
    """Open what you shared, with the code of your receipt: add, change, take down, speak as its author."""
    return panel_view(await ctx.service.receipts.open(ctx.person, code.code, at=ctx.now))


@cog.command(name="share-panel", private=True, listed=False)
async def share_panel(ctx: Context[Sharing], share: str, key: str) -> View:
    """The panel again."""
    return panel_view(await ctx.service.receipts.panel(share, key))


@cog.command(name="share-add", private=True, listed=False)
async def share_add(ctx: Context[Sharing], share: str, key: str, adding: Adding) -> View:
    """Add words below what was shared."""
    panel = await ctx.service.receipts.panel(share, key)
    words = await _screened(ctx, panel, adding.text)
    changed = await ctx.service.receipts.add(share, key, words, at=ctx.now, cause=ctx.cause)
    await planned(ctx, changed.plans)
    return View("changed-soon", buttons=[_back(changed)])


@cog.command(name="share-edit", private=True, listed=False)
async def share_edit(ctx: Context[Sharing], share: str, key: str, rewriting: Rewriting) -> View:
    """Put other words in their place; where moderators asked for a change, this is the answer."""
    panel = await ctx.service.receipts.panel(share, key)
    where = again(ctx, panel.room, panel.group)
    words = await _screened(ctx, panel, rewriting.text)
    names = dict(themes(where.settings))
    theme = "" if rewriting.theme is Theme.NONE else rewriting.theme.value
    warning = await _screened(ctx, panel, rewriting.warning) if rewriting.warning.strip() else ""
    said = Said(words, rewriting.wants, theme, names.get(rewriting.theme, ""), warning)
    if panel.state is State.CHANGE:
        changed = await ctx.service.receipts.changed(share, key, said, where, at=ctx.now, cause=ctx.cause)
        key_of_answer = "changed-review"
    else:
        changed = await ctx.service.receipts.edit(share, key, said, at=ctx.now, cause=ctx.cause)
        key_of_answer = "changed-soon"
    await planned(ctx, changed.plans)
    return View(key_of_answer, buttons=[_back(changed)])


@cog.command(name="share-speak", private=True, listed=False)
async def share_speak(ctx: Context[Sharing], share: str, key: str, answering: Answering) -> View:
    """Reply as the author."""
    await ctx.service.receipts.panel(share, key)
    return await replied(ctx, share, answering.text, key=key)


@cog.command(name="share-replies", private=True, listed=False)
async def share_replies(ctx: Context[Sharing], share: str, key: str, on: bool) -> View:
    """Be told of replies, or not any more."""
    panel = await ctx.service.receipts.tell_replies(ctx.person, share, key, on=on, cause=ctx.cause)
    return View("replies-on" if on else "replies-off", buttons=[_back(panel)])


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
        return View("down-sure", handle=Plain(panel.handle), buttons=[
            Button("button-down-sure", share_down, style=Style.DANGER, share=share, key=key, sure=True),
            _back(panel),
        ])  # fmt: skip
    plans = await ctx.service.receipts.take_down(share, key, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("down")


@cog.command(name="share-again", private=True, listed=False)
async def share_again(ctx: Context[Sharing], share: str, key: str) -> View:
    """Send it once more."""
    panel = await ctx.service.receipts.panel(share, key)
    where = again(ctx, panel.room, panel.group)
    changed = await ctx.service.receipts.again(share, key, where, at=ctx.now, cause=ctx.cause)
    await planned(ctx, changed.plans)
    return View("sent-again", buttons=[_back(changed)])


@cog.command(name="share-appeal", private=True, listed=False)
async def share_appeal(ctx: Context[Sharing], share: str, key: str, appealing: Appealing) -> View:
    """Ask moderators to look again."""
    panel = await ctx.service.receipts.panel(share, key)
    if ctx.space.moderators_room is None:
        raise Refused("no-desk")
    words = await _screened(ctx, panel, appealing.text)
    plans = await ctx.service.receipts.appeal(ctx.person, share, key, words, at=ctx.now, cause=ctx.cause)
    await planned(ctx, plans)
    return View("appeal-sent", buttons=[_back(panel)])


def panel_view(panel: Panel) -> View:
    """How it stands with a share, and what can be done."""

    def button(label: str, command: Command, style: Style = Style.PLAIN, *, on: bool | None = None) -> Button:
        return Button(label, command, style=style, share=panel.id, key=panel.key, on=on)

    fields = []
    if panel.asked and panel.state is State.CHANGE:
        fields.append(Field("panel-asked", Plain(panel.asked)))
    if panel.reason and panel.state is State.DECLINED:
        fields.append(Field("panel-reason", f"why-{panel.reason}"))
    fields.append(Field("panel-reach", _reach(panel)))
    buttons = []
    may_change = panel.goal is Goal.ROOM and panel.state in (State.QUEUED, State.POSTED)
    if panel.state is State.POSTED and panel.open:
        buttons.append(button("button-speak", share_speak, Style.MAIN))
    if may_change and panel.may_edit:
        buttons += [button("button-add", share_add), button("button-edit", share_edit)]
    if panel.state is State.CHANGE:
        buttons.append(button("button-edit", share_edit, Style.MAIN))
    if panel.state in (State.HELD, State.FAILED):
        buttons.append(button("button-again", share_again, Style.MAIN))
    if panel.replies:
        buttons.append(button("button-stop-replies", share_replies, on=False))
    elif panel.state in IN_SIGHT or panel.state is State.QUEUED:
        buttons.append(button("button-tell-replies", share_replies, on=True))
    if panel.reachable:
        buttons.append(button("button-cut", share_cut))
    if panel.state in (State.HIDDEN, State.DECLINED):
        buttons.append(button("button-appeal", share_appeal))
    if panel.state is not State.POSTING:
        buttons.append(button("button-down", share_down, Style.DANGER))
    return View(
        how_it_stands(panel.state, panel.goal), title=text("panel-title", handle=Plain(panel.handle)),
        fields=fields, buttons=buttons, passing=True,
    )  # fmt: skip


def _reach(panel: Panel) -> str:
    if panel.replies:
        return "reach-replies"
    return "reach-until-out" if panel.reachable else "reach-none"


def _back(panel: Panel) -> Button:
    return Button("button-panel", share_panel, share=panel.id, key=panel.key)


async def _screened(ctx: Context[Sharing], panel: Panel, words: str) -> str:
    place = ctx.room(panel.room)
    screened, _ = await ctx.service.writing.screen(ctx.person, place, Said(words), ctx.language)
    return screened.text
