"""What people write to each other in rooms, read only where a space's cogs want to see it.

It needs the privileged intent Message Content. https://docs.discord.com/developers/resources/message and
…/events/gateway-events#message-create say what comes. Of servers no threads are kept, so the room that one
hangs in is asked for once and remembered for a while.
"""

from __future__ import annotations

import asyncio
import collections
import datetime
from collections.abc import Mapping
from typing import Any

from bot.sdk.ports import Attached, Event, Front, Wrote
from bot.sdk.words import Message

from . import menus
from .names import Names
from .powers import Powers
from .read import PLATFORM, Reader
from .rest import Failed, Rest

Json = Mapping[str, Any]

_BY_PEOPLE = frozenset({0, 19})
"""Messages and replies: resources/message#message-object-message-types."""
_REMEMBERED = 2_000


class Overheard:
    """Reads messages that were not written to Hearth. One for each connection."""

    def __init__(self, front: Front, reader: Reader, names: Names, rest: Rest, powers: Powers) -> None:
        self._front = front
        self._reader = reader
        self._names = names
        self._rest = rest
        self._powers = powers
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

    async def read(self, data: Json, *, edited: bool) -> Event | None:
        """A message as the core understands it; None for an edit that changed no words."""
        changed = data.get("edited_timestamp") or ""
        if edited and not changed:
            return None  # an address was unfurled, a thread started, a pin set
        guild, author, member = str(data["guild_id"]), data["author"], data.get("member") or {}
        rights = await self._powers.rights(guild, str(author["id"]), member.get("roles") or ())
        person, place = self._reader.who_where({
            **data,
            "channel": await self._channel(guild, str(data["channel_id"])),
            "user": author,
            "member": {**member, "user": author, "permissions": str(rights or 0)},
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

    async def _channel(self, guild: str, channel: str) -> Json:
        """The room or thread of a message, as far as it can be known."""
        known = self._names.room(guild, channel)
        if known is not None:
            return {"id": channel, "name": known[1]}
        asked = self._threads.get(channel)
        if asked is None:
            asked = self._threads[channel] = asyncio.create_task(self._ask(channel))
            while len(self._threads) > _REMEMBERED:
                self._threads.popitem(last=False)
        found = await asyncio.shield(asked)
        if found is None and self._threads.get(channel) is asked:
            del self._threads[channel]
        return found or {"id": channel}

    async def _ask(self, channel: str) -> Json | None:
        try:
            about: Json = await self._rest.call("GET", f"/channels/{channel}", people=False)
        except Failed:
            return None
        return {key: about[key] for key in ("id", "type", "name", "parent_id") if key in about}


def _moment(written: object) -> datetime.datetime | None:
    if not isinstance(written, str):
        return None
    try:
        return datetime.datetime.fromisoformat(written).astimezone(datetime.UTC)
    except ValueError:
        return None
