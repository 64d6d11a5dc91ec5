"""What stands in the rooms of a terminal: who wrote what last, so that a command can be about it."""

from __future__ import annotations

import collections

from bot.sdk.people import Person, Place, PlaceKind
from bot.sdk.words import Message

from .limits import MESSAGES_REMEMBERED


def room_of(place: Place) -> str:
    """The room that a place is, or that its thread hangs in."""
    return place.parent or place.id if place.kind is PlaceKind.THREAD else place.id


class Standing:
    """The newest messages of every room; memory only, as a terminal's screen is."""

    def __init__(self) -> None:
        self._rooms: dict[str, collections.deque[Message]] = {}

    def add(self, place: Place, ref: str, author: Person | None, text: str) -> Message:
        """Something was written there; `author` is None where Hearth wrote it."""
        message = Message(place, ref, author, text)
        kept = self._rooms.setdefault(room_of(place), collections.deque(maxlen=MESSAGES_REMEMBERED))
        for at, one in enumerate(kept):
            if one.ref == ref:
                kept[at] = message
                return message
        kept.append(message)
        return message

    def take_away(self, place: Place, ref: str) -> None:
        """It is not there any more."""
        kept = self._rooms.get(room_of(place), ())
        for message in [one for one in kept if one.ref == ref]:
            self._rooms[room_of(place)].remove(message)

    def meant(self, who: str, place: Place, ref: str | None = None) -> Message | None:
        """The message with this `ref`, or else the newest that somebody other than `who` wrote there."""
        for message in reversed(self._rooms.get(room_of(place), ())):
            if message.ref == ref if ref else message.author is None or message.author.account != who:
                return message
        return None
