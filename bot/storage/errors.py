"""What can be wrong with storage, each as a sentence for the operator without any stored value."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, IntegrityError


class StorageError(Exception):
    """Storage could not do it; nothing was acknowledged. `code` is the database's own name for it."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class StorageLocked(StorageError):
    """Another program holds the database longer than we wait."""


class StorageFull(StorageError):
    """The disk is full."""


class StorageLost(StorageError):
    """The database file was deleted or replaced under the running process."""


class StorageUnusable(StorageError):
    """The file is damaged, not readable, not writable, or no database."""


class NewerDatabase(StorageError):
    """The database was written by a newer program."""


class AlreadyRunning(StorageError):
    """A second process on the same database."""


class MigrationFailed(StorageError):
    """A migration did not run; the old version is whole."""


class AlreadyHandled(Exception):
    """This event was handled before; nothing was changed."""


_LOCKED = StorageLocked, "The database is locked by another program. Close what else has it open."
_FULL = StorageFull, "The disk is full. Make room; nothing that was acknowledged is lost."
_LOST = (
    StorageLost,
    "The database file was moved or deleted while Hearth was running. Put it back or restart.",
)
_UNUSABLE = StorageUnusable, "The database cannot be used: damaged, or not readable and writable here."

_SENTENCES: dict[str, tuple[type[StorageError], str]] = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_PROTOCOL": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY_DBMOVED": _LOST,
    "SQLITE_READONLY": _UNUSABLE,
    "SQLITE_IOERR": _UNUSABLE,
    "SQLITE_CORRUPT": _UNUSABLE,
    "SQLITE_CANTOPEN": _UNUSABLE,
    "SQLITE_NOTADB": _UNUSABLE,
    "SQLITE_PERM": _UNUSABLE,
    "SQLITE_AUTH": _UNUSABLE,
    "SQLITE_NOLFS": _UNUSABLE,
    # PostgreSQL's classes
    "08": (StorageUnusable, "The database server cannot be reached."),
    "28": (StorageUnusable, "The database server refuses this account."),
    "3D": (StorageUnusable, "The database does not exist on this server."),
    "40": (StorageLocked, "The database was busy with a conflicting change."),
    "53": (StorageFull, "The database server has no room or no connections left."),
    "55": _LOCKED,
    "57": (StorageUnusable, "The database server is shutting down."),
}


def translated(error: BaseException) -> StorageError | None:
    """The storage error that a driver's error means; None where it says nothing about storage itself."""
    cause: BaseException = error
    if isinstance(error, IntegrityError):
        return None
    if isinstance(error, DBAPIError):
        if error.orig is None:
            return None
        cause = error.orig
    code = getattr(cause, "sqlite_errorname", None) or ""
    if not code:
        state = getattr(cause, "sqlstate", None) or ""
        known = _SENTENCES.get(state[:2]) if state else None
        if known is None and isinstance(cause, ConnectionError):
            known, state = _SENTENCES["08"], type(cause).__name__
        return known[0](known[1], state) if known else None
    found = _SENTENCES.get(code)
    while found is None and "_" in code.removeprefix("SQLITE_"):
        code = code.rpartition("_")[0]
        found = _SENTENCES.get(code)
    return found[0](found[1], getattr(cause, "sqlite_errorname", code)) if found else None


@contextlib.contextmanager
def translating() -> Iterator[None]:
    """Raise storage errors in place of a driver's. The driver's text goes no further."""
    try:
        yield
    except Exception as error:
        meant = translated(error)
        if meant is None:
            raise
        raise meant from None
