from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.privacy.keyring import beside
from bot.privacy.keys import MasterKey, make
from bot.storage import engine
from bot.storage.connection import connect
from bot.storage.core.drafts import Drafts
from bot.storage.core.reach import Reach
from bot.storage.erase import Eraser, ErasureLog, Forget
from bot.storage.needs import Someone
from bot.storage.store import Storage, hash_of

from .conftest import Clock, opened
from .samples import ADA, BEN, Answer, Person
from .test_store import keep

THERE = Person(ADA.platform, ADA.account, "s2")


def forgetting(storage: Storage) -> Forget:
    store = storage.store("sample")

    async def forget(person: Someone) -> None:
        hashes = [found for _, found in await store.who_everywhere(person)]
        async with store.write() as session:
            await session.execute(delete(Answer).where(Answer.who.in_(hashes)))

    return forget


def log_of(path: Path, master: MasterKey) -> ErasureLog:
    return ErasureLog(path.parent, beside(master, "erasures"))


@pytest.fixture
def eraser(storage: Storage, path: Path, master: MasterKey) -> Eraser:
    return Eraser(storage, log_of(path, master), [forgetting(storage)], path.parent / "copies")


def traces(path: Path, table: str, columns: str, where: str = "1") -> list[bytes]:
    """What the rows hold in the file: ciphertexts and hashes, as bytes."""
    raw = sqlite3.connect(path)
    try:
        found = raw.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchall()
    finally:
        raw.close()
    return [value for row in found for value in row]


def files_with(path: Path, needles: list[bytes]) -> list[str]:
    # Its own process's locks go when a handle on the file is closed: only looked at between writes.
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    return sorted({file.name for file in files for needle in needles if needle in file.read_bytes()})


async def fill(storage: Storage, path: Path) -> tuple[list[bytes], list[bytes]]:
    """Rows of Ada's in two spaces, among many of Ben's; the traces of hers and of his."""
    for number in range(60):
        await keep(storage.store("sample"), BEN, note="b" * number)
        if number % 3 == 0:
            await keep(storage.store("sample"), ADA if number % 2 else THERE, note="long words " * number)
    reach = Reach(storage)
    for person in (ADA, THERE, BEN):
        await reach.met(person)
    await Drafts(storage).put(ADA, {"note": "half a sentence"})
    hashes = {await storage.store("sample").who(person) for person in (ADA, THERE)}
    listed = ", ".join(f"x'{found.hex()}'" for found in hashes)
    hers = traces(path, "sample_answer", "who, account, mood, note, extra", f"who IN ({listed})")
    hers += traces(path, "core_draft", "who, account, payload")
    his = traces(path, "sample_answer", "account, note", f"who NOT IN ({listed})")
    met = hash_of(await storage.keys.key("account"), ADA).hex()
    hers += traces(path, "core_reach", "pair, who, account", f"who = x'{met}'")
    return hers, his


async def test_erased_bytes_are_in_no_file(storage: Storage, path: Path, eraser: Eraser) -> None:
    hers, his = await fill(storage, path)
    await storage.database.empty_log()
    await keep(storage.store("sample"), ADA)  # some in the log, some in the file
    assert files_with(path, hers) != []
    assert (await eraser.erase(ADA)).done
    assert files_with(path, hers) == []
    assert all(files_with(path, [trace]) for trace in his)
    assert await Reach(storage).spaces(ADA) == []
    assert await Reach(storage).spaces(BEN) == ["s1"]
    assert traces(path, "core_erasing", "account") == []


async def test_without_secure_delete_the_test_would_see_it(
    path: Path, master: MasterKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.storage import connection

    monkeypatch.setattr(
        connection,
        "SETTINGS",
        tuple(s.replace("secure_delete = ON", "secure_delete = OFF") for s in connection.SETTINGS),
    )
    storage = await opened(path, master, clock)
    hers, _ = await fill(storage, path)
    eraser = Eraser(storage, log_of(path, master), [forgetting(storage)])
    await eraser.erase(ADA)
    assert files_with(path, hers) != []
    await storage.close()


async def test_copies_made_by_hearth_go_too(storage: Storage, path: Path, eraser: Eraser) -> None:
    hers, _ = await fill(storage, path)
    (path.parent / "copies").mkdir(exist_ok=True)
    copy = path.parent / "copies" / "before-sample-0001.sqlite3"
    raw = connect(path, read_only=True)
    target = sqlite3.connect(copy)
    raw.backup(target)
    raw.close()
    target.close()
    assert copy.name in files_with(path, hers)
    assert (await eraser.erase(ADA)).done
    assert files_with(path, hers) == []


async def test_a_reader_holds_done_back(
    storage: Storage, path: Path, eraser: Eraser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_DRAIN_SECONDS", 0.05)
    hers, _ = await fill(storage, path)
    async with storage.store("sample").read() as session:
        await session.scalars(select(Answer.id).limit(1))
        assert not (await eraser.erase(ADA)).done
        assert files_with(path, hers) != []
    again = Eraser(storage, eraser._log, [])  # as housekeeping or the next start does
    assert (await again.finish()).done
    assert files_with(path, hers) == []


async def test_a_backup_that_reads_holds_done_back(storage: Storage, path: Path, eraser: Eraser) -> None:
    hers, _ = await fill(storage, path)
    other = connect(path, read_only=True)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM sample_answer").fetchone()
    assert not (await eraser.erase(ADA)).done
    other.execute("COMMIT")
    other.close()
    assert (await eraser.finish()).done
    assert files_with(path, hers) == []


async def test_a_part_that_fails_is_asked_again(
    storage: Storage, path: Path, master: MasterKey, clock: Clock
) -> None:
    hers, _ = await fill(storage, path)

    async def broken(_: Someone) -> None:
        raise RuntimeError

    first = Eraser(storage, log_of(path, master), [broken, forgetting(storage)])
    outcome = await first.erase(ADA)
    assert (outcome.done, outcome.failed) == (False, 1)
    await storage.close()
    storage = await opened(path, master, clock)  # the wish outlives the process
    assert (await Eraser(storage, log_of(path, master), [forgetting(storage)]).finish()).done
    assert files_with(path, hers) == []
    await storage.close()


async def test_the_log_beside_the_database(path: Path, master: MasterKey, clock: Clock) -> None:
    log = log_of(path, master)
    start = clock()
    log.add(ADA, clock())
    clock.pass_(days=1)
    with log.path.open("ab") as file:
        file.write(b"half a li")  # a power cut
    log.add(BEN, clock())
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert ADA.account.encode() not in log.path.read_bytes()
    since = log.since(start)
    assert since(ADA)
    assert since(THERE)
    assert since(BEN)
    assert not since(Person("discord", ADA.account, "s1"))
    later = log.since(clock())
    assert later(BEN)
    assert not later(ADA)
    new = make()
    log.reseal(beside(new, "erasures"))
    for each in (log, log_of(path, new)):
        assert each.since(start)(ADA)
        assert not each.since(clock())(ADA)
