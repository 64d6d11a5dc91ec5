"""The encryption keys nio works with, kept in memory and saved sealed, in pieces.

nio's own stores hold user and room ids in plain text, forget nobody, and block the event loop while
their file is locked. This one answers from memory, notes what changed, and `commit` hands the changed
pieces to the sealed vault in one transaction: before a key leaves, and before the sync position moves.

The order in which pieces are written out matters, since the loop may run between them. An old account
with a newer session, or an old session with a newer room key, only makes a message be decrypted twice
after a crash; the other way round a room key would be lost. Hence account, sessions, room keys.
"""

from __future__ import annotations

import asyncio
import base64
import datetime
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from nio.crypto import (  # type: ignore[attr-defined, unused-ignore]  # nio ships no types
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    OutgoingKeyRequest,
    Session,
    SessionStore,
    TrustState,
)

from bot.sdk.ports import Vault

_PIECES = 16
_ACCOUNT, _REST = "matrix/keys/account", "matrix/keys/rest"
_SESSIONS, _INBOUND, _DEVICES = "matrix/keys/1-sessions", "matrix/keys/2-inbound", "matrix/keys/3-devices"
_MOST_SESSIONS = 5
UNUSED_DAYS = 30
OWN_DAYS = 2


def _piece(kind: str, of: str) -> str:
    return f"{kind}/{hashlib.sha256(of.encode()).digest()[0] % _PIECES:02}"


def names() -> list[str]:
    """Every name the keys are kept under, in the order in which they are written."""
    kinds = (_SESSIONS, _INBOUND, _DEVICES)
    return [_ACCOUNT, *(f"{kind}/{i:02}" for kind in kinds for i in range(_PIECES)), _REST]


_ORDER = {name: i for i, name in enumerate(names())}


