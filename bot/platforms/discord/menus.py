"""Commands in the menu of a message: how they are registered, and which message one was chosen on.

https://docs.discord.com/developers/interactions/application-commands#message-commands. Discord hands the
message over whatever the intents, with its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.sdk.commands import Described
from bot.sdk.people import Person, Place
from bot.sdk.words import Message

Json = Mapping[str, Any]

MESSAGE = 3
"""…#application-command-object-application-command-types."""
_TEXT = 10
_MARKS = re.compile(r"\\([^0-9A-Za-z\s])|\|\||^(?:\#{1,3}|-\#)\ ", re.MULTILINE)


def paths(described: Iterable[Described]) -> dict[str, str]:
    """The paths of the commands that are about a message, by the name that Discord calls each."""
    found: dict[str, str] = {}
    for one in described:
        if one.menu:
            found.setdefault(one.menu["en"], one.path)
    return found


def target(inner: Json, place: Place, author: Person | None) -> Message:
    """The message in whose menu a command was chosen; `author` is None where Hearth wrote it."""
    ref = str(inner["target_id"])
    return Message(place, ref, author, words(_raw(inner)))


def writer(inner: Json) -> Json:
    """The account that wrote it, as Discord describes it."""
    return dict(_raw(inner).get("author") or {})


def _raw(inner: Json) -> Json:
    found: Json = inner["resolved"]["messages"][str(inner["target_id"])]
    return found


def words(message: Json) -> str:
    """What a message says: its content, what it passes on, or the texts of its components as they read."""
    said = [str(message.get("content") or "")]
    said += [
        str((one.get("message") or {}).get("content") or "") for one in message.get("message_snapshots") or ()
    ]
    said += [_MARKS.sub(r"\1", text) for text in _texts(message.get("components") or ())]
    return "\n".join(one for one in said if one)


def _texts(components: Iterable[Json]) -> Iterator[str]:
    for part in components:
        if part.get("type") == _TEXT:
            yield str(part.get("content") or "")
        yield from _texts(part.get("components") or ())
