"""What an operator does with the database and its key: migrate, back up, restore, look after the key."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.app import App, utc_now
from bot.config.operator import OperatorConfig
from bot.opening import database_url, home_of, key_file
from bot.privacy import keys as master_keys
from bot.privacy.keyring import beside
from bot.scheduling import plan
from bot.scheduling.needs import DueRow, Slot, Step, new_mark
from bot.storage.core.blobs import Facts
from bot.storage.core.ledger import Ledger
from bot.storage.erase import Eraser
from bot.storage.errors import AlreadyRunning, StorageError
from bot.storage.needs import Someone
from bot.storage.store import Storage

KEY_CONFIRMED = "key.confirmed"


def _say(line: str) -> None:
    print(line)


def _complain(line: str) -> int:
    print(line, file=sys.stderr)
    return 1


@contextlib.asynccontextmanager
async def opened(config: OperatorConfig, *, exclusive: bool = True) -> AsyncIterator[App]:
    """Hearth without any platform, closed at the end."""
    app = await App.open(config, exclusive=exclusive)
    try:
        yield app
    finally:
        await app.close()


async def migrate(config: OperatorConfig) -> int:
    """Bring every cog's tables up to date."""
    try:
        async with opened(config) as app:
            if app.trouble is not None:
                return _complain(app.trouble)
            for broken in app.broken:
                _complain(f"{broken.name}: {broken.reason}")
            _say(f"The database in {app.home} is up to date.")
            return 1 if app.broken else 0
    except AlreadyRunning as error:
        return _complain(str(error))


async def back_up(config: OperatorConfig, file: Path) -> int:
    """Copy the database, running or not."""
    from bot.storage.backup import backup

    try:
        await backup(_database(config), file, utc_now)
    except (StorageError, FileExistsError) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"The backup cannot be written to {file}: {error.strerror}.")
    _say(f"The backup is {file}. The key is not in it: keep the key somewhere else.")
    return 0


async def bring_back(config: OperatorConfig, file: Path) -> int:
    """Put a backup in place."""
    from bot.storage.backup import restore

    home = home_of(config, os.environ)
    builder = _Restorer(config, home)
    try:
        path = _database(config)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = await restore(
            file,
            path,
            utc_now,
            prepare=builder.prepare,
            pass_slots=_pass_slots,
            erased_since=builder.erased_since,
            forget=builder.forget,
            copies=home / "copies",
        )
    except (StorageError, master_keys.KeyTrouble) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"The backup cannot be put in place: {error.strerror}: {error.filename}.")
    _say(f"Restored the backup of {done.made:%Y-%m-%d %H:%M} UTC.")
    _say(f"Passed over, so that nothing is posted twice: {done.slots_passed}.")
    _say(f"Erasures made since and applied again: {done.erased_again}.")
    if done.kept is not None:
        _say(f"What was there before is kept as {done.kept}.")
    _say("On Matrix Hearth will log in as a new device.")
    return 0


async def _pass_slots(storage: Storage) -> int:
    ledger = Ledger(storage, DueRow, Slot, new_mark)
    now = utc_now()
    return await ledger.mark_all_before(now, lambda row: _passed_over(row, now))


def _passed_over(row: DueRow, now: datetime.datetime) -> Step:
    return Step(claim=None, next=plan.step(row, now, now, datetime.timedelta()).next)


class _Restorer:
    """Opens the copy that is being restored, with the key and the cogs of this installation."""

    def __init__(self, config: OperatorConfig, home: Path) -> None:
        self._config = config
        self._home = home
        self._app: App | None = None

    async def prepare(self, storage: Storage) -> None:
        """Unlock and migrate the copy."""
        self._app = await App.around(storage, self._config, self._home, os.environ)

    def erased_since(self, moment: datetime.datetime) -> Callable[[Someone], bool]:
        """Who was erased after the backup was made."""
        assert self._app is not None
        assert self._app.erasures is not None
        return self._app.erasures.since(moment)

    async def forget(self, storage: Storage, account: Someone) -> int:
        """Delete one account from the copy."""
        assert self._app is not None
        eraser: Eraser | None = self._app.eraser
        assert eraser is not None
        return await eraser.forget_here(account)


async def key_command(config: OperatorConfig, what: str) -> int:
    """show, confirm, rotate, rekey, recover or matrix."""
    commands = {
        "show": _show,
        "confirm": _confirm,
        "rotate": _rotate,
        "rekey": _rekey,
        "recover": _recover,
        "matrix": _matrix,
    }
    if what not in commands:
        return _complain(f"{what!r} is nothing a key can do. Known: {', '.join(commands)}.")
    try:
        if what in ("rotate", "rekey") and _nothing_yet(config):
            return _complain("There is no database yet. `hearth run` makes one, and so does `hearth try`.")
        return await commands[what](config)
    except (AlreadyRunning, StorageError, master_keys.KeyTrouble) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"The key file cannot be written: {error.strerror}: {error.filename}.")


