"""Hearth as `hearth run` builds it, in a process that is measured."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gc
import time
from pathlib import Path
from typing import Any

from .pointing import point_at
from .processes import Json, Measured, say

SPACE = "circle"
_PROFILE = """\
name: Evening circle
zone: Europe/London
country: GB
groups:
  evening:
    name: Evening
    room: "#evening"
    checkins:
      prompts:
        - id: evening
          at: 19:00
"""


class Clock:
    """The time, moved forward by `ahead`."""

    def __init__(self) -> None:
        self.ahead = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.ahead


class HearthProcess(Measured):
    """What is asked of Hearth beyond the common."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.app: Any = None
        self.running: asyncio.Task[None] | None = None

    def do_servers(self) -> Json:
        return {"servers": len(self.app.platforms["discord"]._names)}

    def do_registered(self) -> Json:
        return {"registered": bool(self.app.platforms["discord"]._restricted)}

    async def do_prompts(self, count: int) -> Json:
        """Post so many prompts, an hour apart, each with its five taps."""
        from bot.sdk import Button, Plain, Post, View
        from cogs.checkins import checkin_tap
        from cogs.checkins.service import mark_of
        from cogs.checkins.tables import Mood

        space = self.app.spaces.get(SPACE)
        room = self.app.runner.room("#evening", space)
        now = self.clock()
        for number in range(count):
            mark = mark_of(SPACE, "evening", "evening", now - datetime.timedelta(hours=number))
            taps = [Button(Plain(mood.value), checkin_tap, mood=mood, slot=mark) for mood in Mood]
            await self.app.runner.act(Post(room, View(Plain("How is it?"), buttons=taps)), "checkins", space)
        return {}

    async def do_fill(self, people: list[str], days: int) -> Json:
        """A check-in a day for each of these accounts, up to now."""
        from cogs.checkins.tables import Mood

        service, moods = self.app.catalogue.cogs["checkins"].service, list(Mood)
        for account in people:
            for day in range(days):
                at = self.clock() - datetime.timedelta(days=day, minutes=7)
                await service.keep(_member(account), moods[day % 5], "a quiet day, some words to it", at=at)
        return {}

    async def do_look_back(self, people: list[str], days: int) -> Json:
        """The median of seconds that reading that many days takes."""
        import statistics  # here: no part of Hearth

        service, now = self.app.catalogue.cogs["checkins"].service, self.clock()
        seconds = []
        for account in people:
            began = time.perf_counter()
            await service.history(_member(account), now - datetime.timedelta(days=days), now)
            seconds.append(time.perf_counter() - began)
        return {"seconds": statistics.median(seconds)}

    async def do_plan(self, servers: list[str], rooms: int, wait: float) -> Json:
        """Plan a prompt for each of the first rooms of each server, all due at one moment; then set the
        clock to `wait` seconds before that moment and begin to serve."""
        from bot.sdk.spaces import Group, Space
        from cogs.checkins.settings import CheckinSettings

        due = (self.clock() + datetime.timedelta(hours=3)).replace(second=0, microsecond=0)
        settings = CheckinSettings.model_validate(
            {"prompts": [{"id": "p", "cron": f"{due.minute} {due.hour} * * *"}]}
        )
        for server in servers:
            groups = {
                f"g{number}": Group(
                    f"g{number}", f"G{number}", (f"#channel-{number}",), "UTC", "en", {"checkins": settings}
                )
                for number in range(rooms)
            }
            self.app.spaces.bind("discord", [server], f"s{server}")
            self.app.spaces.apply(Space(f"s{server}", "Circle", country="GB", groups=groups))
            await self.app.replan(self.app.spaces.get(f"s{server}"))
        self.clock.ahead += due - self.clock() - datetime.timedelta(seconds=wait)
        self.begin()
        return {}

    def begin(self) -> None:
        """Serve."""
        self.running = asyncio.create_task(self.app.run())


def _member(account: str) -> Any:
    from bot.sdk import Person

    return Person("discord", account, SPACE)


def config_of(home: Path, guild: str) -> Any:
    """A config with one community that meets in this server."""
    from bot.config.operator import Limits, OperatorConfig, Space

    home.mkdir(parents=True, exist_ok=True)
    profile = home / "space.yaml"
    profile.write_text(_PROFILE)
    spaces = {SPACE: Space(profile=profile, discord=guild)} if guild else {}
    return OperatorConfig(home=home, spaces=spaces, limits=Limits(commands_per_minute=600))


async def _main(options: argparse.Namespace) -> None:
    gc.disable()  # as `hearth run` does
    point_at(options.url)
    from bot.app import App
    from bot.platforms.discord import DiscordPlatform

    clock = Clock()
    process = HearthProcess(clock)
    platform = DiscordPlatform(options.token)
    process.app = await App.open(
        config_of(Path(options.home), options.guild), platforms=[platform], clock=clock, environ={}
    )
    assert not process.app.broken, process.app.broken
    assert process.app.trouble is None, process.app.trouble
    if not options.later:
        process.begin()
    say({"ready": True})
    await process.serve()
    await process.app.stop()
    await process.app.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--home", required=True)
    parser.add_argument("--guild", default="")
    parser.add_argument("--later", action="store_true", help="serve when `plan` was done")
    asyncio.run(_main(parser.parse_args()))
