"""Check-ins: a gentle question now and then. A tap answers it, words are welcome, silence is fine."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated

from bot.sdk import (
    Button,
    Choice,
    Cog,
    Context,
    Daily,
    Fate,
    Field,
    Group,
    Kept,
    Level,
    Once,
    Pages,
    Picture,
    Place,
    Plain,
    Planned,
    Planning,
    Post,
    Quality,
    Refused,
    Remove,
    Says,
    Slot,
    Space,
    Suggest,
    Table,
    Upto,
    View,
    aside,
    label,
    text,
)

from . import times
from .forms import Seen, Today, Words, days_suggested, word_for, zones_suggested
from .questions import own_questions
from .service import Answering, Checkins, Entry, Mood, Wish, asked_mark, mark_of
from .settings import CheckinSettings, CommunitySettings
from .showing import FRESH, Showing

cog = Cog(
    "checkins",
    service=Checkins,
    settings=CommunitySettings,
    group_settings=CheckinSettings,
    keeps=[Kept("checkins"), Kept("reminder")],
    quality={
        Quality.CONVERSATIONS: "tests/cogs/checkins/test_conversations.py",
        Quality.TEXTS: "en, de",
        Quality.FORGET: "tests/cogs/checkins/test_service.py",
        Quality.EXPORT: "tests/cogs/checkins/test_service.py",
        Quality.LIMITS: "a history holds the newest 1,000 of its period; a note 1,000 characters",
        Quality.DOCS: "docs/members.md, docs/moderators.md",
    },
)

_IN_A_TABLE = 8
_A_PAGE = 8
_BEGINNING = 60
_LONGEST_PAUSE = 365


class Period(Choice):
    """How far a history looks back."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Span(Choice):
    """What a group's picture is of."""

    WEEK = "week"
    FOUR_WEEKS = "four-weeks"


_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}
_HOUR = datetime.timedelta(hours=1)


# --- checking in ----------------------------------------------------------------------------------


@cog.command(private=True)
async def checkin(ctx: Context[Checkins], today: Today) -> View:
    """Say how it is, in a tap or a few words. Only you see it, unless you choose otherwise."""
    return await _kept(ctx, today, ctx.group, None)


@cog.command(name="checkin-words", private=True, listed=False)
async def checkin_words(ctx: Context[Checkins], slot: str, today: Today) -> View:
    """Answer a prompt with more than a tap."""
    return await _kept(ctx, today, _group_asked(ctx.space, slot), Answering.read(slot))


@cog.command(name="checkin-tap", private=True, listed=False)
async def checkin_tap(ctx: Context[Checkins], mood: Mood, slot: str) -> View:
    """One tap under the question."""
    return await _kept(ctx, Today(mood=mood), _group_asked(ctx.space, slot), Answering.read(slot))


@cog.command(name="checkin-add", private=True, listed=False)
async def checkin_add(ctx: Context[Checkins], entry: str, words: Words) -> View:
    """Put words to a check-in."""
    kept = await ctx.service.add_words(ctx.person, entry, words.note, cause=ctx.cause)
    return View("words-kept", buttons=_controls(ctx, kept))


@cog.command(name="checkin-share", private=True, listed=False)
async def checkin_share(ctx: Context[Checkins], entry: str) -> View:
    """Show a check-in to the group."""
    found = await ctx.service.entry(ctx.person, entry)
    group = ctx.space.groups.get(found.group or "")
    if group is None or not _settings(group).share:
        raise Refused("cannot-share")
    room = _room(ctx, group)  # found before anything is written
    kept, way = await ctx.service.share(ctx.person, entry, room, at=ctx.now, cause=ctx.cause)
    await ctx.agenda.plan(show, ctx.space.id, _way(way))
    return View("shared-now", buttons=_controls(ctx, kept))


