"""Versions of a profile: who was first, what came before, and whose they are no more."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from bot.storage.core.profiles import Profiles, author_parts, author_text
from bot.storage.store import Storage

from .samples import ADA, BEN, Person


async def test_of_two_who_change_the_same_version_one_is_first(storage: Storage) -> None:
    profiles = Profiles(storage)
    assert await profiles.succeed("s1", "name: one", "chat", after=0, author=ADA) == 1
    both = await asyncio.gather(
        profiles.succeed("s1", "name: ada", "chat", after=1, author=ADA),
        profiles.succeed("s1", "name: ben", "chat", after=1, author=BEN),
    )
    assert sorted(both, key=str) == [2, None]
    assert [row.number for row in await profiles.history("s1")] == [2, 1]


async def test_a_held_version_is_in_nobodys_way(storage: Storage) -> None:
    profiles = Profiles(storage)
    await profiles.succeed("s1", "name: one", "chat", after=0)
    await profiles.add("s1", "name: held", "file", applied=False)
    assert await profiles.succeed("s1", "name: two", "chat", after=1, restores=None) == 3
    before = await profiles.before("s1", 3)
    assert before is not None
    assert (before.number, before.text) == (1, "name: one")
    assert await profiles.before("s1", 1) is None
    assert await profiles.in_force() == {"s1": 3}


async def test_whose_a_version_is_can_be_told_and_forgotten(storage: Storage, path: Path) -> None:
    profiles = Profiles(storage)
    await profiles.add("s1", "name: one", "chat", author=ADA, name="Ada")
    await profiles.add("s2", "name: two", "chat", author=ADA)
    await profiles.add("s1", "name: three", "chat", author=BEN, name="Ben")
    assert [(row.space, row.number) for row in await profiles.of(ADA)] == [("s1", 1), ("s2", 1)]
    with sqlite3.connect(path) as raw:
        sealed = [
            bytes(row[0]) for row in raw.execute("SELECT author FROM core_profile ORDER BY space, number")
        ]
    await profiles.forget(ADA)
    assert await profiles.of(ADA) == []
    (kept,) = await profiles.of(BEN)
    assert kept.author is not None
    assert author_parts(kept.author)[2] == "Ben"
    assert (await profiles.history("s2"))[0].author is None
    with sqlite3.connect(path) as raw:
        left = {bytes(row[0]) for row in raw.execute("SELECT author FROM core_profile")}
    assert [one in left for one in sealed] == [False, True, False]
    current = await profiles.current("s2")
    assert current is not None
    assert current.text == "name: two", "the version itself is the community's"


def test_an_author_always_fits() -> None:
    long = Person("matrix", "@" + "a" * 250 + ":s", "s" * 30)
    assert author_parts(author_text(long, "\N{FAMILY}" * 99)) == ("matrix", long.account, "")
    assert author_parts(author_text(ADA, "A" * 99))[2] == "A" * 40