async def _show(config: OperatorConfig) -> int:
    async with opened(config, exclusive=False) as app:
        if app.keyring is None:
            return _complain(app.trouble or "There is no key.")
        _say(app.keyring.master.human())
    return 0


async def _confirm(config: OperatorConfig) -> int:
    async with opened(config, exclusive=False) as app:
        if app.keyring is None or app.storage is None:
            return _complain(app.trouble or "There is no key.")
        if not app.keyring.master.same(_typed("Type the recovery key you wrote down: ")):
            return _complain("That is not this database's key. Nothing was changed; see `hearth key show`.")
        await Facts(app.storage).put(KEY_CONFIRMED, app.keyring.master.mark)
    _say("That is the right key. Keep it safe.")
    return 0


async def _rotate(config: OperatorConfig) -> int:
    """A new master key; the secrets stay, so nothing that was stored changes."""
    async with opened(config) as app:
        if app.keyring is None or app.erasures is None:
            return _complain(app.trouble or "There is no key.")
        new = master_keys.make()
        app.erasures.reseal(beside(new, "erasures"))
        if not _from_file(app.keyring.master):
            _say("The key comes from the environment. Put this one there, then start Hearth again:")
            _say(new.human())
            await app.keyring.rotate(new)
            return 0
        file = key_file(config, app.home)
        master_keys.write(file.with_name(master_keys.PENDING), new, replace=True)
        await app.keyring.rotate(new)
        master_keys.settle(file.parent, app.keyring.master, name=file.name)
        _say("The key was changed. This is the new recovery key; the old one opens older backups only:")
        _say(new.human())
    return 0


async def _rekey(config: OperatorConfig) -> int:
    """After a theft: new key, new secrets, everything sealed and hashed anew."""
    from bot.storage.rekey import rekey

    async with opened(config) as app:
        if app.keyring is None or app.storage is None:
            return _complain(app.trouble or "There is no key.")
        new = master_keys.make()
        from_file = _from_file(app.keyring.master)
        file = key_file(config, app.home)
        if from_file:
            master_keys.write(file.with_name(master_keys.PENDING), new, replace=True)
        assert app.erasures is not None
        app.erasures.reseal(beside(new, "erasures"))
        # Communities keep their tags: the ledger and unnamed servers are found by them, and a prompt under
        # a new one would be sent beside the old.
        renewal = await app.keyring.renew(new, keep=("tags",))
        dropped = await rekey(app.storage, renewal)
        app.keyring.adopt(renewal)
        app.storage.relock()
        await app.storage.database.empty_log()
        if from_file:
            master_keys.settle(file.parent, app.keyring.master, name=file.name)
        _say("Everything is sealed under a new key. This is the new recovery key:")
        _say(new.human())
        if dropped:
            _say(f"{dropped} rows were dropped, since nothing tells whose they are.")
        _say("Buttons in messages from before no longer work.")
    return 0


async def _recover(config: OperatorConfig) -> int:
    """Write the key file again from the recovery key."""
    file = key_file(config, home_of(config, os.environ))
    key = master_keys.parse(_typed("Type the recovery key: "))
    try:
        master_keys.write(file, key, replace=False)
    except FileExistsError:
        return _complain(f"There is a key file already, {file}. Move it away first if it is the wrong one.")
    _say(f"The key file is back: {file}.")
    return 0


async def _matrix(config: OperatorConfig) -> int:
    """After a lost database: the Matrix account's identity back, by its recovery key."""
    if config.matrix is None:
        return _complain("The config names no Matrix account.")
    from bot.cli.matrix import restore_identity
    from bot.config.secrets import SecretUnreadableError
    from bot.platforms.matrix.account import CannotLogIn
    from bot.platforms.matrix.signing import State, WrongKey

    async with opened(config) as app:
        if app.storage is None:
            return _complain(app.trouble or "There is no database.")
        try:
            state = await restore_identity(config, app, _typed("Type the Matrix recovery key: "))
        except WrongKey:
            return _complain("That is not the recovery key of this Matrix account. Nothing was changed.")
        except (SecretUnreadableError, CannotLogIn) as error:
            return _complain(str(error))
        except OSError:
            return _complain("The homeserver cannot be reached. Nothing was changed.")
    if state is not State.SIGNED:
        return _complain("The identity is back, but this device could not be signed. Please try again.")
    _say("The Matrix account is trusted again. Start Hearth as usual.")
    return 0


def _nothing_yet(config: OperatorConfig) -> bool:
    """Whether there is no database file whose key could be changed; a mistyped folder makes none."""
    url = database_url(config, home_of(config, os.environ), os.environ)
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def _typed(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _from_file(key: master_keys.MasterKey) -> bool:
    return key.source.startswith("file ")


def _database(config: OperatorConfig) -> Path:
    url = database_url(config, home_of(config, os.environ), os.environ)
    if not url.startswith("sqlite:///"):
        raise StorageError("This database is on a server: use its own tools for backups.")
    return Path(url.removeprefix("sqlite:///"))
