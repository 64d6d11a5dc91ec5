"""The process ends right after a rule decided: what was decided is done after it, and nothing twice."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.platforms.terminal import Seen, TerminalPlatform
from bot.sdk.people import Person, Place
from bot.sdk.ports import Delivery, Later
from bot.sdk.words import Shown
from bot.testing.chat import Chat, Face, TerminalFace
from bot.testing.clock import Clock

from .scene import community

PROFILE = community(
    "{id: lion, when: {words: [lion]}, then: [remove, time out: 3h]}",
    "{id: grief, when: {words: [funeral]}, then: [fold: grief]}",
)


class Cut(BaseException):
    """The process ends here."""


class Breaking(TerminalPlatform):
    """A terminal at which the process ends when it is about to do something, or has just done it."""

    before = after = ""
    ended = False
    busy = 0
    """So many times a message cannot be taken away just now."""

    async def remove(self, place: Place, ref: str) -> Delivery:
        if self.busy:
            self.busy -= 1
            return Later(0.1)
        return await self._cut("remove", super().remove(place, ref))

    async def time_out(self, person: Person, place: Place, until: datetime.datetime | None) -> Delivery:
        return await self._cut("time_out", super().time_out(person, place, until))

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        return await self._cut("post", super().post(place, shown, mark))

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        return await self._cut("direct", super().direct(person, shown, mark))

    async def _cut(self, name: str, doing: Any) -> Delivery:
        if self.before == name:
            self.ended = True
            doing.close()
            raise Cut
        done: Delivery = await doing
        if self.after == name:
            self.ended = True
            raise Cut
        return done


async def opens(config: OperatorConfig, clock: Clock, folder: Path) -> tuple[App, Face]:
    platform = Breaking(folder / "files")
    app = await App.open(config, platforms=[platform], clock=clock, environ={})
    platform.attach(app.pipeline)
    face = TerminalFace(platform)
    for who, room in (("ann", "ring"), ("ben", "ring"), ("mod", "mods")):
        platform.comes(who, room)  # a terminal does not know after a restart who was where
    await app.pass_time(clock(), clock.set)
    return app, face


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with await Chat.open(tmp_path, cogs=["rules", "privacy"], profile=PROFILE, opens=opens) as chat:
        yield chat


def platform_of(chat: Chat) -> Breaking:
    platform = chat.app.platforms["terminal"]
    assert isinstance(platform, Breaking)
    return platform


def words(seen: Seen) -> str:
    parts = [seen.text, seen.warning, seen.folded]
    return "\n".join([*parts, *(part for field in seen.fields for part in (field.name, field.text))])


async def broken_off(chat: Chat, written: str, **at: str) -> None:
    """Ann writes something; the process ends at that moment, and Hearth starts again."""
    for name, what in at.items():
        setattr(platform_of(chat), name, what)
    with contextlib.suppress(Cut):  # or it is what the agenda was doing that ends there
        await chat.person("ann").says(chat.room("ring"), written)
    assert platform_of(chat).ended
    await chat.restart()


def told(chat: Chat, piece: str) -> int:
    return len([one for one in chat.person("ann").private if piece in words(one)])


def asked(chat: Chat) -> int:
    return len([one for one in chat.room("mods").seen if "Something waits for a moderator" in words(one)])


def taken_away(chat: Chat) -> int:
    return len({one.ref for one in chat.room("ring").seen if one.gone})


async def left(chat: Chat) -> int:
    return len(await chat.app.catalogue.cogs["rules"].service.owing.left("test"))


@pytest.mark.parametrize("at", [{"before": "remove"}, {"after": "remove"}])
async def test_what_was_to_be_held_is_held_after_the_restart_and_everybody_is_told_once(
    chat: Chat, at: dict[str, str]
) -> None:
    await broken_off(chat, "call me on 07700 900123", **at)
    assert taken_away(chat) == 1
    assert told(chat, "held back until a moderator has looked") == 1
    assert told(chat, "Please keep numbers out of the room.") == 1
    assert asked(chat) == 1
    assert await left(chat) == 0
    await chat.restart()
    await chat.clock.on(hours=2)
    assert (told(chat, "held back"), asked(chat)) == (1, 1)
    await chat.person("mod").says(chat.room("mods"), "/moderation case 1")
    await chat.person("mod").presses("Put it back")
    await chat.person("mod").answers("-")
    assert len([one for one in chat.room("ring").seen if "07700" in words(one)]) == 1


@pytest.mark.parametrize("at", ["before", "after"])
async def test_who_was_being_told_is_told_once_at_most(chat: Chat, at: str) -> None:
    await broken_off(chat, "call me on 07700 900123", **{at: "direct"})
    assert taken_away(chat) == 1
    assert told(chat, "held back until a moderator has looked") == (at == "after")
    await chat.clock.on(hours=2)
    assert told(chat, "held back until a moderator has looked") == (at == "after")


@pytest.mark.parametrize("at", ["before", "after"])
async def test_a_break_begins_after_the_restart_and_ends_when_it_was_to_end(chat: Chat, at: str) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    await broken_off(chat, "a lion", **{at: "time_out"})
    assert taken_away(chat) == 1
    await ann.says(ring, "another lion")
    assert len(await chat.app.catalogue.cogs["rules"].service.cases.record("test")) == 1, (
        "the break has begun"
    )
    await chat.clock.on(minutes=181)
    await ann.says(ring, "a lion after all")
    assert len(await chat.app.catalogue.cogs["rules"].service.cases.record("test")) == 2


async def test_a_break_that_is_over_by_then_does_not_begin(chat: Chat) -> None:
    ann, ring = chat.person("ann"), chat.room("ring")
    platform_of(chat).before = "time_out"
    with pytest.raises(Cut):
        await ann.says(ring, "a lion")
    chat._clock.set(chat.clock.now + datetime.timedelta(hours=4))
    await chat.restart()
    await ann.says(ring, "another lion")
    assert len(await chat.app.catalogue.cogs["rules"].service.cases.record("test")) == 2


@pytest.mark.parametrize("at", [{"before": "remove"}, {"before": "post"}, {"after": "post"}])
async def test_what_was_to_stand_under_a_warning_stands_there_once(chat: Chat, at: dict[str, str]) -> None:
    await broken_off(chat, "the funeral was long", **at)
    await chat.clock.on(minutes=5)
    assert taken_away(chat) == 1
    assert len([one for one in chat.room("ring").seen if "the funeral was long" in words(one)]) == 1
    assert await left(chat) == 0


async def test_what_cannot_be_taken_away_at_once_is_taken_away_soon(chat: Chat) -> None:
    platform_of(chat).busy = 1
    await chat.person("ann").says(chat.room("ring"), "call me on 07700 900123")
    assert taken_away(chat) == 1
    assert (told(chat, "held back"), asked(chat)) == (1, 1)


async def test_days_later_nothing_is_done_by_surprise(chat: Chat) -> None:
    platform_of(chat).before = "remove"
    with pytest.raises(Cut):
        await chat.person("ann").says(chat.room("ring"), "call me on 07700 900123")
    chat._clock.set(chat.clock.now + datetime.timedelta(days=2))
    await chat.restart()
    assert (taken_away(chat), told(chat, "held back"), asked(chat)) == (0, 0, 0)
    await chat.app.keep_house()
    assert await left(chat) == 0
    (case,) = await chat.app.catalogue.cogs["rules"].service.cases.record("test")
    assert case.waits


async def test_who_erases_their_data_takes_their_words_out_of_what_is_still_to_be_done(chat: Chat) -> None:
    await chat.person("ann").says(chat.room("ring"), "hello")
    platform_of(chat).before = "remove"
    with pytest.raises(Cut):
        await chat.person("ann").says(chat.room("ring"), "the funeral, call 07700 900123")
    service = chat.app.catalogue.cogs["rules"].service
    assert await left(chat) == 3
    person = Person("terminal", "ann", "test")
    await service.forget(person)
    kinds = [duty.kind.value for duty, _ in await service.owing.left("test")]
    assert sorted(kinds) == ["ask", "remove"]
