"""A real Synapse as the face of a conversation: `@pytest.mark.faces("terminal", "matrix")`.

Everybody has an encrypted client of their own and a direct room with Hearth from the beginning; the rooms
are encrypted and belong to one Matrix space. What is typed as `/command …` goes out as `!command …`; a button
is pressed by its number, in the direct room. Messages are given back as they are read: a bold line above a
text as the name of a field, numbered lines as buttons, and commands by the name that `chat` uses.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import dataclasses
import functools
import io
import re
import secrets
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from nio.crypto.attachments import (  # type: ignore[import-untyped, unused-ignore]  # nio ships no types
    decrypt_attachment,
    encrypt_attachment,
)

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.platforms.matrix.line import Settings
from bot.platforms.matrix.platform import MatrixPlatform
from bot.platforms.matrix.read import Heard
from bot.platforms.matrix.send import Outcome, Sent
from bot.platforms.terminal import Seen
from bot.platforms.terminal.read import pick
from bot.platforms.terminal.write import SeenFile
from bot.sdk.people import Place, PlaceKind

from . import matrix_person
from .chat import SPACE
from .clock import Clock
from .matrix_reading import Message
from .moored import Moored, labels_of, until
from .synapse import Login, Synapse

_LEVELS = {"mod": 50, "facilitator": 25}
"""The power of people of these names, in every room."""

_worlds: weakref.WeakKeyDictionary[Clock, _World] = weakref.WeakKeyDictionary()


@functools.lru_cache(maxsize=1)
def _server() -> Synapse:
    """One server for all conversations of a process, started when the first begins."""
    server = Synapse(Path(tempfile.mkdtemp(prefix="hearth-synapse-")))
    server.start()
    atexit.register(server.stop)
    return server


@dataclasses.dataclass(slots=True)
class _Somebody:
    """Somebody's client, and their direct room."""

    client: matrix_person.Person
    direct: str = ""


class _World:
    """What outlives a restart of Hearth: people, rooms, and what everybody saw."""

    def __init__(self, server: Synapse, files: Path) -> None:
        self.server, self.files = server, files
        self.bot: Login = server.register(f"hearth{secrets.token_hex(4)}")
        self.keeper: Login = server.register(f"keeper{secrets.token_hex(4)}")
        self.people: dict[str, _Somebody] = {}
        self.rooms: dict[str, str] = {}
        self.seen: list[Seen] = []
        self.events: dict[Seen, str] = {}
        self.looked = 0
        self.sent: list[tuple[str, str]] = []
        self.space = self._make({"preset": "public_chat", "creation_content": {"type": "m.space"}}, "test")
        self._invite(self.space)

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """A request of whoever keeps the rooms."""
        return self.server.call(method, f"/_matrix/client/v3{path}", body, token=self.keeper.access_token)

    def _make(self, wanted: dict[str, Any], name: str) -> str:
        body = {"name": name, "room_version": "11", **wanted}
        return str(self.call("POST", "/createRoom", body)["room_id"])

    def _invite(self, room: str) -> None:
        self.call("POST", f"/rooms/{_q(room)}/invite", {"user_id": self.bot.user_id})

    def room(self, name: str) -> str:
        """The room of that name, made when first named."""
        if name not in self.rooms:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            encryption = {"type": "m.room.encryption", "state_key": "", "content": algorithm}
            users = {self.keeper.user_id: 100, self.bot.user_id: 20}
            wanted = {
                "preset": "public_chat",
                "initial_state": [encryption],
                "power_level_content_override": {"users": users},
            }
            room = self.rooms[name] = self._make(wanted, name)
            path = f"/rooms/{_q(self.space)}/state/m.space.child/{_q(room)}"
            self.call("PUT", path, {"via": ["hearth.test"]})
            self._invite(room)
        return self.rooms[name]

    def empower(self, room: str, who: str, level: int) -> None:
        """Give somebody a power level in a room."""
        path = f"/rooms/{_q(room)}/state/m.room.power_levels"
        levels = self.call("GET", path)
        levels["users"][who] = level
        self.call("PUT", path, levels)

    def name_of(self, user_id: str) -> str | None:
        """What `chat` calls somebody."""
        return next((n for n, one in self.people.items() if one.client.user_id == user_id), None)


