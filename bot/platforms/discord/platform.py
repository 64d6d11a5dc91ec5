"""Hearth on Discord: the `Platform` that the core sees."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import random
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import aiohttp
import discord

from bot.sdk.people import Person, Place
from bot.sdk.ports import Delivery, Filter, Front, Handled, Later, NotSent, Unfit, Vault, Why
from bot.sdk.words import Shown

from . import automod, limits, menus
from .automod import BLOCK, AutoMod, Unheard
from .client import EDITED, Client, hush
from .names import Names
from .overheard import Overheard
from .pace import Pace
from .posting import Poster
from .powers import Powers
from .read import AUTOCOMPLETE, PLATFORM, Reader, path_and_options
from .registering import commands, register, restricted
from .replies import InteractionReplies, MessageReplies
from .rest import Failed, Limited, Refusal, Rest

log = logging.getLogger("hearth.discord")

_FINISH = 5.0
"""Seconds that what is under way has to end when Hearth stops."""
_LONGEST_PAUSE = 60.0
_NOT_YET = 5.0


class DiscordPlatform:
    """Discord under one bot token, for some or all of its shards. Fulfils `bot.sdk.ports.Platform`.

    `shards`: (this process's shards or None for all, how many there are); None lets Discord decide.
    `vault` remembers what is registered, so that an unchanged start asks nothing; given here, it stands
    before the one that `equip` brings. With `content` Discord is asked for what people write to each other
    (the privileged intent Message Content): it is looked at where a space wants that.
    """

    name = PLATFORM
    native_forms = True

    def __init__(
        self,
        token: str,
        *,
        shards: tuple[Sequence[int] | None, int] | None = None,
        vault: Vault | None = None,
        content: bool = False,
    ) -> None:
        self._token = token
        self._content = content
        self._shard_ids: Sequence[int] | None = shards[0] if shards is not None else None
        self._shard_count: int | None = shards[1] if shards is not None else None
        self._own_vault = self._vault = vault
        share = 1.0
        if self._shard_ids is not None and self._shard_count:
            share = len(self._shard_ids) / self._shard_count
        self._rest = Rest(token, Pace(share))
        self._poster = Poster(self._rest)
        self._names = Names()
        self._powers = Powers(self._rest, self._names)
        self._automod = AutoMod(self._rest, self._names)
        self._filters: dict[str, Sequence[Filter]] = {}
        self._client: Client | None = None
        self._front: Front | None = None
        self._reader: Reader | None = None
        self._overheard: Overheard | None = None
        self._me = ""
        self._spaces: dict[str, list[str]] = {}
        self._placed = 0
        self._restricted: frozenset[str] = frozenset()
        self._registered = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._came = asyncio.Event()
        self._stopping = asyncio.Event()

    def equip(self, vault: Vault | None, handled: Handled | None) -> None:
        """Keep what is registered in `vault`. Which events are done is not read back on Discord: what was
        missed while away is gone, and the core knows repetitions."""
        self._vault = self._own_vault or vault

    @property
    def connected(self) -> bool:
        """Whether every shard's connection is open."""
        shards = self._client.shards.values() if self._client is not None else ()
        return bool(shards) and not any(one.is_closed() for one in shards)

    async def until_connected(self) -> None:
        """Come back once every shard has signed in, or resumed, and its connection is open."""
        while self._client is None or not self._client.whole or not self.connected:
            self._came.clear()
            await self._came.wait()

    async def forget(self, person: Person) -> bool:
        """Forget an account: which direct conversation is theirs, all that is known of one here."""
        self._poster.forget(person.account)
        return True

    # --- the connection -----------------------------------------------------------------------------------

    async def run(self, front: Front) -> None:
        """Connect, hand in events until stopped. Comes back by itself after whatever may pass; raises
        `discord.LoginFailure` for a token that Discord does not take."""
        hush()
        self._front = front
        self._stopping.clear()
        await self._rest.open()
        self._reader = Reader(front, self._names, self._rest)
        self._overheard = Overheard(front, self._reader, self._names, self._rest, self._powers)
        pause = 1.0
        try:
            while not self._stopping.is_set():
                began = asyncio.get_running_loop().time()
                try:
                    await self._connect(front)
                except (discord.LoginFailure, discord.PrivilegedIntentsRequired):
                    raise
                except (OSError, aiohttp.ClientError, TimeoutError, discord.DiscordException) as error:
                    if isinstance(error, discord.ConnectionClosed) and error.code == 4004:
                        raise discord.LoginFailure("Discord does not take this token any more") from None
                    log.warning("the connection to Discord ended (%s); trying again", type(error).__name__)
                if asyncio.get_running_loop().time() - began > _LONGEST_PAUSE:
                    pause = 1.0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, keeps no secret
                pause = min(_LONGEST_PAUSE, pause * 2)
        finally:
            await self._rest.close()

    async def _connect(self, front: Front) -> None:
        client = Client(
            self._hear,
            self._came.set,
            shard_ids=self._shard_ids,
            shard_count=self._shard_count,
            content=self._content,
        )
        self._client = client
        registering: asyncio.Task[None] | None = None
        try:
            await client.login(self._token)
            assert client.user is not None
            self._me = str(client.user.id)
            assert self._reader is not None
            self._reader.me, self._reader.menu = self._me, menus.paths(front.described())
            registering = asyncio.create_task(self._register(front, client.application_id or client.user.id))
            await client.connect(reconnect=True)
        finally:
            if registering is not None:
                registering.cancel()
                await asyncio.gather(registering, return_exceptions=True)
            await client.close()

    async def _register(self, front: Front, application: int) -> None:
        """Register what changed, until that has worked. Meanwhile everything is served already."""
        described = front.described()
        wanted, problems = commands(described)
        for problem in problems:
            log.error("a command cannot be shown on Discord and is left out: %s", problem)
        pause = 2.0
        while True:
            try:
                await register(self._rest, application, wanted, self._vault)
            except Limited as limited:
                await asyncio.sleep(limited.seconds)
            except Refusal as refusal:
                log.error("Discord refuses the commands: %s", refusal)
                return
            except Failed as failed:
                log.warning("registering commands has to wait: %s", failed)
                await asyncio.sleep(pause)
                pause = min(300.0, pause * 2)
            else:
                # From now on whoever comes through has passed the permissions of these commands, not of
                # those that an older version had registered.
                self._restricted = restricted(described)
                self._registered = True
                return

    async def stop(self) -> None:
        """Finish what is under way, five seconds at most, and disconnect."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=_FINISH)
        client = self._client
        if client is not None:
            await client.close()

    # --- events -------------------------------------------------------------------------------------------

    def _hear(self, event: str, data: Mapping[str, Any]) -> None:
        """Everything that Discord sends comes through here, and never waits here."""
        if event == "INTERACTION_CREATE":
            self._spawn(self.on_interaction(data))
        elif event == "AUTO_MODERATION_ACTION_EXECUTION":
            self._spawn(self.on_stopped(data))
        elif event == EDITED:
            self._overhear(data, edited=True)
        elif event != "MESSAGE_CREATE":
            self._names.hear(event, data)
            self._powers.hear(event, data)
            if event == "GUILD_CREATE" and self._filters:
                self._spawn(self._keep_filters(str(data["id"])))
        elif "guild_id" not in data or any(one["id"] == self._me for one in data.get("mentions") or ()):
            self._spawn(self.on_message(data))
            if self._content:
                self._overhear(data)
        elif self._content:
            self._overhear(data)

    def _overhear(self, data: Mapping[str, Any], *, edited: bool = False) -> None:
        if self._overheard is not None and self._overheard.wanted(data):
            self._spawn(self.on_overheard(data, edited=edited))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Never the error's own words: they may be a member's.
            log.error("an event could not be handled: %s", type(error).__name__)

    async def on_interaction(self, data: Mapping[str, Any]) -> None:
        """A command, a button, a filled form, or an option being typed: the one way in."""
        assert self._front is not None
        assert self._reader is not None
        direct = self._reader.direct(data)
        replies = InteractionReplies(self._rest, data, direct=direct)
        if data["type"] == AUTOCOMPLETE:
            await replies.suggest(self._suggestions(data))
            return
        event = self._reader.interaction(data, self._restricted.__contains__)
        if event is not None:
            self._know(data, event.place)
            await self._front.handle(event, replies)

    async def on_message(self, data: Mapping[str, Any]) -> None:
        """A direct message, or one that mentions Hearth."""
        assert self._front is not None
        assert self._reader is not None
        event = self._reader.message(data, self._me)
        if event is not None:
            self._know(data, event.place)
            replies = MessageReplies(self._rest, self._poster, data, direct=event.place.direct)
            await self._front.handle(event, replies)

    async def on_overheard(self, data: Mapping[str, Any], *, edited: bool) -> None:
        """A message that people wrote to each other, where somebody wants to see it."""
        assert self._front is not None
        assert self._overheard is not None
        event = await self._overheard.read(data, edited=edited)
        if event is not None:
            self._know(data, event.place)
            await self._front.handle(event, Unheard())

    async def on_stopped(self, data: Mapping[str, Any]) -> None:
        """AutoMod stopped a message by one of Hearth's rules. Without Message Content only the word that it
        met is known."""
        assert self._front is not None
        assert self._reader is not None
        kept = self._automod.filter_of(str(data["guild_id"]), str(data["rule_id"]))
        if kept is None or (data.get("action") or {}).get("type") != BLOCK:
            return
        event = self._reader.stopped(data, kept)
        if self._front.watches(event.person.space):
            await self._front.handle(event, Unheard())

    def _suggestions(self, data: Mapping[str, Any]) -> list[dict[str, str]]:
        assert self._front is not None
        assert self._reader is not None
        path, options = path_and_options(data["data"])
        typed = next((one for one in options if one.get("focused")), None)
        if typed is None:
            return []
        person, place = self._reader.who_where(data)
        offered = self._front.suggest(path, typed["name"], str(typed.get("value") or ""), person, place)
        return [
            {"name": limits.shortened(str(one.label), limits.CHOICE) or one.value, "value": one.value}
            for one in offered[: limits.CHOICES]
            if 1 <= limits.length(one.value) <= limits.CHOICE
        ]

    # --- what goes out by itself --------------------------------------------------------------------------

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Post to a room. The same mark within two minutes is the same post."""
        if self._front is None:
            return Later(_NOT_YET)
        return await self._poster.post(place, shown, mark)

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Send to one person alone."""
        if self._front is None:
            return Later(_NOT_YET)
        return await self._poster.direct(person, shown, mark)

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Put this where Hearth's own post stands."""
        return await self._poster.edit(place, ref, shown) if self._front is not None else Later(_NOT_YET)

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Delete a message."""
        return await self._poster.remove(place, ref) if self._front is not None else Later(_NOT_YET)

    async def time_out(self, person: Person, place: Place, until: datetime.datetime | None) -> Delivery:
        """Time a member out on the servers of the place's space, as Discord calls it."""
        delivery: Delivery = Later(_NOT_YET) if self._front is None else NotSent(Why.GONE)
        for guild in self._guilds_of(place.space):
            delivery = await self._poster.time_out(guild, person.account, until)
        return delivery

    async def readers(self, place: Place) -> int | None:
        """How many people can read there, where Discord tells."""
        return await self._poster.readers(place) if self._front is not None else None

    async def reads(self, place: Place, person: Person) -> bool | None:
        """Not known without the list of members; whoever writes in a room can read there."""
        return None

    async def powers(self, person: Person, now: datetime.datetime) -> Person | None:
        """What somebody may do on the servers of their space: a direct conversation does not tell."""
        return await self._powers.of(person, self._guilds_of(person.space), now)

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether the post with this mark is there."""
        if self._front is None:
            return Later(_NOT_YET)
        return await self._poster.find(to, mark, since)

    # --- what Discord keeps by itself ---------------------------------------------------------------------

    def fit(self, filters: Sequence[Filter]) -> Sequence[Unfit]:
        """Which filters AutoMod cannot keep."""
        return automod.fit(filters)[1]

    async def keep(self, space: str, filters: Sequence[Filter]) -> Sequence[Unfit]:
        """Keep these as AutoMod rules on the space's servers; where Discord is not connected yet, later."""
        self._filters[space] = tuple(filters)
        unfit: list[Unfit] = []
        for guild in self._guilds_of(space) if self._me else ():
            unfit += await self._automod.keep(guild, self._me, filters)
        return list(dict.fromkeys(unfit)) or self.fit(filters)

    async def _keep_filters(self, guild: str) -> None:
        """A server came into sight: let its AutoMod say what its space wants."""
        filters = (
            self._filters.get(self._front.space_of(PLATFORM, guild)) if self._front is not None else None
        )
        if filters is not None:
            for one in await self._automod.keep(guild, self._me, filters):
                log.warning("AutoMod does not keep the rule %s (%s)", one.id, one.why)

    # --- places -------------------------------------------------------------------------------------------

    def place(self, name: str, space: str) -> Place | None:
        """The room that a profile calls `name`: an id (of a thread, too) or a name with or without `#`."""
        for guild in self._guilds_of(space):
            found = self._names.room(guild, name)
            if found is not None:
                return Place(PLATFORM, found[0], space, name=found[1])
            if name.isdecimal() and 15 <= len(name) <= 20:
                # A thread's id is in no list of rooms; whether it is there, posting tells.
                return Place(PLATFORM, name, space)
        return None

    def _know(self, data: Mapping[str, Any], place: Place) -> None:
        guild = data.get("guild_id")
        if guild is not None:
            held = self._spaces.setdefault(place.space, [])
            if str(guild) not in held:
                held.append(str(guild))

    def _guilds_of(self, space: str) -> list[str]:
        """The servers that belong to a space. Asked of the core once, and again when servers came."""
        if space not in self._spaces and self._front is not None and self._placed != len(self._names):
            self._placed = len(self._names)
            for guild in self._names:
                held = self._spaces.setdefault(self._front.space_of(PLATFORM, guild), [])
                if guild not in held:
                    held.append(guild)
        return [guild for guild in self._spaces.get(space, ()) if guild in self._names]
