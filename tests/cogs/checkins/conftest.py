from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.sdk import Person, Supplies
from bot.storage.migrations import Source
from bot.storage.store import Storage
from cogs.checkins.service import Checkins

DATA = Path(__file__).parents[3] / "data"
MIGRATIONS = Path(__file__).parents[3] / "cogs" / "checkins" / "migrations"
CHECKINS = Source("checkins", MIGRATIONS)

ADA = Person("terminal", "ada", "ring", name="Ada")
BEN = Person("terminal", "ben", "ring", name="Ben")
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{path}", lambda: NOON)
    storage.unlock(await Keyring.open([keys.make()], storage.secrets))
    await storage.migrate(CHECKINS)
    yield storage
    await storage.close()


@pytest.fixture
def checkins(storage: Storage) -> Checkins:
    return Checkins(Supplies(storage.store("checkins"), DATA, lambda: NOON))
