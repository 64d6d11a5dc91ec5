"""Views out: from what the core shows to plain words, the HTML that says the same, and numbered choices.

HTML: the small set that the specification allows (client-server API, `m.room.message` msgtypes). Everything
is escaped; nothing that is shown can ping anybody, since a message says by `m.mentions` whom it means.

What is folded under a warning stands in the HTML alone, as a spoiler (client-server API, "spoiler messages").
The plain words are what notifications, bridges and room lists show: they tell title and warning, and that
there is more. The fallback that the specification suggests, the words in a file that is linked to, would keep
a copy that no redaction takes away.
"""

from __future__ import annotations

import base64
import dataclasses
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.sdk.words import Kind, Shown, ShownFile, ShownForm, ShownTable

KEY = "bot.hearth.said"
"""Where a message of ours carries what it offers: encrypted with the rest of it."""
SAFE = 36_000
"""Bytes of words and HTML in one event: what is left of 45,000 for tokens and the rest."""

# C0 and C1 controls but tab and newline; embeddings, overrides and isolates (Unicode UAX 9).
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85")
# What clients make a link of by themselves; what is code already stays as it is.
_LINKS = re.compile(
    r"<pre>.*?</pre>|(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)[^\s<]+|\b[\w-]+(?:\.[\w-]+)+/[^\s<]*", re.I | re.S
)
_WARNS = "\u26a0"

