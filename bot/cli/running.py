"""`hearth run`: serve until told to stop; comes down cleanly on SIGTERM and Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.config.secrets import SecretUnreadableError, read_secret
from bot.privacy import redact
from bot.sdk.ports import Platform
from bot.storage.core.blobs import Facts
from bot.storage.errors import AlreadyRunning

log = logging.getLogger("hearth")

_KEY_SHOWN = "key.shown"
_LEVELS = {"error": 40, "warning": 30, "info": 20, "debug": 10}


async def serve(config: OperatorConfig, shards: str) -> int:
    """Run every platform the config names. 0 after a clean stop, 1 when there is nothing to run or no
    token, 2 when another process serves this database."""
    redact.set_up(sys.stderr.write, readable=sys.stderr.isatty(), level=_LEVELS[config.logging.level])
    try:
        platforms = platforms_of(config, shards)
    except SecretUnreadableError as error:
        log.critical("%s", error)
        return 1
    if not platforms:
        log.critical(
            "The config names no platform. Add discord: or matrix:, or open the terminal with `hearth try`."
        )
        return 1
    try:
        app = await App.open(config, platforms=platforms)
    except AlreadyRunning as error:
        log.critical("%s", error)
        return 2
    await show_recovery_key(app)
    log.info("State is kept in %s", app.home)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its loop
            loop.add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(app.run())
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        return 0
    finally:
        await app.stop()
        stop.cancel()
        await asyncio.gather(serving, stop, return_exceptions=True)
        await app.close()


def platforms_of(config: OperatorConfig, shards: str = "") -> list[Platform]:
    """The faces that the config names. Raises `SecretUnreadableError`."""
    platforms: list[Platform] = []
    if config.discord is not None:
        from bot.platforms.discord.platform import DiscordPlatform

        source = config.discord.token
        token = read_secret(env=source.env, file=source.file, environ=os.environ)
        platforms.append(DiscordPlatform(token, shards or config.discord.shards or ""))
    return platforms


async def show_recovery_key(app: App) -> None:
    """Shown once, on the first run: without it a lost key file is lost data."""
    if app.keyring is None or app.storage is None or await Facts(app.storage).get(_KEY_SHOWN):
        return
    print(  # noqa: T201 - meant for the person at the terminal, never for the log
        "\nThis is your recovery key. Write it down and keep it away from this machine and its backups:\n\n"
        f"    {app.keyring.master.human()}\n\n"
        "Then confirm it with `hearth key confirm`. It is not shown by itself again.\n",
        file=sys.stderr,
        flush=True,
    )
    await Facts(app.storage).put(_KEY_SHOWN, app.keyring.master.mark)
