"""Conversations in tests: people, rooms, what each of them sees, and a clock, on a real database.

    async def test_a_tap_is_seen_by_nobody_else(chat):
        one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
        await other.joins(ring)
        await one.says(ring, "/checkin")
        await one.presses("heavy")
        assert one.sees_privately("Kept, for you alone.")
        assert other.sees(ring) == []

A `Chat` speaks through a `Face`. The terminal's is here; whatever else can say who did what and who saw
what (Discord's stand-in, a real Synapse) can take its place, and the same test runs there.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import Seen, TerminalPlatform
from bot.sdk.people import Level
from bot.sdk.schedules import resolve_wall
from bot.storage.errors import StorageError

from .clock import Clock
from .furnished import furnish

START = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
"""When a conversation begins: a Monday noon, four weeks before Europe's clocks change."""
SPACE = "test"
"""The id of the community that a conversation takes place in."""
PROFILE = """\
name: Test
zone: Europe/London
country: GB
roles:
  facilitator: [facilitator]
  moderator: [mod]
groups:
  ring:
    name: The ring
    room: "#ring"
"""
"""The community's profile where a test brings none: people called `mod` and `facilitator` have that level."""


class Face(Protocol):
    """One platform, from the outside: what people do there, and what each of them got to see.

    A method returns when what was done is answered, as far as the platform can tell.
    """

    name: str

    async def joins(self, who: str, room: str) -> None:
        """Somebody comes into a room; both come into being when they are first named."""

    async def says(self, who: str, room: str | None, words: str) -> None:
        """Somebody writes a command (`/checkin`, on every face) or plain words, in a room or directly."""

    async def presses(self, who: str, which: str, on: Seen | None) -> None:
        """Somebody presses a button or picks a listed choice, by number or label: of `on`, or of what they
        were last shown that has any."""

    async def chooses(self, who: str, room: str, command: str, on: Seen | None) -> None:
        """Somebody chooses a command (by its path) in the menu of a message: of `on`, which Hearth wrote, or
        of the last that somebody else wrote in the room."""

    async def answers(self, who: str, words: str) -> None:
        """Somebody answers the open question of their form."""

    async def sends(self, who: str, file: Path) -> None:
        """Somebody answers it with a file."""

    def seen(self) -> Sequence[Seen]:
        """Everything that anyone saw so far, in order. Names in it are those that `chat` uses."""

    async def settle(self) -> None:
        """Wait until what was posted by itself has arrived."""


class TerminalFace:
    """The terminal, spoken to by a program."""

    name = "terminal"

    def __init__(self, platform: TerminalPlatform) -> None:
        self._platform = platform
        self._seen: list[Seen] = []
        platform.watch(self._seen.append)

    async def joins(self, who: str, room: str) -> None:
        """Somebody comes into a room."""
        self._platform.comes(who, room)

    async def says(self, who: str, room: str | None, words: str) -> None:
        """Somebody writes."""
        await self._platform.says(who, room, words)

    async def presses(self, who: str, which: str, on: Seen | None) -> None:
        """Somebody presses a button, or picks a choice."""
        await self._platform.presses(who, which, on)

    async def chooses(self, who: str, room: str, command: str, on: Seen | None) -> None:
        """Somebody types a command that is about a message."""
        await self._platform.says(who, room, f"/{command}", on.ref if on is not None else None)

    async def answers(self, who: str, words: str) -> None:
        """Somebody answers an open question."""
        await self._platform.answers(who, words)

    async def sends(self, who: str, file: Path) -> None:
        """Somebody answers it with a file."""
        await self._platform.sends(who, str(file))

    def seen(self) -> Sequence[Seen]:
        """Everything that anyone saw so far."""
        return self._seen

    async def settle(self) -> None:
        """A terminal is never late."""


