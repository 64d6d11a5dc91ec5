"""What was typed and is not accepted yet: kept sealed for half an hour, gone on success.

Memory holds the newest; storage holds all, so that a restart loses none. With storage away memory
alone must do, since words that were typed may not be lost for that.
"""

from __future__ import annotations

import base64
import collections
import contextlib
import dataclasses
import datetime
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

from bot.storage.core.drafts import Drafts as DraftTable
from bot.storage.errors import StorageError

from .people import Person, Place, PlaceKind

log = logging.getLogger("hearth.drafts")

KEPT = datetime.timedelta(minutes=30)
_IN_MEMORY = 500


@dataclasses.dataclass
class Draft:
    """Half a command: its options, and the answers to its form's questions so far.

    `at` is the open question of a dialogue, None where the form opens as a whole. Answers are text,
    or a file as a dict of name, type and bytes in base64.
    """

    owner: Person
    """Whose it is, in no space: one account, wherever it writes."""
    path: str
    space: str
    granted: bool = False
    args: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)
    values: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)
    at: int | None = None
    id: str = ""
    last: str = dataclasses.field(default="", repr=False)
    """Stands for the event that gave the newest answer: it may come again."""
    place: list[str | None] | None = dataclasses.field(default=None, repr=False)
    """Where the command was given, as [kind, id, name, the room it hangs in, that room's name]: its answers
    may come from a direct conversation."""
    asked: str = ""
    """When the open question of a dialogue was asked: ISO 8601, UTC."""

    def keep_place(self, place: Place) -> None:
        """Remember where the command was given."""
        self.place = [place.kind.value, place.id, place.name, place.parent, place.room]

    def place_for(self, event_place: Place) -> Place:
        """Where the command was given; where its answer came from, if that is not known."""
        if self.place is None:
            return event_place
        kind, id, name, parent, *room = self.place
        hangs_in = str(room[0]) if room else ""
        return Place(event_place.platform, str(id), self.space, PlaceKind(kind), str(name), parent, hangs_in)

    def payload(self) -> dict[str, object]:
        """What storage keeps of it."""
        kept = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: value for name, value in kept.items() if name not in ("owner", "id")}


def packed_file(name: str, type: str, data: bytes) -> dict[str, str]:
    """A sent file as a draft keeps it."""
    return {"name": name, "type": type, "data": base64.b64encode(data).decode()}


class Drafts:
    """The drafts of everybody, newest in memory."""

    def __init__(self, box: DraftTable | None, clock: Callable[[], datetime.datetime]) -> None:
        self._box = box
        self._clock = clock
        self._near: collections.OrderedDict[str, tuple[Draft, datetime.datetime]] = collections.OrderedDict()
        self._dropped: collections.OrderedDict[str, None] = collections.OrderedDict()

    @property
    def now(self) -> datetime.datetime:
        """The time now, aware, in UTC."""
        return self._clock()

    async def save(self, draft: Draft, *, near: bool = False) -> None:
        """Keep it for half an hour from now; with `near` in memory alone, storage being away."""
        if self._box is not None and not near:
            try:
                draft.id = await self._box.put(draft.owner, draft.payload(), draft_id=draft.id or None)
                if any(isinstance(value, dict) for value in draft.values.values()):
                    # Hundreds of people's files are too much for memory; storage has this one.
                    self._near.pop(draft.id, None)
                    return
            except StorageError:
                log.warning("a draft is kept in memory only: storage is away")
        draft.id = draft.id or secrets.token_hex(8)
        self._near[draft.id] = (draft, self._clock() + KEPT)
        self._near.move_to_end(draft.id)
        while len(self._near) > _IN_MEMORY:
            self._near.popitem(last=False)

    async def load(self, id: str, owner: Person) -> Draft | None:
        """The draft with this id, if it is this person's and still open."""
        owner = bare(owner)
        if near := self._near.get(id):
            return near[0] if near[1] > self._clock() and near[0].owner == owner else None
        if self._box is None or id in self._dropped:
            return None
        try:
            kept = await self._box.get(id, owner)
        except StorageError:
            return None
        return None if kept is None else _draft(id, owner, kept)

    async def dialogue_of(self, person: Person) -> Draft | None:
        """The open dialogue of a person: the newest draft whose questions are asked one by one."""
        owner, now = bare(person), self._clock()
        for draft, expires in reversed(self._near.values()):
            if draft.owner == owner and draft.at is not None and expires > now:
                return draft
        if self._box is None:
            return None
        try:
            kept_ones = await self._box.of(owner)
        except StorageError:
            return None  # memory alone must do
        for id, kept in kept_ones:
            if kept["at"] is not None and id not in self._dropped and id not in self._near:
                return _draft(id, owner, kept)
        return None

    @contextlib.asynccontextmanager
    async def until_told(self, draft: Draft | None) -> AsyncIterator[None]:
        """Keep a draft, if there is one, until what came of it is told inside.

        Where the process ends before that, its last event comes again and finds it: so its person hears
        that all is done already, and not that nobody knows what they are talking about.
        """
        try:
            yield
        except Exception:
            if draft is not None:
                await self.drop(draft)
            raise
        if draft is not None:
            await self.drop(draft)

    async def drop(self, draft: Draft) -> None:
        """Forget it, here and in storage."""
        self._near.pop(draft.id, None)
        self._dropped[draft.id] = None
        while len(self._dropped) > _IN_MEMORY:
            self._dropped.popitem(last=False)
        if self._box is not None:
            try:
                await self._box.drop(draft.id, draft.owner)
            except StorageError:
                log.warning("a draft could not be dropped: it expires by itself")

    def forget(self, person: Person) -> None:
        """Forget what memory holds of an account."""
        for id in [id for id, (draft, _) in self._near.items() if draft.owner == bare(person)]:
            del self._near[id]


def bare(person: Person) -> Person:
    """The account alone, in no space and without anything that may change."""
    return Person(person.platform, person.account)


def _draft(id: str, owner: Person, kept: dict[str, object]) -> Draft:
    return Draft(owner, **cast(dict[str, Any], kept), id=id)
