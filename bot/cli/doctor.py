"""`hearth doctor`: what is missing where, each with what to do about it."""

from __future__ import annotations

import os
from pathlib import Path

from bot import shipped
from bot.app import App, utc_now
from bot.cli.keeping import KEY_CONFIRMED
from bot.config.operator import OperatorConfig
from bot.config.secrets import SecretUnreadableError, read_secret
from bot.storage.core.blobs import Facts
from bot.storage.errors import AlreadyRunning


def _say(line: str) -> None:
    print(line)


async def examine(config: OperatorConfig) -> int:
    """Print what is well and what is missing; 1 if anything is."""
    wrong: list[str] = []
    try:
        app = await App.open(config, exclusive=False)
    except AlreadyRunning as error:
        wrong.append(str(error))
        return _tell(wrong)
    try:
        _say(f"State folder: {app.home}")
        wrong += [app.trouble] if app.trouble else []
        wrong += [f"cog {one.name} was left out: {one.reason}" for one in app.broken]
        wrong += await _about_key(app)
        await app.communities.open(config, terminal=False, look_only=True)
        wrong += [str(finding) for findings in app.communities.held.values() for finding in findings]
        if config.discord is not None:
            wrong += await _about_discord(config, app)
        if config.matrix is not None:
            wrong += await _about_matrix(config, app)
        if config.discord is None and config.matrix is None:
            _say("No platform is named in the config: only `hearth try` works.")
    finally:
        await app.close()
    return _tell(wrong)


def _tell(wrong: list[str]) -> int:
    for line in wrong:
        _say(f"- {line}")
    _say("Everything is in order." if not wrong else f"{len(wrong)} to mend.")
    return 1 if wrong else 0


async def _about_key(app: App) -> list[str]:
    if app.storage is None or app.keyring is None:
        return []
    confirmed = await Facts(app.storage).get(KEY_CONFIRMED)
    if confirmed != app.keyring.master.mark:
        return [
            "the recovery key was not confirmed: see it with `hearth key show`, write it down, then type it "
            "once with `hearth key confirm`"
        ]
    return []


async def _about_discord(config: OperatorConfig, app: App) -> list[str]:
    from bot.platforms.discord.doctor import examine as ask_discord

    assert config.discord is not None
    source = config.discord.token
    try:
        token = read_secret(env=source.env, file=source.file, environ=os.environ)
    except SecretUnreadableError as error:
        return [str(error)]
    rooms = {
        space.id: [room for group in space.groups.values() for room in group.rooms] for space in app.spaces
    }
    servers = {name: space.discord for name, space in config.spaces.items() if space.discord is not None}
    found = await ask_discord(
        token,
        {server: rooms.get(name, []) for name, server in servers.items()},
        {server for name, server in servers.items() if app.pipeline.watches(name)},
    )
    _say(f"Invite Hearth to a server: {found.invite}")
    return list(found.missing)


async def _about_matrix(config: OperatorConfig, app: App) -> list[str]:
    from bot.cli.matrix import missing

    try:
        return await missing(config, app)
    except SecretUnreadableError as error:
        return [str(error)]


def stale_helplines(config: OperatorConfig) -> int:
    """List what was checked more than six months ago; 1 if anything was."""
    from cogs.crisis.service import Directory

    directory = Directory.load(Path(shipped.DATA) / "helplines")
    stale = directory.stale(utc_now())
    for entry in stale:
        if entry.confidence != "low" or config.helplines.show_unconfirmed:
            _say(f"{entry.checked.written}  {entry.country}  {entry.id}  {entry.name}")
    for problem in directory.problems:
        _say(problem)
    return 1 if stale or directory.problems else 0
