"""One way in for everything: find, parse, allow, limit, run, render, record.

A typed line, a button, a filled form, a slash command and the answer to a question all become a `Wish` (a
command, its options, its form's answers) and then go the same way. What can go wrong is told in `handle`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.storage.core.reach import Reach
from bot.storage.errors import AlreadyHandled, StorageError

from .allowing import Allowing, Asks
from .answering import Answering, Outcome, log_failure, told
from .asking import Asking
from .catalogue import Catalogue, Loaded
from .commands import Command, Described, Scene
from .context import Agenda, Cause, Clock, Context
from .counting import Counts
from .dialogues import Dialogues
from .drafts import Drafts
from .errors import NotPrivate, Refused
from .meeting import Meeting
from .mending import Mending
from .pace import Once, Pace, Turns
from .people import Level, Person, Place, owner_of
from .ports import Answered, Called, Event, Pressed, Replies, Submitted, Typed, Wrote
from .saying import Carries, Saying
from .showing import Showing
from .spaces import Group, Space, Spaces
from .telling import Telling
from .texts import CORE, SPOKEN_ON, Texts, spoken_on
from .tokens import OpenSigner, Signer, Sort, path_of, read_token
from .watching import Watching
from .wishes import Filling, Wish, with_message
from .words import Kind, Option, Plain, Upload, text

_PATIENCE = 1.5
"""Seconds until a slow answer is announced; Discord gives three."""


class Pipeline:
    """Takes events to their commands and answers back. With `signer` and storage None (crisis-only
    mode) it answers what `always` answers, and everything else with one sentence."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        texts: Texts,
        spaces: Spaces,
        clock: Clock,
        signer: Signer | None,
        drafts: Drafts,
        agenda: Agenda,
        reach: Reach | None,
        act: Carries,
        rooms: Callable[[str, Space], Place | None],
        readers: Callable[[Place], Awaitable[int | None]],
        reads: Callable[[Place, Person], Awaitable[bool | None]],
        powers: Asks,
        pace: Pace | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.texts = texts
        self.spaces = spaces
        self.showing = Showing(texts, signer)
        self._clock = clock
        self._drafts = drafts
        self._agenda = agenda
        self.meeting = Meeting(spaces, reach)
        self._rooms, self._readers, self._reads = rooms, readers, reads
        self._allowing = Allowing(spaces, powers)
        self._working = signer is not None
        self.dialogues = Dialogues(drafts, self.showing)
        self.counts = Counts()
        self.native_forms: set[str] = set()
        self.unlimited: set[str] = set()
        """Platforms whose people are never asked to slow down: one's own terminal."""
        self._once = Once()
        self._pace = pace or Pace()
        self._asking = Asking(drafts, self.showing, self.dialogues, self.native_forms)
        self._filling = Filling(catalogue, self.showing)
        self._mending = Mending(self.showing, drafts)
        self._telling = Telling(texts, self._mending, self.language)
        self._saying = Saying(self.showing, self._telling, act, self.language)
        self._watching = Watching(catalogue, spaces, self._watcher_context, act, self.showing.mark)
        self._turns = Turns()

    # --- the front that platforms see -----------------------------------------------------------

    async def handle(self, event: Event, replies: Replies) -> None:
        """Take an event through. What goes wrong, in order:

        1. seen before: nothing happens, nothing is said;
        2. `Refused` and its kin: its text, privately, with what was typed kept for *try again*;
        3. storage away, full or locked: one sentence; a filled form's words come back to their writer;
        4. cannot be kept private here: `/crisis` is given anyway, for anyone; all else stays unsaid;
        5. anything else: an apology with a code, and a log line with that code and no words.
        """
        if isinstance(event.what, Typed) and event.what.command is None and not event.place.direct:
            return  # people talking to each other
        if not self._once.first(event.id):
            return
        if isinstance(event.what, Wrote):
            if self._working:
                await self._watching.take(event, event.what)
            return
        answer = Answering(replies)
        before = SPOKEN_ON.set(event.person.platform)
        try:
            # Waiting for one's turn or for storage counts, too. A form must be the first answer.
            with contextlib.nullcontext() if self._may_open(event) else answer.patient(_PATIENCE):
                if self._overtakes(event):
                    await self._take(event, answer)
                    return
                async with self._turns.of(owner_of(event.person)):
                    await self._take(event, answer)
        except NotPrivate:
            answer.outcome = Outcome.NOT_PRIVATE
            await self._telling.tell(event, answer, "not-private-here")
        except Refused as refused:
            answer.outcome = Outcome.REFUSED
            says = text(refused.key, **refused.args_for_text)
            await self._telling.tell(event, answer, says, lost=True)
        except AlreadyHandled:
            answer.outcome = Outcome.REPEATED
            await self._telling.tell(event, answer, "already-done")
        except Exception as error:
            await self._telling.apologise(event, answer, error)
        finally:
            answer.done()
            SPOKEN_ON.reset(before)
            self.counts.answered(event.person.platform, answer)

    def suggest(self, path: str, option: str, typed: str, person: Person, place: Place) -> Sequence[Option]:
        """Values for an option being typed. Never raises: no suggestion is better than an error."""
        command = self.catalogue.commands.get(path)
        if command is None:
            return ()
        try:
            scene = self.scene(command.cog, person, place)
            for param in command.params:
                if param.name == option.replace("-", "_") and param.suggest is not None:
                    offered = param.suggest(scene, typed)[:25]
                    return [
                        Option(one.value, Plain(self.texts.say(command.cog, one.label, scene.language)))
                        for one in offered
                    ]
        except Exception as error:
            log_failure(error, f"suggesting for {path}", None)
        return ()

    def described(self) -> Sequence[Described]:
        """Every listed command with its words in every language."""
        return self.catalogue.described()

    def urgent(self, line: str) -> bool:
        """Whether a typed command line asks for help in a crisis."""
        return self.catalogue.urgent(line)

    def watches(self, space: str) -> bool:
        """Whether anything wants to see what people write to each other there."""
        return self._working and self._watching.watches(space)

    def space_of(self, platform: str, *places: str) -> str:
        """The space that a server, or the first known of some rooms, belongs to."""
        return self.spaces.of(platform, *places)

    def called(self, space: str, *names: str) -> str:
        """The one of a room's names by which its space's profile knows it; the first where none is there."""
        groups = self.spaces.get(space).groups.values()
        known = {room.removeprefix("#") for group in groups for room in group.rooms}
        return next((name for name in names if name.removeprefix("#") in known), names[0] if names else "")

    def say(self, key: str, person: Person, place: Place | None = None, **args: str | int) -> str:
        """One of the core's own texts, in the language that is spoken with this person, there."""
        filled = {name: Plain(value) if isinstance(value, str) else value for name, value in args.items()}
        with spoken_on(person.platform):
            return told(self.texts, CORE, text(key, **filled), self.language(person, place))

    # --- find, parse ------------------------------------------------------------------------------

    def _overtakes(self, event: Event) -> bool:
        match event.what:
            case Typed(command=str(line)):
                return self.urgent(line)
            case Typed(line=line):
                return event.place.direct and self.urgent(line)
        command = self._command_of(event)
        return command is not None and command.always

    def _may_open(self, event: Event) -> bool:
        command = None if isinstance(event.what, Submitted) else self._command_of(event)
        return command is not None and command.form is not None

    def _command_of(self, event: Event) -> Command | None:
        match event.what:
            case Called(path=path):
                return self.catalogue.commands.get(path)
            case Pressed(token=token) | Submitted(token=token):
                return self.catalogue.commands.get(path_of(token))
        return None

    async def _take(self, event: Event, answer: Answering) -> None:
        what = event.what
        match what:
            case Typed():
                await self._typed(event, what, answer)
            case Answered(words=words, upload=upload):
                await self._answered(event, answer, words, upload)
            case Called(path=path, args=args, let_through=let_through, about=about):
                command = self.catalogue.commands.get(path)
                if command is None:
                    raise Refused("unknown-command")
                wish = Wish(command, with_message(command, dict(args), about), let_through=let_through)
                await self._fulfil(event, wish, answer)
            case Pressed(token=token, own=own):
                await self._pressed(event, token, own, None, answer)
            case Submitted(token=token, values=values, own=own):
                await self._pressed(event, token, own, dict(values), answer)

    async def _typed(self, event: Event, what: Typed, answer: Answering) -> None:
        line = (what.line if what.command is None else what.command).strip().lstrip("/!")
        word = line.casefold()
        # Whoever asks for help in a crisis waits for nothing: no storage is asked whether a form is open.
        if not self.urgent(line) and (what.command is None or word == "stop"):
            open_one = await self.dialogues.open_for(event) if self._working else None
            if word == "stop":
                if open_one is not None:
                    await self._drafts.drop(open_one)
                await self._telling.tell(event, answer, "form-stopped" if open_one else "form-nothing-open")
                return
            if open_one is not None:
                await self._answered(event, answer, what.line, what.upload)
                return
        language = self.language(event.person, event.place)
        found = self.catalogue.names.find(line, lambda command: self.catalogue.called(command, language))
        if isinstance(found, list):
            who = event.person
            who = who if who.space else who.within(self.meeting.likely(who))
            level = await self._allowing.level_for(who, found, told=not event.place.direct)
            await self._telling.tell_group(event, answer, self.catalogue, found, level)
            return
        command, rest = found
        args = self._filling.typed(command, rest, language)
        if what.upload is not None:
            for param in command.params:
                if param.kind is Kind.FILE:
                    args.setdefault(param.name, what.upload)
        await self._fulfil(event, Wish(command, with_message(command, args, what.about)), answer)

    async def _pressed(
        self, event: Event, written: str, own: bool, values: dict[str, Any] | None, answer: Answering
    ) -> None:
        answer.command = command = self.catalogue.commands.get(path_of(written))
        signer: Signer | None = None
        if command is not None:
            signer = OpenSigner() if command.always else self.showing.signer_for(command)
            if signer is None:
                raise Refused("crisis-only")
        token = read_token(written, signer) if signer is not None else None
        if command is None or token is None:
            raise Refused("stale-button")
        if token.space and event.place.direct and not event.person.space:
            space = self.spaces.tagged(token.space)
            if space is not None:
                event = dataclasses.replace(event, person=event.person.within(space.id))
                if not command.always:
                    await self.meeting.choose(event.person)
        wish = Wish(command, dict(token.args), let_through=token.granted and own)
        if token.draft:
            wish.draft = await self._drafts.load(token.draft, event.person)
            if wish.draft is None:
                raise Refused("form-expired")
            if wish.draft.path != command.path:
                raise Refused("stale-button")
            wish.args = dict(wish.draft.args)
            wish.draft.space = wish.draft.space or event.person.space
            event = dataclasses.replace(event, place=wish.draft.place_for(event.place))
        if token.sort is Sort.FORM:
            wish.values = values  # none yet where a button stands for a form: then it opens
        elif token.sort is Sort.AGAIN:
            wish.values = None
        await self._fulfil(event, wish, answer)

    async def _answered(self, event: Event, answer: Answering, words: str, upload: Upload | None) -> None:
        draft = await self.dialogues.open_for(event)
        if draft is None:
            raise Refused("form-nothing-open")
        answer.command = command = self.catalogue.commands.get(draft.path)
        if command is None or command.form is None:
            await self._drafts.drop(draft)
            raise Refused("form-expired")
        person = event.person.within(draft.space or event.person.space)
        event = dataclasses.replace(event, person=person, place=draft.place_for(event.place))
        scene = self.scene(command.cog, person, event.place)
        taken = await self.dialogues.take(draft, command, scene, words, upload, event.id)
        if taken.question is not None:
            await answer.open(*taken.question)
            return
        answer.foreword = taken.told
        wish = Wish(command, dict(draft.args), dict(draft.values), draft.granted, draft)
        await self._fulfil(event, wish, answer)

    # --- allow, limit, run, render, record ----------------------------------------------------------

    async def _fulfil(self, event: Event, wish: Wish, answer: Answering) -> None:
        """Carry a wish out. What was written into its form is not lost, whatever stands in the way."""
        try:
            await self._carry_out(event, wish, answer)
        except NotPrivate:
            raise
        except Refused as refused:
            if wish.values is None or wish.done or not self._working:
                raise
            await self._keep_words(event, wish, refused, answer)
        except StorageError as error:
            if wish.values is None or wish.done:
                raise
            language, tag = self.language(event.person, event.place), self._tag(event.person)
            await self._mending.give_words_back(event, wish, error, language, tag, answer)
        except AlreadyHandled:
            if wish.draft is not None:
                await self._drafts.drop(wish.draft)
            raise
        except Exception as error:
            if wish.values is None or wish.done:
                raise
            code = secrets.token_hex(3).upper()
            log_failure(error, wish.command.path, code)
            await self._keep_words(event, wish, Refused("sorry", code=Plain(code)), answer)
            answer.outcome = Outcome.FAILED

    async def _carry_out(self, event: Event, wish: Wish, answer: Answering) -> None:
        command = wish.command
        answer.cog, answer.command = command.cog, command
        if not command.always:
            if not self._working:
                raise Refused("crisis-only")
            if event.person.platform not in self.unlimited:
                self._pace.take(owner_of(event.person))
            if not command.anywhere and not event.person.space:
                chosen = await self._choose_space(event, wish, answer)
                if chosen is None:
                    return
                event = dataclasses.replace(event, person=event.person.within(chosen))
        if event.place.direct and not event.person.space:
            event = dataclasses.replace(event, person=event.person.within(self.meeting.likely(event.person)))
        space = self.spaces.get(event.person.space)
        person, level = await self._allowing.allow(event, wish)
        if person is not event.person:
            event = dataclasses.replace(event, person=person)
        scene = self.scene(command.cog, event.person, event.place)
        args = self._filling.args(command, wish.args, scene)
        if command.form is not None and wish.values is None:
            await self._asking.open(event, wish, scene, self._tag(event.person), answer)
            return
        if command.form is not None:
            assert command.form_name is not None
            args[command.form_name] = self._filling.form(command, wish.values or {}, scene)
        if command.slow:
            await answer.defer()
        said = await self._run(event, wish, args, space, level, scene, answer)
        wish.done = True
        async with self._drafts.until_told(wish.draft):
            await self._saying.say(event, command, said, space, scene.language, wish.let_through, answer)
        if not command.anywhere:
            await self.meeting.met(event.person)

    async def _run(
        self,
        event: Event,
        wish: Wish,
        args: dict[str, Any],
        space: Space,
        level: Level,
        scene: Scene,
        answer: Answering,
    ) -> Any:
        cause = None if wish.command.always else Cause(event.person.platform, event.id)
        context = self._context(event, scene, space, level, cause, wish.command.cog, answer.progress)
        with answer.patient(_PATIENCE):
            return await wish.command.handler(context, **args)

    def _watcher_context(self, event: Event, loaded: Loaded, space: Space) -> Context[Any]:
        scene = self.scene(loaded.cog.name, event.person, event.place)
        cause = Cause(event.person.platform, event.id)
        return self._context(event, scene, space, space.level_of(event.person), cause, loaded.cog.name, None)

    def _context(
        self,
        event: Event,
        scene: Scene,
        space: Space,
        level: Level,
        cause: Cause | None,
        cog: str,
        progress: Callable[[str], Awaitable[None]] | None,
    ) -> Context[Any]:
        return Context(
            person=event.person,
            place=event.place,
            now=self._clock(),
            language=scene.language,
            space=space,
            service=scene.service,
            level=level,
            cause=cause,
            agenda=self._agenda,
            say=lambda says: self.texts.say(cog, says, scene.language),
            readers=self._readers,
            reads=self._reads,
            _settings=scene.settings,
            _group_settings=scene.group,
            _progress=progress,
            _rooms=lambda name: self._rooms(name, space),
            group=scene.here,
        )

    # --- refusing and mending -----------------------------------------------------------------------

    async def _keep_words(self, event: Event, wish: Wish, refused: Refused, answer: Answering) -> None:
        language, tag = self.language(event.person, event.place), self._tag(event.person)
        await self._mending.keep_words(event, wish, refused, language, tag, answer)

    async def _choose_space(self, event: Event, wish: Wish, answer: Answering) -> str | None:
        """The space a direct conversation is about. Asked when several are in reach; then None."""
        meant = await self.meeting.meant(event.person)
        if isinstance(meant, str):
            return meant
        await self._mending.ask_space(event, wish, meant, self.language(event.person), answer)
        return None

    # --- small things ---------------------------------------------------------------------------------

    def language(self, person: Person, place: Place | None = None) -> str:
        """The language to speak: the client's if something is written in it, else the group's whose room
        this is, else the space's."""
        space = self.spaces.get(person.space or self.meeting.likely(person))
        return self._spoken(person, space, space.group_at(place) if place is not None else None)

    def _spoken(self, person: Person, space: Space, group: Group | None) -> str:
        return self.texts.chosen(person.language, group.language if group else None, space.language)

    def scene(self, cog: str, person: Person, place: Place) -> Scene:
        """What is known in memory about an event, for one cog."""
        space = self.spaces.get(person.space)
        loaded, group = self.catalogue.cogs[cog], space.group_at(place)
        return Scene(
            person=person,
            place=place,
            language=self._spoken(person, space, group) if person.space else self.language(person, place),
            settings=space.settings.get(cog, loaded.defaults),
            group=loaded.part_of(group),
            service=loaded.service,
            space=space,
            here=group,
        )

    def _tag(self, person: Person) -> str:
        """What a private answer's buttons carry: it may be seen, and pressed, in a direct conversation."""
        return self.spaces.get(person.space).tag if person.space else ""

    async def forget(self, person: Person) -> None:
        """Forget what memory holds of an account, and where it was met."""
        self._pace.forget(owner_of(person))
        self._drafts.forget(person)
        await self.meeting.forget(person)
