"""Views out: what the core shows becomes the JSON of messages made of components. Pure functions.

https://docs.discord.com/developers/components/reference. A view is a title, a warning, a text, named fields,
a table, pictures and files, a small footer, and rows of buttons, in that order; what does not fit into one
message goes on in the next, the buttons in the last. All text is escaped, so that it reads as it stands.
Under a warning text, fields, table, pictures and files are spoilers, each part of them a whole one.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sdk.words import Shown, ShownButton, ShownField, ShownFile, ShownTable, Style

from . import limits
from .literal import blank, copyable, literal, one_line, plain

Json = dict[str, Any]

ROW, BUTTON, TEXT, GALLERY, FILE, CONTAINER = 1, 2, 10, 12, 13, 17
_LINK = 5
_STYLES = {Style.MAIN: 1, Style.PLAIN: 2, Style.DANGER: 4}

EPHEMERAL = 1 << 6
SILENT = 1 << 12
COMPONENTS_V2 = 1 << 15
"""Flags of a message: resources/message#message-object-message-flags."""

NOBODY: Mapping[str, Any] = {"parse": [], "replied_user": False}
"""Allowed mentions: none. Sent with every message: resources/message#allowed-mentions-object."""

_PHONE_COLUMNS = 38
"""Columns of a table that a phone shows without breaking its lines. Our own."""
_WARNING = "\u26a0 "
_FOLD = 5
"""Characters that a spoiler's marks take at most."""
_HIGH = 1 << 30
"""Above any id that Discord gives to components by counting."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """One message: its components, and the files that they show."""

    components: list[Json] = dataclasses.field(repr=False)
    files: tuple[ShownFile, ...] = ()

    def body(self, flags: int = 0, **more: Any) -> Json:
        """What is sent. `flags` besides that of components; `more` as the route takes it."""
        body: Json = {
            "flags": COMPONENTS_V2 | flags,
            "components": self.components,
            "allowed_mentions": NOBODY,
            **more,
        }
        if self.files:
            body["attachments"] = [
                {"id": str(at), "filename": file.name, "description": limits.shortened(file.alt, limits.ALT)}
                if not blank(file.alt)
                else {"id": str(at), "filename": file.name}
                for at, file in enumerate(self.files)
            ]
        return body


def messages(shown: Shown, mark: str | Ids | None = None) -> list[Message]:
    """A view as messages, at least one. With `mark` (of a post) they stand in frames that carry it in their
    component ids, each with its number. Raises `ValueError` for a view with nothing in it."""
    packed = _pack(_blocks(shown), in_frame=mark is not None)
    if not packed:
        raise ValueError("a view with nothing to see in it")
    if mark is None:
        return packed
    ids = mark_ids(mark) if isinstance(mark, str) else mark
    framed = [Message([{"type": CONTAINER, "components": one.components}], one.files) for one in packed]
    for at, one in enumerate(framed):
        (frame,) = one.components
        outer, inner = part_ids(ids, at)
        frame["id"], frame["components"][0]["id"] = outer, inner | (at + 1 < len(framed))
    return framed


def messages_within(shown: Shown, mark: Ids | None, most: int) -> list[Message]:
    """The same in at most so many messages: the text is shortened where it takes more. Raises `ValueError`
    where even that is not enough."""
    packed = messages(shown, mark)
    if len(packed) <= most:
        return packed
    least, longest = 0, limits.length(shown.text) - 1
    while least < longest:
        middle = (least + longest + 1) // 2
        tried = messages(dataclasses.replace(shown, text=limits.shortened(shown.text, middle)), mark)
        if len(tried) <= most:
            least, packed = middle, tried
        else:
            longest = middle - 1
    if len(packed) > most:
        raise ValueError("a view with too much in it")
    return packed


def says(words: str) -> Message:
    """One short text as a message."""
    return Message([_text(next(_chunks(words, limits.TEXT_TOTAL), "…"))])


Ids = tuple[int, int]
"""A post's mark as Discord keeps it: the ids of a frame and of the first component in it."""


def mark_ids(mark: str) -> Ids:
    """The two component ids that stand for a post's mark: 59 bits of its hash. The last bit of the second
    is left free: it says that the post goes on in another message."""
    number = int.from_bytes(hashlib.blake2s(mark.encode(), digest_size=8).digest(), "big")
    outer, inner = _HIGH | (number >> 32) & (_HIGH - 1), _HIGH | number & (_HIGH - 2)
    return outer, inner if inner | 1 != outer | 1 else inner ^ 2


def part_ids(ids: Ids, at: int) -> Ids:
    """The ids of message `at` of a post, counted from 0."""
    return ids if at == 0 else mark_ids(f"{ids[0]} {ids[1]} {at}")


