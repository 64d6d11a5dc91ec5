from __future__ import annotations

import asyncio
import datetime
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.storage.backup import Restored, backup, restore, thin_out
from bot.storage.core.blobs import Blobs
from bot.storage.core.drafts import Drafts
from bot.storage.core.reach import Reach
from bot.storage.erase import Eraser
from bot.storage.errors import AlreadyRunning, StorageUnusable
from bot.storage.needs import Someone
from bot.storage.store import Storage

from .conftest import Clock, opened
from .samples import ADA, BEN, SAMPLE, Answer
from .test_core import HOUR, due_row, ledger_of, next_hour
from .test_erase import forgetting, log_of
from .test_store import keep

Restore = Callable[[Path], Awaitable[Restored]]


@pytest.fixture
def put_back(path: Path, master: keys.MasterKey, clock: Clock) -> Restore:
    async def prepare(storage: Storage) -> None:
        storage.unlock(await Keyring.open([master], storage.secrets))
        await storage.migrate(SAMPLE)

    async def pass_slots(storage: Storage) -> int:
        return await ledger_of(storage).mark_all_before(clock(), next_hour(clock()))

    async def forget(storage: Storage, person: Someone) -> int:
        return await Eraser(storage, log_of(path, master), [forgetting(storage)]).forget_here(person)

    async def put(source: Path) -> Restored:
        return await restore(
            source,
            path,
            clock,
            prepare=prepare,
            pass_slots=pass_slots,
            erased_since=log_of(path, master).since,
            forget=forget,
            copies=path.parent / "copies",
        )

    return put


async def notes(storage: Storage) -> list[str]:
    async with storage.store("sample").read() as session:
        return sorted(row.note or "" for row in await session.scalars(select(Answer)))


async def test_a_backup_while_writing_is_consistent(
    storage: Storage, path: Path, tmp_path: Path, clock: Clock, master: keys.MasterKey
) -> None:
    store = storage.store("sample")
    stop = asyncio.Event()
    acknowledged = 0

    async def write_pairs() -> None:
        nonlocal acknowledged
        while not stop.is_set():
            async with store.write() as session:
                for _ in range(2):
                    session.add(await _answer(storage))
            acknowledged += 1

    writing = asyncio.ensure_future(write_pairs())
    copies = []
    for number in range(5):
        before = acknowledged
        while acknowledged < before + 3:
            await asyncio.sleep(0)
        least = acknowledged * 2
        target = tmp_path / f"backup{number}"
        await backup(path, target, clock)
        copies.append((least, target))
    stop.set()
    await writing
    for least, copy in copies:
        raw = sqlite3.connect(copy)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (rows,) = raw.execute("SELECT count(*) FROM sample_answer").fetchone()
        raw.close()
        assert rows % 2 == 0
        assert rows >= least
        assert copy.stat().st_mode & 0o777 == 0o600
        assert master.human()[:9].encode() not in copy.read_bytes()
    with pytest.raises(FileExistsError):
        await backup(path, copies[0][1], clock)


async def test_no_copy_holds_what_is_unsaved(
    storage: Storage, path: Path, tmp_path: Path, clock: Clock
) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE gone_waiting (id TEXT PRIMARY KEY, unsaved BOOLEAN, words BLOB) WITHOUT ROWID")
    rows = [(f"row-{number}-unsaved-{number % 2}", number % 2, os.urandom(900)) for number in range(40)]
    raw.executemany("INSERT INTO gone_waiting VALUES (?, ?, ?)", rows)
    raw.commit()
    raw.close()
    await Drafts(storage).put(ADA, {"words": "half a sentence"})
    with sqlite3.connect(path) as raw:
        ((draft,),) = raw.execute("SELECT payload FROM core_draft").fetchall()
    await backup(path, tmp_path / "copy", clock)
    held = (tmp_path / "copy").read_bytes()
    assert [words in held for _, _, words in rows] == [not unsaved for _, unsaved, _ in rows]
    assert b"unsaved-1" not in held
    assert draft not in held
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM gone_waiting").fetchone() == (40,), (
            "the original is as it was"
        )


async def _answer(storage: Storage) -> Answer:
    from bot.storage.rows import account_text

    from .samples import Mood

    who = await storage.store("sample").who(ADA)
    return Answer(who=who, account=account_text(ADA), mood=Mood.LIGHT, at=storage.now())