class _Listening(MatrixPlatform):
    """Notes what is done and what was sent, so that a conversation knows when an answer is there."""

    def __init__(self, settings: Settings, world: _World) -> None:
        super().__init__(settings, rooms=[world.space])
        self._world = world
        self._noted: set[str] = set()
        self._wrapped: object = None

    def listen(self) -> None:
        """Note from now on, on this connection."""
        face, line = self.face, self._line
        if face is None or line is None or self._wrapped is line:
            return
        self._wrapped = line
        handle, rescue, send = face.handle, face.rescue, line.speaker.send

        async def noted_handle(event: Heard) -> bool:
            try:
                return await handle(event)
            finally:
                self._noted.add(event.event_id)

        async def noted_rescue(event: Any) -> None:
            try:
                await rescue(event)
            finally:
                self._noted.add(event.event_id)

        async def noted_send(room_id: str, kind: str, *args: Any, **more: Any) -> Outcome:
            outcome = await send(room_id, kind, *args, **more)
            entry = (room_id, outcome.event_id) if isinstance(outcome, Sent) else None
            if entry is not None and kind == "m.room.message" and entry not in self._world.sent:
                self._world.sent.append(entry)
            return outcome

        face.handle, face.rescue = noted_handle, noted_rescue  # type: ignore[method-assign]  # to be noted
        line.speaker.send = noted_send  # type: ignore[method-assign]

    async def done(self, event: str | None = None) -> None:
        """Wait until an event is done with, and all that followed from it."""
        await until(lambda: (event is None or event in self._noted) and not self._under_way())

    async def greeted(self, room: str) -> None:
        """Wait until the bot has come into a room and said so: conversations begin after that."""
        await until(lambda: self.knows(room) and any(one[0] == room for one in self._world.sent))
        await self.done()
        self._world.sent[:] = [one for one in self._world.sent if one[0] != room]
        self._world.looked = len(self._world.sent)

    def _under_way(self) -> bool:
        lasting = re.compile("_after_start|_think_again|Fading.run")
        return any(lasting.search(repr(task.get_coro())) is None for task in self._tasks)

    def knows(self, room: str, *people: str) -> bool:
        """Whether the bot is in a room and sees these people there."""
        self.listen()
        known = self._line.rooms.get(room) if self._line is not None else None
        return known is not None and all(known.members.get(one) == "join" for one in people)


