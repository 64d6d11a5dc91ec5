"""What somebody may do where an event does not tell it: the platform is asked where that matters."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sdk.people import Level, Person
from bot.sdk.ports import Answered, Called, Pressed, Typed
from bot.sdk.words import Message

from .door import Door, House, door

MODERATORS = "This one is for moderators."


class Knowing(House):
    """A platform whose direct conversations tell nothing: `keepers` are the accounts that help in a space."""

    def __init__(self) -> None:
        super().__init__()
        self.keepers: set[tuple[str, str]] = set()
        self.asked = 0
        self.answers: asyncio.Event | None = None

    async def powers(self, person: Person, now: datetime.datetime) -> Person | None:
        self.asked += 1
        if self.answers is not None:
            await self.answers.wait()
        keeps = (person.account, person.space) in self.keepers
        return dataclasses.replace(person, roles=frozenset({"Keeper"} if keeps else ()))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Door]:
    spaces = ("north", "south")
    cogs = ("crisis", "tests.sdk.toys.bench", "rules")
    async with door(tmp_path, cogs=cogs, spaces=spaces, house=Knowing()) as opened:
        for space in spaces:
            who = opened.person(space=space)
            await opened.does(Called("look"), who=who, at=opened.room("#x", space))
        yield opened


def known(house: Door) -> Knowing:
    assert isinstance(house.house, Knowing)
    return house.house


async def in_direct(house: Door, words: str, space: str) -> str:
    """What one is answered in the direct conversation, having chosen a community where that is asked."""
    said = await house.does(Typed(words), at=house.direct())
    if said.text == "Which community is this about?":
        said = await house.does(Pressed(said.token(space.title()), own=True), at=house.direct())
    return said.text


async def test_a_role_counts_in_its_own_community_and_in_no_other(house: Door) -> None:
    known(house).keepers = {("id-one", "north")}
    assert await in_direct(house, "sweep", "south") == MODERATORS
    known(house).keepers = {("id-one", "south")}
    assert await in_direct(house, "sweep", "south") == "Swept"


async def test_what_somebody_may_do_does_not_follow_them_into_another_community() -> None:
    person = Person("house", "one", "north", roles=frozenset({"Keeper"}), level=Level.MODERATOR)
    assert (person.within("south").level, person.within("south").roles) == (Level.MEMBER, frozenset())
    assert person.within("north") is not None
    assert person.within("north").level is Level.MODERATOR


async def test_only_what_is_not_for_everybody_is_asked_about(house: Door) -> None:
    await in_direct(house, "look", "north")
    await in_direct(house, "crisis", "north")
    await house.does(Called("sweep"))  # in a room the event tells
    assert known(house).asked == 0
    await in_direct(house, "sweep", "north")
    assert known(house).asked == 1


async def test_a_platform_that_does_not_answer_is_not_waited_for(house: Door) -> None:
    known(house).answers = asyncio.Event()
    told = await in_direct(house, "sweep", "north")
    assert told.startswith("I could not find out just now what you may do in your community.")


async def test_a_moderators_form_begun_in_a_room_ends_in_the_direct_conversation(house: Door) -> None:
    known(house).keepers = {("id-kit", "south")}
    kit, room = house.person("kit", "south", roles=frozenset({"Keeper"})), house.room("#x", "south")
    about = Message(room, "m1", house.person("ann", "south"), "not kind")
    await house.does(Called("flag", about=about), who=house.person("one", "south"), at=room)
    await house.does(Answered("-"), who=house.person("one", ""), at=house.direct())
    case = await house.does(Called("moderation case", {"number": "1"}), who=kit, at=room)
    await house.does(Pressed(case.token("Note"), own=True), who=kit, at=room)
    noted = await house.does(Answered("I asked her."), who=house.person("kit", ""), at=house.direct("kit"))
    assert "I asked her." in "\n".join(field.text for field in noted.last.fields)