@cog.command(name="checkin-undo", private=True, listed=False)
async def checkin_undo(ctx: Context[Checkins], entry: str) -> list[View | Remove]:
    """Take a check-in back, and what was shown of it out of the room."""
    gone, ways = await ctx.service.take_back(ctx.person, entry, cause=ctx.cause)
    for way in ways:
        await ctx.agenda.drop(show, ctx.space.id, way.token)
    there = [Remove(way.place, way.ref) for way in ways if way.ref]
    key = "taken-back-removed" if there else "taken-back-shared" if gone.shared else "taken-back"
    return [View(key), *there]


async def _kept(
    ctx: Context[Checkins], today: Today, group: Group | None, answering: Answering | None
) -> View:
    settings = _settings(group)
    shared = today.seen is Seen.GROUP
    if shared and (group is None or not settings.share):
        raise Refused("cannot-share", field="seen")
    room = _room(ctx, group) if shared and group is not None else None
    kept = await ctx.service.keep(
        ctx.person, today.mood, today.note if settings.notes else "",
        at=ctx.now, group=group.id if group is not None else None,
        answering=answering, cause=ctx.cause,
    )  # fmt: skip
    if room is not None and not kept.shared:
        kept, way = await ctx.service.share(ctx.person, kept.id, room, at=ctx.now)
        await ctx.agenda.plan(show, ctx.space.id, _way(way))
    key = "kept-shared" if room is not None else "changed" if kept.changed else "kept"
    return View(key, mood=_word(ctx, group, kept.mood), buttons=_controls(ctx, kept))


def _controls(ctx: Context[Checkins], kept: Entry) -> list[Button]:
    group = ctx.space.groups.get(kept.group or "")
    settings = _settings(group)
    buttons = []
    if settings.notes and not kept.note:
        buttons.append(Button("button-add-words", checkin_add, entry=kept.id))
    if group is not None and settings.share and not kept.shared:
        buttons.append(Button("button-share", checkin_share, entry=kept.id))
    buttons.append(Button("button-take-back", checkin_undo, entry=kept.id))
    return buttons


def _room(ctx: Context[Checkins], group: Group) -> Place:
    return ctx.place if ctx.group is not None and ctx.group.id == group.id else ctx.room(group.rooms[0])


# --- showing one to the group ---------------------------------------------------------------------


async def _plan_showings(planning: Planning[Checkins]) -> list[Planned]:
    return [_way(one) for one in await planning.service.showings(planning.space.id, planning.now)]


async def _shown(ctx: Context[Checkins], slot: Slot, fate: Fate, ref: str | None) -> None:
    found = await ctx.service.on_its_way(ctx.space.id, slot.name)
    if found is not None:
        again = await ctx.service.shown(found[0], fate, ref or "", slot.due, ctx.now)
        if again is not None:
            await ctx.agenda.plan(show, ctx.space.id, _way(again))


@cog.schedule(_plan_showings, settled=_shown)
async def show(ctx: Context[Checkins], slot: Slot) -> Post | None:
    """Put a check-in into the room once; where that failed, tell its person, who may try again."""
    found = await ctx.service.on_its_way(ctx.space.id, slot.name)
    if found is None:
        return None
    way, kept = found
    if way.missed is not None and slot.due >= way.at:
        again = Button("button-share", checkin_share, entry=kept.id)
        return Post(way.person, View(f"missed-{way.missed.value}", buttons=[again]))
    name = Plain(way.person.name) if way.person.name else text("somebody")
    words = [Field("shared-words", Plain(kept.note))] if kept.note else []
    mood = _word(ctx, ctx.space.groups.get(kept.group or ""), kept.mood)
    return Post(way.place, View("shared", name=name, mood=mood, fields=words))


def _way(one: Showing) -> Planned:
    return Planned(one.token, Once(one.at.replace(tzinfo=None)), "UTC", FRESH, to=one.place)


# --- looking back ---------------------------------------------------------------------------------


@cog.command(private=True, slow=True)
async def history(ctx: Context[Checkins], period: Period = Period.WEEK) -> View:
    """Look back at your own check-ins: a picture and a list, for you alone."""
    return await _looked_back(ctx, period, 0)


