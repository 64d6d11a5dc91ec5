from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platforms.matrix import sync
from bot.testing import matrix_world
from bot.testing.synapse import Login, Synapse, running

from .station import Store


@pytest.fixture(scope="session")
def server() -> Synapse:
    """A real Synapse without limits, shared by all tests, and with the conversations."""
    return matrix_world.server()


@pytest.fixture(scope="session")
def public_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A real Synapse with the limits that a public server has."""
    with running(tmp_path_factory.mktemp("public"), limits="default") as synapse:
        yield synapse


@pytest.fixture
def bot_login(server: Synapse) -> Login:
    return server.register(f"bot{secrets.token_hex(4)}")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.sqlite")


@pytest.fixture
def sudden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets time to finish when a run ends."""
    monkeypatch.setattr(sync, "LAST_WORDS", 0.05)
