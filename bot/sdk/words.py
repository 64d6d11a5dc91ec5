"""The closed vocabulary: everything Hearth can say, and how it looks once its texts are found.

The upper half is what a cog's handler returns (`View`, `Button`, `Form`, `Choice`, `Table`,
`Picture`, `File`, `Pages`, `Post`, `Progress`). A bare `str` there is the key of one of the cog's
texts; `Text` is a key with arguments; `Plain` is shown as it stands (reference data, or what a
member wrote). The lower half (`Shown…`) is the same with every text found and every button signed:
all that a platform gets to see. Everything in it is plain text; a platform escapes all of it.
"""

from __future__ import annotations

import abc
import dataclasses
import datetime
import enum
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic

from .people import Person, Place, PlaceKind

if TYPE_CHECKING:
    from .commands import Command, Scene


class Plain(str):
    """Words that are shown as they stand. Its repr keeps them to itself: they may be a member's."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Plain(<{len(self)} characters>)"


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """The key of a text with what fills it. Arguments may be `Text`s themselves."""

    key: str
    args: Mapping[str, object] = dataclasses.field(default_factory=dict, repr=False)


def text(key: str, **args: object) -> Text:
    """A text by its key, filled with `args`."""
    return Text(key, args)


Says = str | Text
"""A key, a filled key, or `Plain` words."""


class Style(enum.Enum):
    """How much a button asks for attention."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclasses.dataclass(frozen=True, slots=True, init=False)
class Button:
    """A saved command with its arguments (ids and enums, never text), or a link to a page."""

    label: Says
    command: Command | None
    args: Mapping[str, object]
    style: Style
    url: str | None

    def __init__(
        self,
        label: Says,
        command: Command | None = None,
        /,
        *,
        style: Style = Style.PLAIN,
        url: str | None = None,
        **args: object,
    ) -> None:
        if (command is None) == (url is None):
            raise ValueError("a button leads to a command or to a page, and to one of them only")
        for name, value in (
            ("label", label), ("command", command), ("args", args), ("style", style), ("url", url),
        ):  # fmt: skip
            object.__setattr__(self, name, value)


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A named part of an answer. With `copy`, the text stands alone on its lines, easy to copy.

    `common`: reference data and Hearth's own texts, the same for everybody, so that a platform may keep it
    ready as it shows it. Never where a member or a community wrote any of it.
    """

    name: Says
    text: Says
    copy: bool = False
    common: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Rows under column names; where a platform has no tables, lines."""

    columns: Sequence[Says]
    rows: Sequence[Sequence[Says]]


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, JPEG or WebP; `alt` says in words what it shows."""

    name: str
    data: bytes = dataclasses.field(repr=False)
    alt: Says
    type: str = "image/png"


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file to keep; `alt` says what is in it."""

    name: str
    data: bytes = dataclasses.field(repr=False)
    alt: Says
    type: str = "application/octet-stream"


