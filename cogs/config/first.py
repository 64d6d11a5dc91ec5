"""The first profile of a community, written from a few answers into what is there already."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Mapping

from bot.sdk import Refused
from bot.sdk.profiles import Part, added, parts_of, replaced

_ORDER = ("name", "language", "zone", "country", "moderators_room")
_LONGEST_SHORT_NAME = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """What the set-up asks. What is left out stays as it was."""

    name: str
    language: str
    zone: str
    country: str = ""
    moderators_room: str = ""
    group: str = ""
    room: str = ""
    pack: str = ""


def written(text: str, answers: Answers) -> str:
    """A profile with these answers. Raises `Refused` where groups are written so that none can be added."""
    told = dataclasses.asdict(answers)
    for key in _ORDER:
        if told[key]:
            text = _set(text, key, f"{key}: {_quoted(told[key])}")
    if answers.group:
        text = _with_group(text, answers)
    if answers.pack and ("rules",) not in _parts(text):
        text = added(text, None, f"rules:\n  use: [{answers.pack}]")
    return text


def _set(text: str, key: str, line: str) -> str:
    part = _parts(text).get((key,))
    return replaced(text, part, line) if part is not None else added(text, None, line)


def _with_group(text: str, answers: Answers) -> str:
    parts = _parts(text)
    groups = parts.get(("groups",))
    there = {str(path[1]) for path in parts if path[:1] == ("groups",) and len(path) == 2}
    short = _short_name(answers.group, there)
    group = f"{short}:\n  name: {_quoted(answers.group)}\n  room: {_quoted(answers.room)}"
    if groups is None:
        inside = "\n".join(f"  {line}" for line in group.split("\n"))
        return added(text, None, f"groups:\n{inside}")
    if there:
        return added(text, groups, group)
    if re.search(r"^groups:\s*(\{\s*\})?\s*(#.*)?$", text, re.MULTILINE) is None:
        raise Refused("setup-by-file")
    inside = "\n".join(f"  {line}" for line in group.split("\n"))
    return replaced(text, groups, f"groups:\n{inside}")


def _parts(text: str) -> Mapping[tuple[str | int, ...], Part]:
    return {part.path: part for part in parts_of(text)}


def _quoted(words: str) -> str:
    return json.dumps(" ".join(words.split()), ensure_ascii=False)


def _short_name(name: str, taken: set[str]) -> str:
    """A short name for a group: small letters and digits of its name, else `group`; one that is free."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST_SHORT_NAME - 4] or "group"
    number = 1
    while (found := short if number == 1 else f"{short}-{number}") in taken:
        number += 1
    return found
