"""Opening what everything else stands on: the state folder, the master key, the database, its tables."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import loading
from bot.config.operator import OperatorConfig
from bot.loading import Broken
from bot.privacy import keys as master_keys
from bot.privacy.keyring import Keyring
from bot.sdk.answering import log_failure
from bot.sdk.commands import Cog
from bot.storage.backup import thin_out
from bot.storage.errors import AlreadyRunning, StorageError, StorageFull, StorageLocked
from bot.storage.migrations import Source
from bot.storage.store import Storage

log = logging.getLogger("hearth")


def home_of(config: OperatorConfig, environ: Mapping[str, str]) -> Path:
    """The one folder of all state: from the config, else `HEARTH_HOME`, else the user's data folder."""
    if config.home is not None:
        return config.home
    if given := environ.get("HEARTH_HOME"):
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("hearth", appauthor=False))


def database_url(config: OperatorConfig, home: Path, environ: Mapping[str, str]) -> str:
    """The address of the database; a SQLite file in the state folder unless the config says otherwise.

    Raises `StorageError` where the variable that should hold it is empty.
    """
    chosen = config.database
    if chosen.url_env is not None:
        if not (url := environ.get(chosen.url_env, "").strip()):
            raise StorageError(
                f"The environment variable {chosen.url_env} should hold the database's address."
            )
        return url
    return chosen.url or f"sqlite:///{chosen.path or home / 'hearth.db'}"


def key_file(config: OperatorConfig, home: Path) -> Path:
    """Where the master key's file is, or will be."""
    return config.keys.master_file or home / master_keys.FILE


def keys_for(
    config: OperatorConfig, home: Path, environ: Mapping[str, str], *, data_exists: bool
) -> list[master_keys.MasterKey]:
    """The master keys to try, from where the config says. Raises `KeyTrouble`."""
    if (named := config.keys.master_env) is not None:
        if not environ.get(named, "").strip():
            # Never a new key in a file instead: what it sealed would be lost with the variable's return.
            raise master_keys.MasterKeyMissing(
                f"The environment variable {named} should hold the master key, and is empty."
            )
        # The usual name, so that one place reads it.
        environ = {**environ, master_keys.VARIABLE: environ[named]}
    file = key_file(config, home)
    return master_keys.load(file.parent, environ, data_exists=data_exists, name=file.name)


async def open_storage(
    config: OperatorConfig,
    home: Path,
    clock: Callable[[], datetime.datetime],
    environ: Mapping[str, str],
    exclusive: bool,
    *,
    loud: bool | None = None,
) -> tuple[Storage | None, Keyring | None, str | None]:
    """Storage and keyring, or why there is none, which the log is told where it is `loud` (by default, where
    it is opened to serve). Raises `AlreadyRunning` and nothing else."""
    storage: Storage | None = None
    try:
        url = database_url(config, home, environ)
        there = _has_data(url)
        if not exclusive and there is False:
            raise StorageError("There is no database yet. `hearth run` makes one, and so does `hearth try`.")
        await asyncio.to_thread(home.mkdir, mode=0o700, parents=True, exist_ok=True)
        if there is not None:
            found = keys_for(config, home, environ, data_exists=there)
        storage = await Storage.open(url, clock, exclusive=exclusive, copies=home / "copies")
        if there is None:
            held = await storage.secrets.all()
            found = keys_for(config, home, environ, data_exists=bool(held) or not exclusive)
        keyring = await Keyring.open(found, storage.secrets)
        storage.unlock(keyring)
        if exclusive:
            file = key_file(config, home)
            master_keys.settle(file.parent, keyring.master, name=file.name)
    except AlreadyRunning:
        raise
    except Exception as error:
        if storage is not None:
            await discard(storage)
        return None, None, trouble_of(error, loud=exclusive if loud is None else loud)
    return storage, keyring, None


def trouble_of(error: Exception, *, loud: bool) -> str:
    """Why there is only `/crisis`, in one sentence for the operator; where `loud`, the log has it, too: who
    only looks (the doctor) says it in their own answer."""
    if isinstance(error, (StorageError, master_keys.KeyTrouble)):
        sentence = str(error)
    elif isinstance(error, OSError):
        sentence = f"{error.strerror or type(error).__name__}: {error.filename or 'no file named'}"
    else:
        # Not its own words: a driver's error may repeat an address with its password.
        log_failure(error, "opening the database", None)
        sentence = f"The database could not be opened ({type(error).__name__})."
    if loud:
        log.critical("Only /crisis answers: %s", sentence)
    return sentence


async def discard(storage: Storage) -> None:
    """Close a database that cannot be used after all."""
    with contextlib.suppress(Exception):
        await storage.close()


def _has_data(url: str) -> bool | None:
    """Whether there is something that a key belongs to; None where only the opened database can tell."""
    if not url.startswith("sqlite:///"):
        return None
    path = Path(url.removeprefix("sqlite:///"))
    return path.exists() and path.stat().st_size > 0


async def migrate_all(
    cogs: Sequence[Cog[Any]], storage: Storage, home: Path, keep: int
) -> tuple[list[Cog[Any]], list[Broken]]:
    """Bring every cog's tables up to date; a cog whose tables cannot be is left out. Of the copies made
    before upgrades the newest `keep` stay. Raises `StorageFull` and `StorageLocked`: those pass, and a cog
    left out because of them would stay out until somebody reads the log."""
    fit, broken = [], []
    for cog in cogs:
        try:
            if cog.stores and cog.keeps:
                folder = loading.folder_of(cog) / "migrations"
                await storage.migrate(Source(cog.name.replace("-", "_"), folder), copies=home / "copies")
            fit.append(cog)
        except (StorageFull, StorageLocked):
            raise
        except StorageError as error:
            broken.append(Broken(cog.name, str(error)))
        except Exception as error:
            broken.append(Broken(cog.name, loading.reason_of(error)))
    try:
        await asyncio.to_thread(thin_out, home / "copies", keep)
    except OSError as error:
        log.warning("old copies could not be deleted: %s", error.strerror)
    return fit, broken
