"""What goes out: paced, repeated with the same transaction id, encrypted for the right people only.

An action ends in one of four ways: the server has it, the server refused it for good, it was not sent
for now, or nobody can tell. 502 and lost connections are repeated here (nio does not), 429 is obeyed as
the server says.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import random
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from .purse import EVERY, Pace, Urgency
from .rooms import Rooms

PATIENCE = 120.0
"""Seconds during which a failing server is asked again; the homeserver keeps transaction ids for a day."""
LARGEST, LARGEST_ENCRYPTED = 60_000, 45_000
"""Bytes of one event's content; the specification allows 65,536 for the whole event, and encrypting adds a
third."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has it. `event_id` names the event, or the room for a room."""

    event_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good. `why`: a Matrix error code, or `gone`, `not private`, `too large`."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether the server has it."""


@dataclass(frozen=True, slots=True)
class Later:
    """The server surely does not have it, and may take it after `seconds`."""

    seconds: float


Outcome = Sent | Refused | Unknown | Later


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say. An answer is a notice; a prompt that should be noticed is not.

    `thread` is a thread's root, `answers` the event being answered, `replaces` an own event to edit;
    `extra` goes into the content as it is (a post's mark, say).
    """

    body: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    notice: bool = True
    mentions: tuple[str, ...] = field(default=(), repr=False)
    thread: str | None = field(default=None, repr=False)
    answers: str | None = field(default=None, repr=False)
    replaces: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


NO_PREVIEWS: Mapping[str, Any] = {"m.url_previews": [], "com.beeper.linkpreviews": []}
"""Nothing is to be fetched and shown for links in a message (MSC4095, still open: clients that know it have
one name or the other)."""


def content_of(message: Message) -> dict[str, Any]:
    """The content of an `m.room.message`. Always with `m.mentions`, so that nobody is pinged by chance."""
    said: dict[str, Any] = {
        "msgtype": "m.notice" if message.notice else "m.text",
        "body": message.body,
        "m.mentions": {"user_ids": list(message.mentions)} if message.mentions else {},
        **NO_PREVIEWS,
        **message.extra,
    }
    if message.html is not None:
        said |= {"format": "org.matrix.custom.html", "formatted_body": message.html}
    if message.replaces is not None:
        relation: dict[str, Any] = {"rel_type": "m.replace", "event_id": message.replaces}
        return said | {"body": f"* {message.body}", "m.new_content": said, "m.relates_to": relation}
    related = relation_of(message.thread, message.answers)
    return said | {"m.relates_to": related} if related else said


def relation_of(thread: str | None, answers: str | None) -> dict[str, Any]:
    """What an event that is no edit says of others: the thread it stands in, the event it answers."""
    if thread is None:
        return {"m.in_reply_to": {"event_id": answers}} if answers is not None else {}
    return {
        "rel_type": "m.thread",
        "event_id": thread,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": answers or thread},
    }


def transaction(cause: str) -> str:
    """The transaction id that belongs to a cause: the same cause is the same event, also after a restart."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"hearth:" + cause.encode()).digest()[:24]).decode()


class Answer(Protocol):
    """A server's answer."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None


class Client(Protocol):
    """The account's connection (`client.Client`)."""

    user_id: str
    plain: bool

    async def request(self, method: str, path: str, body: object = None) -> Answer:
        """One request. Raises OSError when the connection failed."""

    async def ready(self, room_id: str) -> None:
        """Bring the room's encryption up to date. Raises OSError."""

    def encrypt(self, room_id: str, message_type: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Encrypt for the room."""

    def readers(self, room_id: str) -> set[str]:
        """Who can read what is encrypted for the room now."""

    def hurrying(self) -> contextlib.AbstractContextManager[None]:
        """While somebody in need waits."""


class Actions:
    """Single requests that draw on the account's purse."""

    def __init__(
        self,
        client: Client,
        pace: Pace,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        dice: random.Random | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._client, self.pace = client, pace
        self._sleep, self._monotonic = sleep, monotonic
        self._dice = dice or random.Random()  # noqa: S311 - jitter, not a secret
        self._patience = patience

    async def do(
        self,
        method: str,
        path: str,
        body: object,
        urgency: Urgency,
        *,
        repeatable: bool = True,
        own_limit: bool = False,
        turn: int | None = None,
    ) -> Mapping[str, Any] | Refused | Unknown | Later:
        """Do it, when the purse allows. The server's JSON, or why there is none.

        What is not `repeatable` is never repeated after an answer was lost. With `own_limit` (rooms,
        joins and invitations have one besides) a long 429 says nothing about everything else: `Later`.
        `turn` is a permit got before.
        """
        if turn is None:
            turn = await self.pace.permit(urgency)
        until = self._monotonic() + self._patience
        failures = 0
        while True:
            try:
                answer = await self._client.request(method, path, body)
            except OSError:
                status = 0
            else:
                status = answer.status
                if 200 <= status < 300:
                    return answer.body
                if status == 429:
                    wait = answer.retry_after or 0.0
                    if own_limit and wait > EVERY:
                        return Later(wait)
                    self.pace.purse.refused(wait)
                    if self._monotonic() + wait > until:
                        return Later(wait)
                    await self.pace.permit(urgency, turn)
                    continue
                if 400 <= status < 500:
                    return Refused(str(answer.body.get("errcode") or status))
            if not repeatable:
                return Unknown()
            failures += 1
            pause = min(15.0, 0.25 * 2 ** min(failures, 8)) * (0.5 + self._dice.random() / 2)
            if self._monotonic() + pause > until:
                return Unknown()
            await self._sleep(pause)

    async def prepare(self, work: Callable[[], Awaitable[None]]) -> Later | None:
        """Do some work that must be done before an action, again and again if the connection fails."""
        until, failures = self._monotonic() + self._patience, 0
        while True:
            try:
                await work()
            except OSError:
                failures += 1
            else:
                return None
            pause = min(15.0, 0.25 * 2 ** min(failures, 8)) * (0.5 + self._dice.random() / 2)
            if self._monotonic() + pause > until:
                return Later(pause)
            await self._sleep(pause)


class Speaker:
    """Says things in rooms."""

    def __init__(self, client: Client, rooms: Rooms, actions: Actions) -> None:
        self._client, self._rooms, self._actions = client, rooms, actions
        # Messages of one room leave in the order in which they got their permit.
        self._order: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def say(
        self,
        room_id: str,
        message: Message,
        *,
        cause: str,
        urgency: Urgency,
        private_to: str | None = None,
    ) -> Outcome:
        """Say it once: the same `cause` is the same message, whatever breaks in between.

        With `private_to`, only if this very person and the bot are all who are here and can read it.
        """
        return await self.send(
            room_id,
            "m.room.message",
            content_of(message),
            cause=cause,
            urgency=urgency,
            private_to=private_to,
        )

    async def react(self, room_id: str, event_id: str, key: str, *, cause: str, urgency: Urgency) -> Outcome:
        """Put a reaction under an event. It is never encrypted: never a private answer."""
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}
        return await self.send(room_id, "m.reaction", content, cause=cause, urgency=urgency)

    async def redact(self, room_id: str, event_id: str, urgency: Urgency = Urgency.CLEANUP) -> Outcome:
        """Take an event away. Costs like a message, so it goes last."""
        path = _room_path(room_id, "redact", event_id, transaction(f"redact:{event_id}"))
        return _outcome(await self._actions.do("PUT", path, {}, urgency))

    async def send(
        self,
        room_id: str,
        kind: str,
        content: dict[str, Any],
        *,
        cause: str,
        urgency: Urgency,
        private_to: str | None = None,
    ) -> Outcome:
        """Send an event of any kind, encrypted where the room is."""
        where = self._rooms.get(room_id)
        encrypted = where is not None and where.encrypted
        if encrypted and self._client.plain:
            return Refused("no encryption")
        if len(json.dumps(content).encode()) > (LARGEST_ENCRYPTED if encrypted else LARGEST):
            return Refused("too large")
        with self._client.hurrying() if urgency is Urgency.RESCUE else contextlib.nullcontext():
            prepared = await self._prepare(room_id)
            if prepared is not None:
                return prepared
            turn = await self._actions.pace.permit(urgency)
            async with self._order.setdefault(room_id, asyncio.Lock()):
                # Waiting for the permit took time: members and devices may have changed.
                prepared = await self._prepare(room_id)
                if prepared is not None:
                    return prepared
                # From here to the encrypted text nothing is awaited: what was checked is still true.
                room = self._rooms.get(room_id)
                if room is None:
                    return Refused("gone")
                if private_to is not None and not self._private(room_id, private_to):
                    return Refused("not private")
                body: dict[str, Any] = content
                if room.encrypted and kind != "m.reaction":
                    kind, body = self._client.encrypt(room_id, kind, dict(content))
                path = _room_path(room_id, "send", kind, transaction(cause))
                return _outcome(await self._actions.do("PUT", path, body, urgency, turn=turn))

    def _private(self, room_id: str, person: str) -> bool:
        return self._rooms.private(room_id, person) and self._client.readers(room_id) <= {
            person,
            self._client.user_id,
        }

    async def _prepare(self, room_id: str) -> Refused | Later | None:
        room = self._rooms.get(room_id)
        if room is None:
            return Refused("gone")
        return await self._actions.prepare(lambda: self._client.ready(room_id)) if room.encrypted else None


def _room_path(room_id: str, *parts: str) -> str:
    return "/_matrix/client/v3/rooms/" + "/".join(quote(part, safe="") for part in (room_id, *parts))


def _outcome(found: Mapping[str, Any] | Refused | Unknown | Later) -> Outcome:
    if isinstance(found, Refused | Unknown | Later):
        return found
    return Sent(str(found.get("event_id", "")))
