"""What is kept about you, in plain words; take it along; have it erased."""

from __future__ import annotations

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Field,
    File,
    Pages,
    Plain,
    Quality,
    Refused,
    Style,
    View,
    text,
)

from .service import Privacy

cog = Cog(
    "privacy",
    service=Privacy,
    quality={
        Quality.CONVERSATIONS: "tests/cogs/privacy/test_privacy_conversations.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "exempt: keeps nothing itself; it asks every other cog to forget",
        Quality.EXPORT: "exempt: keeps nothing itself; it asks every other cog to export",
        Quality.LIMITS: "exempt: its answers are as long as what the cogs say they keep",
        Quality.DOCS: "docs/members.md, docs/threat-model.md",
    },
)

_A_PAGE = 5


class What(Choice):
    """What to do about one's data."""

    ABOUT = "about"
    EXPORT = "export"
    ERASE = "erase"


@cog.command(private=True, anywhere=True)
async def privacy(ctx: Context[Privacy], what: What = What.ABOUT) -> View:
    """See what I keep about you, take it along as a file, or have it erased. Only you see this."""
    match what:
        case What.EXPORT:
            return await _export(ctx)
        case What.ERASE:
            return await _ask_to_erase(ctx)
        case What.ABOUT:
            return _about(ctx, 0)


@cog.command(name="privacy-page", private=True, anywhere=True, listed=False)
async def privacy_page(ctx: Context[Privacy], page: int) -> View:
    """Turn a page of what is kept."""
    return _about(ctx, page)


@cog.command(name="privacy-erase", private=True, anywhere=True, listed=False)
async def privacy_erase(ctx: Context[Privacy]) -> View:
    """Erase everything, after it was asked and confirmed."""
    done = await ctx.service.erase(ctx.person)
    return View("erased" if done else "erasing")


def _about(ctx: Context[Privacy], page: int) -> View:
    items = [
        *(Field(Plain(name.capitalize()), Plain(words)) for name, words in ctx.service.kept(ctx.language)),
        Field("always-name", "always"),
        Field("operator-name", "operator"),
        Field("moderators-name", "moderators"),
        Field("platform-name", "platform"),
    ]
    if not 0 <= page * _A_PAGE < len(items):
        raise Refused("stale-button")
    contact = ctx.space.operator_contact
    return View(
        "about" if page == 0 else None,
        pages=Pages(items, privacy_page, page, _A_PAGE),
        buttons=[
            Button("button-export", privacy, what=What.EXPORT),
            Button("button-erase", privacy, what=What.ERASE, style=Style.DANGER),
        ],
        footer=text("contact", contact=Plain(contact)) if contact else None,
    )


async def _export(ctx: Context[Privacy]) -> View:
    await ctx.progress("gathering")
    data, missing = await ctx.service.export(ctx.person, ctx.now, ctx.language)
    file = File(f"my-data-{ctx.now:%Y-%m-%d}.json", data, "export-alt", "application/json")
    says = text("export-partly", missing=Plain(", ".join(missing))) if missing else "export"
    return View(says, files=[file])


async def _ask_to_erase(ctx: Context[Privacy]) -> View:
    spaces = await ctx.service.spaces(ctx.person, ctx.space)
    where = Plain("\n".join(f"• {name}" for name in spaces)) if spaces else text("everywhere")
    fields = [Field("erase-where", where), Field("erase-stays-name", "erase-stays")]
    stays = await ctx.service.left_in_force(ctx.person, ctx.language)
    if stays:
        told = [ctx.say(text("erase-until", what=Plain(what), until=f"{until}")) for what, until in stays]
        fields.append(Field("erase-until-name", Plain("\n".join(told))))
    return View(
        "erase",
        fields=fields,
        buttons=[
            Button("button-erase-now", privacy_erase, style=Style.DANGER),
            Button("button-export-first", privacy, what=What.EXPORT),
        ],
    )


__all__ = ["cog"]
