"""`hearth run`: serve until told to stop; comes down cleanly on SIGTERM and Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator

from pydantic import ValidationError

from bot.app import App
from bot.cli.health import Health, told
from bot.cli.systemd import Supervisor
from bot.config.operator import Discord, OperatorConfig
from bot.config.secrets import SecretUnreadableError, read_secret
from bot.privacy import redact
from bot.sdk.ports import Platform
from bot.storage.core.blobs import Facts
from bot.storage.errors import AlreadyRunning, StorageError

log = logging.getLogger("hearth")

_KEY_SHOWN = "key.shown"
_LEVELS = {"error": 40, "warning": 30, "info": 20, "debug": 10}
_LOOK = 5.0
"""Seconds between two looks at the connections."""
_HEALTH_PORT = "HEARTH_HEALTH_PORT"


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
            app = await App.open(config, platforms=platforms)
            try:
                await _run(app, signals, names, _port(config))
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


async def _run(app: App, signals: _Signals, names: str, port: int | None) -> None:
    """Serve until a signal, or until a platform ends by an error, which is raised."""
    await show_recovery_key(app)
    log.info("State is kept in %s", app.home)
    if app.trouble is not None:
        log.critical("Hearth runs, but everybody who needs more than /crisis is turned away: %s", app.trouble)
    supervisor, health = Supervisor(os.environ), Health(app)
    async with told(health, port), _attended(supervisor, health):
        serving = asyncio.create_task(app.run())
        asked = asyncio.create_task(signals.stop.wait())
        hasty = asyncio.create_task(signals.haste.wait())
        hasty.add_done_callback(lambda task: None if task.cancelled() else _hasten(app))
        supervisor.ready(f"Serving {names}" if app.trouble is None else "Only /crisis answers; see the log")
        try:
            await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
            health.stopping = True
            supervisor.stopping()
            if not serving.done():
                log.info("Hearth stops: what is under way is finished; once more breaks it off")
            await app.stop()
            await serving
        finally:
            asked.cancel()
            hasty.cancel()
            await asyncio.gather(asked, hasty, return_exceptions=True)


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
