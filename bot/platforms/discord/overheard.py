"""What people write to each other in rooms, read only where a space's cogs want to see it.

It needs the privileged intent Message Content. https://docs.discord.com/developers/resources/message and
…/events/gateway-events#message-create say what comes. Of servers no roles or threads are kept, so what is
needed of them is asked for once and remembered for a while: the rights that a writer's roles give, and the
room that a thread hangs in.
"""

from __future__ import annotations

import asyncio
import collections
import datetime
from collections.abc import Mapping
from typing import Any

from bot.sdk.people import Level
from bot.sdk.ports import Attached, Event, Front, Wrote
from bot.sdk.words import Message

from . import menus
from .names import Names
from .read import PLATFORM, Reader, level_of
from .rest import Failed, Rest

Json = Mapping[str, Any]

_BY_PEOPLE = frozenset({0, 19})
"""Messages and replies: resources/message#message-object-message-types."""
_REMEMBERED = 2_000


class Overheard:
    """Reads messages that were not written to Hearth. One for each connection."""

    def __init__(self, front: Front, reader: Reader, names: Names, rest: Rest) -> None:
        self._front = front
        self._reader = reader
        self._names = names
        self._rest = rest
        self._rights: collections.OrderedDict[str, asyncio.Task[Json | None]] = collections.OrderedDict()
        self._threads: collections.OrderedDict[str, asyncio.Task[Json | None]] = collections.OrderedDict()

    def wanted(self, data: Json) -> bool:
        """Whether somebody wants to see this message. Memory only."""
        guild = data.get("guild_id")
        return (
            guild is not None
            and self._front.watches(self._front.space_of(PLATFORM, str(guild)))
            and data.get("type", 0) in _BY_PEOPLE
            and "webhook_id" not in data
            and "author" in data
            and not data["author"].get("bot")
        )

    def forget(self, guild: str) -> None:
        """The roles of a server changed."""
        self._rights.pop(guild, None)

    async def read(self, data: Json, *, edited: bool) -> Event | None:
        """A message as the core understands it; None for an edit that changed no words."""
        changed = data.get("edited_timestamp") or ""
        if edited and not changed:
            return None  # an address was unfurled, a thread started, a pin set
        guild, author, member = str(data["guild_id"]), data["author"], data.get("member") or {}
        rights = await self._level(guild, str(author["id"]), member.get("roles") or ())
        person, place = self._reader.who_where({
            **data,
            "channel": await self._channel(guild, str(data["channel_id"])),
            "user": author,
            "member": {**member, "user": author, "permissions": str(rights)},
        })  # fmt: skip
        passed_on = [one.get("message") or {} for one in data.get("message_snapshots") or ()]
        files = [file for one in (data, *passed_on) for file in one.get("attachments") or ()]
        wrote = Wrote(
            Message(place, str(data["id"]), person, menus.words(data)),
            edited=edited,
            files=tuple(
                Attached(
                    str(one.get("filename") or ""),
                    str(one.get("content_type") or "application/octet-stream").split(";")[0],
                    int(one.get("size") or 0),
                )
                for one in files
            ),
            mentions=len({one["id"] for one in data.get("mentions") or ()} - {author["id"]}),
            everyone=bool(data.get("mention_everyone")),
            joined=_moment(member.get("joined_at")),
            at=_moment(data.get("timestamp")),
        )
        # The same message may be a command, too: that is another event. So is every edit of it.
        return Event(f"{data['id']} seen {changed}", person, place, wrote)

    async def _level(self, guild: str, account: str, roles: Any) -> int:
        """The permissions that a member's roles give on a server, as far as they make a level."""
        about = await self._once(self._rights, guild, f"/guilds/{guild}")
        if about is None:
            return 0
        held, rights = {*map(str, roles), guild}, 0
        for role in about.get("roles") or ():
            if str(role["id"]) in held:
                rights |= int(role["permissions"])
        return ~0 if str(about.get("owner_id")) == account else rights

    async def _channel(self, guild: str, channel: str) -> Json:
        """The room or thread of a message, as far as it can be known."""
        known = self._names.room(guild, channel)
        if known is not None:
            return {"id": channel, "name": known[1]}
        found = await self._once(self._threads, channel, f"/channels/{channel}")
        return found or {"id": channel}

    async def _once(
        self, held: collections.OrderedDict[str, asyncio.Task[Json | None]], key: str, path: str
    ) -> Json | None:
        """What Discord says about something, asked once for all who want to know at a time."""
        asked = held.get(key)
        if asked is None:
            asked = held[key] = asyncio.create_task(self._ask(path))
            while len(held) > _REMEMBERED:
                held.popitem(last=False)
        found = await asyncio.shield(asked)
        if found is None and held.get(key) is asked:
            del held[key]
        return found

    async def _ask(self, path: str) -> Json | None:
        try:
            about: Json = await self._rest.call("GET", path, people=False)
        except Failed:
            return None
        kept = ("id", "type", "name", "parent_id", "owner_id")
        roles = [
            {"id": one["id"], "permissions": one["permissions"]}
            for one in about.get("roles") or ()
            if level_of(int(one["permissions"])) > Level.MEMBER
        ]
        return {**{key: about[key] for key in kept if key in about}, "roles": roles}


def _moment(written: object) -> datetime.datetime | None:
    if not isinstance(written, str):
        return None
    try:
        return datetime.datetime.fromisoformat(written).astimezone(datetime.UTC)
    except ValueError:
        return None
