"""What the stand-in knows: servers, channels, people, messages; and their JSON on the wire.

Light on purpose (slots, no copies), so that thousands of servers fit. Sizes of snowflakes and field names
follow https://docs.discord.com/developers/resources/guild, …/channel, …/message, …/user.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from . import permissions
from .errors import Json

DISCORD_EPOCH_MS = 1420070400000  # reference#snowflakes

TEXT, DM, VOICE, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 4, 5
PUBLIC_THREAD, PRIVATE_THREAD, STAGE, FORUM = 11, 12, 13, 15
KINDS = {
    "text": TEXT,
    "voice": VOICE,
    "category": CATEGORY,
    "announcement": ANNOUNCEMENT,
    "stage": STAGE,
    "forum": FORUM,
    "public_thread": PUBLIC_THREAD,
    "private_thread": PRIVATE_THREAD,
}


_Named = TypeVar("_Named", "Role", "Channel")


def iso(moment: datetime) -> str:
    """Discord's timestamp form, always UTC."""
    return moment.astimezone(UTC).isoformat()


@dataclass(slots=True, eq=False)
class User:
    """An account. `locale` is the language of the person's client."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    dms_closed: bool = False

    def payload(self) -> Json:
        """The user object."""
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": None if self.bot else self.name,
            "avatar": None,
            "bot": self.bot,
            "system": False,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
            "banner": None,
            "accent_color": None,
            "avatar_decoration_data": None,
        }


@dataclass(slots=True, eq=False)
class Role:
    """A role; the one with the server's own id is @everyone."""

    id: int
    name: str
    permissions: int = 0
    position: int = 0
    managed: bool = False
    bot: int | None = None
    """The bot whose own role it is."""

    def payload(self) -> Json:
        """The role object."""
        tags: Json = {"tags": {"bot_id": str(self.bot)}} if self.bot is not None else {}
        return tags | {
            "id": str(self.id),
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(self.permissions),
            "managed": self.managed,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(slots=True, eq=False)
class Member:
    """A user in a server."""

    user: User
    joined: str
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None
    timed_out: str | None = None
    """Until when, as Discord writes moments."""

    def payload(self, *, with_user: bool = True) -> Json:
        """The member object."""
        body: Json = {
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": self.timed_out,
        }
        if with_user:
            body["user"] = self.user.payload()
        return body


@dataclass(slots=True, eq=False)
class Attachment:
    """An uploaded file, kept in memory and served at its URL."""

    id: int
    filename: str
    content: bytes
    content_type: str
    url: str
    description: str | None = None
    ephemeral: bool = False

    def payload(self) -> Json:
        """The attachment object."""
        body: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
            "ephemeral": self.ephemeral,
        }
        if self.description is not None:
            body["description"] = self.description
        return body


