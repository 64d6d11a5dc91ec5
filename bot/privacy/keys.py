"""The master key: where it comes from, its human form, and why it is never made a second time.

The key is 32 random bytes. It seals nothing but the random secrets of the keyring, so it can be
changed without touching a single row. Beside existing data a missing key is an error, never a
reason to make a new one: the data would be lost for good, silently.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "HEARTH_MASTER_KEY"
FILE = "master.key"
PENDING = "master.key.next"

_SIZE = 32
_CHECK = 3
_GROUP = 4
# Crockford's letters: no I, L, O or U, so that a key read aloud or copied by hand survives.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_HUMAN = str.maketrans(_RFC4648, _LETTERS)
_FROM_HUMAN = str.maketrans(_LETTERS, _RFC4648)
_MISREAD = str.maketrans(
    {"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\n": None, "\t": None, "\r": None}
)


class KeyTrouble(Exception):
    """The master key cannot be used; the text is a sentence for the operator and holds no secret."""


class MasterKeyMissing(KeyTrouble):
    """There is data, but no key for it."""


class MasterKeyWrong(KeyTrouble):
    """There is a key, but it does not open this data."""


class MasterKeyUnreadable(KeyTrouble):
    """What was given as a key is none: mistyped, cut short, or not readable."""


class MasterKeyExposed(KeyTrouble):
    """Other accounts of this machine may read the key file."""


class MasterKey:
    """The 32 bytes that seal the keyring's secrets."""

    __slots__ = ("_bytes", "source")

    def __init__(self, key: bytes, source: str = "given") -> None:
        if len(key) != _SIZE:
            raise MasterKeyUnreadable("A master key has 32 bytes; this one has another length.")
        self._bytes = key
        self.source = source

    def __repr__(self) -> str:
        return f"MasterKey(source={self.source!r})"

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which nobody can find the master key."""
        return hmac.digest(self._bytes, b"hearth master 1\0" + purpose.encode(), "sha256")

    @property
    def mark(self) -> str:
        """Eight hex digits that tell two keys apart and give neither away."""
        return self.derive("mark").hex()[:8]

    def human(self) -> str:
        """The recovery key: fourteen groups of four letters and digits, with a checksum inside."""
        text = base64.b32encode(self._bytes + _checksum(self._bytes)).decode().translate(_TO_HUMAN)
        return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))

    def same(self, typed: str) -> bool:
        """Whether `typed` is this key in its human form; a mistyped one is simply not the same."""
        try:
            other = parse(typed)
        except MasterKeyUnreadable:
            return False
        return hmac.compare_digest(self._bytes, other._bytes)


def make() -> MasterKey:
    """A new random master key."""
    return MasterKey(secrets.token_bytes(_SIZE), "made")


def parse(text: str, source: str = "typed") -> MasterKey:
    """Read the human form; spaces, hyphens, small letters and O for 0 do not matter.

    Raises MasterKeyUnreadable where the checksum or the length does not fit.
    """
    plain = text.upper().translate(_MISREAD)
    wrong = MasterKeyUnreadable(
        f"The master key ({source}) cannot be read. It has fourteen groups of four letters and digits; "
        "one of them is missing or mistyped."
    )
    if len(plain) != (_SIZE + _CHECK) * 8 // 5 or not set(plain) <= set(_LETTERS):
        raise wrong
    raw = base64.b32decode(plain.translate(_FROM_HUMAN))
    key, check = raw[:_SIZE], raw[_SIZE:]
    if not hmac.compare_digest(check, _checksum(key)):
        raise wrong
    return MasterKey(key, source)


def load(folder: Path, environ: Mapping[str, str], *, data_exists: bool, name: str = FILE) -> list[MasterKey]:
    """The keys to try, the likeliest first: from the environment, else from the key file `name`.

    A second one is there only while a change of the master key was interrupted. With no key and
    no data a new key file is made (0600). Raises MasterKeyMissing, MasterKeyUnreadable or
    MasterKeyExposed; with `data_exists` it never makes a key.
    """
    given = environ.get(VARIABLE, "").strip()
    if given:
        return [parse(given, f"environment variable {VARIABLE}")]
    found = [_read(path) for path in (folder / name, folder / PENDING) if path.exists()]
    if found:
        return found
    if data_exists:
        raise MasterKeyMissing(
            f"There is data here, but its key is missing. Put the file {name} back into {folder}, "
            f"or type your recovery key with `hearth key recover`. No new key was made: it could not open "
            "what is stored."
        )
    key = make()
    write(folder / name, key, replace=False)
    return [_read(folder / name)]


def write(path: Path, key: MasterKey, *, replace: bool) -> None:
    """Write a key file (0600) that is whole or not there at all, also after a power cut.

    With `replace` false an existing file stays and FileExistsError is raised.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.human() + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            os.link(part, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    _sync_folder(path.parent)


def settle(folder: Path, used: MasterKey, *, name: str = FILE) -> None:
    """Finish a change of the master key, also one that was interrupted: keep the file of the key that opened.

    The change itself: write the new key to `PENDING`, rotate, settle.
    """
    pending = folder / PENDING
    if not pending.exists():
        return
    if used.same(pending.read_text(encoding="ascii")):
        pending.replace(folder / name)
    else:
        pending.unlink()
    _sync_folder(folder)


def _read(path: Path) -> MasterKey:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise MasterKeyUnreadable(f"The key file {path} cannot be read: {type(error).__name__}.") from None
    if stat.S_IMODE(mode) & 0o077:
        raise MasterKeyExposed(
            f"Other accounts of this machine may read the key file. Say `chmod 600 {path}` and start again."
        )
    return parse(text, f"file {path}")


def _checksum(key: bytes) -> bytes:
    return hashlib.sha256(b"hearth recovery 1\0" + key).digest()[:_CHECK]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
