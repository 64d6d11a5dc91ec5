"""Forms in a direct room: what they show of what was typed does not stay, and no number is misunderstood."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.platforms.matrix.fading import KEYS_REST, SHOWING, Fading
from bot.platforms.matrix.memory import Memory
from bot.platforms.matrix.platform import utc_now
from bot.platforms.matrix.send import Later, Outcome, Refused, Sent
from bot.platforms.matrix.write import KEY
from bot.sdk.people import Person as Account
from bot.sdk.ports import Sent as Delivered
from bot.sdk.words import Shown
from bot.testing.matrix_person import Person, Seen
from bot.testing.synapse import Login, Synapse

from .hearth import Hearth, alone_with, heard, hearth, raw, settle_in

COGS = ("tests.testing.toys.garden", "checkins", "crisis", "help")


class Talk:
    """One person's direct room with Hearth, whose garden asks how it is."""

    def __init__(self, server: Synapse, bot: Hearth, ann: Person, direct: str) -> None:
        self.server, self.bot, self.ann, self.direct = server, bot, ann, direct
        self.room = ""

    async def hears(self, said: str, words: str) -> Seen:
        """Say something, and wait for an answer with these words."""
        before = len(self.ann.events)
        await self.ann.say(self.direct, said)
        return await heard(self.ann, self.direct, self.bot, words, after=before)

    async def asked_again(self) -> list[Seen]:
        """A form up to the point where all that was typed stands there to be mended."""
        await self.hears("mood", "1 of 2")
        await self.hears("1", "2 of 2")
        refused = await self.hears("frost", "Too windy")
        mood = await self.hears("1", "> Heavy")
        words = await self.hears("-", "> frost")
        return [refused, mood, words]

    async def gone(self, *shown: Seen) -> None:
        """Wait until these messages are gone from the room's timeline as Synapse has it, and only these."""
        wanted = {one.event_id for one in shown}
        for one in shown:
            await self.ann.wait(lambda event, one=one: event.kind == "m.room.redaction" and (
                event.source.get("redacts") or event.content.get("redacts")) == one.event_id)  # fmt: skip
        timeline = await raw(self.server, self.ann, self.direct)
        said = [one for one in timeline if one["sender"] == self.bot.user_id
                and one["type"] == "m.room.encrypted"]  # fmt: skip
        assert {one["event_id"] for one in said if not one["content"]} == wanted
        assert len(said) > len(wanted)


@contextlib.asynccontextmanager
async def talk(
    server: Synapse, login: Login, folder: Path, ann: Person, before: Talk | None = None,
    now: Callable[[], datetime.datetime] = utc_now, *, minutes: int = 0,
) -> AsyncIterator[Talk]:  # fmt: skip
    """Hearth, with whom Ann talks alone; with `before`, started again so many minutes later."""
    clock = before.bot.clock if before is not None else None
    if clock is not None:
        clock.set(clock() + datetime.timedelta(minutes=minutes))
    room = before.room if before is not None else await ann.create(name="ring")
    async with hearth(server.url, login, folder, [room], cogs=COGS, clock=clock, now=now) as bot:
        if before is None:
            await ann.invite(room, bot.user_id)
            await settle_in(bot, ann, room)
        one = Talk(server, bot, ann, before.direct if before is not None else await alone_with(bot, ann))
        one.room = room
        yield one


@pytest.fixture
async def ann(server: Synapse) -> AsyncIterator[Person]:
    async with await Person.arrive(server, strict=True) as person:
        yield person


@pytest.mark.synapse
async def test_what_was_typed_and_shown_to_be_mended_goes_when_the_form_is_done(
    server: Synapse, bot_login: Login, tmp_path: Path, ann: Person
) -> None:
    async with talk(server, bot_login, tmp_path, ann) as one:
        shown = await one.asked_again()
        kept = await one.hears("calm", "Kept: Heavy. calm")
        await one.gone(*shown)
        assert kept.content[KEY]["choices"][0][0] == "Take it back"
        await one.hears("1", "Taken back")


@pytest.mark.synapse
@pytest.mark.parametrize("stop", ["stop", "!stop"])
async def test_it_goes_when_the_form_is_stopped(
    server: Synapse, bot_login: Login, tmp_path: Path, ann: Person, stop: str
) -> None:
    async with talk(server, bot_login, tmp_path, ann) as one:
        shown = await one.asked_again()
        line = one.bot.platform._line
        assert line is not None
        await one.hears(stop, "Stopped")
        assert one.direct not in line.client.olm.outbound_group_sessions, "its room key ends with the form"
        await one.gone(*shown)
        nothing = await one.hears("what now?", "bot and know only a few words")
        assert "Say !crisis for helplines, or !help" in nothing.body, "as it is typed in every room"


