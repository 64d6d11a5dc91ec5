"""What the Discord side asks of storage. The app fulfils it from the database, or leaves it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Vault(Protocol):
    """Sealed bytes by name; the same as what the Matrix side asks for."""

    async def load(self, name: str) -> bytes | None:
        """What was last saved under this name; None if nothing was."""

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        """Save all of them at once; None deletes."""
