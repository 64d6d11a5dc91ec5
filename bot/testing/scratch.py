"""Where tests write: into memory, if the machine lets them, since databases wait for the disk at every step.

Nothing is proved less: a process that is killed leaves behind in memory what it would leave on a disk. What a
power cut takes no test here can see, on either.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own; folders in it are made for their owner alone
_ROOM = 3 * 1024**3
"""Bytes that must be free there. Containers often grant 64 MiB, too little for a run."""


def in_memory() -> str | None:
    """A folder in memory to make temporary folders in, or None: then they belong where they always are."""
    try:
        able = os.access(_MEMORY, os.W_OK | os.X_OK) and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
        return str(_MEMORY) if able and shutil.disk_usage(_MEMORY).free > _ROOM else None
    except (OSError, AttributeError):  # another system has no such folder, or no such question
        return None
