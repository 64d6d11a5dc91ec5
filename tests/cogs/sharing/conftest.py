from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.sdk import Supplies
from bot.storage.migrations import Source
from bot.storage.store import Storage
from cogs.sharing.service import Sharing

from .acts import DATA, NOON

MIGRATIONS = Path(__file__).parents[3] / "cogs" / "sharing" / "migrations"
SHARING = Source("sharing", MIGRATIONS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    storage = await Storage.open(f"sqlite:///{path}", lambda: NOON)
    storage.unlock(await Keyring.open([keys.make()], storage.secrets))
    await storage.migrate(SHARING)
    yield storage
    await storage.close()


@pytest.fixture
def sharing(storage: Storage) -> Sharing:
    return Sharing(Supplies(storage.store("sharing"), DATA, lambda: NOON))


@pytest.fixture
def today() -> datetime.date:
    return NOON.date()