@dataclasses.dataclass(frozen=True, slots=True)
class Pages:
    """Many fields, a few at a time; only those that are shown are asked of `items`. `turn` is the command
    that shows page `page` (counted from 0). It gets `args` and a `page` argument, so that the page
    travels in the message.
    """

    items: Sequence[Field]
    turn: Command
    page: int = 0
    size: int = 3
    args: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Said while something takes long: `await ctx.progress("drawing")` shows it."""

    text: Says


@dataclasses.dataclass(frozen=True, slots=True, init=False)
class View:
    """An answer: a text, and what belongs to it.

    Buttons of a view that stands in public are answered in private when their command is private.
    `private` is normally the command's; True here makes a single answer of a public command private
    (never the reverse). `warning` says what to know before reading: text, fields, table and files then
    stay folded until a reader opens them for themself; title, footer and buttons stay in sight.
    `passing` marks a private answer that is not to be found later, such as a preview of what somebody
    wrote, or a code: where messages stay, it is taken away when their next form ends, or after half an hour.
    """

    text: Says | None
    title: Says | None
    fields: Sequence[Field]
    buttons: Sequence[Button]
    table: Table | None
    files: Sequence[Picture | File]
    pages: Pages | None
    private: bool
    footer: Says | None
    warning: Says | None
    passing: bool

    def __init__(
        self,
        text: Says | None = None,
        /,
        *,
        title: Says | None = None,
        fields: Sequence[Field] = (),
        buttons: Sequence[Button] = (),
        table: Table | None = None,
        files: Sequence[Picture | File] = (),
        pages: Pages | None = None,
        private: bool = False,
        footer: Says | None = None,
        warning: Says | None = None,
        passing: bool = False,
        **args: object,
    ) -> None:
        if args:
            if not isinstance(text, str) or isinstance(text, Plain):
                raise TypeError("arguments fill a text that is named by its key")
            text = Text(text, args)
        for name, value in (
            ("text", text), ("title", title), ("fields", tuple(fields)), ("buttons", tuple(buttons)),
            ("table", table), ("files", tuple(files)), ("pages", pages), ("private", private),
            ("footer", footer), ("warning", warning), ("passing", passing),
        ):  # fmt: skip
            object.__setattr__(self, name, value)


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """A view for a place (a room) or, after their own wish, for one person directly."""

    to: Place | Person
    view: View
    rouse: bool = True
    """Whether clients may notify for it: a prompt should be noticed, a record need not."""


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """Puts another view where Hearth said something before. `ref` is what the platform called that post."""

    place: Place
    ref: str = dataclasses.field(repr=False)
    view: View


@dataclasses.dataclass(frozen=True, slots=True)
class Remove:
    """Takes a message away: Hearth's own, or somebody's where Hearth may."""

    place: Place
    ref: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class TimeOut:
    """Lets somebody not write where `place` is until a moment (aware, UTC), or again from now on (None): on
    Discord on the whole server, on Matrix in that room. Not every platform ends it by itself: whoever says
    `until` lifts it then, too."""

    person: Person
    place: Place
    until: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """A message in a room, as a command's option: what "Reply anonymously" and "Flag" are about.

    On Discord such a command stands in the menu of every message; on Matrix it is typed as a reply; in
    the terminal it is about the last message that somebody else wrote there. `author` is None where
    Hearth wrote it. `text` is what the platform lets Hearth see, perhaps nothing.
    """

    place: Place
    ref: str = dataclasses.field(repr=False)
    author: Person | None = dataclasses.field(default=None, repr=False)
    text: str = dataclasses.field(default="", repr=False)

    def write(self) -> str:
        """As a draft keeps it, sealed, while the command's form is open."""
        place, author = self.place, self.author
        return json.dumps([
            [place.platform, place.id, place.space, place.kind.value, place.name, place.parent, place.room],
            self.ref,
            None if author is None else [author.platform, author.account, author.space, author.name],
            self.text,
        ])  # fmt: skip

    @classmethod
    def read(cls, written: str) -> Message:
        """What `write` wrote."""
        (platform, id, space, kind, *names), ref, author, text = json.loads(written)
        return cls(
            Place(platform, id, space, PlaceKind(kind), *names),
            ref,
            None if author is None else Person(author[0], author[1], author[2], name=author[3]),
            text,
        )


