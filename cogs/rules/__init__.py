"""Rules that moderators write: a nudge before all else, a record of what was done, a second look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Field,
    Form,
    Kept,
    Level,
    Lines,
    Message,
    Option,
    Pages,
    Person,
    Plain,
    Post,
    Quality,
    Refused,
    Scene,
    Style,
    Suggest,
    TimeOut,
    Upto,
    View,
    text,
)

from .book import settings_of
from .service import Moderation
from .settings import RulesProfile
from .story import CaseStory, Done, Summary
from .wording import Wording

cog = Cog(
    "rules",
    service=Moderation,
    settings=RulesProfile,
    keeps=[Kept("record"), Kept("agreement")],
    quality={
        Quality.CONVERSATIONS: "tests/cogs/rules/test_rules_conversations.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "tests/cogs/rules/test_moderation.py",
        Quality.EXPORT: "tests/cogs/rules/test_moderation.py",
        Quality.LIMITS: "one appeal a case, of 1,000 characters; a list shows the newest 200 cases",
        Quality.DOCS: "docs/moderators.md, docs/members.md",
    },
)

_PARTS = 2
_A_PAGE = 6
_ENTRIES = 5


class What(Choice):
    """What somebody wants to see of the rules."""

    READ = "read"
    MINE = "mine"


_BY_BUTTON = {
    done.value: done for done in (Done.PUT_BACK, Done.TAKEN_AWAY, Done.LIFT, Done.TAKEN_OVER, Done.CLOSED)
}
"""What a moderator does in a case by a button."""


class Appeal(Form):
    """A second look"""

    words: Annotated[str, Upto(1000), Lines(4)]


class Worry(Form):
    """Ask moderators to look"""

    why: Annotated[str, Upto(500), Lines(3)] = ""


class Reason(Form):
    """Why?"""

    why: Annotated[str, Upto(500), Lines(3)] = ""


class Words(Form):
    """Note"""

    words: Annotated[str, Upto(500), Lines(3)]


# --- for everybody --------------------------------------------------------------------------------


@cog.command(private=True)
async def rules(ctx: Context[Moderation], what: What = What.READ) -> View:
    """Read what members agree to here, or see what was done about you and why. Only you see it."""
    return await (_read(ctx, 0) if what is What.READ else _mine(ctx, 0))


@cog.command(name="rules-page", private=True, listed=False)
async def rules_page(ctx: Context[Moderation], page: int) -> View:
    """Turn a page of the agreement."""
    return await _read(ctx, page)


@cog.command(name="rules-mine-page", private=True, listed=False)
async def rules_mine_page(ctx: Context[Moderation], page: int) -> View:
    """Turn to another of one's own cases."""
    return await _mine(ctx, page)


@cog.command(name="rules-agree", private=True, listed=False)
async def rules_agree(ctx: Context[Moderation], mark: str) -> View:
    """Agree to the agreement, as it was shown."""
    agreement = settings_of(ctx.space).agreement
    if agreement is None or agreement.mark != mark:
        raise Refused("agreement-changed")
    await ctx.service.consent.agree(ctx.person, mark, at=ctx.now, cause=ctx.cause)
    return View("agreed")


@cog.command(name="rules-appeal", private=True, listed=False)
async def rules_appeal(ctx: Context[Moderation], case: str, appeal: Appeal) -> list[View | Post]:
    """Ask for a second look at what was done about oneself."""
    story = await ctx.service.appeals.appeal(
        ctx.person, case, appeal.words, at=ctx.now, space=ctx.space, cause=ctx.cause
    )
    return [View("appealed"), *to_moderators(ctx, View("appeal-came", number=story.number))]


@cog.command(name="rules-nudges", private=True, listed=False)
async def rules_nudges(ctx: Context[Moderation], wanted: bool) -> View:
    """Have nudges by direct message, or none."""
    await ctx.service.consent.silence(ctx.person, not wanted, cause=ctx.cause)
    return View("nudges-wanted" if wanted else "nudges-refused")


