"""A real Synapse as the face of a conversation: `@pytest.mark.faces("terminal", "matrix")`.

Everybody has an encrypted client of their own and a direct room with Hearth from the beginning; the rooms
are encrypted and belong to one Matrix space. What is typed as `/command …` goes out as `!command …`; a button
is pressed by its number, in the direct room. Messages are given back as they are read: a bold line above a
text as the name of a field, numbered lines as buttons, and commands by the name that `chat` uses.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

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
from bot.platforms.matrix.write import KEY
from bot.platforms.terminal import Seen
from bot.platforms.terminal.read import pick
from bot.platforms.terminal.write import SeenFile
from bot.sdk.people import Place, PlaceKind
from bot.sdk.ports import Delivery
from bot.sdk.ports import Sent as Removed

from . import matrix_person
from .chat import SPACE
from .clock import Clock
from .matrix_reading import Message
from .matrix_world import GONE, LEVELS, Somebody, World, quoted, server
from .moored import Moored, labels_of, until_connected
from .turns import until


class _Listening(MatrixPlatform):
    """Notes what is done and what was sent, so that a conversation knows when an answer is there."""

    def __init__(self, settings: Settings, world: World) -> None:
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

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Take a message away, and note it."""
        done = await super().remove(place, ref)
        if isinstance(done, Removed):
            self._world.sent.append((place.parent or place.id, f"{GONE}{ref}"))
        return done

    async def readers(self, place: Place) -> int | None:
        """Whoever keeps the rooms is nobody in the conversation."""
        count = await super().readers(place)
        return count if count is None or place.direct else count - 1

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

    def __init__(self, platform: _Listening, world: World) -> None:
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
            await asyncio.to_thread(world.invite, room_id, me)
            await somebody.client.join(room_id)
            if who in LEVELS:
                await asyncio.to_thread(world.empower, room_id, me, LEVELS[who])
        await until(lambda: self._platform.knows(room_id, me) and self._may(room_id, who, me))
        # Somebody whose device the others do not know yet would not get their keys.
        for one in world.people.values():
            if one.client.sees(room_id):
                await one.client.until(_knows(one.client, room_id, me))

    def _may(self, room_id: str, who: str, me: str) -> bool:
        room = self._platform._line.rooms.get(room_id) if self._platform._line is not None else None
        return room is not None and (who not in LEVELS or room.level(me) >= LEVELS[who])

    async def _somebody(self, who: str) -> Somebody:
        world = self._world
        if who not in world.people:
            name = re.sub(r"[^a-z0-9]", "", who.casefold()) or "p"
            login = await asyncio.to_thread(world.server.register, f"{name}-{secrets.token_hex(4)}")
            client = await matrix_person.Person.arrive(world.server, login=login, strict=True)
            await client.api("PUT", f"/profile/{quoted(client.user_id)}/displayname", {"displayname": who})
            world.people[who] = Somebody(client)
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
        try:
            said = await somebody.client.say(target, line)
        except matrix_person.NotTaken:
            return  # they may not write there now: nobody hears it
        if room is not None and line == words:
            self._world.standing.setdefault(target, []).append((said, who))
        await self._done(said)

    async def chooses(self, who: str, room: str, command: str, on: Seen | None) -> None:
        """Somebody types a command as a reply to a message."""
        somebody = await self._somebody(who)
        await self.joins(who, room)
        room_id = self._world.rooms[room]
        if on is not None:
            meant = self._world.events[on]
        else:
            others = [event for event, by in self._world.standing.get(room_id, ()) if by != who]
            meant = others[-1]
        await self._done(await somebody.client.reply(room_id, meant, f"!{command}"))

    async def presses(self, who: str, which: str, on: Seen | None) -> None:
        """Somebody answers with the number of a button, or of a listed choice."""
        somebody = await self._somebody(who)
        if on is None:
            mine = [one for one in self.seen() if f"@{who}" in one.seen_by and labels_of(one)]
            on = mine[-1] if mine else None
        at = pick(which, labels_of(on)) if on is not None else None
        if on is None or at is None:
            self._note(Seen(f"@{who}", (f"@{who}",), True, "There is no such button."))
            return
        event = self._world.events.get(on)
        if on.private and on.form is None and event is not None:
            said = await somebody.client.reply(somebody.direct, event, str(at + 1))
        elif event is not None and on.place is not None and not on.private and _public(somebody, event, at):
            said = await somebody.client.reply(on.place.parent or on.place.id, event, str(at + 1))
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
            if event_id.startswith(GONE):
                await self._take_away(room_id, event_id.removeprefix(GONE), there)
                continue
            shown = {client: await client.wait(_is(event_id)) for client in there}
            by = [client for client, event in shown.items() if event.shown]
            if by:
                await self._take_in(room_id, shown[by[0]], by)

    # --- seeing -------------------------------------------------------------------------------------------

    async def _take_in(self, room_id: str, event: matrix_person.Seen, by: list[matrix_person.Person]) -> None:
        world = self._world
        content, relation = event.content, event.content.get("m.relates_to", {})
        if content.get("msgtype") in ("m.image", "m.file"):
            await self._take_file(room_id, event, relation, by[0])
            return
        ref, thread = event.event_id, ""
        if relation.get("rel_type") == "m.replace":
            ref, content = relation["event_id"], content["m.new_content"]
            thread = next((one.thread for one in world.seen if one.ref == ref), "")
        elif relation.get("rel_type") == "m.thread":
            thread = relation["event_id"]
        read = Message(content)
        message = self._add(
            room_id,
            by,
            ref,
            thread,
            text=read.text,
            fields=tuple(read.fields),
            buttons=tuple(read.buttons),
            form=read.form,
            warning=read.warning,
            folded=read.folded,
        )
        world.events[message] = ref
        standing = world.standing.setdefault(room_id, [])
        if all(one != ref for one, _ in standing):
            standing.append((ref, None))

    async def _take_file(
        self, room_id: str, event: matrix_person.Seen, relation: dict[str, Any], client: matrix_person.Person
    ) -> None:
        world = self._world
        first = relation.get("m.in_reply_to", {}).get("event_id")
        here = [
            one for one in world.seen if one.place is not None and room_id in (one.place.id, one.place.parent)
        ]
        last = next((one for one in reversed(here) if one.ref == first), here[-1])
        at = world.seen.index(last)
        file = await self._saved(client, event)
        world.seen[at] = dataclasses.replace(last, files=(*last.files, file))
        world.events[world.seen[at]] = world.events.pop(last)

    async def _take_away(self, room_id: str, ref: str, there: list[matrix_person.Person]) -> None:
        for client in there:
            await client.wait(_takes_away(ref))
        thread = next((one.thread for one in self._world.seen if one.ref == ref), "")
        self._add(room_id, there, ref, thread, text="", gone=True)
        standing = self._world.standing.get(room_id, [])
        standing[:] = [one for one in standing if one[0] != ref]

    def _add(self, room_id: str, by: list[matrix_person.Person], ref: str, thread: str, **more: Any) -> Seen:
        world = self._world
        names = sorted(name for name, one in world.people.items() if one.client in by)
        owner = next((name for name, one in world.people.items() if one.direct == room_id), None)
        room = next((name for name, one in world.rooms.items() if one == room_id), "")
        kind = PlaceKind.DIRECT if owner is not None else PlaceKind.ROOM
        place = Place("matrix", room_id, SPACE, kind)
        if thread:
            place = place.under(thread)
        to, seen_by = f"@{owner}" if owner is not None else f"#{room}", tuple(f"@{name}" for name in names)
        return self._note(
            Seen(to, seen_by, owner is not None, place=place, ref=ref, thread=thread, order=0, **more)
        )

    def _note(self, message: Seen) -> Seen:
        message = dataclasses.replace(message, order=len(self._world.seen) + 1)
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
        picture = content["info"]["mimetype"].startswith("image/")
        alt = Message(content).folded or content["body"]
        return SeenFile(content["filename"], content["info"]["mimetype"], str(kept), alt, picture)


