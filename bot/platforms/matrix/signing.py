"""Cross-signing by hand, since nio has none: the bot's identity, its device's signature, its recovery key.

Clients of 2026 neither send keys to, nor show messages from, a device its owner has not signed
(specification v1.18, from MSC4153). Three Ed25519 keys make the identity; their seeds are kept sealed
and, under the recovery key, in the account's secret storage (`m.secret_storage.v1.aes-hmac-sha2`), so
that the key alone brings them back. Sources: the specification's modules end-to-end encryption
(cross-signing) and secrets.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import json
import secrets
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.sdk.ports import Vault

SEEDS = "matrix/seeds"
USES = ("master", "self_signing", "user_signing")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"
_STORAGE = "m.secret_storage.v1.aes-hmac-sha2"


class Reply(Protocol):
    """A server's answer: HTTP status and JSON."""

    status: int
    body: Mapping[str, Any]


class Server(Protocol):
    """The account's homeserver, for the few requests that nio does not make."""

    user_id: str
    device_id: str

    async def request(self, method: str, path: str, body: object = None) -> Reply:
        """One request with the account's token; retried and paced below."""


class State(enum.Enum):
    """How the bot's identity stands."""

    SIGNED = "signed"
    """The seeds here are the account's identity, and this device is signed by it."""
    NEW = "new"
    """As SIGNED, and the identity was made just now: the recovery key must be shown."""
    CHANGED = "changed"
    """Somebody replaced the account's identity: ours no longer counts."""
    LOST = "lost"
    """The account has an identity whose seeds are not here: the recovery key is needed."""
    REFUSED = "refused"
    """The server refused the new identity (it may want a password)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The outcome. `recovery_key` is there once, when a new one was made, and kept nowhere."""

    state: State
    recovery_key: str | None = field(default=None, repr=False)


class WrongKey(Exception):
    """The recovery key is not one, or not this account's. Says nothing of it."""


