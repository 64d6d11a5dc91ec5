"""The keyring: one random secret for every purpose and space, sealed under the master key.

Look-ups are keyed hashes and values are sealed under these secrets, so a new master key changes
no hash and no row. The secrets' slots are themselves keyed hashes: a stolen database does not even
list the spaces. Whoever has the key can match a hash among known accounts in a moment; nothing
here names nobody, it names nobody without the key.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import hmac
import os
from collections.abc import Collection, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .keys import MasterKey, MasterKeyMissing, MasterKeyWrong
from .needs import Secrets

_VERSION = b"\x01"
_NONCE = 12
_LENGTH = 4
_SMALLEST = 64
_LARGE = 65536
_SECRET = 32
_KEPT = 8192
_ROOT = "root"


class DoesNotOpen(Exception):
    """A sealed value was moved, changed, cut, or sealed under another key."""


class Key:
    """What one secret can do. All of it is quick and touches memory only."""

    __slots__ = ("_aead", "_hashing", "_secret", "_signing")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._hashing: hmac.HMAC | None = None
        self._signing: hmac.HMAC | None = None
        self._aead: AESGCM | None = None

    def __repr__(self) -> str:
        return "Key()"

    def hash(self, value: str) -> bytes:
        """32 bytes by which to look `value` up (HMAC-SHA256)."""
        if self._hashing is None:
            self._hashing = self._begun(b"hash")
        return _ended(self._hashing, value)

    def sign(self, text: str) -> str:
        """Twelve characters (72 bits, base64url) that only Hearth can have written under `text`."""
        if self._signing is None:
            self._signing = self._begun(b"sign")
        return base64.urlsafe_b64encode(_ended(self._signing, text)[:9]).decode()

    def verify(self, text: str, signature: str) -> bool:
        """Whether `signature` is what `sign` gives for `text`."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode())

    def seal(self, plaintext: bytes, bind: Sequence[str], length: int | None = None) -> bytes:
        """Encrypt so that it opens only with the same `bind` (table, column, row).

        The result's size tells the next larger of 64, 128, 256… bytes (from 64 KiB on, its multiples);
        with `length` (bytes) it is always the same. Raises ValueError where the plaintext is longer.
        """
        framed = len(plaintext).to_bytes(_LENGTH, "big") + plaintext
        size = length + _LENGTH if length is not None else _bucket(len(framed))
        if len(framed) > size:
            raise ValueError(f"too long to seal here: at most {size - _LENGTH} bytes fit")
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher().encrypt(nonce, framed.ljust(size, b"\0"), _bound(bind))

    def open(self, sealed: bytes, bind: Sequence[str]) -> bytes:
        """Decrypt what `seal` gave for the same `bind`. Raises DoesNotOpen in every other case."""
        if sealed[:1] != _VERSION:
            raise DoesNotOpen("a sealed value of unknown form")
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            framed = self._cipher().decrypt(nonce, rest, _bound(bind))
        except (InvalidTag, ValueError):
            raise DoesNotOpen("a sealed value does not open here") from None
        size = int.from_bytes(framed[:_LENGTH], "big")
        return framed[_LENGTH : _LENGTH + size]

    def _begun(self, purpose: bytes) -> hmac.HMAC:
        """An HMAC-SHA256 under the key for a purpose, ready to be copied: twice as quick as a new one."""
        return hmac.new(hmac.digest(self._secret, purpose, "sha256"), digestmod="sha256")

    def _cipher(self) -> AESGCM:
        if self._aead is None:
            self._aead = AESGCM(hmac.digest(self._secret, b"seal", "sha256"))
        return self._aead


