"""Secrets kept in a dictionary: what storage does, without a database."""

from __future__ import annotations

from collections.abc import Mapping


class MemorySecrets:
    def __init__(self) -> None:
        self.held: dict[str, tuple[str, bytes]] = {}
        self.committed = True
        self.reads = 0

    async def get(self, slot: str) -> tuple[bytes, bool] | None:
        self.reads += 1
        return (self.held[slot][1], self.committed) if slot in self.held else None

    async def keep(self, slot: str, purpose: str, sealed: bytes) -> tuple[bytes, bool]:
        return self.held.setdefault(slot, (purpose, sealed))[1], self.committed

    async def of(self, purpose: str) -> Mapping[str, bytes]:
        return {slot: sealed for slot, (of, sealed) in self.held.items() if of == purpose}

    async def all(self) -> Mapping[str, tuple[str, bytes]]:
        return dict(self.held)

    async def replace(self, secrets: Mapping[str, tuple[str, bytes]]) -> None:
        self.held = dict(secrets)
