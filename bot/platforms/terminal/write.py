"""Views out: from what the core shows to a plain record of who sees what, and from that to lines.

Nothing that passes here can steer a terminal: control characters become visible pictures of themselves,
and marks that reverse the direction of writing are left out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sdk.people import Place, PlaceKind
from bot.sdk.words import Kind, Shown, ShownButton, ShownField, ShownForm, ShownTable

from . import sentences
from .limits import ROW_WIDTH

if TYPE_CHECKING:
    from rich.text import Text

# C0 and C1 controls but tab and newline; line separators; embeddings, overrides and isolates (Unicode UAX 9).
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(r"\S+\s*")
_PICTURE_OF_DELETE = "\u2421"
_PICTURES_OF_CONTROLS = 0x2400


@dataclasses.dataclass(frozen=True, slots=True)
class SeenButton:
    """A button and its number in its message. A link has a `url` instead of a token."""

    n: int
    label: str
    token: str | None = dataclasses.field(default=None, repr=False)
    url: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SeenField:
    """A named part of a message."""

    name: str
    text: str = dataclasses.field(repr=False)
    copy: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SeenForm:
    """The open question of a form. `kind` is a value of `bot.sdk.words.Kind`."""

    title: str
    question: str
    kind: str
    choices: tuple[str, ...]
    optional: bool
    answered: bool = False
    """It is asked again, and a hyphen keeps the answer from before."""


@dataclasses.dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that came with a message, saved at `path`; `alt` says in words what it shows."""

    name: str = dataclasses.field(repr=False)
    type: str
    path: str = dataclasses.field(repr=False)
    alt: str = dataclasses.field(default="", repr=False)
    picture: bool = False


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A message of Hearth. `to` is `@who` or `#room`, `seen_by` the `@who` of everybody it reached.

    `text` holds title, words and table (as lines); a footer stands last, as a field without a name, or in
    `text` where there are no fields. `place` is where a button of it is pressed, and
    `order` counts the messages. `ref` names the message: what comes later with the same `ref` in the same
    room stands in its place, or takes it away (`gone`). `thread` is the `ref` of the message under which it
    stands. Under a `warning`, `folded` is what a reader sees only after unfolding it.
    """

    to: str = dataclasses.field(repr=False)
    seen_by: tuple[str, ...] = dataclasses.field(repr=False)
    private: bool
    text: str = dataclasses.field(repr=False)
    fields: tuple[SeenField, ...] = dataclasses.field(default=(), repr=False)
    buttons: tuple[SeenButton, ...] = dataclasses.field(default=(), repr=False)
    form: SeenForm | None = dataclasses.field(default=None, repr=False)
    files: tuple[SeenFile, ...] = ()
    place: Place | None = dataclasses.field(default=None, repr=False)
    order: int = 0
    ref: str = dataclasses.field(default="", repr=False)
    thread: str = dataclasses.field(default="", repr=False)
    gone: bool = False
    warning: str = ""
    folded: str = dataclasses.field(default="", repr=False)

    def as_json(self) -> Mapping[str, Any]:
        """The record as `hearth try --json` prints it; these keys and no others are promised."""
        return {
            "to": self.to,
            "seen_by": list(self.seen_by),
            "private": self.private,
            "text": self.text,
            "fields": [{"name": one.name, "text": one.text} for one in self.fields],
            "buttons": [{"n": one.n, "label": one.label} for one in self.buttons],
            "form": None
            if self.form is None
            else {
                "title": self.form.title,
                "question": self.form.question,
                "kind": self.form.kind,
                "choices": list(self.form.choices),
                "optional": self.form.optional,
            },
            "files": [{"name": one.name, "type": one.type, "path": one.path} for one in self.files],
        }


def neutral(words: str) -> str:
    """The same words without anything a terminal would obey."""
    return _CONTROLS.sub(_picture, words.replace("\r\n", "\n"))


def one_line(words: str) -> str:
    """Neutral words on one line: for labels and names."""
    return " ".join(neutral(words).split())


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES_OF_CONTROLS + code)
    if code == 0x7F:
        return _PICTURE_OF_DELETE
    if code in (0x85, 0x2028, 0x2029):
        return "\n"
    return "" if code > 0xFF else "\N{REPLACEMENT CHARACTER}"


def seen(
    shown: Shown,
    to: str,
    seen_by: Sequence[str],
    private: bool,
    files: Sequence[SeenFile],
    place: Place,
    order: int,
    ref: str = "",
) -> Seen:
    """The record of a view that was shown."""
    if shown.warning:
        folded = seen(
            dataclasses.replace(shown, warning="", title="", footer="", buttons=()),
            to, seen_by, private, files, place, order, ref,
        )  # fmt: skip
        inside = [f"{one.name}: {one.text}" if one.name else one.text for one in folded.fields]
        opener = ShownButton(sentences.UNFOLD)
        shown = dataclasses.replace(
            shown, text=f"\u26a0 {shown.warning}", warning="", fields=(), table=None, files=(),
            buttons=(*shown.buttons, opener),
        )  # fmt: skip
        return dataclasses.replace(
            seen(shown, to, seen_by, private, (), place, order, ref),
            warning=one_line(shown.text.removeprefix("\u26a0 ")),
            folded="\n".join(part for part in (folded.text, *inside) if part),
            files=folded.files,
        )
    table = table_lines(shown.table) if shown.table is not None else ""
    last = (ShownField("", shown.footer),) if shown.fields and shown.footer else ()
    below = (*shown.fields, *last)
    parts = (neutral(shown.title), neutral(shown.text), table, "" if shown.fields else neutral(shown.footer))
    return Seen(
        to=to,
        seen_by=tuple(seen_by),
        private=private,
        text="\n".join(part for part in parts if part),
        fields=tuple(SeenField(one_line(one.name), neutral(one.text), one.copy) for one in below),
        buttons=tuple(
            SeenButton(
                n,
                one_line(one.label if one.url is None else f"{one.label}: {one.url}"),
                one.token,
                one.url,
            )
            for n, one in enumerate(shown.buttons, 1)
        ),
        files=tuple(files),
        place=place,
        order=order,
        ref=ref,
        thread=place.id if place.kind is PlaceKind.THREAD else "",
    )


def asked(form: ShownForm, at: int, who: str, place: Place, order: int) -> Seen:
    """The record of question `at` of a form, asked privately. What is wrong with the last answer comes as
    its text, and so does what was answered to this question before."""
    question = form.questions[at]
    parts = [neutral(form.problem), neutral(question.problem), neutral(question.help)]
    if question.filled:
        filled = dict(question.choices).get(question.filled, question.filled)
        parts.append("> " + neutral(filled).replace("\n", "\n> "))
    return Seen(
        to=who,
        seen_by=(who,),
        private=True,
        text="\n".join(part for part in parts if part),
        form=SeenForm(
            title=one_line(form.title),
            question=neutral(question.label),
            kind=question.kind.value,
            choices=tuple(one_line(words) for _, words in question.choices),
            optional=question.optional,
            answered=bool(question.filled),
        ),
        place=place,
        order=order,
    )


def table_lines(table: ShownTable) -> str:
    """A table as lines: columns padded to one width, counted as a terminal counts it."""
    from rich.cells import cell_len

    rows = [[one_line(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(cell_len(row[at]) for row in rows if at < len(row)) for at in range(len(table.columns))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in rows
    )


def rendered(record: Seen) -> Text:
    """A record for reading; its `plain` is the same without colours."""
    from rich.text import Text

    out = Text()
    out.append(record.to, "bold cyan" if record.private else "bold green")
    if record.private:
        out.append(" (only you)", "italic magenta")
    if record.thread and record.place is not None:
        out.append(f" \u21b3 {one_line(record.place.name)}", "green")
    out.append("\n")
    if record.gone:
        out.append(sentences.GONE + "\n", "dim")
    if record.form is not None:
        _question(out, record.form)
    if record.text:
        out.append(record.text + "\n")
    for one in record.fields:
        if one.copy or "\n" in one.text:
            out.append("\n")
            out.append(one.name + "\n" if one.name else "", "bold")
            out.append(one.text + "\n")
        else:
            out.append(one.name + ": " if one.name else "", "bold")
            out.append(one.text + "\n")
    if record.form is not None:
        _offer(out, record)
    _numbered(out, [one.label for one in record.buttons])
    for file in record.files if not record.warning else ():
        out.append("Picture saved: " if file.picture else "File saved: ", "bold")
        out.append(f"{file.path}\n")
        if file.alt:
            out.append(f"{file.alt}\n", "dim")
    return out


def wrapped(words: Text, width: int) -> Text:
    """The same with lines that end between words; a long address stays whole, so that it can be copied."""
    from rich.cells import cell_len
    from rich.text import Text

    lines: list[Text] = []
    for line in words.split("\n", allow_blank=True):
        breaks, used = [], 0
        for word in _WORD.finditer(line.plain):
            if used and used + cell_len(word[0].rstrip()) > width:
                breaks.append(word.start())
                used = 0
            used += cell_len(word[0])
        pieces = line.divide(breaks)
        for piece in pieces:
            piece.rstrip()
        lines += pieces
    return Text("\n").join(lines)


def _question(out: Text, form: SeenForm) -> None:
    if form.title:
        out.append(f"{form.title}\n", "bold")
    if form.question != form.title:
        out.append(form.question + "\n")


def _offer(out: Text, record: Seen) -> None:
    assert record.form is not None
    _numbered(out, record.form.choices)
    hints = []
    if record.form.kind == Kind.FILE.value:
        hints.append(f"{record.to} sends FILE answers with a file")
    if record.form.answered:
        hints.append("- keeps your answer")
    elif record.form.optional:
        hints.append("- leaves this out")
    hints.append("/stop leaves the form")
    out.append(f"({', '.join(hints)})\n", "dim")


def _numbered(out: Text, labels: Sequence[str]) -> None:
    words = [(f"[{n}]", label) for n, label in enumerate(labels, 1)]
    between = "  " if sum(len(n) + len(label) + 3 for n, label in words) <= ROW_WIDTH else "\n"
    for at, (n, label) in enumerate(words):
        out.append(between if at else "")
        out.append(n, "bold yellow")
        out.append(f" {label}")
    out.append("\n" if words else "")
