"""A platform of a test's own in front of the whole: who did what is said exactly, and what is shown kept."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.sdk.errors import NotPrivate
from bot.sdk.people import Level, Person, Place, PlaceKind
from bot.sdk.ports import Event, Front, NotSent, Sent, What, Why
from bot.sdk.words import Shown, ShownForm, Upload
from bot.testing.chat import START
from bot.testing.clock import Clock
from bot.testing.furnished import furnish

PROFILE = """\
name: {name}
zone: Europe/London
language: {language}
country: GB
roles:
  facilitator: [Facilitator]
  moderator: [Keeper]
groups:
  ring:
    name: The ring
    room: "#ring"
"""


class Bytes(Upload):
    """A file somebody sent."""

    def __init__(self, name: str, data: bytes, size: int | None = None) -> None:
        self.name, self.type, self.data = name, "text/plain", data
        self.size = len(data) if size is None else size

    async def read(self) -> bytes:
        return self.data


class Replies:
    """What one event is answered with, in order: ("show", Shown), ("open", form, at), ("defer", private)…"""

    def __init__(self, *, fails: frozenset[str] = frozenset(), public_only: bool = False) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.fails = fails
        self.public_only = public_only

    async def show(self, shown: Shown) -> None:
        if self.public_only and shown.private:
            raise NotPrivate("not-private-here")
        self.said.append(("show", shown))

    async def open(self, form: ShownForm, at: int = 0) -> None:
        self.said.append(("open", form, at))

    async def defer(self, *, private: bool) -> None:
        if "defer" in self.fails:
            raise ConnectionError("gone")
        self.said.append(("defer", private))

    async def progress(self, words: str) -> None:
        if "progress" in self.fails:
            raise ConnectionError("gone")
        self.said.append(("progress", words))

    @property
    def kinds(self) -> list[str]:
        return [one[0] for one in self.said]

    @property
    def shown(self) -> list[Shown]:
        return [one[1] for one in self.said if one[0] == "show"]

    @property
    def last(self) -> Shown:
        return self.shown[-1]

    @property
    def text(self) -> str:
        return self.last.text

    @property
    def form(self) -> ShownForm:
        return next(one[1] for one in reversed(self.said) if one[0] == "open")

    def token(self, label: str) -> str:
        """The token of a button of the last answer."""
        found = next(one for one in self.last.buttons if one.label == label)
        assert found.token is not None
        return found.token


class House:
    """The platform: rooms belong to the space that a test binds them to; direct places to none."""

    def __init__(self, *, native_forms: bool = False, name: str = "house") -> None:
        self.name = name
        self.native_forms = native_forms
        self.posted: list[tuple[Place | Person, Shown, str]] = []
        self.delivery: Any = Sent("ref")
        self.found: Any = None
        self.rooms: set[str] = {"#ring"}
        self.started = asyncio.Event()
        self.connected = True

    def equip(self, vault: Any, read: Any) -> None:
        """It keeps nothing of its own."""

    async def forget(self, person: Person) -> bool:
        """It keeps nothing about anybody."""
        return True

    async def until_connected(self) -> None:
        """Nobody waits for it."""

    async def run(self, front: Front) -> None:
        self.started.set()
        await asyncio.Event().wait()

    async def stop(self) -> None:
        pass

    async def post(self, place: Place, shown: Shown, mark: str) -> Any:
        if place.id not in self.rooms:
            return NotSent(Why.GONE)
        self.posted.append((place, shown, mark))
        return self.delivery

    async def direct(self, person: Person, shown: Shown, mark: str) -> Any:
        self.posted.append((person, shown, mark))
        return self.delivery

    async def find(self, to: Place | Person, mark: str, since: Any) -> Any:
        return self.found

    def place(self, name: str, space: str) -> Place | None:
        return Place(self.name, name, space, name=name) if name in self.rooms else None


class Door:
    """The whole, and its door."""

    def __init__(self, app: App, house: House, clock: Clock) -> None:
        self.app, self.house, self.clock = app, house, clock

    @property
    def bench(self) -> Any:
        return self.app.catalogue.cogs["bench"].service

    def person(self, name: str = "one", space: str = "north", **more: Any) -> Person:
        return Person(self.house.name, f"id-{name}", space, name=name, **more)

    def room(self, id: str = "#ring", space: str = "north") -> Place:
        return Place(self.house.name, id, space, name=id)

    def direct(self, name: str = "one") -> Place:
        return Place(self.house.name, f"dm-{name}", "", PlaceKind.DIRECT)

    async def does(
        self,
        what: What,
        *,
        who: Person | None = None,
        at: Place | None = None,
        id: str | None = None,
        replies: Replies | None = None,
    ) -> Replies:
        """Hand an event in and wait until it is handled."""
        replies = replies or Replies()
        who = who or self.person()
        place = at or self.room()
        if place.direct and at is not None and who.space == "north":
            who = who.within("")
        await self.app.pipeline.handle(Event(id or f"event {next(_IDS)}", who, place, what), replies)
        return replies


_IDS = itertools.count()


def configured(
    folder: Path, *, cogs: Sequence[str], spaces: Sequence[str], language: str = "en"
) -> OperatorConfig:
    """A config whose spaces are bound to servers of their own name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name in spaces:
        file = folder / f"{name}.yaml"
        if not file.exists():
            file.write_text(PROFILE.format(name=name.title(), language=language))
        made[name] = Space(profile=file, terminal=True)
    return OperatorConfig(home=folder / "home", spaces=made).model_copy(update={"cogs": tuple(cogs)})


@asynccontextmanager
async def door(
    folder: Path,
    *,
    cogs: Sequence[str] = ("crisis", "tests.sdk.toys.bench", "privacy"),
    spaces: Sequence[str] = ("north",),
    native_forms: bool = False,
    language: str = "en",
    clock: Clock | None = None,
    house: House | None = None,
) -> AsyncIterator[Door]:
    """Hearth on a real database behind a house."""
    clock = clock or Clock(START)
    house = house or House(native_forms=native_forms)
    config = configured(folder, cogs=cogs, spaces=spaces, language=language)
    await furnish(config)
    app = await App.open(config, platforms=[house], clock=clock, environ={})
    for name in spaces:
        app.spaces.bind(house.name, [name], name)
    try:
        yield Door(app, house, clock)
    finally:
        await app.close()


MODERATOR = Level.MODERATOR