async def _read(ctx: Context[Moderation], page: int) -> View:
    settings = settings_of(ctx.space)
    book = await ctx.service.judging.book(ctx.space)
    parts = settings.agreement.parts if settings.agreement is not None else ()
    items = [
        Field(text("part", number=number, of=len(parts)), Plain(words))
        for number, words in enumerate(parts, start=1)
    ]
    if book is not None:
        language = ctx.group.language if ctx.group is not None else None
        items += _wording(ctx).sentences([rule.say for rule in book.rules(language) if rule.say])
    buttons = [Button("button-mine", rules, what=What.MINE)]
    key = "no-agreement"
    if settings.agreement is not None:
        mark = settings.agreement.mark
        done = await ctx.service.consent.agreed(ctx.person, mark)
        await ctx.service.consent.ask_to_agree(ctx.person, mark)  # this is how it is asked
        key = "agreement-agreed" if done else "agreement"
        if not done:
            buttons.insert(0, Button("button-agree", rules_agree, style=Style.MAIN, mark=mark))
    if not items:
        return View("no-rules", buttons=buttons)
    return View(key, pages=Pages(items, rules_page, _page(page, items, _PARTS), _PARTS), buttons=buttons)


async def _mine(ctx: Context[Moderation], page: int) -> View:
    cases = await ctx.service.appeals.mine(ctx.person)
    silent = await ctx.service.consent.is_silent(ctx.person)
    nudges = Button("button-nudges" if silent else "button-no-nudges", rules_nudges, wanted=silent)
    talk_to = settings_of(ctx.space).talk_to
    footer = text("talk-to", who=Plain(talk_to)) if talk_to else text("talk-to-moderators")
    if not cases:
        return View("mine-none", buttons=[nudges], footer=footer)
    says = await _says(ctx)
    items = [_wording(ctx).for_its_person(case, says) for case in cases]
    shown = _page(page, items, 1)
    buttons = [nudges]
    if cases[shown].appealed_at is None:
        buttons.insert(0, Button("button-appeal", rules_appeal, style=Style.MAIN, case=cases[shown].id))
    return View("mine", pages=Pages(items, rules_mine_page, shown, 1), buttons=buttons, footer=footer)


@cog.command(private=True)
async def flag(ctx: Context[Moderation], message: Message, reason: Worry) -> list[View | Post]:
    """Ask the moderators to look at a message. Nobody learns that it was you."""
    if message.author is None:
        # What Hearth posted for somebody is nobody's case: the moderators see the message itself.
        told = to_moderators(ctx, View("flag-came-own", room=Plain(ctx.place.name or "?")))
        return [View("flagged"), *told]
    number = await ctx.service.cases.flag(
        message.author, reason.why, ctx.space, at=ctx.now, room=ctx.place.name, ref=message.ref,
        words=message.text, cause=ctx.cause,
    )  # fmt: skip
    return [View("flagged"), *to_moderators(ctx, look("flag-came", number))]


# --- for moderators -------------------------------------------------------------------------------


def _rules_suggested(scene: Scene, typed: str) -> Sequence[Option]:
    wanted = typed.strip().casefold()
    names = [rule.id for rule in scene.settings.list] if scene.settings is not None else []
    return [Option(name, Plain(name)) for name in names if wanted in name][:25]


@cog.command(group="moderation", private=True, level=Level.MODERATOR)
async def record(
    ctx: Context[Moderation],
    about: Person | None = None,
    rule: Annotated[str, Upto(40), Suggest(_rules_suggested)] = "",
    waiting: bool = False,
) -> View:
    """See what rules and moderators did: of everyone, of one person, of one rule, or what waits."""
    found = await ctx.service.cases.record(ctx.space.id, about=about, rule=rule, waiting=waiting)
    same = found[0].number if about is not None and found else 0
    return _listed(ctx, found, 0, waiting, _mark(rule), same)


@cog.command(name="rules", group="moderation", private=True, level=Level.MODERATOR, slow=True)
async def moderation_rules(ctx: Context[Moderation]) -> View:
    """See which rules the platform keeps by itself, and which only I can keep where I may read messages."""
    book = await ctx.service.judging.book(ctx.space)
    if book is None:
        return View("kept-no-rules")
    if not ctx.service.judging.native.possible:
        return View("kept-by-me")
    unfit: dict[str, list[str]] = {}
    for one in await ctx.service.judging.keep_natively(ctx.space):
        unfit.setdefault(one.why, []).append(one.id)
    left = {id for ids in unfit.values() for id in ids}
    natively = [rule.id for rule in book.rules() if rule.id not in left]
    fields = [Field("kept-natively", Plain(", ".join(natively)))] if natively else []
    fields += [Field(f"kept-not-{why}", Plain(", ".join(ids))) for why, ids in unfit.items()]
    return View("kept-where", fields=fields, footer="kept-more" if unfit else None)


