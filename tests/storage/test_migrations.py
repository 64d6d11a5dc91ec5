from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.privacy.keys import MasterKey
from bot.storage.errors import MigrationFailed, NewerDatabase, StorageUnusable
from bot.storage.migrations import CORE, Source, differences
from bot.storage.store import Storage

from .conftest import Clock, opened
from .samples import SAMPLE
from .test_store import keep

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("tree_parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    op.create_table(
        "tree_child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer, sa.ForeignKey("tree_parent.id", ondelete="CASCADE"), nullable=False),
    )
    op.execute("INSERT INTO tree_parent VALUES (1, 'a'), (2, 'b')")
    op.execute("INSERT INTO tree_child VALUES (10, 1), (11, 1), (12, 2)")
"""
BATCH = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("tree_parent", recreate="always") as batch:
        batch.alter_column("name", nullable=False, existing_type=sa.Text)
"""
HALF = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.create_table("tree_half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM tree_child")
    raise RuntimeError("somebody's words")
"""
ORPHANS = """
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("DELETE FROM tree_parent WHERE id = 1")
"""
KILLED = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.create_table("tree_half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM tree_child")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Source:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "0001_first.py").write_text(FIRST)
    return Source("tree", folder)


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    raw = sqlite3.connect(path)
    try:
        return raw.execute(question).fetchall()
    finally:
        raw.close()


def assert_whole(path: Path) -> None:
    assert ask(path, "SELECT version_num FROM version_tree") == [("0001",)]
    assert len(ask(path, "SELECT * FROM tree_child")) == 3
    assert (
        ask(path, "SELECT name FROM sqlite_master WHERE name IN ('tree_half', '_alembic_tmp_tree_parent')")
        == []
    )


async def test_a_batch_change_keeps_children(storage: Storage, path: Path, tree: Source) -> None:
    await storage.migrate(tree)
    (tree.folder / "0002_batch.py").write_text(BATCH)
    await storage.migrate(tree)
    assert len(ask(path, "SELECT * FROM tree_child")) == 3
    assert ask(path, "SELECT version_num FROM version_tree") == [("0002",)]
    assert "NOT NULL" in str(ask(path, "SELECT sql FROM sqlite_master WHERE name = 'tree_parent'"))


async def test_a_failed_migration_leaves_the_old_version_whole(
    storage: Storage, path: Path, tree: Source
) -> None:
    await storage.migrate(tree)
    (tree.folder / "0002_half.py").write_text(HALF)
    with pytest.raises(MigrationFailed) as caught:
        await storage.migrate(tree)
    assert "somebody" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert_whole(path)
    await keep(storage.store("sample"))  # nobody else is blocked


async def test_orphans_are_refused(storage: Storage, path: Path, tree: Source) -> None:
    await storage.migrate(tree)
    (tree.folder / "0002_orphans.py").write_text(ORPHANS)
    with pytest.raises(MigrationFailed, match="tree_child"):
        await storage.migrate(tree)
    assert_whole(path)


async def test_killed_in_mid_migration(path: Path, master: MasterKey, clock: Clock, tree: Source) -> None:
    storage = await opened(path, master, clock)
    await storage.migrate(tree)
    await storage.close()
    (tree.folder / "0002_killed.py").write_text(KILLED)
    code = (
        "import asyncio, datetime, pathlib, sys\n"
        "from bot.storage.store import Storage\n"
        "from bot.storage.migrations import Source\n"
        "def now(): return datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)\n"
        "async def main():\n"
        "    s = await Storage.open('sqlite:///' + sys.argv[1], now)\n"
        "    await s.migrate(Source('tree', pathlib.Path(sys.argv[2])))\n"
        "asyncio.run(main())\n"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(path), str(tree.folder)],
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == -9
    assert_whole(path)
    (tree.folder / "0002_killed.py").write_text(BATCH)
    storage = await opened(path, master, clock)
    await storage.migrate(tree)
    await storage.close()
    assert len(ask(path, "SELECT * FROM tree_child")) == 3


async def test_a_newer_database_is_refused(storage: Storage, path: Path, clock: Clock, tree: Source) -> None:
    await storage.migrate(tree)
    (tree.folder / "0002_batch.py").write_text(BATCH)
    await storage.migrate(tree)
    (tree.folder / "0002_batch.py").unlink()
    with pytest.raises(NewerDatabase, match="newer Hearth"):
        await storage.migrate(tree)
    await storage.close()
    older = Source("core", tree.folder / "nothing")
    with pytest.raises(NewerDatabase):
        await Storage.open(f"sqlite:///{path}", clock, core=older)


async def test_a_copy_is_made_before_a_change(
    path: Path, master: MasterKey, clock: Clock, tree: Source, tmp_path: Path
) -> None:
    storage = await opened(path, master, clock)
    copies = tmp_path / "copies"
    await storage.migrate(tree, copies=copies)
    (copy,) = copies.iterdir()
    assert ask(copy, "SELECT name FROM sqlite_master WHERE name = 'tree_parent'") == []
    assert ask(copy, "SELECT version_num FROM version_sample") == [("0001",)]
    assert copy.stat().st_mode & 0o777 == 0o600
    await storage.migrate(tree, copies=copies)
    assert list(copies.iterdir()) == [copy]
    # What belongs to the same upgrade is in that copy: it shows how all was before.
    (tree.folder / "0002_names.py").write_text(BATCH)
    await storage.migrate(Source(tree.name, tree.folder), copies=copies)
    assert list(copies.iterdir()) == [copy]
    await storage.close()


async def test_nothing_is_migrated_by_a_reader(path: Path, clock: Clock) -> None:
    sqlite3.connect(path).execute("CREATE TABLE other (x)").connection.close()
    with pytest.raises(StorageUnusable, match="upgrade"):
        await Storage.open(f"sqlite:///{path}", clock, exclusive=False)


async def test_cogs_do_not_block_each_other(storage: Storage, path: Path, tree: Source) -> None:
    await storage.migrate(tree)
    for file in tree.folder.glob("*.py"):
        file.unlink()  # the cog is gone; its version table stays
    await storage.migrate(SAMPLE)
    assert ask(path, "SELECT version_num FROM version_tree") == [("0001",)]


async def test_a_difference_is_seen(storage: Storage, path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("ALTER TABLE sample_answer ADD COLUMN colour TEXT")
    raw.execute("DROP TABLE core_fact")
    raw.close()
    assert "colour" in str(differences(path, SAMPLE, "sample_"))
    assert "core_fact" in str(differences(path, CORE, "core_"))


def test_what_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    code = (
        "import asyncio, datetime, sys\n"
        "from bot.storage.store import Storage\n"
        "def now(): return datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)\n"
        "async def main():\n"
        "    s = await Storage.open('sqlite:///' + sys.argv[1], now)\n"
        "    await s.close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules, [m for m in sys.modules if m.startswith(('bot.', 'cogs'))\n"
        "    and not m.startswith(('bot.storage', 'bot.sdk'))])\n"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "db")],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ},
        ).stdout.strip()
        for _ in range(2)
    ]
    assert told == ["True []", "False []"]


def test_a_source_needs_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small letters"):
        Source('x"; DROP TABLE', tmp_path)
