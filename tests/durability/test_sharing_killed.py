"""kill -9 while people share without their names: what was promised comes out once; what may have come out
and cannot be found is held, and its author asked.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import functools
import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.testing.discord_server import ClientRefuses, DiscordServer, Person, SeenMessage
from bot.testing.discord_server.state import Guild

from .house import SHARING
from .process import Process

PROFILE = SHARING.replace("small_group: 3", "small_group: 3, a_day: 20")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
PAST_THE_DELAY = 11 * 60
"""Seconds after which whatever waited is due."""
LATER = 5 * 60
"""Seconds after which the platform knows no nonce any more: its history is read."""
A_DAY = 24 * 3600
"""Seconds after which everybody may share as often again."""
FIVE = 5


class House:
    """A server, its people, and a Hearth in a process of its own that may be killed."""

    def __init__(self, server: DiscordServer, folder: Path) -> None:
        self.server = server
        self.people = [server.add_user(f"peer{number}") for number in range(FIVE)]
        self.guild: Guild = server.add_guild("Harbour", ["evening", "moderators"], members=self.people)
        self.evening = self.guild.channel("evening")
        self.process = Process(server, self.guild, folder, PROFILE, {}, cogs="[crisis, sharing]")
        self.tried: set[str] = set()
        self.promised: set[str] = set()
        """What its author holds a receipt of."""
        self._ahead = 0

    async def start(self) -> None:
        await self.process.start()
        await self.process.usable()

    async def killed(self) -> None:
        """kill -9, and start again."""
        await self.process.kill()
        await self.start()

    async def shares(self, person: Person, words: str) -> bool:
        """Form, preview, receipt; whether that was seen."""
        self.tried.add(words)
        with contextlib.suppress(TimeoutError, ClientRefuses):
            opened = await person.slash(self.evening, "share")
            await opened.answered(3)
            assert opened.modal is not None
            (field, *_) = opened.modal.fields
            seen = await person.submit_modal(opened, {field.label: words})
            await seen.answered(3)
            sends = next(one for one in seen.message.labels if one.endswith("Send it") or one == "Send")
            sent = await person.press(seen.message, sends)
            await sent.answered(3)
            if CODE.search(sent.text):
                self.promised.add(words)
                return True
        return False

    def pass_time(self, seconds: int) -> None:
        """On the clocks of Hearth and Discord alike."""
        self._ahead += seconds
        part = self.process.ahead.with_suffix(".part")
        part.write_text(str(self._ahead))
        part.replace(self.process.ahead)
        self.server.advance(seconds)

    async def woken(self) -> None:
        """Time passes, and somebody shares: Hearth, which rests until the next moment it knows of, looks at
        the clock."""
        self.pass_time(PAST_THE_DELAY)
        for _ in range(20):
            number = len(self.tried)
            if await self.shares(self.people[number % FIVE], f"share {number} wakes it"):
                return
        raise TimeoutError

    async def until(self, true: Callable[[], object]) -> None:
        """Let time pass until something is so: what is found out after a start is planned from then on."""
        for _ in range(10):
            await self.woken()
            with contextlib.suppress(TimeoutError):
                await self.server.until(true, 2)
                return
        raise TimeoutError

    @property
    def posts(self) -> list[SeenMessage]:
        found = self.server.messages(self.evening)
        return [one for one in found if one.author is self.server.bot_user]

    @property
    def out(self) -> collections.Counter[str]:
        """How often each stands in the room."""
        shown = [one.text for one in self.posts]
        return collections.Counter(words for words in self.tried for text in shown if words in text)

    def are_out(self, wanted: set[str]) -> bool:
        return self.out.keys() >= wanted

    def rows(self, query: str) -> list[tuple[object, ...]]:
        path = self.process.state / "hearth.db"
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
            return raw.execute(query).fetchall()


async def written_under_a_kill(house: House, chance: random.Random, name: str) -> None:
    """Five people write, Hearth is killed among that; who was promised nothing writes again."""
    all_of_them = [
        asyncio.create_task(house.shares(one, f"{name} by number {number} at first"))
        for number, one in enumerate(house.people)
    ]
    await asyncio.sleep(chance.uniform(0.0, 0.6))
    await house.killed()
    first = await asyncio.gather(*all_of_them)
    for number, one in enumerate(house.people):
        if not first[number]:
            assert await house.shares(one, f"{name} by number {number} again")


def lies_in_no_order(house: House) -> None:
    """What waits lies by its random ids, and tells nothing else."""
    for table in ("sharing_share", "sharing_address", "core_due"):
        lying = [row[0] for row in house.rows(f"SELECT * FROM {table} NOT INDEXED")]
        assert len(lying) >= FIVE
        assert lying == sorted(map(str, lying)), table


async def killed_while_they_come_out(house: House, chance: random.Random) -> None:
    """All are due; some are out, one is on its way at the kill, and arrives or does not."""
    wanted = f"POST /channels/{house.evening.id}/messages"
    for _ in range(chance.randrange(FIVE)):
        house.server.fail_next(wanted, delay=0.01)
    struck = house.server.fail_next(wanted, hold=True, drop=chance.choice([None, "before"]))
    await house.woken()
    await asyncio.wait_for(struck.happened.wait(), 20)
    await asyncio.sleep(chance.uniform(0.0, 0.2))
    await house.process.kill()
    struck.release()
    house.server.faults.clear()
    if chance.random() < 0.5:
        house.pass_time(LATER)
    await house.start()


async def test_what_was_promised_comes_out_once(tmp_path: Path, chance: random.Random, long: bool) -> None:
    async with DiscordServer.running(rate_limits=False) as server:
        house = House(server, tmp_path)
        await house.start()
        for number in range(12 if long else 1):
            name = f"round {number}"
            await written_under_a_kill(house, chance, name)
            lies_in_no_order(house)
            wanted = set(house.promised)
            await killed_while_they_come_out(house, chance)
            await house.until(functools.partial(house.are_out, wanted))
            house.pass_time(A_DAY)
        assert len(house.promised) > FIVE
        await house.process.stop()
        assert set(house.out.values()) == {1}
        assert [str(one) for one in server.violations] == []


async def test_what_cannot_be_found_out_is_held_and_its_author_asked(tmp_path: Path, long: bool) -> None:
    if not long:
        pytest.skip("tests/cogs/sharing/test_crashes.py breaks it off in-process; --long kills it")
    async with DiscordServer.running(rate_limits=False) as server:
        house = House(server, tmp_path)
        author = house.people[1]
        await house.start()
        assert await house.shares(author, "I did not get up today.")
        struck = server.fail_next(f"POST /channels/{house.evening.id}/messages", hold=True)
        await house.woken()
        await asyncio.wait_for(struck.happened.wait(), 20)
        await house.process.kill()
        struck.release()
        await server.until(lambda: house.posts, 20)
        server.remove_permission(house.evening, "read_message_history")
        house.pass_time(LATER)
        await house.start()
        await house.until(lambda: author.direct_messages)
        (asked,) = author.direct_messages
        assert "whether it was posted" in asked.text
        assert len([one for one in house.posts if "I did not get up today." in one.text]) == 1
        await house.process.stop()
        assert [str(one) for one in server.violations] == []
