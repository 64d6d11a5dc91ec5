"""All migrations together make exactly the tables that are declared, and the tables keep to their rules."""

from __future__ import annotations

import datetime
import importlib
import sqlite3
from pathlib import Path

import pytest

from bot import loading
from bot.storage.core import tables as core_tables
from bot.storage.migrations import CORE, Source, differences
from bot.storage.rows import ACCOUNT_LENGTH, Row, person_columns
from bot.storage.store import Storage

from .house import cog_of, folder_of

KEEPING = [name for name in loading.SHIPPED if (folder_of(name) / "tables.py").exists()]


def rows_of(cog: str) -> list[type[Row]]:
    """The tables that a cog declares."""
    module = importlib.import_module(f"cogs.{cog}.tables")
    return [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Row) and one is not Row
    ]


async def migrated(path: Path, *sources: Source) -> None:
    def now() -> datetime.datetime:
        return datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)

    storage = await Storage.open(f"sqlite:///{path}", now)
    for source in sources:
        await storage.migrate(source)
    await storage.close()


async def test_the_core_migrates_to_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "core.db"
    await migrated(path)
    assert core_tables.COG == "core"
    assert differences(path, CORE, "core_") == []


@pytest.mark.parametrize("name", KEEPING)
async def test_a_cog_migrates_to_what_it_declares(name: str, tmp_path: Path) -> None:
    declared = rows_of(name)
    path, source = tmp_path / "cog.db", Source(name.replace("-", "_"), folder_of(name) / "migrations")
    await migrated(path, source)
    prefix = f"{source.name}_"
    assert differences(path, source, prefix) == []
    with sqlite3.connect(path) as raw:
        made = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        foreign = {one for one in made if not one.startswith((prefix, "core_", "version_", "sqlite_"))}
        assert not foreign, f"tables of {name} begin with {prefix}: {foreign}"
        raw.execute(f"ALTER TABLE {declared[0].__tablename__} ADD COLUMN more TEXT")
    assert "more" in str(differences(path, source, prefix)), "a difference is seen"


@pytest.mark.parametrize("name", KEEPING)
def test_a_table_says_what_it_keeps_and_can_be_told_apart(name: str) -> None:
    assert rows_of(name)
    for row in rows_of(name):
        assert row.__tablename__.startswith(f"{name.replace('-', '_')}_")
        assert row.__cog__ == name
        assert len((row.__doc__ or "").split()) > 4, f"{row.__name__}: what is kept, why, how long"


@pytest.mark.parametrize("name", KEEPING)
def test_a_persons_hash_stands_beside_their_sealed_account(name: str) -> None:
    """Else a new set of secrets after a theft would lose the row."""
    for row in rows_of(name):
        for column, of, _ in person_columns(row):
            assert of is not None, f"{row.__name__}.{column} says no of="
            assert row.__sealed__[of].length == ACCOUNT_LENGTH, f"{row.__name__}.{of}: one length for all"
            assert "space" in row.__table__.columns, f"{row.__name__}: in which space?"


@pytest.mark.parametrize("name", KEEPING)
def test_migrations_count_up_from_one(name: str) -> None:
    files = sorted((folder_of(name) / "migrations").glob("*.py"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for number, file in enumerate(files, 1):
        written = file.read_text(encoding="utf-8")
        before = "None" if number == 1 else f'"{number - 1:04}"'
        assert f'revision = "{number:04}"' in written
        assert f"down_revision = {before}" in written


def test_who_keeps_is_read_from_the_tables() -> None:
    assert {name for name in loading.SHIPPED if cog_of(name).keeps} == set(KEEPING)
