"""A new version brings a new migration: a copy first, then the upgrade, or the old version whole."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from .running import ROOT

TABLES = """from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.sdk import ACCOUNT_LENGTH, Row, person_hash, sealed


class Jotting(Row):
    __tablename__ = "jotter_jotting"

    space: Mapped[str]
    who: Mapped[bytes] = person_hash(of="account", index=False)
    account = sealed(str, length=ACCOUNT_LENGTH)
    words = sealed(str)
    # newer columns
"""
COG = '''"""Keeps jottings, for a test of upgrades."""

from sqlalchemy import select

from bot.sdk import Cog, Context, Kept, Plain, View, account_text

from .tables import Jotting


class Jotter:
    def __init__(self, supplies):
        self.store = supplies.store

    async def export(self, person):
        return {}

    async def forget(self, person, session):
        return 0


cog = Cog("jotter", service=Jotter, keeps=[Kept("jottings")])


@cog.command(private=True)
async def jot(ctx: Context[Jotter], words: str) -> View:
    """Keep some words."""
    store = ctx.service.store
    async with store.write(ctx.cause) as session:
        session.add(
            Jotting(space=ctx.person.space, who=await store.who(ctx.person),
                    account=account_text(ctx.person), words=words)
        )
    async with store.read() as session:
        kept = (await session.scalars(select(Jotting))).all()
    return View(Plain("Kept so far: " + ", ".join(sorted(one.words for one in kept))))
'''
FIRST = """import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "jotter_jotting",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("account", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
"""
SECOND = """import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("jotter_jotting") as table:
        table.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="green"))
    # and then
"""


class Installation:
    """Hearth with one cog from elsewhere, whose versions come and go; state stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "state"
        package = folder / "outside" / "jotter"
        (package / "texts").mkdir(parents=True)
        (package / "migrations").mkdir()
        (package / "texts" / "en.ftl").write_text(
            "kept-jottings = What you jot down.\ncommand-jot-words = Words\n"
        )
        self.first = package / "migrations" / "0001_first.py"
        self.second = package / "migrations" / "0002_colour.py"
        self.first.write_text(FIRST)
        self.code = package / "__init__.py"
        self.tables = package / "tables.py"
        self.code.write_text(COG)
        self.tables.write_text(TABLES)
        (folder / "config.yaml").write_text(
            "home: state\ncogs: [crisis, checkins, privacy, help, outside.jotter]\n"
        )

    def upgrade(self, step: str = "pass") -> None:
        """Put the second version in place; `step` is what its migration does last."""
        self.second.write_text(SECOND.replace("# and then", step))
        self.tables.write_text(TABLES.replace("# newer columns", "colour: Mapped[str] = mapped_column(Text)"))

    def says(self, *lines: str) -> str:
        """What `hearth try` shows after these lines, and its complaints."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")}
        env["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(self.folder)))
        ran = subprocess.run(
            [sys.executable, "-m", "bot", "try", "--script", "-", "--config", "config.yaml"],
            cwd=self.folder, env=env, input="\n".join(lines) + "\n",
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout + ran.stderr

    def copies(self) -> list[Path]:
        """The copies that upgrades made."""
        return sorted((self.home / "copies").glob("before-jotter-*"))


def held(file: Path, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


@pytest.fixture
def hearth(tmp_path: Path) -> Installation:
    """The first version, with one jotting."""
    made = Installation(tmp_path)
    assert "Kept so far: seven" in made.says("@one #evening: /jot seven")
    return made


ROWS = "SELECT id, space, who, account, words FROM jotter_jotting"


def test_a_migration_that_came_with_an_upgrade_runs_at_start_after_a_copy(hearth: Installation) -> None:
    before = hearth.copies()
    rows = held(hearth.home / "hearth.db", ROWS)
    hearth.upgrade()
    hearth.code.write_text(hearth.code.read_text().replace("words=words)", 'words=words, colour="red")'))
    assert "Kept so far: eight, seven" in hearth.says("@one #evening: /jot eight")
    database = hearth.home / "hearth.db"
    assert held(database, "SELECT version_num FROM version_jotter") == [("0002",)]
    colours = held(database, "SELECT colour FROM jotter_jotting ORDER BY colour")
    assert colours == [("green",), ("red",)]
    (copy,) = [one for one in hearth.copies() if one not in before]
    assert held(copy, "SELECT version_num FROM version_jotter") == [("0001",)]
    assert held(copy, ROWS) == rows
    hearth.says("@one #evening: /crisis")
    assert len(hearth.copies()) == len(before) + 1, "nothing to upgrade, nothing to copy"


def test_a_migration_that_fails_leaves_the_data_whole_and_its_cog_out(hearth: Installation) -> None:
    rows = held(hearth.home / "hearth.db", ROWS)
    tables = held(hearth.home / "hearth.db", "SELECT name, sql FROM sqlite_master ORDER BY name")
    good = hearth.tables.read_text()
    hearth.upgrade('raise RuntimeError("on purpose")')
    said = hearth.says("@one #evening: /crisis", "@one #evening: /jot eight", "@one #evening: /help")
    assert "116 123" in said
    assert "Kept so far" not in said
    assert "/checkin" in said
    database = hearth.home / "hearth.db"
    assert held(database, "SELECT version_num FROM version_jotter") == [("0001",)]
    assert held(database, ROWS) == rows
    assert held(database, "SELECT name, sql FROM sqlite_master ORDER BY name") == tables
    # The version before, put back, goes on where it was.
    hearth.second.unlink()
    hearth.tables.write_text(good)
    assert "Kept so far: nine, seven" in hearth.says("@one #evening: /jot nine")
