"""Words for Discord, shown as they stand: nothing in them formats, links, mentions or pings.

Discord's reader of markdown (a branch of simple-markdown) tries its rules at every position in turn, and a
backslash before a mark consumes both. So a rule is kept from starting by escaping the character it starts
with; escaping its end would not do, as the rule for masked links shows, which ignores backslashes inside.
Which marks there are: https://support.discord.com/hc/en-us/articles/210298617 and
https://docs.discord.com/developers/reference#message-formatting.
"""

from __future__ import annotations

import re

# Marks that start something wherever they stand.
_ANYWHERE = re.compile(
    r"""
    [\\*_`~|\[]                 # emphasis, code, strike, spoiler, masked links
    | <(?=[@\#:/A-Za-z])        # mentions, custom emoji, timestamps, guild links, links in brackets
    | @(?=everyone|here)
    | (?<=[A-Za-z0-9+.-]):(?=//)  # addresses, which clients make into links by themselves
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Marks that start something at the beginning of a line: headings, quotes, lists, small print.
_LINE_START = re.compile(r"^([ \t\u00a0\u2000-\u200a]*)(?=\#{1,3}\s|>|-\#?\s|\+\s)", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d+)(?=\.\s)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
# Whether any of it may be there at all: most words have nothing to escape, and these looks are quick.
_MARK = re.compile(r"[\\*_`~|\[<@:\x00-\x08\x0b-\x1f\u2028\u2029]")
_START = re.compile(r"[ \t\u00a0\u2000-\u200a]*(?:[\#>+-]|\d+\.)")
_STARTS = re.compile(rf"^{_START.pattern}", re.MULTILINE)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]*\Z")
# In a line to be copied, an address stays one, and a mark is left alone that has no partner.
_ADDRESS = re.compile(r"https?://[^\s<>\\()\[\]@*`|~]+", re.IGNORECASE)
_PAIRED = "*_`"
_SPECIAL = re.compile(r"[\\*_`~|\[<@]")


def _nothing_to_escape(words: str) -> bool:
    if _MARK.search(words) is not None:
        return False
    return (_STARTS.search(words) if "\n" in words else _START.match(words)) is None


def blank(words: str) -> bool:
    """Whether there is nothing to see in them; Discord refuses such a text."""
    return _BLANK.match(words) is not None


def plain(words: str) -> str:
    """Line ends as Discord has them, no control characters."""
    if words.isprintable():
        return words
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROL.sub("", words)


def literal(words: str) -> str:
    """The words as they stand, for a text display that may hold other words besides."""
    if not words.isprintable():
        words = plain(words)
    if _nothing_to_escape(words):
        return words
    escaped = _ANYWHERE.sub(r"\\\g<0>", words)
    escaped = _LINE_START.sub(r"\1\\", escaped)
    return _NUMBERED.sub(r"\1\\", escaped)


def one_line(words: str) -> str:
    """The words as they stand, on one line."""
    return literal(" ".join((words if words.isprintable() else plain(words)).split()))


def copyable(words: str) -> list[str]:
    """Lines to be copied, each piece for a text display of its own.

    A person copies what was sent, backslashes included. So `*4141` alone has none: a mark without a
    partner in its text display does nothing, and a line with marks gets a text display to itself.
    Addresses stay as they are, and Discord lets people follow them: they are shown whole.
    """
    if _nothing_to_escape(words):
        return [] if blank(words) else [words.strip("\n")]
    pieces: list[str] = []
    together: list[str] = []
    for line in plain(words).split("\n"):
        if _nothing_to_escape(line):
            together.append(line)
            continue
        if _SPECIAL.search(line) is None:
            together.append(_numbered_start(line))
            continue
        if together:
            pieces.append("\n".join(together))
            together = []
        pieces.append(_lone(line))
    if together:
        pieces.append("\n".join(together))
    return [piece.strip("\n") for piece in pieces if not blank(piece)]


def _numbered_start(line: str) -> str:
    # No marks anywhere in it, so only the start of the line and addresses matter.
    if "://" not in line or _ADDRESS.search(line) is None:
        return literal(line)
    return _around_addresses(line)


def _lone(line: str) -> str:
    address = _ADDRESS.search(line)
    if address is not None:
        return _around_addresses(line)
    escaped = literal(line)
    for mark in _PAIRED:
        if line.count(mark) == 1 and not re.match(r"\s*\*\s", line):
            escaped = escaped.replace("\\" + mark, mark)
    return escaped


def _around_addresses(line: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(line):
        before = line[at : found.start()]
        parts += [_inner(before, first=at == 0), found[0]]
        at = found.end()
    return "".join([*parts, _inner(line[at:], first=at == 0)])


def _inner(words: str, *, first: bool) -> str:
    """Words between addresses: what only matters at the start of a line is escaped there alone."""
    return literal(words) if first else _ANYWHERE.sub(r"\\\g<0>", words)
