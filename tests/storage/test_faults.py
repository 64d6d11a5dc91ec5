from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.privacy.keys import MasterKey
from bot.storage import connection
from bot.storage.errors import (
    AlreadyRunning,
    StorageFull,
    StorageLocked,
    StorageLost,
    StorageUnusable,
)
from bot.storage.lock import RunLock
from bot.storage.store import Storage

from .conftest import Clock, opened
from .samples import Answer
from .test_store import keep


async def test_a_second_process_is_refused(storage: Storage, path: Path) -> None:
    code = (
        "import asyncio, datetime, sys\n"
        "from bot.storage.store import Storage\n"
        "from bot.storage.errors import AlreadyRunning\n"
        "def now(): return datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)\n"
        "async def main():\n"
        "    try: await Storage.open('sqlite:///' + sys.argv[1], now)\n"
        "    except AlreadyRunning as error: print(error)\n"
        "asyncio.run(main())\n"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert f"already running on this database (process {os.getpid()})" in done.stdout
    assert "HEARTH_HOME" in done.stdout


async def test_the_lock_goes_with_the_process_and_through_links(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    lock = RunLock(path)
    lock.take()
    with pytest.raises(AlreadyRunning):
        RunLock(link).take()
    lock.release()
    again = RunLock(link)
    again.take()
    again.release()


async def test_reading_beside_a_running_one(storage: Storage, path: Path, clock: Clock) -> None:
    await keep(storage.store("sample"))
    beside = await Storage.open(f"sqlite:///{path}", clock, exclusive=False)
    async with beside.bare_read() as session:
        assert len((await session.scalars(select(Answer.id))).all()) == 1
    await beside.close()


async def test_reading_makes_no_database(path: Path, clock: Clock) -> None:
    with pytest.raises(StorageUnusable, match="no database"):
        await Storage.open(f"sqlite:///{path}", clock, exclusive=False)
    assert not path.exists()


async def test_a_deleted_file_takes_no_write(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    await keep(store)
    path.unlink()
    with pytest.raises(StorageLost):
        await keep(store)


async def test_a_file_that_goes_during_a_write(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    with pytest.raises(StorageLost):
        async with store.write():
            path.rename(path.with_name("elsewhere"))
    path.with_name("elsewhere").rename(path)
    await keep(store)  # put back, it counts again


async def test_a_replaced_file_takes_no_write(storage: Storage, path: Path, tmp_path: Path) -> None:
    store = storage.store("sample")
    await keep(store)
    await storage.database.empty_log()
    other = tmp_path / "other"
    shutil.copy(path, other)
    other.replace(path)
    with pytest.raises(StorageLost):
        await keep(store)
    # A connection made now would lead to the other file: it is refused as well.
    await storage.database.writer.dispose()
    with pytest.raises(StorageLost):
        await keep(store)


async def test_a_deleted_log_takes_no_write(storage: Storage, path: Path) -> None:
    store = storage.store("sample")
    await keep(store)
    path.with_name(path.name + "-wal").unlink()
    with pytest.raises(StorageLost):
        await keep(store)


async def test_locked_by_another_program(
    path: Path, master: MasterKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    storage = await opened(path, master, clock)
    store = storage.store("sample")
    try:
        other = connection.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageLocked) as caught:
            await keep(store)
        assert caught.value.code == "SQLITE_BUSY"
        other.execute("ROLLBACK")
        other.close()
        await keep(store)
        async with store.read() as session:
            assert len((await session.scalars(select(Answer))).all()) == 1
    finally:
        await storage.close()


async def test_a_full_disk(storage: Storage) -> None:
    store = storage.store("sample")
    await storage.database.on_writer(lambda raw: raw.execute("PRAGMA max_page_count = 60").fetchall())
    with pytest.raises(StorageFull):
        for _ in range(200):
            await keep(store, note="x" * 3000)
    async with store.read() as session:
        there = len((await session.scalars(select(Answer.id))).all())
    await storage.database.on_writer(lambda raw: raw.execute("PRAGMA max_page_count = 9999999").fetchall())
    await keep(store)
    async with store.read() as session:
        assert len((await session.scalars(select(Answer.id))).all()) == there + 1


@pytest.mark.parametrize(
    "content", [b"not a database, just words " * 100, b"SQLite format 3\x00" + b"\xff" * 4000]
)
async def test_a_damaged_file_is_told_and_left_alone(path: Path, clock: Clock, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageUnusable) as caught:
        await Storage.open(f"sqlite:///{path}", clock)
    assert caught.value.__cause__ is None
    assert path.read_bytes() == content
    lock = RunLock(path)  # given back: crisis-only mode may try again
    lock.take()
    lock.release()


async def test_a_folder_that_cannot_be_used(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnusable):
        await Storage.open(f"sqlite:///{tmp_path}/file/hearth.sqlite3", clock)


async def test_every_connection_is_set_up(storage: Storage) -> None:
    store = storage.store("sample")
    for block in (store.read, store.write):
        async with block() as session:
            found = {
                name: (await (await session.connection()).exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


async def test_killed_while_writing(path: Path, master: MasterKey, clock: Clock) -> None:
    script = Path(__file__).with_name("writing.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        str(path),
        master.human(),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=Path(__file__).parent,
    )
    assert process.stdout is not None
    acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(25)]
    process.kill()
    acknowledged += (await process.stdout.read()).decode().split()
    await process.wait()
    assert len(acknowledged) >= 25
    storage = await opened(path, master, clock)
    async with storage.store("sample").read() as session:
        there = {row.note for row in await session.scalars(select(Answer))}
    await storage.close()
    # The last line may have been cut in the middle by the kill.
    assert {note for note in acknowledged if note.endswith(".")} <= there
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
