"""A change of the profile in words, and a finding with the line it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.sdk import Plain, Says, text
from bot.sdk.profiles import Difference, Finding, Mend, quoted

LONGEST_VALUE = 80
"""Characters of a value that are shown; the file has all of it."""
MOST_LINES = 14
MOST_CHARACTERS = 1400
"""What of a list of changes a phone shows; a file has the rest."""

_ENTRIES = {"prompts": "at-prompt", "groups": "at-group", "list": "at-rule", "lines": "at-line"}
"""Lists and groups whose entries have a word of their own."""
_TIMES = {"at", "cron", "days"}

Say = Callable[[Says], str]


def told(change: Difference, groups: Mapping[str, str]) -> Says:
    """One change in one line. `groups` are the names of the groups by their short names."""
    path = change.path
    leaf = str(path[-1]) if path else ""
    timed = leaf in _TIMES and len(path) > 1 and change.old is not None and change.new is not None
    where = _where(path[:-1] if timed else path, groups)
    if change.kind in ("added", "removed") and leaf in (change.old, change.new):
        among, word = _where(path[:-1], groups), Plain(_short(leaf))
        if change.kind == "added":
            return text("change-word-comes", where=among, word=word)
        return text("change-word-goes", where=among, word=word)
    old, new = _value(change.old), _value(change.new)
    if change.kind == "moved":
        return text("change-order", where=where)
    if change.kind == "added":
        return text("change-comes", where=where, new=new)
    if change.kind == "removed":
        return text("change-goes", where=where, old=old)
    if timed:
        return text("change-moves", where=where, old=old, new=new)
    if isinstance(change.old, bool) and isinstance(change.new, bool):
        return text("change-on", where=where) if change.new else text("change-off", where=where)
    return text("change-set", where=where, old=old, new=new)


def in_words(changes: Iterable[Difference], groups: Mapping[str, str], say: Say) -> list[str]:
    """Every change, a line each."""
    return [say(told(change, groups)) for change in changes]


def together(lines: Sequence[Says]) -> Says:
    """Texts below one another as one text, for a place whose language is not known here."""
    whole: Says = Plain("")
    shown = list(lines[:MOST_LINES])
    if len(shown) < len(lines):
        shown.append(text("changes-more", count=len(lines) - len(shown)))
    for at, line in enumerate(reversed(shown)):
        item = text("line", line=line)
        whole = text("lines", first=item, rest=whole) if at else item
    return whole


def fitting(lines: Sequence[str]) -> list[str]:
    """As many of the lines as a phone shows."""
    shown: list[str] = []
    for line in lines[:MOST_LINES]:
        if sum(map(len, shown)) + len(line) > MOST_CHARACTERS:
            break
        shown.append(line)
    return shown


def listed(lines: Iterable[str]) -> Plain:
    """Lines as a list."""
    return Plain("\n".join(f"• {line}" for line in lines))


def finding(found: Finding, source: str, say: Say, first: int = 1) -> tuple[str, str]:
    """Where a finding is, and what is wrong with the line quoted below it, in the language of `say`. `first`
    is the line at which the part begins that somebody sees, where that is not the whole."""
    line = found.line - first + 1
    where = say(text("finding-line", line=line)) if line > 0 else say("finding-elsewhere")
    quote = quoted(source, found.line) if "secret" not in found.sentence else ""
    told = say(found.sentence)
    return where, f"{told}\n> {quote}" if quote else told


def mends(made: Sequence[Mend], say: Say, first: int = 1) -> list[str]:
    """What phones typed and was mended, a line for each kind."""
    by_kind: dict[str, list[int]] = {}
    for mend in made:
        by_kind.setdefault(mend.what, []).append(mend.line - first + 1)
    return [
        say(
            text(
                f"mended-{what}", lines=Plain(", ".join(map(str, lines[:12])) + (" …" if lines[12:] else ""))
            )
        )
        for what, lines in by_kind.items()
    ]


def _where(path: Sequence[str | int], groups: Mapping[str, str]) -> Says:
    """What a path means: what stands for itself in words, the rest as the profile calls it."""
    parts: list[Says] = []
    at = 0
    while at < len(path):
        name = str(path[at])
        key = _ENTRIES.get(name)
        if key is not None and at + 1 < len(path):
            entry = path[at + 1]
            word = groups.get(str(entry), str(entry)) if name == "groups" else str(entry)
            called = Plain(str(entry + 1)) if isinstance(entry, int) else text("quoted", word=Plain(word))
            parts.append(text(key, name=called))
            at += 2
            continue
        if name != "checkins" or at == len(path) - 1 or str(path[at + 1]) != "prompts":
            parts.append(Plain(str(int(name) + 1) if isinstance(path[at], int) else name.replace("_", " ")))
        at += 1
    whole: Says = parts[-1] if parts else "at-all"
    for part in reversed(parts[:-1]):
        whole = text("at-inside", outer=part, inner=whole)
    return whole


def _value(value: Any) -> Says:
    if value in (None, [], {}):
        return "value-nothing"
    return Plain(_short(_flat(value)))


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        named = ((name.replace("_", " "), each) for name, each in value.items() if name != "id")
        # An action without a setting is its name alone.
        return ", ".join(
            name if each is True else f"{name} {flat}"
            for name, each in named
            if each is not None and (flat := _flat(each))
        )
    if isinstance(value, list):
        return ", ".join(
            str(each["id"]) if isinstance(each, dict) and "id" in each else _flat(each) for each in value
        )
    return str(value)


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_VALUE else flat[: LONGEST_VALUE - 1].rstrip() + "…"
