"""Matrix: the bot killed in mid-conversation, the server killed and back, and a long gap. Nothing that was
said is lost, nothing is answered twice. (Keys, purse and sync by themselves: tests/platforms/matrix.)
"""

from __future__ import annotations

import asyncio
import collections
import datetime
import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.sdk.people import Person as Account
from bot.testing.matrix_person import Person, Seen
from bot.testing.synapse import Login, Synapse, running

from .bell import BEGIN, COUNT, WHERE
from .process import COGS, Command

pytestmark = pytest.mark.synapse

PATIENCE = 180.0
PROFILE = """\
name: The circle
zone: Europe/London
country: GB
groups:
  ring: {name: The ring, room: ring}
"""
STEPS = [("checkin", "1 of 2"), ("4", "2 of 2"), (None, "Kept")]
"""What a person says (their own words at None), and what they hear then."""


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with running(tmp_path_factory.mktemp("synapse")) as synapse:
        yield synapse


def command(synapse: Synapse, login: Login, folder: Path, room: str, bells: int = 0) -> Command:
    """A Hearth on Matrix, which rings so many bells in the room, one a second."""
    config = (
        f"home: state\nmatrix: {{homeserver: '{synapse.url}', user: '{login.user_id}', "
        "password_env: HEARTH_MATRIX_PASSWORD, rate_limit: lifted}\n"
        f"cogs: {COGS}\nspaces: {{circle: {{profile: space.yaml, matrix: ['{room}']}}}}\n"
        "limits: {commands_per_minute: 600}\n"
    )
    begin = datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
    rings = {BEGIN: begin.isoformat(), COUNT: str(bells), WHERE: "ring"}
    return Command(folder, config, PROFILE, {"HEARTH_MATRIX_PASSWORD": login.password} | rings)


class Talk:
    """A person's direct room with the bot, and how far they have read."""

    def __init__(self, person: Person, room: str, bot: str) -> None:
        self.person, self.room, self.bot = person, room, bot
        self.read = 0
        self._more = asyncio.Event()

    async def more(self) -> None:
        """Wait until an answer is heard from now on."""
        self._more.clear()
        await self._more.wait()

    def answers(self) -> list[Seen]:
        """All that the bot said here, oldest first."""
        return [
            one
            for one in self.person.heard(self.room, by=self.bot)
            if one.shown and one.kind == "m.room.message" and "m.new_content" not in one.content
        ]

    async def hears(self, *words: str) -> Seen:
        """The next thing that the bot says; with none of these in it something came twice, or never."""
        await self.person.until(lambda: len(self.answers()) > self.read, patience=PATIENCE)
        answer = self.answers()[self.read]
        self.read += 1
        self._more.set()
        assert any(one in answer.body for one in words), f"expected {words}, heard {answer.body[:80]!r}"
        assert answer.encrypted
        return answer

    async def checks_in(self, words: str) -> None:
        """A whole check-in, question by question."""
        for says, hears in STEPS:
            await self.person.say(self.room, says or words)
            # Killed between keeping and saying so, it says that it was kept when the line comes again.
            await self.hears(hears, *(["done already"] if hears == "Kept" else []))

    async def silence(self) -> None:
        """That nothing more comes: the answer to one last question is the next thing heard."""
        await self.person.say(self.room, "help")
        await self.hears("history")


async def kept(process: Command, person: Person) -> list[str]:
    """The words of somebody's check-ins, in the database of a Hearth that has ended."""
    app = await App.open(OperatorConfig(home=process.state), environ={}, exclusive=False)
    try:
        found = await app.export(Account("matrix", person.user_id))
    finally:
        await app.close()
    return sorted(one["note"] or "-" for part in found["checkins"] for one in part["check_ins"])


async def met(person: Person, bot: str) -> Talk:
    """The person's own direct room, with the bot in it and its greeting read."""
    room = await person.direct(bot)
    talk = Talk(person, room, bot)
    await talk.hears("Hello")
    return talk


async def progress(talks: list[Talk], living: asyncio.Future[list[None]]) -> None:
    """Wait until anybody hears anything: it is at work again."""
    heard = [asyncio.create_task(one.more()) for one in talks]
    await asyncio.wait([living, *heard], return_when=asyncio.FIRST_COMPLETED)
    for one in heard:
        one.cancel()
    await asyncio.gather(*heard, return_exceptions=True)


