"""A message as rules see it, and what is found in it: each thing looked for once, and only if a rule asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from . import habits
from .cleaned import Cleaned
from .contacts import emails, postal_addresses
from .links import Link, links
from .phones import phones
from .text import Span


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a message: its name, its media type, its size in bytes."""

    name: str
    media: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the engine takes it: its text and plain values, nothing of a chat.

    `at` is when it was written, aware; `edited_at` when this edit was. `joined_at` is when its author came,
    `recent` what the author sent before (see `habits.remember`). `what` tells a title or nickname from a
    message.
    """

    text: str = field(repr=False)
    roles: frozenset[str] = frozenset()
    room: str = ""
    group: str = ""
    at: datetime | None = None
    edited_at: datetime | None = None
    joined_at: datetime | None = None
    recent: habits.Recent = ()
    people: tuple[str, ...] = ()
    everyone: bool = False
    here: bool = False
    whole_room: bool = False
    attachments: tuple[Attachment, ...] = ()
    anonymous: bool = False
    what: Literal["message", "title", "nickname"] = "message"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a space makes ordinary: its countries by two letters, numbers that are no contacts, its secret."""

    regions: tuple[str, ...] = ()
    known_numbers: frozenset[str] = frozenset()
    key: bytes = b""


class Facts:
    """What is in one message."""

    def __init__(self, message: Message, cleaned: Cleaned, surroundings: Surroundings) -> None:
        self.message = message
        self.cleaned = cleaned
        self._surroundings = surroundings
        self.found: dict[int, list[Span]] = defaultdict(list)
        self.line: str | None = None
        """The text's skeleton line, where it was made."""
        self.seen: set[str | int] = set()
        """The signals that the message shows (see `asking.Signals`)."""

    def _back(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(self.cleaned.original(*each) for each in spans)

    @cached_property
    def phones(self) -> tuple[Span, ...]:
        """Telephone numbers."""
        return self._back(
            phones(self.cleaned.text, self._surroundings.regions, self._surroundings.known_numbers)
        )

    @cached_property
    def emails(self) -> tuple[Span, ...]:
        """E-mail addresses."""
        return self._back(emails(self.cleaned.text))

    @cached_property
    def addresses(self) -> tuple[Span, ...]:
        """Postal addresses."""
        return self._back(postal_addresses(self.cleaned.text))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links, their places in the clean text."""
        return tuple(links(self.cleaned.text))

    def of_links(self, chosen: Iterable[Link]) -> tuple[Span, ...]:
        """Where links stand in the original text."""
        return self._back((each.start, each.end) for each in chosen)

    @cached_property
    def link_places(self) -> dict[Span, Link]:
        """The links by where they stand in the original text."""
        return {self.cleaned.original(each.start, each.end): each for each in self.links}

    @cached_property
    def language(self) -> str:
        """The language, where it is certain."""
        return habits.language(self.message.text)

    @cached_property
    def capitals(self) -> tuple[int, int]:
        """Capitals, and letters with a case."""
        return habits.capitals(self.message.text)

    @cached_property
    def marks(self) -> tuple[int, int, int]:
        """The most marks on one letter, and where."""
        return habits.most_stacked(self.message.text)

    @cached_property
    def longest_run(self) -> Span:
        """Where one character stands longest in a row."""
        return habits.longest_run(self.message.text)

    @cached_property
    def repeated_word(self) -> tuple[int, int, int]:
        """How often a word is repeated in a row, and where."""
        return habits.most_repeated_word(self.message.text)

    @cached_property
    def fingerprint(self) -> bytes:
        """What tells this text from others."""
        return habits.fingerprint(self.message.text, self._surroundings.key, self.line)

    @cached_property
    def emoji(self) -> int:
        """How many emoji."""
        return habits.emoji(self.message.text)