class Room:
    """A room of a conversation."""

    def __init__(self, chat: Chat, name: str) -> None:
        self.name = name
        self._chat = chat

    @property
    def seen(self) -> list[Seen]:
        """What was posted here for anyone to see, in order."""
        return [one for one in self._chat.seen if not one.private and one.to == f"#{self.name}"]

    @property
    def standing(self) -> list[Seen]:
        """What can be read here now: each message as it was last edited, those taken away left out."""
        latest = {one.ref or f"{at}": one for at, one in enumerate(self.seen)}
        return [one for one in latest.values() if not one.gone]

    @property
    def last(self) -> Seen:
        """What was posted here last. Raises `LookupError` in an empty room."""
        if not self.seen:
            raise LookupError(f"nothing was posted in #{self.name}")
        return self.seen[-1]


class Person:
    """Somebody in a conversation."""

    def __init__(self, chat: Chat, name: str) -> None:
        self.name = name
        self._chat = chat

    async def joins(self, room: Room) -> None:
        """Come into a room. Speaking there does it, too."""
        await self._chat.face.joins(self.name, room.name)

    async def says(self, room: Room | None, words: str) -> None:
        """Write a command (`/checkin`) or plain words in a room, or (None) to Hearth directly."""
        await self._chat.face.says(self.name, room.name if room is not None else None, words)
        await self._chat.at_once()

    async def presses(self, which: str | int, on: Seen | None = None) -> None:
        """Press a button or pick a listed choice, by number or label: of `on`, or of what was shown last."""
        await self._chat.face.presses(self.name, str(which), on)
        await self._chat.at_once()

    async def chooses(self, room: Room, command: str, on: Seen | None = None) -> None:
        """Choose a command, by its path, in the menu of a message: of `on`, which Hearth wrote, or of the
        last that somebody else wrote in the room."""
        await self._chat.face.chooses(self.name, room.name, command, on)
        await self._chat.at_once()

    async def answers(self, words: str) -> None:
        """Answer the open question of one's form; `-` leaves an optional one out."""
        await self._chat.face.answers(self.name, words)
        await self._chat.at_once()

    async def sends(self, file: Path) -> None:
        """Answer it with a file."""
        await self._chat.face.sends(self.name, file)
        await self._chat.at_once()

    @property
    def seen(self) -> list[Seen]:
        """Everything this person saw, in order."""
        return [one for one in self._chat.seen if f"@{self.name}" in one.seen_by]

    @property
    def last(self) -> Seen:
        """What this person saw last. Raises `LookupError` if they saw nothing."""
        if not self.seen:
            raise LookupError(f"@{self.name} has seen nothing")
        return self.seen[-1]

    @property
    def private(self) -> list[Seen]:
        """What this person alone saw, in order."""
        return [one for one in self.seen if one.private]

    def sees(self, room: Room) -> list[str]:
        """The texts of what this person saw in a room."""
        return [one.text for one in self.seen if not one.private and one.to == f"#{room.name}"]

    def sees_privately(self, words: str) -> bool:
        """Whether this person alone was shown these words: in a text, a field, or a question."""
        return any(words in part for one in self.private for part in _words_of(one))


class ChatClock:
    """The clock of a conversation: time passes when a test says so, and what is due on the way runs."""

    def __init__(self, chat: Chat, clock: Clock) -> None:
        self._chat = chat
        self._clock = clock

    @property
    def now(self) -> datetime.datetime:
        """The time now, aware, in UTC."""
        return self._clock()

    async def to(self, when: str | datetime.datetime, zone: str | None = None) -> None:
        """Let time pass to `when`: an aware moment, a wall time (`2026-03-29T19:30`), or the next time of
        day (`18:00`), on the clock of `zone` (by default the community's). Raises
        `ValueError` for the past."""
        await self._chat.pass_time(self._moment(when, zone or self._chat.zone))

    async def on(self, **span: float) -> None:
        """Let a span pass, given as for `timedelta`: `await chat.clock.on(hours=2)`."""
        await self._chat.pass_time(self.now + datetime.timedelta(**span))

    def _moment(self, when: str | datetime.datetime, zone: str) -> datetime.datetime:
        if isinstance(when, datetime.datetime):
            return when if when.tzinfo is not None else resolve_wall(when, zone)
        if "T" in when:
            return resolve_wall(datetime.datetime.fromisoformat(when), zone)
        day = self.now.astimezone(datetime.UTC).date() - datetime.timedelta(days=1)
        at = datetime.time.fromisoformat(when)
        while (moment := resolve_wall(datetime.datetime.combine(day, at), zone)) <= self.now:
            day += datetime.timedelta(days=1)
        return moment


