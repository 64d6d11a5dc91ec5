"""Discord's stand-in as the face of a conversation: `@pytest.mark.faces("terminal", "discord")`.

People sit at clients of the stand-in, Hearth is connected to it by an unmodified discord.py. What is typed
as `/command …` becomes a slash command with its options told apart; a modal is asked field by field, as the
terminal asks, and sent when its last open field has an answer. Texts are given back as they are read:
escapes taken away, a bold line above a text as the name of a field.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.platforms.discord.limits import LOCALES
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.terminal import Seen
from bot.platforms.terminal.read import pick
from bot.platforms.terminal.write import SeenButton, SeenFile, SeenForm
from bot.sdk import parsing
from bot.sdk.commands import Command, Param
from bot.sdk.errors import Refused
from bot.sdk.people import Place, PlaceKind
from bot.sdk.words import Kind

from . import discord_server as discord
from .clock import Clock
from .discord_reading import plain, reading
from .moored import Moored, until_connected
from .turns import until

_LEVELS = {"mod": ["moderate_members"], "facilitator": ["manage_messages"]}
"""What people of these names may do on the server; each has a role of their own name besides."""
_BELOW_A_MESSAGE = 11
"""Discord's kind of thread that is started from a message: a public one."""
_KINDS = {"text": Kind.TEXT, "paragraph": Kind.LONG_TEXT, "file": Kind.FILE}


@dataclasses.dataclass
class _Form:
    """A modal that somebody fills in, field by field."""

    interaction: discord.Interaction
    modal: discord.SeenModal
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    left: list[discord.SeenField] = dataclasses.field(default_factory=list)


class _World:
    """What outlives a restart of Hearth: the stand-in, and what everybody saw."""

    def __init__(self, server: discord.DiscordServer, guild: discord.Guild, files: Path) -> None:
        self.server = server
        self.guild = guild
        self.files = files
        self.locale = "en-GB"
        self.rooms: dict[str, set[str]] = {}
        self.seen: list[Seen] = []
        self.known: dict[int, object] = {}
        self.standing: dict[int, Seen] = {}
        self.forms: dict[str, _Form] = {}
        self.messages: dict[Seen, discord.SeenMessage] = {}

    def person(self, who: str) -> discord.Person:
        """The person of that name, made when first named."""
        for person in self.server.people.values():
            if person.name == who:
                return person
        person = self.server.add_user(who, self.locale)
        self.server.add_role(self.guild, who, _LEVELS.get(who, ()))
        self.server.join(self.guild, person, [who])
        return person

    def room(self, name: str) -> discord.Channel:
        """The room of that name, made when first named."""
        try:
            return self.guild.channel(name)
        except (KeyError, LookupError, StopIteration):
            return self.server.add_channel(self.guild, name)


class _Listening(DiscordPlatform):
    """Notes which events arrived, so that a conversation knows when one is done with."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.heard: set[str] = set()

    def _hear(self, event: str, data: Mapping[str, Any]) -> None:
        super()._hear(event, data)
        self.heard.add(str(data.get("id")))

    async def done(self, event: int | None = None) -> None:
        """Wait until an event has arrived and all that followed from it is over."""
        await until(lambda: (event is None or str(event) in self.heard) and not self._tasks)

    def reads_content(self) -> None:
        """Ask for Message Content, as the operator's option would; before it runs."""
        self._content = True

    @property
    def ready(self) -> bool:
        """Whether commands and rooms are known."""
        return self._registered and len(self._names) > 0


