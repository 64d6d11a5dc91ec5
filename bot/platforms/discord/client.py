"""The connection: discord.py's sharded client, cut down to what Hearth hears.

Three inner parts of discord.py 2.7 are overridden, and `tests/platforms/discord/test_client.py` pins each:
the table of event parsers (`ConnectionState.parsers`), so that Hearth gets interactions and messages as
Discord sent them, before an object is made of each part; `_add_guild_from_data`, so that no server is kept;
and `Client._get_state`, which builds the state. What stays discord.py's: logging in, shards, heartbeats,
resuming, and coming back after a lost connection.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from discord.state import AutoShardedConnectionState

Hears = Callable[[str, Mapping[str, Any]], None]

HEARD = (
    "INTERACTION_CREATE",
    "MESSAGE_CREATE",
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "AUTO_MODERATION_ACTION_EXECUTION",
)
"""The events that are handed on; all others are dropped before anything is made of them."""
EDITED = "MESSAGE_UPDATE"
"""Handed on besides where Hearth may read what people write."""


def intents(*, content: bool = False) -> discord.Intents:
    """What Discord is asked to send, nothing privileged: servers (with their rooms and roles), direct
    messages, and messages in rooms (their words come only where Hearth is mentioned, or with `content`,
    which is privileged)."""
    asked = discord.Intents.none()
    asked.guilds = True
    asked.dm_messages = True
    asked.guild_messages = True
    asked.auto_moderation_execution = True  # comes only where Hearth may manage the server
    asked.message_content = content
    return asked


def hush() -> None:
    """discord.py writes whole events and bodies to its debug log: members' words. Never here. It also misses
    a library for voice, which Hearth does not use."""
    discord.VoiceClient.warn_dave = False
    for name in ("discord.gateway", "discord.http", "discord.client", "discord.webhook", "discord.state"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))


class State(AutoShardedConnectionState["Client"]):
    """The connection's state, which keeps no server, channel, role, member or message."""

    def __init__(self, *args: Any, hears: Hears, content: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = {event: self.parsers[event] for event in ("READY", "RESUMED")}
        self.parsers = kept | {
            event: functools.partial(hears, event) for event in (*HEARD, *[EDITED] * content)
        }

    def _add_guild_from_data(self, data: Any) -> None:  # type: ignore[override]  # no caller left uses it
        """Called for every server named in READY: nothing is kept."""


class Client(discord.AutoShardedClient):
    """discord.py's client with `State`. Everything that happens goes to `hears`, as it came; `came` is called
    when a shard has signed in or resumed, and once more when all of them have."""

    def __init__(
        self,
        hears: Hears,
        came: Callable[[], None],
        *,
        shard_ids: Sequence[int] | None = None,
        shard_count: int | None = None,
        content: bool = False,
    ) -> None:
        self._hears = hears
        self._content = content
        self._came = came
        self._away: set[int] = set()
        super().__init__(
            intents=intents(content=content),
            shard_count=shard_count,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0,
            enable_debug_events=False,
        )
        self.shard_ids = list(shard_ids) if shard_ids is not None else None

    def _get_state(self, **options: Any) -> State:
        return State(
            dispatch=self.dispatch,
            handlers=self._handlers,
            hooks=self._hooks,
            http=self.http,
            hears=self._hears,
            content=self._content,
            **options,
        )

    @property
    def whole(self) -> bool:
        """Whether every shard has signed in, or resumed, since its connection was last lost."""
        return self.is_ready() and not self._away

    async def on_ready(self) -> None:
        """Every shard has signed in, for the first time."""
        self._came()

    async def on_shard_ready(self, shard_id: int) -> None:
        """A shard has signed in, perhaps anew."""
        self._away.discard(shard_id)
        self._came()

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A shard goes on where its connection was lost."""
        self._away.discard(shard_id)
        self._came()

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A shard's connection was lost."""
        self._away.add(shard_id)