@pytest.mark.synapse
async def test_words_to_be_tried_again_are_not_redacted_by_the_form_they_end(
    server: Synapse, bot_login: Login, tmp_path: Path, ann: Person
) -> None:
    async with talk(server, bot_login, tmp_path, ann) as one:
        shown = await one.asked_again()
        refused = await one.hears("storm", "Too windy")
        await one.gone(*shown)
        assert refused.event_id not in {shown.event_id for shown in shown}
        await one.hears("1", "2 of 2")
        await one.hears("calm", "Kept")
        await one.gone(*shown, refused)


@pytest.mark.synapse
async def test_it_goes_after_a_restart_too_and_when_the_form_was_left_open(
    server: Synapse, bot_login: Login, tmp_path: Path, ann: Person
) -> None:
    async with talk(server, bot_login, tmp_path, ann) as one:
        shown = await one.asked_again()
    async with talk(server, bot_login, tmp_path, ann, one) as two:
        await two.hears("calm", "Kept: Heavy. calm")
        await two.gone(*shown)
        more = await two.asked_again()
        account = Account("matrix", ann.user_id)
        code = Shown(text="Your code is ABCD", passing=True)
        assert isinstance(await two.bot.platform.direct(account, code, "m1"), Delivered)
        more.append(await heard(ann, two.direct, two.bot, "Your code"))

    def later() -> datetime.datetime:
        return utc_now() + datetime.timedelta(minutes=31)

    async with talk(server, bot_login, tmp_path, ann, two, later, minutes=31) as three:
        await three.gone(*shown, *more)
        await three.hears("calm", "bot and know only a few words")


@pytest.mark.synapse
async def test_a_number_is_for_what_was_listed_last_and_words_are_for_the_form(
    server: Synapse, bot_login: Login, tmp_path: Path, ann: Person
) -> None:
    async with talk(server, bot_login, tmp_path, ann) as one:
        question = await one.hears("mood", "1 of 2")
        lines = await one.hears("crisis", "999")
        assert "is still open: what you write next answers it" in lines.body
        keep = next(n for n, each in enumerate(lines.content[KEY]["choices"], 1) if each[0] == "Keep this")
        kept = await one.hears(str(keep), "direct message")
        assert "is still open" in kept.body
        before = len(ann.events)
        await ann.reply(one.direct, question.event_id, "1")
        await heard(ann, one.direct, one.bot, "2 of 2", after=before)
        await one.hears("!help", "still open")
        done = await one.hears("still here", "Kept: Heavy. still here")
        assert "still open" not in done.body
        helped = await one.hears("!help", "crisis")
        assert "still open" not in helped.body


async def test_what_cannot_be_redacted_now_is_redacted_later() -> None:
    answers: list[Outcome] = [Later(5.0), Sent("$r"), Refused("M_FORBIDDEN"), Sent("$r")]
    asked: asyncio.Queue[str] = asyncio.Queue()
    ended: asyncio.Queue[str] = asyncio.Queue()
    forgotten: asyncio.Queue[str] = asyncio.Queue()
    marked: list[str] = []
    vault, now = Memory(), [1000]

    async def redact(room_id: str, event_id: str) -> Outcome:
        asked.put_nowait(event_id)
        return answers.pop(0)

    async def forget(room_id: str) -> None:
        forgotten.put_nowait(room_id)

    def fading() -> Fading:
        return Fading(vault, redact, ended.put_nowait, lambda: now[0], marked.append, forget)

    async with asyncio.timeout(20):
        first = fading()
        await first.note("!r", ["$1"], 1050)
        await first.note("!s", [], 1050)
        now[0] = 1100
        running = asyncio.create_task(first.run())
        assert await asyncio.gather(asked.get(), ended.get(), ended.get()) == ["$1", "!r", "!s"]
        running.cancel()
        second = fading()
        await second.load()
        assert second.holds("!r")
        now[0] += 60_000
        await second.note("!r", ["$2", "$3"], now[0])
        running = asyncio.create_task(second.run())
        assert [await asked.get() for _ in range(3)] == ["$1", "$2", "$3"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        third = fading()
        await third.load()
        assert not third.holds("!r"), "what a server refuses is not asked for ever"
        # A little later the keys go as well, also after a restart.
        now[0] += KEYS_REST
        running = asyncio.create_task(third.run())
        assert set(marked) == {"!r", "!s"}
        gone = set[str]()
        while gone < {"!r", "!s"} or await vault.load(SHOWING) is not None:
            gone |= {forgotten.get_nowait()} if not forgotten.empty() else set()
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
