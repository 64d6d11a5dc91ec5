"""What the core asks of platforms, and platforms of the core: small Protocols, plain values."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from .commands import Described
from .people import Person, Place
from .words import Message, Option, Shown, ShownForm, Upload

# --- events: what a platform hands in -------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Typed:
    """A line somebody wrote to Hearth. `command` is the part after the prefix or mention, None for plain
    words. `about` is the message it was written about, where the platform can tell."""

    line: str = dataclasses.field(repr=False)
    command: str | None = dataclasses.field(default=None, repr=False)
    upload: Upload | None = dataclasses.field(default=None, repr=False)
    about: Message | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message in a room: its type as the platform tells it, its size in bytes."""

    name: str = dataclasses.field(repr=False)
    type: str
    size: int


@dataclasses.dataclass(frozen=True, slots=True)
class Wrote:
    """Words that people wrote to each other in a room: handed in only where `Front.watches` says so.

    `edited`: a message that was there before now says this. `mentions` counts the different people it
    names, `everyone` says whether it calls the whole room. `joined` is when its author came, `at` when it was
    first written, where the platform tells (aware, UTC).
    """

    message: Message
    edited: bool = False
    files: tuple[Attached, ...] = ()
    stopped_by: str = ""
    """The `Filter` by which the platform itself stopped it: then nobody saw it, `message` has no ref, and
    perhaps no text but `keyword`, the word or pattern that the filter met."""
    keyword: str = dataclasses.field(default="", repr=False)
    mentions: int = 0
    everyone: bool = False
    joined: datetime.datetime | None = None
    at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Called:
    """A command with its options already told apart. `let_through`: the platform's own permissions,
    which a server's owner may have re-mapped, admitted this person to this command. `about`: the message
    in whose menu it was chosen."""

    path: str
    args: Mapping[str, object] = dataclasses.field(default_factory=dict, repr=False)
    let_through: bool = False
    about: Message | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Pressed:
    """A button, by its token. `own`: it stood on a message that only this person sees."""

    token: str = dataclasses.field(repr=False)
    own: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Submitted:
    """A filled form, by its token: text for every question that was answered."""

    token: str = dataclasses.field(repr=False)
    values: Mapping[str, str | Upload] = dataclasses.field(repr=False)
    own: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """The answer to the open question of this person's form: words, a choice's number or label, or
    an upload. A single hyphen leaves an optional question out."""

    words: str = dataclasses.field(repr=False)
    upload: Upload | None = dataclasses.field(default=None, repr=False)


What = Typed | Called | Pressed | Submitted | Answered | Wrote


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Something a person did. `id` is the platform's own, unique for good: what repeats it is a repeat."""

    id: str = dataclasses.field(repr=False)
    person: Person
    place: Place
    what: What


class Replies(Protocol):
    """How one event is answered. Given with the event, used while it is handled."""

    async def show(self, shown: Shown) -> None:
        """Show an answer. A private one reaches its person alone, or `NotPrivate` is raised."""

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Open a form; a platform without forms asks question `at`, privately."""

    async def defer(self, *, private: bool) -> None:
        """Say that an answer will come. Once, before any other answer; harmless where not needed."""

    async def progress(self, words: str) -> None:
        """Say how a long piece of work goes, privately."""


class Front(Protocol):
    """The core as a platform sees it: one way in for everything."""

    async def handle(self, event: Event, replies: Replies) -> None:
        """Take an event through the pipeline. Raises nothing: what fails is told to the person."""

    def suggest(self, path: str, option: str, typed: str, person: Person, place: Place) -> Sequence[Option]:
        """Values for an option while it is being typed; labels are plain words. Memory only."""

    def described(self) -> Sequence[Described]:
        """Every listed command with its words in every language."""

    def urgent(self, line: str) -> bool:
        """Whether a typed command line asks for help in a crisis: it overtakes everything else."""

    def watches(self, space: str) -> bool:
        """Whether anything wants to see what people write to each other there. Memory only."""

    def space_of(self, platform: str, *places: str) -> str:
        """The space that a server, or the first known of some rooms, belongs to; made up when none does."""

    def called(self, space: str, *names: str) -> str:
        """The one of a room's names by which its space's profile knows it; the first where none is there."""

    def say(self, key: str, person: Person, place: Place | None = None, **args: str | int) -> str:
        """One of the core's own texts, in the language that is spoken with this person, there."""


# --- what goes out by itself ----------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it. `ref` is the platform's id of the message."""

    ref: str = dataclasses.field(repr=False)


class Why(enum.Enum):
    """Why the platform refused for good."""

    GONE = "gone"
    FORBIDDEN = "forbidden"
    CLOSED = "closed"
    INVALID = "invalid"


@dataclasses.dataclass(frozen=True, slots=True)
class NotSent:
    """The platform refused for good: trying again would not help."""

    why: Why


