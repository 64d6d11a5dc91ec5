"""Copies of the database, consistent while it runs."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from pathlib import Path

from .connection import connect


def copy_file(path: Path, target: Path) -> None:
    """Copy the database at `path` to `target`, which is there whole or not at all."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source = connect(path, read_only=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
