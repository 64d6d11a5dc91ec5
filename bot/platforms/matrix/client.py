"""nio's client with what it lacks: own key store, work in pieces, plain requests, no sleeping.

Imports nio at the top, so import this module only where Matrix is really used.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import nio
import vodozemac
from nio.api import Api
from nio.crypto import Olm

from .keys import Keys, fingerprint

PIECE = 20
"""Devices worked on before the loop gets its turn: a few milliseconds."""
USERS = 50
REQUEST_TIMEOUT = 30.0
TRANSFER_TIMEOUT = 120.0
MOST_JSON = 65_536

# nio and peewee write ids, and at debug level whole answers, into their logs.
for _noisy in ("nio", "peewee"):
    logging.getLogger(_noisy).propagate = False
    logging.getLogger(_noisy).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: HTTP status, JSON (empty if it was none), seconds to wait after a 429."""

    status: int
    body: Mapping[str, Any] = field(repr=False)
    retry_after: float | None = None

    @property
    def code(self) -> str:
        """The Matrix error code, empty if there is none."""
        code = self.body.get("errcode")
        return code if isinstance(code, str) else ""


def retry_after(headers: Mapping[str, str], body: Mapping[str, Any]) -> float:
    """Seconds a 429 asks for: the header first (specification v1.10), then the body, else five."""
    with contextlib.suppress(ValueError, KeyError):
        return max(0.0, float(headers["Retry-After"]))
    told = body.get("retry_after_ms")
    return max(0.0, told / 1000) if isinstance(told, int | float) else 5.0


class _Machine(Olm):  # type: ignore[misc, unused-ignore]  # nio ships no types
    """nio's Olm machine, noting what its store cannot see, with signatures checked beforehand."""

    def __init__(self, user_id: str, device_id: str, store: Keys) -> None:
        self.checked: dict[tuple[str, str, str], bool] = {}
        self.strange: dict[tuple[str, str], None] = {}
        super().__init__(user_id, device_id, store)

    def share_keys(self) -> dict[str, Any]:
        content: dict[str, Any] = super().share_keys()
        # nio saves only after the server has them: a crash in between would lose their secret halves.
        self.save_account()
        return content

    def verify_json(self, thing: Any, user_key: str, user_id: str, device_id: str) -> bool:
        signature = thing.get("signatures", {}).get(user_id, {}).get(f"ed25519:{device_id}")
        known = self.checked.get((user_key, device_id, str(signature)))
        return known if known is not None else bool(super().verify_json(thing, user_key, user_id, device_id))

    def check(self, thing: Any, user_id: str, device_id: str, user_key: str | None = None) -> None:
        """Verify one signature now, so that nio finds the outcome when it asks."""
        with contextlib.suppress(KeyError, TypeError, AttributeError):
            key = user_key or thing["keys"][f"ed25519:{device_id}"]
            signature = thing["signatures"][user_id][f"ed25519:{device_id}"]
            self.checked[key, device_id, str(signature)] = bool(
                super().verify_json(thing, key, user_id, device_id)
            )

    def decrypt_megolm_event(self, event: Any, room_id: str | None = None) -> Any:
        opened = super().decrypt_megolm_event(event, room_id)
        index = vodozemac.MegolmMessage.from_base64(event.ciphertext).message_index()
        self.store.touched(event.session_id, room_id or event.room_id, index)
        return opened

    def _mark_device_for_unwedging(self, sender: str, sender_key: str) -> None:
        if self.device_store.device_from_sender_key(sender, sender_key) is None:
            # nio gives up on a device it does not know: ask for it first, then try again.
            self.users_for_key_query.add(sender)
            self.strange[sender, sender_key] = None
            return
        super()._mark_device_for_unwedging(sender, sender_key)

    def mend(self) -> None:
        """After a key query: mend the sessions of devices that were not known before."""
        strange, self.strange = self.strange, {}
        for sender, sender_key in strange:
            super()._mark_device_for_unwedging(sender, sender_key)

    def forget(self, user_id: str) -> None:
        """Drop what is remembered of a person outside the store."""
        self.tracked_users.discard(user_id)
        self.users_for_key_query.discard(user_id)
        for devices in (self.wedged_devices, self.key_request_devices_no_session):
            devices[:] = [device for device in devices if device.user_id != user_id]
        for waiting in (self.key_requests_waiting_for_session, self.key_re_requests_events):
            for key in [k for k in waiting if k[0] == user_id]:
                del waiting[key]
        for requests in (self.received_key_requests, self.key_request_from_untrusted):
            for request_id in [r for r, e in requests.items() if e.sender == user_id]:
                del requests[request_id]
        outgoing = self.outgoing_to_device_messages
        outgoing[:] = [message for message in outgoing if message.recipient != user_id]
        for session in self.outbound_group_sessions.values():
            session.users_shared_with = {u for u in session.users_shared_with if u[0] != user_id}
            session.users_ignored = {u for u in session.users_ignored if u[0] != user_id}


