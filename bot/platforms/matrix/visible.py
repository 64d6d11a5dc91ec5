"""What readers see of a message: its plain words, and whatever its HTML shows besides."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Mapping
from typing import Any

HTML = "org.matrix.custom.html"
_WORD = re.compile(r"\w+")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_OWN_LINKS = ("https://matrix.to/", "matrix:")


def html_of(content: Mapping[str, Any]) -> str:
    """The HTML of a message; empty where it has none."""
    formatted = content.get("formatted_body")
    return formatted if content.get("format") == HTML and isinstance(formatted, str) else ""


def visible(content: Mapping[str, Any]) -> str:
    """The words of a message, as somebody else may read them in any client.

    Most clients show the HTML, some (and every notification) the plain words; mostly both say the same. Where
    the HTML shows anything that the plain words do not, a link's address included, both are given. What older
    clients quote of the message that is answered is left out only where the HTML marks it as that.
    """
    body = content.get("body")
    body = body if isinstance(body, str) else ""
    if (content.get("filename", body) == body and "url" in content) or content.get("filename") == body:
        return ""  # the name of a file, and nothing besides
    formatted = html_of(content)
    if not formatted:
        return body
    if formatted.lstrip().startswith("<mx-reply>"):
        body = without_quote(body)
    reader = _Reader()
    reader.feed(formatted)
    reader.close()
    shown = reader.words()
    seen = {word.casefold() for word in _WORD.findall(body)}
    if all(word.casefold() in seen for word in _WORD.findall(shown)):
        return body
    return f"{body}\n{shown}" if body.strip() else shown


def without_quote(body: str) -> str:
    """The body without the `> ...` lines that older clients put before a reply."""
    lines = body.split("\n")
    first = 0
    while first < len(lines) and lines[first].startswith(">"):
        first += 1
    if first and first < len(lines) and not lines[first].strip():
        first += 1
    return "\n".join(lines[first:])


class _Reader(html.parser.HTMLParser):
    """Collects what HTML shows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._link = ""
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "mx-reply":
            self._quoted += 1
        elif tag in _BREAKS:
            self._parts.append("\n")
        elif tag == "a":
            self._link = given.get("href") or ""
        elif tag == "img":
            self._add(given.get("alt") or given.get("title") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mx-reply":
            self._quoted = max(0, self._quoted - 1)
        elif tag in _BREAKS:
            self._parts.append("\n")
        elif tag == "a":
            if self._link and not self._link.startswith(_OWN_LINKS) and self._parts[-1:] != [self._link]:
                self._add(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, words: str) -> None:
        if not self._quoted:
            self._parts.append(words)

    def words(self) -> str:
        """What was collected, in lines."""
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return "\n".join(line for line in lines if line)
