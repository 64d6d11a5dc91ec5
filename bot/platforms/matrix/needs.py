"""What the Matrix side asks of storage. The app fulfils it from the database; tests use a plain one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Vault(Protocol):
    """Sealed bytes by name. Names carry no ids; contents may (they are sealed as a whole)."""

    async def load(self, name: str) -> bytes | None:
        """What was last saved under this name, opened; None if nothing was."""

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        """Seal and commit all of them in one transaction; None deletes. On return they are on the disk."""


class Handled(Protocol):
    """How far the account has read, and which events beyond that are done already.

    Events are remembered as keyed hashes, without room, person or time.
    """

    async def position(self) -> str | None:
        """The saved sync token; None before the first."""

    async def was_handled(self, event_id: str) -> bool:
        """Whether this event was recorded by `record` and not dropped by `move` since."""

    async def record(self, event_id: str) -> None:
        """Remember that this event is done. Committed on return."""

    async def move(self, position: str | None, keep: Sequence[str]) -> None:
        """In one transaction: save the position and drop every remembered event but those in `keep`."""
