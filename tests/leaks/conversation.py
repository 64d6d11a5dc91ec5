"""A rich conversation through the real App, said the same on the terminal and on Discord's stand-in."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.platforms.terminal import Seen
from bot.testing import discord_face
from bot.testing.chat import Chat, Person

from . import canaries

PROFILE = f"""\
name: Evening people
zone: Europe/London
country: GB
roles:
  facilitator: [facilitator]
groups:
  ring:
    name: The ring
    room: "#{canaries.ROOM}"
    checkins:
      prompts:
        - at: 18:00
"""
COGS = ("crisis", "checkins", "privacy", "help", "tests.leaks.jinx")


def home(chat: Chat) -> Path:
    """The folder of all state."""
    return chat.folder / "home"


def database(chat: Chat) -> Path:
    """The database file."""
    assert chat.app.storage is not None
    assert chat.app.storage.database.path is not None
    return chat.app.storage.database.path


def world(chat: Chat) -> discord_face._World | None:
    """Discord's stand-in behind a conversation there."""
    found: discord_face._World | None = chat._clock.worlds.get("discord")
    return found


def identities(chat: Chat) -> list[str]:
    """Every id and name of people and rooms: snowflakes where the platform has them."""
    found = list(canaries.NAMES)
    if (there := world(chat)) is not None:
        found += [str(person.id) for person in there.server.people.values()]
        found += [str(channel.id) for channel in there.server.channels.values()]
        found += [str(there.guild.id)]
        found += [str(message.id) for channel in there.server.channels.values() for message in
                  there.server.messages(channel)]  # fmt: skip
        found += [str(one) for one in there.server.interactions]
    return found


async def check_in(
    person: Person, chat: Chat, note: str, *, shared: bool = False, mood: str = "heavy"
) -> Seen:
    """Fill the form of `/checkin` in the group's room; the answer."""
    await person.says(chat.room(canaries.ROOM), "/checkin")
    await person.presses(mood)
    await person.answers(note)
    await person.presses("The group, under my name" if shared else "Only me")
    return person.last


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the database."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def rich(chat: Chat, paper: Path) -> None:
    """Everything a member can do, and much that goes wrong; the clock ends a day later."""
    one, other, room = chat.person(canaries.ONE), chat.person(canaries.OTHER), chat.room(canaries.ROOM)
    facilitator = chat.person("facilitator")
    for person in (one, other, facilitator):
        await person.joins(room)
    await check_in(one, chat, canaries.NOTE)
    kept = await check_in(other, chat, canaries.NOTE, mood="light")
    await other.presses("Take back", on=kept)
    await check_in(one, chat, canaries.SHARED, shared=True)
    await chat.clock.to("18:00")
    prompt = room.last
    await one.presses("light", on=prompt)
    await other.presses("heavy", on=prompt)
    await one.says(room, f"/reminder at:{canaries.TIMES[0]} zone:{canaries.ZONE}")
    await other.says(room, f"/reminder at:{canaries.TIMES[1]} days:weekdays zone:Asia/Kolkata")
    await one.says(room, "/pause 1")
    await one.says(room, "/resume")
    await one.says(room, "/history month")
    await facilitator.says(room, "/prompts pause 1")
    await facilitator.says(room, "/prompts resume")
    await one.says(room, "/prompts pause")  # refused
    await one.says(room, "/crisis")
    await one.says(room, "/crisis country:Ireland")
    await one.says(None, "/help")
    await one.says(room, "/privacy")
    await one.says(room, "/privacy export")
    await failures(chat, paper)
    await chat.clock.on(hours=26)
    await other.says(room, "/history week")


async def failures(chat: Chat, paper: Path) -> None:
    """Refused forms, errors with the member's words in them, cancelled and lost tasks, storage away."""
    one, room = chat.person(canaries.ONE), chat.room(canaries.ROOM)
    paper.write_text(canaries.PAGE)
    for command in ("stumble", "scatter", "confide", "peek"):
        await one.says(room, f"/{command} {canaries.CARELESS}")
    await one.says(room, "/send")
    await one.answers(canaries.DRAFTED)
    await one.sends(paper)
    await one.says(room, "/history year")
    jinx = chat.app.catalogue.cogs["jinx"].service
    lingering = asyncio.create_task(one.says(room, f"/linger {canaries.CARELESS}"))
    await asyncio.wait_for(jinx.begun.wait(), 10)
    lingering.cancel()
    if (there := chat.face).name == "discord":
        for task in list(there._platform._tasks):  # type: ignore[attr-defined]  # the face of the stand-in
            task.cancel()
    await asyncio.gather(lingering, return_exceptions=True)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What the database holds, read beside it."""
    raw = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return raw.execute(query).fetchall()
    finally:
        raw.close()


def tables(path: Path) -> list[str]:
    """The tables of a database."""
    found = rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [str(name) for (name,) in found]