class Keys:
    """What nio calls a store. Everything but `open`, `commit` and the forgetting is nio's interface."""

    def __init__(
        self, vault: Vault, user_id: str, device_id: str, now: Callable[[], datetime.datetime]
    ) -> None:
        self._vault = vault
        self.user_id = user_id
        self.device_id = device_id
        self._now = now
        self._account: Any = None
        self._sessions = SessionStore()
        self._inbound = GroupSessionStore()
        self._devices = DeviceStore()
        self._requests: dict[str, Any] = {}
        self._encrypted: set[str] = set()
        self._used: dict[str, int] = {}
        self._read: dict[str, int] = {}
        """The highest message index that was opened in this run, by room key."""
        self._until: dict[str, int] = {}
        """Up to which index `forget_said` will take away; see `mark_said`."""
        self._pickles: dict[str, str] = {}
        self._dirty: set[str] = set()
        self._commit = asyncio.Lock()

    @classmethod
    async def open(
        cls, vault: Vault, user_id: str, device_id: str, now: Callable[[], datetime.datetime]
    ) -> Keys:
        """Load what was saved for this device; nothing saved makes a new account, which nio then asks for."""
        keys = cls(vault, user_id, device_id, now)
        account = await vault.load(_ACCOUNT)
        if account is None or json.loads(account)["device"] != device_id:
            # What may be there is another device's, and must not be mixed with this one's.
            keys._dirty.update(names()[1:])
            return keys
        for name in names():
            saved = await vault.load(name)
            if saved:
                keys._take(name, json.loads(saved))
                await asyncio.sleep(0)
        return keys

    @staticmethod
    async def discard(vault: Vault) -> None:
        """Drop everything, for a device that is given up (after a restored backup, say)."""
        await vault.save(dict.fromkeys(names(), None))

    # --- saving --------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether anything changed since the last commit began."""
        return bool(self._dirty)

    async def commit(self) -> None:
        """Save what changed. On return all from before the call is kept; errors leave it to the next."""
        async with self._commit:
            changed, self._dirty = sorted(self._dirty, key=_ORDER.__getitem__), set()
            if not changed:
                return
            try:
                blobs: dict[str, bytes | None] = {}
                for name in changed:
                    blobs[name] = self._give(name)
                    await asyncio.sleep(0)
                await self._vault.save(blobs)
            except BaseException:
                self._dirty.update(changed)
                raise

    def _give(self, name: str) -> bytes | None:
        if name == _ACCOUNT:
            made: Any = {
                "device": self.device_id,
                "shared": self._account.shared,
                "pickle": self._account.pickle().decode(),
            }
        elif name == _REST:
            made = {
                "encrypted": sorted(self._encrypted),
                "requests": [
                    [r.request_id, r.session_id, r.room_id, r.algorithm] for r in self._requests.values()
                ],
            }
        elif name.startswith(_SESSIONS):
            made = [
                [key, s.creation_time.isoformat(), s.use_time.isoformat(), self._pickle(s)]
                for key, sessions in self._sessions.items()
                if sessions and _piece(_SESSIONS, key) == name
                for s in sessions
            ]
        elif name.startswith(_INBOUND):
            made = [
                [
                    s.room_id,
                    s.sender_key,
                    s.ed25519,
                    s.forwarding_chain,
                    self._used.get(s.id, 0),
                    self._pickle(s),
                    self._until.get(s.id, -1),
                ]
                for s in self._inbound
                if _piece(_INBOUND, s.room_id) == name
            ]
        else:
            made = [
                [d.user_id, d.id, dict(d.keys), d.display_name, d.deleted, d.trust_state.value]
                for d in self._devices
                if _piece(_DEVICES, d.user_id) == name
            ]
        return json.dumps(made, separators=(",", ":")).encode() if made else None

    def _pickle(self, session: Any) -> str:
        kept = self._pickles.get(session.id)
        if kept is None:
            kept = self._pickles[session.id] = session.pickle().decode()
        return kept

    def _take(self, name: str, saved: Any) -> None:
        if name == _ACCOUNT:
            self._account = OlmAccount.from_pickle(saved["pickle"].encode(), "", saved["shared"])
        elif name == _REST:
            self._encrypted = set(saved["encrypted"])
            self._requests = {r[0]: OutgoingKeyRequest(*r) for r in saved["requests"]}
        elif name.startswith(_SESSIONS):
            for key, created, used, pickle in saved:
                at = datetime.datetime.fromisoformat
                session = Session.from_pickle(pickle.encode(), at(created), "", at(used))
                self._pickles[session.id] = pickle
                self._sessions.add(key, session)
        elif name.startswith(_INBOUND):
            for room_id, sender_key, ed25519, chain, day, pickle, *until in saved:
                group = InboundGroupSession.from_pickle(
                    pickle.encode(), ed25519, sender_key, room_id, "", chain
                )
                self._pickles[group.id], self._used[group.id] = pickle, day
                if until and until[0] >= 0:
                    self._until[group.id] = until[0]
                self._inbound.add(group)
        else:
            for user_id, device_id, keys, name_, deleted, trust in saved:
                self._devices.add(OlmDevice(user_id, device_id, keys, name_, deleted, TrustState(trust)))

    # --- forgetting ----------------------------------------------------------------------------

    def forget(self, user_id: str) -> None:
        """Remove a person's devices and every session with them. Gone from the disk after `commit`."""
        own = {d.curve25519 for d in self._devices[self.user_id].values()}
        keys = {d.curve25519 for d in self._devices[user_id].values()} - own
        self._devices._entries.pop(user_id, None)
        self._dirty.add(_piece(_DEVICES, user_id))
        for key in keys:
            for session in self._sessions._entries.pop(key, []):
                self._pickles.pop(session.id, None)
            self._dirty.add(_piece(_SESSIONS, key))
        self._drop(s for s in list(self._inbound) if s.sender_key in keys)

    def forget_room(self, room_id: str) -> None:
        """Remove every room key of a room, the bot's own copies included."""
        self._drop(s for s in list(self._inbound) if s.room_id == room_id)
        self._inbound._entries.pop(room_id, None)
        if room_id in self._encrypted:
            self._encrypted.discard(room_id)
            self._dirty.add(_REST)

    def mark_said(self, room_id: str) -> None:
        """Note what was said in a room until now, for `forget_said` to take away later, also after a restart.
        The bot's next words there must have a room key of their own."""
        own = self._own_key()
        for s in self._inbound:
            if s.room_id == room_id and (s.sender_key == own or s.id in self._read):
                self._until[s.id] = max(self._read.get(s.id, 0), self._until.get(s.id, 0))
                self._dirty.add(_piece(_INBOUND, room_id))

    def forget_said(self, room_id: str) -> None:
        """Let nothing that was marked in a room be opened again by what is kept here: the bot's own room keys
        go, everybody else's move on beyond it."""
        own = self._own_key()
        marked = [s for s in list(self._inbound) if s.room_id == room_id and s.id in self._until]
        self._drop(s for s in marked if s.sender_key == own)
        for s in marked:
            until = self._until.pop(s.id, -1)
            if s.sender_key == own or until < s.first_known_index:
                continue
            moved = InboundGroupSession.import_session(
                s.export_session(until + 1), s.ed25519, s.sender_key, room_id, s.forwarding_chain
            )
            self._inbound._entries[room_id][s.sender_key][s.id] = moved
            self._pickles.pop(s.id, None)
            self._dirty.add(_piece(_INBOUND, room_id))

    def prune(self) -> set[str]:
        """Remove room keys unused for a month, and own ones after two days; which."""
        today, own = self._today(), self._own_key()
        old = [
            s
            for s in list(self._inbound)
            if today - self._used.get(s.id, today) > (OWN_DAYS if s.sender_key == own else UNUSED_DAYS)
        ]
        self._drop(old)
        return {s.id for s in old}

    def touched(self, session_id: str, room_id: str, index: int) -> None:
        """A room key was used today, for the message of that index."""
        today = self._today()
        self._read[session_id] = max(index, self._read.get(session_id, -1))
        if self._used.get(session_id) != today:
            self._used[session_id] = today
            self._dirty.add(_piece(_INBOUND, room_id))

    def _drop(self, sessions: Iterable[Any]) -> None:
        for s in sessions:
            self._inbound._entries[s.room_id][s.sender_key].pop(s.id, None)
            self._pickles.pop(s.id, None)
            self._used.pop(s.id, None)
            self._read.pop(s.id, None)
            self._until.pop(s.id, None)
            self._dirty.add(_piece(_INBOUND, s.room_id))

    def _own_key(self) -> str:
        return str(self._account.identity_keys["curve25519"]) if self._account else ""

    def _today(self) -> int:
        return self._now().date().toordinal()

    # --- what nio asks -------------------------------------------------------------------------

    def load_account(self) -> Any:
        """The device's account, None for a new device."""
        return self._account

    def save_account(self, account: Any) -> None:
        """Note that the account changed."""
        self._account = account
        self._dirty.add(_ACCOUNT)

    def load_sessions(self) -> Any:
        """All sessions with single devices; nio works on this very object."""
        return self._sessions

    def save_session(self, curve_key: str, session: Any) -> None:
        """Note that a session moved on."""
        self._pickles.pop(session.id, None)
        kept = self._sessions[curve_key]
        for old in kept[_MOST_SESSIONS:]:
            self._pickles.pop(old.id, None)
        del kept[_MOST_SESSIONS:]
        self._dirty.add(_piece(_SESSIONS, curve_key))

    def load_inbound_group_sessions(self) -> Any:
        """All room keys; nio works on this very object."""
        return self._inbound

    def save_inbound_group_session(self, session: Any) -> None:
        """Note a new room key."""
        self._used[session.id] = self._today()
        self._dirty.add(_piece(_INBOUND, session.room_id))

    def load_device_keys(self) -> Any:
        """Everybody's devices; nio works on this very object."""
        return self._devices

    def save_device_keys(self, device_keys: Any) -> None:
        """Note that somebody's devices changed."""
        self._dirty.update(_piece(_DEVICES, user_id) for user_id in device_keys)

    def load_encrypted_rooms(self) -> set[str]:
        """The rooms known to be encrypted."""
        return set(self._encrypted)

    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None:
        """Note rooms that became encrypted."""
        new = set(rooms) - self._encrypted
        if new:
            self._encrypted |= new
            self._dirty.add(_REST)

    def delete_encrypted_room(self, room: str) -> None:
        """Note that a room is gone."""
        self.forget_room(room)

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        """The room keys asked for; nio works on this very object."""
        return self._requests

    def add_outgoing_key_request(self, key_request: Any) -> None:
        """Note that a room key was asked for."""
        self._requests[key_request.request_id] = key_request
        self._dirty.add(_REST)

    def remove_outgoing_key_request(self, key_request: Any) -> None:
        """Note that a room key came, or is asked for no more."""
        self._requests.pop(key_request.request_id, None)
        self._dirty.add(_REST)

    def is_device_verified(self, device: Any) -> bool:
        """Whether an operator verified the device by hand; the bot itself never does."""
        return bool(device.verified)

    def is_device_blacklisted(self, device: Any) -> bool:
        """Whether the device is to get no keys."""
        return bool(device.blacklisted)

    def is_device_ignored(self, device: Any) -> bool:
        """Whether the device gets keys though nobody verified it."""
        return bool(device.ignored)

    def ignore_devices(self, devices: Iterable[Any]) -> None:
        """Note devices that get keys though nobody verified them."""
        for device in devices:
            self._trust(device, TrustState.ignored)

    def ignore_device(self, device: Any) -> bool:
        """Note one such device."""
        return self._trust(device, TrustState.ignored)

    def verify_device(self, device: Any) -> bool:
        """Note a verified device."""
        return self._trust(device, TrustState.verified)

    def blacklist_device(self, device: Any) -> bool:
        """Note a device that is to get no keys."""
        return self._trust(device, TrustState.blacklisted)

    def _trust(self, device: Any, state: Any) -> bool:
        if device.trust_state == state:
            return False
        device.trust_state = state
        self._dirty.add(_piece(_DEVICES, device.user_id))
        return True


def fingerprint(ciphertext: str) -> str:
    """A short name for a to-device message, to know it again."""
    return base64.b64encode(hashlib.sha256(ciphertext.encode()).digest()[:15]).decode()
