"""Reading back what stands in rooms: for posts that may have gone out, for choices after a restart, for what
a command is about, and for everything that belongs to a message when it is taken away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import nio

from .client import Client
from .write import KEY

_AT_ONCE = 50
_BEHIND = 250
"""Events after a message among which the rest of it is looked for: files follow it at once, or when the
purse allows."""


@dataclass(frozen=True, slots=True)
class Own:
    """A message of the bot's own, as it reads now. `content` is None where its key is gone, or somebody took
    it away; `at` in milliseconds since 1970."""

    event_id: str = field(repr=False)
    at: int
    content: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the server keeps it. `content` is None where its key is gone; `relation` is never
    encrypted. `latest` is what its author last put in its place, None for what was not edited."""

    event_id: str = field(repr=False)
    sender: str = field(repr=False)
    at: int
    content: Mapping[str, Any] | None = field(repr=False)
    relation: Mapping[str, Any] = field(repr=False)
    latest: Mapping[str, Any] | None = field(default=None, repr=False)
    gone: bool = False
    """Somebody took it away."""

    @property
    def thread(self) -> str | None:
        """The root of the thread that it stands in."""
        return _related(self.relation, "m.thread")

    @property
    def replaces(self) -> str | None:
        """The message that it is an edit of."""
        return _related(self.relation, "m.replace")


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
        edits: dict[str, Mapping[str, Any]] = {}
        while True:
            page = await self._page(room_id, start)
            for event in page.chunk:
                source = event.source
                at = int(source.get("origin_server_ts") or 0)
                if at < since:
                    return
                if source.get("sender") != self._client.user_id:
                    continue
                target, new = _edit(source)
                if target is not None:
                    if new is not None:
                        edits.setdefault(target, new)
                    continue
                found = _message(source)
                if found is not None:
                    yield _as_edited(found, edits.get(found.event_id))
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
        found = await self.message(room_id, event_id)
        if found is None or found.sender != self._client.user_id:
            return None
        own = Own(found.event_id, found.at, None if found.gone else found.content)
        return _as_edited(own, found.latest)

    async def message(self, room_id: str, event_id: str) -> Stored | None:
        """One message; None where there is none of that id. Raises `Unreachable`."""
        source = await self._ask(_path(room_id, "event", event_id))
        if source is None or source.get("type") not in ("m.room.message", "m.room.encrypted"):
            return None
        sender, clear = source.get("sender"), _content(source)
        opened = _content(self._opened(room_id, source))
        readable = opened if "body" in opened or "m.new_content" in opened else None
        relation = clear.get("m.relates_to", opened.get("m.relates_to"))
        return Stored(
            str(source.get("event_id")),
            str(sender),
            int(source.get("origin_server_ts") or 0),
            readable,
            relation if isinstance(relation, Mapping) else {},
            self._latest(room_id, source),
            gone=not clear,
        )

    async def original(self, room_id: str, event_id: str) -> Stored | None:
        """The same; where that is an edit, the message that it edits."""
        found = await self.message(room_id, event_id)
        if found is not None and found.replaces is not None:
            return await self.message(room_id, found.replaces)
        return found

    def _latest(self, room_id: str, source: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a message's author last put in its place: servers tell it with the message."""
        known: Any = source.get("unsigned")
        for key in ("m.relations", "m.replace"):
            known = known.get(key) if isinstance(known, Mapping) else None
        if not isinstance(known, Mapping) or known.get("sender") != source.get("sender"):
            return None
        return _edit(self._opened(room_id, known))[1]

    def _opened(self, room_id: str, source: Mapping[str, Any]) -> Mapping[str, Any]:
        if source.get("type") != "m.room.encrypted" or self._client.olm is None:
            return source
        parsed = nio.Event.parse_encrypted_event(dict(source))
        if not isinstance(parsed, nio.MegolmEvent):
            return source
        opened = self._client.olm._decrypt_megolm_no_error(parsed, room_id)
        return opened.source if opened is not None else source

    async def belonging(self, room_id: str, found: Stored) -> list[str]:
        """What else goes when this message goes: its edits, and where it is the bot's own, the rest of a
        long one and its files. Raises `Unreachable`."""
        path = _path(room_id, "relations", found.event_id, "m.replace", version="v1")
        edits = await self._ask(f"{path}?limit=100")
        belong = [
            str(one.get("event_id"))
            for one in _events(edits, "chunk")
            if one.get("sender") == found.sender and _content(one)
        ]
        if found.sender != self._client.user_id:
            return belong
        around = await self._ask(f"{_path(room_id, 'context', found.event_id)}?limit=1")
        start = around.get("end") if around is not None else None
        after = _events(around, "events_after")
        if isinstance(start, str):
            query = f"?dir=f&limit={_BEHIND}&from={quote(start, safe='')}"
            after += _events(await self._ask(_path(room_id, "messages") + query), "chunk")
        return belong + [
            str(one.get("event_id"))
            for one in after
            if one.get("sender") == self._client.user_id and _continues(_content(one), found)
        ]

    async def _ask(self, path: str) -> dict[str, Any] | None:
        try:
            answer = await self._client.request("GET", path)
        except OSError:
            raise Unreachable from None
        if answer.status == 200:
            return dict(answer.body)
        if answer.status == 404:
            return None
        raise Unreachable(gone=answer.status == 403)


def _path(room_id: str, *parts: str, version: str = "v3") -> str:
    tail = "/".join(quote(part, safe="") for part in (room_id, *parts))
    return f"/_matrix/client/{version}/rooms/{tail}"


def _events(answer: Mapping[str, Any] | None, key: str) -> list[Mapping[str, Any]]:
    found = answer.get(key) if answer is not None else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _content(source: Mapping[str, Any]) -> Mapping[str, Any]:
    content = source.get("content")
    return content if isinstance(content, Mapping) else {}


def _related(relation: Mapping[str, Any], kind: str) -> str | None:
    target = relation.get("event_id")
    return target if relation.get("rel_type") == kind and isinstance(target, str) else None


def _edit(source: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any] | None]:
    """What an event puts something new in the place of, and that, where it can be read."""
    content = _content(source)
    relation = content.get("m.relates_to")
    target = _related(relation, "m.replace") if isinstance(relation, Mapping) else None
    new = content.get("m.new_content")
    return target, new if target is not None and isinstance(new, Mapping) else None


