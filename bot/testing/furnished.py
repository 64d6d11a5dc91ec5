"""State folders in which the tables stand already, as after a first start.

Making tables takes as long as the rest of starting, and a conversation learns nothing from it: it is tried
where storage and starting are tested. The keys are made anew for each folder.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bot import loading
from bot.app import utc_now
from bot.config.operator import Database, Keys, OperatorConfig
from bot.opening import key_file, migrate_all
from bot.privacy import keys
from bot.sdk.commands import Cog
from bot.storage.store import Storage

from .scratch import in_memory

_made: dict[tuple[tuple[str, Path], ...], Path | None] = {}


async def furnish(config: OperatorConfig) -> None:
    """Put a database with the tables of the cogs of `config` into its state folder, and a key of its own.

    Nothing is done where the folder is there already, the database belongs elsewhere, or one of the cogs
    cannot have its tables.
    """
    home = config.home
    if home is None or home.exists() or config.database != Database() or config.keys != Keys():
        return
    cogs, _ = loading.find_all(config.cogs)
    wanted = tuple((cog.name, loading.folder_of(cog)) for cog in cogs)
    if wanted not in _made:
        _made[wanted] = await _make(cogs, _folder() / str(len(_made)))
    made = _made[wanted]
    if made is None:
        return
    home.mkdir(mode=0o700, parents=True)
    await asyncio.to_thread(shutil.copyfile, made, home / "hearth.db")
    (home / "hearth.db").chmod(made.stat().st_mode & 0o777)
    file = key_file(config, home)
    keys.write(file, keys.make(), replace=False)


async def _make(cogs: list[Cog[Any]], folder: Path) -> Path | None:
    """The file of a database with these cogs' tables and nothing in them."""
    file = folder / "hearth.db"
    storage = await Storage.open(f"sqlite:///{file}", utc_now)
    try:
        _, unfit = await migrate_all(cogs, storage, folder, 1)
    finally:
        await storage.close()
    return None if unfit else file


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hearth-tables-", dir=in_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
