"""One running Hearth for one database file."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from .errors import AlreadyRunning, StorageUnusable


class RunLock:
    """Held by `hearth run` and `hearth try` while they run. Read-only commands and backup need none.

    The kernel drops it when the process ends, however it ends; the file itself may stay. It is never
    the database file: closing any handle on that would drop SQLite's own locks.
    """

    def __init__(self, database: Path) -> None:
        real = Path(os.path.realpath(database))
        self.path = real.with_name(real.name + ".lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock or raise AlreadyRunning at once."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageUnusable(
                f"The folder {self.path.parent} cannot be written to.", type(error).__name__
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = ""
            with contextlib.suppress(OSError):
                other = os.read(handle, 32).decode("ascii", "replace").strip()
            os.close(handle)
            who = f" (process {other})" if other.isdigit() else ""
            raise AlreadyRunning(
                f"Hearth is already running on this database{who}. Stop that one first, "
                "or set HEARTH_HOME to another folder for a second community."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._handle is not None
