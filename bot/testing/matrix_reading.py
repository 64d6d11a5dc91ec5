"""A Matrix message as its reader sees it: its HTML, taken apart again into fields, buttons and questions."""

from __future__ import annotations

import html
import html.parser
import re
from typing import Any

from bot.platforms.matrix.write import KEY
from bot.platforms.terminal.write import SeenButton, SeenField, SeenForm
from bot.sdk.words import Kind

_NUMBERED = re.compile(r"\d+ · ")
_OF = re.compile(r"(?: · )?\d+ (?:of|von) \d+\Z")
WARNS = "\u26a0"
_COMMAND = re.compile(r"(?<![\w!])!(?=[a-z])")


class Message(html.parser.HTMLParser):
    """A message as it is read, from the HTML that clients show."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        said = content.get(KEY, {})
        self.fields: list[SeenField] = []
        self._texts: list[str] = []
        self._name: str | None = None
        self._blocks: list[tuple[str, str, str, bool]] = []
        self._open: str | None = None
        self._spoiler = False
        self.warning, self.folded = "", ""
        self._words, self._bold, self._within = "", "", set[str]()
        self._small, self._listed = False, False
        self.feed(content.get("formatted_body", ""))
        self.close()
        self._asked = asked = isinstance(said.get("form"), list)
        title = ""
        if asked and self._blocks and self._blocks[0][0] == "h4":
            title = _OF.sub("", self._blocks.pop(0)[1])
        for block in self._blocks:
            self._take(block)
        labels = [label for label, _, _ in said.get("choices", ())]
        tokens = [token for _, token, _ in said.get("choices", ())]
        self.buttons = [SeenButton(n, label, tokens[n - 1]) for n, label in enumerate(labels, 1)]
        links = re.findall(r'<a href="([^"]+)">([^<]*)</a>', content.get("formatted_body", ""))
        for n, (address, words) in enumerate(links, len(labels) + 1):
            url = html.unescape(address)
            self.buttons.append(SeenButton(n, f"{html.unescape(words)}: {url}", None, url))
        self.form: SeenForm | None = None
        if asked:
            question = self._name or ""
            choices = tuple(said["form"])
            hints = self._texts.pop() if self._texts else ""
            kind = Kind.CHOICE if choices else Kind.FILE if "file" in hints.casefold() else Kind.TEXT
            optional = "leave this one out" in hints or "lässt du das aus" in hints
            self.form = SeenForm(title, question, kind.value, choices, optional, bool(said.get("typed")))
        self.folded = _COMMAND.sub("/", self.folded)
        self.text = "\n".join(_COMMAND.sub("/", one) for one in self._texts if one)

    def _take(self, block: tuple[str, str, str, bool]) -> None:
        tag, words, bold, small = block
        if not words:
            return
        if self.folded and words.startswith(f"{WARNS} ") and not self.warning:
            self.warning = words.removeprefix(f"{WARNS} ")
        if tag == "p" and all(_NUMBERED.match(line) for line in words.split("\n")):
            self._listed = True
            return
        listed, self._listed = self._listed, False
        if listed and small and not self._asked:
            return  # how to answer: other faces show that by their buttons
        if tag == "p" and bold and bold == words:
            self._name = words
        elif tag == "p" and bold.endswith(":") and words.startswith(bold):
            self._field(bold[:-1], words[len(bold) :].strip(), copy=False)
        elif tag in ("p", "pre") and self._name is not None and not small:
            self._field(self._name, words, copy=True)
            self._name = None
        else:
            self._texts.append(words)

    def _field(self, name: str, words: str, *, copy: bool) -> None:
        self.fields.append(SeenField(_COMMAND.sub("/", name), _COMMAND.sub("/", words), copy))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins, or a line ends in one."""
        if self._open is None:
            self._open, self._words, self._bold, self._small = tag, "", "", False
        elif tag == "br":
            self._words += "\n"
        elif tag in ("td", "th") and self._words and not self._words.endswith("\n"):
            self._words += "  "
        elif tag == "tr" and self._words:
            self._words += "\n"
        if tag == "span" and "data-mx-spoiler" in dict(attrs):
            self._spoiler = True
            self.folded += "\n" if self.folded else ""
        elif tag == "br" and self._spoiler:
            self.folded += "\n"
        self._within.add(tag)
        self._small = self._small or tag == "em"

    def handle_data(self, data: str) -> None:
        """Words."""
        if "a" in self._within:
            return
        if self._spoiler:
            self.folded += data
            return
        self._words += data
        if "strong" in self._within:
            self._bold += data

    def handle_endtag(self, tag: str) -> None:
        """A block ends."""
        self._within.discard(tag)
        self._spoiler = self._spoiler and tag != "span"
        if tag == self._open:
            self._blocks.append((tag, self._words.strip(), self._bold, self._small))
            self._open = None
