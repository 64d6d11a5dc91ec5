"""The bot's side in these tests: a line over a plain SQLite store, with a listener that can answer."""

from __future__ import annotations

import asyncio
import datetime
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from bot.platforms.matrix.line import Line, Settings
from bot.platforms.matrix.purse import Urgency
from bot.platforms.matrix.read import Heard, Said
from bot.platforms.matrix.send import Message
from bot.testing.matrix_person import Person
from bot.testing.synapse import Login, Synapse

T = TypeVar("T", bound=Heard)


class Store:
    """`Vault` and `Handled` in one file. While `open` is not set, writes wait and `knocked` is set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False
        self.knocked = asyncio.Event()
        with self._base() as base:
            base.execute("create table if not exists blobs (name text primary key, data blob)")
            base.execute("create table if not exists handled (event text primary key)")

    def _base(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)

    async def _gate(self) -> None:
        if self.broken:
            raise OSError("no database")
        if not self.open.is_set():
            self.knocked.set()
        await self.open.wait()
        if self.broken:
            raise OSError("no database")

    def _run(self, *statements: tuple[str, Sequence[Any]]) -> list[Any]:
        base = self._base()
        try:
            with base:
                rows = [base.execute(sql, values).fetchall() for sql, values in statements]
        finally:
            base.close()
        return rows[-1]

    async def load(self, name: str) -> bytes | None:
        rows = self._run(("select data from blobs where name=?", [name]))
        return rows[0][0] if rows else None

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        await self._gate()
        self._run(
            *(
                ("delete from blobs where name=?", [name])
                if data is None
                else ("insert or replace into blobs values (?, ?)", [name, data])
                for name, data in blobs.items()
            )
        )

    async def position(self) -> str | None:
        saved = await self.load("position")
        return saved.decode() if saved else None

    async def was_handled(self, event_id: str) -> bool:
        await self._gate()
        return bool(self._run(("select 1 from handled where event=?", [event_id])))

    async def record(self, event_id: str) -> None:
        await self._gate()
        self._run(("insert or ignore into handled values (?)", [event_id]))

    async def move(self, position: str | None, keep: Sequence[str]) -> None:
        await self._gate()
        marks = ",".join("?" * len(keep))
        self._run(
            (f"delete from handled where event not in ({marks})", list(keep)),
            ("insert or replace into blobs values ('position', ?)", [(position or "").encode()]),
        )


class Ear:
    """A listener that notes everything, and answers commands: `!echo words`, `!crisis`."""

    def __init__(self) -> None:
        self.line: Line | None = None
        self.events: list[Heard] = []
        self.rescued: list[Said] = []
        self.on: Callable[[Heard], Awaitable[bool]] | None = None
        self._news = asyncio.Condition()

    def urgent(self, event: Said) -> bool:
        return event.line.startswith("!crisis")

    async def rescue(self, event: Said) -> None:
        self.rescued.append(event)
        assert self.line is not None
        await self.line.speaker.say(
            event.room_id,
            Message("112", mentions=(event.sender,), answers=event.event_id),
            cause=event.event_id,
            urgency=Urgency.RESCUE,
        )
        await self._tell()

    async def handle(self, event: Heard) -> bool:
        self.events.append(event)
        await self._tell()
        if self.on is not None:
            return await self.on(event)
        return await self.echo(event)

    async def echo(self, event: Heard) -> bool:
        if not isinstance(event, Said) or not event.line.startswith("!echo "):
            return False
        assert self.line is not None
        await self.line.speaker.say(
            event.room_id,
            Message(event.line[6:], mentions=(event.sender,), thread=event.thread, answers=event.event_id),
            cause=event.event_id,
            urgency=Urgency.PERSON,
        )
        return True

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def wait(self, kind: type[T], fits: Callable[[T], bool] = lambda _: True) -> T:
        found: list[T] = []

        def there() -> bool:
            found[:] = [e for e in self.events if isinstance(e, kind) and fits(e)]
            return bool(found)

        async with asyncio.timeout(15), self._news:
            await self._news.wait_for(there)
        return found[0]

    def said(self) -> list[str]:
        return [e.line for e in self.events if isinstance(e, Said)]


class Station:
    """A running bot. Use as `async with Station(settings, store) as bot`."""

    def __init__(self, settings: Settings, store: Store, **more: Any) -> None:
        self.settings, self.store, self.more = settings, store, more
        self.ear = Ear()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Station:
        self.line = await Line.open(
            self.settings,
            self.store,
            self.store,
            self.ear,
            **({"now": lambda: datetime.datetime.now(datetime.UTC)} | self.more),
        )
        self.ear.line = self.line
        self._running = asyncio.create_task(self.line.run())
        synced = asyncio.ensure_future(self.line.sync.synced.wait())
        await asyncio.wait({synced, self._running}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        synced.cancel()
        if self._running.done():
            self._running.result()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._running is not None
        self.line.stop()
        await asyncio.wait({self._running}, timeout=15)
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.line.close()

    @property
    def user_id(self) -> str:
        return self.line.client.user_id

    async def knows(self, room_id: str, person: str | None = None) -> None:
        """Wait until the bot is in the room (and sees this person joined)."""

        def there() -> bool:
            room = self.line.rooms.get(room_id)
            return room is not None and (person is None or room.members.get(person) == "join")

        async with asyncio.timeout(15):
            await self.line.sync.until(there)

    async def join(self, room_id: str, inviter: str) -> None:
        assert await self.line.doors.join(room_id, inviter) is None


def settings(url: str, login: Login, **more: Any) -> Settings:
    return Settings(url, login.user_id, password=login.password, **({"lifted": True} | more))


@asynccontextmanager
async def together(
    url: str, server: Synapse, login: Login, store: Store, *, encrypted: bool = True, **more: Any
) -> AsyncIterator[tuple[Station, Person, str]]:
    """A bot and a person in a room of theirs, the person's device knowing the bot's."""
    async with await Person.arrive(server) as ann, Station(settings(url, login), store, **more) as bot:
        room = await ann.create(bot.user_id, encrypted=encrypted, direct=encrypted)
        await bot.join(room, ann.user_id)
        await ann.until_joined(room, bot.user_id)
        yield bot, ann, room


async def answers(ann: Person, room: str, bot: Station, *words: str) -> list[str]:
    for said in words:
        await ann.wait(lambda e, said=said: e.sender == bot.user_id and e.body == said)
    return [e.body for e in ann.heard(room, by=bot.user_id)]
