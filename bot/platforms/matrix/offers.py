"""What can be pressed: the numbered choices that messages of ours carry, and which of them a number means.

A message carries its choices in itself, so that they survive a restart. Memory holds the newest; what it
does not hold is read back from the room. The last questions asked in communities' rooms are kept sealed
besides, because they are answered elsewhere, in the direct room.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sdk.ports import Vault

from .history import History, Own, Unreachable
from .write import KEY

log = logging.getLogger(__name__)

OFFERED = "matrix/offered"
_PIECES = 16
_PER_ROOM, _A_PIECE = 40, 400
"""Questions in rooms that are kept: elsewhere the room itself tells what a message offers, as long as the bot
has its own keys (two days, see `keys`)."""
_REMEMBERED = 5000
_LOOK_BACK = 40
FORM_OPEN = 30 * 60 * 1000
"""Milliseconds for which the core keeps an open form."""
PUBLIC_OPEN = 7 * 24 * 3600 * 1000
"""Milliseconds for which a question in a room is taken to be meant by a number."""
TOGETHER = 6 * 3600 * 1000
"""Milliseconds between two questions in different rooms that one number may be meant for."""

_NUMBER = re.compile(r"\s*#?\s*(\d{1,2})\s*[.)]?\s*\Z")
_KEYCAP = "\u20e3"
_TEN = "\U0001f51f"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to press. `private`: its answer is for one person alone."""

    label: str = field(repr=False)
    token: str = field(repr=False)
    private: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What one message offers. `at` in milliseconds since 1970. `form`: the labels that the open question
    of a form lists (none for free words), None for a message that is no question."""

    room_id: str = field(repr=False)
    event_id: str = field(repr=False)
    at: int
    choices: tuple[Choice, ...] = field(default=(), repr=False)
    origin: tuple[str, str | None] | None = field(default=None, repr=False)
    form: tuple[str, ...] | None = field(default=None, repr=False)


def read_offer(room_id: str, event_id: str, at: int, content: Mapping[str, Any] | None) -> Offer | None:
    """What a message of ours offers, by its content; None for one that offers nothing."""
    said = content.get(KEY) if content is not None else None
    if not isinstance(said, Mapping):
        return None
    choices: list[Choice] = []
    for one in said.get("choices") or ():
        if isinstance(one, list) and len(one) == 3 and isinstance(one[0], str) and isinstance(one[1], str):
            choices.append(Choice(one[0], one[1], one[2] is not False))
    form = said.get("form")
    asked = tuple(str(label) for label in form) if isinstance(form, list) else None
    if not choices and asked is None:
        return None
    origin = said.get("origin")
    where = None
    if isinstance(origin, list) and len(origin) == 2 and isinstance(origin[0], str):
        where = (origin[0], origin[1] if isinstance(origin[1], str) else None)
    return Offer(room_id, event_id, at, tuple(choices), where, asked)


def number_in(words: str) -> int | None:
    """The number that a line is, and nothing else."""
    found = _NUMBER.match(words)
    return int(found[1]) if found else None


def number_of(reaction: str) -> int | None:
    """The number that a reaction shows: a keycap, or digits."""
    key = reaction.replace("\ufe0f", "").strip()
    if key == _TEN:
        return 10
    return number_in(key.removesuffix(_KEYCAP))


def keycap(n: int) -> str:
    """The reaction that shows a number from 1 to 10."""
    return _TEN if n == 10 else f"{n}\ufe0f{_KEYCAP}"


class Offers:
    """What was offered where."""

    def __init__(self, history: History, vault: Vault, now: Callable[[], int]) -> None:
        self._history, self._vault, self._now = history, vault, now
        self._events: collections.OrderedDict[tuple[str, str], Offer | None] = collections.OrderedDict()
        self._latest: collections.OrderedDict[str, Offer | None] = collections.OrderedDict()
        self._forms: collections.OrderedDict[str, Offer] = collections.OrderedDict()
        self._public: dict[str, list[Offer]] = {}

    # --- noting ---------------------------------------------------------------------------------

    def said(self, room_id: str, event_id: str, content: Mapping[str, Any]) -> Offer | None:
        """Note what a message of ours just offered."""
        offer = read_offer(room_id, event_id, self._now(), content)
        if offer is None:
            return None
        self._events[room_id, event_id] = offer
        _bound(self._events)
        if offer.form is not None:
            self._forms[room_id] = offer
            _bound(self._forms)
        else:
            self._latest[room_id] = offer
            self._latest.move_to_end(room_id)
            _bound(self._latest)
        return offer

    async def asked_in_public(self, offer: Offer) -> None:
        """Keep a question that was asked in a community's room."""
        self._public[offer.room_id] = [offer, *self._public.get(offer.room_id, ())][:_PER_ROOM]
        await self._save(_piece(offer.room_id))

    async def changed(
        self, room_id: str, event_id: str, at: int, content: Mapping[str, Any], *, public: bool
    ) -> None:
        """A message of ours, said at a moment (milliseconds), offers something else now, or nothing any more.
        `public`: it stands in a room of many."""
        offer = read_offer(room_id, event_id, at, content)
        self._events[room_id, event_id] = offer
        _bound(self._events)
        latest = self._latest.get(room_id)
        if latest is not None and latest.event_id == event_id:
            self._latest[room_id] = offer
        before = self._public.get(room_id, [])
        known = any(one.event_id == event_id for one in before)
        if not public or not (known or offer is not None):
            return
        kept = [one for one in before if one.event_id != event_id] + ([offer] if offer is not None else [])
        kept.sort(key=lambda one: one.at, reverse=True)
        self._public[room_id] = kept[:_PER_ROOM]
        await self._save(_piece(room_id))

    def form_ended(self, room_id: str) -> None:
        """The form that was open in a direct room is no more."""
        self._forms.pop(room_id, None)

    async def forget_room(self, room_id: str) -> None:
        """The bot is out of a room."""
        self._latest.pop(room_id, None)
        self._forms.pop(room_id, None)
        if self._public.pop(room_id, None) is not None:
            await self._save(_piece(room_id))

    # --- finding --------------------------------------------------------------------------------

    async def open_form(self, room_id: str) -> Offer | None:
        """The form whose question is open in a direct room, as far as this side can tell."""
        await self.latest(room_id)
        return self.known_form(room_id)

    def known_form(self, room_id: str) -> Offer | None:
        """The same out of memory alone, which does not know what was asked before a restart."""
        form = self._forms.get(room_id)
        if form is not None and self._now() - form.at > FORM_OPEN:
            return None
        return form

    async def latest(self, room_id: str) -> Offer | None:
        """The last message in a direct room with something to press. Read back once, after a restart."""
        if room_id not in self._latest:
            self._latest[room_id] = None
            with contextlib.suppress(Unreachable):
                await self._look_back(room_id)
        return self._latest[room_id]

    async def _look_back(self, room_id: str) -> None:
        newest = True
        async for own in self._history.own(room_id, most=_LOOK_BACK):
            if own is None:
                return
            offer = self._known(room_id, own)
            if offer is not None and offer.form is not None:
                # Whatever was said after a form's question means that the form has ended.
                if newest:
                    self._forms.setdefault(room_id, offer)
            elif offer is not None:
                if self._latest.get(room_id) is None:
                    self._latest[room_id] = offer
                return
            newest = False

    def _known(self, room_id: str, own: Own) -> Offer | None:
        offer = read_offer(room_id, own.event_id, own.at, own.content)
        if offer is not None:
            self._events[room_id, own.event_id] = offer
            _bound(self._events)
        return offer

    async def at(self, room_id: str, event_id: str) -> Offer | None:
        """What this message of ours offers."""
        if (room_id, event_id) in self._events:
            return self._events[room_id, event_id]
        try:
            own = await self._history.event(room_id, event_id)
        except Unreachable:
            return None
        return self._known(room_id, own) if own is not None else None

    async def public(self, room_id: str, event_id: str, number: int | None) -> Offer | None:
        """What this message in a community's room offers. Everybody reacts to everything there: unless it is
        a number, memory must do."""
        for one in self._public.get(room_id, ()):
            if one.event_id == event_id:
                return one
        return await self.at(room_id, event_id) if number is not None else None

    def open_in(self, rooms: list[str], after: int) -> list[Offer]:
        """The last question of each of these rooms, asked after a moment, newest first: only those that were
        asked together with the newest, so that a number could be meant for each."""
        soonest = max(after, self._now() - PUBLIC_OPEN)
        found = [asked[0] for room in rooms if (asked := self._public.get(room)) and asked[0].at > soonest]
        found.sort(key=lambda offer: offer.at, reverse=True)
        return [offer for offer in found if found[0].at - offer.at <= TOGETHER]

    # --- keeping --------------------------------------------------------------------------------

    async def load(self) -> None:
        """Take back the questions asked in communities' rooms."""
        for piece in range(_PIECES):
            saved = await self._vault.load(_name(piece))
            for room_id, asked in (json.loads(saved) if saved else {}).items():
                self._public[room_id] = [
                    Offer(
                        room_id,
                        event_id,
                        at,
                        tuple(Choice(*choice) for choice in choices),
                        (room_id, thread),
                    )
                    for event_id, at, choices, thread in asked
                ]

    async def _save(self, piece: int) -> None:
        mine = [one for room, asked in self._public.items() if _piece(room) == piece for one in asked]
        mine.sort(key=lambda one: one.at, reverse=True)
        for one in mine[_A_PIECE:]:
            self._public[one.room_id].remove(one)
        self._public = {room: asked for room, asked in self._public.items() if asked}
        rooms = {room: asked for room, asked in self._public.items() if _piece(room) == piece}
        packed = {
            room: [
                [
                    one.event_id,
                    one.at,
                    [[c.label, c.token, c.private] for c in one.choices],
                    one.origin[1] if one.origin is not None else None,
                ]
                for one in asked
            ]
            for room, asked in rooms.items()
        }
        try:
            await self._vault.save({_name(piece): json.dumps(packed).encode() if packed else None})
        except Exception as error:  # it can still be answered until the next restart
            log.warning("matrix: a question asked in a room is not kept (%s)", type(error).__name__)


def _piece(room_id: str) -> int:
    return hashlib.sha256(room_id.encode()).digest()[0] % _PIECES


def _name(piece: int) -> str:
    return f"{OFFERED}/{piece:02}"


def _bound(kept: collections.OrderedDict[Any, Any]) -> None:
    while len(kept) > _REMEMBERED:
        kept.popitem(last=False)