class MatrixFace:
    """A Synapse, spoken to by programs."""

    name = "matrix"

    def __init__(self, platform: _Listening, world: _World) -> None:
        self._platform, self._world = platform, world

    async def joins(self, who: str, room: str) -> None:
        """Somebody comes into a room."""
        world, somebody = self._world, await self._somebody(who)
        new = room not in world.rooms
        room_id = await asyncio.to_thread(world.room, room)
        if new:
            await self._platform.greeted(room_id)
        me = somebody.client.user_id
        if not somebody.client.sees(room_id):
            await somebody.client.join(room_id)
            if who in _LEVELS:
                await asyncio.to_thread(world.empower, room_id, me, _LEVELS[who])
        await until(lambda: self._platform.knows(room_id, me) and self._may(room_id, who, me))
        # Somebody whose device the others do not know yet would not get their keys.
        for one in world.people.values():
            if one.client.sees(room_id):
                await one.client.until(_knows(one.client, room_id, me))

    def _may(self, room_id: str, who: str, me: str) -> bool:
        room = self._platform._line.rooms.get(room_id) if self._platform._line is not None else None
        return room is not None and room.level(me) >= _LEVELS.get(who, 0)

    async def _somebody(self, who: str) -> _Somebody:
        world = self._world
        if who not in world.people:
            name = re.sub(r"[^a-z0-9]", "", who.casefold()) or "p"
            login = await asyncio.to_thread(world.server.register, f"{name}-{secrets.token_hex(4)}")
            client = await matrix_person.Person.arrive(world.server, login=login, strict=True)
            await client.api("PUT", f"/profile/{_q(client.user_id)}/displayname", {"displayname": who})
            world.people[who] = _Somebody(client)
            # So that they share a room before one of them invites the other.
            await client.join(world.space)
            await until(lambda: self._platform.knows(world.space, client.user_id))
        somebody = world.people[who]
        if not self._platform.knows(somebody.direct):  # none yet, or Hearth has left it: all was erased
            somebody.direct = await somebody.client.direct(world.bot.user_id)
            await self._platform.greeted(somebody.direct)
        return somebody

    async def says(self, who: str, room: str | None, words: str) -> None:
        """Somebody writes a command, or plain words."""
        somebody = await self._somebody(who)
        if room is not None:
            await self.joins(who, room)
        target = somebody.direct if room is None else self._world.rooms[room]
        line = f"!{words[1:]}" if words.startswith("/") and words != "/stop" else words.lstrip("/")
        if words == "/stop":
            target = somebody.direct
        await self._done(await somebody.client.say(target, line))

    async def presses(self, who: str, which: str, on: Seen | None) -> None:
        """Somebody answers with the number of a button, or of a listed choice."""
        somebody = await self._somebody(who)
        if on is None:
            mine = [one for one in self.seen() if f"@{who}" in one.seen_by and labels_of(one)]
            on = mine[-1] if mine else None
        at = pick(which, labels_of(on)) if on is not None else None
        if on is None or at is None:
            self._add(f"@{who}", (f"@{who}",), True, text="There is no such button.")
            return
        event = self._world.events.get(on)
        if on.private and on.form is None and event is not None:
            said = await somebody.client.reply(somebody.direct, event, str(at + 1))
        elif not on.private and self._offered_since(who, on):
            # By now a number means something else; the words still mean this.
            said = await somebody.client.say(somebody.direct, labels_of(on)[at])
        else:
            said = await somebody.client.say(somebody.direct, str(at + 1))
        await self._done(said)

    def _offered_since(self, who: str, on: Seen) -> bool:
        return any(
            one.private
            and one.form is None
            and one.order > on.order
            and f"@{who}" in one.seen_by
            and labels_of(one)
            for one in self.seen()
        )

    async def answers(self, who: str, words: str) -> None:
        """Somebody answers the open question of their form."""
        await self.says(who, None, words)

    async def sends(self, who: str, file: Path) -> None:
        """Somebody answers it with a file."""
        somebody = await self._somebody(who)
        data = await asyncio.to_thread(file.read_bytes)
        sealed, crypt = encrypt_attachment(data)
        response, _ = await somebody.client.client.upload(io.BytesIO(sealed), filesize=len(sealed))
        content = {
            "msgtype": "m.file",
            "body": file.name,
            "filename": file.name,
            "info": {"mimetype": "application/octet-stream", "size": len(data)},
            "file": crypt | {"url": response.content_uri},
            "m.mentions": {},
        }
        await self._done(await somebody.client.send(somebody.direct, content))

    async def _done(self, event: str) -> None:
        await self._platform.done(event)
        await self.settle()

    def seen(self) -> Sequence[Seen]:
        """Everything that anyone saw so far."""
        return self._world.seen

    async def settle(self) -> None:
        """Wait until everybody's client shows what was sent to them, and take it in."""
        self._platform.listen()
        await self._platform.done()
        world = self._world
        while world.looked < len(world.sent):
            room_id, event_id = world.sent[world.looked]
            world.looked += 1
            there = [one.client for one in world.people.values() if one.client.sees(room_id)]
            shown = {client: await client.wait(_is(event_id)) for client in there}
            by = [client for client, event in shown.items() if event.shown]
            if by:
                await self._take_in(room_id, shown[by[0]], by)

    # --- seeing -------------------------------------------------------------------------------------------

    async def _take_in(self, room_id: str, event: matrix_person.Seen, by: list[matrix_person.Person]) -> None:
        world = self._world
        names = [name for name, one in world.people.items() if one.client in by]
        if event.content.get("msgtype") in ("m.image", "m.file"):
            last = next(
                one for one in reversed(world.seen) if one.place is not None and one.place.id == room_id
            )
            file = await self._saved(by[0], event)
            at = world.seen.index(last)
            world.seen[at] = dataclasses.replace(last, files=(*last.files, file))
            world.events[world.seen[at]] = world.events.pop(last)
            return
        owner = next((name for name, one in world.people.items() if one.direct == room_id), None)
        room = next((name for name, one in world.rooms.items() if one == room_id), "")
        read = Message(event.content)
        to = f"@{owner}" if owner is not None else f"#{room}"
        kind = PlaceKind.DIRECT if owner is not None else PlaceKind.ROOM
        message = self._add(
            to,
            tuple(f"@{name}" for name in sorted(names)),
            owner is not None,
            text=read.text,
            fields=tuple(read.fields),
            buttons=tuple(read.buttons),
            form=read.form,
            place=Place("matrix", room_id, SPACE, kind),
        )
        world.events[message] = event.event_id

    def _add(self, to: str, seen_by: tuple[str, ...], private: bool, **more: Any) -> Seen:
        message = Seen(to, seen_by, private, order=len(self._world.seen) + 1, **more)
        self._world.seen.append(message)
        return message

    async def _saved(self, client: matrix_person.Person, event: matrix_person.Seen) -> SeenFile:
        """A file as its reader keeps it."""
        content = event.content
        crypt = content["file"]
        path = "/_matrix/client/v1/media/download/" + crypt["url"].removeprefix("mxc://")
        headers = {"Authorization": f"Bearer {client.login.access_token}"}
        response = await client.client.send("GET", path, None, headers)
        data = decrypt_attachment(
            await response.read(), crypt["key"]["k"], crypt["hashes"]["sha256"], crypt["iv"]
        )
        self._world.files.mkdir(parents=True, exist_ok=True)
        kept = self._world.files / f"{len(self._world.events)}-{content['filename']}"
        kept.write_bytes(data)
        picture = content["msgtype"] == "m.image"
        return SeenFile(content["filename"], content["info"]["mimetype"], str(kept), content["body"], picture)


