"""What was typed and is not accepted yet: kept sealed for half an hour, gone on success.

Memory holds the newest; storage holds all, so that a restart loses none. With storage away memory
alone must do, since words that were typed may not be lost for that.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import datetime
import secrets
from collections.abc import Callable
from typing import Any, Protocol

from bot.storage.errors import StorageError

KEPT = datetime.timedelta(minutes=30)
_IN_MEMORY = 500


class DraftBox(Protocol):
    """Sealed storage for drafts. `owner` is stored as a keyed hash."""

    async def save(self, id: str, owner: str, payload: dict[str, Any], expires: datetime.datetime) -> None:  # noqa: A002
        """Keep a draft, replacing the one with this id."""

    async def load(self, id: str, now: datetime.datetime) -> dict[str, Any] | None:  # noqa: A002
        """A draft that has not expired."""

    async def of(self, owner: str, now: datetime.datetime) -> dict[str, Any] | None:
        """The newest open draft of this owner that has not expired."""

    async def drop(self, id: str) -> None:  # noqa: A002
        """Forget a draft."""


@dataclasses.dataclass
class Draft:
    """Half a command: its options, and the answers to its form's questions so far.

    `at` is the open question of a dialogue, None where the form opens as a whole. Answers are text,
    or a file as a dict of name, type and bytes in base64.
    """

    owner: str = dataclasses.field(repr=False)
    path: str
    space: str
    granted: bool = False
    args: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)
    values: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)
    at: int | None = None
    cause: str = dataclasses.field(default="", repr=False)
    id: str = dataclasses.field(default_factory=lambda: secrets.token_urlsafe(9))


def packed_file(name: str, type: str, data: bytes) -> dict[str, str]:  # noqa: A002
    """A sent file as a draft keeps it."""
    return {"name": name, "type": type, "data": base64.b64encode(data).decode()}


class Drafts:
    """The drafts of everybody, newest in memory."""

    def __init__(self, box: DraftBox | None, clock: Callable[[], datetime.datetime]) -> None:
        self._box = box
        self._clock = clock
        self._near: collections.OrderedDict[str, tuple[Draft, datetime.datetime]] = collections.OrderedDict()
        self._dropped: collections.OrderedDict[str, None] = collections.OrderedDict()

    async def save(self, draft: Draft) -> None:
        """Keep it for half an hour from now."""
        expires = self._clock() + KEPT
        self._near[draft.id] = (draft, expires)
        self._near.move_to_end(draft.id)
        while len(self._near) > _IN_MEMORY:
            self._near.popitem(last=False)
        if self._box is not None:
            try:
                await self._box.save(draft.id, draft.owner, dataclasses.asdict(draft), expires)
            except StorageError:
                return

    async def load(self, id: str) -> Draft | None:  # noqa: A002
        """The draft with this id, if it is still open."""
        if near := self._near.get(id):
            return near[0] if near[1] > self._clock() else None
        if self._box is None or id in self._dropped:
            return None
        kept = await self._box.load(id, self._clock())
        return None if kept is None else Draft(**kept)

    async def dialogue_of(self, owner: str) -> Draft | None:
        """The open dialogue of a person: the newest draft whose questions are asked one by one."""
        now = self._clock()
        for draft, expires in reversed(self._near.values()):
            if draft.owner == owner and draft.at is not None and expires > now:
                return draft
        if self._box is None:
            return None
        kept = await self._box.of(owner, now)
        if kept is None or kept["at"] is None or kept["id"] in self._dropped:
            return None
        return Draft(**kept)

    async def drop(self, draft: Draft) -> None:
        """Forget it, here and in storage."""
        self._near.pop(draft.id, None)
        self._dropped[draft.id] = None
        while len(self._dropped) > _IN_MEMORY:
            self._dropped.popitem(last=False)
        if self._box is not None:
            try:
                await self._box.drop(draft.id)
            except StorageError:
                return
