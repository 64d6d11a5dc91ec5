from __future__ import annotations

import asyncio
import contextlib
import datetime
import random
import sqlite3
import traceback
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.storage.core.blobs import Blobs, Handled
from bot.storage.errors import AlreadyHandled, StorageError, StorageUnusable
from bot.storage.migrations import CORE, differences
from bot.storage.rows import account_text
from bot.storage.store import Storage, Store

from .conftest import Clock
from .samples import ADA, BEN, SAMPLE, Answer, Cause, Mood, Person


async def keep(
    store: Store, person: Person = ADA, note: str | None = "the river at night", **more: object
) -> Answer:
    answer = Answer(
        who=await store.who(person),
        account=account_text(person),
        mood=Mood.HEAVY,
        note=note,
        at=store.now(),
        **more,
    )
    async with store.write() as session:
        session.add(answer)
    return answer


async def test_what_is_kept_reads_back(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store, extra={"a": 1})
    async with store.read() as session:
        found = (await session.scalars(select(Answer).where(Answer.who == await store.who(ADA)))).one()
    assert (found.id, found.mood, found.note, found.extra) == (
        kept.id,
        Mood.HEAVY,
        "the river at night",
        {"a": 1},
    )
    assert found.at == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


async def test_an_event_counts_once(storage: Storage) -> None:
    store = storage.store("sample")
    cause = Cause("discord", "1234")
    async with store.write(cause):
        pass
    with pytest.raises(AlreadyHandled):
        async with store.write(cause):
            pytest.fail("the block must not run")


async def test_migrations_equal_tables(storage: Storage, path: Path) -> None:
    assert differences(path, CORE, "core_") == []
    assert differences(path, SAMPLE, "sample_") == []


