"""Erasing a person: rows, free pages, write-ahead log, automatic copies; and remembering that it was done.

*Done* is said when no file holds it any more. What is erased is overwritten (`secure_delete`), and
the log is written back and cut to nothing, which a reader can hold up; then the answer is "will be
finished", the wish is kept, and `finish` is called again by housekeeping and at start.

A list of the erasures, keyed hashes with their time, lies sealed *beside* the database, so that
restoring an older backup can apply them again. It is sealed under the master key's own `beside` key.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import datetime
import hmac
import json
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import delete, select

from .core.blobs import Facts
from .core.reach import Account, Reach
from .core.tables import COG, Draft, Erasing
from .needs import Sealing, Someone
from .rows import account_parts, account_text
from .store import Storage

Forget = Callable[[Someone], Awaitable[object]]
"""Deletes what one part holds about an account, in all spaces. May be called again for the same account;
False: not all of it could be done yet."""

LOG_NAME = "erasures.log"
_log = logging.getLogger(__name__)

_TRIES = 5
_PAUSE = 0.2
_BOUND = ("erasures", "line", "1")
_LINE = 256
_UNFINISHED = "erase.unfinished"


@dataclasses.dataclass(frozen=True, slots=True)
class Erased:
    """`done`: no file holds it any more. Otherwise it is kept in mind and will be finished."""

    done: bool
    failed: int = 0
    """How many parts could not forget yet."""


class ErasureLog:
    """The sealed list beside the database. Lines are only ever added."""

    def __init__(self, folder: Path, key: Sealing) -> None:
        self.path = folder / LOG_NAME
        self._key = key

    def add(self, person: Someone, at: datetime.datetime) -> None:
        """Add a line and wait until it is on the disk."""
        lines = self._lines()
        salt = lines[-1][1] if lines else secrets.token_bytes(32)
        self._write([(at.timestamp(), salt, _mark(salt, person))], self._key)

    def since(self, moment: datetime.datetime) -> Callable[[Someone], bool]:
        """Whether an account was erased at or after `moment`."""
        by_salt: dict[bytes, set[bytes]] = {}
        for at, salt, mark in self._lines():
            if at >= moment.timestamp():
                by_salt.setdefault(salt, set()).add(mark)
        return lambda person: any(_mark(salt, person) in marks for salt, marks in by_salt.items())

    def reseal(self, key: Sealing) -> None:
        """Add every line once more under the key of a new master key, before that comes into force."""
        self._write(self._lines(), key)
        self._key = key

    def _write(self, lines: Sequence[tuple[float, bytes, bytes]], key: Sealing) -> None:
        # Begins with a new line: a power cut may have left half of one.
        data = b"\n"
        for at, salt, mark in lines:
            plain = json.dumps([at, salt.hex(), mark.hex()]).encode()
            data += base64.b64encode(key.seal(plain, _BOUND, _LINE)) + b"\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _lines(self) -> list[tuple[float, bytes, bytes]]:
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_bytes().split(b"\n"):
            if not line:
                continue
            try:
                at, salt, mark = json.loads(self._key.open(base64.b64decode(line), _BOUND))
            except Exception:  # noqa: S112 - half a line, or one under an older key; its text stays unsaid
                continue
            found.append((float(at), bytes.fromhex(salt), bytes.fromhex(mark)))
        return found


class Eraser:
    """Erases accounts, and finishes what could not be finished at once."""

    def __init__(
        self,
        storage: Storage,
        log: ErasureLog,
        forgets: Sequence[Forget],
        copies: Path | None = None,
    ) -> None:
        self._storage = storage
        self._store = storage.store(COG)
        self._facts = Facts(storage)
        self._reach = Reach(storage)
        self._log = log
        self._forgets = forgets
        self._copies = copies

    async def erase(self, person: Someone) -> Erased:
        """Erase everything of this account in all spaces; the three named exceptions are the cogs' matter."""
        async with self._store.write() as session:
            session.add(Erasing(account=account_text(person), asked=self._storage.now()))
        await asyncio.to_thread(self._log.add, person, self._storage.now())
        return await self.finish()

    async def finish(self) -> Erased:
        """Carry out whatever erasures are asked for and not finished. Quick where there are none."""
        async with self._store.read() as session:
            asked = (await session.scalars(select(Erasing).order_by(Erasing.asked))).all()
        failed = 0
        for row in asked:
            failed += await self._forget(row)
        if failed:
            return Erased(done=False, failed=failed)
        if await self._facts.get(_UNFINISHED) is None:
            return Erased(done=True)
        if self._copies is not None:
            await asyncio.to_thread(_delete_copies, self._copies)
        if (path := self._storage.database.path) is not None:
            await asyncio.to_thread(_delete_torn, path)
        for _ in range(_TRIES):
            if await self._storage.database.empty_log():
                await self._facts.drop(_UNFINISHED)
                return Erased(done=True)
            await asyncio.sleep(_PAUSE)
        return Erased(done=False)

    async def forget_here(self, person: Someone) -> int:
        """Delete the account's rows without noting an erasure, as a restore does. How many parts failed."""
        failed = 0
        for forget in self._forgets:
            try:
                failed += await forget(person) is False
            except Exception as error:  # one broken cog must not keep the others from forgetting
                _log.error("a part could not forget an account: %s", type(error).__name__)
                failed += 1
        hashes = [found for _, found in await self._store.who_everywhere(person)]
        async with self._store.write() as session:
            await session.execute(delete(Draft).where(Draft.who.in_(hashes)))
            await self._reach.forget(person, session)
        return failed

    async def _forget(self, row: Erasing) -> int:
        failed = await self.forget_here(Account(*account_parts(row.account)))
        if not failed:
            async with self._store.write() as session:
                await session.execute(delete(Erasing).where(Erasing.id == row.id))
                await self._facts.put(_UNFINISHED, "the log is to be emptied", session)
        return failed


def _delete_copies(folder: Path) -> None:
    # Copies made by Hearth itself (before an upgrade or a restore) hold the erased as well.
    if folder.is_dir():
        for path in folder.iterdir():
            if ".sqlite3" in path.name:
                path.unlink(missing_ok=True)


def _delete_torn(path: Path) -> None:
    # What a restore left that was broken off. None runs now: it would hold this database's lock.
    for pattern in (f"{path.name}.restoring-*", f".{path.name}.restoring-*"):
        for torn in path.parent.glob(pattern):
            torn.unlink(missing_ok=True)


def _mark(salt: bytes, person: Someone) -> bytes:
    return hmac.digest(salt, f"{person.platform}\0{person.account}".encode(), "sha256")
