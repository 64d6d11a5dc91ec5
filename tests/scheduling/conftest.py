from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.scheduling.dispatcher import Dispatcher

from .world import Room, SqliteLedger, Time, at


class Process:
    """One run of the program after another, on the same file and in the same room."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = Time(at("2026-11-20T18:00"))
        self.room = Room(self.time)
        self.ledgers: list[SqliteLedger] = []
        self.start()

    def start(self, **more: Any) -> Dispatcher:
        """Start the program (again): nothing of the last run is left but the file."""
        self.ledger = SqliteLedger(self.path)
        self.ledgers.append(self.ledger)
        self.dispatcher = Dispatcher(
            self.ledger,
            self.room,
            self.time.clock,
            sleep=self.time.sleep,
            monotonic=self.time.monotonic,
            **more,
        )
        return self.dispatcher

    @property
    def posts(self) -> list[tuple[str, str]]:
        """(due, posted at) of everything in the room."""
        return self.room.posts


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "ledger.sqlite3")
    yield process
    for ledger in process.ledgers:
        ledger.close()