class Client(nio.AsyncClient):  # type: ignore[misc, unused-ignore]  # nio ships no types
    """One account's connection. Never sleeps on a 429 and never repeats by itself: callers do."""

    def __init__(self, homeserver: str) -> None:
        super().__init__(
            homeserver.rstrip("/"),
            config=nio.AsyncClientConfig(
                store=None,
                max_limit_exceeded=0,
                max_timeouts=0,
                request_timeout=REQUEST_TIMEOUT,
                encryption_enabled=True,
                store_sync_tokens=False,
            ),
        )
        self.plain = False
        """Without encryption: no keys are told to anybody, nothing is said in encrypted rooms."""
        self._hurry = asyncio.Event()
        self._hurrying = 0
        self._delivered: dict[str, None] = {}
        self._replaced: dict[str, None] = {}

    def adopt(self, user_id: str, device_id: str, token: str, keys: Keys) -> None:
        """Become this device, with these keys. Uploads nothing yet."""
        self.user_id, self.user, self.device_id, self.access_token = user_id, user_id, device_id, token
        self.store = keys
        self.olm = _Machine(user_id, device_id, keys)
        self.encrypted_rooms = keys.load_encrypted_rooms()

    @property
    def keys(self) -> Keys:
        """The key store."""
        if not isinstance(self.store, Keys):
            raise TypeError("no device adopted yet")
        return self.store

    async def _send(self, *args: Any, **more: Any) -> Any:
        # aiohttp's errors name addresses with ids in them, and are no OSErrors.
        try:
            return await super()._send(*args, **more)
        except aiohttp.ClientError as error:
            raise ConnectionError(type(error).__name__) from None

    # --- plain requests ------------------------------------------------------------------------

    async def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        timeout: float = REQUEST_TIMEOUT,
    ) -> Answer:
        """One request, one answer, whatever its status. Raises OSError when the connection failed."""
        headers = {"Content-Type": "application/json"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        data = None if body is None else json.dumps(body)
        try:
            response = await self.send(method, path, data, headers, None, timeout)
            async with response:
                found = await self.parse_body(response)
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError, ValueError) as error:
            raise ConnectionError(type(error).__name__) from None
        found = found if isinstance(found, dict) else {}
        wait = retry_after(response.headers, found) if response.status == 429 else None
        return Answer(response.status, found, wait)

    async def transfer(
        self, method: str, path: str, data: bytes | None = None, *, mime: str = "", most: int
    ) -> tuple[Answer, bytes]:
        """Bytes up or down: the answer, and the body as it came, read up to `most` bytes and one.

        Raises OSError when the connection failed.
        """
        headers = {"Authorization": f"Bearer {self.access_token}"}
        if data is not None:
            headers["Content-Type"] = mime
        try:
            response = await self.send(method, path, data, headers, None, TRANSFER_TIMEOUT)
            async with response:
                came = bytearray()
                async for chunk in response.content.iter_chunked(65_536):
                    came += chunk
                    if len(came) > most:
                        break
                status, told = response.status, response.headers
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(type(error).__name__) from None
        found: Any = None
        with contextlib.suppress(ValueError, UnicodeDecodeError):
            found = json.loads(bytes(came)) if len(came) <= MOST_JSON else None
        found = found if isinstance(found, dict) else {}
        return Answer(status, found, retry_after(told, found) if status == 429 else None), bytes(came)

    # --- keys, in pieces -----------------------------------------------------------------------

    @contextlib.contextmanager
    def hurrying(self) -> Iterator[None]:
        """While somebody in need waits, keys go out without waiting for the disk."""
        self._hurrying += 1
        self._hurry.set()
        try:
            yield
        finally:
            self._hurrying -= 1
            if not self._hurrying:
                self._hurry.clear()

    async def save_keys(self) -> None:
        """Commit the keys before something leaves; somebody in need does not wait for that."""
        if self._hurry.is_set() or not self.keys.dirty:
            return
        saving = asyncio.ensure_future(self.keys.commit())
        hurry = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait({saving, hurry}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hurry.cancel()
        if saving.done():
            saving.result()
        else:
            saving.add_done_callback(_look_at)

    async def keys_upload(self) -> Any:
        """Upload device and one-time keys, kept before they leave."""
        content = self.olm.share_keys()
        await self.save_keys()
        method, path, data = Api.keys_upload(self.access_token, content)
        return await self._send(nio.KeysUploadResponse, method, path, data)

    async def keys_query(self) -> Any:
        """Ask for everybody's devices that may have changed, some people at a time. The last answer."""
        response: Any = None
        for users in _pieces(sorted(self.users_for_key_query), USERS):
            method, path, data = Api.keys_query(self.access_token, set(users))
            response = await self._send(nio.KeysQueryResponse, method, path, data)
            if isinstance(response, nio.ErrorResponse):
                break
            await asyncio.sleep(0)
        return response

    async def keys_claim(self, user_set: Any) -> Any:
        """Claim one-time keys, some devices at a time, up to the first refusal. The last answer."""
        response: Any = None
        flat = [(user, device) for user, devices in user_set.items() for device in devices]
        for piece in _pieces(flat, PIECE):
            wanted: dict[str, list[str]] = {}
            for user, device in piece:
                wanted.setdefault(user, []).append(device)
            method, path, data = Api.keys_claim(self.access_token, wanted)
            # nio reads a refusal only with the room that it takes the request to be for.
            response = await self._send(nio.KeysClaimResponse, method, path, data, response_data=("",))
            if isinstance(response, nio.ErrorResponse):
                break
            await asyncio.sleep(0)
        return response

    async def receive_response(self, response: Any) -> None:
        """Take in an answer; long lists of devices have their signatures checked in pieces first."""
        if isinstance(response, nio.SyncResponse):
            self._drop_stale_state(response)
        if isinstance(response, nio.KeysQueryResponse):
            done = 0
            for user, devices in response.device_keys.items():
                for device, payload in devices.items():
                    self.olm.check(payload, user, device)
                    done += 1
                    if done % PIECE == 0:
                        await asyncio.sleep(0)
        await super().receive_response(response)
        if self.olm is not None:
            self.olm.checked.clear()

    async def share_group_session(self, room_id: str, ignore_unverified_devices: bool = True) -> Any:
        """Give a new room key to every device in the room, in pieces, kept before it leaves.

        Who left meanwhile must not read on and who came must: then it is done again. Raises OSError
        when the server would not take it.
        """
        sharing = self.sharing_session.get(room_id)
        if sharing is not None:
            await sharing.wait()
            return None
        self.sharing_session[room_id] = asyncio.Event()
        try:
            for _ in range(4):
                members = set(self.rooms[room_id].users)
                await self._share(room_id)
                if set(self.rooms[room_id].users) == members:
                    break
                self.olm.outbound_group_sessions.pop(room_id, None)
            else:
                raise ConnectionError("members keep changing")
        finally:
            self.sharing_session.pop(room_id).set()
        return None

    async def _share(self, room_id: str) -> None:
        missing = self.get_missing_sessions(room_id)
        if missing and isinstance(await self.keys_claim(missing), nio.ErrorResponse):
            self._or_somebody_needs_it(room_id, "keys were not given")
        members = list(self.rooms[room_id].users)
        made = []
        pieces: Iterator[Any] = self.olm.share_group_session_parallel(room_id, members, True)
        for shared_with, content in pieces:
            made.append((shared_with, content))
            await asyncio.sleep(0)
        await self.save_keys()
        for shared_with, content in made:
            await self._to_devices(room_id, shared_with, content)
        session = self.olm.outbound_group_sessions.get(room_id)
        if session is not None:
            # Nobody to share with counts as shared.
            session.shared = True

    async def _to_devices(self, room_id: str, shared_with: set[tuple[str, str]], content: Any) -> None:
        method, path, data = Api.to_device(self.access_token, "m.room.encrypted", content, uuid4())
        response: Any = None
        for wait in (0.0, 0.5, 2.0):
            await asyncio.sleep(wait)
            with contextlib.suppress(OSError):
                response = await self._send(
                    nio.ShareGroupSessionResponse, method, path, data, response_data=(room_id, shared_with)
                )
                if isinstance(response, nio.ShareGroupSessionResponse):
                    return
        raise ConnectionError("a room key could not be handed on")

    async def ready(self, room_id: str) -> None:
        """Bring a room's encryption up to date: devices known, a room key shared. Raises OSError."""
        room = self.rooms.get(room_id)
        if room is None or not room.encrypted:
            return
        # Members are never loaded lazily here, and the first sync of a run brings them all.
        room.members_synced = True
        self.olm.update_tracked_users(room)
        if self.should_query_keys and isinstance(await self.keys_query(), nio.ErrorResponse):
            self._or_somebody_needs_it(room_id, "devices were not told")
        while self.olm.should_share_group_session(room_id):
            await self.share_group_session(room_id)

    def _or_somebody_needs_it(self, room_id: str, why: str) -> None:
        """Raises ConnectionError: who has a new device could not read what is said. Somebody in need does not
        wait for that, as long as everybody in the room has one device at least that can."""
        without = self.get_missing_sessions(room_id)
        others = [user for user in self.rooms[room_id].users if user != self.user_id]
        known = {user: {one.id for one in self.device_store.active_user_devices(user)} for user in others}
        reached = all(known[user] - set(without.get(user, ())) for user in others)
        if not (self._hurrying and reached):
            raise ConnectionError(why)

    def readers(self, room_id: str) -> set[str]:
        """The people whose devices hold the room key that the next message is encrypted with."""
        session = self.olm.outbound_group_sessions.get(room_id)
        return {user for user, _ in session.users_shared_with} if session is not None else set()

    def end_session(self, room_id: str) -> None:
        """Give up the current room key: the next message gets a new one."""
        self.olm.outbound_group_sessions.pop(room_id, None)

    def mark_said(self, room_id: str) -> None:
        """Note what was said in a room until now, for `forget_said`; what is said next has a new room key."""
        self.end_session(room_id)
        self.keys.mark_said(room_id)

    async def forget_said(self, room_id: str) -> None:
        """Let nothing that was marked in a room be opened again by the keys that are kept here. Raises what
        storage raises: then it is so in this run, and kept with the next commit."""
        self.keys.forget_said(room_id)
        await self.keys.commit()

    async def prune(self) -> None:
        """Let go of room keys that were not used for long. Raises what storage raises, as above."""
        old = self.keys.prune()
        for room_id, session in list(self.olm.outbound_group_sessions.items()):
            if session.id in old:  # what is said with it could not be read back after a restart
                self.end_session(room_id)
        await self.keys.commit()

    def greet(self, user_id: str) -> None:
        """Begin a session with every device of a person that has none, at the next chance.

        Their client may hold one that was forgotten here, and would send its next room key into the void.
        """
        for device in self.olm.device_store.active_user_devices(user_id):
            if (
                self.olm.session_store.get(device.curve25519) is None
                and device not in self.olm.wedged_devices
            ):
                self.olm.wedged_devices.append(device)

    def forget(self, user_id: str) -> None:
        """Remove a person's devices and sessions, here and (after the next commit) on the disk."""
        self.keys.forget(user_id)
        self.olm.forget(user_id)

    # --- what sync brings ----------------------------------------------------------------------

    async def _handle_to_device(self, response: Any) -> None:
        # While keys cannot be stored, the same stretch is asked for again (sync.py): decrypting a
        # message twice would look like a broken session.
        new = []
        for event in response.to_device_events:
            name = fingerprint(json.dumps(event.source, sort_keys=True, default=str))
            if name not in self._delivered:
                self._delivered[name] = None
                new.append(event)
        while len(self._delivered) > 5000:
            del self._delivered[next(iter(self._delivered))]
        response.to_device_events[:] = new
        await super()._handle_to_device(response)

    def _drop_stale_state(self, response: Any) -> None:
        """Leave out state that was replaced before.

        The state a server gives with an answer is that before its timeline, by the order of the room's
        graph: after two people acted at once it may be older than what an earlier answer brought, and who
        has joined would count as invited again (measured with Synapse 1.163).
        """
        for info in response.rooms.join.values():
            info.state[:] = [e for e in info.state if getattr(e, "event_id", None) not in self._replaced]
            for event in info.timeline.events:
                unsigned = getattr(event, "source", {}).get("unsigned")
                replaced = unsigned.get("replaces_state") if isinstance(unsigned, dict) else None
                if isinstance(replaced, str):
                    self._replaced[replaced] = None
        while len(self._replaced) > 5000:
            del self._replaced[next(iter(self._replaced))]

    def _handle_olm_events(self, response: Any) -> None:
        super()._handle_olm_events(response)
        # nio takes none left for nothing said, and would never make new ones.
        if response.device_key_count.signed_curve25519 == 0:
            self.olm.uploaded_key_count = 0


def _pieces(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    all_of_them = list(things)
    for start in range(0, len(all_of_them), size):
        yield all_of_them[start : start + size]


def _look_at(task: asyncio.Future[None]) -> None:
    # What failed stays noted as unsaved; looking at it keeps asyncio from complaining.
    if not task.cancelled():
        task.exception()
