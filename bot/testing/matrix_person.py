"""A person's encrypted Matrix client, for tests: joins, talks, and sees what a strict client would show.

Written apart from the bot's own signing, so that the two check each other. A *strict* person does what
clients of 2026 do (MSC4153): hands no room key to a device its owner has not signed, and does not show
what comes from one.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import quote

import nio
import vodozemac
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio.store import SqliteMemoryStore

from .synapse import Login, Synapse

PATIENCE = 15.0
_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}

for _noisy in ("nio", "peewee"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Seen:
    """One event as this person's client shows it. `shown` is False for what a strict client hides."""

    room_id: str
    event_id: str
    sender: str
    kind: str
    content: dict[str, Any]
    encrypted: bool
    shown: bool = True
    at: int = 0
    source: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def body(self) -> str:
        """The plain words."""
        return str(self.content.get("body", ""))


class NotTaken(Exception):
    """The server does not take what somebody says; its own words tell why."""


class Person:
    """Somebody with a client. Use as `async with await Person.arrive(server, "ann") as ann`."""

    def __init__(self, server: Synapse, login: Login, *, strict: bool) -> None:
        self.server, self.login, self.strict = server, login, strict
        self.user_id = login.user_id
        self.client = nio.AsyncClient(
            server.url,
            login.user_id,
            config=nio.AsyncClientConfig(
                store=SqliteMemoryStore, encryption_enabled=True, store_sync_tokens=False
            ),
        )
        self.client.restore_login(login.user_id, login.device_id, login.access_token)
        self.events: list[Seen] = []
        self.invites: dict[str, list[dict[str, Any]]] = {}
        self._news = asyncio.Condition()
        self._running: asyncio.Task[None] | None = None
        self._waiting: list[tuple[str, Any]] = []
        self._good: dict[tuple[str, str], bool] = {}

    @classmethod
    async def arrive(
        cls,
        server: Synapse,
        name: str | None = None,
        *,
        strict: bool = False,
        signed: bool = True,
        login: Login | None = None,
    ) -> Person:
        """Register (unless `login` is given), upload keys, cross-sign, start syncing."""
        person = cls(server, login or server.register(name or f"p{secrets.token_hex(4)}"), strict=strict)
        await person.client.sync(timeout=0, full_state=True)
        await person.client.keys_upload()
        if signed:
            await person.cross_sign()
        person._running = asyncio.create_task(person._run())
        return person

    async def __aenter__(self) -> Person:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave_server()

    async def leave_server(self) -> None:
        """Stop the client."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.client.close()

    # --- doing -----------------------------------------------------------------------------------

    async def create(
        self,
        *invite: str,
        encrypted: bool = True,
        direct: bool = False,
        name: str | None = None,
        preset: str = "private_chat",
        version: str | None = None,
        levels: dict[str, Any] | None = None,
        **more: Any,
    ) -> str:
        """Make a room; returns its id once the own client knows it."""
        wanted: dict[str, Any] = {"preset": preset, "invite": list(invite), "is_direct": direct, **more}
        wanted["initial_state"] = ([_ENCRYPTION] if encrypted else []) + more.get("initial_state", [])
        if name:
            wanted["name"] = name
        if version:
            wanted["room_version"] = version
        if levels:
            wanted["power_level_content_override"] = levels
        room_id = str((await self.api("POST", "/createRoom", wanted))["room_id"])
        await self.until(lambda: self.sees(room_id))
        return room_id

    async def direct(self, who: str, *, encrypted: bool = True) -> str:
        """Make a room for two, as clients do."""
        return await self.create(who, encrypted=encrypted, direct=True, preset="trusted_private_chat")

    async def join(self, room_id: str) -> None:
        """Join, and wait until the own client knows the room."""
        await self.api("POST", f"/join/{_q(room_id)}", {})
        await self.until(lambda: self.sees(room_id))

    async def leave(self, room_id: str) -> None:
        """Leave."""
        await self.api("POST", f"/rooms/{_q(room_id)}/leave", {})

    async def invite(self, room_id: str, who: str) -> None:
        """Invite somebody."""
        await self.api("POST", f"/rooms/{_q(room_id)}/invite", {"user_id": who})

    async def kick(self, room_id: str, who: str) -> None:
        """Throw somebody out."""
        await self.api("POST", f"/rooms/{_q(room_id)}/kick", {"user_id": who})

    async def state(self, room_id: str, kind: str, content: dict[str, Any], key: str = "") -> str:
        """Set a state event."""
        done = await self.api("PUT", f"/rooms/{_q(room_id)}/state/{kind}/{key}", content)
        return str(done["event_id"])

    async def say(self, room_id: str, words: str, **more: Any) -> str:
        """Say something; `more` goes into the content. Returns the event's id."""
        return await self.send(room_id, {"msgtype": "m.text", "body": words, "m.mentions": {}, **more})

    async def send(self, room_id: str, content: dict[str, Any], kind: str = "m.room.message") -> str:
        """Send any content, encrypted where the room is. Raises NotTaken."""
        if self.strict and self.client.rooms[room_id].encrypted:
            await self._shun_unsigned(room_id)
        response = await self.client.room_send(room_id, kind, content, ignore_unverified_devices=True)
        if not isinstance(response, nio.RoomSendResponse):
            raise NotTaken(str(response))
        return str(response.event_id)

    async def reply(self, room_id: str, event_id: str, words: str, *, quote: str | None = None) -> str:
        """Answer an event; with `quote` as older clients do."""
        body = f"> <@x:y> {quote}\n\n{words}" if quote else words
        return await self.say(room_id, body, **{"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}})

    async def in_thread(self, room_id: str, root: str, words: str) -> str:
        """Say something in a thread."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        return await self.say(room_id, words, **{"m.relates_to": relation})

    async def edit(self, room_id: str, event_id: str, words: str) -> str:
        """Change what was said."""
        new = {"msgtype": "m.text", "body": words, "m.mentions": {}}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return await self.say(room_id, f"* {words}", **{"m.new_content": new, "m.relates_to": relation})

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        """Put a reaction under an event."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, {"m.relates_to": relation}, "m.reaction")

    async def redact(self, room_id: str, event_id: str) -> str:
        """Take an event away."""
        path = f"/rooms/{_q(room_id)}/redact/{_q(event_id)}/{secrets.token_hex(6)}"
        return str((await self.api("PUT", path, {}))["event_id"])

    async def api(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """A plain request below /_matrix/client/v3. Raises AssertionError for anything but 2xx."""
        response = await self.client.send(
            method,
            f"/_matrix/client/v3{path}",
            None if body is None else json.dumps(body),
            {"Authorization": f"Bearer {self.login.access_token}", "Content-Type": "application/json"},
        )
        found: dict[str, Any] = await response.json()
        if response.status >= 300:
            raise AssertionError(f"{method} {path.split('?')[0]}: {response.status} {found}")
        return found

    # --- seeing ----------------------------------------------------------------------------------

    def sees(self, room_id: str) -> bool:
        """Whether this person is in the room, as far as their client knows."""
        return room_id in self.client.rooms

    def heard(self, room_id: str | None = None, *, by: str | None = None) -> list[Seen]:
        """The messages seen so far, oldest first."""
        return [
            e
            for e in self.events
            if e.kind == "m.room.message"
            and (room_id is None or e.room_id == room_id)
            and (by is None or e.sender == by)
        ]

    async def wait(self, wanted: Callable[[Seen], bool], *, patience: float = PATIENCE) -> Seen:
        """The first event, seen already or still to come, that fits. Raises TimeoutError."""
        found: list[Seen] = []

        def there() -> bool:
            found[:] = [event for event in self.events if wanted(event)]
            return bool(found)

        await self.until(there, patience=patience)
        return found[0]

    async def until(self, true: Callable[[], bool], *, patience: float = PATIENCE) -> None:
        """Wait until something is true; looked at after every sync. Raises TimeoutError."""
        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(true)

    async def until_joined(self, room_id: str, who: str, *, patience: float = PATIENCE) -> None:
        """Wait until somebody is in a room, as this person sees it. Raises TimeoutError after `patience`."""

        def there() -> bool:
            room = self.client.rooms.get(room_id)
            member = room.users.get(who) if room is not None else None
            return member is not None and not member.invited

        await self.until(there, patience=patience)

    async def _run(self) -> None:
        while True:
            response = await self.client.sync(timeout=30_000)
            if not isinstance(response, nio.SyncResponse):
                await asyncio.sleep(0.2)
                continue
            for room_id in response.rooms.leave:
                self.client.rooms.pop(room_id, None)
            for room_id, invite in response.rooms.invite.items():
                self.invites[room_id] = [event.source for event in invite.invite_state]
            if self.client.should_upload_keys:
                await self.client.keys_upload()
            if self.client.should_query_keys:
                await self.client.keys_query()
            if self.client.should_claim_keys:
                await self.client.keys_claim(self.client.get_users_for_key_claiming())
            await self.client.send_to_device_messages()
            for room_id, info in response.rooms.join.items():
                for event in info.timeline.events:
                    await self._note(room_id, event)
            for room_id, event in list(self._waiting):
                await self._retry(room_id, event)
            async with self._news:
                self._news.notify_all()

    async def _note(self, room_id: str, event: Any) -> None:
        if isinstance(event, nio.MegolmEvent):
            self._waiting.append((room_id, event))
            return
        source = event.source
        shown = True
        if self.strict and event.decrypted and event.sender != self.user_id:
            shown = await self._device_is_good(event.sender, event.sender_key)
        self.events.append(
            Seen(
                room_id,
                source["event_id"],
                source["sender"],
                source["type"],
                source.get("content", {}),
                bool(event.decrypted),
                shown,
                source.get("origin_server_ts", 0),
                source,
            )
        )

    async def _retry(self, room_id: str, event: Any) -> None:
        with contextlib.suppress(nio.exceptions.EncryptionError):
            opened = self.client.decrypt_event(event)
            self._waiting.remove((room_id, event))
            await self._note(room_id, opened)

    def unreadable(self, room_id: str) -> int:
        """How many messages of a room came without a key so far."""
        return sum(1 for where, _ in self._waiting if where == room_id)

    # --- signing, and judging others' signatures ---------------------------------------------------

    async def cross_sign(self) -> None:
        """Make an identity and sign the own device with it."""
        keys = {use: Ed25519PrivateKey.generate() for use in ("master", "self_signing", "user_signing")}
        public = {
            use: _base(
                key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            )
            for use, key in keys.items()
        }
        upload: dict[str, Any] = {}
        for use in keys:
            thing: dict[str, Any] = {
                "user_id": self.user_id,
                "usage": [use],
                "keys": {f"ed25519:{public[use]}": public[use]},
            }
            if use != "master":
                signature = _base(keys["master"].sign(_canonical(thing)))
                thing["signatures"] = {self.user_id: {f"ed25519:{public['master']}": signature}}
            upload[f"{use}_key"] = thing
        await self._upload_identity(upload)
        found = await self.api("POST", "/keys/query", {"device_keys": {self.user_id: []}})
        device = found["device_keys"][self.user_id][self.login.device_id]
        device.pop("unsigned", None)
        device.pop("signatures", None)
        signature = _base(keys["self_signing"].sign(_canonical(device)))
        device["signatures"] = {self.user_id: {f"ed25519:{public['self_signing']}": signature}}
        await self.api("POST", "/keys/signatures/upload", {self.user_id: {self.login.device_id: device}})

    async def _upload_identity(self, upload: dict[str, Any]) -> None:
        """The first identity needs no password, replacing one does."""
        path = "/_matrix/client/v3/keys/device_signing/upload"
        headers = {"Authorization": f"Bearer {self.login.access_token}", "Content-Type": "application/json"}
        response = await self.client.send("POST", path, json.dumps(upload), headers)
        if response.status == 401:
            upload["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self.user_id},
                "password": self.login.password,
                "session": (await response.json())["session"],
            }
            response = await self.client.send("POST", path, json.dumps(upload), headers)
        assert response.status == 200, await response.text()

    async def trusts(self, user_id: str, device_id: str) -> bool:
        """Whether that person's own identity has signed that device: what a strict client asks."""
        found = await self.api("POST", "/keys/query", {"device_keys": {user_id: []}})
        master = found.get("master_keys", {}).get(user_id)
        signing = found.get("self_signing_keys", {}).get(user_id)
        device = found.get("device_keys", {}).get(user_id, {}).get(device_id)
        if not master or not signing or not device:
            return False
        (master_key,) = master["keys"].values()
        (signing_key,) = signing["keys"].values()
        return _verified(signing, user_id, master_key) and _verified(device, user_id, signing_key)

    async def _device_is_good(self, user_id: str, sender_key: str) -> bool:
        for device in self.client.device_store[user_id].values():
            if device.curve25519 == sender_key:
                return await self.trusts(user_id, device.id)
        found = await self.api("POST", "/keys/query", {"device_keys": {user_id: []}})
        for device_id, keys in found.get("device_keys", {}).get(user_id, {}).items():
            if keys["keys"].get(f"curve25519:{device_id}") == sender_key:
                return await self.trusts(user_id, device_id)
        return False

    async def _shun_unsigned(self, room_id: str) -> None:
        if self.client.should_query_keys:
            await self.client.keys_query()
        for user_id in self.client.rooms[room_id].users:
            for device in self.client.device_store.active_user_devices(user_id):
                if user_id == self.user_id:
                    continue
                if not await self.trusts(user_id, device.id):
                    self.client.blacklist_device(device)
                else:
                    self.client.unblacklist_device(device)


def _verified(thing: dict[str, Any], user_id: str, key: str) -> bool:
    signature = thing.get("signatures", {}).get(user_id, {}).get(f"ed25519:{key}")
    if signature is None:
        return False
    try:
        vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(
            _canonical(thing), vodozemac.Ed25519Signature.from_base64(signature)
        )
    except vodozemac.SignatureException:
        return False
    return True


def _canonical(thing: dict[str, Any]) -> bytes:
    plain = {key: value for key, value in thing.items() if key not in ("signatures", "unsigned")}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _base(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _q(part: str) -> str:
    return quote(part, safe="")