@cog.command(name="moderation-page", private=True, level=Level.MODERATOR, listed=False)
async def moderation_page(ctx: Context[Moderation], page: int, waiting: bool, rule: str, same: int) -> View:
    """Turn a page of the record. `same` is a case of the person it is about, 0 for everyone."""
    about = (await ctx.service.cases.case(ctx.space.id, same)).about if same else None
    cases = await ctx.service.cases.record(ctx.space.id, about=about, waiting=waiting)
    found = [one for one in cases if rule == "-" or rule in map(_mark, one.rules)]
    return _listed(ctx, found, page, waiting, rule, same)


@cog.command(group="moderation", private=True, level=Level.MODERATOR)
async def case(ctx: Context[Moderation], number: int) -> View:
    """See everything about one case, and decide."""
    return _case(ctx, await ctx.service.cases.case(ctx.space.id, number), 0)


@cog.command(name="moderation-case-page", private=True, level=Level.MODERATOR, listed=False)
async def moderation_case_page(ctx: Context[Moderation], page: int, number: int) -> View:
    """Turn a page of a case."""
    return _case(ctx, await ctx.service.cases.case(ctx.space.id, number), page)


@cog.command(group="moderation", private=True, level=Level.MODERATOR)
async def lift(
    ctx: Context[Moderation], number: int, why: Annotated[str, Upto(500)] = ""
) -> list[View | Post | TimeOut]:
    """End what is in force in a case: someone can write again."""
    return await _done(ctx, number, Done.LIFT, why)


@cog.command(group="moderation", private=True, level=Level.MODERATOR)
async def note(
    ctx: Context[Moderation], number: int, words: Annotated[str, Upto(500)]
) -> list[View | Post | TimeOut]:
    """Write a note into a case. The person it is about can read it in what is kept about them."""
    return await _done(ctx, number, Done.NOTE, words)


@cog.command(name="hand-over", group="moderation", private=True, level=Level.MODERATOR)
async def hand_over(
    ctx: Context[Moderation], number: int, to: Person | None = None, why: Annotated[str, Upto(500)] = ""
) -> list[View | Post]:
    """Leave a case to another moderator: to one by name, or to whoever takes it."""
    story = await ctx.service.cases.hand_over(
        ctx.person, number, to, why, at=ctx.now, space=ctx.space, cause=ctx.cause
    )
    called = View("handed-to-somebody", number=number) if to is None else View("handed", number=number)
    return [_case(ctx, story, 0), *to_moderators(ctx, called)]


@cog.command(name="moderation-do", private=True, level=Level.MODERATOR, listed=False)
async def moderation_do(
    ctx: Context[Moderation], number: int, deed: str, reason: Reason
) -> list[View | Post | TimeOut]:
    """Decide something in a case, with a reason."""
    if deed not in _BY_BUTTON:
        raise Refused("stale-button")
    return await _done(ctx, number, _BY_BUTTON[deed], reason.why)


@cog.command(name="moderation-note", private=True, level=Level.MODERATOR, listed=False)
async def moderation_note(ctx: Context[Moderation], number: int, words: Words) -> list[View | Post | TimeOut]:
    """Write a note into a case."""
    return await _done(ctx, number, Done.NOTE, words.words)


@cog.command(name="moderation-settle", private=True, level=Level.MODERATOR, listed=False)
async def moderation_settle(
    ctx: Context[Moderation], number: int, granted: bool, reason: Reason
) -> list[View | Post | TimeOut]:
    """Decide an appeal, with a reason."""
    story, out = await ctx.service.appeals.settle(
        ctx.person, number, granted, reason.why, at=ctx.now, space=ctx.space, cause=ctx.cause
    )
    return [
        *await carrying.decided(ctx, story, out),
        _case(ctx, story, 0),
        await _to_its_person(ctx, story, "news-upheld" if not granted else _granted(story)),
    ]


def _granted(story: CaseStory) -> str:
    return "news-granted-back" if story.came_back else "news-granted"


_NEWS = {Done.PUT_BACK: "news-put-back", Done.TAKEN_AWAY: "news-declined", Done.LIFT: "news-lifted"}
"""What a moderator does that its person is told of, and how."""


