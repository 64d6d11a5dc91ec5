"""All that the stand-in holds, and every change to it that the bot hears of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..waiting import Waiters
from . import gateway as gw
from . import limits, permissions
from .errors import Json, Violation
from .interactions import Interaction
from .people import Person
from .rest import Upload
from .rest_messages import stored
from .seen import SeenMessage
from .spec import Spec
from .state import (
    DISCORD_EPOCH_MS,
    DM,
    KINDS,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    User,
    iso,
)
from .traffic import Faults, RateLimiter, Statistics

_INTERACTIONS_KEPT = 20_000


class World:
    """Servers, channels, people, messages, interactions and the time, for the routes and the gateway."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] | None = None,
        token: str = "stand-in-token",  # noqa: S107  (of the stand-in)
        bot_name: str = "Hearth",
        privileged_intents: Iterable[str] = (),
        checks: bool = True,
        check_answers: bool = False,
        spec: Spec | None = None,
        rate_limits: bool = True,
    ) -> None:
        self._clock = clock or (lambda: datetime.now(UTC))
        self._ahead = timedelta()
        self._last_snowflake = 0
        self._waiters = Waiters()
        self.port = 0
        self.token = token
        self.privileged_intents = frozenset(privileged_intents)
        self.checks = checks
        self.check_answers = check_answers
        self.spec = spec
        self.nonce_memory = limits.NONCE_MEMORY_SECONDS
        self.rate_limits = RateLimiter()
        self.rate_limits.enabled = rate_limits
        self.faults = Faults()
        self.stats = Statistics()
        self.gateway = gw.Gateway(self)
        self.violations: list[Violation] = []
        self.refusals: list[tuple[str, int, int]] = []
        self.unsupported: list[str] = []
        self.misspoken: list[Violation] = []
        self.users: dict[int, User] = {}
        self.people: dict[int, Person] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.directs: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.hidden: dict[int, list[Message]] = {}  # ephemeral messages by the person who sees them
        self.nonces: dict[str | int, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.global_commands: dict[int, Json] = {}
        self.guild_commands: dict[int, dict[int, Json]] = {}
        self.application_id = self.snowflake()
        self.bot_user = self._user(bot_name, bot=True, number=self.application_id)
        self.operator = self._user("operator")

    @property
    def url(self) -> str:
        """The address of everything, e.g. http://127.0.0.1:43210 (what `point_discord_py_at` takes too)."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def application_flags(self) -> int:
        """The application's flags: which privileged intents it was granted."""
        return sum(gw.APPLICATION_FLAGS[name] for name in self.privileged_intents)

    # --- time and waiting --------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The server's time, aware, in UTC."""
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let the server's time pass at once."""
        self._ahead += timedelta(seconds=seconds)
        self.changed()

    def snowflake(self) -> int:
        """A fresh id that tells the server's time; ids always grow."""
        stamp = (int(self.now().timestamp() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last_snowflake = max(self._last_snowflake + 1, stamp)
        return self._last_snowflake

    def changed(self) -> None:
        """Wake those who wait for a condition."""
        self._waiters.look()

    async def until(self, true: Callable[[], Any], timeout: float = 5.0) -> None:
        """Wait until a condition on the server's state holds; it is tried again after every request, gateway
        connection and change of time. Raises TimeoutError."""
        await self._waiters.until(true, timeout)

    async def connected(self, shards: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many gateway sessions are identified or resumed."""
        await self.until(lambda: len(self.gateway.connected()) >= shards, timeout)

    # --- making servers and people -----------------------------------------------------------------------

    def _user(
        self, name: str, *, locale: str = "en-US", bot: bool = False, number: int | None = None
    ) -> User:
        user = User(number or self.snowflake(), name, locale, bot)
        self.users[user.id] = user
        return user

    def add_user(self, name: str, locale: str = "en-GB") -> Person:
        """A person with an account, in no server yet. `locale` is their client's language."""
        person = Person(self, self._user(name, locale=locale))
        self.people[person.id] = person
        return person

    def add_guild(
        self,
        name: str = "Community",
        channels: Iterable[str] = ("general",),
        roles: dict[str, Iterable[str]] | None = None,
        members: Iterable[Person | tuple[Person, Iterable[str]]] = (),
        *,
        owner: Person | None = None,
        locale: str = "en-US",
        crowd: int = 0,
        bot_permissions: Iterable[str] = (),
        everyone: Iterable[str] | None = None,
    ) -> Guild:
        """A server that has added the bot; GUILD_CREATE follows if the bot is connected.

        `roles` maps names to permission names; a member may come as (person, role names). `crowd` counts
        more members without objects. The bot's own role has `bot_permissions`; @everyone has Discord's
        usual ones unless `everyone` lists others. The owner is the operator unless given.
        """
        number = self.snowflake()
        guild = Guild(number, name, (owner.account if owner else self.operator), locale, crowd=crowd)
        guild.joined = iso(self.now())
        base = permissions.EVERYONE if everyone is None else permissions.bits(everyone)
        guild.roles[number] = Role(number, "@everyone", base)
        own = Role(
            self.snowflake(), self.bot_user.name, permissions.bits(bot_permissions), 1, True, self.bot_user.id
        )
        guild.roles[own.id] = own
        for place, (role_name, names) in enumerate((roles or {}).items(), 2):
            role = Role(self.snowflake(), role_name, permissions.bits(names), place)
            guild.roles[role.id] = role
        guild.members[self.bot_user.id] = Member(self.bot_user, guild.joined, [own])
        guild.members[guild.owner.id] = Member(guild.owner, guild.joined)
        for entry in members:
            person, names = entry if isinstance(entry, tuple) else (entry, ())
            found = [guild.role(one) for one in names]
            guild.members[person.id] = Member(person.account, guild.joined, found)
        for place, channel_name in enumerate(channels):
            channel = Channel(self.snowflake(), channel_name, guild=guild, position=place)
            guild.channels[channel.id] = self.channels[channel.id] = channel
        self.guilds[number] = guild
        for session in self.gateway.sessions.values():
            if session.owns(number) and session.intents & gw.GUILDS:
                session.dispatch("GUILD_CREATE", self.gateway.guild_create(guild, session, joined=True))
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """The bot is removed from a server."""
        del self.guilds[guild.id]
        for channel in guild.channels.values():
            self.channels.pop(channel.id, None)
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, intent=gw.GUILDS)

    def add_role(self, guild: Guild, name: str, names: Iterable[str] = ()) -> Role:
        """A new role with the named permissions."""
        role = Role(self.snowflake(), name, permissions.bits(names), len(guild.roles))
        guild.roles[role.id] = role
        body = {"guild_id": str(guild.id), "role": role.payload()}
        self.gateway.dispatch("GUILD_ROLE_CREATE", body, guild=guild, intent=gw.GUILDS)
        return role

    def join(self, guild: Guild, person: Person, roles: Iterable[str] = ()) -> None:
        """A person joins a server."""
        member = Member(person.account, iso(self.now()), [guild.role(one) for one in roles])
        guild.members[person.id] = member
        body = member.payload() | {"guild_id": str(guild.id)}
        self.gateway.dispatch("GUILD_MEMBER_ADD", body, guild=guild, intent=gw.GUILD_MEMBERS)

    def leave(self, guild: Guild, person: Person) -> None:
        """A person leaves a server."""
        del guild.members[person.id]
        body = {"guild_id": str(guild.id), "user": person.account.payload()}
        self.gateway.dispatch("GUILD_MEMBER_REMOVE", body, guild=guild, intent=gw.GUILD_MEMBERS)

    def member_changed(self, guild: Guild, member: Member) -> None:
        """Tell the bot of a member's new roles or name."""
        body = member.payload() | {"guild_id": str(guild.id)}
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", body, guild=guild, intent=gw.GUILD_MEMBERS)

    def add_channel(
        self, guild: Guild, name: str, *, kind: str | int = "text", hidden: bool = False
    ) -> Channel:
        """A new channel; `hidden` ones only administrators and the owner see."""
        number = KINDS[kind] if isinstance(kind, str) else kind
        channel = Channel(self.snowflake(), name, number, guild, position=len(guild.channels))
        if hidden:
            channel.overwrites[guild.id] = (0, permissions.bits("view_channel"))
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.gateway.dispatch("CHANNEL_CREATE", channel.payload(), guild=guild, intent=gw.GUILDS)
        return channel

    def add_thread(
        self,
        parent: Channel,
        name: str,
        *,
        private: bool = True,
        owner: User | None = None,
        invitable: bool = True,
        auto_archive: int = 4320,
        number: int | None = None,
    ) -> Channel:
        """A new thread, its owner in it; `number` is the id of the message that it was started from."""
        assert parent.guild is not None
        starter = owner or self.operator
        thread = Channel(
            number or self.snowflake(),
            name,
            PRIVATE_THREAD if private else PUBLIC_THREAD,
            parent.guild,
            parent,
            owner=starter,
            invitable=invitable,
            auto_archive=auto_archive,
            created=iso(self.now()),
        )
        thread.thread_members[starter.id] = starter
        parent.guild.channels[thread.id] = self.channels[thread.id] = thread
        if permissions.allows(thread, self.bot_user, "view_channel"):
            body = thread.payload(member=self.bot_user) | {"newly_created": True}
            self.gateway.dispatch("THREAD_CREATE", body, guild=parent.guild, intent=gw.GUILDS)
        return thread

    def channel_changed(self, channel: Channel) -> None:
        """Tell the bot of a channel's or thread's new state."""
        event = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self.gateway.dispatch(event, channel.payload(), guild=channel.guild, intent=gw.GUILDS)
        self.changed()

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        assert channel.guild is not None
        for thread in [
            one for one in channel.guild.channels.values() if one.parent is channel and one.is_thread
        ]:
            del channel.guild.channels[thread.id], self.channels[thread.id]
        del channel.guild.channels[channel.id], self.channels[channel.id]
        body: Json = channel.payload()
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        self.gateway.dispatch(event, body, guild=channel.guild, intent=gw.GUILDS)
        self.changed()

    def add_to_thread(self, thread: Channel, user: User) -> None:
        """Put someone into a thread."""
        if user.id in thread.thread_members:
            return
        thread.thread_members[user.id] = user
        if user is self.bot_user:
            body = thread.payload(member=user)
            self.gateway.dispatch("THREAD_CREATE", body, guild=thread.guild, intent=gw.GUILDS)
        self._thread_members(thread, [thread.thread_member(user)], [])

    def remove_from_thread(self, thread: Channel, user: User) -> None:
        """Take someone out of a thread."""
        if thread.thread_members.pop(user.id, None) is not None:
            self._thread_members(thread, [], [str(user.id)])

    def _thread_members(self, thread: Channel, added: list[Json], removed: list[str]) -> None:
        assert thread.guild is not None
        body: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "member_count": len(thread.thread_members),
            "added_members": [
                one | {"member": thread.guild.members[int(one["user_id"])].payload(), "presence": None}
                for one in added
            ],
            "removed_member_ids": removed,
        }
        self.gateway.dispatch("THREAD_MEMBERS_UPDATE", body, guild=thread.guild, intent=gw.GUILDS)

    def direct(self, user: User) -> Channel:
        """The direct conversation of a person and the bot."""
        channel = self.directs.get(user.id)
        if channel is None:
            channel = Channel(self.snowflake(), user.name, DM, recipient=user)
            self.directs[user.id] = self.channels[channel.id] = channel
        return channel

    def shares_guild(self, user: User) -> bool:
        """Whether the person and the bot have a server in common."""
        return any(user.id in guild.members for guild in self.guilds.values())

    # --- messages ----------------------------------------------------------------------------------------

    def content_visible(self, message: Message, *, over_http: bool = False) -> bool:
        """Whether the bot gets a message's content without the Message Content intent
        (events/gateway#message-content-intent); over HTTP the granted intent alone decides."""
        return (
            (over_http and "message_content" in self.privileged_intents)
            or message.author is self.bot_user
            or message.channel.guild is None
            or self.bot_user in message.mentions
        )

    def publish(self, message: Message) -> None:
        """Put a new message where it belongs and tell the bot, if it may know."""
        if message.only_for is not None:
            self.hidden.setdefault(message.only_for.id, []).append(message)
        else:
            message.channel.messages[message.id] = message
            message.channel.archived = False
        self._tell("MESSAGE_CREATE", message)

    def published_again(self, message: Message) -> None:
        """Tell the bot of an edit."""
        self._tell("MESSAGE_UPDATE", message)

    def _tell(self, event: str, message: Message) -> None:
        channel = message.channel
        if message.only_for is None and permissions.allows(channel, self.bot_user, "view_channel"):
            body = message.payload(reader=self.bot_user, in_event=True)
            restricted = None
            if not self.content_visible(message):
                restricted = message.payload(reader=self.bot_user, with_content=False, in_event=True)
            intent = gw.GUILD_MESSAGES if channel.guild else gw.DIRECT_MESSAGES
            self.gateway.dispatch(event, body, guild=channel.guild, intent=intent, restricted=restricted)
        self.changed()

    def remove(self, message: Message) -> None:
        """Delete a message."""
        message.deleted = True
        channel = message.channel
        channel.messages.pop(message.id, None)
        if message.only_for is None:
            body: Json = {"id": str(message.id), "channel_id": str(channel.id)}
            if channel.guild is not None:
                body["guild_id"] = str(channel.guild.id)
            intent = gw.GUILD_MESSAGES if channel.guild else gw.DIRECT_MESSAGES
            self.gateway.dispatch("MESSAGE_DELETE", body, guild=channel.guild, intent=intent)
        self.changed()

    def react(self, user: User, message: Message, emoji: str) -> None:
        """Add someone's reaction."""
        users = message.reactions.setdefault(emoji, [])
        if user in users:
            return
        users.append(user)
        channel = message.channel
        body: Json = {
            "user_id": str(user.id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": {"id": None, "name": emoji},
            "message_author_id": str(message.author.id),
            "burst": False,
            "type": 0,
        }
        if channel.guild is not None:
            body |= {"guild_id": str(channel.guild.id), "member": channel.guild.members[user.id].payload()}
        intent = gw.GUILD_REACTIONS if channel.guild else gw.DIRECT_REACTIONS
        self.gateway.dispatch("MESSAGE_REACTION_ADD", body, guild=channel.guild, intent=intent)

    def messages(self, channel: Channel) -> list[SeenMessage]:
        """A channel's public messages, oldest first."""
        return [SeenMessage(self, one) for one in channel.messages.values()]

    def message(self, number: int) -> SeenMessage:
        """Any message by id, ephemeral or not. Raises KeyError."""
        for channel in self.channels.values():
            if number in channel.messages:
                return SeenMessage(self, channel.messages[number])
        for hidden in self.hidden.values():
            for one in hidden:
                if one.id == number:
                    return SeenMessage(self, one)
        raise KeyError(number)

    def store(
        self, upload: Upload, place: int, description: str | None = None, *, ephemeral: bool = False
    ) -> Attachment:
        """Keep a file and give it an address."""
        number = self.snowflake()
        attachment = stored(upload, number, f"{self.url}/cdn/attachments/{place}", description, ephemeral)
        self.attachments[number] = attachment
        return attachment

    # --- interactions ------------------------------------------------------------------------------------

    def deliver(self, interaction: Interaction, times: int = 1) -> Interaction:
        """Send an interaction to the bot; more than once to play Discord's double delivery."""
        self.interactions[interaction.id] = interaction
        self.by_token[interaction.token] = interaction
        while len(self.interactions) > _INTERACTIONS_KEPT:
            old = self.interactions.pop(next(iter(self.interactions)))
            del self.by_token[old.token]
        for _ in range(times):
            guild = interaction.channel.guild
            interaction.delivered += self.gateway.dispatch(
                "INTERACTION_CREATE", interaction.payload, guild=guild
            )
        return interaction