async def test_a_stolen_file_shows_neither_who_nor_what(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    await keep(store, extra={"secretkey": 4})
    await keep(store, BEN, note="another sentence")
    async with store.write(Cause("discord", BEN.account)):
        pass
    # The files as a thief finds them: with the log, and again after a clean end.
    seen = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    await storage.database.empty_log()
    seen += path.read_bytes()
    assert b"sample_answer" in seen
    for word in (
        "river",
        "another sentence",
        "zentnerschwer",
        "secretkey",
        "lovelace",
        ADA.account,
        BEN.account,
    ):
        assert word.encode() not in seen
        assert word.encode("utf-16-le") not in seen


async def test_a_block_that_raises_leaves_nothing(storage: Storage) -> None:
    store = storage.store("sample")
    cause = Cause("matrix", "$1")
    with pytest.raises(ZeroDivisionError):
        async with store.write(cause) as session:
            session.add(Answer(who=b"x" * 32, account=account_text(ADA), mood=Mood.LIGHT, at=store.now()))
            await session.flush()
            _ = 1 / 0
    async with store.write(cause) as session:
        assert (await session.scalars(select(Answer))).all() == []


async def test_hashes_of_cogs_and_spaces_differ(storage: Storage) -> None:
    one, other = storage.store("sample"), storage.store("crisis")
    there = Person(ADA.platform, ADA.account, "s2")
    hashes = [await one.who(ADA), await one.who(there), await other.who(ADA), await one.who(BEN)]
    assert len(set(hashes)) == 4
    assert dict(await one.who_everywhere(ADA)) == {"s1": hashes[0], "s2": hashes[1]}


async def test_a_new_space_inside_a_write_that_is_undone(storage: Storage) -> None:
    store = storage.store("sample")
    new = Person("matrix", "@a:b", "brand new")
    with pytest.raises(ZeroDivisionError):
        async with store.write():
            lost = await store.who(new)
            assert await store.who(new) == lost
            _ = 1 / 0
    assert await store.who(new) != lost  # its secret was undone with the rest
    async with store.write():
        kept = await store.who(Person("matrix", "@a:b", "another"))
    assert await store.who(Person("matrix", "@a:b", "another")) == kept


async def test_a_write_inside_a_write_says_so(storage: Storage) -> None:
    store = storage.store("sample")
    with pytest.raises(RuntimeError, match="inside a write"):
        async with store.write(), store.write():
            pass
    async with store.write():
        pass


async def test_readers_cannot_write(storage: Storage) -> None:
    store = storage.store("sample")
    row = Answer(who=b"x" * 32, account=account_text(ADA), mood=Mood.LIGHT, at=store.now())
    with pytest.raises(StorageError):
        async with store.read() as session:
            session.add(row)
            await session.flush()
    async with store.read() as session:
        assert (await session.scalars(select(Answer))).all() == []


async def test_a_reader_sees_one_picture(storage: Storage) -> None:
    store = storage.store("sample")
    await keep(store)
    async with store.read() as session:
        assert len((await session.scalars(select(Answer.id))).all()) == 1
        await keep(store, BEN)
        assert len((await session.scalars(select(Answer.id))).all()) == 1
    async with store.read() as session:
        assert len((await session.scalars(select(Answer.id))).all()) == 2


async def test_many_writers_and_readers_at_once(storage: Storage) -> None:
    store = storage.store("sample")

    async def read() -> int:
        async with store.read() as session:
            return len((await session.scalars(select(Answer.id))).all())

    await asyncio.gather(*(keep(store) for _ in range(40)), *(read() for _ in range(40)))
    assert await read() == 40


async def test_a_cancelled_write_leaves_no_open_transaction(storage: Storage) -> None:
    store = storage.store("sample")
    who, rng = await store.who(ADA), random.Random(7)

    async def write(ident: str) -> None:
        row = Answer(id=ident, who=who, account=account_text(ADA), mood=Mood.LIGHT, at=store.now())
        async with store.write() as session:
            session.add(row)
            await session.flush()
            await session.scalars(select(Answer.id).limit(1))
            ended.add(ident)

    # A block that came to its end is committed, even when the cancelling arrives during the commit.
    ended: set[str] = set()
    for number in range(150):
        task = asyncio.ensure_future(write(f"row{number}"))
        # Anywhere between waiting for the lock and the end of the commit.
        await asyncio.wait([task], timeout=rng.random() * 0.003)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        # The next write is neither refused nor kept waiting by what the cancelled one left.
        await asyncio.wait_for(write(f"after{number}"), 5)
    async with store.read() as session:
        there = set(await session.scalars(select(Answer.id)))
    assert there == ended
    assert {f"after{number}" for number in range(150)} <= there


async def test_exceptions_carry_no_values(storage: Storage) -> None:
    store = storage.store("sample")
    kept = await keep(store)
    twin = Answer(
        id=kept.id,
        who=kept.who,
        account=account_text(ADA),
        mood=Mood.LIGHT,
        note="I told nobody",
        at=store.now(),
    )
    with pytest.raises(IntegrityError) as caught:
        async with store.write() as session:
            session.add(twin)
    with pytest.raises(Exception) as other:
        async with store.write() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:note)"), {"note": "I told nobody"})
    for error in (caught.value, other.value):
        told = "".join(traceback.format_exception(error))
        assert "I told nobody" not in told.replace('"note": "I told nobody"', "").replace(
            'note="I told nobody"', ""
        )
        assert kept.id not in told
        assert "lovelace" not in told


async def test_a_locked_store_without_key_opens_nothing(storage: Storage, path: Path, clock: Clock) -> None:
    await storage.close()
    locked = await Storage.open(f"sqlite:///{path}", clock)
    try:
        with pytest.raises(StorageUnusable, match="no master key"):
            async with locked.store("sample").read():
                pass
    finally:
        await locked.close()


async def test_handled_tells_no_time_and_is_forgotten_by_batch(storage: Storage, path: Path) -> None:
    handled, store, blobs = Handled(storage), storage.store("sample"), Blobs(storage)
    first = await handled.begin("matrix")
    async with store.write(Cause("matrix", "$1")):
        pass
    second = await handled.begin("matrix")
    assert second == first + 1
    assert await handled.note(Cause("matrix", "$2"))
    assert not await handled.note(Cause("matrix", "$2"))
    await handled.begin("discord")
    await handled.note(Cause("discord", "1"))
    await blobs.put({"matrix.sync": b"s2"}, handled=("matrix", second))
    assert not await handled.seen(Cause("matrix", "$1"))
    assert await handled.seen(Cause("matrix", "$2"))
    assert await handled.seen(Cause("discord", "1"))
    with sqlite3.connect(path) as raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(core_handled)")]
    raw.close()
    assert columns == ["hash", "lane", "batch"]
    assert await Handled(storage).begin("matrix") == second + 1  # goes on counting after a restart