def ids_of(message: Mapping[str, Any]) -> Ids | None:
    """The mark of a message that Discord gave back; None where it is no post of ours."""
    for frame in message.get("components") or ():
        outer = int(frame.get("id") or 0)
        if frame.get("type") == CONTAINER and outer >= _HIGH and frame.get("components"):
            return outer, int(frame["components"][0].get("id") or 0) & ~1
    return None


def goes_on(message: Mapping[str, Any]) -> bool:
    """Whether a post of ours that Discord gave back has another message."""
    return ids_of(message) is not None and bool(message["components"][0]["components"][0]["id"] & 1)


def carries(message: Mapping[str, Any], mark: str) -> bool:
    """Whether a message that Discord gave back is the post with this mark."""
    return ids_of(message) == mark_ids(mark)


# --- building -----------------------------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class _Block:
    component: Json
    text: int = 0
    count: int = 1
    files: tuple[ShownFile, ...] = ()
    custom_ids: tuple[str, ...] = ()


def _text(content: str) -> Json:
    return {"type": TEXT, "content": content}


def _text_block(content: str) -> _Block:
    return _Block({"type": TEXT, "content": content}, limits.length(content))


def _blocks(shown: Shown) -> Iterator[_Block]:
    if not blank(shown.title):
        yield _text_block("### " + one_line(limits.shortened(plain(shown.title), 500)))
    folded = not blank(shown.warning)
    if folded:
        yield _text_block(_WARNING + one_line(limits.shortened(plain(shown.warning), 500)))
    for piece in _words(shown, folded=folded):
        yield _text_block(_spoiler(piece) if folded else piece)
    buttons, spelled_out = _usable(shown.buttons)
    for button in spelled_out:
        for piece in (*_chunks(button.label, 1000), *copyable(button.url or "")):
            yield _text_block(piece[: limits.TEXT_TOTAL])
    yield from _media(shown.files, folded=folded)
    for piece in _chunks(shown.footer, limits.TEXT_TOTAL // 2):
        yield _text_block("\n".join(f"-# {line}" for line in piece.split("\n") if not blank(line)))
    for start in range(0, len(buttons), limits.ROW):
        row = [_button(one) for one in buttons[start : start + limits.ROW]]
        ids = tuple(one["custom_id"] for one in row if "custom_id" in one)
        yield _Block({"type": ROW, "components": row}, count=1 + len(row), custom_ids=ids)


def _words(shown: Shown, *, folded: bool) -> Iterator[str]:
    most = limits.TEXT_TOTAL - (_FOLD if folded else 0)
    yield from _chunks(shown.text, most)
    for field in shown.fields:
        yield from _common_field(field) if field.common else _field(field)
    if shown.table is not None:
        yield from _table(shown.table, most, in_columns=not folded)


def _spoiler(escaped: str) -> str:
    # A spoiler ends at the next two bars that meet, escaped or not: single ones inside are all escaped, and
    # the last character must not be one.
    return f"||{escaped}{' ' if escaped.endswith('|') else ''}||"


@functools.lru_cache(maxsize=1024)
def _common_field(field: ShownField) -> tuple[str, ...]:
    """A field that nobody wrote, kept ready: the helplines of a country are long, and the same each time."""
    return tuple(_field(field))


def _field(field: ShownField) -> Iterator[str]:
    name = "" if blank(field.name) else f"**{one_line(limits.shortened(plain(field.name), 500))}**"
    if field.copy:
        pieces = [part for piece in copyable(field.text) for part in _cut(piece, limits.TEXT_TOTAL - 1100)]
        plain_start = pieces and not any(mark in pieces[0] for mark in "*_`\\")
    else:
        pieces = list(_chunks(field.text, limits.TEXT_TOTAL - 1100))
        plain_start = bool(pieces)
    if name and plain_start:
        yield f"{name}\n{pieces[0]}"
        yield from pieces[1:]
        return
    if name:
        yield name
    yield from pieces


def _table(table: ShownTable, most_text: int, *, in_columns: bool) -> Iterator[str]:
    # Columns stand in a block of code, where nothing can be escaped: two bars in it would end a spoiler.
    rows = [[" ".join(plain(cell).split()) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(len(table.columns))]
    wide = any(
        "`" in cell or any(unicodedata.east_asian_width(one) in "WF" for one in cell)
        for row in rows
        for cell in row
        if not cell.isascii() or "`" in cell
    )
    if wide or not in_columns or sum(widths) + 2 * (len(widths) - 1) > _PHONE_COLUMNS:
        yield from _as_lines(rows, most_text)
        return
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
    most = (limits.TEXT_TOTAL - 10) // (_PHONE_COLUMNS + 1) - 1
    for start in range(1, max(2, len(lines)), most):
        yield "```\n" + "\n".join([lines[0], *lines[start : start + most]]) + "\n```"


def _as_lines(rows: Sequence[Sequence[str]], most: int) -> Iterator[str]:
    columns, *rest = rows
    lines = []
    for row in rest or [[]]:
        cells = [
            f"**{one_line(name)}** {one_line(cell)}" if not blank(name) else one_line(cell)
            for name, cell in zip(columns, row, strict=False)
            if not blank(cell)
        ]
        lines.append(" · ".join(cells) if row else " · ".join(f"**{one_line(one)}**" for one in columns))
    piece = ""
    for line in lines:
        for part in _cut(line, most):
            if piece and limits.length(piece) + limits.length(part) + 1 > most:
                yield piece
                piece = ""
            piece = f"{piece}\n{part}" if piece else part
    if piece:
        yield piece


def _media(files: Sequence[ShownFile], *, folded: bool) -> Iterator[_Block]:
    hidden: Json = {"spoiler": True} if folded else {}
    taken: set[str] = set()
    for file in files:
        name = _UNSAFE.sub("_", file.name).strip("._") or "file"
        while name in taken:
            name = f"{len(taken)}_{name}"
        taken.add(name)
        kept = dataclasses.replace(file, name=name)
        media = {"url": f"attachment://{name}"}
        if file.picture:
            item: Json = {"media": media, **hidden}
            if not blank(file.alt):
                item["description"] = limits.shortened(file.alt, limits.ALT)
            yield _Block({"type": GALLERY, "items": [item]}, files=(kept,))
        else:
            yield _Block({"type": FILE, "file": media, **hidden}, files=(kept,))


def _usable(buttons: Sequence[ShownButton]) -> tuple[list[ShownButton], list[ShownButton]]:
    """The buttons, each once, and the links that no button can hold."""
    kept: list[ShownButton] = []
    spelled_out: list[ShownButton] = []
    seen: set[str] = set()
    for button in buttons:
        if button.url is not None:
            fits = button.url.startswith(("https://", "http://")) and limits.length(button.url) <= limits.URL
            (kept if fits else spelled_out).append(button)
        elif button.token is not None and button.token not in seen:
            seen.add(button.token)
            kept.append(button)
    return kept, spelled_out


def _button(button: ShownButton) -> Json:
    label = " ".join(plain(button.label).split()) or "…"
    if len(label) > limits.BUTTON_LABEL or not label.isascii():
        label = limits.shortened(label, limits.BUTTON_LABEL)
    if button.url is not None:
        return {"type": BUTTON, "style": _LINK, "label": label, "url": button.url}
    return {"type": BUTTON, "style": _STYLES[button.style], "label": label, "custom_id": button.token}


# --- fitting ------------------------------------------------------------------------------------------


def _pack(blocks: Iterator[_Block], *, in_frame: bool) -> list[Message]:
    packed: list[Message] = []
    components: list[Json] = []
    files: list[ShownFile] = []
    text, count, size = 0, int(in_frame), 0
    for block in blocks:
        weight = sum(len(file.data) for file in block.files) if block.files else 0
        full = (
            text + block.text > limits.TEXT_TOTAL
            or count + block.count > limits.COMPONENTS
            or len(files) + len(block.files) > limits.FILES
            or (files and size + weight > limits.UPLOAD)
        )
        if full:
            packed.append(Message(components, tuple(files)))
            components, files = [], []
            text, count, size = 0, int(in_frame), 0
        last = components[-1] if components else None
        if block.component["type"] == GALLERY and last is not None and last["type"] == GALLERY:
            if len(last["items"]) < limits.GALLERY:
                last["items"] += block.component["items"]
            else:
                components.append(block.component)
                count += 1
        else:
            components.append(block.component)
            count += block.count
        files += block.files
        text += block.text
        size += weight
    if components:
        packed.append(Message(components, tuple(files)))
    return packed


def _chunks(words: str, most: int) -> Iterator[str]:
    """Words, escaped, in pieces of at most `most` characters, cut where a reader would."""
    rest = plain(words).strip("\n")
    while not blank(rest):
        piece = rest
        while limits.length(escaped := literal(piece)) > most:
            piece = _head(
                piece, max(1, min(most, len(piece) * most // limits.length(escaped), len(piece) - 1))
            )
        if not blank(piece):
            yield escaped.strip("\n")
        rest = rest[len(piece) :].lstrip("\n")


def _cut(escaped: str, most: int) -> Iterator[str]:
    """Words that are escaped already, in pieces; never between a backslash and its mark."""
    while limits.length(escaped) > most:
        piece = _head(escaped, most // 2)
        if (len(piece) - len(piece.rstrip("\\"))) % 2:
            piece += escaped[len(piece)]
        yield piece
        escaped = escaped[len(piece) :]
    if not blank(escaped):
        yield escaped


def _head(words: str, most: int) -> str:
    """The beginning of some words, cut at a paragraph, line or space if one is near its end."""
    if len(words) <= most:
        return words
    for mark in ("\n\n", "\n", " "):
        at = words.rfind(mark, most // 2, most)
        if at > 0:
            return words[: at + len(mark)]
    return words[:most]
