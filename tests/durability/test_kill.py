"""kill -9 at random moments of a real `hearth run`, people tapping and writing meanwhile."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import datetime
import random
import sqlite3
from pathlib import Path

from bot.testing.discord_server import ClientRefuses, DiscordServer, Interaction, Person, SeenMessage
from bot.testing.discord_server.state import Guild

from .bell import BEGIN, COUNT, TOLD
from .house import notes_of, profile
from .news import until
from .process import Process

ROOMS = ("evening", "morning", "night")


class Member:
    """Somebody who checks in again and again, and remembers what was acknowledged."""

    def __init__(self, server: DiscordServer, guild: Guild, person: Person, chance: random.Random) -> None:
        self.server, self.guild, self.person, self.chance = server, guild, person, chance
        self.kept: set[str] = set()
        """Words whose keeping Hearth acknowledged."""
        self.tried: set[str] = set()
        self.taps: collections.Counter[int] = collections.Counter()
        """Presses on a bell's button, by message."""
        self.told: set[int] = set()
        """Messages on whose button a press was acknowledged."""
        self._count = 0

    async def live(self) -> None:
        """Go on until cancelled. What is not answered is what Discord calls a failed interaction."""
        while True:
            with contextlib.suppress(TimeoutError, ClientRefuses):
                await (self.write() if self.chance.random() < 0.5 else self.tap())
            await asyncio.sleep(self.chance.uniform(0.0, 0.15))

    async def write(self) -> None:
        """A check-in by its form, sometimes delivered twice."""
        self._count += 1
        words = f"{self.person.name} {self._count}"
        opened = await self.person.slash(self.guild, "checkin")
        await opened.answered(3)
        await self._send(opened, words, "Kept")

    async def tap(self) -> None:
        """A tap on one of the newest bells, and words to it."""
        rooms = [self.guild.channel(name) for name in ROOMS]
        bells = [one for room in rooms for one in self.server.messages(room)[-2:] if one.labels]
        if not bells:
            return
        bell = self.chance.choice(bells)
        self.taps[bell.id] += 1
        pressed = await self.person.press(bell, "Fine", deliveries=self._deliveries)
        await pressed.answered(3)
        if "Kept" not in pressed.text and "Changed" not in pressed.text:
            return
        self.told.add(bell.id)
        if "Kept" in pressed.text and "Add words" in pressed.message.labels:
            form = await self.person.press(pressed.message, "Add words")
            await form.answered(3)
            await self._send(form, f"{self.person.name} {bell.id}", "kept with it")

    @property
    def _deliveries(self) -> int:
        return 2 if self.chance.random() < 0.2 else 1

    async def _send(self, opened: Interaction, words: str, thanks: str) -> None:
        if opened.modal is None:
            return
        values = {one.label: words for one in opened.modal.fields if one.kind == "paragraph"}
        values |= {one.label: one.options[1].label for one in opened.modal.fields if "right now" in one.label}
        self.tried.add(words)
        sent = await self.person.submit_modal(opened, values, deliveries=self._deliveries)
        await sent.answered(3)
        if thanks in sent.text:
            self.kept.add(words)


def bells(server: DiscordServer, guild: Guild) -> collections.Counter[int]:
    """How often each bell is in its room."""
    found = [one for name in ROOMS for one in server.messages(guild.channel(name))]
    return collections.Counter(
        int(one.text.split("The bell of ")[1].split()[0]) for one in found if rung(one)
    )


def rung(message: SeenMessage) -> bool:
    return "The bell of " in message.text


async def test_nothing_acknowledged_is_lost_and_nothing_is_posted_twice(
    tmp_path: Path, chance: random.Random, long: bool
) -> None:
    kills = 100 if long else 6
    begin = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=3)).replace(
        tzinfo=None, microsecond=0
    )
    async with DiscordServer.running() as server:
        people = [server.add_user(f"peer{number}") for number in range(6)]
        guild = server.add_guild("Harbour", ROOMS, members=people)
        told = tmp_path / "told"
        environ = {BEGIN: begin.isoformat(), COUNT: "1500" if long else "120", TOLD: str(told)}
        process = Process(server, guild, tmp_path, profile(), environ)
        members = [Member(server, guild, one, random.Random(chance.random())) for one in people]
        await process.start()
        await process.usable()
        living = [asyncio.create_task(one.live()) for one in members]
        try:
            for _ in range(kills):
                if chance.random() < 0.75:
                    await process.usable()  # else it may well be killed while it starts
                await asyncio.sleep(chance.uniform(0.0, 2.0))
                await process.kill()
                await process.start()
            await process.usable()
        finally:
            for one in living:
                one.cancel()
            await asyncio.gather(*living, return_exceptions=True)

        # It serves again by itself, every bell until now comes, and everybody's file tells what they wrote.
        # (Those that were due before the first start had planned them never were anybody's.)
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        last = int((now - begin).total_seconds())
        first = min(bells(server, guild))
        await server.until(lambda: bells(server, guild).keys() >= set(range(first, last)), 180)
        await until(lambda: set(results(process, now)) == {"sent"}, 60)
        for member in members:
            await check(member, guild)
        assert await process.stop() == 0
        rung_how_often = bells(server, guild)
        assert set(rung_how_often.values()) == {1}, [n for n, times in rung_how_often.items() if times > 1]
        assert [str(one) for one in server.violations] == []
        # Of each its cog has heard, perhaps again after a kill, and then the same.
        posts = {str(one.id) for name in ROOMS for one in server.messages(guild.channel(name)) if rung(one)}
        heard = set(told.read_text().splitlines())
        assert {line.split()[1] for line in heard} == {"sent"}
        assert len({line.split()[0] for line in heard}) == len(heard)
        assert {line.split()[2] for line in heard} <= posts
        assert {int(line.split()[0]) for line in heard} >= set(range(first, last))
    with contextlib.closing(sqlite3.connect(process.state / "hearth.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    # What rang in the very last moment may have been broken off: the next start would ask about it.
    ended = results(process, now + datetime.timedelta(days=1))
    assert set(ended) <= {"sent", "claimed"}, ended
    assert ended["sent"] >= last - first
    assert sum(len(one.kept) for one in members) > kills  # they did get something done
    log = process.log.read_text()
    assert not any(one in log for member in members for one in member.tried), "words in the log"


def results(process: Process, until: datetime.datetime) -> collections.Counter[str]:
    """How the slots ended that were due until then (UTC)."""
    with contextlib.closing(
        sqlite3.connect(f"{(process.state / 'hearth.db').as_uri()}?mode=ro", uri=True)
    ) as raw:
        wanted = "SELECT result FROM core_slot WHERE due <= ?"
        return collections.Counter(one for (one,) in raw.execute(wanted, (until.isoformat(" "),)))


async def check(member: Member, guild: Guild) -> None:
    """All that was acknowledged is there, once; nothing is there that was not tried."""
    await member.write()
    asked = await member.person.slash(guild, "privacy", what="export")
    await asked.until(lambda: any(one.files for one in asked.messages), 20)
    found = collections.Counter(notes_of(asked.message))
    silent = found.pop("-", 0)
    assert set(found) <= member.tried
    assert set(found) >= member.kept, member.kept - set(found)
    assert set(found.values()) <= {1}
    worded = sum(1 for words in found if int(words.split()[1]) > 10**9)
    assert len(member.told) <= worded + silent <= len(member.taps)