class Seeds:
    """The three secret keys, as their 32-byte seeds."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        self.raw = {use: seeds[use] for use in USES}
        self._keys = {use: Ed25519PrivateKey.from_private_bytes(seed) for use, seed in self.raw.items()}

    @classmethod
    def new(cls) -> Seeds:
        """Three fresh ones."""
        return cls({use: secrets.token_bytes(32) for use in USES})

    @classmethod
    def opened(cls, saved: bytes) -> Seeds:
        """From what `dump` gave."""
        return cls({use: _unbase(text) for use, text in json.loads(saved).items()})

    def dump(self) -> bytes:
        """To be sealed."""
        return json.dumps({use: _base(seed) for use, seed in self.raw.items()}).encode()

    def public(self, use: str) -> str:
        """The public key, unpadded base64."""
        raw = (
            self._keys[use]
            .public_key()
            .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )
        return _base(raw)

    def sign(self, use: str, thing: Mapping[str, Any]) -> str:
        """The signature of a JSON object, without its `signatures` and `unsigned`."""
        return _base(self._keys[use].sign(canonical(thing)))

    def key_object(self, use: str, user_id: str) -> dict[str, Any]:
        """The public key as it is uploaded; the two lower ones signed by the master."""
        public = self.public(use)
        made: dict[str, Any] = {"user_id": user_id, "usage": [use], "keys": {f"ed25519:{public}": public}}
        if use != "master":
            key_id = f"ed25519:{self.public('master')}"
            made["signatures"] = {user_id: {key_id: self.sign("master", made)}}
        return made


class Signing:
    """Brings the account's identity and its device together."""

    def __init__(self, server: Server, vault: Vault, *, password: str | None = None) -> None:
        self._server = server
        self._vault = vault
        self._password = password

    async def establish(self) -> Identity:
        """Make sure this device is signed; make the identity if the account has none.

        Never replaces an identity that is there: everybody the bot talks to would be warned.
        """
        saved = await self._vault.load(SEEDS)
        seeds = Seeds.opened(saved) if saved else None
        keys = await self._own_keys()
        master = _public_key(keys.get("master_keys", {}).get(self._server.user_id))
        if master is None:
            seeds = seeds or Seeds.new()
            # Kept before the server has them: a crash in between must not leave an identity without seeds.
            await self._vault.save({SEEDS: seeds.dump()})
            if not await self._upload(seeds):
                return Identity(State.REFUSED)
            await self._sign_device(seeds)
            return Identity(State.NEW, await self.new_recovery_key())
        state = state_of(keys, self._server.user_id, self._server.device_id, seeds)
        if state is State.REFUSED and seeds is not None:
            await self._sign_device(seeds)
            state = State.SIGNED
        return Identity(state)

    async def restore(self, recovery_key: str) -> Identity:
        """Bring the seeds back by the recovery key alone, and sign this device. Raises WrongKey."""
        key = recovery_bytes(recovery_key)
        default = await self._account_data("m.secret_storage.default_key")
        key_id = default.get("key")
        if not isinstance(key_id, str):
            raise WrongKey
        described = await self._account_data(f"m.secret_storage.key.{key_id}")
        if described.get("algorithm") != _STORAGE:
            raise WrongKey
        if isinstance(described.get("mac"), str):
            check = encrypt(b"\0" * 32, key, "", iv=_unbase(str(described.get("iv", ""))))
            if not hmac.compare_digest(_unbase(check["mac"]), _unbase(described["mac"])):
                raise WrongKey
        found: dict[str, bytes] = {}
        for use in USES:
            name = f"m.cross_signing.{use}"
            secret = (await self._account_data(name)).get("encrypted", {}).get(key_id)
            if not isinstance(secret, Mapping):
                raise WrongKey
            found[use] = _unbase(decrypt(secret, key, name).decode())
        seeds = Seeds(found)
        keys = await self._own_keys()
        if _public_key(keys.get("master_keys", {}).get(self._server.user_id)) != seeds.public("master"):
            return Identity(State.CHANGED)
        await self._vault.save({SEEDS: seeds.dump()})
        await self._sign_device(seeds)
        return Identity(State.SIGNED)

    async def new_recovery_key(self) -> str:
        """Put the seeds into secret storage under a new key and return it; the old key opens nothing more.

        Raises LookupError without seeds, OSError when the server will not have it.
        """
        saved = await self._vault.load(SEEDS)
        if saved is None:
            raise LookupError("no seeds")
        seeds, key, key_id = Seeds.opened(saved), secrets.token_bytes(32), secrets.token_hex(16)
        check = encrypt(b"\0" * 32, key, "")
        await self._put_data(
            f"m.secret_storage.key.{key_id}", {"algorithm": _STORAGE, "iv": check["iv"], "mac": check["mac"]}
        )
        for use, seed in seeds.raw.items():
            name = f"m.cross_signing.{use}"
            await self._put_data(name, {"encrypted": {key_id: encrypt(_base(seed).encode(), key, name)}})
        await self._put_data("m.secret_storage.default_key", {"key": key_id})
        return recovery_words(key)

    async def _own_keys(self) -> Mapping[str, Any]:
        me = self._server.user_id
        reply = await self._server.request("POST", "/_matrix/client/v3/keys/query", {"device_keys": {me: []}})
        if reply.status != 200:
            raise OSError(f"the server would not tell our keys ({reply.status})")
        return reply.body

    async def _upload(self, seeds: Seeds) -> bool:
        path = "/_matrix/client/v3/keys/device_signing/upload"
        body: dict[str, Any] = {f"{use}_key": seeds.key_object(use, self._server.user_id) for use in USES}
        reply = await self._server.request("POST", path, body)
        if reply.status == 401 and self._password and "session" in reply.body:
            body["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._server.user_id},
                "password": self._password,
                "session": reply.body["session"],
            }
            reply = await self._server.request("POST", path, body)
        return reply.status == 200

    async def _sign_device(self, seeds: Seeds) -> None:
        me, device_id = self._server.user_id, self._server.device_id
        keys = await self._own_keys()
        device = keys.get("device_keys", {}).get(me, {}).get(device_id)
        if not isinstance(device, Mapping):
            raise OSError("our device has no keys on the server")
        signed = {k: v for k, v in device.items() if k not in ("signatures", "unsigned")}
        key_id = f"ed25519:{seeds.public('self_signing')}"
        signed["signatures"] = {me: {key_id: seeds.sign("self_signing", signed)}}
        reply = await self._server.request(
            "POST", "/_matrix/client/v3/keys/signatures/upload", {me: {device_id: signed}}
        )
        if reply.status != 200 or reply.body.get("failures"):
            raise OSError(f"the server would not take our device's signature ({reply.status})")

    def _data_path(self, kind: str) -> str:
        me = urllib.parse.quote(self._server.user_id, safe="")
        return f"/_matrix/client/v3/user/{me}/account_data/{urllib.parse.quote(kind, safe='')}"

    async def _account_data(self, kind: str) -> Mapping[str, Any]:
        reply = await self._server.request("GET", self._data_path(kind))
        return reply.body if reply.status == 200 else {}

    async def _put_data(self, kind: str, content: object) -> None:
        reply = await self._server.request("PUT", self._data_path(kind), content)
        if reply.status != 200:
            raise OSError(f"the server would not keep our secrets ({reply.status})")


