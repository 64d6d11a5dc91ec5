"""Numbered migrations, one version table for each cog, each run whole or not at all.

A folder holds `0001_first.py`, `0002_….py`: ordinary Alembic migrations whose `revision` is their
number. Alembic is imported only when something must be done; whether it must is one plain SELECT.
Foreign keys are off while a migration runs, because a batch change of a parent table would delete
its children otherwise; they are checked before the commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from .connection import connect
from .errors import MigrationFailed, NewerDatabase, StorageError, StorageUnusable, translated, translating

if TYPE_CHECKING:
    from .engine import Database
    from .needs import Clock

_NUMBERED = re.compile(r"(\d{4})_\w+\.py")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where one cog's migrations are."""

    name: str
    folder: Path

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a cog's name is made of small letters, digits and underscores")

    @property
    def version_table(self) -> str:
        """The table that says how far this cog's tables are."""
        return f"version_{self.name}"

    @property
    def newest(self) -> str:
        """The highest number in the folder; empty where there is none."""
        if not self.folder.is_dir():
            return ""
        numbers = [found[1] for path in self.folder.iterdir() if (found := _NUMBERED.fullmatch(path.name))]
        return max(numbers, default="")


CORE = Source("core", Path(__file__).parent / "core" / "migrations")


async def migrate(
    database: Database, source: Source, now: Clock, *, copies: Path | None = None, allowed: bool = True
) -> None:
    """Bring the tables of `source` up to date; quick where they are.

    Before anything changes in an existing SQLite file, one copy is made in `copies`. Raises
    NewerDatabase, MigrationFailed (the old version is whole) or another StorageError. With
    `allowed` false it raises StorageUnusable instead of changing anything.
    """
    if database.path is None:
        await _migrate_server(database, source, allowed)
        return
    path = database.path
    with translating():
        there = await asyncio.to_thread(_version_in_file, path, source, allowed)
        if not _needed(source, there):
            return
        if not allowed:
            raise StorageUnusable("The database needs an upgrade first: start Hearth once.")
        if copies is not None and there is not None and not database.copied:
            stamp = now().strftime("%Y%m%dT%H%M%SZ")
            target = copies / f"before-{source.name}-{source.newest}-{stamp}.sqlite3"
            await asyncio.to_thread(_copy, path, target)
            database.copied = True
        await asyncio.to_thread(_migrate_file, path, source)


def _needed(source: Source, there: str | None) -> bool:
    newest = source.newest
    if there and there > newest:
        raise NewerDatabase(
            f"This database was written by a newer Hearth ({source.name} {there}; "
            f"this one knows {newest or 'none'}). Install that one again, "
            "or restore a backup from before the upgrade."
        )
    return (there or "") != newest


def _version_in_file(path: Path, source: Source, create: bool) -> str | None:
    """The number in the file's version table; empty without that table, None for an empty database."""
    if not path.exists() and not create:
        raise StorageUnusable(f"There is no database at {path}.")
    raw = connect(path, read_only=not create)
    try:
        found = raw.execute(
            "SELECT sum(name = ?), count(*) FROM sqlite_master WHERE type = 'table'", (source.version_table,)
        ).fetchone()
        if not found[0]:
            return "" if found[1] else None
        row = raw.execute(f'SELECT version_num FROM "{source.version_table}"').fetchone()  # noqa: S608 - checked
        return str(row[0]) if row else ""
    finally:
        raw.close()


def _migrate_file(path: Path, source: Source) -> None:
    # NullPool by use: one connection, closed at the end, that nothing else ever sees.
    engine = create_engine("sqlite://", creator=lambda: connect(path), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _off(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.connect() as connection, connection.begin():
            _run(connection, source)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                tables = ", ".join(sorted({str(row[0]) for row in broken}))
                raise MigrationFailed(
                    f"The upgrade of {source.name} would leave rows without their parent ({tables}); "
                    "it was undone."
                )
    except StorageError:
        raise
    except DBAPIError as error:
        raise translated(error) or _failed(source, error) from None
    except Exception as error:
        raise _failed(source, error) from None
    finally:
        engine.dispose()


def _failed(source: Source, error: Exception) -> MigrationFailed:
    kind = type(error.orig).__name__ if isinstance(error, DBAPIError) and error.orig else type(error).__name__
    return MigrationFailed(
        f"The upgrade of {source.name} failed ({kind}) and was undone; nothing has changed.", kind
    )


def _run(connection: Connection, source: Source) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(source.folder), version_locations=[str(source.folder)])

    def steps(revision: Any, _: Any) -> Any:
        # Alembic offers no public way to do this without a file called env.py.
        return scripts._upgrade_revs("head", revision)

    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": source.version_table,
            "fn": steps,
            "script": scripts,
            # The transaction is ours: one for all steps.
            "transactional_ddl": False,
            "render_as_batch": True,
        },
    )
    with Operations.context(context):
        context.run_migrations()


async def _migrate_server(database: Database, source: Source, allowed: bool) -> None:
    with translating():
        async with database.writer.begin() as connection:
            # Two processes that start together migrate one after the other.
            await connection.execute(text("SELECT pg_advisory_xact_lock(72616)"))
            there = None
            known = await connection.scalar(
                text("SELECT count(*) FROM information_schema.tables WHERE table_name = :name"),
                {"name": source.version_table},
            )
            if known:
                query = f'SELECT version_num FROM "{source.version_table}"'  # noqa: S608 - a checked name
                there = await connection.scalar(text(query))
            if not _needed(source, there):
                return
            if not allowed:
                raise StorageUnusable("The database needs an upgrade first: start Hearth once.")
            await connection.run_sync(_run, source)


def _copy(path: Path, target: Path) -> None:
    from .backup import copy_file

    target.parent.mkdir(parents=True, exist_ok=True)
    copy_file(path, target)


def differences(path: Path, source: Source, prefix: str) -> list[Any]:
    """How the tables in the file differ from the declared ones whose name starts with `prefix`.

    For the test that all migrations together equal the tables.
    """
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from .rows import Row

    engine = create_engine("sqlite://", creator=lambda: connect(path))

    def included(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or (name or "").startswith(prefix)

    with contextlib.closing(engine.connect()) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": included, "version_table": source.version_table, "compare_type": False},
        )
        wanted = type(Row.metadata)()
        for table in Row.metadata.sorted_tables:
            if table.name.startswith(prefix):
                table.to_metadata(wanted)
        found = list(compare_metadata(context, wanted))
    engine.dispose()
    return found