class Keyring:
    """Gives out keys by purpose and space; makes each on first use and keeps a bounded number ready."""

    def __init__(self, master: MasterKey, root: bytes, secrets: Secrets) -> None:
        self._master = master
        self._root = Key(root)
        self._secrets = secrets
        self._ready: collections.OrderedDict[tuple[str, str], Key] = collections.OrderedDict()

    def __repr__(self) -> str:
        return "Keyring()"

    @property
    def master(self) -> MasterKey:
        """The master key that opened this ring."""
        return self._master

    @classmethod
    async def open(cls, masters: Sequence[MasterKey], secrets: Secrets) -> Keyring:
        """Open the ring with the first master key that fits; on an empty store begin a new one.

        Raises MasterKeyWrong where none fits, MasterKeyMissing where none is given.
        """
        if not masters:
            raise MasterKeyMissing("No master key was given.")
        found = await secrets.get(_ROOT)
        if found is None:
            if await secrets.all():
                raise MasterKeyWrong("The first secret of this database is gone; restore a backup.")
            found = await secrets.keep(_ROOT, _ROOT, _wrap(masters[0], _ROOT, os.urandom(_SECRET), ""))
        sealed, _ = found
        for master in masters:
            try:
                root, _ = _unwrap(master, _ROOT, sealed)
            except DoesNotOpen:
                continue
            return cls(master, root, secrets)
        raise MasterKeyWrong(
            "The master key does not open this database: it belongs to another one, or was changed. "
            "Put the right key back; nothing was overwritten."
        )

    async def key(self, purpose: str, space: str = "") -> Key:
        """The key for one purpose in one space (empty: for all spaces together)."""
        ready = self._ready.get((purpose, space))
        if ready is not None:
            self._ready.move_to_end((purpose, space))
            return ready
        slot = self._slot(purpose, space)
        found = await self._secrets.get(slot)
        if found is None:
            fresh = _wrap(self._master, slot, os.urandom(_SECRET), space)
            found = await self._secrets.keep(slot, purpose, fresh)
        sealed, committed = found
        key = Key(_unwrap(self._master, slot, sealed)[0])
        if committed:  # one that its transaction may yet undo must not outlive it here
            self._keep_ready((purpose, space), key)
        return key

    async def keys(self, purpose: str) -> list[tuple[str, Key]]:
        """Every space that has a key for `purpose`, with that key."""
        found = []
        for slot, sealed in (await self._secrets.of(purpose)).items():
            secret, space = _unwrap(self._master, slot, sealed)
            found.append((space, Key(secret)))
        return found

    async def hash(self, purpose: str, space: str, value: str) -> bytes:
        """`Key.hash` under the key for this purpose and space."""
        return (await self.key(purpose, space)).hash(value)

    async def seal(self, purpose: str, space: str, plaintext: bytes, bind: Sequence[str]) -> bytes:
        """`Key.seal` under the key for this purpose and space."""
        return (await self.key(purpose, space)).seal(plaintext, bind)

    async def open_value(self, purpose: str, space: str, sealed: bytes, bind: Sequence[str]) -> bytes:
        """`Key.open` under the key for this purpose and space. Raises DoesNotOpen."""
        return (await self.key(purpose, space)).open(sealed, bind)

    async def rotate(self, new: MasterKey) -> None:
        """Seal every secret under a new master key, in one transaction. No hash and no row changes.

        Write the new key beside the old one first (`keys.PENDING`), `keys.settle` it afterwards:
        then a crash at any moment leaves a key that fits.
        """
        again = {}
        for slot, (purpose, sealed) in (await self._secrets.all()).items():
            secret, space = _unwrap(self._master, slot, sealed)
            again[slot] = (purpose, _wrap(new, slot, secret, space))
        await self._secrets.replace(again)
        self._master = new

    def beside(self, purpose: str) -> Key:
        """A key that depends on the master key alone, for what is kept outside the database."""
        return beside(self._master, purpose)

    async def renew(self, master: MasterKey, keep: Collection[str] = ()) -> Renewal:
        """New secrets for everything, under a new master key: what a theft of key and data asks for.

        Purposes in `keep` stay as they are, sealed anew: what only names something and hides nobody.

        Nothing is changed yet: whoever holds the rows seals and hashes them again with the renewal's
        keys and stores `renewal.secrets` in the same transaction, then calls `adopt`.
        """
        root = os.urandom(_SECRET)
        ring = Keyring(master, root, self._secrets)
        renewal = Renewal(ring, {_ROOT: (_ROOT, _wrap(master, _ROOT, root, ""))})
        for slot, (purpose, sealed) in (await self._secrets.all()).items():
            if slot == _ROOT:
                continue
            secret, space = _unwrap(self._master, slot, sealed)
            fresh = secret if purpose in keep else os.urandom(_SECRET)
            there = ring._slot(purpose, space)
            renewal.secrets[there] = (purpose, _wrap(master, there, fresh, space))
            renewal.keys[purpose, space] = (Key(secret), Key(fresh))
        return renewal

    def adopt(self, renewal: Renewal) -> None:
        """Use the renewed secrets from now on; they are committed."""
        self._master, self._root = renewal.ring._master, renewal.ring._root
        self.forget_ready()

    def forget_ready(self) -> None:
        """Drop all keys kept ready, so that they are read anew."""
        self._ready.clear()

    def _slot(self, purpose: str, space: str) -> str:
        return self._root.hash(f"{purpose}\0{space}").hex()[:32]

    def _keep_ready(self, asked: tuple[str, str], key: Key) -> None:
        self._ready[asked] = key
        while len(self._ready) > _KEPT:
            self._ready.popitem(last=False)


@dataclasses.dataclass(slots=True)
class Renewal:
    """Old and new key of every (purpose, space), and the new secrets to store by slot."""

    ring: Keyring = dataclasses.field(repr=False)
    secrets: dict[str, tuple[str, bytes]] = dataclasses.field(repr=False)
    keys: dict[tuple[str, str], tuple[Key, Key]] = dataclasses.field(default_factory=dict, repr=False)


def beside(master: MasterKey, purpose: str) -> Key:
    """A key that depends on the master key alone: with a new master key, what it sealed is sealed again."""
    return Key(master.derive(f"beside {purpose}"))


def _ended(begun: hmac.HMAC, value: str) -> bytes:
    mac = begun.copy()
    mac.update(value.encode())
    return mac.digest()


def _bucket(size: int) -> int:
    if size > _LARGE:
        return -(-size // _LARGE) * _LARGE
    return max(_SMALLEST, 1 << (size - 1).bit_length())


def _bound(bind: Sequence[str]) -> bytes:
    told = b""
    for one in bind:
        part = one.encode()
        told += len(part).to_bytes(_LENGTH, "big") + part
    return told


def _wrap(master: MasterKey, slot: str, secret: bytes, space: str) -> bytes:
    return Key(master.derive("secrets")).seal(secret + space.encode(), ("secrets", slot))


def _unwrap(master: MasterKey, slot: str, sealed: bytes) -> tuple[bytes, str]:
    plain = Key(master.derive("secrets")).open(sealed, ("secrets", slot))
    return plain[:_SECRET], plain[_SECRET:].decode()
