from __future__ import annotations

import asyncio
import contextlib
import datetime
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.privacy.keys import MasterKey
from bot.storage import connection
from bot.storage.errors import AlreadyHandled, StorageLocked, StorageLost
from bot.storage.rows import account_text
from bot.storage.store import Storage, Store

from .conftest import Clock, opened
from .samples import ADA, BEN, Answer, Cause, Mood, Person


async def answer(store: Store, person: Person = ADA, **more: object) -> Answer:
    values = {"account": account_text(person), "mood": Mood.HEAVY, "note": "the river", "at": store.now()}
    return Answer(who=await store.who(person), **(values | more))


async def notes(store: Store) -> list[str | None]:
    async with store.read() as session:
        return [row.note for row in (await session.scalars(select(Answer).order_by(Answer.id))).all()]


async def test_what_is_added_reads_back_by_any_way(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    there = datetime.timezone(datetime.timedelta(hours=3))
    row = await answer(store, extra={"a": 1}, at=datetime.datetime(2026, 3, 1, 14, 30, tzinfo=there))
    assert await store.add(row, Cause("discord", "1"))
    assert (row.mood, row.note) == (Mood.HEAVY, "the river")
    async with store.read() as session:
        found = (await session.scalars(select(Answer).where(Answer.who == await store.who(ADA)))).one()
    assert (found.id, found.mood, found.note, found.extra) == (row.id, Mood.HEAVY, "the river", {"a": 1})
    assert found.at == datetime.datetime(2026, 3, 1, 11, 30, tzinfo=datetime.UTC)
    assert b"river" not in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


async def test_an_added_row_looks_like_one_of_a_session(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    await store.add(await answer(store, note=None))
    async with store.write() as session:
        session.add(await answer(store, note=None))
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        one, other = (dict(row) for row in raw.execute("SELECT * FROM sample_answer"))
    assert {name: (type(one[name]), len(one[name])) for name in one} == {
        name: (type(other[name]), len(other[name])) for name in other
    }
    assert (one["at"], one["who"]) == (other["at"], other["who"])


async def test_it_is_on_the_disk_when_it_returns(storage: Storage, path: Path, tmp_path: Path) -> None:
    store = storage.store("sample")
    await store.add(await answer(store))
    copy = tmp_path / "copy.sqlite3"
    for end in ("", "-wal"):  # what a power cut leaves: the files alone
        shutil.copy(f"{path}{end}", f"{copy}{end}")
    with contextlib.closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT count(*) FROM sample_answer").fetchone() == (1,)


async def test_an_event_adds_once(storage: Storage) -> None:
    store, cause = storage.store("sample"), Cause("discord", "1234")
    assert await store.add(await answer(store), cause)
    with pytest.raises(AlreadyHandled):
        await store.add(await answer(store, note="again"), cause)
    with pytest.raises(AlreadyHandled):
        async with store.write(cause):
            pytest.fail("the block must not run")
    assert await notes(store) == ["the river"]


async def test_an_id_that_is_taken_leaves_nothing(storage: Storage) -> None:
    store, cause = storage.store("sample"), Cause("discord", "5")
    first = await answer(store)
    assert await store.add(first)
    assert not await store.add(await answer(store, BEN, id=first.id, note="other"), cause)
    assert await notes(store) == ["the river"]
    async with store.write(cause):  # the event still counts as new
        pass


async def test_a_row_that_is_not_whole_is_refused(storage: Storage) -> None:
    store = storage.store("sample")
    with pytest.raises(AttributeError, match="mood was not set"):
        await store.add(Answer(who=b"x" * 32, account=account_text(ADA), at=store.now()))
    with pytest.raises(sqlite3.IntegrityError):
        await store.add(Answer(account=account_text(ADA), mood=Mood.LIGHT, at=store.now()), Cause("d", "1"))
    assert await store.add(await answer(store), Cause("d", "1"))


async def test_adding_waits_for_a_write_and_is_whole(storage: Storage) -> None:
    store = storage.store("sample")
    async with store.write() as session:
        adding = asyncio.create_task(store.add(await answer(store, BEN, note="later")))
        session.add(await answer(store))
        await session.flush()
        assert not adding.done()
        with pytest.raises(RuntimeError, match="inside a write"):
            await store.add(await answer(store))
    assert await adding
    assert sorted(filter(None, await notes(store))) == ["later", "the river"]


async def test_many_at_once(storage: Storage) -> None:
    store = storage.store("sample")
    rows = [await answer(store, note=str(number)) for number in range(40)]
    done = await asyncio.gather(*(store.add(row, Cause("d", str(n % 20))) for n, row in enumerate(rows)),
                                return_exceptions=True)  # fmt: skip
    assert [one for one in done if one is True] == [True] * 20
    assert sum(isinstance(one, AlreadyHandled) for one in done) == 20
    assert len(await notes(store)) == 20


async def test_whoever_is_cancelled_leaves_it_whole_and_the_next_can_write(storage: Storage) -> None:
    store = storage.store("sample")
    for turns in range(6):
        adding = asyncio.create_task(store.add(await answer(store, note=None)))
        for _ in range(turns):
            await asyncio.sleep(0)
        adding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await adding
        async with store.write() as session:
            session.add(await answer(store))
    assert (await notes(store)).count("the river") == 6


async def test_a_new_connection_is_made_where_the_old_one_went(storage: Storage) -> None:
    store, made = storage.store("sample"), []
    event.listen(storage.database.writer.sync_engine, "connect", lambda *_: made.append(1))
    assert await store.add(await answer(store))
    await storage.database.writer.dispose()
    assert await store.add(await answer(store))
    assert await store.add(await answer(store))
    assert (len(made), len(await notes(store))) == (1, 3)


@pytest.mark.parametrize("gone", ["", "-wal"])
async def test_a_deleted_file_takes_no_row(storage: Storage, path: Path, gone: str) -> None:
    store = storage.store("sample")
    assert await store.add(await answer(store))
    Path(f"{path}{gone}").unlink()
    with pytest.raises(StorageLost):
        await store.add(await answer(store))


async def test_a_file_that_goes_while_it_is_added(
    storage: Storage, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = storage.store("sample")
    assert await store.add(await answer(store))
    whole = storage.database.whole

    async def moved(work: object) -> bool:
        done = await whole(work)  # type: ignore[arg-type]  # handed on as it came
        path.rename(path.with_name("elsewhere"))
        return done

    monkeypatch.setattr(storage.database, "whole", moved)
    with pytest.raises(StorageLost):
        await store.add(await answer(store))


async def test_locked_by_another_program_it_is_undone(
    path: Path, master: MasterKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    storage = await opened(path, master, clock)
    store, cause = storage.store("sample"), Cause("discord", "9")
    try:
        row = await answer(store)
        other = connection.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageLocked):
            await store.add(row, cause)
        other.execute("ROLLBACK")
        other.close()
        assert await store.add(row, cause)
    finally:
        await storage.close()
