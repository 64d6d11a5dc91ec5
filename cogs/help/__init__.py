"""What Hearth is and what there is to do, the crisis lines first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.sdk import (
    Cog,
    Context,
    Field,
    Option,
    Pages,
    Plain,
    Quality,
    Scene,
    Suggest,
    Upto,
    View,
    text,
)

from .service import Help

cog = Cog(
    "help",
    service=Help,
    stores=False,
    quality={
        Quality.CONVERSATIONS: "tests/cogs/help/test_help_conversations.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "exempt: keeps nothing",
        Quality.EXPORT: "exempt: keeps nothing",
        Quality.LIMITS: "eight commands a page, so that a phone shows them whole",
        Quality.DOCS: "docs/members.md",
    },
)

_A_PAGE = 8


def _names(scene: Scene, typed: str) -> Sequence[Option]:
    wanted = typed.strip().lstrip("/!").casefold()
    found = scene.service.commands(scene.person.level, scene.language)
    return [Option(name, Plain(name)) for name, _ in found if wanted in name.casefold()]


@cog.command(name="help", private=True, anywhere=True)
async def help_(ctx: Context[Help], about: Annotated[str, Upto(70), Suggest(_names)] | None = None) -> View:
    """See what there is to do here, or what one command does. Only you see this."""
    if about is None:
        return _listed(ctx, 0)
    found = ctx.service.about(about, ctx.level, ctx.language)
    if not found:
        return _listed(ctx, 0, "no-such-command")  # never a dead end: "help me" is typed in earnest
    fields = _fields(ctx, found)
    if len(found) == 1:
        fields += [
            Field(Plain(name), Plain(told)) for name, told in ctx.service.options(found[0][0], ctx.language)
        ]
    return View(fields=fields)


@cog.command(name="help-page", private=True, anywhere=True, listed=False)
async def help_page(ctx: Context[Help], page: int) -> View:
    """Turn a page of the list."""
    return _listed(ctx, page)


def _listed(ctx: Context[Help], page: int, says: str = "intro") -> View:
    items = _fields(ctx, ctx.service.commands(ctx.level, ctx.language))
    page = min(max(page, 0), max(0, (len(items) - 1) // _A_PAGE))
    contact = ctx.space.operator_contact
    return View(
        says if page == 0 else None,
        pages=Pages(items, help_page, page, _A_PAGE),
        footer=text("run-by", contact=Plain(contact)) if contact else "run-by-unknown",
    )


def _fields(ctx: Context[Help], commands: Sequence[tuple[str, str]]) -> list[Field]:
    prefix = ctx.service.prefix(ctx.person.platform)
    return [Field(Plain(f"{prefix}{name}"), Plain(told)) for name, told in commands]


__all__ = ["cog"]
