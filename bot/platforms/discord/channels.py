"""Where posts stand: threads below messages, archived ones, and how many people read in a room.

https://docs.discord.com/developers/topics/threads. A thread that was started from a message has that
message's id, so whoever knows the post knows its thread, whether it is there yet or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.sdk.people import Place, PlaceKind
from bot.sdk.ports import Later

from . import limits
from .literal import plain
from .rest import Failed, Limited, Refusal, Rest

T = TypeVar("T")

RETRY = (0.5, 1.5)
"""Seconds before the second and third try of a request that a lost connection or a 5xx struck."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
_WRONG_KIND, _ARCHIVED, _HAS_THREAD, _TOO_MANY = 50024, 50083, 160004, 160006
"""topics/opcodes-and-status-codes#json-json-error-codes: a channel of another kind, an archived thread, a
message that has a thread, a server with a thousand open threads."""
_NO_THREADS = frozenset({2, 10, 11, 12, 13})
"""Kinds of channel with messages but no threads below: voice, stage, and threads themselves."""
_THREADS = frozenset({10, 11, 12})
_VIEW = 1 << 10
_WEEK = 10080
_UNTIL_SOME_CLOSE = 60.0


class Channels:
    """Finds, opens and counts. One for each connection."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def again(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A request that does no harm when it is carried out twice. Raises a kind of `Failed`."""
        for pause in RETRY:
            try:
                return await self._rest.call(method, path, body, people=False, **more)
            except (Refusal, Limited):
                raise
            except Failed:
                await asyncio.sleep(pause)
        return await self._rest.call(method, path, body, people=False, **more)

    async def open(self, place: Place) -> str | Later:
        """Start the thread of a place below its message, or find that it is there: its id. A room that can
        have none is itself the place for what belongs below: its id. Raises a kind of `Failed`."""
        assert place.parent is not None
        name = limits.shortened(" ".join(plain(place.name).split()), limits.THREAD_NAME) or "\u2026"
        try:
            await self.again(
                "POST",
                f"/channels/{place.parent}/messages/{place.id}/threads",
                {"name": name, "auto_archive_duration": _WEEK},
                bucket=f"POST /channels/{place.parent}/messages/threads",
            )
        except Refusal as refusal:
            if refusal.code == _TOO_MANY:
                return Later(_UNTIL_SOME_CLOSE)
            if refusal.code == _WRONG_KIND:
                return place.parent
            if refusal.code != _HAS_THREAD:
                raise
        return place.id

    async def within(self, place: Place, act: Callable[[str], Awaitable[T]]) -> T:
        """Do something in the channel of a place, or in the room where what belongs in it stands. Raises a
        kind of `Failed`: of a thread that was never opened that its channel is unknown."""
        try:
            return await act(place.id)
        except Refusal as refusal:
            if refusal.code != UNKNOWN_CHANNEL or place.kind is not PlaceKind.THREAD or place.parent is None:
                raise
            parent = await self.again("GET", f"/channels/{place.parent}")
            if parent.get("type") not in _NO_THREADS:
                raise
        return await act(place.parent)

    async def change(self, method: str, channel: str, ref: str, body: Any = None, **more: Any) -> None:
        """Edit or delete a message. An archived thread is opened for it, unless it is locked. Raises a kind
        of `Failed`."""
        path, bucket = f"/channels/{channel}/messages/{ref}", f"{method} /channels/{channel}/messages"
        try:
            await self.again(method, path, body, bucket=bucket, **more)
        except Refusal as refusal:
            if refusal.code != _ARCHIVED:
                raise
            await self.again("PATCH", f"/channels/{channel}", {"archived": False})
            await self.again(method, path, body, bucket=bucket, **more)

    async def readers(self, place: Place) -> int | None:
        """How many people a server has, as Discord estimates it, where all of them read in the place; None
        anywhere else, for who is let in cannot be known without the list of members."""
        if place.kind is not PlaceKind.ROOM:
            return 1 if place.direct else None
        try:
            channel = await self.again("GET", f"/channels/{place.id}")
            if not channel.get("guild_id") or channel.get("type") in _THREADS:
                return None
            path = f"/guilds/{channel['guild_id']}"
            guild = await self.again("GET", path, query={"with_counts": "true"})
        except Failed:
            return None
        counted = guild.get("approximate_member_count")
        if counted is None or not _all_see(guild, channel):
            return None
        # Every bot that was given a permission has a role of its own; Hearth may have been given none.
        bots = {(role.get("tags") or {}).get("bot_id") for role in guild.get("roles") or ()} - {None}
        return max(0, int(counted) - max(1, len(bots)))


def _all_see(guild: Any, channel: Any) -> bool:
    everyone = str(guild["id"])
    overwrites = channel.get("permission_overwrites") or ()
    if any(int(one["deny"]) & _VIEW for one in overwrites):
        return False
    allowed = any(str(one["id"]) == everyone and int(one["allow"]) & _VIEW for one in overwrites)
    return allowed or any(
        str(role["id"]) == everyone and int(role["permissions"]) & _VIEW for role in guild.get("roles") or ()
    )