def _knows(client: matrix_person.Person, room_id: str, other: str) -> Callable[[], bool]:
    return lambda: other in client.client.rooms[room_id].users


def _is(event_id: str) -> Callable[[matrix_person.Seen], bool]:
    return lambda event: event.event_id == event_id


def _takes_away(ref: str) -> Callable[[matrix_person.Seen], bool]:
    def is_it(event: matrix_person.Seen) -> bool:
        redacts = event.content.get("redacts", event.source.get("redacts"))
        return event.kind == "m.room.redaction" and redacts == ref

    return is_it


def _public(somebody: Somebody, ref: str, at: int) -> bool:
    """Whether a choice of a message, as it reads now, is answered where the message stands."""
    public = True
    for event in somebody.client.events:
        relation = event.content.get("m.relates_to", {})
        edit = relation.get("rel_type") == "m.replace" and relation.get("event_id") == ref
        if edit or event.event_id == ref:
            said = event.content.get("m.new_content", event.content).get(KEY, {})
            public = at < len(said.get("choices", ())) and said["choices"][at][2] is False
    return public


# --- opening ----------------------------------------------------------------------------------------------


async def open_matrix(config: OperatorConfig, clock: Clock, folder: Path) -> tuple[App, MatrixFace]:
    """The whole on a Synapse: an `Opens` for `bot.testing.chat.Chat`."""
    world: World | None = clock.worlds.get("matrix")
    if world is None:
        running_server = await asyncio.to_thread(server)
        world = clock.worlds["matrix"] = await asyncio.to_thread(World, running_server, folder / "files")
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
    await until_connected(platform, running)
    await until(lambda: platform.knows(world.space))
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
        return f"{found[1]}{', '.join(f'power {LEVELS[n]}' if n in LEVELS else n for n in names)}]"

    text = re.sub(r"(?m)^( +(?:facilitator|moderator): \[)([^\]]*)\]", powers, profile.read_text("utf-8"))
    written = folder / "matrix-space.yaml"
    written.write_text(text, "utf-8")
    return written
