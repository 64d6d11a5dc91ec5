"""Reading back what the bot itself said: for posts that may have gone out, for choices after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import nio

from .client import Client

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Own:
    """An event of the bot's own. `content` is None where its key is gone, or somebody took it away; `at` in
    milliseconds since 1970."""

    event_id: str = field(repr=False)
    at: int
    content: Mapping[str, Any] | None = field(repr=False)


class Unreachable(Exception):
    """The server cannot be asked now, or will not say. `gone`: the bot is not in that room."""

    def __init__(self, *, gone: bool = False) -> None:
        super().__init__("gone" if gone else "unreachable")
        self.gone = gone


class History:
    """Looks back, a page at a time. Costs nothing of the purse."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def own(self, room_id: str, *, since: int = 0, most: int = 1000) -> AsyncIterator[Own | None]:
        """The bot's own messages in a room since a moment (milliseconds), newest first, out of the last
        `most` events; None at the end where there may be more. Raises `Unreachable`."""
        start, seen = "", 0
        while True:
            page = await self._page(room_id, start)
            for event in page.chunk:
                source = event.source
                at = int(source.get("origin_server_ts") or 0)
                if at < since:
                    return
                if source.get("sender") == self._client.user_id:
                    found = _message(source)
                    if found is not None:
                        yield found
            seen += len(page.chunk)
            if not page.chunk or not page.end or page.end == start:
                return
            if seen >= most:
                yield None
                return
            start = page.end

    async def _page(self, room_id: str, start: str) -> Any:
        try:
            page = await self._client.room_messages(
                room_id, start, limit=_AT_ONCE, direction=nio.MessageDirection.back
            )
        except OSError:
            raise Unreachable from None
        if isinstance(page, nio.RoomMessagesResponse):
            return page
        raise Unreachable(gone=page.transport_response is not None and page.transport_response.status == 403)

    async def event(self, room_id: str, event_id: str) -> Own | None:
        """One message, if it is the bot's own and is still there. Raises `Unreachable`."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id, safe='')}/event/{quote(event_id, safe='')}"
        try:
            answer = await self._client.request("GET", path)
        except OSError:
            raise Unreachable from None
        source = dict(answer.body)
        if answer.status != 200 or source.get("sender") != self._client.user_id:
            return None
        if source.get("type") == "m.room.encrypted" and self._client.olm is not None:
            parsed = nio.Event.parse_encrypted_event(source)
            if isinstance(parsed, nio.MegolmEvent):
                opened = self._client.olm._decrypt_megolm_no_error(parsed, room_id)
                if opened is not None:
                    return _message(opened.source)
        return _message(source)


def _message(source: Mapping[str, Any]) -> Own | None:
    kind, content = source.get("type"), source.get("content")
    if kind not in ("m.room.message", "m.room.encrypted") or not isinstance(content, Mapping):
        return None
    opened = content if kind == "m.room.message" and content else None
    return Own(str(source.get("event_id")), int(source.get("origin_server_ts") or 0), opened)
