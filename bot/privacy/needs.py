"""What keys ask of whoever stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Secrets(Protocol):
    """Holds sealed secrets by an opaque slot name; it can open none of them."""

    async def get(self, slot: str) -> tuple[bytes, bool] | None:
        """The sealed secret in `slot`, and whether it is committed.

        Not committed means that the caller's own transaction made it, and may still be undone.
        """

    async def keep(self, slot: str, purpose: str, sealed: bytes) -> tuple[bytes, bool]:
        """Store unless the slot is taken; return what the slot holds now, and whether it is committed.

        Not committed means that it belongs to a transaction of the caller that may still be undone.
        """

    async def of(self, purpose: str) -> Mapping[str, bytes]:
        """Every secret of one purpose, by slot."""

    async def all(self) -> Mapping[str, tuple[str, bytes]]:
        """Purpose and sealed secret of every slot."""

    async def replace(self, secrets: Mapping[str, tuple[str, bytes]]) -> None:
        """Put these in place of all there are, by slot, in one transaction or not at all."""