class Fate(enum.Enum):
    """What became of something planned, told to its schedule's `settled`."""

    POSTED = "sent"
    REFUSED = "refused"
    """The platform will not have it, or there was nothing to say."""
    SKIPPED = "skipped"
    """It was too late for it."""
    UNKNOWN = "unknown"
    """It may have been posted, and nobody can tell; it is not tried again."""


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the value that is meant and the words that are shown."""

    value: str
    label: Says


class Choice(enum.Enum):
    """Base of what can be chosen from a short list. The label of a member is the text
    `choice-<class in lower case>-<value>`; values are short, lower-case ASCII words."""


def label(choice: Choice) -> Text:
    """The words for one choice, as a text: `choice-<class in lower case>-<value>`."""
    return Text(f"choice-{type(choice).__name__.lower()}-{choice.value}")


@dataclasses.dataclass(frozen=True, slots=True)
class Upto:
    """The longest text that is taken, in characters."""

    characters: int


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """More than one: the text may have several lines."""

    lines: int


class Form(pydantic.BaseModel):
    """A few questions in one go. The class's docstring is its title, each field is a question.

    A field is a `str` (bounded by `Upto`, several lines with `Lines`), a `Choice`, a `bool`, an
    `int`, or an `Upload`; a field with a default may be left out. The question's words are the text
    `form-<class in lower case>-<field>`.
    """

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    most: ClassVar[int] = 5

    @classmethod
    def offer(cls, scene: Scene) -> Mapping[str, Sequence[Option] | None]:
        """What to offer here and now, by field: other options than the `Choice`'s own, or None to
        leave the question out (its default is taken). Touches memory only."""
        return {}

    @classmethod
    def begun(cls, scene: Scene, args: Mapping[str, Any]) -> Mapping[str, str]:
        """What is filled in before anybody types, by field: what is there already and may be changed. `args`
        are the command's options, still as text. Touches memory only. Raises `Refused` where it would be in
        vain: nobody writes what could not be taken."""
        return {}


class Upload(abc.ABC):
    """A file that somebody sent. Reading it is the platform's affair and may take a moment."""

    name: str
    type: str
    size: int

    @abc.abstractmethod
    async def read(self) -> bytes:
        """The file's bytes. Raises `Refused` when it cannot be had any more."""


class Kind(enum.Enum):
    """What kind of answer a question or an option takes."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    YES_NO = "yes or no"
    CHOICE = "choice"
    FILE = "file"
    MESSAGE = "message"


# --- what a platform gets to see ------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class ShownButton:
    """A button whose words are found: it carries a signed token, or leads to a page."""

    label: str
    token: str | None = None
    url: str | None = None
    style: Style = Style.PLAIN
    private: bool = True
    """Whether pressing it is answered in private only; then it may not become a public reaction."""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownField:
    """A field whose words are found."""

    name: str = dataclasses.field(repr=False)
    text: str = dataclasses.field(repr=False)
    copy: bool = False
    common: bool = False
    """Nobody's own words: they may be kept ready."""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownTable:
    """A table whose words are found."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class ShownFile:
    """A file or picture whose words are found."""

    name: str
    type: str
    data: bytes = dataclasses.field(repr=False)
    alt: str = dataclasses.field(repr=False)
    picture: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """An answer or post as it is to be seen, every text found. `private`: by its person alone."""

    text: str = dataclasses.field(default="", repr=False)
    title: str = dataclasses.field(default="", repr=False)
    fields: tuple[ShownField, ...] = dataclasses.field(default=(), repr=False)
    buttons: tuple[ShownButton, ...] = dataclasses.field(default=(), repr=False)
    table: ShownTable | None = dataclasses.field(default=None, repr=False)
    files: tuple[ShownFile, ...] = ()
    footer: str = dataclasses.field(default="", repr=False)
    warning: str = ""
    """Unless empty: text, fields, table and files stay folded under it."""
    private: bool = True
    rouse: bool = False
    passing: bool = False
    """It may show what somebody wrote and is not done with: where messages stay, it is taken away again."""
    view: str = ""
    """The cog and class of view, for a cog's own native rendering."""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question of a form. `choices` are (value, label); `filled` is what was typed before."""

    name: str
    label: str
    kind: Kind
    optional: bool
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    upto: int = 4000
    filled: str | None = dataclasses.field(default=None, repr=False)
    problem: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownForm:
    """A form as it is to be seen. Its token says which command its answers are for."""

    title: str
    token: str
    questions: tuple[ShownQuestion, ...]
    problem: str = ""


JSON = Any
"""What `json` can carry."""