class DiscordFace:
    """The stand-in, spoken to by a program."""

    name = "discord"

    def __init__(self, app: App, platform: _Listening, world: _World) -> None:
        self._app = app
        self._platform = platform
        self._world = world
        self._space = app.spaces.of("discord", str(world.guild.id))

    async def joins(self, who: str, room: str) -> None:
        """Somebody comes into a room."""
        self._world.person(who)
        channel = self._world.room(room)
        self._world.rooms.setdefault(room, set()).add(who)
        await until(lambda: self._platform.place(f"#{channel.name}", self._space))

    async def says(self, who: str, room: str | None, words: str) -> None:
        """Somebody uses a slash command, or writes."""
        person = self._world.person(who)
        if room is not None:
            await self.joins(who, room)
        channel = person.direct if room is None else self._world.room(room)
        if not words.startswith("/") or words == "/stop":
            try:
                said = person.say(channel, words.lstrip("/"))
            except discord.ClientRefuses as refusal:
                self._refused(who, str(refusal))
                return
            await self._platform.done(None if said is None else said.id)
            self._look()
            return
        try:
            command, options = self._read(words[1:])
            sent = await person.slash(channel, command, options)
        except discord.NotOffered:
            # Their client does not show them the command; by a mention it can be asked for all the same.
            said = person.say(channel, f"<@{self._world.server.bot_user.id}> {words[1:]}")
            await self._platform.done(None if said is None else said.id)
            self._look()
            return
        except (Refused, discord.ClientRefuses) as refusal:
            self._refused(who, str(refusal))
            return
        await self._finish(who, sent)

    def _read(self, line: str) -> tuple[str, dict[str, Any]]:
        found = self._app.catalogue.names.find(line)
        if isinstance(found, list):
            raise Refused("unknown-command")
        command, rest = found
        taken = parsing.options_of(
            command.params, rest, self._app.catalogue.param_names(command), self._fits(command)
        )
        kinds = {param.name: param for param in command.params}
        return command.path, {
            name.replace("_", "-"): self._native(kinds[name], str(value)) for name, value in taken.items()
        }

    def _fits(self, command: Command) -> Callable[[Param, str], bool]:
        def fits(param: Param, word: str) -> bool:
            choices = self._app.pipeline.showing.choices(command.cog, param, "en")
            try:
                parsing.value_of(param, word, choices)
            except Refused:
                return False
            return True

        return fits

    def _native(self, param: Param, word: str) -> Any:
        if param.personal:
            return self._world.person(word.removeprefix("@"))
        if param.kind is Kind.NUMBER:
            return int(word)
        if param.kind is Kind.YES_NO:
            return word.casefold() in ("yes", "true", "y")
        return word

    async def presses(self, who: str, which: str, on: Seen | None) -> None:
        """Somebody presses a button, or picks a choice of their form."""
        form = self._world.forms.get(who)
        if on is None and form is not None and form.left and form.left[0].options:
            labels = [option.label for option in form.left[0].options]
            if (at := pick(which, labels)) is not None:
                await self.answers(who, labels[at])
                return
        if on is None:
            mine = [one for one in self._world.seen if f"@{who}" in one.seen_by and one.buttons]
            on = mine[-1] if mine else None
        if on is None:
            self._refused(who, "There is no button here.")
            return
        at = pick(which, [button.label for button in on.buttons])
        message = self._world.messages.get(on)
        if at is None or message is None:
            self._refused(who, "There is no such button.")
            return
        try:
            button = on.buttons[at]
            sent = await self._world.person(who).press(message, button.token or button.label)
        except discord.ClientRefuses as refusal:
            self._refused(who, str(refusal))
            return
        await self._finish(who, sent)

    async def chooses(self, who: str, room: str, command: str, on: Seen | None) -> None:
        """Somebody chooses a command in the menu of a message."""
        person, server = self._world.person(who), self._world.server
        await self.joins(who, room)
        here = [one for one in server.channels.values() if _room(one) is self._world.room(room)]
        theirs = [one for channel in here for one in server.messages(channel)]
        theirs = [one for one in theirs if one.author is not person.account]
        message = self._world.messages[on] if on is not None else max(theirs, key=_id, default=None)
        menu = next((one.menu for one in self._app.pipeline.described() if one.path == command), {})
        if message is None or "en" not in menu:
            self._refused(who, "There is nothing to choose here.")
            return
        try:
            sent = await person.menu(message, menu["en"])
        except discord.ClientRefuses as refusal:
            self._refused(who, str(refusal))
            return
        await self._finish(who, sent)

    async def answers(self, who: str, words: str) -> None:
        """Somebody answers the open field of their form."""
        await self._answer(who, words)

    async def sends(self, who: str, file: Path) -> None:
        """Somebody answers it with a file."""
        content = await asyncio.to_thread(file.read_bytes)
        await self._answer(who, discord.Upload(file.name, content))

    async def _answer(self, who: str, given: str | discord.Upload) -> None:
        form = self._world.forms.get(who)
        if form is None or not form.left:
            self._refused(who, "No form is open.")
            return
        field = form.left.pop(0)
        if given != "-":
            form.values[field.custom_id] = given
        if form.left:
            self._ask(who, form)
            return
        del self._world.forms[who]
        try:
            sent = await self._world.person(who).submit_modal(form.interaction, form.values)
        except discord.ClientRefuses as refusal:
            self._refused(who, str(refusal))
            self._begin(who, form.interaction, form.modal)
            return
        await self._finish(who, sent)

    def seen(self) -> Sequence[Seen]:
        """Everything that anyone saw so far."""
        self._look()
        return self._world.seen

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self._platform.done()
        self._look()

    # --- seeing -------------------------------------------------------------------------------------------

    async def _finish(self, who: str, sent: discord.Interaction) -> None:
        await self._platform.done(sent.id)
        self._look()
        if sent.modal is not None:
            self._begin(who, sent, sent.modal)

    def _begin(self, who: str, interaction: discord.Interaction, modal: discord.SeenModal) -> None:
        # Opened again with everything filled in, each field is asked again; a hyphen keeps what is there.
        left = [one for one in modal.fields if not _filled(one)]
        if not any(one.required for one in left):
            left = list(modal.fields)
        form = self._world.forms[who] = _Form(interaction, modal, left=left)
        self._ask(who, form)

    def _ask(self, who: str, form: _Form) -> None:
        field = form.left[0]
        texts = [*(plain(one) for one in form.modal.texts), field.description or ""]
        kind = _KINDS.get(field.kind, Kind.CHOICE if field.options else Kind.TEXT)
        choices = tuple(option.label for option in field.options)
        question = SeenForm(
            form.modal.title, field.label, kind.value, choices, not field.required, _filled(field)
        )
        self._add(f"@{who}", (f"@{who}",), True, text="\n".join(one for one in texts if one), form=question)

    def _refused(self, who: str, words: str) -> None:
        self._add(f"@{who}", (f"@{who}",), True, text=words)

    def _add(self, to: str, seen_by: tuple[str, ...], private: bool, **more: Any) -> Seen:
        message = Seen(to, seen_by, private, order=len(self._world.seen) + 1, **more)
        self._world.seen.append(message)
        return message

    def _look(self) -> None:
        """Take in what the bot's messages say that is new, in order, and which of them are gone."""
        server = self._world.server
        shown = [one for channel in server.channels.values() for one in server.messages(channel)]
        shown += [discord.SeenMessage(server, one) for hidden in server.hidden.values() for one in hidden]
        for message in sorted(shown, key=_id):
            words = message.text, message.labels, [one.name for one in message.files]
            if message.author is not server.bot_user or self._world.known.get(message.id) == words:
                continue
            if message.deleted or not any(words):
                continue
            self._world.known[message.id] = words
            seen = self._seen_of(message)
            self._world.messages[seen] = message
            if not message.ephemeral:
                self._world.standing[message.id] = seen
        for number, before in list(self._world.standing.items()):
            message = self._world.messages[before]
            if message.deleted:
                del self._world.standing[number]
                self._add(
                    before.to, self._by(message.raw.channel), before.private, text="", ref=before.ref,
                    thread=before.thread, place=before.place, gone=True,
                )  # fmt: skip

    def _by(self, channel: discord.Channel) -> tuple[str, ...]:
        """Who reads in a channel: whoever came into it, or into the room that a thread hangs in."""
        if channel.recipient is not None:
            return (f"@{channel.recipient.name}",)
        return tuple(f"@{who}" for who in sorted(self._world.rooms.get(_room(channel).name, ())))

    def _seen_of(self, message: discord.SeenMessage) -> Seen:
        channel = message.raw.channel
        alone = message.raw.only_for or channel.recipient
        read = reading(message.texts)
        room = _room(channel)
        place = Place("discord", str(channel.id), self._space, PlaceKind.ROOM, f"#{channel.name}")
        if channel.recipient is not None:
            place = Place("discord", str(channel.id), self._space, PlaceKind.DIRECT)
        elif channel is not room:
            place = Place("discord", str(room.id), self._space).under(str(channel.id), channel.name)
        return self._add(
            f"@{alone.name}" if alone is not None else f"#{room.name}",
            (f"@{alone.name}",) if alone is not None else self._by(channel),
            alone is not None,
            text=read.text,
            fields=read.fields,
            warning=read.warning,
            folded=read.folded,
            buttons=tuple(
                SeenButton(n, one.label, one.custom_id, one.url) for n, one in enumerate(message.buttons, 1)
            ),
            files=tuple(self._saved(message.id, one) for one in message.files),
            place=place,
            ref=str(message.id),
            thread=str(channel.id) if channel is not room else "",
        )

    def _saved(self, message: int, file: discord.SeenFile) -> SeenFile:
        """A file as its reader keeps it."""
        self._world.files.mkdir(parents=True, exist_ok=True)
        path = self._world.files / f"{message}-{file.name}"
        path.write_bytes(file.content)
        picture = file.content_type.startswith("image/")
        return SeenFile(file.name, file.content_type, str(path), file.description or "", picture)