def _continues(content: Mapping[str, Any], first: Stored) -> bool:
    """Whether an event of the bot's own goes on where another one ended: it answers that one, in the same
    thread. What is said in a thread *under* it answers it, too, and does not belong to it."""
    relation = content.get("m.relates_to")
    answered = relation.get("m.in_reply_to") if isinstance(relation, Mapping) else None
    return (
        isinstance(relation, Mapping)
        and isinstance(answered, Mapping)
        and answered.get("event_id") == first.event_id
        and _related(relation, "m.thread") == first.thread
    )


def _message(source: Mapping[str, Any]) -> Own | None:
    kind, content = source.get("type"), source.get("content")
    if kind not in ("m.room.message", "m.room.encrypted") or not isinstance(content, Mapping):
        return None
    opened = content if kind == "m.room.message" and content else None
    return Own(str(source.get("event_id")), int(source.get("origin_server_ts") or 0), opened)


def _as_edited(own: Own, new: Mapping[str, Any] | None) -> Own:
    """A message as it reads now; its mark stays, whatever it says."""
    if new is None or own.content is None:
        return own
    said, now = own.content.get(KEY), new.get(KEY)
    carried: dict[str, Any] = dict(now) if isinstance(now, Mapping) else {}
    if isinstance(said, Mapping) and "mark" in said:
        carried["mark"] = said["mark"]
    return Own(own.event_id, own.at, {**new, KEY: carried})