Say = Callable[..., str]
"""Says one of the core's texts: a key, and what fills it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One event: plain words, the same as HTML, and what else its content carries under `KEY`."""

    body: str = dataclasses.field(repr=False)
    html: str = dataclasses.field(repr=False)
    said: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent: mostly one part, then its files. `notice`: nobody needs to be woken by it.
    `passing`: it shows what somebody is not done with, and does not stay. `warning`: what its files are
    folded under."""

    parts: tuple[Part, ...] = dataclasses.field(repr=False)
    files: tuple[ShownFile, ...] = ()
    notice: bool = True
    passing: bool = False
    warning: str = ""

    def packed(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "parts": [[one.body, one.html, one.said] for one in self.parts],
            "files": [
                [one.name, one.type, base64.b64encode(one.data).decode(), one.alt, one.picture]
                for one in self.files
            ],
            "notice": self.notice,
            "passing": self.passing,
            "warning": self.warning,
        }

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> Letter:
        """From what `packed` gave."""
        return cls(
            tuple(Part(body, as_html, said) for body, as_html, said in packed["parts"]),
            tuple(
                ShownFile(name, type, base64.b64decode(data), alt, picture)
                for name, type, data, alt, picture in packed["files"]
            ),
            packed["notice"],
            packed.get("passing", False),
            packed.get("warning", ""),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Block:
    body: str
    html: str
    apart: bool = False
    """Stands alone, with an empty line before and after it."""
    quiet: bool = False
    """What looks like a link in it stays mere words."""
    folded: bool = False
    """Its words stand in the HTML alone, and fit."""


def letter(
    shown: Shown,
    say: Say,
    *,
    direct: bool,
    mark: str | None = None,
    origin: tuple[str, str | None] | None = None,
    waits: bool = False,
) -> Letter:
    """A view as one event, or as few as hold it, and its files.

    `direct`: for a direct room, where every choice can be answered. `mark` names a post; `origin` is the
    room (and thread) of a community that a private answer belongs to. `waits`: the question of a form is
    still open before it, and should not be forgotten.
    """
    blocks = list(_blocks(shown, say, direct=direct))
    blocks += [_small(say("form-waits"))] if waits else []
    packed = _pack(blocks) or [("…", "…")]
    said: dict[str, Any] = {}
    if shown.buttons:
        choices = [[one.label, one.token, one.private] for one in shown.buttons if one.token is not None]
        if choices:
            said["choices"] = choices
    if origin is not None:
        said["origin"] = list(origin)
    last = len(packed) - 1
    parts = []
    for at, (body, as_html) in enumerate(packed):
        carried = dict(said) if at == last else {}
        if mark is not None:
            carried["mark"] = mark
        parts.append(Part(body, as_html, carried))
    return Letter(
        tuple(parts),
        shown.files,
        notice=not shown.rouse,
        passing=shown.passing,
        warning=_one_line(shown.warning),
    )


def question(
    form: ShownForm,
    at: int,
    say: Say,
    *,
    origin: tuple[str, str | None] | None = None,
) -> Letter:
    """Question `at` of a form."""
    asked = form.questions[at]
    title = [neutral(form.title)] if form.title and form.title != asked.label else []
    if len(form.questions) > 1:
        title.append(say("form-question", at=at + 1, of=len(form.questions)))
    blocks = [_Block(" · ".join(title), _head(" · ".join(title)))] if title else []
    blocks += [_words(one) for one in (form.problem, asked.problem) if one]
    blocks.append(_Block(neutral(asked.label), f"<p>{_strong(asked.label)}</p>"))
    blocks += [_words(asked.help)] if asked.help else []
    filled = dict(asked.choices).get(asked.filled, asked.filled) if asked.filled else ""
    if filled:
        quoted = "\n".join(f"> {line}" for line in neutral(filled).split("\n"))
        blocks.append(_Block(quoted, f"<blockquote>{_lines(filled)}</blockquote>", apart=True))
    labels = [words for _, words in asked.choices]
    if labels:
        blocks.append(_numbered(labels))
    hints = [say("press-hint")] if labels else []
    if asked.kind is Kind.FILE:
        hints.append(say("form-hint-file"))
    if filled:
        hints.append(say("form-hint-keep"))
    elif asked.optional:
        hints.append(say("form-hint-skip"))
    hints.append(say("form-hint-stop"))
    blocks.append(_small(" ".join(hints)))
    said: dict[str, Any] = {"form": labels, "typed": bool(filled)}
    if origin is not None:
        said["origin"] = list(origin)
    packed = _pack(blocks)
    last = len(packed) - 1
    return Letter(
        tuple(Part(body, as_html, said if n == last else {}) for n, (body, as_html) in enumerate(packed)),
        passing=bool(filled),
    )


def _blocks(shown: Shown, say: Say, *, direct: bool) -> Iterator[_Block]:
    if shown.title.strip():
        yield _Block(neutral(shown.title), _head(shown.title))
    content = list(_content(shown))
    if not shown.private:
        # It may be what somebody wrote: no client should fetch and show where a link leads.
        content = [_quiet(one) for one in content]
    if shown.warning.strip():
        yield _words(f"{_WARNS} {_one_line(shown.warning)}")
        content = list(_folded(content, _one_line(shown.warning), say))
    yield from content
    if shown.files:
        yield _words(say("files-follow", count=len(shown.files)))
    links = [one for one in shown.buttons if one.url is not None and _is_link(one.url)]
    if links:
        plain = "\n".join(f"{_one_line(one.label)}: {one.url}" for one in links)
        yield _Block(plain, f"<p>{'<br>'.join(_link(one.label, one.url or '') for one in links)}</p>")
    choices = [one for one in shown.buttons if one.token is not None]
    if choices:
        yield _numbered([one.label for one in choices])
        hint = "press-hint" if direct else "press-hint-reply"
        if not direct and any(one.private for one in choices):
            hint = "press-hint-direct"
        yield _small(say(hint))
    if shown.footer.strip():
        yield _small(shown.footer)


def _content(shown: Shown) -> Iterator[_Block]:
    """What a warning folds: text, fields and table."""
    if shown.text.strip():
        yield _words(shown.text)
    for one in shown.fields:
        name, words = neutral(one.name), neutral(one.text)
        if one.copy or "\n" in words:
            head = f"{name}\n" if name else ""
            as_html = f"<p>{_strong(one.name)}</p>" if name else ""
            inner = f"<p>{_lines(words)}</p>" if "\n" in words else f"<pre><code>{_safe(words)}</code></pre>"
            yield _Block(head + words, as_html + inner, apart=True)
        else:
            head = f"{_strong(one.name + ':')} " if name else ""
            yield _Block(f"{name}: {words}" if name else words, f"<p>{head}{_lines(words)}</p>")
    if shown.table is not None:
        yield _table(shown.table)


def _folded(content: list[_Block], warning: str, say: Say) -> Iterator[_Block]:
    """The same as spoilers, as few as hold it: whoever wants to read opens each. Nothing but inline HTML may
    stand in one, so fields and tables become lines."""
    within = ""
    for block in _cut_to_fit([dataclasses.replace(one, quiet=True) for one in content], SAFE // 3):
        inner = _inline(block.body, quiet=True)
        between = "" if not within else "<br><br>" if block.apart else "<br>"
        if within and size("", within + between + inner) > SAFE // 2:
            yield _spoiler(within, warning, say)
            within, between = "", ""
        within += between + inner
    if within:
        yield _spoiler(within, warning, say)


def _spoiler(within: str, warning: str, say: Say) -> _Block:
    made = f'<p><span data-mx-spoiler="{_safe(warning)}">{within}</span></p>'
    return _Block(neutral(say("folded-away")), made, apart=True, folded=True)


def _quiet(block: _Block) -> _Block:
    return dataclasses.replace(block, html=_without_links(block.html), quiet=True)


def _without_links(as_html: str) -> str:
    return _LINKS.sub(lambda one: one[0] if one[0].startswith("<pre>") else f"<code>{one[0]}</code>", as_html)


def _inline(words: str, *, quiet: bool) -> str:
    return _without_links(_lines(words)) if quiet else _lines(words)


def _head(words: str) -> str:
    return f"<h4>{_safe(_one_line(words))}</h4>"


def _words(words: str) -> _Block:
    return _Block(neutral(words), f"<p>{_lines(words)}</p>")


def _small(words: str) -> _Block:
    return _Block(neutral(words), f"<p><em>{_lines(words)}</em></p>")


def _numbered(labels: list[str]) -> _Block:
    lines = [f"{n} · {_one_line(label)}" for n, label in enumerate(labels, 1)]
    return _Block("\n".join(lines), f"<p>{'<br>'.join(_safe(line) for line in lines)}</p>", apart=True)


def _table(table: ShownTable) -> _Block:
    columns = [_one_line(name) for name in table.columns]
    rows = [[_one_line(cell) for cell in row] for row in table.rows]
    plain = "\n".join(" · ".join(cell for cell in row if cell) for row in (columns, *rows))
    head = "".join(f"<th>{_safe(cell)}</th>" for cell in columns)
    inner = "".join("<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    made = f"<table><thead><tr>{head}</tr></thead><tbody>{inner}</tbody></table>"
    return _Block(plain, made, apart=True)


# --- fitting ------------------------------------------------------------------------------------------


def _pack(blocks: list[_Block]) -> list[tuple[str, str]]:
    """Blocks in as few events as hold them; a block that fits in none is cut."""
    packed: list[tuple[str, str]] = []
    body, as_html, apart = "", "", False
    for block in _cut_to_fit(blocks):
        between = "" if not body else "\n\n" if apart or block.apart else "\n"
        if body and size(body + between + block.body, as_html + block.html) > SAFE:
            packed.append((body, as_html))
            body, as_html, between = "", "", ""
        body, as_html, apart = body + between + block.body, as_html + block.html, block.apart
    if body:
        packed.append((body, as_html))
    return packed


def size(body: str, as_html: str) -> int:
    """Bytes that words and HTML take in an event."""
    return len(json.dumps([body, as_html]))


def _cut_to_fit(blocks: list[_Block], most: int = SAFE) -> Iterator[_Block]:
    for block in blocks:
        if not block.body.strip():
            continue
        if block.folded or size(block.body, block.html) <= most:
            yield block
            continue
        rest = block.body
        while rest:
            piece = rest
            while size(piece, made := f"<p>{_inline(piece, quiet=block.quiet)}</p>") > most:
                piece = _beginning(piece, len(piece) // 2)
            yield _Block(piece.strip("\n"), made, apart=True, quiet=block.quiet)
            rest = rest[len(piece) :].lstrip("\n")


def _beginning(words: str, most: int) -> str:
    """The beginning of some words, cut at a paragraph, line or space if one is near its end."""
    for mark in ("\n\n", "\n", " "):
        at = words.rfind(mark, most // 2, most)
        if at > 0:
            return words[: at + len(mark)]
    return words[: max(1, most)]


# --- characters ---------------------------------------------------------------------------------------


def neutral(words: str) -> str:
    """The same words without what steers a screen."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", words)).strip("\n")


def _one_line(words: str) -> str:
    return " ".join(neutral(words).split())


def _safe(words: str) -> str:
    return html.escape(words, quote=True)


def _lines(words: str) -> str:
    return _safe(neutral(words)).replace("\n", "<br>")


def _strong(words: str) -> str:
    return f"<strong>{_safe(_one_line(words))}</strong>"


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _link(label: str, url: str) -> str:
    return f'<a href="{_safe(url)}">{_safe(_one_line(label))}</a>'