def _id(message: discord.SeenMessage) -> int:
    return message.id


def _room(channel: discord.Channel) -> discord.Channel:
    """The room that a thread below one of its messages hangs in, else the channel itself."""
    below = channel.kind == _BELOW_A_MESSAGE and channel.parent is not None
    return cast(discord.Channel, channel.parent) if below else channel


def _filled(field: discord.SeenField) -> bool:
    return bool(field.value) or any(option.chosen for option in field.options)


# --- opening ----------------------------------------------------------------------------------------------


async def open_discord(config: OperatorConfig, clock: Clock, folder: Path) -> tuple[App, DiscordFace]:
    """The whole on Discord's stand-in: an `Opens` for `bot.testing.chat.Chat`."""
    world: _World | None = clock.worlds.get("discord")
    if world is None:
        server = await discord.DiscordServer.start(clock=clock, rate_limits=False)
        guild = server.add_guild("Test", ["lobby"], bot_permissions=["manage_messages", "moderate_members"])
        world = clock.worlds["discord"] = _World(server, guild, folder / "files")
    else:
        await world.server.listen()
    bound = {"discord": str(world.guild.id), "terminal": False}
    spaces = {name: one.model_copy(update=bound) for name, one in config.spaces.items()}
    config = config.model_copy(update={"spaces": spaces})
    platform = _Listening(world.server.token)
    app = cast(Moored, await Moored.open(config, platforms=[platform], clock=clock, environ={}))
    app.pipeline.unlimited.add(platform.name)
    if any(one.cog.watchers for one in app.catalogue.cogs.values()):
        # The operator's option, for tests of what needs it; without a watcher Hearth asks for nothing.
        world.server.privileged_intents = frozenset({"message_content"})
        platform.reads_content()
    space = app.spaces.get(app.spaces.of("discord", str(world.guild.id)))
    world.locale = LOCALES.get(space.language, ("en-GB",))[0]
    for group in space.groups.values():
        for room in group.rooms:
            world.room(room.removeprefix("#"))
    app.moorings = await _moored(app, platform, world.server)
    await app.pass_time(clock(), clock.set)
    return app, DiscordFace(app, platform, world)


async def _moored(app: App, platform: _Listening, server: discord.DiscordServer) -> contextlib.AsyncExitStack:
    moorings = contextlib.AsyncExitStack()
    moorings.push_async_callback(server.close)
    moorings.enter_context(discord.point_discord_py_at(server))
    running = asyncio.create_task(platform.run(app.pipeline))

    async def leave() -> None:
        await platform.stop()
        await asyncio.gather(running, return_exceptions=True)

    moorings.push_async_callback(leave)
    await until_connected(platform, running)
    await until(lambda: platform.ready)
    return moorings