async def test_restore(
    path: Path, tmp_path: Path, master: keys.MasterKey, clock: Clock, put_back: Restore
) -> None:
    storage = await opened(path, master, clock)
    await keep(storage.store("sample"), ADA, note="ada")
    await keep(storage.store("sample"), BEN, note="ben")
    await Reach(storage).met(ADA)
    blobs = Blobs(storage)
    await blobs.put({"matrix.keys": b"olm", "matrix.sync": b"s1", "discord.commands": b"hash"})
    ledger = ledger_of(storage)
    await ledger.upsert_due([due_row("evening", clock() + HOUR), due_row("weekly", clock() + 30 * 24 * HOUR)])
    (sending,) = await ledger.claim(clock() + HOUR, 1, next_hour(clock() + HOUR))
    saved = tmp_path / "saved"
    await backup(path, saved, clock)

    clock.pass_(days=7)
    await keep(storage.store("sample"), BEN, note="since then")
    eraser = Eraser(storage, log_of(path, master), [forgetting(storage)])
    assert (await eraser.erase(ADA)).done
    with pytest.raises(AlreadyRunning):
        await put_back(saved)
    await storage.close()

    done = await put_back(saved)
    assert (done.slots_passed, done.erased_again) == (1, 1)
    assert done.made == clock() - datetime.timedelta(days=7)
    assert done.kept is not None
    assert sqlite3.connect(done.kept).execute("SELECT count(*) FROM sample_answer").fetchone() == (2,)

    storage = await opened(path, master, clock)
    assert await notes(storage) == ["ben"]
    assert await Reach(storage).spaces(ADA) == []
    blobs = Blobs(storage)
    assert [await blobs.get(name) for name in ("matrix.keys", "matrix.sync", "discord.commands")] == [
        None,
        None,
        b"hash",
    ]
    ledger = ledger_of(storage)
    assert await ledger.uncertain() == []
    assert await ledger.claim(clock(), 10, next_hour(clock())) == []
    following = await ledger.next_due()
    assert following is not None
    assert following > clock()
    latest = await ledger.latest("evening")
    assert latest is not None
    assert latest.due == sending.due
    await storage.close()
    assert sorted(file.name for file in path.parent.iterdir() if "restoring" in file.name) == []


async def test_who_came_back_before_the_backup_stays(
    path: Path, tmp_path: Path, master: keys.MasterKey, clock: Clock, put_back: Restore
) -> None:
    storage = await opened(path, master, clock)
    await Eraser(storage, log_of(path, master), [forgetting(storage)]).erase(ADA)
    clock.pass_(days=1)
    await keep(storage.store("sample"), ADA, note="here again")
    await backup(path, tmp_path / "saved", clock)
    await storage.close()
    assert (await put_back(tmp_path / "saved")).erased_again == 0
    storage = await opened(path, master, clock)
    assert await notes(storage) == ["here again"]
    await storage.close()


async def test_restore_onto_nothing(
    path: Path, tmp_path: Path, master: keys.MasterKey, clock: Clock, put_back: Restore
) -> None:
    storage = await opened(path, master, clock)
    await keep(storage.store("sample"), BEN, note="ben")
    await backup(path, tmp_path / "saved", clock)
    await storage.close()
    path.unlink()
    assert (await put_back(tmp_path / "saved")).kept is None
    storage = await opened(path, master, clock)
    assert await notes(storage) == ["ben"]
    await storage.close()


@pytest.mark.parametrize("bad", ["words", "other", "missing", "stranger's"])
async def test_what_is_no_backup_changes_nothing(
    path: Path, tmp_path: Path, master: keys.MasterKey, clock: Clock, put_back: Restore, bad: str
) -> None:
    storage = await opened(path, master, clock)
    await keep(storage.store("sample"), BEN, note="ben")
    await storage.close()
    source = tmp_path / "source"
    if bad == "words":
        source.write_bytes(b"no database at all " * 200)
    elif bad == "other":
        sqlite3.connect(source).execute("CREATE TABLE x (y)").connection.close()
    elif bad == "stranger's":
        other = tmp_path / "there" / "db"
        other.parent.mkdir()
        storage = await opened(other, keys.make(), clock)
        await backup(other, source, clock)
        await storage.close()
    with pytest.raises((StorageUnusable, keys.MasterKeyWrong)):
        await put_back(source)
    storage = await opened(path, master, clock)
    assert await notes(storage) == ["ben"]
    await storage.close()


def test_old_copies_are_thinned_out_and_nothing_else(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    thin_out(copies, 2)  # before there is any
    copies.mkdir()
    names = [f"before-checkins-000{day}-2026030{day}T120000Z.sqlite3" for day in range(1, 5)]
    names += ["before-core-0009-20260301T120000Z.sqlite3", "before-restore-20260220T120000Z.sqlite3"]
    names += ["before-restore-20260221T120000Z.sqlite3-wal", "mine.sqlite3", "notes.txt"]
    for name in names:
        (copies / name).touch()
    thin_out(copies, 2)
    assert sorted(path.name for path in copies.iterdir()) == sorted([*names[2:4], *names[5:]])
