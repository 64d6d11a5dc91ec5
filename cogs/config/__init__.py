"""The community's profile from chat: shown, changed after a look at what would change, and taken back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated

from bot.sdk import (
    Button,
    Cog,
    Context,
    Field,
    File,
    Kept,
    Level,
    Once,
    Option,
    Pages,
    Plain,
    Planned,
    Planning,
    Post,
    Quality,
    Refused,
    Scene,
    Slot,
    Style,
    Suggest,
    Upto,
    View,
    text,
)
from bot.sdk.profiles import LARGEST, Part, Version, cut, stamped

from . import wording
from .first import Answers
from .forms import LONGEST, Adding, Changing, FirstAnswers, FirstGroup, Pack, Trying, Uploading, fits
from .service import Config, Done, Proposal
from .settings import ConfigSettings

cog = Cog(
    "config",
    service=Config,
    settings=ConfigSettings,
    keeps=[Kept("changes")],
    quality={
        Quality.CONVERSATIONS: "tests/cogs/config/test_config_conversations.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "tests/cogs/config/test_config_data.py",
        Quality.EXPORT: "tests/cogs/config/test_config_data.py",
        Quality.LIMITS: "a profile of 256 KiB, one open proposal a person and community, for two hours",
        Quality.DOCS: "docs/moderators.md",
    },
)

_FINDINGS = 5
_PARTS = 10
_VERSIONS = 6
_SHOWN = 900
"""Characters of a part that are shown before it is changed."""
_IN_WORDS = {"name", "zone", "language", "country", "groups", "checkins"}
"""Sections whose changes are announced in words; others are named, for they may name people or words."""
_ROOMS = {"room", "moderators_room", "announce"}


# --- looking --------------------------------------------------------------------------------------------


@cog.command(group="config", private=True, level=Level.MODERATOR)
async def show(ctx: Context[Config], version: int | None = None) -> View:
    """See the community's profile as a file, and where it comes from."""
    profiles, space = ctx.service.profiles, ctx.space.id
    found = profiles.current(space) if version is None else await profiles.version(space, version)
    if found is None:
        raise Refused("no-profile" if version is None else "no-such-version")
    fields = [Field("source-name", _source(ctx, found))]
    if version is None:
        fields += _trouble(ctx)
    name = f"profile-version-{found.number}.yaml"
    file = File(name, stamped(found.text, found.number).encode(), "file-alt", "application/yaml")
    buttons = [Button("button-edit", edit, style=Style.MAIN), Button("button-history", history)]
    held = profiles.waiting(space)
    if version is None and held is not None:
        buttons.insert(0, Button("button-see-file", see_file, version=held.number))
    return View("shown", fields=fields, files=[file], buttons=buttons)


@cog.command(group="config", private=True, level=Level.MODERATOR)
async def history(ctx: Context[Config]) -> View:
    """See the versions of the profile: when, from where, by whom."""
    return await _history(ctx, 0)


@cog.command(group="config", name="history-page", private=True, level=Level.MODERATOR, listed=False)
async def history_page(ctx: Context[Config], page: int) -> View:
    """Turn a page of the versions."""
    return await _history(ctx, page)


