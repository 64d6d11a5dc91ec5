"""Permission bits and how roles and channel overwrites add up.

Source: https://docs.discord.com/developers/topics/permissions
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .state import Channel, Guild, User

BITS: Final[dict[str, int]] = {
    "create_instant_invite": 1 << 0,
    "kick_members": 1 << 1,
    "ban_members": 1 << 2,
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_audit_log": 1 << 7,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_external_emojis": 1 << 18,
    "connect": 1 << 20,
    "speak": 1 << 21,
    "change_nickname": 1 << 26,
    "manage_nicknames": 1 << 27,
    "manage_roles": 1 << 28,
    "manage_webhooks": 1 << 29,
    "use_application_commands": 1 << 31,
    "manage_events": 1 << 33,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
    "moderate_members": 1 << 40,
    "create_events": 1 << 44,
    "pin_messages": 1 << 51,
}

ALL: Final = sum(BITS.values())

EVERYONE: Final = sum(
    BITS[name]
    for name in (
        "view_channel",
        "send_messages",
        "read_message_history",
        "use_application_commands",
        "embed_links",
        "attach_files",
        "add_reactions",
        "connect",
        "speak",
        "create_public_threads",
        "create_private_threads",
        "send_messages_in_threads",
        "change_nickname",
        "create_instant_invite",
    )
)
"""What a new server's @everyone role may do (close to Discord's default; the bot needs none beyond it)."""


def bits(names: str | Iterable[str]) -> int:
    """The bit field of permission names. Raises KeyError for a name Discord does not have."""
    if isinstance(names, str):
        names = (names,)
    total = 0
    for name in names:
        total |= BITS[name]
    return total


def in_guild(guild: Guild, user: User) -> int:
    """The server-wide permissions of a member; 0 for a stranger."""
    member = guild.members.get(user.id)
    if member is None:
        return 0
    if guild.owner is user:
        return ALL
    total = guild.everyone.permissions
    for role in member.roles:
        total |= role.permissions
    return ALL if total & BITS["administrator"] else total


def in_channel(channel: Channel, user: User) -> int:
    """The permissions of a member in a channel or thread, overwrites applied."""
    guild = channel.guild
    if guild is None:
        return ALL & ~BITS["administrator"] if channel.recipient is user or user.bot else 0
    member = guild.members.get(user.id)
    total = in_guild(guild, user)
    if member is None or total & BITS["administrator"]:
        return total
    parent = channel.parent if channel.is_thread and channel.parent else channel
    allow, deny = parent.overwrites.get(guild.id, (0, 0))
    total = total & ~deny | allow
    allow = deny = 0
    for role in member.roles:
        role_allow, role_deny = parent.overwrites.get(role.id, (0, 0))
        allow |= role_allow
        deny |= role_deny
    total = total & ~deny | allow
    allow, deny = parent.overwrites.get(user.id, (0, 0))
    total = total & ~deny | allow
    hidden = not total & BITS["view_channel"]
    if channel.is_private_thread and user.id not in channel.thread_members:
        hidden = hidden or not total & BITS["manage_threads"]
    return 0 if hidden else total


def allows(channel: Channel, user: User, *names: str) -> bool:
    """Whether the user has all the named permissions in the channel."""
    wanted = bits(names)
    return in_channel(channel, user) & wanted == wanted