async def _done(ctx: Context[Moderation], number: int, done: Done, why: str) -> list[View | Post | TimeOut]:
    story, out = await ctx.service.cases.act(
        ctx.person, number, done, why, at=ctx.now, space=ctx.space, cause=ctx.cause
    )
    told = [await _to_its_person(ctx, story, _NEWS[done])] if done in _NEWS else []
    return [*await carrying.decided(ctx, story, out), _case(ctx, story, 0), *told]


def _listed(
    ctx: Context[Moderation], found: Sequence[Summary], page: int, waiting: bool, rule: str, same: int
) -> View:
    if not found:
        return View("record-none")
    items = [_wording(ctx).summary(one) for one in found]
    page = _page(page, items, _A_PAGE)
    args = {"waiting": waiting, "rule": rule, "same": same}
    shown = found[page * _A_PAGE : (page + 1) * _A_PAGE]
    return View(
        text("record", count=len(found)),
        pages=Pages(items, moderation_page, page, _A_PAGE, args),
        buttons=[_to_case(one.number) for one in shown],
    )


def _case(ctx: Context[Moderation], story: CaseStory, page: int) -> View:
    items = _wording(ctx).for_moderators(story)
    holder = story.holder
    taken = text("case-holder", name=Plain(holder.name or "?")) if holder is not None else text("case-free")
    return View(
        text(
            "case",
            number=story.number,
            name=Plain(story.about.name or "?"),
            until=_wording(ctx).at(story.expires),
        ),
        pages=Pages(
            items, moderation_case_page, _page(page, items, _ENTRIES), _ENTRIES, {"number": story.number}
        ),
        buttons=_controls(story),
        footer=taken,
    )


def _controls(story: CaseStory) -> list[Button]:
    number = story.number
    buttons = []
    if story.appeal_waits:
        buttons.append(Button("button-grant", moderation_settle, number=number, granted=True))
        buttons.append(Button("button-uphold", moderation_settle, number=number, granted=False))
    elif story.waits:
        if story.again is not None:
            buttons.append(Button("button-put-back", moderation_do, number=number, deed=Done.PUT_BACK.value))
            buttons.append(
                Button("button-take-away", moderation_do, number=number, deed=Done.TAKEN_AWAY.value)
            )
        buttons.append(Button("button-close", moderation_do, number=number, deed=Done.CLOSED.value))
    if story.in_force:
        buttons.append(Button("button-lift", moderation_do, number=number, deed=Done.LIFT.value))
    buttons.append(Button("button-take-over", moderation_do, number=number, deed=Done.TAKEN_OVER.value))
    buttons.append(Button("button-note", moderation_note, number=number))
    buttons.append(Button("button-more-about", moderation_page, page=0, waiting=False, rule="-", same=number))
    return buttons


async def _to_its_person(ctx: Context[Moderation], story: CaseStory, news: str) -> Post:
    return Post(story.about, View(news, fields=[_wording(ctx).for_its_person(story, await _says(ctx))]))


async def _says(ctx: Context[Moderation]) -> dict[str, str]:
    """What each rule says to people, in the language that is spoken here."""
    book = await ctx.service.judging.book(ctx.space)
    if book is None:
        return {}
    language = ctx.group.language if ctx.group is not None else None
    return {rule.id: rule.say for rule in book.rules(language) if rule.say}


def to_moderators(ctx: Context[Moderation], view: View) -> list[Post]:
    """To the moderators' room, where there is one; who it is about is not said there."""
    if ctx.space.moderators_room is None:
        return []
    try:
        return [Post(ctx.room(ctx.space.moderators_room), view)]
    except Refused:
        return []  # the record has it; `/moderation record` shows what waits


def look(key: str, number: int) -> View:
    """A word to moderators about a case, with the way to it."""
    return View(text(key, number=number), buttons=[_to_case(number)])


def _to_case(number: int) -> Button:
    return Button(text("button-case", number=number), case, number=number)


def _wording(ctx: Context[Moderation]) -> Wording:
    return Wording(ctx.say, ctx.space.zone, ctx.language)


def _page(page: int, items: Sequence[Field], size: int) -> int:
    return min(max(page, 0), (len(items) - 1) // size)


def _mark(rule: str) -> str:
    """Stands for a rule's id in a button, where its name may be too long; `-` for none."""
    return hashlib.blake2s(rule.encode(), digest_size=3).hexdigest() if rule else "-"


from . import carrying, watching  # noqa: E402 - they declare on this cog what is done by itself

__all__ = ["carrying", "cog", "watching"]
