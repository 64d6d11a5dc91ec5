"""Backup while running, and restore: into place safely, with nothing said twice and nobody back who left.

A backup holds no key. It is opened with the master key that was in force when it was made.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import os
import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from .connection import connect
from .core.tables import Draft
from .errors import StorageUnusable, translating
from .lock import RunLock

if TYPE_CHECKING:
    from .needs import Clock, Someone
    from .store import Storage

_MADE = "backup.made"
_UNSAVED = "unsaved"
"""The column by which a table says which of its rows no copy may hold."""


async def backup(path: Path, target: Path, now: Clock) -> None:
    """Copy the database at `path` to the new file `target` (0600), consistent while Hearth runs.

    What is unsaved stays out of it: drafts, and the rows whose column `unsaved` says so, such as what waits
    to be posted without a name. Needs neither the lock nor the key. Raises FileExistsError, or StorageError.
    """
    # Noted before copying: an erasure meanwhile is applied again, which harms nothing.
    made = now().isoformat()
    with translating():
        await asyncio.to_thread(_back_up, path, target, {_MADE: made})


@dataclasses.dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    made: datetime.datetime
    """When the backup was made (UTC)."""
    slots_passed: int
    erased_again: int
    kept: Path | None
    """Where the database that stood there before is kept, if there was one."""


async def restore(
    source: Path,
    path: Path,
    now: Clock,
    *,
    prepare: Callable[[Storage], Awaitable[None]],
    pass_slots: Callable[[Storage], Awaitable[int]],
    erased_since: Callable[[datetime.datetime], Callable[[Someone], bool]],
    forget: Callable[[Storage, Someone], Awaitable[int]],
    copies: Path,
) -> Restored:
    """Put the backup `source` in the place of the database `path`; what was there is kept in `copies`.

    All is done on a copy that takes the place in one step at the end. `prepare` unlocks the storage
    and migrates the cogs; `pass_slots` marks every slot due before now as done; `erased_since` tells
    who was erased after the backup; `forget` deletes one account and says how many parts failed.
    Matrix's keys, device and position are dropped: it logs in as a new device.
    Raises AlreadyRunning, NewerDatabase, or StorageUnusable where the file is no sound backup.
    """
    from .store import Storage

    lock = RunLock(path)
    lock.take()
    draft = path.with_name(f"{path.name}.restoring-{secrets.token_hex(4)}")
    try:
        with translating():
            made = await asyncio.to_thread(_take_in, source, draft)
        storage = await Storage.open(f"sqlite:///{draft}", now)
        try:
            await prepare(storage)
            passed, again = await _bring_up(storage, made, pass_slots, erased_since, forget)
        finally:
            await storage.close()
        with translating():
            kept = await asyncio.to_thread(_put_in_place, draft, path, copies, now())
    finally:
        for end in ("", "-wal", "-shm", ".lock"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)
        lock.release()
    return Restored(made, passed, again, kept)


async def _bring_up(
    storage: Storage,
    made: datetime.datetime,
    pass_slots: Callable[[Storage], Awaitable[int]],
    erased_since: Callable[[datetime.datetime], Callable[[Someone], bool]],
    forget: Callable[[Storage, Someone], Awaitable[int]],
) -> tuple[int, int]:
    from .core.blobs import Blobs

    passed = await pass_slots(storage)
    await Blobs(storage).drop("matrix")
    erased = erased_since(made)
    again = 0
    for account in await everybody(storage):
        if erased(account):
            if await forget(storage, account):
                raise StorageUnusable("An erasure could not be applied to the backup; nothing was restored.")
            again += 1
    if not await storage.database.empty_log():
        raise StorageUnusable("The restored copy is in use by another program; nothing was restored.")
    return passed, again


async def everybody(storage: Storage) -> list[Someone]:
    """Every account that any loaded table names beside a person hash, and every account ever met."""
    from .core.reach import Account, Reach
    from .rows import Row, account_parts, person_columns

    found: dict[tuple[str, str], Someone] = {}
    for account in await Reach(storage).everybody():
        found[account.platform, account.account] = account
    for mapper in Row.registry.mappers:
        kind = mapper.class_
        for name in {of for _, of, _ in person_columns(kind) if of is not None}:
            async with storage.store(kind.__cog__).read() as session:
                if not await _there(session, kind.__tablename__):
                    continue
                for row in await session.scalars(select(kind)):
                    platform, account_id, space = account_parts(getattr(row, name))
                    found.setdefault((platform, account_id), Account(platform, account_id, space))
    return list(found.values())


async def _there(session: AsyncSession, table: str) -> bool:

    connection = await session.connection()
    return await connection.run_sync(lambda sync: inspect(sync).has_table(table))


def copy_file(path: Path, target: Path, facts: dict[str, str] | None = None) -> None:
    """Copy the database at `path` to `target`, there whole or not at all; the unsaved is left out."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source = connect(path, read_only=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            _leave_out_unsaved(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            for name, value in (facts or {}).items():
                copy.execute("INSERT OR REPLACE INTO core_fact (name, value) VALUES (?, ?)", (name, value))
            copy.commit()
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _leave_out_unsaved(copy: sqlite3.Connection) -> None:
    """Delete what no copy may hold, its bytes included. By the columns alone: a cog that is not loaded, or
    was removed, counts as well."""
    copy.execute("PRAGMA journal_mode = MEMORY")  # no file beside it that would hold the pages as they were
    copy.execute("PRAGMA secure_delete = ON")
    tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left_out = 0
    for table in tables:
        columns = {column for (column,) in copy.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        if _UNSAVED in columns:
            deleted = copy.execute(
                f'DELETE FROM "{table}" WHERE "{_UNSAVED}"'  # noqa: S608 - its name comes from the schema
            )
            left_out += deleted.rowcount
        elif table == Draft.__tablename__:
            left_out += copy.execute(f'DELETE FROM "{table}"').rowcount  # noqa: S608 - a name of ours
    copy.commit()
    if left_out:
        copy.execute("VACUUM")


def _back_up(path: Path, target: Path, facts: dict[str, str]) -> None:
    if target.exists():
        raise FileExistsError(f"There is a file at {target} already.")
    if not path.exists():
        raise StorageUnusable(f"There is no database at {path}.")
    copy_file(path, target, facts)


def _take_in(source: Path, draft: Path) -> datetime.datetime:
    if not source.is_file():
        raise StorageUnusable(f"There is no file at {source}.")
    try:
        copy_file(source, draft)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        # Not "the database": theirs was not touched.
        raise StorageUnusable("This file is no backup made by Hearth; nothing was restored.") from None
    with contextlib.closing(sqlite3.connect(draft)) as raw:
        if raw.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise StorageUnusable("The backup is damaged; nothing was restored.")
        try:
            row = raw.execute("SELECT value FROM core_fact WHERE name = ?", (_MADE,)).fetchone()
        except sqlite3.OperationalError:
            row = None
    if row is None:
        raise StorageUnusable("This file is no backup made by Hearth; nothing was restored.")
    return datetime.datetime.fromisoformat(row[0])


def _put_in_place(draft: Path, path: Path, copies: Path, now: datetime.datetime) -> Path | None:
    kept = None
    if path.exists():
        copies.mkdir(parents=True, exist_ok=True)
        kept = copies / f"before-restore-{now.strftime('%Y%m%dT%H%M%SZ')}.sqlite3"
        try:
            copy_file(path, kept)
        except sqlite3.Error:
            # Too damaged to be read: keep the bytes as they are, log included.
            for end in ("", "-wal"):
                old = path.with_name(path.name + end)
                if old.exists():
                    kept.with_name(kept.name + end).write_bytes(old.read_bytes())
                    kept.with_name(kept.name + end).chmod(0o600)
    for end in ("-wal", "-shm"):
        # A log that belongs to the old file would be played into the new one.
        path.with_name(path.name + end).unlink(missing_ok=True)
    draft.replace(path)
    _to_disk(path.parent)
    return kept


def thin_out(copies: Path, keep: int) -> None:
    """Delete what Hearth copied by itself into `copies`, but for the newest `keep` made before upgrades and
    as many made before restores."""
    upgrades: list[Path] = []
    restores: list[Path] = []
    for path in copies.glob("before-*.sqlite3*") if copies.is_dir() else ():
        (restores if path.name.startswith("before-restore-") else upgrades).append(path)
    for found in (upgrades, restores):
        made = sorted({_stamp(path) for path in found})
        for path in found:
            if _stamp(path) in made[:-keep]:
                path.unlink(missing_ok=True)


def _stamp(path: Path) -> str:
    return path.name.partition(".sqlite3")[0].rpartition("-")[2]


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
