"""Hearth on a real Synapse, started and stopped as a process would be, with people's encrypted clients."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.matrix.direct import InvitePolicy
from bot.platforms.matrix.line import Line, Settings
from bot.platforms.matrix.places import PLATFORM
from bot.platforms.matrix.platform import MatrixPlatform, utc_now
from bot.sdk import people
from bot.testing.clock import Clock
from bot.testing.furnished import furnish
from bot.testing.matrix_person import Person, Seen
from bot.testing.moored import until_connected
from bot.testing.synapse import Login, Synapse

PROFILE = """\
name: The circle
zone: Europe/London
country: GB
roles:
  facilitator: [power 25]
  moderator: [power 50]
groups:
  ring:
    name: The ring
    room: "ring"
    checkins:
      share: true
      prompts:
        - id: evening
          at: 19:00
"""
START = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


class Hearth:
    """Hearth, running."""

    def __init__(self, app: App, platform: MatrixPlatform, clock: Clock, task: asyncio.Task[None]) -> None:
        self.app, self.platform, self.clock, self.task = app, platform, clock, task
        self.user_id = platform._settings.user_id

    async def pass_to(self, hour: int, minute: int = 0) -> None:
        """Let time pass to an hour of the same day, UTC; what is due on the way runs."""
        now = self.clock()
        await self.app.pass_time(now.replace(hour=hour, minute=minute), self.clock.set)

    async def in_room(self, room_id: str, *people: str) -> None:
        """Wait until the bot is in the room and sees these people there."""

        def there(line: Line) -> bool:
            room = line.rooms.get(room_id)
            return room is not None and all(room.members.get(one) == "join" for one in people)

        await self.sees(there)

    async def checkins(self, person: Person) -> str:
        """What the check-ins keep of somebody, as they would be told."""
        account = people.Person(PLATFORM, person.user_id, "circle")
        return json.dumps(await self.app.catalogue.cogs["checkins"].service.export(account))

    async def sees(self, true: Callable[[Line], bool]) -> None:
        """Wait until something is true of what the bot knows."""
        line = self.platform._line
        assert line is not None
        async with asyncio.timeout(20):
            await line.sync.until(lambda: true(line))

    async def idle(self) -> None:
        """Wait until nothing is left to be done beside the answers."""
        async with asyncio.timeout(20):
            while left := self.platform._tasks - self._forever():
                await asyncio.wait(left)

    def _forever(self) -> set[asyncio.Task[None]]:
        return {
            task
            for task in self.platform._tasks
            if re.search("_after_start|_think_again|Fading.run", repr(task.get_coro()))
        }


@contextlib.asynccontextmanager
async def hearth(
    url: str,
    login: Login,
    folder: Path,
    rooms: Sequence[str] = (),
    *,
    profile: str = PROFILE,
    clock: Clock | None = None,
    cogs: Sequence[str] = (),
    environ: dict[str, str] | None = None,
    policy: InvitePolicy | None = None,
    on_recovery_key: Callable[[str], None] | None = None,
    now: Callable[[], datetime.datetime] = utc_now,
    **more: Any,
) -> AsyncIterator[Hearth]:
    """Hearth with the cogs that ship, serving these rooms as one community."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / "space.yaml"
    written.write_text(profile)
    spaces = {"circle": Space(profile=written, matrix=tuple(rooms))} if rooms else {}
    config = OperatorConfig(home=folder / "home", spaces=spaces)
    if cogs:
        config = config.model_copy(update={"cogs": tuple(cogs)})
    clock = clock or Clock(START)
    settings = Settings(url, login.user_id, password=login.password, **({"lifted": True} | more))
    platform = MatrixPlatform(settings, rooms=rooms, policy=policy, on_recovery_key=on_recovery_key, now=now)
    await furnish(config)
    app = await App.open(config, platforms=[platform], clock=clock, environ=environ or {})
    assert not app.broken
    await app.pass_time(clock(), clock.set)
    task = asyncio.create_task(platform.run(app.pipeline))
    try:
        await until_connected(platform, task)
        yield Hearth(app, platform, clock, task)
    finally:
        await platform.stop()
        await asyncio.wait_for(task, 15)
        await app.close()


async def settle_in(bot: Hearth, host: Person, room: str, *guests: Person) -> None:
    """Let the bot come into a room that somebody made, and everybody see each other."""
    await host.until(lambda: bot.user_id in host.client.rooms[room].users)
    await bot.in_room(room, host.user_id)
    for guest in guests:
        await guest.join(room)
    await bot.in_room(room, host.user_id, *(guest.user_id for guest in guests))
    for one in (host, *guests):
        await one.until_joined(room, bot.user_id)


async def alone_with(bot: Hearth, person: Person, *, encrypted: bool = True) -> str:
    """The person's own direct room with the bot, greeted."""
    room = await person.direct(bot.user_id, encrypted=encrypted)
    await bot.in_room(room, person.user_id)
    await heard(person, room, bot, "Hello")
    return room


async def heard(person: Person, room: str | None, bot: Hearth, words: str, *, after: int = 0) -> Seen:
    """The bot's first message with these words that the person's client shows, from its nth event on."""
    return await person.wait(
        lambda event: (
            event.sender == bot.user_id
            and event.kind == "m.room.message"
            and (room is None or event.room_id == room)
            and words in event.body
            and event.shown
            and person.events.index(event) >= after
        )
    )


async def invited(person: Person) -> str:
    """Wait for an invitation, accept it, and say where."""
    await person.until(lambda: any(not person.sees(room) for room in person.invites))
    room = next(room for room in person.invites if not person.sees(room))
    await person.join(room)
    return room


async def raw(server: Synapse, person: Person, room: str) -> list[dict[str, Any]]:
    """Every event of a room that the server gives this person, undecrypted, newest first."""
    found = await person.api("GET", f"/rooms/{room}/messages?dir=b&limit=200")
    return list(found["chunk"])