def rung(person: Person, room: str, bot: str) -> collections.Counter[int]:
    """How often each bell is in the room."""
    heard = [one.body for one in person.heard(room, by=bot) if "The bell of " in one.body]
    return collections.Counter(int(one.split("The bell of ")[1].split()[0]) for one in heard)


async def test_killed_in_mid_conversation(
    synapse: Synapse, tmp_path: Path, chance: random.Random, long: bool
) -> None:
    """People go on talking while it is dead: every line is answered in its turn, and once."""
    login = synapse.register(f"bot{secrets.token_hex(4)}")
    rounds = 30 if long else 4
    async with (
        await Person.arrive(synapse, strict=True) as ann,
        await Person.arrive(synapse, strict=True) as ben,
    ):
        room = await ann.create(ben.user_id, name="ring")
        await ben.join(room)
        process = command(synapse, login, tmp_path, room, bells=3600)
        await process.start()
        await ann.invite(room, login.user_id)
        await ann.until_joined(room, login.user_id, patience=PATIENCE)
        talks = [await met(ann, login.user_id), await met(ben, login.user_id)]

        async def live(talk: Talk) -> None:
            for number in range(rounds):
                await talk.checks_in(f"words {number}")

        living = asyncio.gather(*(live(one) for one in talks))
        kills = 0
        try:
            while not living.done():
                if chance.random() < 0.75:  # else it may well be killed while it starts
                    await progress(talks, living)
                await asyncio.wait([living], timeout=chance.uniform(0.0, 0.7))
                await process.kill()
                kills += 1
                await process.start()
            await living
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
        for one in talks:
            await one.silence()
        assert kills
        # Every bell since the first one comes, each once.
        first, last = min(rung(ann, room, login.user_id)), max(rung(ann, room, login.user_id)) + 2
        await ann.until(
            lambda: rung(ann, room, login.user_id).keys() >= set(range(first, last)), patience=PATIENCE
        )
        assert await process.stop() == 0
        assert set(rung(ann, room, login.user_id).values()) == {1}
        for one in (ann, ben):
            assert await kept(process, one) == sorted(f"words {number}" for number in range(rounds))
    log = process.log.read_text()
    assert "words 1" not in log


async def test_a_gap_longer_than_ten_events(synapse: Synapse, tmp_path: Path) -> None:
    """Killed, and twenty lines are said meanwhile: what was meant for it is among the oldest."""
    login = synapse.register(f"bot{secrets.token_hex(4)}")
    async with (
        await Person.arrive(synapse, strict=True) as ann,
        await Person.arrive(synapse, strict=True) as ben,
    ):
        room = await ann.create(ben.user_id, name="ring")
        await ben.join(room)
        process = command(synapse, login, tmp_path, room)
        await process.start()
        await ann.invite(room, login.user_id)
        await ann.until_joined(room, login.user_id, patience=PATIENCE)
        talk = await met(ann, login.user_id)
        await talk.checks_in("before the gap")
        await process.kill()
        await ann.say(room, "!checkin")
        for number in range(20):
            await ben.say(room, f"talk {number}")
        await process.start()
        await talk.hears("1 of 3")  # in a group's room it is asked, too, who may see it
        for says, hears in [("4", "2 of 3"), ("after the gap", "3 of 3"), ("1", "Kept")]:
            await ann.say(talk.room, says)
            await talk.hears(hears)
        await talk.silence()
        assert await process.stop() == 0


async def test_synapse_killed_and_back(tmp_path: Path, long: bool) -> None:
    """The server is killed in mid-conversation and comes back on its own data."""
    with running(tmp_path / "synapse") as synapse:
        login = synapse.register(f"bot{secrets.token_hex(4)}")
        async with await Person.arrive(synapse, strict=True) as ann:
            room = await ann.create(name="ring")
            process = command(synapse, login, tmp_path / "hearth", room)
            await process.start()
            await ann.invite(room, login.user_id)
            await ann.until_joined(room, login.user_id, patience=PATIENCE)
            talk = await met(ann, login.user_id)
            for number in range(5 if long else 1):
                await talk.person.say(talk.room, "checkin")
                await talk.hears("1 of 2")
                await ann.say(talk.room, "4")
                await asyncio.to_thread(synapse.kill)
                await asyncio.to_thread(synapse.start)
                await talk.hears("2 of 2")
                await ann.say(talk.room, f"words {number}")
                await talk.hears("Kept")
            await talk.silence()
            assert await process.stop() == 0
