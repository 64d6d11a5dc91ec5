"""`hearth run`: serve until told to stop; comes down cleanly on SIGTERM and Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from pydantic import ValidationError

from bot.app import App, utc_now
from bot.cli.health import Health, told
from bot.cli.systemd import Supervisor
from bot.config.operator import Discord, OperatorConfig
from bot.config.secrets import SecretUnreadableError, read_secret
from bot.opening import discard, home_of, open_storage
from bot.privacy import redact
from bot.sdk.ports import Platform
from bot.storage.core.blobs import Facts
from bot.storage.errors import AlreadyRunning, StorageError

log = logging.getLogger("hearth")

_KEY_SHOWN = "key.shown"
_LEVELS = {"error": 40, "warning": 30, "info": 20, "debug": 10}
_AGAIN, _AGAIN_AT_MOST = 5.0, 60.0
"""Seconds until storage that cannot be opened is tried again: first, and at most."""
_REFUSALS = 4
"""So many tries in a row find another process at work before this one ends: about a minute and a quarter."""
_LOOK = 5.0
"""Seconds between two looks at the connections."""
_HEALTH_PORT = "HEARTH_HEALTH_PORT"


_Reopens = Callable[[], Coroutine[Any, Any, App]]


async def serve(config: OperatorConfig, shards: str) -> int:
    """Run every platform the config names. 0 after a clean stop, 1 when there is nothing to run, no token,
    or an error ended it, 2 when another process serves this database."""
    redact.set_up(_to_stderr, readable=sys.stderr.isatty(), level=_LEVELS[config.logging.level])
    try:
        platforms = platforms_of(config, shards)
    except SecretUnreadableError as error:
        log.critical("%s", str(error))
        return 1
    except ValidationError:
        log.critical("--shards takes a number of shards, or a part of them such as 0-3/16")
        return 1
    if not platforms:
        log.critical(
            "The config names no platform. Add discord: or matrix:, or open the terminal with `hearth try`."
        )
        return 1
    names = ", ".join(platform.name for platform in platforms)
    log.info("Hearth starts on %s", names)
    try:
        with _Signals() as signals:
            # From here on a request to stop is heard, also while the database is being upgraded.
            reopened = functools.partial(_reopened, config, shards)
            serving: App | None = await App.open(config, platforms=platforms)
            while serving is not None:
                app, serving = serving, None
                try:
                    serving = await _run(app, signals, names, _port(config), reopened)
                finally:
                    await app.close()
    except AlreadyRunning as error:
        log.critical("%s", str(error))
        return 2
    except Exception as error:
        log.critical("%s", _why_ended(error), exc_info=error)
        return 1
    log.info("Hearth has stopped")
    return 0


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


class _Signals:
    """SIGTERM and Ctrl-C: the first asks for an end, another for haste."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.haste = asyncio.Event()

    def __enter__(self) -> _Signals:
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its loop
                asyncio.get_running_loop().add_signal_handler(number, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_signal_handler(number)

    def _heard(self) -> None:
        (self.haste if self.stop.is_set() else self.stop).set()


async def _reopened(config: OperatorConfig, shards: str) -> App:
    """Hearth with its storage, as soon as that can be opened after all. Nothing of it runs yet. Raises
    `AlreadyRunning` where another process has it and keeps it (a restore gives it back soon)."""
    pause, refusals = _AGAIN, 0
    while True:
        await asyncio.sleep(pause)
        pause = min(pause * 2, _AGAIN_AT_MOST)
        opening = asyncio.create_task(_opened_whole(config, shards))
        try:
            app = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Told to end: what is half open is closed first, or its threads would keep the process.
            with contextlib.suppress(AlreadyRunning):
                if (app := await opening) is not None:
                    await app.close()
            raise
        except AlreadyRunning:
            refusals += 1
            if refusals >= _REFUSALS:
                raise  # both would answer the same people
            continue
        if app is not None:
            return app
        refusals = 0


async def _opened_whole(config: OperatorConfig, shards: str) -> App | None:
    """Hearth with its storage; None while that cannot be opened. Raises `AlreadyRunning`."""
    try:
        storage, _, _ = await open_storage(
            config, home_of(config, os.environ), utc_now, os.environ, exclusive=True, loud=False
        )
        if storage is None:
            return None
        await discard(storage)
        app = await App.open(config, platforms=platforms_of(config, shards))
        if app.trouble is None:
            return app
        await app.close()
    except AlreadyRunning:
        raise
    except Exception as error:  # whatever it is, /crisis goes on
        log.warning("Storage cannot be opened yet (%s)", type(error).__name__)
    return None


async def _run(app: App, signals: _Signals, names: str, port: int | None, reopened: _Reopens) -> App | None:
    """Serve until a signal, or until a platform ends by an error, which is raised. Where only `/crisis` can
    be served, until the whole can be: then that is returned, opened."""
    await show_recovery_key(app)
    log.info("State is kept in %s", app.home)
    if app.trouble is not None:
        log.critical("Hearth runs, but everybody who needs more than /crisis is turned away: %s", app.trouble)
    supervisor, health = Supervisor(os.environ), Health(app)
    async with told(health, port), _attended(supervisor, health):
        serving = asyncio.create_task(app.run())
        asked = asyncio.create_task(signals.stop.wait())
        hasty = asyncio.create_task(signals.haste.wait())
        coming = asyncio.create_task(reopened()) if app.trouble is not None else None
        hasty.add_done_callback(lambda task: None if task.cancelled() else _hasten(app))
        supervisor.ready(f"Serving {names}" if app.trouble is None else "Only /crisis answers; see the log")
        try:
            ends = {serving, asked} | ({coming} if coming is not None else set())
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if coming is not None and coming.done() and coming.exception() is None:
                if not asked.done() and not serving.done():
                    log.warning("Storage can be opened again: Hearth serves everything from here on")
                    await app.stop()
                    await serving
                    return coming.result()
                await coming.result().close()
            health.stopping = True
            supervisor.stopping()
            if not serving.done():
                log.info("Hearth stops: what is under way is finished; once more breaks it off")
            await app.stop()
            await serving
            if coming is not None and coming.done():
                coming.result()  # another process serves this database now: that is raised
        finally:
            waited = [asked, hasty, *([coming] if coming is not None else [])]
            for task in waited:
                task.cancel()
            await asyncio.gather(*waited, return_exceptions=True)
    return None


def _hasten(app: App) -> None:
    log.warning("What is under way is broken off")
    app.hasten()


@contextlib.asynccontextmanager
async def _attended(supervisor: Supervisor, health: Health) -> AsyncIterator[None]:
    """Looks at the connections, and tells the supervisor that the event loop turns, meanwhile."""
    pause = min(_LOOK, (supervisor.watches or _LOOK * 2) / 2)

    async def attend() -> None:
        while True:
            supervisor.alive()
            health.look()
            await asyncio.sleep(pause)

    task = asyncio.create_task(attend())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _port(config: OperatorConfig) -> int | None:
    """Where health is told: as the config says, else as the environment of a container says."""
    if config.health is not None:
        return config.health.port
    given = os.environ.get(_HEALTH_PORT, "")
    return int(given) if given.isdecimal() and 0 < int(given) < 65536 else None


def _why_ended(error: Exception) -> str:
    """One sentence; the error's own words stay out of the log."""
    if type(error).__module__.startswith("discord."):
        import discord

        if isinstance(error, discord.LoginFailure):
            return "Discord does not take this token: see that the config names the right one"
        if isinstance(error, discord.PrivilegedIntentsRequired):
            return (
                "Discord does not let this bot read messages: switch Message Content on in its developer "
                "portal, or leave message_content out of the config"
            )
    return f"Hearth was ended by an error ({type(error).__name__})"


def platforms_of(config: OperatorConfig, shards: str = "") -> list[Platform]:
    """The faces that the config names. Raises `SecretUnreadableError`, and `ValidationError` for shards
    that are no set of shards."""
    platforms: list[Platform] = []
    if config.discord is not None:
        from bot.platforms.discord.platform import DiscordPlatform

        source = config.discord.token
        token = read_secret(env=source.env, file=source.file, environ=os.environ)
        chosen = config.discord
        if shards:
            chosen = Discord.model_validate(
                config.discord.model_dump(exclude_unset=True) | {"shards": shards}
            )
        platforms.append(DiscordPlatform(token, shards=chosen.shard_range, content=chosen.message_content))
    if config.matrix is not None:
        from bot.cli import matrix

        platforms.append(matrix.platform_of(config))
    return platforms


async def show_recovery_key(app: App) -> None:
    """Shown once, to a person at a terminal: without it a lost key file is lost data. Where standard error
    goes into a log instead, that is no place for it, and the operator is told how to see it."""
    if app.keyring is None or app.storage is None:
        return
    try:
        if await Facts(app.storage).get(_KEY_SHOWN):
            return
        if not sys.stderr.isatty():
            log.warning("The recovery key was not shown yet: see it with `hearth key show` and write it down")
            return
        print(
            "\nThis is your recovery key. Write it down, and keep it away from this machine and its "
            "backups:\n\n"
            f"    {app.keyring.master.human()}\n\n"
            "Then confirm it with `hearth key confirm`. It is not shown by itself again.\n",
            file=sys.stderr,
            flush=True,
        )
        await Facts(app.storage).put(_KEY_SHOWN, app.keyring.master.mark)
    except StorageError as error:
        log.warning("whether the recovery key was shown is not known: %s", str(error))
