"""Matrix as the configuration says: the platform that serves it, and what the doctor asks about it."""

from __future__ import annotations

import os
import sys

from bot.app import App, utc_now
from bot.config.operator import Matrix, OperatorConfig
from bot.config.secrets import read_secret
from bot.platforms.matrix.direct import InvitePolicy
from bot.platforms.matrix.line import Line, Settings
from bot.platforms.matrix.platform import MatrixPlatform
from bot.platforms.matrix.read import Heard, Said
from bot.platforms.matrix.signing import State
from bot.vaults import ReadSoFar, SealedVault


def platform_of(config: OperatorConfig) -> MatrixPlatform:
    """The platform. Raises `SecretUnreadableError`."""
    assert config.matrix is not None
    return MatrixPlatform(
        settings_of(config.matrix),
        rooms=[room for space in config.spaces.values() for room in space.matrix],
        policy=policy_of(config.matrix),
        # A log is no place for it: where nobody looks, it is shown at another start.
        on_recovery_key=show_recovery_key if sys.stderr.isatty() else None,
    )


def settings_of(chosen: Matrix) -> Settings:
    """The account. Raises `SecretUnreadableError`."""
    password, token = (
        read_secret(env=source.env, file=source.file, environ=os.environ) if source is not None else None
        for source in (chosen.password, chosen.access_token)
    )
    return Settings(
        chosen.homeserver, chosen.user, password=password, token=token, lifted=chosen.rate_limit == "lifted"
    )


def policy_of(chosen: Matrix) -> InvitePolicy:
    """Whose invitations are accepted."""
    return InvitePolicy(
        people=frozenset(one for one in chosen.allow_from if one.startswith("@")),
        servers=frozenset(one for one in chosen.allow_from if not one.startswith("@")),
        mates=chosen.invitations != "nobody",
        everybody=chosen.invitations == "anyone",
    )


def show_recovery_key(key: str) -> None:
    """Shown once, to a person at a terminal: without it a lost database is a lost identity."""
    print(
        "\nThis is the recovery key of Hearth's Matrix account. Write it down, and keep it away from this "
        "machine and its backups:\n\n"
        f"    {key}\n\n"
        "With it the account stays the same for everybody, should the database be lost: `hearth key matrix`. "
        "It is not shown again.\n",
        file=sys.stderr,
        flush=True,
    )


async def missing(config: OperatorConfig, app: App) -> list[str]:
    """What keeps Matrix from working, a sentence each. Raises `SecretUnreadableError`."""
    from bot.platforms.matrix.doctor import examine

    assert config.matrix is not None
    rooms = {name: list(space.matrix) for name, space in config.spaces.items() if space.matrix}
    named = {
        space.id: [room for group in space.groups.values() for room in group.rooms]
        for space in app.spaces
        if space.id in rooms
    }
    vault = SealedVault(app.storage, "matrix") if app.storage is not None else None
    return await examine(settings_of(config.matrix), vault, rooms, named)


async def restore_identity(config: OperatorConfig, app: App, key: str) -> State:
    """Bring the account's identity back by its recovery key alone, and sign this device with it.

    How it stands then. Raises `WrongKey`, `CannotLogIn`, `SecretUnreadableError`, and OSError where the
    server cannot be reached.
    """
    assert config.matrix is not None
    assert app.storage is not None
    vault, handled = SealedVault(app.storage, "matrix"), ReadSoFar(app.storage, "matrix")
    line = await Line.open(settings_of(config.matrix), vault, handled, _Nobody(), now=utc_now)
    try:
        return (await line.signing.restore(key)).state
    finally:
        await line.close()


class _Nobody:
    """Hears nothing: the line is opened for its keys alone."""

    def urgent(self, event: Said) -> bool:
        """Nothing is."""
        return False

    async def rescue(self, event: Said) -> None:
        """Nobody is there."""

    async def handle(self, event: Heard) -> bool:
        """Nothing was done."""
        return False