@cog.command(name="history-page", private=True, listed=False)
async def history_page(ctx: Context[Checkins], period: Period, page: int) -> View:
    """Turn a page of the list."""
    return await _looked_back(ctx, period, page)


async def _looked_back(ctx: Context[Checkins], period: Period, page: int) -> View:
    zone = ctx.group.zone if ctx.group is not None else ctx.space.zone
    last = times.wall(ctx.now, zone).date()
    first = last - datetime.timedelta(days=_DAYS[period] - 1)
    after = last + datetime.timedelta(days=1)
    entries = await ctx.service.history(ctx.person, times.midnight(first, zone), times.midnight(after, zone))
    others = [Button(label(one), history, period=one) for one in Period if one is not period]
    if not entries:
        return View("history-empty", buttons=others)
    # The first dates load Babel and a language's data: not in the event loop.
    await aside(times.told, times.wall(entries[0].at, zone), _locale(ctx))
    lines = [
        (
            Plain(times.told(times.wall(one.at, zone), _locale(ctx))),
            _word(ctx, ctx.group, one.mood),
            one.note or "",
        )
        for one in reversed(entries)
    ]
    told = text("history", **_span(ctx, first, last))
    pages = None
    if len(lines) > _IN_A_TABLE:
        items = [
            Field(when, text("history-line", mood=mood, note=_beginning(note)) if note else mood)
            for when, mood, note in lines
        ]
        page = min(max(page, 0), (len(items) - 1) // _A_PAGE)
        pages = Pages(items, history_page, page, _A_PAGE, {"period": period})
        if page:
            return View(told, pages=pages)
    files = [await _picture(ctx, entries, zone, first, last)]
    if pages is not None:
        return View(told, files=files, pages=pages, buttons=others)
    rows = [(when, mood, _beginning(note)) for when, mood, note in lines]
    table = Table(("history-when", "history-mood", "history-note"), rows)
    return View(told, files=files, table=table, buttons=others)


async def _picture(
    ctx: Context[Checkins],
    entries: Sequence[Entry],
    zone: str,
    first: datetime.date,
    last: datetime.date,
) -> Picture:
    from .chart import draw

    steps = list(Mood)
    points = [(times.wall(one.at, zone), steps.index(one.mood)) for one in entries]
    words = [ctx.say(_word(ctx, ctx.group, mood)) for mood in steps]
    png = await aside(draw, points, words, first, last, _locale(ctx))
    told = [f"{_told(ctx, at)}: {words[step]}" for at, step in points]
    key = "history-picture-all" if len(told) <= _IN_A_TABLE else "history-picture"
    entries_told = Plain("; ".join(told)) if len(told) <= _IN_A_TABLE else Plain("")
    return Picture("check-ins.png", png, text(key, entries=entries_told, **_span(ctx, first, last)))


def _span(ctx: Context[Checkins], first: datetime.date, last: datetime.date) -> dict[str, Plain]:
    return {
        "first": Plain(times.told_day(first, _locale(ctx))),
        "last": Plain(times.told_day(last, _locale(ctx))),
    }


def _beginning(note: str) -> Plain:
    line = " ".join(note.split())
    return Plain(line if len(line) <= _BEGINNING else line[: _BEGINNING - 1].rstrip() + "…")


# --- one's own reminder ---------------------------------------------------------------------------


@cog.command(private=True)
async def reminder(
    ctx: Context[Checkins],
    at: Annotated[str, Upto(20)] | None = None,
    days: Annotated[str, Upto(60), Suggest(days_suggested)] | None = None,
    zone: Annotated[str, Upto(60), Suggest(zones_suggested)] | None = None,
) -> View:
    """Be asked how you are, by a direct message at a time of your own. Without a time: what is set."""
    before = await ctx.service.reminder_of(ctx.person)
    if at is None and days is None and zone is None:
        return _told_reminder(before, ctx)
    if at is None and before is None:
        raise Refused("time-missing", field="at")
    was = before or Wish("", ctx.person, datetime.time(), times.EVERY_DAY, ctx.space.zone)
    time, on, where = times.read_wish(at, days, zone)
    wish = await ctx.service.remind(
        ctx.person, time or was.at, on or was.days, where or was.zone, cause=ctx.cause
    )
    await ctx.agenda.plan(remind, ctx.space.id, _planned(wish))
    return _told_reminder(wish, ctx)


@cog.command(name="reminder-stop", private=True, listed=False)
async def reminder_stop(ctx: Context[Checkins]) -> View:
    """Stop one's reminder."""
    stopped = await ctx.service.stop_reminder(ctx.person, cause=ctx.cause)
    if stopped is not None:
        await ctx.agenda.drop(remind, ctx.space.id, stopped)
    return View("reminder-stopped")


@cog.command(private=True)
async def pause(ctx: Context[Checkins], days: int | None = None) -> View:
    """Let your own reminder be silent, for some days or until you resume. Nobody asks why."""
    there = await ctx.service.pause_reminder(ctx.person, _until(ctx.now, days), cause=ctx.cause)
    if not there:
        return View("reminder-none")
    return View("paused") if days is None else View("paused-days", days=days)


@cog.command(private=True)
async def resume(ctx: Context[Checkins]) -> View:
    """Let your own reminder speak again."""
    there = await ctx.service.resume_reminder(ctx.person, cause=ctx.cause)
    return View("resumed" if there else "reminder-none")


async def _plan_reminders(planning: Planning[Checkins]) -> list[Planned]:
    return [_planned(wish) for wish in await planning.service.reminders(planning.space.id)]


@cog.schedule(_plan_reminders)
async def remind(ctx: Context[Checkins], slot: Slot) -> Post | None:
    """Ask who wanted to be asked."""
    wish = await ctx.service.reminder(slot.name)
    if wish is None:
        await ctx.agenda.drop(remind, ctx.space.id, slot.name)
        return None
    if not wish.speaks(slot.due):
        return None
    mark = mark_of(ctx.space.id, "reminder", wish.id, slot.due)
    stop = Button("button-stop", reminder_stop)
    return Post(wish.person, View("reminder-asks", buttons=[*_taps(ctx, None, mark), stop]))


def _planned(wish: Wish) -> Planned:
    return Planned(wish.id, Daily(wish.at, wish.days), wish.zone, _HOUR, to=wish.person)


def _told_reminder(wish: Wish | None, ctx: Context[Checkins]) -> View:
    if wish is None:
        return View("reminder-none")
    named = {times.EVERY_DAY: "days-every", times.WEEKDAYS: "days-weekdays", times.WEEKEND: "days-weekend"}
    key = named.get(wish.days)
    days = text(key) if key else Plain(", ".join(ctx.say(f"day-{day}") for day in sorted(wish.days)))
    stop = Button("button-stop", reminder_stop)
    says = "reminder-set" if wish.speaks(ctx.now) else "reminder-set-paused"
    return View(says, at=f"{wish.at:%H:%M}", days=days, zone=Plain(wish.zone), buttons=[stop])


# --- a group's prompts ----------------------------------------------------------------------------


async def _plan_prompts(planning: Planning[Checkins]) -> list[Planned]:
    planned = []
    for group in planning.space.groups.values():
        for name, one in _settings(group).named().items():
            args = {"group": group.id, "prompt": name}
            room = group.rooms[0]
            planned.append(Planned(f"{group.id}/{name}", one.rule, group.zone, one.grace, args, to=room))
    return planned


@cog.schedule(_plan_prompts)
async def ask(ctx: Context[Checkins], slot: Slot) -> Post | None:
    """Ask the group, and never chase an answer."""
    group = ctx.space.groups.get(str(slot.args["group"]))
    prompt = _settings(group).named().get(str(slot.args["prompt"]))
    if group is None or prompt is None:
        return None
    if await ctx.service.prompts_paused(ctx.space.id, group.id, ctx.now):
        return None
    room = ctx.room(group.rooms[0])
    questions = own_questions(prompt.questions) or ctx.service.questions(prompt.texts)
    question = await ctx.service.question(ctx.space.id, slot.name, slot.due, questions)
    mark = mark_of(ctx.space.id, group.id, str(slot.args["prompt"]), slot.due)
    view = View(Plain(question.told(group.language)), buttons=_taps(ctx, group, mark), footer="prompt-footer")
    return Post(room, view)


def _taps(ctx: Context[Checkins], group: Group | None, mark: str) -> list[Button]:
    taps = [Button(_word(ctx, group, mood), checkin_tap, mood=mood, slot=mark) for mood in Mood]
    if _settings(group).notes:
        taps.append(Button("button-more-words", checkin_words, slot=mark))
    return taps


@cog.command(group="prompts", name="pause", private=True, level=Level.FACILITATOR)
async def prompts_pause(ctx: Context[Checkins], days: int | None = None) -> View:
    """Let this room's check-in prompts be silent, for some days or until you resume them."""
    group = _group_here(ctx)
    await ctx.service.pause_prompts(ctx.space.id, group.id, _until(ctx.now, days), cause=ctx.cause)
    if days is None:
        return View("prompts-paused", group=Plain(group.name))
    return View("prompts-paused-days", group=Plain(group.name), days=days)


@cog.command(group="prompts", name="resume", private=True, level=Level.FACILITATOR)
async def prompts_resume(ctx: Context[Checkins]) -> View:
    """Let this room's check-in prompts come again."""
    group = _group_here(ctx)
    await ctx.service.resume_prompts(ctx.space.id, group.id, cause=ctx.cause)
    return View("prompts-resumed", group=Plain(group.name))


@cog.command(group="prompts", name="picture", private=True, level=Level.FACILITATOR)
async def prompts_picture(ctx: Context[Checkins], period: Span = Span.WEEK) -> View:
    """See roughly how this group was, once enough people have checked in. Nobody can be found in it."""
    group = _group_here(ctx)
    settings = _settings(group)
    people = settings.group_picture.from_people
    window, shares = await ctx.service.picture(
        ctx.space.id, group.id, group.zone, period.value, people, ctx.now
    )
    span = _span(ctx, window.first, window.after - datetime.timedelta(days=1)) | {"group": Plain(group.name)}
    others = [Button(label(one), prompts_picture, period=one) for one in Span if one is not period]
    if shares is None:
        return View(text("picture-none", people=people, **span), buttons=others)
    rows = [(_word(ctx, group, mood), text(f"share-{share}")) for mood, share in shares.items()]
    table = Table(("history-mood", "picture-share"), rows)
    return View(text("picture", **span), table=table, buttons=others, footer="picture-footer")


# --- small things ---------------------------------------------------------------------------------


def _settings(group: Group | None) -> CheckinSettings:
    found = group.settings.get(cog.name) if group is not None else None
    return found if isinstance(found, CheckinSettings) else CheckinSettings()


def _word(ctx: Context[Checkins], group: Group | None, mood: Mood) -> Says:
    return word_for(mood, _settings(group), ctx.settings)


def _told(ctx: Context[Checkins], at: datetime.datetime) -> Plain:
    return Plain(times.told(at, _locale(ctx)))


def _locale(ctx: Context[Checkins]) -> str:
    """How dates are written here: the language's way in the community's country."""
    if "-" in ctx.language or not ctx.space.country:
        return ctx.language
    return f"{ctx.language}-{ctx.space.country}"


def _group_here(ctx: Context[Checkins]) -> Group:
    if ctx.group is None:
        raise Refused("no-group-here")
    return ctx.group


def _until(now: datetime.datetime, days: int | None) -> datetime.datetime | None:
    if days is None:
        return None
    if not 1 <= days <= _LONGEST_PAUSE:
        raise Refused("days-out-of-range", field="days", most=_LONGEST_PAUSE)
    return now + datetime.timedelta(days=days)


def _group_asked(space: Space, mark: str) -> Group | None:
    asked = Answering.read(mark).asked
    for group in space.groups.values():
        if any(asked_mark(space.id, group.id, prompt) == asked for prompt in _settings(group).named()):
            return group
    return None


__all__ = ["cog"]