@dataclasses.dataclass(frozen=True, slots=True)
class Later:
    """Not now: try again after `seconds`."""

    seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether the platform has it."""


Delivery = Sent | NotSent | Later | Unknown


class Vault(Protocol):
    """Sealed bytes by name, for what a platform must find again: keys, its device, what it registered."""

    async def load(self, name: str) -> bytes | None:
        """What was last saved under this name; None if nothing was."""

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        """Seal and commit all of them in one transaction; None deletes. On return they are on the disk."""


class Handled(Protocol):
    """How far a platform has read, and which events beyond that are done: keyed hashes without room,
    person or time."""

    async def position(self) -> str | None:
        """The saved position; None before the first."""

    async def was_handled(self, event_id: str) -> bool:
        """Whether this event was recorded and not dropped since."""

    async def record(self, event_id: str) -> None:
        """Remember that this event is done. Committed on return."""

    async def move(self, position: str | None, keep: Sequence[str]) -> None:
        """In one transaction: save the position and drop every remembered event but those in `keep`."""


class Platform(Protocol):
    """A face of Hearth, as the core sees it."""

    name: str
    native_forms: bool
    """Whether forms open as a whole. Where not, the core asks question by question."""

    def equip(self, vault: Vault | None, handled: Handled | None) -> None:
        """Say where it may keep things, before it runs. None for both where storage cannot be used: then
        it serves `/crisis` as well as it can without."""

    async def forget(self, person: Person) -> bool:
        """Forget what it keeps about an account; False when that is still to be finished."""

    async def run(self, front: Front) -> None:
        """Connect, hand in events until stopped; comes back by itself after a lost connection."""

    async def stop(self) -> None:
        """Finish what is under way (a few seconds at most) and disconnect."""

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Post to a room, or in a thread: one that is not there yet is opened under the message that its
        place's `id` names. `mark` (at most 25 characters) names this post: the same mark within two
        minutes is the same post, and `find` tells later by it whether the post is there."""

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Send to one person alone; they asked for it or pressed something just now."""

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Put this where Hearth's own post `ref` stands."""

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Take the message `ref` away, Hearth's own or, where it may, somebody's. `Sent` also when it is
        not there any more."""

    async def time_out(self, person: Person, place: Place, until: datetime.datetime | None) -> Delivery:
        """Let somebody not write until a moment, or again (None): in the room of `place`, or in all rooms of
        the community where the platform knows that."""

    async def readers(self, place: Place) -> int | None:
        """How many people can read there, Hearth left out; None where that cannot be known."""

    async def reads(self, place: Place, person: Person) -> bool | None:
        """Whether somebody was let into a room, and so can read there; None where that cannot be known."""

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether the post with this mark is there: `Sent`, None if surely not, `Unknown` if unreadable."""

    def place(self, name: str, space: str) -> Place | None:
        """The room that a profile calls `name` (an id, an alias, or its name), if it is there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """A rule that a platform can keep by itself: it stops a message and tells its writer `say`.

    A word may begin or end with `*` for anything; patterns are regular expressions as RE2 knows them;
    `mentions` is the number of people from which a message is stopped. It holds neither in `rooms` nor for
    `roles`, by id or name. `id` is the rule's own in the profile.
    """

    id: str
    say: str = ""
    words: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    patterns: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    allow: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    mentions: int | None = None
    rooms: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Unfit:
    """A filter that a platform does not keep. `why`: `not-expressible`, `too-many-rules`, `too-many-words`,
    `too-many-patterns`, `too-many-exceptions`, `too-many-mentions`, `word-too-long`, `pattern-too-long`,
    `not-allowed`, `refused`, `later`, `no-answer`."""

    id: str
    why: str


@runtime_checkable
class Filters(Protocol):
    """A platform that can stop messages by itself, before anybody sees them: Discord's AutoMod."""

    def fit(self, filters: Sequence[Filter]) -> Sequence[Unfit]:
        """Which of these it could not keep, and why. Memory only."""

    async def keep(self, space: str, filters: Sequence[Filter]) -> Sequence[Unfit]:
        """Keep just these in a space, and tell which it does not. What it stops comes in as `Wrote`."""


@runtime_checkable
class Empowers(Protocol):
    """A platform whose direct conversations do not tell what somebody may do in a community."""

    async def powers(self, person: Person, now: datetime.datetime) -> Person | None:
        """The same person with the roles and the level they have now in their space; None where that cannot
        be found out. Whoever does not belong there has none."""


@runtime_checkable
class Connects(Protocol):
    """A platform that can tell whether it hears people. Not every platform has to."""

    @property
    def connected(self) -> bool:
        """Whether events come in now: signed in, and every connection open."""

    async def until_connected(self) -> None:
        """Come back once events come in. While it cannot connect, and after it was stopped, not at all."""
