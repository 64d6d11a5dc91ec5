"""The Discord stand-in in a process of its own (`python -m benchmarks.standin`), and the line to it.

It is `bot.testing.discord_server` with more control actions, so that load is made inside it and not
through one HTTP request for each command:

| action | body | answer |
| --- | --- | --- |
| guild_named | name | id |
| ids | prefix | ids of the people whose names begin so |
| populate_named | as populate | ids of the servers |
| moments | route | count, first, last: when its requests came (monotonic seconds) |
| communities | guilds, channels, members | count: that many servers as `communities` furnishes them |
| crowd | guild, users | names: that many people join a server |
| load | jobs [], at_once, burst? | seconds []: from the event on its way to the first response received |
| first | user, guild, command | at: when the next bot to connect had answered this (monotonic seconds) |
| talk | guild, channel, user, count | seconds: that many messages are written |

A job is {user, guild, channel?, command, options?}, or {user, message, button}; with `values` the form that
the command opens is filled with them and sent. With `burst` the events of all jobs leave in one go.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import web

from bot.testing.discord_server import DiscordServer, Interaction, limits
from bot.testing.discord_server.control import Control
from bot.testing.discord_server.gateway import Gateway, Session
from bot.testing.discord_server.state import Guild

from .communities import furnished
from .processes import Child

Json = dict[str, Any]
_PATIENCE = 60.0


class LoadGateway(Gateway):
    """A gateway that has the many servers' GUILD_CREATE ready: what is measured is who hears it, not how long
    it takes to write."""

    def __init__(self, server: LoadServer) -> None:
        super().__init__(server)
        self.furnished: dict[int, str] = {}

    def guild_create(self, guild: Guild, session: Session, *, joined: bool = False) -> str:
        return self.furnished.get(guild.id) or super().guild_create(guild, session, joined=joined)


class LoadServer(DiscordServer):
    """The stand-in, whose events can be held back to leave together."""

    held: list[Interaction] | None = None

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.gateway: LoadGateway = LoadGateway(self)

    def deliver(self, interaction: Interaction, times: int = 1) -> Interaction:
        if self.held is None:
            return super().deliver(interaction, times)
        self.held.append(interaction)
        return interaction

    def _add_more_routes(self, app: web.Application) -> None:
        app.router.add_post("/control/{action}", LoadControl(self).handle)


class LoadControl(Control):
    """The control endpoint with `crowd`, `load` and `talk`."""

    _server: LoadServer

    def do_crowd(self, body: Json) -> Json:
        guild = self._guild(body["guild"])
        names = [f"{guild.name}-person-{number}" for number in range(body["users"])]
        for name in names:
            self._server.join(guild, self._server.add_user(name))
        return {"names": names}

    def do_guild_named(self, body: Json) -> Json:
        return {"id": str(self._guild(body["name"]).id)}

    def do_ids(self, body: Json) -> Json:
        people = self._server.people.values()
        return {"ids": [str(one.id) for one in people if one.name.startswith(body["prefix"])]}

    def do_communities(self, body: Json) -> Json:
        before = set(self._server.guilds)
        told = self.do_populate(body)
        for id, guild in self._server.guilds.items():
            if id not in before:
                whole = furnished(guild.payload(self._server.bot_user))
                self._server.gateway.furnished[id] = json.dumps(whole, separators=(",", ":"))
        return told

    def do_populate_named(self, body: Json) -> Json:
        self.do_populate(body)
        return {
            "ids": [str(one.id) for one in self._server.guilds.values() if one.name.startswith("server-")]
        }

    def do_moments(self, body: Json) -> Json:
        times = self._server.stats.times[body["route"]]
        return {"count": len(times), "first": times[0] if times else 0.0, "last": times[-1] if times else 0.0}

    async def do_load(self, body: Json) -> Json:
        people = {one.name: one for one in self._server.people.values()}
        if body.get("burst"):
            return {"seconds": await self._burst(body["jobs"], people)}
        waiting = asyncio.Semaphore(body.get("at_once", 1))

        async def one(job: Json) -> float:
            async with waiting:
                return await self._one(job, people)

        return {"seconds": await asyncio.gather(*(one(job) for job in body["jobs"]))}

    async def do_first(self, body: Json) -> Json:
        known = self._server.gateway.identifies
        await self._server.until(lambda: self._server.gateway.identifies > known, _PATIENCE)
        person = self._person(body["user"])
        handle = await person.slash(self._place(body, person), body["command"])
        await handle.answered(_PATIENCE)
        return {"at": time.monotonic()}

    async def _one(self, job: Json, people: Json) -> float:
        began = time.monotonic()
        handle = await self._begin(job, people)
        await handle.acknowledged(_PATIENCE)
        if "values" in job:
            handle = await people[job["user"]].submit_modal(handle, job["values"])
        await handle.answered(_PATIENCE)
        return time.monotonic() - began

    async def _begin(self, job: Json, people: Json) -> Interaction:
        person = people[job["user"]]
        if "message" in job:
            message = self._server.message(int(job["message"]))
            pressed: Interaction = await person.press(message, job["button"])
            return pressed
        used: Interaction = await person.slash(
            self._place(job, person), job["command"], job.get("options") or {}
        )
        return used

    async def _burst(self, jobs: list[Json], people: Json) -> list[float]:
        self._server.held = []
        handles = [await self._begin(job, people) for job in jobs]
        self._server.held = None
        arrived: dict[int, float] = {}

        def answered(handle: Interaction) -> bool:
            if handle.response_type is None:
                return False
            arrived.setdefault(handle.id, time.monotonic())
            return True

        left, waits = {}, []
        for handle in handles:
            left[handle.id] = time.monotonic()
            self._server.deliver(handle)
        for handle in handles:
            waits.append(self._server.until(functools.partial(answered, handle), _PATIENCE))
        await asyncio.gather(*waits)
        return [arrived[handle.id] - left[handle.id] for handle in handles]

    async def do_talk(self, body: Json) -> Json:
        person = self._person(body["user"])
        place, began = self._place(body, person), time.monotonic()
        for number in range(body["count"]):
            person.say(place, f"just talking, number {number}, about nothing in particular")
            if number % 20 == 19:
                await asyncio.sleep(0)  # let the socket's writer keep up
        return {"seconds": time.monotonic() - began}


class StandIn:
    """A stand-in in a process of its own, as seen from the benchmark."""

    def __init__(self, child: Child, address: Json, session: aiohttp.ClientSession) -> None:
        self.child = child
        self.url: str = address["url"]
        self.token: str = address["token"]
        self._control: str = address["control"]
        self._session = session

    async def do(self, action: str, **body: Any) -> Json:
        """One control action. Raises RuntimeError with what the stand-in says of a mistake."""
        async with self._session.post(self._control + action, json=body) as response:
            told: Json = await response.json()
            if response.status != 200:
                raise RuntimeError(f"{action}: {told}")
            return told

    async def load(self, jobs: list[Json], at_once: int = 1, *, burst: bool = False) -> list[float]:
        """Let people do things; seconds until each was answered."""
        found: list[float] = (await self.do("load", jobs=jobs, at_once=at_once, burst=burst))["seconds"]
        return found


@contextlib.asynccontextmanager
async def stand_in(*, rate_limits: bool = False) -> AsyncIterator[StandIn]:
    """A started stand-in that checks nothing, ended on leaving."""
    options = [] if rate_limits else ["--no-rate-limits"]
    async with Child.running("benchmarks.standin", *options) as child:
        timeout = aiohttp.ClientTimeout(total=600)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield StandIn(child, await child.told(), session)


async def _serve(options: argparse.Namespace) -> None:
    # On a busy machine an answer comes late: that is measured, and not refused after three seconds.
    vars(limits)["FIRST_RESPONSE_SECONDS"] = _PATIENCE
    server = await LoadServer.start(
        checks=False,
        spec=None,
        rate_limits=not options.no_rate_limits,
        privileged_intents=["members", "presences", "message_content"],
    )
    address = {"url": server.url, "token": server.token, "control": f"{server.url}/control/"}
    sys.stdout.write(json.dumps(address) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-rate-limits", action="store_true")
    asyncio.run(_serve(parser.parse_args()))
