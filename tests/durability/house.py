"""A community on the Discord stand-in, whose Hearth may break off and start again on the same files."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config.operator import Limits, OperatorConfig, Space
from bot.platforms.discord.platform import DiscordPlatform
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, Interaction, Person, SeenMessage

from .news import tell, until

COGS = ("crisis", "checkins", "privacy", "help")
SHARING = """\
name: Evening circle
zone: Europe/London
country: GB
moderators_room: "#moderators"
groups:
  evening:
    name: Evening
    room: "#evening"
    sharing: {policy: at-once, small_group: 3}
"""
"""A community that shares without names."""


def at(text: str) -> datetime.datetime:
    """A moment in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def profile(*prompts: str, zone: str = "Europe/London") -> str:
    """A community with one group; each prompt is a line of YAML, such as `at: "19:00"`."""
    lines = [
        "name: Evening circle", f"zone: {zone}", "country: GB", "groups:", "  evening:",
        "    name: Evening", '    room: "#evening"', "    checkins:",
        "      prompts: [" + ", ".join(f"{{{one}}}" for one in prompts) + "]",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


@contextlib.asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Another program holds the database for writing, as soon as nobody else does."""
    raw = sqlite3.connect(database, isolation_level=None, timeout=15, check_same_thread=False)
    try:
        await asyncio.to_thread(raw.execute, "BEGIN IMMEDIATE")  # SQLite itself waits for its turn
        yield
    finally:
        raw.close()


class Heard(DiscordPlatform):
    """Discord as Hearth speaks it, telling the test of everything that comes in."""

    def _hear(self, event: str, data: Mapping[str, Any]) -> None:
        super()._hear(event, data)
        tell()


class House:
    """One server with the rooms #evening and #moderators, and Hearth, running or not."""

    def __init__(
        self, server: DiscordServer, folder: Path, clock: Clock, *prompts: str, zone: str = "Europe/London"
    ) -> None:
        self.server, self.folder, self.clock = server, folder, clock
        self.ana, self.ben = server.add_user("ana"), server.add_user("ben")
        self.mod = server.add_user("mod")
        self.guild = server.add_guild(
            "Harbour", ["evening", "moderators"], {"keeper": ["administrator"]},
            [self.ana, self.ben, (self.mod, ["keeper"])],
        )  # fmt: skip
        self.evening = self.guild.channel("evening")
        self.write_profile(*prompts, zone=zone)
        self.app: App | None = None
        self.cogs: tuple[str, ...] = COGS
        self._task: asyncio.Task[None] | None = None

    def write_profile(self, *prompts: str, zone: str = "Europe/London") -> None:
        """Put another profile in place, to be read at the next start."""
        (self.folder / "space.yaml").write_text(profile(*prompts, zone=zone))

    @property
    def config(self) -> OperatorConfig:
        space = Space(profile=self.folder / "space.yaml", discord=str(self.guild.id))
        return OperatorConfig(
            home=self.folder / "home", cogs=self.cogs, spaces={"circle": space},
            limits=Limits(commands_per_minute=600),
        )  # fmt: skip

    @property
    def path(self) -> Path:
        return self.folder / "home" / "hearth.db"

    # --- starting and ending --------------------------------------------------------------------------

    async def start(self) -> App:
        """Start, and wait until people can use it."""
        platform = Heard(self.server.token)
        self.app = await App.open(self.config, platforms=[platform], clock=self.clock, environ={})
        assert self.app.trouble is None
        assert not self.app.broken
        self._task = asyncio.create_task(self.app.run())
        await self.server.connected(timeout=20)
        await self.server.until(lambda: self.server.global_commands, 20)
        if self.evening.id in self.server.channels:
            await until(lambda: platform.place("#evening", "circle"))
        return self.app

    async def stop(self) -> None:
        """End as SIGTERM ends it."""
        if self.app is not None and self._task is not None:
            await self.app.stop()
            await self._task
            await self.app.close()
            await self.server.until(lambda: not self.server.gateway.connected())
        self.app = self._task = None

    async def crash(self) -> None:
        """Break off where it is: what is being sent is not waited for, nothing more is recorded."""
        assert self.app is not None
        assert self.app.dispatcher is not None
        await self.app.dispatcher.stop(within=0)
        self.app.hasten()
        await self.stop()

    async def again(self) -> App:
        """End cleanly and start anew."""
        await self.stop()
        return await self.start()

    # --- what is there -----------------------------------------------------------------------------------

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds, read beside it."""
        raw = sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)
        try:
            return raw.execute(query).fetchall()
        finally:
            raw.close()

    @property
    def slots(self) -> list[tuple[str, str]]:
        """Every slot in the ledger: when it was due (UTC), and how it ended."""
        return [
            (str(due)[:16], result)
            for due, result in self.rows("SELECT due, result FROM core_slot ORDER BY due")
        ]

    @property
    def results(self) -> list[str]:
        return [result for _, result in self.slots]

    @property
    def entries(self) -> int:
        """How many check-ins are kept."""
        return int(self.rows("SELECT count(*) FROM checkins_entry")[0][0])

    @property
    def posts(self) -> list[SeenMessage]:
        """What Hearth posted in the group's room."""
        found = self.server.messages(self.evening)
        return [one for one in found if one.author is self.server.bot_user]

    @property
    def posted(self) -> list[str]:
        """When each post came, in UTC."""
        return [f"{one.raw.sent:%Y-%m-%dT%H:%M}" for one in self.posts]

    # --- time --------------------------------------------------------------------------------------------

    def set(self, to: str) -> None:
        """Set the clock, as an operator or a dead battery does, and let the dispatcher look at it now
        instead of within half a minute."""
        self.clock.set(at(to))
        self.server.changed()
        if self.app is not None and self.app.dispatcher is not None:
            self.app.dispatcher.wake()

    async def tick(self) -> None:
        """Let everything that is due be sent."""
        assert self.app is not None
        assert self.app.dispatcher is not None
        async with asyncio.timeout(30):
            await self.app.dispatcher.tick()

    async def settled(self) -> None:
        """Wait until nothing is due and nothing under way."""
        assert self.app is not None
        await self.tick()
        await until(lambda: "claimed" not in self.results)

    # --- people ----------------------------------------------------------------------------------------

    async def check_in(self, person: Person, note: str, **how: Any) -> Interaction:
        """Open the form, write, send it, and see an answer."""
        opened = await person.slash(self.guild, "checkin")
        await opened.answered(10)
        assert opened.modal is not None, opened.text
        return await self.fill(person, opened, note, **how)

    async def fill(self, person: Person, opened: Interaction, note: str, **how: Any) -> Interaction:
        """Write into the open form and send it; seen to be answered."""
        sent = await self.send(person, opened, note, **how)
        return await sent.answered(15)

    @staticmethod
    async def send(person: Person, opened: Interaction, note: str, **how: Any) -> Interaction:
        """Write into the open form and send it."""
        assert opened.modal is not None
        values: dict[str, Any] = {}
        for field in opened.modal.fields:
            if field.kind == "paragraph":
                values[field.label] = note
            elif "right now" in field.label:
                values[field.label] = field.options[2].label
        return await person.submit_modal(opened, values, **how)

    async def notes(self, person: Person) -> list[str]:
        """The words of a person's check-ins, by the file that `/privacy` gives them."""
        asked = await person.slash(self.guild, "privacy", what="export")
        await asked.until(lambda: any(one.files for one in asked.messages), 15)
        return notes_of(asked.message)


def notes_of(message: SeenMessage) -> list[str]:
    """The words of the check-ins in a file of one's own data; `-` where there are none."""
    import json

    told = json.loads(message.files[0].content)
    found: list[str] = []
    for part in _dicts(told):
        found += [one["note"] or "-" for one in part.get("check_ins", ())]
    return sorted(found)


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(one for inner in value.values() for one in _dicts(inner))]
    return [one for inner in value for one in _dicts(inner)] if isinstance(value, list) else []
