"""Bots on Matrix in a process that is measured: nio as documented, Hearth's line, and the whole house.

The line is the connection with its real, sealed database and an answer to `!echo`; the house is all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import gc
import logging
import secrets
from pathlib import Path
from typing import Any

from .processes import Json, Measured, say


class NioProcess(Measured):
    """A bare nio bot: it joins, and echoes."""

    async def open(self, options: argparse.Namespace) -> None:
        import nio

        config = nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
        self.client = nio.AsyncClient(options.url, options.user, store_path=options.home, config=config)
        self.client.add_event_callback(self._heard, nio.RoomMessageText)
        await self.client.login(options.password)
        await self.client.sync(timeout=0, full_state=True)
        self.running = asyncio.create_task(self.client.sync_forever(timeout=30_000))

    async def _heard(self, room: Any, event: Any) -> None:
        if event.sender != self.client.user_id and event.body.startswith(("!echo ", "!crisis ")):
            content = {"msgtype": "m.notice", "body": event.body.partition(" ")[2]}
            await self.client.room_send(
                room.room_id, "m.room.message", content, ignore_unverified_devices=True
            )

    async def do_join(self, room: str, inviter: str) -> None:
        await self.client.join(room)

    def do_rooms(self) -> Json:
        return {"rooms": len(self.client.rooms)}

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.client.close()


class Echo:
    """What Hearth's line is told to: it answers `!echo`, and `!crisis` on the fast lane."""

    line: Any = None

    def urgent(self, event: Any) -> bool:
        return bool(event.line.startswith("!crisis "))

    async def rescue(self, event: Any) -> None:
        await self._answer(event, "RESCUE")

    async def handle(self, event: Any) -> bool:
        from bot.platforms.matrix.read import Said

        if not isinstance(event, Said) or not event.line.startswith("!echo "):
            return False
        await self._answer(event, "PERSON")
        return True

    async def _answer(self, event: Any, urgency: str) -> None:
        from bot.platforms.matrix.purse import Urgency
        from bot.platforms.matrix.send import Message

        words = Message(event.line.partition(" ")[2], answers=event.event_id)
        await self.line.speaker.say(event.room_id, words, cause=event.event_id, urgency=Urgency[urgency])


class LineProcess(Measured):
    """Hearth's line over a sealed database."""

    async def open(self, options: argparse.Namespace) -> None:
        from bot.platforms.matrix.line import Line, Settings
        from bot.privacy import keys
        from bot.privacy.keyring import Keyring
        from bot.storage.store import Storage
        from bot.vaults import ReadSoFar, SealedVault

        self.storage = await Storage.open(f"sqlite:///{options.home}/hearth.db", _now)
        self.storage.unlock(await Keyring.open([keys.make()], self.storage.secrets))
        listener = Echo()
        self.line = listener.line = await Line.open(
            Settings(options.url, options.user, password=options.password, lifted=not options.limited),
            SealedVault(self.storage, "matrix"), ReadSoFar(self.storage, "matrix"), listener, now=_now,
        )  # fmt: skip
        gc.freeze()
        self.running = asyncio.create_task(self.line.run())
        await asyncio.wait_for(self.line.sync.synced.wait(), 60)

    async def do_join(self, room: str, inviter: str) -> None:
        if (problem := await self.line.doors.join(room, inviter)) is not None:
            raise RuntimeError(problem)

    def do_rooms(self) -> Json:
        return {"rooms": sum(1 for _ in self.line.rooms)}

    async def do_contact(self, person: str) -> Json:
        """Open a direct room."""
        found = await self.line.doors.direct(person)
        if not hasattr(found, "room_id"):
            raise RuntimeError(f"no room: {found}")
        return {"room": found.room_id}

    async def do_post(self, rooms: list[str], urgency: str) -> Json:
        """Say something in each of these rooms; seconds until the last has it."""
        from bot.platforms.matrix.purse import Urgency
        from bot.platforms.matrix.send import Later, Message, Sent

        began = asyncio.get_running_loop().time()

        async def one(room: str) -> None:
            cause = secrets.token_hex(8)
            while not isinstance(
                done := await self.line.speaker.say(
                    room, Message("How is it?"), cause=cause, urgency=Urgency[urgency]
                ),
                Sent,
            ):
                if not isinstance(done, Later):
                    raise TypeError(f"not sent: {done}")
                await asyncio.sleep(done.seconds)

        await asyncio.gather(*(one(room) for room in rooms))
        return {"seconds": asyncio.get_running_loop().time() - began}

    def do_end_session(self, room: str) -> None:
        """The next message of this room gets a new key."""
        self.line.client.end_session(room)

    async def close(self) -> None:
        self.line.stop()
        await asyncio.wait({self.running}, timeout=10)
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.line.close()
        await self.storage.close()


class HouseProcess(Measured):
    """Hearth with its cogs, on Matrix."""

    async def open(self, options: argparse.Namespace) -> None:
        from bot.app import App
        from bot.platforms.matrix import InvitePolicy, MatrixPlatform, Settings

        from .hearth import config_of

        settings = Settings(options.url, options.user, password=options.password, lifted=not options.limited)
        self.platform = MatrixPlatform(settings, policy=InvitePolicy(open_direct=True))
        self.app = await App.open(config_of(Path(options.home), ""), platforms=[self.platform], environ={})
        assert self.app.trouble is None, self.app.trouble
        self.running = asyncio.create_task(self.app.run())
        await self.platform.until_connected()

    async def do_join(self, room: str, inviter: str) -> None:
        """It accepts invitations by itself."""
        line = self.platform._line
        assert line is not None
        async with asyncio.timeout(20):
            await line.sync.until(lambda: room in line.rooms)

    async def close(self) -> None:
        await self.app.stop()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.app.close()


_KINDS = {"nio": NioProcess, "line": LineProcess, "house": HouseProcess}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


async def _main(options: argparse.Namespace) -> None:
    logging.disable(logging.CRITICAL)
    process: Any = _KINDS[options.which]()
    await process.open(options)
    say({"ready": True})
    await process.serve()
    await process.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=sorted(_KINDS))
    for name in ("url", "user", "password", "home"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--limited", action="store_true", help="the server has its default limits")
    chosen = parser.parse_args()
    Path(chosen.home).mkdir(parents=True, exist_ok=True)
    asyncio.run(_main(chosen))