def state_of(keys: Mapping[str, Any], user_id: str, device_id: str, seeds: Seeds | None) -> State:
    """How an identity stands, by what the server says of our keys; asked only, nothing is mended."""
    master = _public_key(keys.get("master_keys", {}).get(user_id))
    if seeds is None or master is None:
        return State.LOST if master is not None else State.REFUSED
    signing = _public_key(keys.get("self_signing_keys", {}).get(user_id))
    if master != seeds.public("master") or signing != seeds.public("self_signing"):
        return State.CHANGED
    device = keys.get("device_keys", {}).get(user_id, {}).get(device_id)
    signed = _signed_by(device, user_id, seeds.public("self_signing"))
    return State.SIGNED if signed else State.REFUSED


def canonical(thing: Mapping[str, Any]) -> bytes:
    """Canonical JSON of an object without `signatures` and `unsigned`, as signatures are made over it."""
    plain = {k: v for k, v in thing.items() if k not in ("signatures", "unsigned")}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def recovery_words(key: bytes) -> str:
    """A 32-byte key as people copy it: base58 with prefix and parity, in groups of four."""
    raw = _PREFIX + key
    raw += bytes([_parity(raw)])
    number, digits = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def recovery_bytes(words: str) -> bytes:
    """The 32 bytes of a recovery key; spaces do not matter. Raises WrongKey."""
    number = 0
    for letter in "".join(words.split()):
        digit = _ALPHABET.find(letter)
        if digit < 0:
            raise WrongKey
        number = number * 58 + digit
    try:
        raw = number.to_bytes(35)
    except OverflowError:
        raise WrongKey from None
    if raw[:2] != _PREFIX or _parity(raw) != 0:
        raise WrongKey
    return raw[2:34]


def encrypt(plain: bytes, key: bytes, name: str, *, iv: bytes | None = None) -> dict[str, str]:
    """Seal a secret as `m.secret_storage.v1.aes-hmac-sha2` does. `iv` only to check a key."""
    if iv is None:
        raw = bytearray(secrets.token_bytes(16))
        raw[8] &= 0x7F  # bit 63 is left out, for implementations whose counter is 63 bits wide
        iv = bytes(raw)
    aes, mac_key = _derived(key, name)
    worker = Cipher(algorithms.AES(aes), modes.CTR(iv)).encryptor()
    ciphertext = worker.update(plain) + worker.finalize()
    mac = hmac.new(mac_key, ciphertext, hashlib.sha256).digest()
    return {"iv": _padded(iv), "ciphertext": _padded(ciphertext), "mac": _padded(mac)}


def decrypt(secret: Mapping[str, Any], key: bytes, name: str) -> bytes:
    """Open what `encrypt` made. Raises WrongKey."""
    aes, mac_key = _derived(key, name)
    try:
        ciphertext, mac = _unbase(str(secret["ciphertext"])), _unbase(str(secret["mac"]))
        iv = _unbase(str(secret["iv"]))
    except (KeyError, ValueError):
        raise WrongKey from None
    if not hmac.compare_digest(hmac.new(mac_key, ciphertext, hashlib.sha256).digest(), mac):
        raise WrongKey
    worker = Cipher(algorithms.AES(aes), modes.CTR(iv)).decryptor()
    return worker.update(ciphertext) + worker.finalize()


def _derived(key: bytes, name: str) -> tuple[bytes, bytes]:
    made = HKDF(algorithm=hashes.SHA256(), length=64, salt=b"\0" * 32, info=name.encode()).derive(key)
    return made[:32], made[32:]


def _parity(raw: bytes) -> int:
    parity = 0
    for byte in raw:
        parity ^= byte
    return parity


def _public_key(thing: object) -> str | None:
    keys = thing.get("keys") if isinstance(thing, Mapping) else None
    return next(iter(keys.values()), None) if isinstance(keys, Mapping) else None


def _signed_by(device: object, user_id: str, public: str) -> bool:
    signatures = device.get("signatures") if isinstance(device, Mapping) else None
    own = signatures.get(user_id) if isinstance(signatures, Mapping) else None
    return isinstance(own, Mapping) and f"ed25519:{public}" in own


def _base(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _padded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unbase(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
