"""What storage asks of keys and people, as Protocols: `bot.privacy` and the sdk fulfil them unseen."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Protocol

Clock = Callable[[], datetime.datetime]
"""Tells the time: aware, in UTC."""


class Someone(Protocol):
    """A platform account, in one space."""

    @property
    def platform(self) -> str:
        """The platform's name."""

    @property
    def account(self) -> str:
        """The platform's own id of the account."""

    @property
    def space(self) -> str:
        """The space's id; empty where none is known."""


class Sealing(Protocol):
    """One secret, in memory."""

    def hash(self, value: str) -> bytes:
        """32 bytes to look `value` up by."""

    def seal(self, plaintext: bytes, bind: Sequence[str], length: int | None = None) -> bytes:
        """Encrypt so that it opens only with the same `bind`; padded, to `length` where given."""

    def open(self, sealed: bytes, bind: Sequence[str]) -> bytes:
        """Decrypt what was sealed with the same `bind`."""


class Keys(Protocol):
    """Gives out a key for each purpose and space."""

    async def key(self, purpose: str, space: str = "") -> Sealing:
        """The key, made on first use."""

    async def keys(self, purpose: str) -> Sequence[tuple[str, Sealing]]:
        """Every space with a key for this purpose, and that key."""

    def beside(self, purpose: str) -> Sealing:
        """A key that depends on the master key alone, for what is kept outside the database."""