@dataclass(slots=True, eq=False)
class Message:
    """A message. `only_for` is set for an ephemeral one: nobody else ever sees it."""

    id: int
    channel: Channel
    author: User
    content: str
    sent: datetime
    kind: int = 0
    flags: int = 0
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    reactions: dict[str, list[User]] = field(default_factory=dict)
    nonce: str | int | None = None
    edited: datetime | None = None
    only_for: User | None = None
    interaction: Json | None = None
    reference: int | None = None
    from_interaction: bool = False
    calls_all: bool = False
    deleted: bool = False

    def payload(self, *, reader: User, with_content: bool = True, in_event: bool = False) -> Json:
        """The message object as `reader` gets it; without content where the intent is missing."""
        body: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content if with_content else "",
            "timestamp": iso(self.sent),
            "edited_timestamp": iso(self.edited) if self.edited else None,
            "tts": False,
            "mention_everyone": self.calls_all,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [],
            "attachments": [one.payload() for one in self.attachments] if with_content else [],
            "embeds": self.embeds if with_content else [],
            "components": self.components if with_content else [],
            "pinned": False,
            "type": self.kind,
            "flags": self.flags,
        }
        if self.nonce is not None:
            body["nonce"] = self.nonce
        if self.author.bot:
            body["application_id"] = str(self.author.id)
        if self.from_interaction:
            body["webhook_id"] = str(self.author.id)
            if self.interaction:
                body["interaction_metadata"] = self.interaction
        if self.reference is not None:
            body["message_reference"] = {
                "type": 0,
                "message_id": str(self.reference),
                "channel_id": str(self.channel.id),
            }
            replied_to = self.channel.messages.get(self.reference)
            if replied_to is not None and in_event:
                # Strict: as for an app without Message Content, also where it has that.
                visible = reader in (replied_to.author, *replied_to.mentions)
                body["referenced_message"] = replied_to.payload(reader=reader, with_content=visible)
        if self.reactions:
            body["reactions"] = [
                {
                    "count": len(users),
                    "count_details": {"burst": 0, "normal": len(users)},
                    "me": reader in users,
                    "me_burst": False,
                    "burst_colors": [],
                    "emoji": {"id": None, "name": emoji},
                }
                for emoji, users in self.reactions.items()
            ]
        guild = self.channel.guild
        if in_event and guild is not None:
            body["guild_id"] = str(guild.id)
            member = guild.members.get(self.author.id)
            if member is not None:
                body["member"] = member.payload(with_user=False)
        if in_event:
            body["channel_type"] = self.channel.kind
        return body


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, thread or direct conversation."""

    id: int
    name: str
    kind: int = TEXT
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)  # id -> (allow, deny)
    messages: dict[int, Message] = field(default_factory=dict)  # by id, oldest first
    thread_members: dict[int, User] = field(default_factory=dict)
    owner: User | None = None
    position: int = 0
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive: int = 4320
    created: str = ""

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread of either kind."""
        return self.kind in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def is_private_thread(self) -> bool:
        """Whether only invited members and moderators see it."""
        return self.kind == PRIVATE_THREAD

    @property
    def last_message_id(self) -> str | None:
        """The newest public message's id."""
        for message_id in reversed(self.messages):
            return str(message_id)
        return None

    def payload(self, *, member: User | None = None) -> Json:
        """The channel object; for a thread, `member` adds that user's thread membership."""
        if self.guild is None:
            return {
                "id": str(self.id),
                "type": DM,
                "last_message_id": self.last_message_id,
                "flags": 0,
                "recipients": [self.recipient.payload()] if self.recipient else [],
            }
        body: Json = {
            "id": str(self.id),
            "type": self.kind,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "parent_id": str(self.parent.id) if self.parent else None,
            "last_message_id": self.last_message_id,
            "rate_limit_per_user": 0,
            "flags": 0,
        }
        if self.is_thread:
            body |= {
                "owner_id": str(self.owner.id) if self.owner else "0",
                "message_count": len(self.messages),
                "total_message_sent": len(self.messages),
                "member_count": len(self.thread_members),
                "thread_metadata": {
                    "archived": self.archived,
                    "locked": self.locked,
                    "auto_archive_duration": self.auto_archive,
                    "archive_timestamp": self.created,
                    "create_timestamp": self.created,
                    "invitable": self.invitable,
                },
            }
            if member is not None and member.id in self.thread_members:
                body["member"] = self.thread_member(member)
            return body
        body |= {
            "position": self.position,
            "nsfw": False,
            "topic": None,
            "permission_overwrites": [
                {
                    "id": str(target),
                    "type": 0 if target in self.guild.roles else 1,
                    "allow": str(allow),
                    "deny": str(deny),
                }
                for target, (allow, deny) in self.overwrites.items()
            ],
        }
        if self.kind in (VOICE, STAGE):
            body |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
        return body

    def thread_member(self, user: User) -> Json:
        """The thread member object."""
        return {"id": str(self.id), "user_id": str(user.id), "join_timestamp": self.created, "flags": 0}


@dataclass(slots=True, eq=False)
class Guild:
    """A server. `crowd` counts further members who have no object of their own."""

    id: int
    name: str
    owner: User
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)  # threads too
    members: dict[int, Member] = field(default_factory=dict)
    command_permissions: dict[int, list[Json]] = field(default_factory=dict)  # command id -> entries
    automod: dict[int, Json] = field(default_factory=dict)
    crowd: int = 0
    joined: str = ""
    available: bool = True

    @property
    def everyone(self) -> Role:
        """The @everyone role."""
        return self.roles[self.id]

    def channel(self, name: str) -> Channel:
        """The channel or thread of that name. Raises KeyError."""
        return _named(self.channels.values(), name, "channel")

    def role(self, name: str) -> Role:
        """The role of that name. Raises KeyError."""
        return _named(self.roles.values(), name, "role")

    def payload(self, me: User, *, whole: bool = True, all_members: bool = False) -> Json:
        """The guild object; `whole` adds what only GUILD_CREATE carries, as the bot sees it."""
        body: Json = {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "owner_id": str(self.owner.id),
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 1,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [role.payload() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "widget_enabled": False,
            "widget_channel_id": None,
            "max_presences": None,
            "max_members": 500000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": self.locale,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "nsfw_level": 0,
            "nsfw": False,
            "premium_progress_bar_enabled": False,
            "home_header": None,
            "incidents_data": None,
        }
        if whole:
            members = self.members.values() if all_members else [self.members[me.id]]
            body |= {
                "joined_at": self.joined,
                "large": self.member_count > 250,
                "unavailable": False,
                "member_count": self.member_count,
                "voice_states": [],
                "members": [member.payload() for member in members],
                "channels": [one.payload() for one in self.channels.values() if not one.is_thread],
                "threads": [
                    one.payload(member=me)
                    for one in self.channels.values()
                    if one.is_thread and not one.archived and permissions.allows(one, me, "view_channel")
                ],
                "presences": [],
                "stage_instances": [],
                "guild_scheduled_events": [],
                "soundboard_sounds": [],
            }
        return body

    @property
    def member_count(self) -> int:
        """Everyone in the server, the bot included."""
        return len(self.members) + self.crowd


def _named(things: Iterable[_Named], name: str, what: str) -> _Named:
    for thing in things:
        if thing.name == name:
            return thing
    raise KeyError(f"no {what} called {name}")