async def _history(ctx: Context[Config], page: int) -> View:
    versions = await ctx.service.history(ctx.space.id)
    if not versions:
        raise Refused("no-profile")
    page = min(max(page, 0), (len(versions) - 1) // _VERSIONS)
    items = [Field(text("version", number=one.number), _source(ctx, one)) for one in versions]
    return View(
        "history" if page == 0 else None,
        pages=Pages(items, history_page, page, _VERSIONS),
        buttons=[Button("button-undo", undo)],
    )


def _source(ctx: Context[Config], version: Version) -> Plain:
    """When a version came, from where and by whom, and what became of it."""
    when = Plain(f"{version.at.astimezone(ctx.space.tz):%Y-%m-%d %H:%M}")
    key = f"source-{version.source}"
    says = text(key, when=when)
    if version.source == "chat" and version.by:
        says = text("source-by", when=when, by=Plain(version.by))
    told = [ctx.say(says)]
    if version.restores is not None:
        told.append(ctx.say(text("version-restores", number=version.restores)))
    current = ctx.service.profiles.current(ctx.space.id)
    if current is not None and current.number == version.number:
        told.append(ctx.say("version-in-force"))
    elif version.state != "applied":
        told.append(ctx.say(f"version-{version.state}"))
    return Plain(". ".join(told) + ".")


def _trouble(ctx: Context[Config]) -> list[Field]:
    profiles, space = ctx.service.profiles, ctx.space.id
    if profiles.waiting(space) is not None:
        return [Field("held-name", "held")]
    findings = profiles.findings(space)[:_FINDINGS]
    lines = [f"{found.line}:{found.column} {ctx.say(found.sentence)}" for found in findings]
    return [Field("file-trouble-name", wording.listed(lines))] if lines else []


# --- changing -------------------------------------------------------------------------------------------


@cog.command(group="config", private=True, level=Level.MODERATOR)
async def upload(ctx: Context[Config], uploading: Uploading) -> View:
    """Send a changed profile as a file. You see what would change before anything does."""
    if uploading.file.size > LARGEST:
        raise Refused("too-large", most=LARGEST // 1024)
    source = await uploading.file.read()
    if len(source) > LARGEST:
        raise Refused("too-large", most=LARGEST // 1024)
    return await _proposed(ctx, await ctx.service.propose(ctx.person, source, at=ctx.now, cause=ctx.cause))


def _parts(scene: Scene, typed: str) -> Sequence[Option]:
    wanted = typed.strip().casefold()
    names = scene.service.named(scene.person.space)
    return [Option(name, Plain(name)) for name in names if wanted in name.casefold() and len(name) <= 100][
        :25
    ]


@cog.command(group="config", private=True, level=Level.MODERATOR)
async def edit(ctx: Context[Config], part: Annotated[str, Upto(200), Suggest(_parts)] | None = None) -> View:
    """Change one part of the profile in a form."""
    if part is None:
        return _opened(ctx, "", None, 0)
    found = ctx.service.part(ctx.space.id, part)
    if found is None:
        raise Refused("no-such-part", field="part")
    return _opened(ctx, *found, 0)


@cog.command(group="config", name="part", private=True, level=Level.MODERATOR, listed=False)
async def edit_part(ctx: Context[Config], part: str = "", page: int = 0) -> View:
    """Go on to a part, or to more of them."""
    if not part:
        return _opened(ctx, "", None, page)
    found = ctx.service.part(ctx.space.id, part)
    if found is None:
        raise Refused("part-gone")
    return _opened(ctx, *found, page)


def _opened(ctx: Context[Config], name: str, part: Part | None, page: int) -> View:
    current = ctx.service.profiles.current(ctx.space.id)
    if current is None:
        raise Refused("no-profile")
    id = part.id if part is not None else ""
    if part is not None:
        words = cut(current.text, part)
        if fits(words):
            shown = words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + " …"
            button = Button("button-change", change, part=id, version=current.number, style=Style.MAIN)
            return View("part", fields=[Field(Plain(name), Plain(shown), copy=True)], buttons=[button])
    below = ctx.service.below(ctx.space.id, part)
    if not below and part is not None:
        raise Refused("part-too-long", most=LONGEST)
    page = min(max(page, 0), max(0, (len(below) - 1) // _PARTS))
    here = below[page * _PARTS : (page + 1) * _PARTS]
    buttons = [Button(Plain(one.name[:60]), edit_part, part=one.id) for _, one in here]
    if (page + 1) * _PARTS < len(below):
        buttons.append(Button("button-more", edit_part, part=id, page=page + 1))
    buttons.append(Button("button-add", add, part=id, version=current.number))
    if part is None:
        return View("parts", buttons=buttons)
    return View("parts-of", name=Plain(name), most=LONGEST, buttons=buttons)


@cog.command(group="config", private=True, level=Level.MODERATOR, listed=False)
async def change(ctx: Context[Config], changing: Changing, part: str, version: int) -> View:
    """Change a part, after it was opened."""
    proposal = await ctx.service.change(
        ctx.person, part, version, changing.words, at=ctx.now, cause=ctx.cause
    )
    return await _from_form(ctx, proposal)


@cog.command(group="config", private=True, level=Level.MODERATOR, listed=False)
async def add(ctx: Context[Config], adding: Adding, version: int, part: str = "") -> View:
    """Add something, inside a part or at the end."""
    proposal = await ctx.service.add(ctx.person, part, version, adding.words, at=ctx.now, cause=ctx.cause)
    return await _from_form(ctx, proposal)


async def _from_form(ctx: Context[Config], proposal: Proposal) -> View:
    if not proposal.checked.findings:
        return await _proposed(ctx, proposal)
    lines = []
    for found in proposal.checked.findings[:_FINDINGS]:
        where, told = wording.finding(found, proposal.checked.text, ctx.say, proposal.first)
        lines.append(f"{where}: {told}")
    problems = Plain("\n\n".join(lines))
    raise Refused("findings-in-form", count=len(proposal.checked.findings), problems=problems)


@cog.command(group="config", private=True, level=Level.MODERATOR)
async def undo(ctx: Context[Config], version: int | None = None) -> View:
    """Go back to the version before, or to any other. You see what would change first."""
    return await _proposed(ctx, await ctx.service.back(ctx.person, version, at=ctx.now, cause=ctx.cause))


# --- what would change, and the confirm -----------------------------------------------------------------


async def _proposed(ctx: Context[Config], proposal: Proposal) -> View:
    checked = proposal.checked
    if checked.findings:
        return _findings(ctx, proposal)
    groups = _groups(ctx)
    lines = wording.in_words(checked.changes, groups, ctx.say)
    shown = wording.fitting(lines)
    fields, files = [], []
    if proposal.since:
        since = wording.fitting(wording.in_words(proposal.since, groups, ctx.say))
        name = text("since-by", by=Plain(proposal.by)) if proposal.by else "since"
        fields.append(Field(name, wording.listed(since)))
    if lines:
        fields.append(Field("changes", wording.listed(shown or [lines[0][:300]])))
    if len(shown) < len(lines):
        fields.append(Field("changes-more-name", text("changes-more", count=len(lines) - len(shown))))
        files.append(File("changes.txt", "\n".join(lines).encode(), "changes-alt", "text/plain"))
    if checked.mends:
        fields.append(Field("mended", wording.listed(wording.mends(checked.mends, ctx.say, proposal.first))))
    if unseen := _unseen(ctx, proposal):
        fields.append(Field("rooms-unseen", text("rooms-unseen-why", rooms=Plain(", ".join(unseen)))))
    buttons = [
        Button("button-confirm", confirm, proposal=proposal.id, base=checked.base, style=Style.MAIN),
        Button("button-drop", drop, proposal=proposal.id),
    ]
    if ctx.service.has_rules():
        buttons.insert(1, Button("button-try", try_))
    key = "proposal-after" if proposal.since else "proposal" if lines else "proposal-layout"
    return View(key, fields=fields, files=files, buttons=buttons, footer="proposal-waits")


def _findings(ctx: Context[Config], proposal: Proposal) -> View:
    checked = proposal.checked
    told = [wording.finding(one, checked.text, ctx.say) for one in checked.findings]
    fields = [Field(Plain(where), Plain(words)) for where, words in told[:_FINDINGS]]
    files = []
    if len(told) > _FINDINGS:
        fields.append(Field("findings-more-name", text("findings-more", count=len(told) - _FINDINGS)))
        every = "\n\n".join(f"{where}: {words}" for where, words in told)
        files.append(File("findings.txt", every.encode(), "findings-alt", "text/plain"))
    return View("findings", count=len(told), fields=fields, files=files, footer="nothing-changed")


def _groups(ctx: Context[Config]) -> dict[str, str]:
    """The groups as people know them."""
    groups = ctx.service.profiles.space(ctx.space.id).groups
    return {key: group.name for key, group in groups.items()}


def _unseen(ctx: Context[Config], proposal: Proposal) -> list[str]:
    """Rooms that come with a change and that Hearth cannot see."""
    found = {str(one.new) for one in proposal.checked.changes if one.path[-1:] and one.path[-1] in _ROOMS}
    for one in proposal.checked.changes:
        if isinstance(one.new, dict):
            found |= {str(room) for name, room in one.new.items() if name in _ROOMS and room}
    return sorted(room for room in found - {"None"} if not _there(ctx, room))


def _there(ctx: Context[Config], room: str) -> bool:
    try:
        ctx.room(room)
    except Refused:
        return False
    return True


@cog.command(group="config", private=True, level=Level.MODERATOR, listed=False)
async def confirm(ctx: Context[Config], proposal: str, base: int) -> View | list[View | Post]:
    """Put what was shown in force."""
    done = await ctx.service.confirm(ctx.person, proposal, base, at=ctx.now, cause=ctx.cause)
    if isinstance(done, Proposal):
        return await _proposed(ctx, done)
    view = View("done", number=done.number, buttons=[Button("button-undo", undo)])
    settings = ctx.service.profiles.space(ctx.space.id).settings.get("config")
    if not isinstance(settings, ConfigSettings) or settings.announce is None or not done.changes:
        return view
    if not _there(ctx, settings.announce):
        return View("done-unannounced", number=done.number, buttons=[Button("button-undo", undo)])
    return [view, Post(ctx.room(settings.announce), _announced(ctx, done), rouse=False)]


def _announced(ctx: Context[Config], done: Done) -> View:
    """What everybody may read of a change: some sections in words, of others only that they changed."""
    groups = _groups(ctx)
    lines = [wording.told(one, groups) for one in done.changes if one.path[0] in _IN_WORDS]
    others = dict.fromkeys(str(one.path[0]) for one in done.changes if one.path[0] not in _IN_WORDS)
    lines += [text("announced-section", name=Plain(name.replace("_", " "))) for name in others]
    return View("announced", fields=[Field("changes", wording.together(lines))])


@cog.command(group="config", private=True, level=Level.MODERATOR, listed=False)
async def drop(ctx: Context[Config], proposal: str) -> View:
    """Let what was shown go."""
    await ctx.service.drop(ctx.person, proposal, cause=ctx.cause)
    return View("dropped")


@cog.command(group="config", name="try", private=True, level=Level.MODERATOR)
async def try_(ctx: Context[Config], trying: Trying) -> View:
    """See what the rules would do about some lines, before anybody writes them."""
    lines, tried, proposed = await ctx.service.tries(ctx.person, trying.lines, ctx.now)
    if tried is None:
        return View("try-no-rules")
    fields = []
    for line, found in zip(lines, tried, strict=True):
        told = [
            ctx.say(
                text("try-native", rule=Plain(one.rule))
                if one.native
                else text("try-rule", rule=Plain(one.rule), actions=Plain(", ".join(one.actions) or "–"))
            )
            for one in found
        ]
        fields.append(Field(Plain(line[:100]), wording.listed(told) if told else "try-nothing"))
    unfit = await ctx.service.beyond_platforms(ctx.person, ctx.now)
    beyond = [one.id for one in unfit if one.why == "not-expressible"]
    large = [one.id for one in unfit if one.why != "not-expressible"]
    if beyond:
        fields.append(Field("try-beyond", wording.listed(beyond)))
    if large:
        fields.append(Field("try-large", wording.listed(large)))
    return View("tried-proposal" if proposed else "tried", fields=fields)


# --- a file and a change in chat at once ----------------------------------------------------------------


async def _held_files(planning: Planning[Config]) -> list[Planned]:
    held = planning.service.profiles.waiting(planning.space.id)
    if held is None or planning.space.moderators_room is None:
        return []
    moment = held.at.astimezone(datetime.UTC).replace(second=0, microsecond=0, tzinfo=None)
    rule = Once(moment + datetime.timedelta(minutes=1))
    day = datetime.timedelta(days=1)
    room = planning.space.moderators_room
    return [Planned(f"held-{held.number}", rule, "UTC", day, {"version": held.number}, to=room)]


@cog.schedule(_held_files)
async def held_file(ctx: Context[Config], slot: Slot) -> Post | None:
    """Tell the moderators' room that a file waits for their decision."""
    held = ctx.service.profiles.waiting(ctx.space.id)
    if held is None or ctx.space.moderators_room is None or held.number != slot.args["version"]:
        return None
    buttons = [
        Button("button-see-file", see_file, version=held.number),
        Button("button-keep", keep, version=held.number),
    ]
    return Post(ctx.room(ctx.space.moderators_room), View("held", buttons=buttons))


async def _bad_files(planning: Planning[Config]) -> list[Planned]:
    mark, room = planning.service.profiles.trouble(planning.space.id), planning.space.moderators_room
    if not mark or room is None:
        return []
    now = planning.now.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
    return [Planned(mark, Once(now), "UTC", datetime.timedelta(days=1), {"mark": mark}, to=room)]


@cog.schedule(_bad_files)
async def bad_file(ctx: Context[Config], slot: Slot) -> Post | None:
    """Tell the moderators' room, once for each state of it, why the file on disk cannot be taken."""
    profiles, room = ctx.service.profiles, ctx.space.moderators_room
    if room is None or profiles.trouble(ctx.space.id) != slot.args["mark"]:
        return None
    return Post(ctx.room(room), View("file-trouble", fields=_trouble(ctx)))


@cog.command(group="config", name="file", private=True, level=Level.MODERATOR, listed=False)
async def see_file(ctx: Context[Config], version: int) -> View:
    """See both: what chat changed, and what the file on disk would change."""
    held = ctx.service.profiles.waiting(ctx.space.id)
    if held is None or held.number != version:
        raise Refused("held-decided")
    since = await ctx.service.since_file(ctx.space.id, version)
    view = await undo.run(ctx, version)
    lines = wording.fitting(wording.in_words(since, _groups(ctx), ctx.say))
    both = [Field("held-chat", wording.listed(lines)), *view.fields] if lines else list(view.fields)
    buttons = [*view.buttons[:1], Button("button-keep", keep, version=version)]
    return View("held-both", fields=both, files=view.files, buttons=buttons, footer=view.footer)


@cog.command(group="config", private=True, level=Level.MODERATOR, listed=False)
async def keep(ctx: Context[Config], version: int) -> View:
    """Leave in force what chat made, and the file aside."""
    await ctx.service.profiles.keep(ctx.space.id, version)
    return View("kept")


# --- the first time -------------------------------------------------------------------------------------


@cog.command(private=True, level=Level.MODERATOR)
async def setup(ctx: Context[Config], answers: FirstAnswers) -> View:
    """Set this community up: language, time zone, country, the moderators' room, a first group."""
    told = Answers(
        answers.name, answers.language.value, answers.zone, answers.country, answers.moderators_room
    )
    understood = await ctx.service.begin(ctx.person, told, at=ctx.now, cause=ctx.cause)
    return View(
        "setup-understood",
        zone=Plain(understood.zone),
        buttons=[Button("button-go-on", setup_group, style=Style.MAIN)],
        footer="proposal-waits",
    )


@cog.command(name="setup-group", private=True, level=Level.MODERATOR, listed=False)
async def setup_group(ctx: Context[Config], group: FirstGroup) -> View:
    """The first group, and then the whole."""
    pack = "" if group.pack is Pack.NONE else group.pack.value
    proposal = await ctx.service.finish(ctx.person, group.name, group.room, pack, at=ctx.now, cause=ctx.cause)
    return await _from_form(ctx, proposal)


__all__ = ["cog"]
