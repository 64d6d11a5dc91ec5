"""Crisis: helplines for where you are, now. Answers always, at once, from memory, to its person alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from bot.sdk import (
    Button,
    Cog,
    Context,
    Field,
    Option,
    Pages,
    Plain,
    Post,
    Quality,
    Refused,
    Scene,
    Style,
    Suggest,
    Upto,
    View,
    label,
    text,
)  # fmt: skip

from .countries import fold
from .desk import Crisis, CrisisSettings, country_of
from .directory import Kind
from .service import Answer
from .wording import LineFields

cog = Cog(
    "crisis",
    service=Crisis,
    settings=CrisisSettings,
    stores=False,
    quality={
        Quality.CONVERSATIONS: "tests/cogs/crisis",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "exempt: nothing about a person is kept",
        Quality.EXPORT: "exempt: nothing about a person is kept",
        Quality.LIMITS: "exempt: never limited, on purpose",
        Quality.DOCS: "docs/members.md",
    },
)


def _countries(scene: Scene, typed: str) -> list[Option]:
    service: Crisis = scene.service
    return [Option(code, Plain(name)) for code, name in service.directory.suggest(typed, scene.language)]


def _languages(scene: Scene, typed: str) -> list[Option]:
    service: Crisis = scene.service
    return [Option(code, Plain(name)) for code, name in service.suggest_languages(typed, scene.language)]


@cog.command(private=True, always=True)
async def crisis(
    ctx: Context[Crisis],
    country: Annotated[str, Upto(80), Suggest(_countries)] = "",
    kind: Kind | None = None,
    language: Annotated[str, Upto(40), Suggest(_languages)] = "",
) -> View:
    """Helplines for where you are. Only you see the answer."""
    directory = ctx.service.for_community(ctx.settings)
    home = country_of(ctx.settings, ctx.space.country)
    own = ctx.settings.language if isinstance(ctx.settings, CrisisSettings) else None
    spoken = ctx.service.find_language(language, ctx.language) if language else own
    if not country.strip():
        return _show(ctx, home, kind, spoken, page=0) if home else _which_country(ctx, [], kind)
    found, sure = directory.meant_country(country, ctx.language)
    near = [one.code for one in found]
    if sure and len(near) > 1:
        return _which_country(ctx, near, kind)
    if sure:
        return _show(ctx, near[0], kind, spoken, page=0)
    # Something else was typed, perhaps all that somebody could say. They get the lines all the same.
    kind = kind or _kind_within(ctx, country)
    within = [one.code for one in directory.countries_within(country, ctx.language)]
    if len(within) > 1 or (not within and home is None):
        return _which_country(ctx, within or near, kind)
    shown = within[0] if within else home
    assert shown is not None
    ways = [code for code in ([home] if within and home else near[:3]) if code != shown]
    return _show(ctx, shown, kind, spoken, page=0, ways=ways, unsure=True)


def _kind_within(ctx: Context[Crisis], words: str) -> Kind | None:
    """The one kind of help that some of these words name; short ones name none."""
    said = {fold(word) for word in words.split()}
    telling = {word for word in said if len(word) >= _TELLING}
    named = [one for one in Kind if telling.intersection(fold(f"{one.value} {ctx.say(label(one))}").split())]
    return named[0] if len(named) == 1 else None


_TELLING = 6
"""Letters of a word that is likely to mean something by itself: "help" and "after" stand in any sentence."""


@cog.command(private=True, always=True, listed=False)
async def crisis_more(
    ctx: Context[Crisis], country: str, kind: Kind | None = None, language: str = "", page: int = 0
) -> View:
    """More helplines."""
    return _show(ctx, country, kind, language or None, max(page, 0))


@cog.command(private=True, always=True, listed=False)
async def crisis_keep(
    ctx: Context[Crisis], country: str, kind: Kind | None = None, language: str = "", page: int = 0
) -> list[Post | View]:
    """Send these helplines as a direct message."""
    view = _show(ctx, country, kind, language or None, max(page, 0))
    return [Post(ctx.person, view), View("kept")]


@cog.command(private=True, always=True, listed=False)
async def crisis_wrong(
    ctx: Context[Crisis],
    country: str,
    kind: Kind | None = None,
    language: str = "",
    page: int = 0,
    line: str = "",
) -> View:
    """Say that a number is wrong."""
    answer = _answer(ctx, country, kind, language or None)
    shown = answer.lines[page * 3 : page * 3 + 3]
    if line:
        shown = tuple(one for one in answer.lines if one.id == line)
        if not shown:
            raise Refused("stale-button")
        ctx.service.report_wrong(ctx.person, shown, ctx.now)
        return View("wrong-thanks")
    ctx.service.report_wrong(ctx.person, shown, ctx.now)
    which = [
        Button(Plain(one.name[:80]), crisis_wrong, country=country, line=one.id)
        for one in shown
        if len(one.id) <= 40
    ]
    return View("wrong-which", buttons=which if len(shown) > 1 else [])


def _answer(ctx: Context[Crisis], country: str, kind: Kind | None, language: str | None) -> Answer:
    return ctx.service.answer(ctx.settings, country, kind, language, ctx.now)


def _show(
    ctx: Context[Crisis],
    country: str,
    kind: Kind | None,
    language: str | None,
    page: int,
    *,
    ways: Sequence[str] = (),
    unsure: bool = False,
) -> View:
    """The lines of a country. `unsure`: it was not named plainly; `ways` are countries that may be meant."""
    answer = _answer(ctx, country, kind, language)
    name = ctx.service.directory.country_name(country, ctx.language)
    first: list[Field] = []
    if page == 0:
        if answer.emergency is not None:
            first.append(ctx.service.wording.of(answer.emergency, ctx.language, ctx.say))
        if isinstance(ctx.settings, CrisisSettings) and ctx.settings.extra_text:
            first.append(Field("from-community", Plain(ctx.settings.extra_text)))
    lines = LineFields(
        (*answer.lines, *answer.worldwide), lambda line: ctx.service.wording.of(line, ctx.language, ctx.say)
    )
    if answer.suitable:
        says = "lines-for-unsure" if unsure else "lines-for"
    elif kind is None:
        says = "no-line-unsure" if unsure else "no-line"
    else:
        says = "no-fitting-line-unsure" if unsure else "no-fitting-line"
    args: dict[str, Any] = {"country": country, "kind": kind, "language": language}
    buttons = [
        Button(text("chat-with", name=Plain(line.name[:60])), url=line.chat)
        for line in answer.lines[page * 3 : page * 3 + 3]
        if line.chat
    ]
    buttons += _to_countries(ctx, ways, kind)
    if answer.other_kinds and not answer.suitable:
        buttons += [
            Button(label(other), crisis_more, country=country, kind=other) for other in answer.other_kinds[:3]
        ]
    if kind is not None:
        buttons.append(Button("show-all", crisis_more, country=country))
    if answer.international is not None and lines:
        # A link to tap: in small print a platform shows an address that nobody can open.
        buttons.append(Button("directory", url=answer.international.website))
    buttons.append(Button("keep-this", crisis_keep, style=Style.MAIN, page=page, **args))
    if lines:
        buttons.append(Button("number-wrong", crisis_wrong, page=page, **args))
    return View(
        text(says, country=Plain(name)),
        title="title",
        fields=first + ([_international(answer)] if answer.international and not lines else []),
        pages=Pages(lines, crisis_more, page=page, size=3, args=args) if lines else None,
        buttons=buttons,
    )


def _international(answer: Answer) -> Field:
    assert answer.international is not None
    return Field(Plain(answer.international.name), Plain(answer.international.website), copy=True)


def _which_country(ctx: Context[Crisis], near: list[str], kind: Kind | None) -> View:
    """No country is known, or several are meant: the directory at once, and the choice."""
    directory = ctx.service.directory
    worldwide = directory.lines("", (), None, ctx.now)
    return View(
        "which-country" if near else "name-country",
        title="title",
        fields=[_international(worldwide)] if worldwide.international else [],
        buttons=_to_countries(ctx, near[:8], kind),
    )


def _to_countries(ctx: Context[Crisis], codes: Sequence[str], kind: Kind | None) -> list[Button]:
    directory = ctx.service.directory
    return [
        Button(Plain(directory.country_name(code, ctx.language)), crisis_more, country=code, kind=kind)
        for code in codes
    ]
