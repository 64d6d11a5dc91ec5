"""The terminal as a face of Hearth: several people and rooms in one process, and who sees what.

People and rooms come into being when they are first named. Somebody is *in* a room once they came into it
or spoke there, and stays for as long as the process runs; what is posted in a room reaches whoever is in it
then. Whoever comes later can press what already stands there, as in any chat.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime
import mimetypes
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.sdk.errors import Refused
from bot.sdk.people import Level, Person, Place, PlaceKind
from bot.sdk.ports import (
    Answered,
    Delivery,
    Event,
    Front,
    Handled,
    NotSent,
    Pressed,
    Sent,
    Typed,
    Unknown,
    Vault,
    What,
    Why,
    Wrote,
)  # fmt: skip
from bot.sdk.words import Shown, ShownForm, Upload

from . import sentences
from .files import SavedFiles
from .limits import MARKS_REMEMBERED
from .read import Answers, Line, Moves, Presses, Says, Sends, SetsClock, is_name, pick
from .standing import Standing, room_of
from .write import Seen, SeenFile, asked, one_line, seen

NAME = "terminal"
EVERYWHERE = "*"
"""What a community is bound to that meets in the terminal: whatever rooms are named there are its own."""
POSTED = "posted"
"""The file, beside the saved ones, with the marks of what was posted; they are random and tell nothing."""


class LocalFile(Upload):
    """A file of this machine, read when it is wanted."""

    def __init__(self, path: Path, size: int) -> None:
        self.name = path.name
        self.type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.size = size
        self._path = path

    async def read(self) -> bytes:
        """The bytes. Raises `Refused` when the file is gone or not to be read."""
        try:
            return await asyncio.to_thread(self._path.read_bytes)
        except OSError:
            raise Refused("answer-file") from None


@dataclasses.dataclass
class _Somebody:
    """What the terminal remembers of a person while it runs."""

    name: str = dataclasses.field(repr=False)
    rooms: dict[str, None] = dataclasses.field(default_factory=dict, repr=False)
    buttons: Seen | None = None
    """The last message with buttons that only they see."""
    form: Seen | None = None
    """The open question of their form."""


class TerminalPlatform:
    """The people, the rooms, and what each of them sees.

    `files` is the folder that files are saved in and marks of posts are kept in; without one, files go under
    the system's temporary folder and marks are forgotten at the end. `levels` gives single names a level
    beyond what a profile's role lists give them: a person's roles are their own name. `server` is what the
    community's place is called in `Front.space_of`.
    """

    name = NAME
    native_forms = False

    def __init__(
        self,
        files: Path | None = None,
        *,
        levels: Mapping[str, Level] | None = None,
        server: str = EVERYWHERE,
    ) -> None:
        self.server = server
        self._levels = dict(levels or {})
        self._files = files
        self._front: Front | None = None
        self._stopped = asyncio.Event()
        self._people: dict[str, _Somebody] = {}
        self._rooms: dict[str, Seen | None] = {}
        self._standing = Standing()
        self._timed_out: set[str] = set()
        self._watchers: list[Callable[[Seen], None]] = []
        self._marks: collections.OrderedDict[str, None] | None = None
        self._order = 0
        self._saved = SavedFiles(files)

    # --- as the core sees it ------------------------------------------------------------------------

    def attach(self, front: Front) -> None:
        """Hand events to this front from now on."""
        self._front = front

    def equip(self, vault: Vault | None, handled: Handled | None) -> None:
        """Nothing is kept here but files."""

    async def forget(self, person: Person) -> bool:
        """Remove the files that were saved for this person; what was shown stays on the screen."""
        await asyncio.to_thread(self._saved.forget, person.account)
        return True

    async def run(self, front: Front) -> None:
        """Attach, and stay until stopped. Lines come in by `do`."""
        self.attach(front)
        await self._stopped.wait()

    async def stop(self) -> None:
        """Let `run` end."""
        self._stopped.set()

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Show in a room; a direct place is its person's alone. What is private is not posted in a room."""
        if place.direct:
            return await self._deliver(place, shown, mark)
        if shown.private or not is_name(room_of(place)):
            return NotSent(Why.INVALID)
        return await self._deliver(place, shown, mark)

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Show to one person alone."""
        if not is_name(person.account):
            return NotSent(Why.GONE)
        return await self._deliver(self.conversation(person.account), shown, mark)

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Show it once more, in the place of what it was."""
        await self.show(shown, place, place.id.removeprefix("@") if place.direct else None, ref)
        return Sent(ref)

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Tell that it is gone."""
        self._standing.take_away(place, ref)
        self._show(Shown(private=False), place, None, (), ref, gone=True)
        return Sent(ref)

    async def time_out(self, person: Person, place: Place, until: datetime.datetime | None) -> Delivery:
        """Say that what they write in rooms is not taken, or is again. It ends with the process, too."""
        (self._timed_out.add if until is not None else self._timed_out.discard)(person.account)
        return Sent("")

    async def readers(self, place: Place) -> int | None:
        """Whoever came into the room."""
        return 1 if place.direct else sum(room_of(place) in one.rooms for one in self._people.values())

    async def reads(self, place: Place, person: Person) -> bool | None:
        """Whether they came into the room."""
        somebody = self._people.get(person.account)
        return somebody is not None and room_of(place) in somebody.rooms

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether the mark is on record. Without a folder of its own the terminal forgets when it ends."""
        if mark in self._known_marks():
            return Sent(mark)
        return None if self._files is not None else Unknown()

    def place(self, name: str, space: str) -> Place | None:
        """The room of that name: there is one for every name that can be typed."""
        bare = name.removeprefix("#")
        return dataclasses.replace(self.room(bare), space=space) if is_name(bare) else None

    # --- people and rooms -----------------------------------------------------------------------------

    def watch(self, watcher: Callable[[Seen], None]) -> None:
        """Tell `watcher` of everything that anyone sees from now on, in order."""
        self._watchers.append(watcher)

    def person(self, who: str) -> Person:
        """The person of that name, who comes into being now if nobody named them before."""
        self._somebody(who)
        return Person(
            NAME,
            who,
            self._space(),
            name=who,
            roles=frozenset({who}),
            level=self._levels.get(who, Level.MEMBER),
        )

    def room(self, room: str) -> Place:
        """The room of that name."""
        return Place(NAME, room, self._space(room), PlaceKind.ROOM, name=f"#{room}")

    def conversation(self, who: str) -> Place:
        """The direct conversation of a person with Hearth."""
        return Place(NAME, f"@{who}", self._space(), PlaceKind.DIRECT, name=f"@{who}")

    def named(self) -> tuple[Sequence[str], Sequence[str]]:
        """The people and the rooms that have been named so far."""
        return list(self._people), list(self._rooms)

    def comes(self, who: str, room: str) -> None:
        """Somebody comes into a room."""
        self._rooms.setdefault(room, None)
        self._somebody(who).rooms[room] = None

    def open_form(self, who: str) -> Seen | None:
        """The open question of somebody's form, as far as this run knows."""
        return self._somebody(who).form

    # --- what people do -------------------------------------------------------------------------------

    async def do(self, line: Line) -> None:
        """Do what a line says and wait until it is answered. A clock is not the platform's affair."""
        match line:
            case Says(who, room, words):
                await self.says(who, room, words)
            case Presses(who, which):
                await self.presses(who, which)
            case Answers(who, words):
                await self.answers(who, words)
            case Sends(who, path):
                await self.sends(who, path)
            case Moves(who, room):
                self.comes(who, room)
            case SetsClock():
                raise ValueError("time passes elsewhere")

    async def says(self, who: str, room: str | None, words: str, about: str | None = None) -> None:
        """Somebody writes a command (`/…`) or plain words, in a room or directly. `about` names the message
        that a command is about; by default it is the last that somebody else wrote there."""
        if room is not None:
            self.comes(who, room)
        place = self.conversation(who) if room is None else self.room(room)
        command = words[1:].strip() if words.startswith("/") else None
        if command is None and room is not None:
            if who in self._timed_out:
                self._refuse(who, sentences.TIMED_OUT)
                return
            message = self._standing.add(place, secrets.token_hex(8), self.person(who), words)
            if self._front is not None and self._front.watches(place.space):
                await self._hand_in(who, place, Wrote(message))
            return
        in_dialogue = command is None and place.direct
        leaves = command is not None and command.casefold() == "stop"
        typed = Typed(words, command, about=self._standing.meant(who, place, about))
        await self._hand_in(who, place, typed, settles_form=in_dialogue or leaves)

    async def answers(self, who: str, words: str) -> None:
        """Somebody answers the open question of their form."""
        await self._hand_in(who, self._place_of_form(who), Answered(words), settles_form=True)

    async def sends(self, who: str, path: str) -> None:
        """Somebody answers it with a file."""
        upload = await asyncio.to_thread(_local_file, path)
        if upload is None:
            self._refuse(who, sentences.NO_FILE)
            return
        await self._hand_in(who, self._place_of_form(who), Answered("", upload), settles_form=True)

    async def presses(self, who: str, which: str, on: Seen | None = None) -> None:
        """Somebody presses a button of `on`, or of the last message with buttons that they see, or picks a
        choice of their open form, whichever they were shown last; `which` is a number or a label."""
        offers = [on] if on is not None else self._offers(who)
        if not offers:
            self._refuse(who, sentences.NO_BUTTONS)
            return
        if on is not None and not self._sees(who, on):
            self._refuse(who, sentences.NOT_YOURS)
            return
        for offer in offers[:1] if which.isdecimal() else offers:
            labels = offer.form.choices if offer.form is not None else [one.label for one in offer.buttons]
            at = pick(which, labels)
            if at is None:
                continue
            if offer.form is not None:
                await self._hand_in(who, _place(offer), Answered(str(at + 1)), settles_form=True)
                return
            button = offer.buttons[at]
            if button.token is None and button.url is None:
                self._unfold(who, offer)
                return
            if button.token is None:
                self._refuse(who, sentences.A_LINK.format(url=one_line(button.url or "")))
                return
            await self._hand_in(who, _place(offer), Pressed(button.token, own=offer.private))
            return
        self._refuse(who, sentences.NO_SUCH_BUTTON)

    # --- inside -----------------------------------------------------------------------------------------

    def _space(self, *rooms: str) -> str:
        return "" if self._front is None else self._front.space_of(NAME, self.server, *rooms)

    def _somebody(self, who: str) -> _Somebody:
        return self._people.setdefault(who, _Somebody(who))

    def _place_of_form(self, who: str) -> Place:
        form = self._somebody(who).form
        return self.conversation(who) if form is None else _place(form)

    def _sees(self, who: str, message: Seen) -> bool:
        place = _place(message)
        here = room_of(place) in self._somebody(who).rooms
        return f"@{who}" in message.seen_by or (not message.private and here)

    def _offers(self, who: str) -> list[Seen]:
        """What somebody could press, the last shown first: their form's choices, a message with buttons."""
        somebody = self._somebody(who)
        messages = [somebody.buttons, *(self._rooms.get(room) for room in somebody.rooms)]
        offers = [max((one for one in messages if one), key=lambda one: one.order, default=None)]
        if somebody.form is not None and somebody.form.form is not None and somebody.form.form.choices:
            offers.append(somebody.form)
        return sorted((one for one in offers if one), key=lambda one: one.order, reverse=True)

    async def _hand_in(self, who: str, place: Place, what: What, *, settles_form: bool = False) -> None:
        if self._front is None:
            raise RuntimeError("the terminal is attached to nothing")
        event = Event(secrets.token_hex(12), self.person(who), place, what)
        before = self._somebody(who).form
        await self._front.handle(event, TerminalReplies(self, who, place))
        if settles_form and self._somebody(who).form is before:
            self._somebody(who).form = None

    def _refuse(self, who: str, words: str) -> None:
        self._show(Shown(text=words), self.conversation(who), who, ())

    async def _deliver(self, place: Place, shown: Shown, mark: str) -> Delivery:
        if mark not in self._known_marks():
            self._remember(mark)  # first, since shown twice is worse than not shown
            await self.show(shown, place, place.id.removeprefix("@") if place.direct else None, mark)
        return Sent(mark)

    async def show(self, shown: Shown, place: Place, who: str | None, ref: str = "") -> None:
        """Show something in a place: to `who` alone if it is private or the place is direct. `ref` names
        it, so that it can be shown anew or taken away."""
        own = who if shown.private or place.direct else None
        files = [await asyncio.to_thread(self._saved.save, one, own) for one in shown.files]
        self._show(shown, place, who, files, ref)

    def _show(
        self,
        shown: Shown,
        place: Place,
        who: str | None,
        files: Sequence[SeenFile],
        ref: str = "",
        *,
        gone: bool = False,
    ) -> None:
        self._order += 1
        if shown.private or place.direct:
            assert who is not None
            message = seen(shown, f"@{who}", (f"@{who}",), True, files, place, self._order, ref)
            if message.buttons:
                self._somebody(who).buttons = message
        else:
            room = room_of(place)
            by = [f"@{one.name}" for one in self._people.values() if room in one.rooms]
            message = seen(shown, f"#{room}", by, False, files, place, self._order, ref)
            before = self._rooms.setdefault(room, None)
            if gone:
                message = dataclasses.replace(message, gone=True)
                if before is not None and before.ref == ref:
                    self._rooms[room] = None
            else:
                self._standing.add(place, ref or secrets.token_hex(8), None, message.text)
                if message.buttons:
                    self._rooms[room] = message
        self._tell(message)

    def _unfold(self, who: str, message: Seen) -> None:
        self._order += 1
        me = f"@{who}"
        self._tell(Seen(
            me, (me,), True, message.folded, files=message.files, place=message.place, order=self._order
        ))  # fmt: skip

    def ask(self, form: ShownForm, at: int, place: Place, who: str) -> None:
        """Ask somebody one question of a form, privately."""
        self._order += 1
        question = asked(form, at, f"@{who}", place, self._order)
        self._somebody(who).form = question
        self._tell(question)

    def _tell(self, message: Seen) -> None:
        for watcher in self._watchers:
            watcher(message)

    def _known_marks(self) -> collections.OrderedDict[str, None]:
        if self._marks is None:
            posted = self._files / POSTED if self._files is not None else None
            lines = posted.read_text("ascii", "replace").split() if posted and posted.exists() else []
            self._marks = collections.OrderedDict.fromkeys(lines[-MARKS_REMEMBERED:])
            if posted is not None and len(lines) > MARKS_REMEMBERED:
                posted.write_text("".join(f"{mark}\n" for mark in self._marks), "ascii")
        return self._marks

    def _remember(self, mark: str) -> None:
        marks = self._known_marks()
        marks[mark] = None
        while len(marks) > MARKS_REMEMBERED:
            marks.popitem(last=False)
        if self._files is not None:
            self._files.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._files / POSTED).open("a", encoding="ascii") as posted:
                posted.write(f"{mark}\n")


class TerminalReplies:
    """How one event is answered in the terminal."""

    def __init__(self, platform: TerminalPlatform, who: str, place: Place) -> None:
        self._platform = platform
        self._who = who
        self._place = place

    async def show(self, shown: Shown) -> None:
        """Show an answer: a private one to its person alone, any other in the room."""
        await self._platform.show(shown, self._place, self._who)

    async def open(self, form: ShownForm, at: int = 0) -> None:
        """Ask question `at`, privately."""
        self._platform.ask(form, at, self._place, self._who)

    async def defer(self, *, private: bool) -> None:
        """Nobody waits at a terminal without seeing that it works."""

    async def progress(self, words: str) -> None:
        """Say how it goes, privately."""
        await self._platform.show(Shown(text=words), self._place, self._who)


def _place(message: Seen) -> Place:
    assert message.place is not None
    return message.place


def _local_file(path: str) -> LocalFile | None:
    try:
        file = Path(path).expanduser()
        return LocalFile(file, file.stat().st_size) if file.is_file() else None
    except (OSError, RuntimeError, ValueError):  # not there, no such home, a NUL in it
        return None