def _knows(client: matrix_person.Person, room_id: str, other: str) -> Callable[[], bool]:
    return lambda: other in client.client.rooms[room_id].users


def _is(event_id: str) -> Callable[[matrix_person.Seen], bool]:
    return lambda event: event.event_id == event_id


# --- opening ----------------------------------------------------------------------------------------------


async def open_matrix(config: OperatorConfig, clock: Clock, folder: Path) -> tuple[App, MatrixFace]:
    """The whole on a Synapse: an `Opens` for `bot.testing.chat.Chat`."""
    world = _worlds.get(clock)
    if world is None:
        server = await asyncio.to_thread(_server)
        world = _worlds[clock] = await asyncio.to_thread(_World, server, folder / "files")
    community = config.spaces[SPACE]
    profile = await asyncio.to_thread(_with_powers, community.profile, folder)
    community = community.model_copy(update={"matrix": (world.space,), "terminal": False, "profile": profile})
    config = config.model_copy(update={"spaces": {SPACE: community}})
    settings = Settings(world.server.url, world.bot.user_id, password=world.bot.password, lifted=True)
    platform = _Listening(settings, world)
    app = cast(Moored, await Moored.open(config, platforms=[platform], clock=clock, environ={}))
    app.pipeline.unlimited.add(platform.name)
    app.moorings = contextlib.AsyncExitStack()
    running = asyncio.create_task(platform.run(app.pipeline))

    async def leave() -> None:
        await platform.stop()
        await asyncio.gather(running, return_exceptions=True)
        for one in world.people.values():
            await one.client.leave_server()

    app.moorings.push_async_callback(leave)
    face = MatrixFace(platform, world)
    for one in world.people.values():
        one.client._running = asyncio.create_task(one.client._run())
    await until(lambda: platform.connected and platform.knows(world.space))
    for group in app.spaces.get(SPACE).groups.values():
        for room in group.rooms:
            name = room.removeprefix("#")
            if name not in world.rooms:
                await platform.greeted(await asyncio.to_thread(world.room, name))
    await app.pass_time(clock(), clock.set)
    return app, face


def _with_powers(profile: Path, folder: Path) -> Path:
    """The same profile, in which who has a name's power has its level: Matrix has no roles by name."""

    def powers(found: re.Match[str]) -> str:
        names = [name.strip() for name in found[2].split(",") if name.strip()]
        return f"{found[1]}{', '.join(f'power {_LEVELS[n]}' if n in _LEVELS else n for n in names)}]"

    text = re.sub(r"(?m)^( +(?:facilitator|moderator): \[)([^\]]*)\]", powers, profile.read_text("utf-8"))
    written = folder / "matrix-space.yaml"
    written.write_text(text, "utf-8")
    return written


def _q(part: str) -> str:
    return quote(part, safe="")
