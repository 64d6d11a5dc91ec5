from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.privacy import keys
from bot.privacy.keyring import Keyring
from bot.storage.store import Storage

from .samples import SAMPLE


class Clock:
    def __init__(self) -> None:
        self.time = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.time

    def pass_(self, **span: float) -> None:
        self.time += datetime.timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def master() -> keys.MasterKey:
    return keys.make()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


async def opened(path: Path, master: keys.MasterKey, clock: Clock) -> Storage:
    storage = await Storage.open(f"sqlite:///{path}", clock, copies=path.parent / "copies")
    try:
        storage.unlock(await Keyring.open([master], storage.secrets))
        await storage.migrate(SAMPLE)
    except BaseException:
        await storage.close()
        raise
    return storage


@pytest.fixture
async def storage(path: Path, master: keys.MasterKey, clock: Clock) -> AsyncIterator[Storage]:
    storage = await opened(path, master, clock)
    yield storage
    await storage.close()