Opens = Callable[[OperatorConfig, Clock, Path], Awaitable[tuple[App, Face]]]
"""Builds the whole on one face: from a config, on a clock, with a folder for what the face needs."""


class Chat:
    """A conversation. Made by `Chat.open`; in pytest by the fixture `chat`."""

    def __init__(self, config: OperatorConfig, folder: Path, clock: Clock, opens: Opens) -> None:
        self.config = config
        self.folder = folder
        self._opens = opens
        self._clock = clock
        self.clock = ChatClock(self, clock)
        self.app: App
        self.face: Face
        self._before: list[Seen] = []

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        cogs: Sequence[str] | None = None,
        profile: str | None = PROFILE,
        start: datetime.datetime = START,
        opens: Opens | None = None,
    ) -> Chat:
        """Begin a conversation whose database and files lie in `folder`. `cogs` names the cogs to load
        (those that ship, by default), `profile` is the community's, as YAML; None for a server that the
        config does not name."""
        spaces = {}
        if profile is not None:
            spaces[SPACE] = Space(profile=_write_profile(folder, profile), terminal=True)
        config = OperatorConfig(home=folder / "home", spaces=spaces)
        if cogs is not None:
            config = config.model_copy(update={"cogs": tuple(cogs)})
        await furnish(config)
        chat = cls(config, folder, Clock(start), opens or open_terminal)
        await chat._start()
        return chat

    async def _start(self) -> None:
        self.app, self.face = await self._opens(self.config, self._clock, self.folder)

    async def close(self) -> None:
        """End it."""
        await self.app.close()

    async def restart(self) -> None:
        """End the process, as far as that can be done in one, and start anew on the same database."""
        self._before = list(self.seen)
        await self.close()
        await self._start()

    async def __aenter__(self) -> Chat:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def person(self, name: str) -> Person:
        """The person of that name, who comes into being with the first thing they do."""
        return Person(self, name)

    def room(self, name: str) -> Room:
        """The room of that name."""
        return Room(self, name.removeprefix("#"))

    @property
    def seen(self) -> list[Seen]:
        """Everything that anyone saw so far, in order."""
        return [*self._before, *self.face.seen()]

    @property
    def zone(self) -> str:
        """The community's zone, an IANA name."""
        return self.app.spaces.get(SPACE).zone

    async def at_once(self) -> None:
        """Let run what an action made due at once; the clock stands still."""
        with contextlib.suppress(StorageError):
            if self.app.dispatcher is not None and await self.app.dispatcher.tick():
                await self.face.settle()

    async def pass_time(self, to: datetime.datetime) -> None:
        """Let time pass; `ChatClock` says it nicer."""
        await self.app.pass_time(to, self._clock.set)
        await self.face.settle()


async def open_terminal(config: OperatorConfig, clock: Clock, folder: Path) -> tuple[App, Face]:
    """The whole on the terminal."""
    # Where no profile names moderators, somebody must be one.
    levels = {} if config.spaces else {"mod": Level.MODERATOR}
    platform = TerminalPlatform(folder / "files", levels=levels)
    app = await App.open(config, platforms=[platform], clock=clock, environ={})
    platform.attach(app.pipeline)
    app.pipeline.unlimited.add(platform.name)
    face = TerminalFace(platform)  # before anything is due, to miss nothing
    await app.pass_time(clock(), clock.set)
    return app, face


def _write_profile(folder: Path, profile: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / "space.yaml"
    written.write_text(profile, encoding="utf-8")
    return written


def _words_of(message: Seen) -> list[str]:
    form = message.form
    asked = [] if form is None else [form.title, form.question]
    return [message.text, *asked, *(part for one in message.fields for part in (one.name, one.text))]
